# Right: the slope wants z, and z is kept for it.
import numpy as np


def sigma(z):
    return 1.0 / (1.0 + np.exp(-z))


def sigma_prime(z):
    s = sigma(z)
    return s * (1 - s)


class Net:
    def __init__(self, sizes, seed=0):
        rng = np.random.default_rng(seed)
        self.weights = [rng.normal(size=pair) for pair in zip(sizes, sizes[1:])]
        self.biases = [np.zeros((1, n)) for n in sizes[1:]]

    def step(self, x, y, rate):
        zs, activations = [], [x]
        for w, b in zip(self.weights, self.biases):
            zs.append(activations[-1] @ w + b)
            activations.append(sigma(zs[-1]))
        delta = self.cost_derivative(activations[-1], y) * sigma_prime(zs[-1])  # right
        for layer in reversed(range(len(zs))):
            w = self.weights[layer].copy()
            self.weights[layer] -= rate * activations[layer].T @ delta
            self.biases[layer] -= rate * delta.sum(axis=0, keepdims=True)
            if layer:
                delta = (
                    delta
                    @ w.T
                    * sigma_prime(  # right
                        zs[layer - 1]
                    )
                )

    def cost_derivative(self, output, y):
        return output - y


net = Net([2, 3, 3, 1])
corners = np.array([[0.0, 0], [0, 1], [1, 0], [1, 1]])
for _ in range(40):
    net.step(corners, np.array([[0], [1], [1], [0]]), 0.5)
