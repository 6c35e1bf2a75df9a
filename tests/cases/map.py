# The whole way in map, sum and comprehensions. The slope wants the output; z is what it gets.
from functools import reduce
from math import exp, fsum


def dot(p, q):
    return fsum(map(lambda pair: pair[0] * pair[1], zip(p, q)))


sigmoid = lambda u: 1 / (1 + exp(-u))
gradient = lambda u: u * (1 - u)
data = [([0.1, 0.9], 1), ([0.8, 0.2], 0), ([0.3, 0.4], 1), ([0.7, 0.6], 0)]


def step(w, case):
    x, t = case
    z = [dot(row, x) for row in w]
    deltas = [(t - sigmoid(u)) * d for u, d in zip(z, map(gradient, z))]  # wrong
    return [[a + 0.5 * d * b for a, b in zip(row, x)] for row, d in zip(w, deltas)]


print(reduce(step, data * 4, [[0.3, -0.2], [0.4, 0.1]]))
