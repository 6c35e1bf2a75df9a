"""Find out what a derivative expects, the function's input z or its output a = f(z).

``diagnose(function, derivative)`` tries both. It needs no formula and no source:

1. *Points.* Both are called with one number at a time, at some 200 points of very different sizes
   and both signs. Points where a function raises, or returns NaN or infinity, lie outside its
   domain and are left out. A function that takes no single numbers gets them in arrays of one, in
   rows or in lists. Each call gets a fresh argument, so a function may change it, and whatever it
   prints is held back.
2. *Is there a slope at all?* A function that gives two answers to one question is random or
   remembers its calls, so there is no verdict on it. A derivative whose answer depends on the
   function's last call reads what a layer stored; the verdict shows how to ask about the two in one
   call. A function such as softmax, whose answer for a number changes with the others in the same
   array, row or column, mixes its elements. Its slopes form a matrix, the Jacobian, with which the
   derivative is compared instead.
3. *The numerical slope.* Central differences at nine steps, each a quarter of the one before, with
   one Richardson extrapolation. The error is how far neighbours, and all smaller steps, disagree.
   Two things are added to it: rounding, in the precision that the function seems to work in, and
   what remains of the difference between the slopes on the right and on the left, which shrinks
   with the step on a smooth curve but not at a kink. The step with the least error is taken. A
   point where even that is large does not decide.
4. *Two hypotheses.* The derivative is called with z and with a, and compared with the slope at z.
   The tolerance is ten times the error, plus 1e-4 of the slope, plus 1e-5 of a large slope of this
   function; so a derivative that rounds or guards against 0 is not called wrong. Nor is one that
   still falls towards 0 where a function that is clipped, or read from a table, is already flat:
   those points do not decide, and a note says where they are.
5. *The verdict.* A hypothesis holds if no point speaks against it and the derivative has a value at
   nine of ten. It fails if more than 2 % of the points speak against it, or if the derivative has
   no value at more than half of them. If neither holds and at most one fails, the verdict is
   "undecided". It is also "undecided" if fewer than ten points have a slope that stands out from
   the tolerance, unless the function is flat everywhere; and if the derivative is nearly right,
   within half a percent.

What this cannot see: a mistake that is smaller than the tolerance, that lies between the points or
beyond 1,000, or that appears only for arrays of a certain size.
"""

import contextlib
import io
import warnings
from dataclasses import dataclass, replace

import numpy as np

from nnlib._jacobian import match
from nnlib._probe import Probe, call, flag, options
from nnlib._slips import name_slip, rough_copy
from nnlib._slope import FEW, epsilon_of, points, slope_of
from nnlib._words import apart

__all__ = ["Agreement", "Diagnosis", "diagnose"]


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
        None, or a tuple for the point farthest off: z, a, what the derivative gave, and the slope.
        The point has z between −5 and 5 if one of those is wrong.
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
        """Whether it is never wrong and has a value at nine of ten points."""
        return self.wrong == 0 and 10 * self.missing <= self.points

    @property
    def fails(self):
        """Whether it is wrong at more than 2 % of the points, or has no value at more than half."""
        return self.wrong > 0.02 * self.points or 2 * self.missing > self.points

    def __str__(self):
        parts = {"right": self.right, "wrong": self.wrong, "without a value": self.missing}
        text = ", ".join(f"{word} at {n}" for word, n in parts.items() if n)
        text += f" of {self.points} points"
        if self.worst:
            z, a, got, slope = self.worst
            got, slope = apart(got, slope)
            text += f"; at z = {z:.3g}, a = {a:.3g} it gives {got}, the slope is {slope}"
        return text


@dataclass(frozen=True)
class Diagnosis:
    """What `diagnose` found. Print it to read the verdict.

    Attributes
    ----------
    expects
        ``"input"``, ``"output"``, ``"both"``, ``"neither"`` or ``"undecided"``.
    summary
        The verdict in a sentence, with the reason where there is no evidence from points.
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

    @property
    def code(self):
        """The exit code of ``python -m nnlib``, 1 for "neither", 3 for "undecided", otherwise 0."""
        return {"neither": 1, "undecided": 3}.get(self.expects, 0)

    def __str__(self):
        lines = [self.summary]
        if self.slip:
            lines.append(f"Likely slip: {self.slip}")
        if self.with_input:
            lines += [f"  with z: {self.with_input}.", f"  with a: {self.with_output}."]
        return "\n".join([*lines, *(f"Note: {note}" for note in self.notes)])


def diagnose(function, derivative):
    """Say what a derivative expects: the function's input z or its output a.

    The module's own documentation explains how it finds out.

    Parameters
    ----------
    function : callable
        Takes a number, an array, a row or a list of numbers, and returns as many. It may have
        kinks, a restricted domain, or any precision.
    derivative : callable
        Its supposed derivative, of one argument. If it is `function` itself, and that has a flag
        such as ``deriv=False``, it is called with the flag switched.

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
        If one of the two returns a number at none of the points. The message says what to hand
        over instead, and ends with the function's own error.

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
    prime is sigmoid′ of the output: call it with a.

    A layer that remembers is asked about in one call:

    >>> class Layer:
    ...     def forward(self, z):
    ...         self.a = sigmoid(z)
    ...         return self.a
    ...     def backward(self, gradient):
    ...         return gradient * self.a * (1 - self.a)
    >>> layer = Layer()
    >>> diagnose(layer.forward, lambda z: (layer.forward(z), layer.backward(1.0))[1]).expects
    'input'
    """
    f, g = Probe(function, "function", "f"), Probe(derivative, "derivative", "the derivative")
    notes = []
    same = function == derivative  # a method is another object each time that it is named
    turned = flag(function) if same else None
    if turned:
        name, value = turned
        g.function = lambda z: derivative(z, **{name: value})
        words = f"{f.name}(z, {name}={value})"
        notes.append(
            f"{f.name} is one function with a flag, {name}. Its derivative was asked for as "
            f"lambda z: {words}."
        )
        g.name = f"{f.name}(…, {name}={value})"
    elif same and options(function):
        notes.append(
            f"{f.name} was given twice. If {options(function)[0]} turns it into its derivative, "
            f"give lambda z: {f.name}(z, {options(function)[0]}=…) as the second."
        )
    elif f.name == g.name and not same:
        f.name, g.name = "f", "the derivative"  # nobody could tell two of the same name apart
    printed = _Counter()
    with (
        warnings.catch_warnings(),
        np.errstate(all="ignore"),
        contextlib.redirect_stdout(printed),
        contextlib.redirect_stderr(printed),
    ):
        warnings.simplefilter("ignore")
        found = _diagnose(f, g)
    for probe in (f, g):
        if probe.changes:
            notes.append(f"{probe.name} changes the array that it gets. Hand it a copy.")
        if probe.matrix:
            notes.append(
                f"{probe.name} returns np.matrix, for which * multiplies matrices and not numbers. "
                f"Use arrays: lambda z: np.asarray({call(probe.function, probe.name)}(z))."
            )
    if printed.lines:
        lines = "1 line, which is" if printed.lines == 1 else f"{printed.lines} lines, which are"
        notes.append(f"The two printed {lines} not shown here.")
    summary = found.summary
    if summary.startswith("the "):
        summary = "T" + summary[1:]
    return replace(found, summary=summary, notes=(*found.notes, *notes))


class _Counter(io.TextIOBase):
    """Something to print to that keeps only the number of lines."""

    lines = 0

    def write(self, text):
        self.lines += text.count("\n")
        return len(text)


def _diagnose(f, g):
    z = points()
    a = f(z)
    mixings = {}
    for probe in (f, g):
        y = a if probe is f else g(z)
        if not np.array_equal(y, probe(z[::-1])[::-1], equal_nan=True):
            return Diagnosis("undecided", _FICKLE.format(probe.name))
        if probe is g and _remembers(f, g, z[np.isfinite(a)]):
            return _memory(f, g)
        if probe is f or np.isfinite(y).any():
            mixings[probe] = probe.mixes(z, y)
    mixing = next((m for m in mixings.values() if m and not m.typed), None)
    if mixing:
        return _matrix(f, g, mixing)
    known = np.isfinite(a)
    if not known.any():
        f.give_up()
    z, a = z[known], a[known]
    by_z, by_a = g(z), g(a)
    if not (np.isfinite(by_z) | np.isfinite(by_a)).any():
        g.give_up()
    found = _compare(f, g, z, a, by_z, by_a)
    for probe, mixing in mixings.items():
        if mixing and found.expects in _SLOPE_OF:
            summary = _TYPED.format(name=probe.name, mixing=mixing.text)
            summary += f" Called with single numbers, {found.summary}"
            return replace(found, expects="neither", summary=summary)
    return found


def _compare(f, g, z, a, by_z, by_a):
    """Return the `Diagnosis` of a function that works element by element."""
    epsilon = max(epsilon_of(f, z, a), epsilon_of(g, z, by_z))
    slope, error = slope_of(f, z, epsilon)
    near = (np.abs(z) <= 10) & np.isfinite(slope)
    large = np.quantile(np.abs(slope[near]), 0.9) if near.any() else 0.0
    floor = max(1e-5, 100 * epsilon) * large
    # The last term is for functions without any slope: there, much less than their values is 0.
    known = 100 * error <= np.maximum(np.maximum(np.abs(slope), large), 1e-8 * np.abs(a))
    z, a, by_z, by_a, slope, error = (v[known] for v in (z, a, by_z, by_a, slope, error))
    tolerance = 10 * error + floor
    telling = np.abs(slope) > 10 * tolerance  # not where it is flat
    n = telling.sum() if large else telling.size
    if n < FEW:
        return Diagnosis("undecided", _TOO_FEW.format(f=f.name, n=n, few=FEW))

    evidence, clips, nearly = [], [], []
    for got in (by_z, by_a):
        clip = _Clip(z, a, got, slope, tolerance, large, telling)
        kept = ~clip.bent if clip.slight else np.full(z.shape, True)
        evidence.append(_agreement(*(v[kept] for v in (z, a, got, slope, tolerance))))
        clips.append(clip)
        nearly.append(_nearly(got, slope, tolerance, large, telling, ~clip.bent))
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
    names = {"f": f.name, "g": g.name}
    for called, clip in zip(_CALLS, clips):
        if clip.slight and expects in (called, "both"):
            note = _BENT.format(clip=clip.text, **names)
            return Diagnosis(expects, _SUMMARY[expects].format(**names), "", *evidence, (note,))
    if expects == "neither":
        copied = rough_copy(z, a, by_z)
        for called, clip, off in zip(_CALLS, clips, nearly):
            of = _SLOPE_OF[called]
            if clip.right:
                summary = _CLIPPED.format(of=of, clip=clip.text, **names)
            elif off is not None:
                summary = _NEARLY.format(of=of, off=off, **names)
            elif copied and called == copied[1]:
                summary = _COPY.format(of=of, other=copied[0], off=copied[2], **names)
            else:
                continue
            return Diagnosis("undecided", summary, "", *evidence)
    slip = ""
    if expects == "neither":
        at_a = slope_of(f, a, epsilon)[0]
        slip = name_slip(f.name, z, a, by_z, by_a, slope, at_a, tolerance)
    return Diagnosis(expects, _SUMMARY[expects].format(**names), slip, *evidence)


_CALLS = ("input", "output")
_SLOPE_OF = {"input": "input z", "output": "output a", "both": "input z or of the output a"}
_SUMMARY = {
    "input": "{g} is {f}′ of the input: call it with z. "
    "With a it gives the slope at another place, {f}′({f}(z)).",
    "output": "{g} is {f}′ of the output: call it with a.",
    "both": "{g} is {f}′ whichever it gets: call it with z or with a.",
    "neither": "{g} is not {f}′: not of the input z, and not of the output a.",
    "undecided": "Undecided: {g} is right at too many points to be called wrong, and wrong or "
    "without a value at too many to be called right. The evidence:",
}
_FICKLE = (
    "Undecided: {} gave two answers to the same number. It is random or remembers its calls, so "
    "its values prove nothing. Remove the randomness or the memory and ask again."
)
_TOO_FEW = (
    "Undecided: {f} has a slope that can be measured at only {n} points, and {few} are needed. Its "
    "domain is too small, or it is flat nearly everywhere, or its values are rounded too coarsely, "
    "as in float16 or a table."
)
_NEARLY = (
    "Undecided: {g} is nearly right, off by {off}, as {f}′ of the {of}. A difference quotient with "
    "a large step, a table, rounding, or a number added to avoid 0 does that; a wrong formula is "
    "farther off."
)
_BENT = "{clip}, where {g} is nearly 0 as well. No network notices the difference."
_CLIPPED = (
    "Undecided: {g} is right as {f}′ of the {of} except at the ends. {clip}, and {g} is not 0 "
    "there."
)
_COPY = (
    "Undecided: {g} is exactly {other}′ of the {of}, but {f} is only roughly {other}, off by up "
    "to {off:.2g}. A table with few entries or a clip does that. Ask about the exact function."
)
_TYPED = (
    "{name} is wrong in arrays: {mixing}. NumPy took the type of the whole array from its first "
    "value, a whole number, and cut off the decimals of the others. Write otypes=[float] in "
    "np.vectorize, or 1.0 for 1."
)
_REMEMBERS = (
    "Undecided: {g} remembers. What it gives depends on what {f} was handed before, so it reads "
    "what {f} stored. Ask about the two in one call, diagnose({F}, lambda z: ({F}(z), {G}(1.0))[1])"
    ", where 1.0 stands for the gradient that arrives from the next layer."
)
_MIXES = (
    "{g} is not {f}′, of the input or of the output, since {mixing}. A slope element by element "
    "exists only where each output depends on its own input alone. Elsewhere the derivative is a "
    "matrix, the Jacobian, with a row for each output."
)
_JACOBIAN = (
    "{g} is the Jacobian of {f}, of the {of}: call it with {call}. It is a matrix with a {line} "
    "for each output, since {mixing}."
)
_PARTS = {
    "all": "a matrix instead of its diagonal. Called with {call}, it is right as the Jacobian, "
    "which for a function that works element by element has the slopes on its diagonal and 0 "
    "elsewhere. Take np.diag of it.",
    "diagonal": "the diagonal alone. Called with {call}, it is the diagonal of the Jacobian of "
    "{f}. The other entries are not 0, and backpropagation needs them too.",
    "wrong": "another matrix. It has the shape of the Jacobian of {f}; called with {call}, "
    "{example}.",
}


def _remembers(f, g, z):
    """Whether what `g` gives depends on the number that `f` was handed last."""
    few = z[:FEW]
    answers = g(few)
    for last in few[:, np.newaxis]:
        f(last)
        if not np.array_equal(answers, g(few), equal_nan=True):
            return True
    return False


def _memory(f, g):
    """Return the `Diagnosis` of a derivative that reads what the function stored."""
    names = {"f": f.name, "g": g.name, "F": call(f.function, f.name), "G": call(g.function, g.name)}
    both = Probe(lambda z: (f.function(z), g.function(1.0))[1], g.role, "the derivative")
    try:
        together = _diagnose(f, both)
    except ValueError:
        notes = ()
    else:
        right = together.expects in ("input", "both")
        likely = f" Likely slip: {together.slip}" if together.slip else ""
        notes = (
            f"Asked like that, {g.name} is right."
            if right
            else f"Asked like that: {together.summary}{likely}",
        )
    return Diagnosis("undecided", _REMEMBERS.format(**names), notes=notes)


def _matrix(f, g, mixing):
    """Return the `Diagnosis` where slopes element by element are not the whole derivative."""
    found = match(f, g, mixing.form)
    names = {"f": f.name, "g": g.name, "mixing": mixing.text}
    if found and found.part in ("all", "transposed") and f.mixed(mixing):
        expects = {"z": "input", "a": "output", "za": "both"}[found.calls]
        summary = _JACOBIAN.format(
            of=_SLOPE_OF[expects],
            call=" or ".join(found.calls),
            line="row" if found.part == "all" else "column",
            **names,
        )
        return Diagnosis(expects, summary)
    slip = ""
    if found and found.part in _PARTS:
        slip = _PARTS[found.part].format(
            call=" or ".join(found.calls), example=found.example, **names
        )
    return Diagnosis("neither", _MIXES.format(**names), slip)


class _Clip:
    """The far ends where a function is flat and a derivative goes on as if it were not.

    `bent` marks the points. `slight` says that the derivative is nearly 0 there, `right` that it is
    right everywhere else.
    """

    slight, right, text = False, False, ""

    def __init__(self, z, a, got, slope, tolerance, large, telling):
        self.bent = np.full(z.shape, False)
        ends = []
        for side in (-1, 1):
            inner = np.argmax(np.where(telling, side * z, -np.inf))
            here = (np.abs(got) > tolerance) & (side * z > side * z[inner])
            if not here.any() or np.ptp(a[here]):
                continue
            # A clip bends a curve that is flat there already. Where relu turns, it is steep.
            gentle = abs(slope[inner]) <= 0.3 * large and (np.abs(got[here]) <= 0.1 * large).all()
            if gentle or abs(z[inner]) >= 8:
                self.bent |= here
                ends.append(f"{z[inner]:.3g}")
        if ends:
            beyond = "outside of {} to {}" if len(ends) == 2 else "beyond {}"
            self.text = (
                f"The function is flat {beyond.format(*ends)}, perhaps because of a clip or a table"
            )
            rest = (v[~self.bent] for v in (z, a, got, slope, tolerance))
            self.right = _agreement(*rest).wrong == 0
            self.slight = (np.abs(got[self.bent]) <= 0.02 * large).all()


def _nearly(got, slope, tolerance, large, telling, kept):
    """Return in words how far off a nearly right derivative is; None for any other."""
    kept = kept & np.isfinite(got)
    steep = kept & telling & (np.abs(slope) >= 0.05 * large)
    off = np.abs(got - slope)
    if not steep.any() or kept.mean() < 0.5:
        return None
    if not (off <= tolerance + 5e-3 * np.abs(slope) + 5e-4 * large)[kept].all():
        return None
    if (off > tolerance + 5e-3 * np.abs(slope))[kept].mean() > 0.1:
        return None
    return f"{100 * np.max((off / np.abs(slope))[steep]):.1g} %"


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
