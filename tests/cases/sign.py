# Neither: the slope has the wrong sign.
import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def sigmoid_prime(z):
    return sigmoid(z) * (sigmoid(z) - 1)


rng = np.random.default_rng(0)
w = rng.normal(size=3)
for _ in range(40):
    x = rng.normal(size=(5, 3))
    z = x @ w
    w -= 0.1 * x.T @ ((sigmoid(z) - (x[:, 0] > 0)) * sigmoid_prime(z))  # wrong
