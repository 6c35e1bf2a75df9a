# Right: the lambda wants the output and gets it.
import numpy as np

logistic = lambda t: 1 / (1 + np.exp(-t))
logistic_slope = lambda s: s * (1 - s)

rng = np.random.default_rng(4)
inputs = rng.normal(size=(20, 2))
targets = (inputs[:, :1] * inputs[:, 1:] > 0).astype(float)
W, V = rng.normal(size=(2, 6)), rng.normal(size=(6, 1))
for _ in range(40):
    mid = logistic(inputs @ W)
    top = logistic(mid @ V)
    error = (targets - top) * logistic_slope(top)  # right
    W += 0.1 * inputs.T @ (error @ V.T * logistic_slope(mid))  # right
    V += 0.1 * mid.T @ error
