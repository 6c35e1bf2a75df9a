"""The activations: every one, against mpmath, and what they refuse."""

import mpmath
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnlib import Network
from nnlib.activations import sigmoid
from nnlib.gradients import complex_step_derivative, numerical_derivative, relative_error
from nnlib.more_activations import ACTIVATIONS, ELU, LeakyReLU

mpmath.mp.dps = 60
exp, log1p, sqrt, ncdf, npdf = mpmath.exp, mpmath.log1p, mpmath.sqrt, mpmath.ncdf, mpmath.npdf
# Klambauer et al.'s λ and λα, to the nearest float64.
L = mpmath.mpf(float(mpmath.mpf("1.0507009873554804934193349852946")))
LA = float(
    mpmath.mpf("1.0507009873554804934193349852946")
    * mpmath.mpf("1.6732632423543772848170429916717")
)


def logistic(z):
    return 1 / (1 + exp(-z))


def elu_pieces(scale, alpha):
    return (
        lambda z: scale * z if z > 0 else alpha * mpmath.expm1(z),
        lambda z: scale if z > 0 else alpha * exp(z),
        lambda a: scale if a > 0 else a + alpha,
    )


# name: f(z), f′(z), the slope at the output a, each by its textbook formula at 60 digits.
EXACT = {
    "sigmoid": (logistic, lambda z: logistic(z) * logistic(-z), lambda a: a * (1 - a)),
    "tanh": (mpmath.tanh, lambda z: mpmath.sech(z) ** 2, lambda a: 1 - a * a),
    "relu": (lambda z: max(z, 0), lambda z: int(z > 0), lambda a: int(a > 0)),
    "leaky_relu": (
        lambda z: z if z > 0 else mpmath.mpf(0.01) * z,
        lambda z: 1 if z > 0 else mpmath.mpf(0.01),
        lambda a: 1 if a > 0 else mpmath.mpf(0.01),
    ),
    "elu": elu_pieces(1, 1),
    "selu": elu_pieces(L, mpmath.mpf(LA)),
    "softplus": (lambda z: log1p(exp(z)), logistic, lambda a: -mpmath.expm1(-a)),
    "softsign": (
        lambda z: z / (1 + abs(z)),
        lambda z: 1 / (1 + abs(z)) ** 2,
        lambda a: (1 - abs(a)) ** 2,
    ),
    "arctan": (mpmath.atan, lambda z: 1 / (1 + z * z), lambda a: mpmath.cos(a) ** 2),
    "silu": (
        lambda z: z * logistic(z),
        lambda z: logistic(z) + z * logistic(z) * logistic(-z),
        None,
    ),
    "gelu": (lambda z: z * ncdf(z), lambda z: ncdf(z) + z * npdf(z), None),
}
# The digits of these slopes cancel near their zero: the bound is relative to the larger term.
LARGER_TERM = {
    "silu": lambda z: max(logistic(z), abs(z) * logistic(z) * logistic(-z)),
    "gelu": lambda z: max(ncdf(z), abs(z) * npdf(z)),
}
every = pytest.mark.parametrize("f", ACTIVATIONS.values(), ids=ACTIVATIONS)
from_output = pytest.mark.parametrize(
    "f", [f for f in ACTIVATIONS.values() if f.derivative_from_output], ids=lambda f: f.name
)


def grid(reach):
    rng = np.random.default_rng(0)
    scales = [1e-8, 1e-3, 0.1, 1.0, 3.0, 10.0, 40.0, reach]
    return np.concatenate([rng.uniform(-s, s, 100) for s in scales if s <= reach] + [[0.0]])


def ulps(got, exact, scale=None):
    """How far `got` is from `exact`, in units in the last place of `exact` or a larger `scale`."""
    scale = abs(exact) if scale is None else max(abs(exact), scale)
    unit = np.spacing(max(float(scale), float(np.finfo(float).tiny)))
    return float(abs(mpmath.mpf(float(got)) - exact) / mpmath.mpf(float(unit)))


def test_every_activation_is_compared_with_mpmath():
    assert EXACT.keys() == ACTIVATIONS.keys()


@every
def test_function_is_within_8_ulp(f):
    z = grid(37.0 if f.name == "gelu" else 700.0)
    assert max(ulps(y, EXACT[f.name][0](mpmath.mpf(x))) for x, y in zip(z, f(z), strict=True)) <= 8


@every
def test_derivative_is_within_8_ulp(f):
    z = grid(37.0 if f.name == "gelu" else 700.0)
    scale = LARGER_TERM.get(f.name, lambda z: 0)
    error = [
        ulps(y, EXACT[f.name][1](mpmath.mpf(x)), scale(mpmath.mpf(x)))
        for x, y in zip(z, f.derivative(z), strict=True)
    ]
    assert max(error) <= 8


@from_output
def test_derivative_from_output_is_within_8_ulp_of_its_formula(f):
    """For tanh, 1 − a² is within 8 units in the last place of 1: it cancels near a = ±1."""
    a = f(grid(700.0))
    scale = 1 if f.name == "tanh" else None
    error = [
        ulps(y, mpmath.mpf(EXACT[f.name][2](mpmath.mpf(x))), scale)
        for x, y in zip(a, f.derivative_from_output(a), strict=True)
    ]
    assert max(error) <= 8


@from_output
def test_both_forms_give_the_same_slope(f):
    z = grid(10.0)
    np.testing.assert_allclose(
        f.derivative_from_output(f(z)), f.derivative(z), atol=1e-15, rtol=1e-11
    )


@every
@given(z=st.floats(-30, 30))
def test_derivative_is_the_slope_by_number(f, z):
    if abs(z) < 1e-4:
        z += 1e-3  # off the kink
    difference = f.derivative(z) - numerical_derivative(f, z)
    assert abs(difference) < 1e-7


@pytest.mark.parametrize(
    "f", [f for f in ACTIVATIONS.values() if f.takes_complex], ids=lambda f: f.name
)
def test_complex_step_agrees(f):
    z = grid(10.0)
    assert relative_error(complex_step_derivative(f, z), f.derivative(z)).max() < 1e-9


@every
def test_limits(f):
    """At ±inf the function and its slope take their limits; NaN stays NaN."""
    left, right = f([-np.inf, np.inf])
    assert (left, right) == pytest.approx([float(v) for v in LIMITS[f.name][:2]])
    assert f.derivative([-np.inf, np.inf]) == pytest.approx(LIMITS[f.name][2:])
    assert np.isnan(f(np.nan))
    assert np.isnan(f.derivative(np.nan))


LIMITS = {
    "sigmoid": (0, 1, 0, 0),
    "tanh": (-1, 1, 0, 0),
    "relu": (0, np.inf, 0, 1),
    "leaky_relu": (-np.inf, np.inf, 0.01, 1),
    "elu": (-1, np.inf, 0, 1),
    "selu": (-LA, np.inf, 0, float(L)),
    "softplus": (0, np.inf, 0, 1),
    "arctan": (-np.pi / 2, np.pi / 2, 0, 0),
    "silu": (0, np.inf, 0, 1),
    "gelu": (0, np.inf, 0, 1),
    "softsign": (-1, 1, 0, 0),
}


@every
def test_range_holds_every_output(f):
    a = f(np.linspace(-50, 50, 100_001))
    assert f.low <= a.min()
    assert a.max() <= f.high


@every
def test_shapes_types_and_the_argument_are_kept(f):
    z = np.array([[1, -2, 0]], dtype=np.float32)
    for method in filter(None, [f, f.derivative, f.derivative_from_output]):
        x = z if method is f or method == f.derivative else np.float32(f(z))
        result = method(x)
        assert result.dtype == np.float64
        assert result.shape == (1, 3)
        assert isinstance(method(0.5), np.float64)
        assert method([]).shape == (0,)
    assert z.tolist() == [[1, -2, 0]]


@every
@pytest.mark.parametrize("bad", ["0.5", None, [1, "a"], object()])
def test_what_is_no_number_is_refused(f, bad):
    for method in filter(None, [f, f.derivative, f.derivative_from_output]):
        with pytest.raises(TypeError, match=rf"{f.name}.* is .*give real numbers"):
            method(bad)


@every
def test_complex_numbers_are_refused_where_they_make_no_sense(f):
    if not f.takes_complex:
        with pytest.raises(TypeError, match=r"complex.*give real numbers"):
            f(1j)
    with pytest.raises(TypeError, match=r"complex.*give real numbers"):
        f.derivative(1j)


ENDS = [
    (f, end, end + away)
    for f in ACTIVATIONS.values()
    for end, away in ((f.low, -0.25), (f.high, 0.25))
    if f.derivative_from_output and np.isfinite(end)
]


@pytest.mark.parametrize(("f", "end", "outside"), ENDS)
def test_an_impossible_output_is_refused(f, end, outside):
    f.derivative_from_output(end)
    with pytest.raises(ValueError, match=rf"got {outside}, which {f.name} never returns"):
        f.derivative_from_output([end, outside])
    with pytest.raises(ValueError, match="got nan"):
        f.derivative_from_output(np.nan)


@pytest.mark.parametrize(
    "f",
    [ACTIVATIONS["silu"], ACTIVATIONS["gelu"], ELU(-0.5), LeakyReLU(-0.5)],
    ids=["silu", "gelu", "elu(-0.5)", "leaky_relu(-0.5)"],
)
def test_no_slope_from_the_output_where_two_inputs_share_one(f):
    """None, and with reason: two inputs with one output and two slopes."""
    assert f.derivative_from_output is None
    with pytest.raises(ValueError, match=r"slope is 'output', but the output of .* give 'input'"):
        Network([2, 2, 1], f, rng=np.random.default_rng(0), slope="output")
    left, low, high = {"silu": (-3.0, -1.27, 0.0), "gelu": (-2.0, -0.75, 0.0)}.get(
        f.name, (-0.8, 0.0, 9.0)
    )
    target = f(left)
    for _ in range(200):
        middle = (low + high) / 2
        low, high = (middle, high) if f(middle) < target else (low, middle)
    assert f(low) == pytest.approx(target, abs=1e-12)
    assert abs(f.derivative(low) - f.derivative(left)) > 0.1


def test_alpha_zero_is_relu():
    z = grid(10.0)
    relu = ACTIVATIONS["relu"]
    for f in [LeakyReLU(0), ELU(0)]:
        assert f(z) == pytest.approx(relu(z))
        assert f.derivative(z) == pytest.approx(relu.derivative(z))
        assert f.derivative_from_output(f(z)) == pytest.approx(relu.derivative(z))


@pytest.mark.parametrize("bad", [np.nan, np.inf, "0.1", None, [0.1]])
@pytest.mark.parametrize("kind", [ELU, LeakyReLU])
def test_bad_alpha_is_refused(kind, bad):
    name = {ELU: "elu", LeakyReLU: "leaky_relu"}[kind]
    with pytest.raises(ValueError, match=rf"{name}'s alpha is .*; give a finite number"):
        kind(bad)


def test_alpha_left_out():
    assert (LeakyReLU().alpha, ELU().alpha) == (0.01, 1.0)


@pytest.mark.parametrize(
    ("kind", "alpha", "low"),
    [
        (LeakyReLU, 0.5, -np.inf),
        (LeakyReLU, 0, 0),
        (LeakyReLU, -0.5, 0),
        (ELU, 2, -2),
        (ELU, 0, 0),
        (ELU, -0.5, 0),
    ],
)
def test_alpha_sets_the_lower_end_of_the_range(kind, alpha, low):
    f = kind(alpha)
    assert f.low == low
    assert f(np.linspace(-50, 50, 1001)).min() == pytest.approx(max(low, -25), abs=1e-12)
    assert (f.derivative_from_output is None) == (f.alpha < 0)


def test_repr_tells_which():
    assert [repr(sigmoid), repr(LeakyReLU(0.2)), repr(ELU())] == [
        "nnlib.sigmoid",
        "LeakyReLU(0.2)",
        "ELU(1)",
    ]
