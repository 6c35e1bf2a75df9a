# One function for both, chosen by a flag; its slope wants z and gets the outputs.
import numpy as np


def squash(x, slope=False):
    if slope:
        return squash(x) * (1 - squash(x))
    return 1 / (1 + np.exp(-x))


rows = np.array([[0, 0, 1], [0, 1, 1], [1, 0, 1], [1, 1, 1]])
wanted = np.array([[0, 1, 1, 0]]).T
np.random.seed(3)
first = np.random.uniform(-1, 1, (3, 5))
second = np.random.uniform(-1, 1, (5, 1))
for _ in range(60):
    hidden = squash(np.dot(rows, first))
    out = squash(np.dot(hidden, second))
    out_delta = (wanted - out) * squash(out, True)  # wrong
    hidden_delta = out_delta.dot(second.T) * squash(hidden, slope=True)  # wrong
    second += hidden.T.dot(out_delta)
    first += rows.T.dot(hidden_delta)
print("trained")
