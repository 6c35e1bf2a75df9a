# The same with A in the cache: wrong.
import numpy as np


def sigmoid(Z):
    A = 1 / (1 + np.exp(-Z))
    return A, A


def sigmoid_backward(dA, cache):
    s = 1 / (1 + np.exp(-cache))
    return dA * s * (1 - s)


rng = np.random.default_rng(0)
X = rng.normal(size=(2, 12))
Y = (X[:1] > 0) * 1.0
W, b = rng.normal(size=(1, 2)), np.zeros((1, 1))
for _ in range(30):
    A, cache = sigmoid(W @ X + b)
    dZ = sigmoid_backward((A - Y) / 12, cache)  # wrong
    W -= dZ @ X.T
    b -= dZ.sum()
