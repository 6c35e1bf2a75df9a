"""Find out what a derivative expects, the function's input z or its output a = f(z).

``diagnose(function, derivative)`` does it by trying. It needs no formula and no source:

1. *Points.* Both are called with one number at a time, at some 200 points of very different sizes
   and both signs. Where a function raises, or returns NaN or infinity, is outside its domain and
   left out. A function that takes no single numbers gets them in arrays of one. Each call gets a
   fresh argument, so a function may change it.
2. *Is there a slope at all?* A function that gives two answers to one question is random or
   remembers its calls, and nothing can be said of it. One whose answer for a number changes when
   other numbers stand in the same array, such as softmax, mixes its elements: it has no slope
   element by element.
3. *The slope, by number.* Central differences at nine steps, each a quarter of the one before, with
   one Richardson extrapolation. How far neighbours, and all smaller steps, disagree tells the
   error. Two things are added to it: rounding, in the precision that the function seems to work
   in, and what remains of the difference between the slopes on the right and on the left, which
   shrinks with the step on a smooth curve and does not at a kink. The step with the least error is
   taken. A point where even that is large does not decide.
4. *Two hypotheses.* The derivative is called with z and with a, and compared with the slope at z.
   The tolerance is ten times the error, plus 1e-4 of the slope, plus 1e-5 of a large slope of this
   function; so a derivative that rounds or guards against 0 is not accused.
5. *The verdict.* A hypothesis holds if no point speaks against it and the derivative has a value at
   nine of ten. It fails if more than 2 % of the points speak against it, or if the derivative has
   no value at more than half of them. If none holds and not both fail, the verdict is "undecided".
   So it is if fewer than ten points have a slope that stands out from the tolerance, unless the
   function is flat everywhere.

What this cannot see: a mistake that is smaller than the tolerance, that lies between the points or
beyond 1,000, or that shows only for arrays of some size.
"""

import math
import warnings
from dataclasses import dataclass

import numpy as np

from nnlib.more_activations import ACTIVATIONS

__all__ = ["Agreement", "Diagnosis", "diagnose"]

_FEW = 10  # points that are needed to decide anything
# Ways to hand over numbers: alone, in an array, and in a row for functions of whole rows.
_FORMS = [lambda x: x[0], lambda x: x.copy(), lambda x: x[np.newaxis].copy()]
_, _ARRAY, _ROW = _FORMS


@dataclass(frozen=True)
class Agreement:
    """How often a derivative gave the function's slope when it was called with one of z and a.

    Attributes
    ----------
    right
        The number of points where it gave the slope.
    wrong
        The number of points where it gave another number.
    missing
        The number of points where it gave no number.
    worst
        None, or a tuple: z, a, what the derivative gave and what the slope is, at the point
        farthest off; one with z between −5 and 5 if it is wrong there.
    """

    right: int
    wrong: int
    missing: int
    worst: tuple | None = None

    @property
    def points(self):
        """How many points there are."""
        return self.right + self.wrong + self.missing

    @property
    def holds(self):
        """Whether it is never wrong, and has a value at nine of ten points."""
        return self.wrong == 0 and 10 * self.missing <= self.points

    @property
    def fails(self):
        """Whether it is wrong at more than 2 % of the points, or no value at more than half."""
        return self.wrong > 0.02 * self.points or 2 * self.missing > self.points

    def __str__(self):
        parts = {"right": self.right, "wrong": self.wrong, "without a value": self.missing}
        text = ", ".join(f"{word} at {n}" for word, n in parts.items() if n)
        text += f" of {self.points} points"
        if self.worst:
            z, a, got, slope = self.worst
            text += f"; at z = {z:.3g}, a = {a:.3g} it gives {got:.3g}, the slope is {slope:.3g}"
        return text


@dataclass(frozen=True)
class Diagnosis:
    """What `diagnose` found. Print it to read it.

    Attributes
    ----------
    expects
        ``"input"``, ``"output"``, ``"both"``, ``"neither"`` or ``"undecided"``.
    summary
        The verdict in a sentence, with the reason where there is no evidence by points.
    slip
        For ``"neither"``, the slip that would explain it; empty if none is recognised.
    with_input
        The evidence from calling the derivative with z, an `Agreement` or None.
    with_output
        The evidence from calling it with a, likewise.
    notes
        What else was seen.
    """

    expects: str
    summary: str
    slip: str = ""
    with_input: Agreement | None = None
    with_output: Agreement | None = None
    notes: tuple = ()

    def __str__(self):
        lines = [self.summary]
        if self.slip:
            lines.append(f"Likely slip: {self.slip}")
        if self.with_input:
            lines += [f"  with z: {self.with_input}.", f"  with a: {self.with_output}."]
        return "\n".join([*lines, *(f"Note: {note}" for note in self.notes)])


def diagnose(function, derivative):
    """Say what a derivative expects: the function's input z or its output a.

    The module's own documentation tells how it finds out.

    Parameters
    ----------
    function : callable
        Takes a number, an array or a row of numbers, and returns as many. It may have kinks, a
        restricted domain, or any precision.
    derivative : callable
        What is meant to be its derivative, of one argument.

    Returns
    -------
    Diagnosis
        Its `expects` is ``"input"``, ``"output"``, ``"both"`` (right whichever it gets),
        ``"neither"`` or ``"undecided"``. Its text gives the evidence.

    Raises
    ------
    TypeError
        If one of the two cannot be called.
    ValueError
        If one of the two returns a number at none of the points. The message ends with its own
        error.

    Examples
    --------
    >>> from nnlib import sigmoid
    >>> from nnlib.contracts import diagnose
    >>> def prime(x):
    ...     return x * (1 - x)
    >>> verdict = diagnose(sigmoid, prime)
    >>> verdict.expects
    'output'
    >>> print(verdict.summary)
    prime is sigmoid′ of the *output*: call it with a.
    """
    f, g = _Probe(function, "function", "f"), _Probe(derivative, "derivative", "f′")
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        return _diagnose(f, g)


def _diagnose(f, g):
    z = _points()
    a = f(z)
    for probe in (f, g):
        y = a if probe is f else g(z)
        if not np.array_equal(y, probe(z[::-1])[::-1], equal_nan=True):
            return Diagnosis("undecided", _FICKLE.format(probe.name))
        if probe is f or np.isfinite(y).any():
            mixing = probe.mixes(z, y)
            if mixing:
                return Diagnosis("neither", _MIXES.format(f=f.name, g=g.name, mixing=mixing))
    known = np.isfinite(a)
    if not known.any():
        f.give_up()
    z, a = z[known], a[known]
    by_z, by_a = g(z), g(a)
    if not (np.isfinite(by_z) | np.isfinite(by_a)).any():
        g.give_up()

    epsilon = max(_epsilon(f, z, a), _epsilon(g, z, by_z))
    slope, error = _slope(f, z, epsilon)
    near = (np.abs(z) <= 10) & np.isfinite(slope)
    large = np.quantile(np.abs(slope[near]), 0.9) if near.any() else 0.0
    floor = max(1e-5, 100 * epsilon) * large
    # The last term is for functions without any slope: there, much less than their values is 0.
    known = 100 * error <= np.maximum(np.maximum(np.abs(slope), large), 1e-8 * np.abs(a))
    z, a, by_z, by_a, slope, error = (v[known] for v in (z, a, by_z, by_a, slope, error))
    tolerance = 10 * error + floor
    telling = (np.abs(slope) > 10 * tolerance) if large else known[known]  # not where it is flat
    if telling.sum() < _FEW:
        return Diagnosis("undecided", _TOO_FEW.format(f=f.name, n=telling.sum(), few=_FEW))

    evidence = [_agreement(z, a, got, slope, tolerance) for got in (by_z, by_a)]
    with_z, with_a = evidence
    if with_z.holds and with_a.holds:
        expects = "both"
    elif with_z.holds:
        expects = "input"
    elif with_a.holds:
        expects = "output"
    elif with_z.fails and with_a.fails:
        expects = "neither"
    else:
        expects = "undecided"
    slip = _slip(f, z, a, by_z, by_a, slope, tolerance, epsilon) if expects == "neither" else ""
    notes = tuple(
        f"{probe.name} changes the array that it gets. Hand it a copy."
        for probe in (f, g)
        if probe.changes
    )
    return Diagnosis(expects, _SUMMARY[expects].format(f=f.name, g=g.name), slip, *evidence, notes)


_SUMMARY = {
    "input": "{g} is {f}′ of the *input*: call it with z. "
    "With a it gives the slope at another place, {f}′({f}(z)).",
    "output": "{g} is {f}′ of the *output*: call it with a.",
    "both": "{g} is {f}′ whichever it gets: call it with z or with a.",
    "neither": "{g} is not {f}′, neither of the input z nor of the output a.",
    "undecided": "Undecided: {g} is right at too many points to be called wrong, and wrong or "
    "without a value at too many to be called right. Look where:",
}
_FICKLE = (
    "Undecided: {} gave two answers to the same number. It is random or remembers its calls, so "
    "its values prove nothing. Remove the randomness or the memory and ask again."
)
_MIXES = (
    "{g} is not {f}′, neither of the input nor of the output, for {mixing}. A slope element by "
    "element exists only where each output depends on its own input alone. Elsewhere the "
    "derivative is a matrix, the Jacobian, with a row for each output."
)
_TOO_FEW = (
    "Undecided: {f} has a slope that can be measured at only {n} points, and {few} are needed. Its "
    "domain is too small, or it is flat nearly everywhere, or its values are rounded too coarsely."
)


class _Probe:
    """A function of one number, called one number at a time; NaN where it gives none."""

    def __init__(self, function, role, short):
        if not callable(function):
            raise TypeError(
                f"{role} is {function!r:.80}; give a function of one argument, without calling it: "
                f"sigmoid, not sigmoid(z)."
            )
        name = getattr(function, "name", getattr(function, "__name__", None))
        self.name = short if not isinstance(name, str) or name.startswith("<") else name
        self.function, self.role = function, role
        self.form, self.error, self.changes = None, None, False

    def __call__(self, x):
        return np.array([self._one(v) for v in x.ravel()[:, np.newaxis]]).reshape(x.shape)

    def _one(self, x):
        for form in [self.form] if self.form else _FORMS:
            try:
                values = np.asarray(self.function(form(x)))
                if values.size != 1:
                    raise ValueError(f"it returned {values.size} numbers for one")
                value = float(values.item())
            except Exception as error:  # whatever the function may raise
                self.error = self.error or error
            else:
                if math.isfinite(value):
                    self.form = form
                    return value
                self.error = self.error or ValueError(f"it returned {value}")
        return np.nan

    def mixes(self, x, alone):
        """Say how the value at one number depends on the others beside it, if it does."""
        form = _ROW if self.form is _ROW else _ARRAY
        chosen = (np.abs(x) < 3) & (np.isfinite(alone) | ~np.isfinite(alone).any())
        x, alone = x[chosen], alone[chosen]
        argument = form(x)
        before = argument.copy()
        try:
            together = np.asarray(self.function(argument), dtype=float)
        except Exception:  # takes no arrays, or no numbers outside its domain
            return ""
        self.changes = not np.array_equal(before, argument)
        if together.size not in (1, x.size):
            if not np.isfinite(alone).any():
                return ""
            return f"{self.name} returns {together.size} numbers for an array of {x.size}"
        together = np.broadcast_to(together.ravel(), x.shape)
        margin = 5e-3 * np.abs(alone) + 1e-4 * np.max(np.abs(alone), initial=0)
        off = np.isfinite(together) & ~(np.abs(together - alone) <= margin)
        if not off.any():
            return ""
        i = np.argmax(off)
        return (
            f"{self.name} mixes the elements of an array: {x[i]:.3g} alone gives {alone[i]:.3g}, "
            f"and among {x.size - 1} other numbers {together[i]:.3g}"
        )

    def give_up(self):
        """Raise, with the reason that the function itself gave."""
        raise ValueError(
            f"the {self.role}, {self.name}, returned a real number at none of the points tried. "
            f"It must take one argument, a number or an array. Its first error was "
            f"{type(self.error).__name__}: {self.error}"
        )


def _points():
    """Return points from 0.01 to 1,000, of both signs, the same in every run."""
    rng = np.random.default_rng(0)
    scales = [1.0, 0.01, 0.1, 3.0, 10.0, 100.0, 1000.0]
    return np.concatenate([[0.5], *(rng.uniform(-s, s, 30) for s in scales)])


def _varied(y):
    return len(np.unique(y)) > _FEW


def _epsilon(probe, x, y):
    """Return the relative spacing of the numbers that a function seems to work with."""
    x, y = x[np.isfinite(y)], y[np.isfinite(y)]
    for kind in (np.float16, np.float32):
        if _varied(y) and (
            np.array_equal(y, y.astype(kind))
            or np.array_equal(y, probe(x.astype(kind).astype(float)))
        ):
            return float(np.finfo(kind).eps)
    return float(np.finfo(float).eps)


def _slope(f, x, epsilon):
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
    """Return the smallest step in which the values of `f` move, or 0 if there are few values."""
    if _varied(f(x)):
        for moves in (np.abs(f(x * (1 + 2**-40)) - f(x)), np.abs(up - down)):
            if (moves > 0).any():
                return moves[moves > 0].min()
    return 0.0


def _agreement(z, a, got, slope, tolerance):
    missing = ~np.isfinite(got)
    off = np.abs(got - slope)
    wrong = ~missing & (off > tolerance + 1e-4 * np.abs(slope))
    worst = None
    if wrong.any():
        small = wrong & (np.abs(z) <= 5)  # a number that a person can follow, if there is one
        i = np.argmax(np.where(small if small.any() else wrong, off, 0))
        worst = tuple(float(v[i]) for v in (z, a, got, slope))
    return Agreement(int((~missing & ~wrong).sum()), int(wrong.sum()), int(missing.sum()), worst)


def _slip(f, z, a, by_z, by_a, slope, tolerance, epsilon):
    """Name the slip that turns the right derivative into this one, if it is a known one."""

    def same(got, target):
        both = np.isfinite(got) & np.isfinite(target)
        off = np.abs(got - target) > tolerance + 1e-3 * np.abs(target)
        return both.mean() > 0.9 and off[both].mean() <= 0.02

    calls = ("z", by_z), ("a", by_a)
    if np.ptp(by_z) > 0 and same(by_z, _slope(f, a, epsilon)[0]):
        return f"it applies {f.name} twice inside: it is {f.name}′({f.name}(z))."
    for called, got in calls:
        ratio = float(np.nanmedian((got / slope)[np.abs(slope) > 100 * tolerance]))
        if ratio and same(got, ratio * slope):
            if abs(ratio + 1) < 1e-3:
                return f"the sign. Called with {called}, it is −1 times the slope."
            return (
                f"a constant factor. Called with {called}, it is {ratio:.4g} times the slope; "
                f"multiply it by {1 / ratio:.4g}."
            )
    if same(by_z, a):
        return f"it is {f.name} itself and not its slope."
    for called, got in calls:
        for factor, value in {"a": a, "1 − a": 1 - a, "1 + a": 1 + a, "z": z}.items():
            if same(got * value, slope):
                text = f"a factor is missing. Called with {called}, it lacks the factor {factor}"
                square = " (1 − a where 1 − a² is meant?)" if factor == "1 + a" else ""
                return f"{text}{square}, with a = {f.name}(z)."
    for other in ACTIVATIONS.values():
        if same(by_z, other.derivative(z)):
            return f"another function. It is {other.name}′ of the input."
        if other.derivative_from_output and same(by_z, other.compute_derivative_from_output(z)):
            return f"another function. It is {other.name}′ of the output of {other.name}."
    for called, got in calls:
        right = np.abs(got - slope) <= tolerance + 1e-4 * np.abs(slope)
        for side, here in (("z > 0", z > 0), ("z < 0", z < 0)):
            if here.any() and right[here].all():
                return f"one side. Called with {called}, it is right for {side} only."
    return ""
