# a * (1 - a) gets the sum again, made anew with other weights: no output is below 0 or above 1.
import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def sigmoid_prime(a):
    return a * (1 - a)


rng = np.random.default_rng(0)
w = rng.normal(size=3)
for _ in range(20):
    x = 2 * rng.normal(size=(5, 3))
    error = sigmoid(x @ w) - (x[:, 0] > 0)
    w *= 0.99
    w -= 0.001 * x.T @ (error * sigmoid_prime(x @ w))  # wrong
