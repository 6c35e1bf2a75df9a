# A picture of a slope, and its window that must not hold the program up.
import matplotlib.pyplot as plt
import numpy as np


def softsign(z):
    return z / (1 + abs(z))


def softsign_prime(z):
    return 1 / (1 + abs(z)) ** 2


z = np.linspace(-4, 4, 50)
figure, axes = plt.subplots()
axes.plot(z, softsign(z))
axes.plot(z, softsign_prime(z))  # right
plt.show()
