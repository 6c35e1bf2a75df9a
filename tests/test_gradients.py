"""Derivatives by number against functions whose derivatives are known."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from nnlib import sigmoid
from nnlib.gradients import (
    complex_step_derivative,
    cosine,
    numerical_derivative,
    numerical_gradient,
    relative_error,
)

BY_NUMBER = pytest.mark.parametrize("derivative", [numerical_derivative, complex_step_derivative])
KNOWN = {
    "square": (lambda z: z**2, lambda z: 2 * z),
    "exp": (np.exp, np.exp),
    "sin": (np.sin, np.cos),
    "cubic": (lambda z: z**3 - z, lambda z: 3 * z**2 - 1),
}


@pytest.mark.parametrize("name", KNOWN)
@given(z=st.floats(-30, 30) | hnp.arrays(float, (2, 3), elements=st.floats(-30, 30)))
def test_derivatives_of_smooth_functions(name, z):
    """Ten digits by central difference, all by complex step, relative to f and f′ on that scale."""
    f, slope = KNOWN[name]
    scale = np.abs(f(np.asarray(z))) + np.abs(slope(np.asarray(z))) + 1
    for derivative, digits in ((numerical_derivative, 3e-9), (complex_step_derivative, 1e-15)):
        result = derivative(f, z)
        assert result.shape == np.shape(z)
        assert np.all(np.abs(result - slope(np.asarray(z))) <= digits * scale)


def test_complex_step_leaves_no_error_where_the_difference_has_one():
    exact = math.exp(1)
    assert abs(complex_step_derivative(np.exp, 1.0) - exact) <= 2 * math.ulp(exact)
    assert abs(numerical_derivative(np.exp, 1.0) - exact) > 2 * math.ulp(exact)


def test_central_difference_uses_the_h_that_is_asked_for():
    """For z³, its error is h² exactly."""
    assert numerical_derivative(lambda z: z**3, 0.0, h=0.5) == 0.25


def test_central_difference_divides_by_the_step_that_was_taken():
    """0.3 + 10⁻¹² is rounded: divided by 2h, the slope of a line would have four digits."""
    assert numerical_derivative(lambda z: z, 0.3, h=1e-12) == 1


def test_default_h_is_the_third_root_of_the_precision():
    """For z³, the error at 0 is h²."""
    assert numerical_derivative(lambda z: z**3, 0.0) == pytest.approx(2 ** (-104 / 3), rel=1e-9)


def test_default_h_grows_with_z():
    """A fixed step would be lost in the rounding of z = 10¹⁵."""
    assert numerical_derivative(lambda z: 3 * z, 1e15) == pytest.approx(3, rel=1e-9)


@BY_NUMBER
@pytest.mark.parametrize("h", [0, -1e-6, math.nan, math.inf])
def test_h_must_be_positive(derivative, h):
    with pytest.raises(ValueError, match=f"h is {h}"):
        derivative(np.sin, 1.0, h)


def test_gradient_wants_a_positive_h():
    with pytest.raises(ValueError, match="h is 0"):
        numerical_gradient(np.sum, [1.0], h=0)


@BY_NUMBER
@pytest.mark.parametrize("z", ["1", None, 1j, [1, 1j]])
def test_points_must_be_real_numbers(derivative, z):
    with pytest.raises(TypeError, match="z is"):
        derivative(np.sin, z)


@BY_NUMBER
def test_a_function_that_changes_the_shape_is_refused(derivative):
    with pytest.raises(ValueError, match=r"\(\) for the shape \(2,\)"):
        derivative(np.sum, [1.0, 2.0])


@pytest.mark.parametrize("f", [np.abs, np.real, lambda z: np.where(z.real > 0, z.real, 0)])
def test_complex_step_refuses_a_function_that_drops_the_imaginary_part(f):
    with pytest.raises(TypeError, match="numerical_derivative"):
        complex_step_derivative(f, [1.0, -1.0])


@given(
    w=hnp.arrays(
        float, hnp.array_shapes(min_dims=0, max_dims=3, min_side=0), elements=st.floats(-3, 3)
    )
)
def test_gradient_of_a_polynomial_of_all_entries(w):
    """Every entry has a weight of its own, so that none is taken for another."""
    weight = np.arange(1.0, w.size + 1).reshape(w.shape)
    found = numerical_gradient(lambda w: np.sum(weight * w**3) + np.sum(w) ** 2, w)
    assert found.shape == w.shape
    np.testing.assert_allclose(found, 3 * weight * w**2 + 2 * np.sum(w), rtol=1e-6, atol=1e-5)


def test_gradient_leaves_w_alone_even_if_f_writes_to_it():
    w = np.array([1.0, 2.0])

    def f(w):
        w *= w
        return w.sum()

    assert numerical_gradient(f, w) == pytest.approx([2, 4])
    np.testing.assert_array_equal(w, [1.0, 2.0])


@pytest.mark.parametrize("returned", [None, "1", 1j, [1.0, 2.0]])
def test_gradient_wants_one_real_number(returned):
    with pytest.raises(TypeError, match="one real number"):
        numerical_gradient(lambda w: returned, [1.0])


def test_gradient_wants_real_entries():
    with pytest.raises(TypeError, match="w is"):
        numerical_gradient(lambda w: 0.0, ["1"])


@given(a=st.floats(-1e300, 1e300), b=st.floats(-1e300, 1e300))
def test_relative_error_is_the_difference_over_the_larger(a, b):
    exact = abs(a - b) / max(abs(a), abs(b)) if a or b else 0.0
    assert relative_error(a, b) == exact
    assert 0 <= relative_error(a, b) <= 2


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [
        (0, 0, 0),
        (1, -1, 2),
        (0, 1e-300, 1),
        ([[1, 2]], [[1], [4]], [[0, 0.5], [0.75, 0.5]]),
        ([1.0, math.nan], [math.nan, 1.0], [math.nan, math.nan]),
        ([], [], []),
        ([math.inf, 1.0], [math.inf, math.inf], [math.nan, math.nan]),
    ],
)
def test_relative_error_by_hand(a, b, expected):
    np.testing.assert_array_equal(relative_error(a, b), expected)


@pytest.mark.parametrize(
    ("a", "b", "error", "words"),
    [
        ("1", 1, TypeError, "a is"),
        (1, None, TypeError, "b is"),
        ([1, 2], [1, 2, 3], ValueError, "shape"),
    ],
)
def test_relative_error_refuses(a, b, error, words):
    with pytest.raises(error, match=words):
        relative_error(a, b)


def test_complex_step_keeps_the_digits_of_a_tiny_slope():
    """The slope 5e-131 at z = 300 must not vanish because it is multiplied by h."""
    assert complex_step_derivative(sigmoid, 300.0) == pytest.approx(
        sigmoid.derivative(300.0), rel=1e-12
    )


def test_h_that_is_lost_in_rounding_is_refused():
    with pytest.raises(ValueError, match="h is 1e-20, too small"):
        numerical_derivative(sigmoid, 1.0, h=1e-20)


@pytest.mark.parametrize("f", [lambda z: 1j * z, lambda z: "1", lambda z: None])
def test_central_difference_refuses_what_is_no_real_number(f):
    with pytest.raises(TypeError, match="f returned"):
        numerical_derivative(f, 1.0)


def test_what_complex_numbers_mean_is_said():
    words = "^f returned complex numbers; numerical_derivative needs real ones\\.$"
    with pytest.raises(TypeError, match=words):
        numerical_derivative(lambda z: 1j * z, 1.0)
    words = (
        "^f returned real numbers for complex ones, so its derivative cannot be read from the "
        "imaginary part. Use numerical_derivative for a function that is not analytic.$"
    )
    with pytest.raises(TypeError, match=words):
        complex_step_derivative(np.abs, 1.0)


def test_a_function_that_returns_an_array_of_one_number_has_a_gradient():
    gradient = numerical_gradient(lambda w: (w**2).sum(keepdims=True), [1.0, -3.0])
    np.testing.assert_allclose(gradient, [2.0, -6.0])


@pytest.mark.parametrize("degrees", [0, 30, 60, 90, 135, 180])
def test_cosine_of_an_angle(degrees):
    turn = math.radians(degrees)
    u, v = (
        3 * np.array([math.cos(0.4), math.sin(0.4)]),
        [math.cos(0.4 + turn), math.sin(0.4 + turn)],
    )
    assert cosine(u, v) == pytest.approx(math.cos(turn), abs=1e-15)


def test_cosines_are_taken_along_the_last_axis():
    u, v = np.random.default_rng(0).normal(size=(2, 5, 3, 4))
    each = [[a @ b / math.sqrt(a @ a * (b @ b)) for a, b in zip(*rows)] for rows in zip(u, v)]
    np.testing.assert_allclose(cosine(u, v), each, rtol=0, atol=1e-15)
    np.testing.assert_allclose(cosine(u, v[0, 0]), cosine(u, np.broadcast_to(v[0, 0], u.shape)))


def test_nothing_has_no_direction():
    assert np.isnan(cosine([0.0, 0.0], [1.0, 2.0]))


@pytest.mark.parametrize(
    ("u", "v", "error", "words"),
    [
        (1.0, 2.0, ValueError, r"u is 1\.0 and v is 2\.0; give directions"),
        ([1, 2], [1, 2, 3], ValueError, "shape"),
        ("up", [1, 2], TypeError, "^u is 'up'"),
        ([1, 2], ["down"], TypeError, r"^v is \['down'\]"),
    ],
)
def test_cosine_refuses(u, v, error, words):
    with pytest.raises(error, match=words):
        cosine(u, v)
