# Single precision; the slope wants a and gets it. Right.
import numpy as np


def sigmoid(z):
    return (1 / (1 + np.exp(-z))).astype(np.float32)


def sigmoid_d(a):
    return a * (1 - a)


rng = np.random.default_rng(0)
X = rng.normal(size=(10, 3)).astype(np.float32)
y = (X[:, :1] > 0).astype(np.float32)
w = rng.normal(size=(3, 1)).astype(np.float32)
for _ in range(30):
    a = sigmoid(X @ w)
    w -= np.float32(0.1) * X.T @ ((a - y) * sigmoid_d(a))  # right
