# Right: the outputs have got a column of ones, which is cut off again before the slope.
import numpy as np


def sigmoid(s):
    return 1 / (1 + np.exp(-s))


def d_sigmoid(a):
    return a * (1 - a)


rng = np.random.default_rng(0)
X = np.c_[rng.normal(size=(10, 2)), np.ones(10)]
y = (X[:, 0] > X[:, 1]).reshape(-1, 1)
W, V = rng.normal(size=(3, 4)), rng.normal(size=(5, 1))
for _ in range(30):
    h = np.c_[sigmoid(X @ W), np.ones(10)]
    o = sigmoid(h @ V)
    d = (o - y) * d_sigmoid(o)  # right
    back = (d @ V.T * d_sigmoid(h))[:, :-1]  # right
    V -= h.T @ d
    W -= X.T @ back
