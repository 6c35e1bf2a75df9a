# A layer that keeps a and applies the slope of z to it: the slope at another place.
import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


class Sigmoid:
    def forward(self, z):
        self.a = sigmoid(z)
        return self.a

    def backward(self, grad):
        s = sigmoid(self.a)
        return grad * s * (1 - s)


rng = np.random.default_rng(0)
X = rng.normal(size=(8, 2))
y = (X[:, :1] * X[:, 1:] > 0) * 1.0
w, layer = rng.normal(size=(2, 1)), Sigmoid()
for _ in range(30):
    a = layer.forward(X @ w)
    w -= 0.1 * X.T @ layer.backward(a - y)  # wrong
