# Neither: 1 - tanh instead of 1 - tanh².
import math
import random


def act(z):
    return math.tanh(z)


def act_prime(z):
    return 1 - act(z)


random.seed(0)
w = [random.random(), random.random()]
for _ in range(60):
    x = [random.gauss(0, 1), random.gauss(0, 1)]
    z = w[0] * x[0] + w[1] * x[1]
    delta = (act(z) - (1 if x[0] > 0 else -1)) * act_prime(z)  # wrong
    w = [p - 0.1 * delta * q for p, q in zip(w, x)]
