# Functions backward(dA, cache) of the course's kind. The sigmoid's gets Z: right.
import numpy as np


def sigmoid(Z):
    return 1 / (1 + np.exp(-Z)), Z


def sigmoid_backward(dA, cache):
    s = 1 / (1 + np.exp(-cache))
    return dA * s * (1 - s)


rng = np.random.default_rng(0)
X = rng.normal(size=(2, 12))
Y = (X[:1] > 0) * 1.0
W, b = rng.normal(size=(1, 2)), np.zeros((1, 1))
for _ in range(30):
    A, cache = sigmoid(W @ X + b)
    dZ = sigmoid_backward((A - Y) / 12, cache)  # right
    W -= dZ @ X.T
    b -= dZ.sum()
