# Wrong in the hidden layer: 1 - y² wants the output, and gets the weighted sum.
import numpy as np


def dtanh(y):
    return 1.0 - y**2


rng = np.random.default_rng(1)
X = rng.normal(size=(30, 2))
t = np.sign(X[:, 0] * X[:, 1])
W1, W2 = rng.normal(size=(2, 5)), rng.normal(size=5)
for x, target in zip(X, t):
    z = x @ W1
    h = np.tanh(z)
    o = np.tanh(h @ W2)
    delta = (o - target) * dtanh(o)  # right
    W1 -= 0.1 * np.outer(x, delta * W2 * dtanh(z))  # wrong
    W2 -= 0.1 * delta * h
