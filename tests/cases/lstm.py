# Gates cut out of one array, as in a recurrent cell; both slopes want outputs and get them. Right.
import numpy as np


def sigmoid(x):
    return 1.0 / (1.0 + np.exp(-x))


def dsigmoid(y):
    return y * (1 - y)


def dtanh(y):
    return 1 - y * y


rng = np.random.default_rng(0)
n, W = 4, rng.normal(size=(6, 16)) / 3
for _ in range(20):
    x, h, c = rng.normal(size=(3, 2)), np.full((3, 4), 0.1), rng.normal(size=(3, 4))
    g = np.hstack([x, h]) @ W
    ifo, new = sigmoid(g[:, : 3 * n]), np.tanh(g[:, 3 * n :])
    state = ifo[:, :n] * new + ifo[:, n : 2 * n] * c
    out = np.tanh(state)
    dh = ifo[:, 2 * n :] * out - 0.3
    do = dh * out * dsigmoid(ifo[:, 2 * n :])  # right
    dc = dh * ifo[:, 2 * n :] * dtanh(out)  # right
    di = dc * new * dsigmoid(ifo[:, :n])  # right
    dg = np.hstack([di, dc * c * dsigmoid(ifo[:, n : 2 * n]), do])  # right
    dg = np.hstack([dg, dc * ifo[:, :n] * dtanh(new)])  # right
    W -= 0.1 * np.hstack([x, h]).T @ dg
