# The same lambdas; the hidden layer hands over its weighted sum.
import numpy as np

logistic, logistic_slope = lambda t: 1 / (1 + np.exp(-t)), lambda s: s * (1 - s)

rng = np.random.default_rng(4)
inputs = rng.normal(size=(20, 2))
targets = (inputs[:, :1] * inputs[:, 1:] > 0).astype(float)
W, V = rng.normal(size=(2, 6)), rng.normal(size=(6, 1))
for _ in range(40):
    net = inputs @ W
    mid = logistic(net)
    top = logistic(mid @ V)
    error = (targets - top) * logistic_slope(top)  # right
    W += 0.02 * inputs.T @ (error @ V.T * logistic_slope(net))  # wrong
    V += 0.02 * mid.T @ error
