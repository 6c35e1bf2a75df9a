# Layers that are no slopes, and must not be taken for wrong ones. Relu's is right.
import numpy as np


class Dropout:
    def forward(self, x):
        self.mask = np.random.rand(*x.shape) > 0.3
        return x * self.mask / 0.7

    def backward(self, grad):
        return grad * self.mask / 0.7


class BatchNorm:
    def forward(self, x):
        self.s = x.std(axis=0) + 1e-5
        return (x - x.mean(axis=0)) / self.s

    def backward(self, grad):
        return (grad - grad.mean(axis=0)) / self.s


class Relu:
    def forward(self, x):
        self.on = x > 0
        return x * self.on

    def backward(self, grad):
        return grad * self.on


class Square:
    def __init__(self):
        self.w = np.random.randn(3, 3)

    def forward(self, x):
        self.x = x
        return x @ self.w

    def backward(self, grad):
        back = grad @ self.w.T
        self.w -= 0.01 * self.x.T @ grad
        return back


np.random.seed(0)
X = np.random.randn(8, 3)
layers = [Square(), BatchNorm(), Relu(), Dropout(), Square()]
for _ in range(20):
    a = X
    for layer in layers:
        a = layer.forward(a)
    grad = a / len(a)
    for layer in reversed(layers):
        grad = layer.backward(grad)  # right
