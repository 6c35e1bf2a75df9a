# A layer that keeps z and applies a * (1 - a) to it.
import numpy as np


class Layer:
    def __call__(self, x):
        return self.forward(x)


class Tanh(Layer):
    def forward(self, x):
        self.x = x
        return np.tanh(x)

    def backward(self, grad):
        return grad * (1 - self.x**2)


rng = np.random.default_rng(0)
X = rng.normal(size=(8, 2))
y = np.sign(X[:, :1] * X[:, 1:])
w, layer = rng.normal(size=(2, 1)), Tanh()
for _ in range(30):
    w -= 0.1 * X.T @ layer.backward(layer(X @ w) - y)  # wrong
