"""Compare what a derivative returns for several numbers with the whole matrix of slopes.

A function that mixes its elements, such as softmax, has a slope for each pair of output i and input
j: the Jacobian J, with J[i, j] = ∂aᵢ/∂zⱼ. It is measured by central differences.
"""

from dataclasses import dataclass

import numpy as np

from nnlib._probe import TOGETHER
from nnlib._words import apart

_VECTORS = np.random.default_rng(1).uniform(-2, 2, (3, 4))
# What the digits of a type allow: the step in z that balances rounding against curvature, the error
# of slopes measured with it, and the error of slopes returned in that type. Both errors are shares
# of the largest slope.
_DOUBLE = 6e-6, 1e-4, 1e-4
_FEWER_DIGITS = {"float32": (5e-3, 1e-2, 1e-4), "float16": (1e-1, 1e-1, 1e-2)}


@dataclass(frozen=True)
class Match:
    """How a derivative's answer for a vector is related to the Jacobian.

    `part` is ``"all"``, ``"transposed"``, ``"diagonal"`` or ``"wrong"``; `calls` names the
    arguments, z or a, for which it is that; `example` says where it is ``"wrong"``.
    """

    part: str
    calls: str
    example: str = ""


def match(f, g, form):
    """Return the `Match` of the probes `f` and `g`, or None if nothing can be compared.

    `form`, a key of `TOGETHER`, says in which arrays `f` mixes its elements.
    """
    measured = [_measured(f, z, form) for z in _VECTORS]
    if any(m is None for m in measured):
        return None
    outputs, jacobians, errors = zip(*measured)
    given, found = {}, {}
    for called, arguments in {"z": _VECTORS, "a": outputs}.items():
        for way in (form, *TOGETHER):
            values = [g.together(v, way) for v in arguments]
            if {v is not None and v.size for v in values} in ({4}, {16}):
                given[called] = [_flat(v) for v in values]
                error = max(*errors, *(_allowed(v)[2] for v in values))
                tolerance = error * np.abs(jacobians).max() + 1e-9 * np.abs(outputs).max()
                found[called] = _part(given[called], jacobians, tolerance)
                break
    for part in ("all", "transposed", "diagonal"):
        calls = "".join(called for called in found if found[called] == part)
        if calls:
            return Match(part, calls)
    for called in found:
        if found[called] == "wrong":
            return Match("wrong", called, _example(given[called][0], jacobians[0]))
    return None


def _flat(values):
    return values.astype(float).ravel()


def _allowed(values):
    return _FEWER_DIGITS.get(values.dtype.name, _DOUBLE)


def _measured(f, z, form):
    """Return a, the Jacobian at z, and the error allowed for in it; None if there is none."""
    a = f.together(z, form)
    if a is None or a.size != z.size:
        return None
    h, error, _ = _allowed(a)
    steps = h * np.eye(z.size)
    up = [f.together(x, form) for x in z + steps]
    down = [f.together(x, form) for x in z - steps]
    if any(values is None for values in up + down):
        return None
    J = np.column_stack([(_flat(u) - _flat(d)) / (2 * h) for u, d in zip(up, down)])
    return (_flat(a), J, error) if np.isfinite(J).all() else None


def _part(given, jacobians, tolerance):
    """Return which part of the Jacobians is given, None for a vector that is not the diagonal."""

    def same(wanted):
        return (np.abs(given - np.reshape(wanted, (3, -1))) <= tolerance).all()

    if np.shape(given) == (3, 4):
        return "diagonal" if same([np.diag(J) for J in jacobians]) else None
    if same(jacobians):
        return "all"
    return "transposed" if same([J.T for J in jacobians]) else "wrong"


def _example(given, J):
    M = given.reshape(J.shape)
    i, j = np.unravel_index(np.argmax(np.abs(M - J)), J.shape)
    got, slope = apart(M[i, j], J[i, j])
    return f"in row {i}, column {j} it gives {got}, the slope is {slope}"
