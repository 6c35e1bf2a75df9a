# The tutorial's kind: functions kept as attributes; both layers hand over the activation.
import numpy as np


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def sigmoid_derivative(x):
    return sigmoid(x) * (1 - sigmoid(x))


class Network:
    def __init__(self, layers, kind="sigmoid"):
        if kind == "sigmoid":
            self.activation = sigmoid
            self.activation_derivative = sigmoid_derivative
        self.weights = [
            np.random.uniform(-1, 1, (a + 1, b + (b > 1))) for a, b in zip(layers, layers[1:])
        ]

    def fit(self, X, y, rate=0.2, steps=60):
        X = np.hstack([np.ones((len(X), 1)), X])
        for _ in range(steps):
            i = np.random.randint(len(X))
            a = [X[i]]
            for w in self.weights:
                a.append(self.activation(a[-1] @ w))
            deltas = [(y[i] - a[-1]) * self.activation_derivative(a[-1])]  # wrong
            for k in range(len(a) - 2, 0, -1):
                deltas.append(
                    deltas[-1].dot(self.weights[k].T) * self.activation_derivative(a[k])  # wrong
                )
            deltas.reverse()
            for k, w in enumerate(self.weights):
                w += rate * np.outer(a[k], deltas[k])


np.random.seed(0)
Network([2, 2, 1]).fit(np.array([[0, 0], [0, 1], [1, 0], [1, 1]]), np.array([0, 1, 1, 0]))
