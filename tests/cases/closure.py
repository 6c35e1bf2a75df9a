# Functions made by functions, typed, and called where they are made: f(x)(y). Right.
from collections.abc import Callable

import numpy as np

Vector = np.ndarray


def steep(k: float) -> tuple[Callable[[Vector], Vector], Callable[[Vector], Vector]]:
    def f(z: Vector) -> Vector:
        return 1 / (1 + np.exp(-k * z))

    def df(z: Vector) -> Vector:
        return k * f(z) * (1 - f(z))

    return f, df


def slope_of(k: float) -> Callable[[Vector], Vector]:
    return steep(k)[1]


def main(steps: int) -> None:
    rng = np.random.default_rng(0)
    w: Vector = rng.normal(size=3)
    f, _ = steep(1.5)
    for _ in range(steps):
        x = rng.normal(size=(5, 3))
        z = x @ w
        w -= 0.1 * x.T @ ((f(z) - (x[:, 0] > 0)) * slope_of(1.5)(z))  # right


if __name__ == "__main__":
    main(40)
