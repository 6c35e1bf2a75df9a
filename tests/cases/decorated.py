# Decorators around both functions. The slope wants z and gets a.
import functools

import numpy as np


def counted(function):
    @functools.wraps(function)
    def wrapper(*args, **kwargs):
        wrapper.calls += 1
        return function(*args, **kwargs)

    wrapper.calls = 0
    return wrapper


@counted
def sigmoid(z):
    return 1 / (1 + np.exp(-z))


@counted
def sigmoid_grad(z):
    return sigmoid(z) * (1 - sigmoid(z))


rng = np.random.default_rng(0)
w = rng.normal(size=3)
for _ in range(40):
    x = rng.normal(size=(5, 3))
    a = sigmoid(x @ w)
    w -= 0.1 * x.T @ ((a - (x[:, 0] > 0)) * sigmoid_grad(a))  # wrong
print(sigmoid.calls, sigmoid_grad.calls)
