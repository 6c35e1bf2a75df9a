# Right, with the slopes written out: there is no function to watch.
import numpy as np

rng = np.random.default_rng(2)
X = rng.normal(size=(12, 3))
t = (X.sum(axis=1, keepdims=True) > 0) * 1.0
A, B = rng.normal(size=(3, 4)), rng.normal(size=(4, 1))
for _ in range(30):
    u = 1 / (1 + np.exp(-(X @ A)))
    v = 1 / (1 + np.exp(-(u @ B)))
    e = (t - v) * v * (1 - v)
    A += X.T @ (e @ B.T * u * (1 - u))
    B += u.T @ e
