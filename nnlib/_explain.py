"""Explain the difference between a gradient and the measured slopes."""

import numpy as np

from nnlib import _words


def called(name):
    """Return what a sentence calls a layer.

    >>> called("2"), called("W2")
    ('layer 2', 'W2')
    """
    return f"layer {name}" if name.isdecimal() else name


def explain(names, weights, gradient, layers, errors, limits, loss):
    """Return the cause of each layer's error, "" if unknown, and notes on all layers."""
    findings, notes = [""] * len(names), []
    off = [k for k, error in enumerate(errors) if error > limits[k]]
    slopes = [layer.slopes for layer in layers]
    if not (loss.moved or np.isnan(errors).all()):
        notes.append(
            f"f stayed at {loss.at:.3g} whichever weight was moved. Perhaps it ignores what it is "
            f"handed: let it compute with its argument, lambda w: loss(w), rather than with "
            f"weights of its own. Or it is flat here: try other weights."
        )
    for k in off:
        if not slopes[k].any():
            findings[k] = "f does not depend on it"
        elif not gradient[k].any():
            findings[k] = "wrong: the gradient is 0"
    idle = [called(names[k]) for k in off if not slopes[k].any()]
    if idle and loss.moved:
        notes.append(
            f"f does not depend on {', '.join(idle)}. If that isn't a weight but, say, a velocity "
            f"or a running sum, leave it out: gradient_from_step takes names=[…]."
        )
    known = [k for k, S in enumerate(slopes) if S.any() and not np.isnan(errors[k])]
    factors = {k: _factor(gradient[k], slopes[k], limits[k]) for k in known}
    explained = [k for k in off if k in known and not findings[k]]
    if explained:
        notes += _factors(explained, factors, slopes, limits, findings)
        if not all(findings[k] for k in explained):
            notes += _decay(explained, weights, gradient, slopes, findings)
        for k in explained:
            G, S = gradient[k], slopes[k]
            square = S.ndim == 2 and S.shape[0] == S.shape[1] > 1
            near = square and np.linalg.norm(G.T - S) <= 1e-3 * np.linalg.norm(S)
            if near and not findings[k]:
                findings[k] = "wrong: the slopes, transposed"
    return findings, notes + _measuring(names, layers, errors, loss)


def _factor(G, S, limit):
    """Return the number that turns the slopes S into G, or None."""
    if not np.isfinite(G).all():
        return None
    factor = float((G * S).sum() / (S * S).sum())
    margin = max(1e-4, 3 * limit)
    near = np.linalg.norm(G - factor * S) <= margin * np.linalg.norm(G)
    # A thousandth is forgiven where a factor is put into words; so is one beside 1 itself.
    return factor if factor and near and abs(factor - 1) > max(2e-3, 3 * margin) else None


def _factors(explained, factors, slopes, limits, findings):
    """Note a factor that all layers share, or that one layer has."""
    values = [factor for factor in factors.values() if factor]
    numbers = sum(slopes[k].size for k in factors)
    if len(values) == len(factors):
        spread = max(1e-3, 3 * max(limits[k] for k in factors)) * abs(values[0])
        words, is_round = _words.factor(float(np.median(values)))
        # One row and one output make any mistake in a single layer a factor.
        if np.ptp(values) <= spread and (is_round or (len(factors) > 1 and numbers > 2)):
            for k in factors:
                findings[k] = f"{words} times the slope"
            return [_shared(words)]
    for k in explained:
        if factors[k] and slopes[k].size > 1:
            words, is_round = _words.factor(factors[k])
            if is_round:
                findings[k] = f"wrong: {words} times the slope"
    return []


def _shared(words):
    sign = (
        "you return the downhill direction, in which weights should change, and not the gradient, "
        "which points uphill. An update that adds it is right"
    )
    if words == "−1":
        return f"The sign is reversed in all layers, −1 times the slope: {sign}."
    half = "the ½ of the squared error or the 2 of its slope; " * (
        words.removeprefix("−") in ("½", "2")
    )
    minus = f", and the sign: {sign}" * words.startswith("−")
    return (
        f"The same factor {words} in all layers: the direction is right and the length is not. "
        f"Look for something that only one of loss and gradient has: {half}a mean against a sum "
        f"(over rows, outputs, or both); a learning rate{minus}."
    )


def _decay(explained, weights, gradient, slopes, findings):
    """Note layers that are off by one multiple of the weights: weight decay on one side only."""
    found = []
    for k in explained:
        W, off = weights[k], gradient[k] - slopes[k]
        if not W.any() or not np.isfinite(off).all():
            return []
        found.append(float((off * W).sum() / (W * W).sum()))
        if np.linalg.norm(off - found[-1] * W) > 1e-3 * np.linalg.norm(off):
            return []
    numbers = sum(weights[k].size for k in explained)
    if numbers < 3 or np.ptp(found) > 1e-3 * abs(found[0]):
        return []
    for k in explained:
        findings[k] = f"wrong: off by {found[0]:.3g} times the weights".replace("-", "−")
    return ["Only one of loss and gradient has weight decay, or they have different amounts of it."]


def _measuring(names, layers, errors, loss):
    """Say what it took to measure the slopes, and what could not be measured."""
    notes = []
    if loss.single:
        notes.append(
            f"f computes in single precision or less, so the step is larger, {loss.step:.0e}, and "
            f"so are the errors of a right gradient. For a sharper check, compute in float64."
        )
    for attribute, words in (
        ("crossed", "The step crossed a kink, such as relu's, and a smaller one was taken"),
        ("cornered", "The weights lie on a kink, where any slope between its two sides is right"),
    ):
        counts = {name: getattr(layer, attribute) for name, layer in zip(names, layers)}
        where = [
            f"{called(name)} ({count} weight{'s' * (count > 1)})"
            for name, count in counts.items()
            if count
        ]
        if where:
            notes.append(f"{words}: in {', '.join(where)}.")
    if np.isnan(errors).any():
        elsewhere = " Try other weights, near 0 but not all alike, where no unit is saturated."
        notes.append(
            f"Slopes below {loss.smallest:.0e} are too small to measure: rounding hides them in a "
            f"loss of {loss.at:.3g}.{elsewhere * (not loss.single)}"
        )
    return notes
