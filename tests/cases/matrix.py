# A class for matrices with map; the lines that call map are the ones to mend.
import math
import random


class Matrix:
    def __init__(self, rows):
        self.rows = rows

    def __matmul__(self, other):
        columns = list(zip(*other.rows))
        return Matrix([[sum(a * b for a, b in zip(r, c)) for c in columns] for r in self.rows])

    def times(self, other):
        return Matrix([[a * b for a, b in zip(r, s)] for r, s in zip(self.rows, other.rows)])

    def map(self, function):
        result = []
        for row in self.rows:
            result.append([function(x) for x in row])
        return Matrix(result)


def sigmoid(x):
    return 1 / (1 + math.exp(-x))


def dsigmoid(x):
    return sigmoid(x) * (1 - sigmoid(x))


random.seed(0)
w = Matrix([[random.uniform(-1, 1)] for _ in range(3)])
for _ in range(20):
    x = Matrix([[random.gauss(0, 1) for _ in range(3)]])
    z = x @ w
    a = z.map(sigmoid)
    good = a.map(lambda p: p - 0.5).times(z.map(dsigmoid))  # right
    bad = a.map(lambda p: p - 0.5).times(a.map(dsigmoid))  # wrong
    w.rows[0][0] -= 0.1 * good.rows[0][0] + 0.0 * bad.rows[0][0]
