"""Checks for the book's exercises. They say what is wrong instead of 'incorrect'.

A check returns a `Feedback`, which shows its message as the last line of a cell; its ``ok`` is for
a program. A wrong answer raises nothing; only a wrong call of the check itself does.
"""

from dataclasses import dataclass

import numpy as np

from nnlib.contracts import diagnose

__all__ = ["Feedback", "check_derivative", "check_number"]


@dataclass(frozen=True)
class Feedback:
    """Whether an answer is right, and a sentence that says what is wrong if it isn't."""

    ok: bool
    message: str

    def __repr__(self):
        return self.message


_CALL_WITH = {"input": "z", "output": "a"}


def check_derivative(answer, *, of, expects):
    """Check a reader's derivative, and which value it wants.

    Parameters
    ----------
    answer : callable
        The reader's derivative, of one argument.
    of : callable
        The function that it should be the derivative of.
    expects : str
        What the exercise asks for: a derivative of the ``"input"`` or of the ``"output"``. One that
        is right whichever it gets is accepted for both.

    Returns
    -------
    Feedback

    Raises
    ------
    TypeError
        If `of` cannot be called.
    ValueError
        If `expects` is another word.

    Examples
    --------
    >>> from nnlib import sigmoid
    >>> from nnlib.exercises import check_derivative
    >>> check_derivative(lambda a: a * (1 - a), of=sigmoid, expects="output")
    Right: with a, it is the slope of sigmoid.
    >>> check_derivative(lambda a: a * (1 - a), of=sigmoid, expects="input")
    Not yet: with a it is the slope of sigmoid, and this exercise asks for a function of z.
    """
    if expects not in _CALL_WITH:
        raise ValueError(f"expects is {expects!r}; give 'input' or 'output'.")
    if not callable(of):
        raise TypeError(f"of is {of!r:.80}; give the function whose derivative is asked for.")
    wanted = _CALL_WITH[expects]
    try:
        found = diagnose(of, answer)
    except (TypeError, ValueError) as error:
        return Feedback(False, f"Not yet: {error}")
    name = getattr(of, "name", getattr(of, "__name__", "the function"))
    if found.expects in (expects, "both"):
        return Feedback(True, f"Right: with {wanted}, it is the slope of {name}.")
    if found.expects in _CALL_WITH:
        other = _CALL_WITH[found.expects]
        return Feedback(
            False,
            f"Not yet: with {other} it is the slope of {name}, and this exercise asks for a "
            f"function of {wanted}.",
        )
    return Feedback(False, f"Not yet: {found}")


# What each slip makes of the expected number e. The first that fits is named.
_SLIPS = {
    "the sign is reversed": lambda e: -e,
    "it is twice what it should be; look for an extra factor of 2": lambda e: 2 * e,
    "it is half of what it should be; look for a missing factor of 2": lambda e: e / 2,
    "it is the square of what it should be": lambda e: e**2,
    "it is the square root of what it should be": lambda e: abs(e) ** 0.5,
    "it is the reciprocal of what it should be": lambda e: 1 / e if e else np.nan,
    "it is 1 minus what it should be": lambda e: 1 - e,
    "it is in percent; give it as a fraction of 1": lambda e: 100 * e,
}


def check_number(answer, expected, *, tolerance=1e-6, slips=None):
    """Check a reader's number, and name the slip that would explain a wrong one.

    Parameters
    ----------
    answer : number
        The reader's.
    expected : float
        The right one, finite.
    tolerance : float, optional
        How far off is still right, as a fraction of `expected` or, if that is 0, as a number.
    slips : dict of str to float, optional
        Wrong answers that this exercise foresees: what to say, and the number that calls for it.
        They come before the general slips: sign, factor of 2, square, reciprocal, 1 minus,
        percent.

    Returns
    -------
    Feedback

    Raises
    ------
    ValueError
        If `expected` or a number in `slips` is not finite, or `tolerance` is not positive.

    Examples
    --------
    >>> from nnlib.exercises import check_number
    >>> check_number(0.25, 0.25)
    Right.
    >>> check_number(-0.25, 0.25)
    Not yet: the sign is reversed.
    >>> check_number(0.197, 0.105, tolerance=0.01, slips={"you applied sigmoid twice": 0.1966})
    Not yet: you applied sigmoid twice.
    """
    slips = slips or {}
    if not np.isfinite([expected, *slips.values()]).all() or not tolerance > 0:
        raise ValueError(
            f"expected is {expected!r}, tolerance {tolerance!r} and slips {slips!r}; give finite "
            f"numbers, and a positive tolerance."
        )
    number = np.asarray(answer)
    if number.size != 1 or number.dtype.kind not in "biuf":
        return Feedback(False, f"Not yet: this is {answer!r:.60}; the answer is one real number.")
    number = float(number.item())
    if not np.isfinite(number):
        return Feedback(
            False, f"Not yet: this is {number}; look for a division by 0 or an overflow."
        )

    def near(value, within=tolerance):
        return abs(number - value) <= within * (abs(value) or 1)

    if near(expected):
        return Feedback(True, "Right.")
    candidates = slips | {text: slip(expected) for text, slip in _SLIPS.items()}
    for text, value in candidates.items():
        if near(value):
            return Feedback(False, f"Not yet: {text}.")
    if near(expected, within=max(1e-2, 10 * tolerance)):
        return Feedback(
            False, f"Not yet, but close: the relative error must be {tolerance:g} or less."
        )
    side = "larger" if number > expected else "smaller"
    return Feedback(False, f"Not yet: {number:g} is {side} than the right number.")
