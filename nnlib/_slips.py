"""The slips that turn a right derivative into a wrong one, and how numbers give them away."""

import numpy as np

from nnlib._words import factor
from nnlib.more_activations import ACTIVATIONS


def name_slip(f, z, a, by_z, by_a, slope, slope_at_a, tolerance):
    """Name the slip that turns the right derivative into this one, if it is a known one.

    `f` is the function's name, `slope_at_a` its slope at a, and `by_z` and `by_a` are what the
    derivative gave for z and for a.
    """

    def same(got, target):
        both = np.isfinite(got) & np.isfinite(target)
        off = np.abs(got - target) > tolerance + 1e-3 * np.abs(target)
        return both.mean() > 0.9 and off[both].mean() <= 0.02

    calls = ("z", by_z), ("a", by_a)
    if np.ptp(by_z) > 0 and same(by_z, slope_at_a):
        return f"it applies {f} twice inside: it is {f}′({f}(z))."
    for called, got in calls:
        ratio = float(np.nanmedian((got / slope)[np.abs(slope) > 100 * tolerance]))
        if ratio and same(got, ratio * slope):
            if abs(ratio + 1) < 1e-3:
                return f"the sign. Called with {called}, it is −1 times the slope."
            return (
                f"a constant factor. Called with {called}, it is {factor(ratio)[0]} times the "
                f"slope; multiply it by {factor(1 / ratio)[0]}."
            )
    if same(by_z, a):
        return f"it is {f} itself and not its slope."
    for called, got in calls:
        for lacking, value in {"a": a, "1 − a": 1 - a, "1 + a": 1 + a, "z": z}.items():
            if same(got * value, slope):
                text = f"a factor is missing. Called with {called}, it lacks the factor {lacking}"
                square = " (1 − a where 1 − a² is meant?)" if lacking == "1 + a" else ""
                return f"{text}{square}, with a = {f}(z)."
    for other in ACTIVATIONS.values():
        if same(by_z, other.derivative(z)):
            return f"another function. It is {other.name}′ of the input."
        if other.derivative_from_output and same(by_z, other.compute_derivative_from_output(z)):
            return f"another function. It is {other.name}′ of the output of {other.name}."
    for called, got in calls:
        added = float(np.nanmedian(got - slope))
        if same(got, slope + added):
            return (
                f"a constant is added. Called with {called}, it is the slope plus {added:.4g}; "
                f"subtract that."
            )
    for called, got in calls:
        right = np.abs(got - slope) <= tolerance + 1e-4 * np.abs(slope)
        for side, here in (("z > 0", z > 0), ("z < 0", z < 0)):
            if here.any() and right[here].all():
                return f"one side. Called with {called}, it is right for {side} only."
    return ""


def rough_copy(z, a, by_z):
    """Return the known function that this one imitates, what its slope expects, and the difference.

    None, unless the function is within a hundredth of a known one for z up to 10, and the
    derivative is that one's to five digits. A table with few entries or a tight clip does that.
    """
    near = np.abs(z) <= 10
    for other in ACTIVATIONS.values():
        off = np.max(np.abs(a - other(z))[near])
        if not 0 < off <= 1e-2 * np.median(np.abs(a[near])):
            continue
        targets = {"input": other.derivative(z)}
        if other.derivative_from_output:
            targets["output"] = other.compute_derivative_from_output(z)
        for contract, target in targets.items():
            if np.allclose(by_z, target):
                return other.name, contract, off
    return None
