# A small framework: modules in a row, a loss, an optimiser. Sigmoid is right, and tanh is not.
import numpy as np


class Module:
    def __call__(self, *inputs):
        return self.forward(*inputs)


class Linear(Module):
    def __init__(self, n, m, rng):
        self.w = rng.normal(size=(n, m))

    def forward(self, x):
        self.x = x
        return x @ self.w

    def backward(self, grad):
        self.gradient = self.x.T @ grad
        return grad @ self.w.T


class Sigmoid(Module):
    def forward(self, x):
        e = np.exp(-np.abs(x))
        self.out = np.where(x >= 0, 1 / (1 + e), e / (1 + e))
        return self.out

    def backward(self, grad):
        return grad * self.out * (1 - self.out)


class Tanh(Module):
    def forward(self, x):
        self.x = x
        return np.tanh(x)

    def backward(self, grad):
        return grad * (1 - np.tanh(self.x))


class Sequence(Module):
    def __init__(self, *modules):
        self.modules = modules

    def forward(self, x):
        for module in self.modules:
            x = module(x)
        return x

    def backward(self, grad):
        for module in reversed(self.modules):
            grad = module.backward(grad)  # right, wrong
        return grad


class SquaredError(Module):
    def forward(self, p, t):
        self.p, self.t = p, t
        return float(((p - t) ** 2).mean())

    def backward(self):
        return 2 * (self.p - self.t) / self.t.size


rng = np.random.default_rng(0)
net, loss = Sequence(Linear(2, 5, rng), Tanh(), Linear(5, 1, rng), Sigmoid()), SquaredError()
X, t = rng.normal(size=(8, 2)), rng.random((8, 1))
for _ in range(15):
    value = loss(net(X), t)
    net.backward(loss.backward())
    for module in net.modules:
        if isinstance(module, Linear):
            module.w -= module.gradient
