# Scalar functions made to take arrays; z is kept. Right.
import math

import numpy as np


def _sig(x):
    return 1 / (1 + math.exp(-x)) if x > -700 else 0.0


def _sig_deriv(x):
    s = _sig(x)
    return s * (1 - s)


sig = np.vectorize(_sig)
sig_deriv = np.vectorize(_sig_deriv)

rng = np.random.default_rng(5)
X = rng.normal(size=(6, 2))
y = (X > 0).all(axis=1, keepdims=True)
w1, w2 = rng.normal(size=(2, 3)), rng.normal(size=(3, 1))
for _ in range(15):
    z1 = X @ w1
    z2 = sig(z1) @ w2
    d2 = (sig(z2) - y) * sig_deriv(z2)  # right
    w1 -= X.T @ (d2 @ w2.T * sig_deriv(z1))  # right
    w2 -= sig(z1).T @ d2
