# Right whichever it gets: relu's slope is the same from z and from a.
import numpy as np


def relu(x):
    return np.maximum(0, x)


def relu_derivative(x):
    return (x > 0).astype(float)


rng = np.random.default_rng(0)
X, y = rng.normal(size=(16, 3)), rng.normal(size=(16, 1))
W, V = rng.normal(size=(3, 8)), rng.normal(size=(8, 1))
for _ in range(30):
    z = X @ W
    a = relu(z)
    d = (a @ V - y) / len(X)
    W -= 0.1 * X.T @ (d @ V.T * relu_derivative(a))  # right
    V -= 0.1 * a.T @ d
