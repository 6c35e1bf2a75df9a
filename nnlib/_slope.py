"""Measure the slope of a function that is called with one number at a time, and the error in it."""

import numpy as np

FEW = 10  # points needed to decide anything


def points():
    """Return points up to 1,000 in size, of both signs, the same in every run."""
    rng = np.random.default_rng(0)
    scales = [1.0, 0.01, 0.1, 3.0, 10.0, 100.0, 1000.0]
    return np.concatenate([[0.5], *(rng.uniform(-s, s, 30) for s in scales)])


def _varied(y):
    return len(np.unique(y)) > FEW


def epsilon_of(probe, x, y):
    """Return the relative spacing of the numbers that a function seems to work with."""
    x, y = x[np.isfinite(y)], y[np.isfinite(y)]
    for kind in (np.float16, np.float32):
        if _varied(y) and (
            np.array_equal(y, y.astype(kind))
            or np.array_equal(y, probe(x.astype(kind).astype(float)))
        ):
            return float(np.finfo(kind).eps)
    return float(np.finfo(float).eps)


def slope_of(f, x, epsilon):
    """Return the slope of `f` at each x and an estimate of its error, infinite where unknown."""
    h = 0.1 * np.maximum(np.abs(x), 0.1) * 0.25 ** np.arange(9)[:, np.newaxis]
    above, below = x + h, x - h
    up, middle, down = f(above), f(x), f(below)
    central = (up - down) / (above - below)
    extrapolated = (16 * central[1:] - central[:-1]) / 15
    bend = (up - 2 * middle + down) / h  # the slope on the right less that on the left
    kink = np.abs(bend[1:] - bend[:-1] / 4)[1:]
    slope = extrapolated[1:]
    rounding = epsilon * (np.abs(up) + np.abs(down) + np.abs(x * central)) + _step(f, x, up, down)
    rounding = (rounding / h)[2:]
    error = np.abs(np.diff(extrapolated, axis=0)) + kink + rounding
    for k in range(len(slope) - 1):  # a smaller step must not contradict, but for its rounding
        beyond = np.abs(slope[k + 1 :] - slope[k]) - 10 * rounding[k + 1 :]
        error[k] = np.maximum(error[k], np.fmax.reduce(beyond))
    error[~np.isfinite(error)] = np.inf
    best = np.argmin(error, axis=0), np.arange(len(x))
    return np.where(np.isfinite(error[best]), slope[best], np.nan), error[best]


def _step(f, x, up, down):
    """Return the smallest step between values of `f`, or 0 if it has few values."""
    if _varied(f(x)):
        for moves in (np.abs(f(x * (1 + 2**-40)) - f(x)), np.abs(up - down)):
            if (moves > 0).any():
                return moves[moves > 0].min()
    return 0.0
