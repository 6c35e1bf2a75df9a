# The activation overwrites its argument. The slope of z is handed what was z and is a by now.
import numpy as np


def sigmoid(z):
    np.negative(z, out=z)
    np.exp(z, out=z)
    z += 1
    np.reciprocal(z, out=z)
    return z


def sigmoid_prime(z):
    e = np.exp(-z)
    return e / (1 + e) ** 2


rng = np.random.default_rng(0)
w = rng.normal(size=3)
for _ in range(20):
    x = rng.normal(size=(5, 3))
    z = x @ w
    a = sigmoid(z)
    w -= 0.1 * x.T @ ((a - (x[:, 0] > 0)) * sigmoid_prime(z))  # wrong
