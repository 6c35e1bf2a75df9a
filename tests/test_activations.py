"""The activations, compared with mpmath: right to the last digits, for every kind of number."""

import math
import re

import mpmath
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from nnlib import sigmoid, tanh

mp = mpmath.mp.clone()
mp.prec = 200

BOTH = pytest.mark.parametrize("f", [sigmoid, tanh], ids=["sigmoid", "tanh"])
VALUE = {sigmoid: lambda z: 1 / (1 + mp.exp(-z)), tanh: mp.tanh}
SLOPE = {
    sigmoid: lambda z: 1 / (1 + mp.exp(-z)) / (1 + mp.exp(z)),
    tanh: lambda z: mp.sech(z) ** 2,
}
SLOPE_FROM_OUTPUT = {sigmoid: lambda a: a * (1 - a), tanh: lambda a: 1 - a * a}


def pre_activations():
    """Return numbers up to 700 in size: wide, near 0, near ±40, and where tanh′ is subnormal."""
    rng = np.random.default_rng(1)
    return np.concatenate(
        [
            rng.uniform(-700, 700, 800),
            rng.normal(scale=3, size=2000),
            rng.choice([-1, 1], 500) * 10 ** rng.uniform(-320, 2.8, 500),
            rng.choice([-1, 1], 800) * rng.uniform(35, 45, 800),
            rng.choice([-1, 1], 800) * rng.uniform(340, 373, 800),
            [0.0, -0.0, 5e-324, 1.0, -1.0, 40.0, -40.0, 700.0, -700.0],
        ]
    )


def errors(computed, exact, inputs):
    """Return the absolute error at each input, and the exact values, all with 200 bits."""
    exact = [exact(mp.mpf(float(x))) for x in inputs]
    return [abs(mp.mpf(float(c)) - e) for c, e in zip(computed, exact, strict=True)], exact


def assert_within_4_ulp(computed, exact, inputs):
    off, exact = errors(computed, exact, inputs)
    ulps = [error / math.ulp(float(e)) for error, e in zip(off, exact, strict=True)]
    worst = int(np.argmax(ulps))
    assert ulps[worst] <= 4, f"{float(ulps[worst]):.3g} ulp off at {inputs[worst]!r}"


@BOTH
def test_value_is_within_4_ulp(f):
    z = pre_activations()
    assert_within_4_ulp(f(z), VALUE[f], z)


@BOTH
def test_slope_from_input_is_within_4_ulp(f):
    z = pre_activations()
    assert_within_4_ulp(f.derivative(z), SLOPE[f], z)


def activations(f):
    """Return outputs of f and the floats next to the ends of its range."""
    ends = [end - np.sign(end) * k * 2.0**-53 for end in (f.low, f.high) for k in range(40)]
    return np.concatenate([f(pre_activations()), ends, [5e-324, 1e-300]])


def test_slope_from_output_of_sigmoid_is_within_4_ulp_of_the_formula():
    a = activations(sigmoid)
    assert_within_4_ulp(sigmoid.derivative_from_output(a), SLOPE_FROM_OUTPUT[sigmoid], a)


def test_slope_from_output_of_tanh_is_within_half_an_epsilon_of_the_formula():
    """Near 1, a² is rounded to a multiple of 2⁻⁵³, so the *absolute* error is what is bounded."""
    a = activations(tanh)
    off, _ = errors(tanh.derivative_from_output(a), SLOPE_FROM_OUTPUT[tanh], a)
    assert max(off) <= 2.0**-53


@BOTH
def test_ends_of_the_number_line_are_exact_and_silent(f):
    """Nothing overflows on the way, even if NumPy is told to raise; NaN stays NaN."""
    z = np.array([-np.inf, -1e308, -800, 800, 1e308, np.inf, np.nan])
    with np.errstate(all="raise"):
        values, slopes = f(z), f.derivative(z)
    np.testing.assert_array_equal(values, [f.low] * 3 + [f.high] * 3 + [np.nan])
    np.testing.assert_array_equal(slopes, [0] * 6 + [np.nan])


@BOTH
def test_nothing_warns_on_any_scale(f):
    z = pre_activations()
    with np.errstate(all="raise"):
        a = f(z)
        f.derivative(z)
        f.derivative_from_output(a)


REAL_ARRAYS = hnp.arrays(
    st.sampled_from([np.bool_, np.int8, np.int64, np.uint16, np.float16, np.float32, np.float64]),
    hnp.array_shapes(min_dims=0, max_dims=3, min_side=0, max_side=4),
)


@BOTH
@given(z=REAL_ARRAYS, as_list=st.booleans())
def test_any_shape_and_real_type_is_taken_element_by_element_in_float64(f, z, as_list):
    for function, exact in ((f, VALUE[f]), (f.derivative, SLOPE[f])):
        given_z = z.tolist() if as_list else z
        result = function(given_z)
        assert result.shape == np.shape(given_z)
        assert result.dtype == np.float64
        for index in np.ndindex(result.shape):
            x = float(z[index])
            if math.isfinite(x) and abs(x) < 1e4:  # beyond, mpmath is slow and the slope is 0
                assert_within_4_ulp([result[index]], exact, [x])


@BOTH
@given(share=hnp.arrays(float, hnp.array_shapes(min_dims=0, min_side=0), elements=st.floats(0, 1)))
def test_slope_from_output_keeps_the_shape_and_takes_the_whole_range(f, share):
    a = f.low + share * (f.high - f.low)
    result = f.derivative_from_output(a)
    assert result.shape == a.shape
    exact = [float(SLOPE_FROM_OUTPUT[f](mp.mpf(float(x)))) for x in a.ravel()]
    np.testing.assert_allclose(result.ravel(), exact, rtol=1e-15, atol=2.0**-53)


@BOTH
def test_input_array_is_left_alone(f):
    z = np.array([-0.5, 0.25])
    f(z), f.derivative(z), f.derivative_from_output(abs(z))
    np.testing.assert_array_equal(z, [-0.5, 0.25])


@BOTH
@given(z=st.complex_numbers(max_magnitude=30).filter(lambda z: abs(z.imag) < 1))
def test_complex_value_is_right_in_both_parts_together(f, z):
    """Within 16 epsilon of the modulus, away from the poles at ±iπ/2 and ±iπ."""
    exact = VALUE[f](mp.mpc(z))
    assert abs(mp.mpc(complex(f(z))) - exact) <= 16 * np.finfo(float).eps * abs(exact)


@BOTH
@pytest.mark.parametrize(
    "wrong", ["1", None, object(), ["a", "b"], [[1], [1, 2]], np.datetime64("2026-01-01")]
)
@pytest.mark.parametrize("method", ["__call__", "derivative", "derivative_from_output"])
def test_what_is_no_number_is_refused_by_name(f, method, wrong):
    with pytest.raises(TypeError, match=rf"{f.name}.*{type(wrong).__name__}"):
        getattr(f, method)(wrong)


@BOTH
@pytest.mark.parametrize("method", ["derivative", "derivative_from_output"])
def test_slopes_refuse_complex_numbers(f, method):
    with pytest.raises(TypeError, match="complex"):
        getattr(f, method)(0.5 + 0.1j)


@BOTH
@given(data=st.data())
def test_a_value_that_is_no_output_is_named(f, data):
    """A pre-activation handed to derivative_from_output is reported, even one inside an array."""
    wrong = data.draw(
        st.floats(max_value=f.low, exclude_max=True)
        | st.floats(min_value=f.high, exclude_min=True)
        | st.just(math.nan)
    )
    words = rf"got {re.escape(str(wrong))}, .*{f.name}\.derivative\(z"
    for a in (wrong, [[0.5, wrong], [0.25, 0.5]]):
        with pytest.raises(ValueError, match=words):
            f.derivative_from_output(a)
