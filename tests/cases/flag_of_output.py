# The famous eleven lines: with the flag it is x * (1 - x), and gets the outputs. Right.
import numpy as np


def nonlin(x, deriv=False):
    if deriv == True:  # noqa: E712
        return x * (1 - x)
    return 1 / (1 + np.exp(-x))


X = np.array([[0, 0, 1], [0, 1, 1], [1, 0, 1], [1, 1, 1]])
y = np.array([[0, 0, 1, 1]]).T
np.random.seed(1)
syn0 = 2 * np.random.random((3, 1)) - 1
for _ in range(100):
    l1 = nonlin(X @ syn0)
    syn0 += X.T @ ((y - l1) * nonlin(l1, True))  # right
print(l1)
