# Layers that keep their output and multiply by a * (1 - a). Right.
import numpy as np


class Dense:
    def __init__(self, n, m, rng):
        self.w = rng.normal(size=(n, m))

    def forward(self, x):
        self.x = x
        return x @ self.w

    def backward(self, grad, rate):
        back = grad @ self.w.T
        self.w -= rate * self.x.T @ grad
        return back


class Sigmoid:
    def forward(self, x):
        self.out = 1 / (1 + np.exp(-x))
        return self.out

    def backward(self, grad, rate):
        return grad * self.out * (1 - self.out)


rng = np.random.default_rng(0)
X = rng.normal(size=(8, 2))
y = (X[:, :1] * X[:, 1:] > 0) * 1.0
layers = [Dense(2, 4, rng), Sigmoid(), Dense(4, 1, rng), Sigmoid()]
for _ in range(30):
    a = X
    for layer in layers:
        a = layer.forward(a)
    grad = a - y
    for layer in reversed(layers):
        grad = layer.backward(grad, 0.1)  # right
