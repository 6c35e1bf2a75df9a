# The output is made in the call, clipped, or fed on unchanged; all right. The gradient is a loss's.
import math
import random


def sigmoid(z):
    return 1 / (1 + math.exp(-z))


def slope(a):
    return a * (1 - a)


def sigmoid_grad(z):
    return slope(sigmoid(z))


def clip(p):
    return min(max(p, 1e-6), 1 - 1e-6)


random.seed(0)
w, target = 0.4, 0.8


def gradient(p):
    return p - target


for _ in range(40):
    x = random.gauss(0, 1)
    inner = sigmoid(w * x)
    outer = sigmoid(inner)  # no weight between: inner is an output and an input
    back = gradient(outer) * sigmoid_grad(inner)  # right
    back *= slope(clip(inner))  # right
    w -= 0.5 * back * x
    w -= 0.01 * slope(sigmoid(w * x))  # right
