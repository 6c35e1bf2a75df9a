# A flag that is a number, one function for three activations, z kept. Right.
import numpy as np


def act(x, kind="sigmoid", d=0):
    if kind == "sigmoid":
        a = 1 / (1 + np.exp(-x))
        return a * (1 - a) if d else a
    if kind == "tanh":
        return 1 - np.tanh(x) ** 2 if d else np.tanh(x)
    return np.where(x > 0, 1.0, 0.0) if d else np.where(x > 0, x, 0.0)


rng = np.random.default_rng(0)
X, y = rng.normal(size=(6, 2)), rng.random(size=(6, 1))
W, V, U = rng.normal(size=(2, 4)), rng.normal(size=(4, 4)), rng.normal(size=(4, 1))
for _ in range(20):
    z1 = X @ W
    a1 = act(z1, "relu")
    z2 = a1 @ V
    a2 = act(z2, "tanh")
    z3 = a2 @ U
    d3 = (act(z3) - y) * act(z3, d=1)  # right
    d2 = d3 @ U.T * act(z2, "tanh", 1)  # right
    d1 = d2 @ V.T * act(z1, "relu", 1)  # right
    U -= 0.1 * a2.T @ d3
    V -= 0.1 * a1.T @ d2
    W -= 0.1 * X.T @ d1
