# The activation takes two statements; its slope, a function of z, gets a.
import numpy as np


def d_logistic(v):
    u = np.exp(-v)
    return u / (1 + u) ** 2


rng = np.random.default_rng(4)
X = np.c_[np.ones(4), [[0, 0], [0, 1], [1, 0], [1, 1]]]
t = np.array([[0.0], [1], [1], [0]])
A, B = rng.normal(size=(3, 3)), rng.normal(size=(3, 1))
for _ in range(40):
    e = np.exp(-(X @ A))
    h = 1 / (1 + e)
    e = np.exp(-(h @ B))
    o = 1.0 / (1.0 + e)
    d = (o - t) * d_logistic(o)  # wrong
    A -= X.T @ (d @ B.T * d_logistic(h))  # wrong
    B -= h.T @ d
