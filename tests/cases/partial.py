# functools.partial binds the flag; the slope wants z, and the last layer hands over a.
from functools import partial

import numpy as np


def activate(z, *, derivative=False):
    a = 1 / (1 + np.exp(-z))
    return a * (1 - a) if derivative else a


slope = partial(activate, derivative=True)
rng = np.random.default_rng(8)
X = rng.normal(size=(8, 3))
y = (X[:, :1] > 0) * 1.0
W, V = rng.normal(size=(3, 4)), rng.normal(size=(4, 1))
for _ in range(30):
    z1 = X @ W
    a1 = activate(z1)
    a2 = activate(a1 @ V)
    d = (a2 - y) * slope(a2)  # wrong
    W -= X.T @ (d @ V.T * slope(z1))  # right
    V -= a1.T @ d
