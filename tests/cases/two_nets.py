# One training function for both: with tanh it is right, with sigmoid the slope gets a.
import numpy as np


def train(act, slope, keep):
    rng = np.random.default_rng(0)
    X = rng.normal(size=(10, 3))
    y = (X[:, :1] > 0) * 1.0
    w = rng.normal(size=(3, 1))
    for _ in range(30):
        z = X @ w
        a = act(z)
        kept = a if keep == "a" else z
        w -= 0.1 * X.T @ ((a - y) * slope(kept))  # right, wrong


def tanh(z):
    return np.tanh(z)


def tanh_prime(a):
    return 1 - a * a


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def sigmoid_prime(z):
    return np.exp(-z) / (1 + np.exp(-z)) ** 2


train(tanh, tanh_prime, "a")
train(sigmoid, sigmoid_prime, "a")
