# np.vectorize around lambdas; the slope of the input is handed the output.
import math

import numpy as np

act = np.vectorize(lambda x: math.tanh(x))
act_d = np.vectorize(lambda x: 1 - math.tanh(x) ** 2)

rng = np.random.default_rng(5)
X = rng.normal(size=(6, 2))
y = np.where((X > 0).all(axis=1, keepdims=True), 1.0, -1.0)
w1, w2 = rng.normal(size=(2, 3)), rng.normal(size=(3, 1))
for _ in range(15):
    a1 = act(X @ w1)
    a2 = act(a1 @ w2)
    d2 = (a2 - y) * act_d(a2)  # wrong
    w1 -= 0.1 * X.T @ (d2 @ w2.T * act_d(a1))  # wrong
    w2 -= 0.1 * a1.T @ d2
