# Activations as classes with static methods. The slope of tanh wants the output and gets the input.
from __future__ import annotations

import enum
from abc import ABC, abstractmethod
from dataclasses import dataclass

import numpy as np


class Act(ABC):
    @staticmethod
    @abstractmethod
    def f(s): ...

    @staticmethod
    @abstractmethod
    def df(s): ...


class Logistic(Act):
    @staticmethod
    def f(s):
        return np.where(s >= 0, 1 / (1 + np.exp(-abs(s))), np.exp(-abs(s)) / (1 + np.exp(-abs(s))))

    @staticmethod
    def df(s):
        return Logistic.f(s) * (1 - Logistic.f(s))


class Tanh(Act):
    @staticmethod
    def f(s):
        return np.tanh(s)

    @staticmethod
    def df(y):
        return 1 - y * y


class Kind(enum.Enum):
    LOGISTIC = Logistic
    TANH = Tanh


@dataclass
class Layer:
    w: np.ndarray
    kind: Kind
    s: np.ndarray | None = None
    y: np.ndarray | None = None

    def forward(self, x):
        self.x = x
        self.s = x @ self.w
        self.y = self.kind.value.f(self.s)
        return self.y

    def backward(self, err, eta):
        delta = err * self.kind.value.df(self.s)  # right, wrong
        back = delta @ self.w.T
        self.w -= eta * self.x.T @ delta
        return back


rng = np.random.default_rng(1)
net = [Layer(rng.normal(size=(3, 4)), Kind.TANH), Layer(rng.normal(size=(4, 1)), Kind.LOGISTIC)]
X = rng.normal(size=(12, 3))
T = (X[:, :1] * X[:, 1:2] > 0).astype(float)
for _ in range(25):
    out = X
    for layer in net:
        out = layer.forward(out)
    err = out - T
    for layer in net[::-1]:
        err = layer.backward(err, 0.1)
