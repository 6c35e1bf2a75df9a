# The activation is written out, its slope is a function of z and gets a.
import numpy as np


def sigmoid_prime(x):
    e = np.exp(-x)
    return e / (1 + e) ** 2


rng = np.random.default_rng(0)
X = np.array([[0, 0, 1.0], [0, 1, 1], [1, 0, 1], [1, 1, 1]])
y = np.array([[0.0], [1], [1], [0]])
V, W = rng.normal(size=(3, 4)), rng.normal(size=(4, 1))
for _ in range(30):
    h = 1 / (1 + np.exp(-X @ V))
    o = 1 / (1 + np.exp(-1 * (h @ W)))
    delta = (y - o) * sigmoid_prime(o)  # wrong
    V += X.T @ (delta @ W.T * sigmoid_prime(h))  # wrong
    W += h.T @ delta
