"""What PyTorch said for chapter 9 agrees with arithmetic, and with PyTorch if it is installed."""

import importlib.util
import json
from pathlib import Path

import mpmath
import numpy as np
import pytest

STORED = json.loads(
    (Path(__file__).parents[1] / "book/data/saved-tensors.json").read_text(encoding="utf-8")
)
BITS = {"float64": 53, "float32": 24, "float16": 11, "bfloat16": 8}
EACH = pytest.mark.parametrize(("name", "bits"), BITS.items(), ids=list(BITS))


def sigmoid(z):
    return 1 / (1 + mpmath.exp(-mpmath.mpf(z)))


def rounded(x, bits):
    with mpmath.workprec(bits):
        return float(+x)


def test_what_waits_is_one_array_a_layer_or_two():
    layers = np.array(STORED["layers"])
    from_output = {"sigmoid", "tanh", "relu", "our sigmoid, saving a"}
    for name, counts in STORED["saved"].items():
        expected = layers + 1 if name in from_output else 2 * layers
        assert counts == expected.tolist(), name
    for name, counts in STORED["saved in place"].items():
        expected = 2 * layers if name in {"silu", "mish"} else layers + 1
        assert counts == expected.tolist(), name


@EACH
def test_the_sigmoid_of_each_precision_is_the_right_one_rounded(name, bits):
    """To a unit in the last place: it is computed in float32, or in the precision itself."""
    for z, a in zip(STORED["places"], STORED["slopes"][name]["sigmoid"]):
        right = rounded(sigmoid(z), bits)
        assert abs(a - right) <= 2.0 ** (np.floor(np.log2(right)) + 1 - bits)


@EACH
def test_the_slope_of_each_precision_comes_from_the_rounded_output(name, bits):
    stored = STORED["slopes"][name]
    for a, slope in zip(stored["sigmoid"], stored["slope"]):
        assert slope == pytest.approx(a * (1 - a), rel=2.0 ** (1 - bits), abs=0)


@EACH
def test_sigmoid_is_one_about_where_half_the_grid_is_left(name, bits):
    """The grid below 1 has the spacing 2⁻ᵇ; some programs reach 1 one halving earlier."""
    first = STORED["sigmoid is 1 from"][name]
    assert bits * np.log(2) - 0.1 <= first <= (bits + 1) * np.log(2) + 0.1


def test_only_the_loss_of_logits_has_a_gradient_where_sigmoid_is_one():
    z = np.array(STORED["logits"])
    exact = 1 / (1 + np.exp(-z))
    with_logits, after = STORED["with logits"], STORED["after sigmoid"]
    np.testing.assert_allclose(with_logits["gradient"], exact, rtol=1e-6)
    np.testing.assert_allclose(with_logits["loss"], np.log1p(np.exp(z)), rtol=1e-6)
    one = z >= STORED["sigmoid is 1 from"]["float32"]
    assert one.tolist() == [False] * 4 + [True] * 2
    assert (np.array(after["gradient"])[one] == 0).all()
    assert (np.array(after["loss"])[one] == 100).all()
    np.testing.assert_allclose(np.array(after["gradient"])[~one], exact[~one], rtol=1e-6)


# The book doesn't depend on PyTorch. Where it isn't installed there is nothing to ask, so no test.
if importlib.util.find_spec("torch"):

    def test_pytorch_still_says_what_is_stored():
        import saved_tensors

        measured = json.loads(json.dumps(saved_tensors.measure()))
        close = ("made by", "torch", "slopes", "after sigmoid", "with logits")
        for part in STORED.keys() - close:
            assert measured[part] == STORED[part], (part, measured["torch"], STORED["torch"])
        for part in ("after sigmoid", "with logits"):
            assert measured[part].keys() == STORED[part].keys()
            for name, values in measured[part].items():
                np.testing.assert_allclose(values, STORED[part][name], rtol=1e-6)
        for name, bits in BITS.items():
            for part, values in measured["slopes"][name].items():
                error = abs(np.array(values) - STORED["slopes"][name][part])
                assert (error <= 2.0 ** (1 - bits)).all()
