# Layers that keep z, and have 1 - a² where a is wanted.
import numpy as np


class Dense:
    def __init__(self, n, m, rng):
        self.W, self.b = rng.normal(size=(n, m)), np.zeros(m)

    def forward(self, x):
        self.x = x
        self.z = x @ self.W + self.b
        return np.tanh(self.z)

    def backward(self, grad, rate=0.05):
        delta = grad * (1 - self.z**2)
        back = delta @ self.W.T
        self.W -= rate * self.x.T @ delta
        self.b -= rate * delta.sum(axis=0)
        return back


rng = np.random.default_rng(0)
layers = [Dense(2, 3, rng), Dense(3, 1, rng)]
X, y = np.array([[0, 0], [0, 1], [1, 0], [1, 1.0]]), np.array([[0.0], [1], [1], [0]])
for _ in range(20):
    a = X
    for layer in layers:
        a = layer.forward(a)
    grad = a - y
    for layer in reversed(layers):
        grad = layer.backward(grad)  # wrong
