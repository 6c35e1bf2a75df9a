# Where the numbers come from is not to be seen: they were changed on the way.
import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def sigmoid_prime(z):
    return sigmoid(z) * (1 - sigmoid(z))


rng = np.random.default_rng(0)
w = rng.normal(size=3)
for _ in range(20):
    x = rng.normal(size=(5, 3))
    a = sigmoid(x @ w)
    noisy = x @ w + rng.normal(size=5)
    w -= 0.1 * x.T @ ((a - (x[:, 0] > 0)) * sigmoid_prime(noisy))  # unknown
