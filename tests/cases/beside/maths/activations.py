import numpy as np


def logistic(z):
    return 1 / (1 + np.exp(-z))


def logistic_prime(z):
    return logistic(z) * logistic(-z)
