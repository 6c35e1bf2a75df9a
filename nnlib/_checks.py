"""Check arguments before anything is computed or changed.

Each function returns its argument in the form that its callers compute with, or says what came,
what is accepted, and what to do.
"""

import operator

import numpy as np


def whole(value, name, least):
    """Return `value` as an int of `least` or more."""
    try:
        number = operator.index(value)
    except TypeError:
        raise TypeError(f"{name} is {value!r}; give a whole number, {least} or more.") from None
    if number < least:
        raise ValueError(f"{name} is {value}; give a whole number, {least} or more.")
    return number


def positive(value, name):
    """Return `value` as a finite float above 0."""
    number = reals(value, name)
    if number.ndim or not 0 < number < np.inf:
        raise ValueError(f"{name} is {value!r:.80}; give a positive number.")
    return float(number)


def finite(values, name):
    """Return `values` as a float64 array of finite numbers."""
    array = reals(values, name)
    if not np.isfinite(array).all():
        place = tuple(np.argwhere(~np.isfinite(array))[0].tolist())
        raise ValueError(f"{name} holds {array[place]} at {place}; give finite numbers only.")
    return array


def reals(values, name):
    """Return `values` as a float64 array; NaN and infinity pass."""
    array = _array(values)
    if array is None or array.dtype.kind not in "biuf":
        kind = type(values).__name__ if array is None else f"{type(values).__name__}, {array.dtype}"
        raise TypeError(
            f"{name} is {values!r:.80} ({kind}); give real numbers, alone or in equal rows."
        )
    return np.asarray(array, np.float64)


def numbers(values, name):
    """Return `values` as a float64 or complex128 array; NaN and infinity pass."""
    array = _array(values)
    if array is not None and array.dtype.kind == "c":
        return np.asarray(array, np.complex128)
    return reals(values, name)


def _array(values):
    """Return `values` as an array, or None where they are rows of different lengths."""
    try:
        return np.asarray(values)
    except ValueError:
        return None


def generator(rng):
    """Return `rng` if it is a numpy.random.Generator."""
    if not isinstance(rng, np.random.Generator):
        raise TypeError(
            f"rng is {rng!r:.80}; give a numpy.random.Generator, for example "
            f"numpy.random.default_rng(0)."
        )
    return rng
