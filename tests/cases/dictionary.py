# A table of activations with their slopes. tanh's wants the output, sigmoid's the input: right.
import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


FUNCTIONS = {
    "tanh": (np.tanh, lambda a: 1 - a * a),
    "sigmoid": (sigmoid, lambda z: sigmoid(z) * (1 - sigmoid(z))),
}

rng = np.random.default_rng(8)
X = rng.normal(size=(8, 3))
y = (X[:, :1] > 0) * 1.0
W, V = rng.normal(size=(3, 4)), rng.normal(size=(4, 1))
for _ in range(30):
    act, slope = FUNCTIONS["tanh"]
    a = act(X @ W)
    out, out_slope = FUNCTIONS["sigmoid"]
    z = a @ V
    d = (out(z) - y) * out_slope(z)  # right
    W -= X.T @ (d @ V.T * slope(a))  # right
    V -= a.T @ d
