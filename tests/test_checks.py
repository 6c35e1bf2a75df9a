"""What every module says of an argument that it does not take, and makes of one that it takes."""

import numpy as np
import pytest

from nnlib import sigmoid, tanh


@pytest.mark.parametrize(
    ("value", "came"),
    [
        ("0.5", r"'0\.5' \(str, <U3\)"),
        (None, r"None \(NoneType, object\)"),
        ([[1], [1, 2]], r"\[\[1\], \[1, 2\]\] \(list\)"),
        (np.array([1j]), r"array\(\[0\.\+1\.j\]\) \(ndarray, complex128\)"),
        (np.array(["a"] * 99), r"(?s:.{80}) \(ndarray, <U1\)"),
    ],
    ids=["text", "nothing", "uneven rows", "complex", "long"],
)
def test_what_came_is_named_with_its_kind(value, came):
    accepted = "give real numbers, alone or in equal rows"
    with pytest.raises(TypeError, match=rf"^the argument of tanh.derivative is {came}; {accepted}"):
        tanh.derivative(value)


@pytest.mark.parametrize("kind", ["?", "b", "B", "i", "I", "q", "Q", "e", "f", "d", "g"])
def test_every_real_kind_is_computed_in_float64(kind):
    slope = sigmoid.derivative(np.array([0, 1], kind))
    assert slope.dtype == np.float64
    np.testing.assert_array_equal(slope, sigmoid.derivative([0.0, 1.0]))


def test_every_complex_kind_is_computed_in_complex128():
    values = [sigmoid(np.array([0.5 + 0.25j], kind)) for kind in ("F", "D", "G")]
    assert {value.dtype for value in values} == {np.dtype(np.complex128)}
    assert values[0] == values[1] == values[2]
