# The slope is asked twice for the same a. Inside, it hands a to sigmoid, which makes a no input.
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
    largest = sigmoid_prime(a).max()  # wrong
    w -= 0.1 * x.T @ ((a - (x[:, 0] > 0)) * sigmoid_prime(a)) / largest  # wrong
