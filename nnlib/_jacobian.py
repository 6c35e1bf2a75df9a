"""Compare what a derivative returns for several numbers with the whole matrix of slopes.

A function that mixes its elements, such as softmax, has a slope for each pair of output i and input
j: the Jacobian J, with J[i, j] = ∂aᵢ/∂zⱼ. It is measured by central differences.
"""

from dataclasses import dataclass

import numpy as np

from nnlib._probe import TOGETHER
from nnlib._words import apart

_VECTORS = np.random.default_rng(1).uniform(-2, 2, (3, 4))


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
    found, tolerance = {}, 1e-2 if any(m[2] for m in measured) else 1e-4
    for called in ("z", "a"):
        for way in (form, *TOGETHER):
            given = [
                g.together(z if called == "z" else a, way)
                for z, (a, _, _) in zip(_VECTORS, measured)
            ]
            if all(v is not None and v.size in (4, 16) for v in given):
                break
        else:
            continue
        found[called] = _part(given, [J for _, J, _ in measured], tolerance)
    for part in ("all", "transposed", "diagonal"):
        calls = "".join(called for called, (what, _) in found.items() if what == part)
        if calls:
            return Match(part, calls)
    called = next((called for called, (what, _) in found.items() if what == "wrong"), None)
    return Match("wrong", called, found[called][1]) if called else None


def _measured(f, z, form):
    """Return a, the Jacobian at z, and whether it has single precision; None if there is none."""
    a = f.together(z, form)
    if a is None or a.size != z.size:
        return None
    single = a.dtype in (np.float16, np.float32)
    h = 5e-3 if single else 6e-6
    columns = []
    for step in h * np.eye(z.size):
        up, down = f.together(z + step, form), f.together(z - step, form)
        if up is None or down is None:
            return None
        columns.append((up.astype(float).ravel() - down.astype(float).ravel()) / (2 * h))
    J = np.column_stack(columns)
    return (a.astype(float).ravel(), J, single) if np.isfinite(J).all() else None


def _part(given, jacobians, tolerance):
    if given[0].size == 16:
        for part in ("all", "transposed"):
            turned = [J.T if part == "transposed" else J for J in jacobians]
            if all(map(_near, given, turned, [tolerance] * 3)):
                return part, ""
        return "wrong", _example(given, jacobians)
    diagonals = [np.diag(J) for J in jacobians]
    same = all(map(_near, given, diagonals, [tolerance] * 3))
    return ("diagonal", "") if same else ("other", "")


def _near(given, wanted, tolerance):
    off = np.abs(given.astype(float).ravel() - wanted.ravel())
    return bool((off <= tolerance * np.abs(wanted).max() + 1e-7).all())


def _example(given, jacobians):
    M, J = given[0].astype(float).reshape(4, 4), jacobians[0]
    i, j = np.unravel_index(np.argmax(np.abs(M - J)), J.shape)
    got, slope = apart(M[i, j], J[i, j])
    return f"in row {i}, column {j} it gives {got}, the slope is {slope}"
