"""Measure the gradient of a loss by central differences, as exactly as its rounding allows.

One step is enough where a gradient is right, or where a smooth loss shows that it is wrong. Where
the two disagree, other steps decide what is to blame: the gradient, a kink inside the step, or
rounding.
"""

from dataclasses import dataclass

import numpy as np

_STEPS = np.array([4.0, 1, 1 / 4, 1 / 16, 1 / 64, 1 / 512, 1 / 4096])
_MOVES = 2.0 ** np.arange(-52, -6)  # from float64's precision upwards
_PATIENCE = 8  # entries of a layer measured again in vain before it is left as it is


class Loss:
    """A loss of several arrays, with the precision that it seems to compute in.

    `call` takes a list of arrays and returns a number; `epsilon` is the relative spacing of the
    numbers it returns, `step` the step that balances rounding against curvature, and `smallest` the
    smallest slope of an entry that can be measured.
    """

    def __init__(self, call, values):
        self.call, self.values = call, values
        self.at = self(values)
        if not np.isfinite(self.at):
            raise ValueError(f"f is {self.at} at these weights; give weights where it is finite.")
        self.epsilon = self._epsilon()
        self.single = self.epsilon > np.finfo(float).eps  # single precision, or less
        self.step = self.epsilon ** (1 / 3)
        # A loss below 1 is mostly a square, and what was squared is rounded like 1.
        self.rounding = self.epsilon * max(abs(self.at), abs(self.at) ** 0.5)
        self.rounding = max(self.rounding, self._grain())
        self.smallest = (30 if self.single else 1e3) * self.noise(self.step)
        self.moved = False  # whether any step changed the loss

    def __call__(self, values):
        return number(self.call([value.copy() for value in values]))

    def along(self, k, index, t):
        """Return the loss with one entry of array k set to t."""
        values = [value.copy() for value in self.values]
        values[k][index] = t
        value = number(self.call(values))
        self.moved |= value != self.at
        return value

    def noise(self, h):
        """Return the rounding error of a difference with the step h."""
        return self.rounding / h

    def _grain(self):
        """Return the smallest change that moving the weights makes to the loss, a step away.

        The loss can be far smaller than the numbers it is made of. Where an output lies within
        1e-12 of its target, it has four digits left and moves in grains of 1e-16; the relative
        spacing of its square says nothing of that.
        """
        grains = [0.0]
        for seed in range(4):
            away = _near(self.values, self.step, seed)
            changes = (abs(self(_near(away, move, seed)) - self(away)) for move in _MOVES)
            grains.append(next((change for change in changes if 0 < change < np.inf), 0.0))
        return max(grains)

    def _epsilon(self):
        """Return the spacing, judged by what survives rounding weights and loss to float32."""
        double = float(np.finfo(float).eps)
        with np.errstate(all="ignore"):
            for size in (0.01, 0.3):  # the larger move for a loss that is rounded coarsely
                tried = [_near(self.values, size, seed) for seed in range(6)]
                losses = np.array([self(values) for values in tried])
                # Squares of double precision's last digits have as few digits as single precision.
                if np.abs(losses).max() < 1e-14:
                    return double
                if len(set(losses)) > 3:
                    break
            else:
                return double
            for kind in (np.float16, np.float32):
                rounded = [[np.float64(v.astype(kind)) for v in values] for values in tried]
                fine = np.ptp(losses) * np.finfo(kind).eps > 100 * double * np.abs(losses).max()
                if np.array_equal(losses, losses.astype(kind)) or (
                    fine and np.array_equal(losses, [self(values) for values in rounded])
                ):
                    return float(np.finfo(kind).eps)
        return double


def _near(values, size, seed):
    """Return the values with each entry moved at random, by `size` or its own multiple at most."""
    rng = np.random.default_rng(seed)
    return [v + size * np.maximum(1, np.abs(v)) * rng.uniform(-1, 1, v.shape) for v in values]


def number(value):
    """Return what a loss returned as a float, or say why it isn't one."""
    if isinstance(value, (tuple, list)) and len(value) > 1:
        raise TypeError(
            f"f returned a {type(value).__name__} of {len(value)} things, {value!r:.60}; it must "
            f"return one real number, the loss alone: lambda w: f(w)[0] if that comes first."
        )
    array = np.asarray(value)
    if array.size != 1 or array.dtype.kind not in "biuf":
        tensor = "; of a tensor, hand over .item()" if "ensor" in type(value).__name__ else ""
        raise TypeError(f"f returned {value!r:.80}; it must return one real number{tensor}.")
    return float(array.item())


@dataclass
class Measured:
    """One layer: the slopes, how far off each may be, and the kinks met on the way.

    `crossed` counts the entries whose kink a smaller step avoids, `cornered` those whose weight
    lies on one; there, any number between the slopes on the two sides is a right gradient.
    """

    slopes: np.ndarray
    uncertain: np.ndarray
    crossed: int = 0
    cornered: int = 0


def measure(loss, k, gradient):
    """Return the `Measured` slopes of `loss` for array k, with more care where `gradient` errs."""
    w = loss.values[k]
    h = loss.step * np.maximum(1, np.abs(w))
    above, below = w + h, w - h
    slopes = np.empty_like(w)
    for index in np.ndindex(w.shape):
        up, down = (loss.along(k, index, side[index]) for side in (above, below))
        slopes[index] = (up - down) / (above[index] - below[index])
    found = Measured(slopes, loss.noise(h))
    if not np.isfinite(gradient).all() or too_small(loss, gradient, slopes):
        return found
    off = np.abs(gradient - slopes)
    order = np.argsort(off, axis=None)[::-1]
    tail = np.sqrt(np.cumsum(np.sort(off, axis=None) ** 2))[::-1]
    enough = 1e-7 * max(np.linalg.norm(gradient), np.linalg.norm(slopes))
    patience = _PATIENCE
    for flat, rest in zip(order, tail):
        if not (rest > enough and patience):
            break
        index = np.unravel_index(flat, w.shape)
        patience -= not _again(loss, k, index, gradient[index], found)
    return found


def too_small(loss, gradient, slopes):
    """Whether rounding hides a layer: both are below a thousand roundings in each entry."""
    size = max(np.linalg.norm(gradient), np.linalg.norm(slopes))
    return 0 < size < loss.smallest * gradient.size**0.5


def _again(loss, k, index, given, found):
    """Measure one entry with several steps; return whether that brought it nearer to `given`."""
    w = loss.values[k][index]
    h = loss.step * max(1, abs(w)) * _STEPS
    above, below = w + h, w - h
    up = np.array([loss.along(k, index, t) for t in above])
    down = np.array([loss.along(k, index, t) for t in below])
    h = (above - below) / 2
    central = (up - down) / (2 * h)
    rounding = 4 * loss.noise(h)
    # A smaller step must not contradict, but for its rounding.
    beyond = [np.abs(central[j + 1 :] - c) - rounding[j + 1 :] for j, c in enumerate(central)]
    error = rounding + [np.max(excess, initial=0) for excess in beyond]
    best = int(np.nanargmin(error))
    slope, before = central[best], found.slopes[index]
    right, left = (up - loss.at) / h, (loss.at - down) / h
    gap = np.abs(right - left)
    # On a smooth loss the two sides meet as the step shrinks; with a kink inside it they do not.
    clear = gap > 10 * rounding
    kinks = np.flatnonzero(clear[1:] & (gap[1:] > 0.5 * gap[:-1])) + 1
    if kinks.size:
        last = np.flatnonzero(clear)[-1]
        low, high = sorted((right[last], left[last]))
        margin = 4 * rounding[last] + 0.02 * (high - low)
        if low - margin <= given <= high + margin:
            found.slopes[index], found.uncertain[index] = given, rounding[last]
            cornered = last in kinks
            found.cornered += cornered
            found.crossed += not cornered
            return True
    found.slopes[index], found.uncertain[index] = slope, error[best]
    return abs(slope - given) < 0.1 * abs(before - given)
