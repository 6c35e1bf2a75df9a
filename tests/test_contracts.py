"""diagnose: what it says about right, wrong and odd pairs, and what it refuses."""

import math
import operator
import re
import sys
import types
from fractions import Fraction
from functools import partial

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nnlib._jacobian import _VECTORS
from nnlib._probe import flag
from nnlib.activations import sigmoid, tanh
from nnlib.contracts import Agreement, diagnose
from nnlib.more_activations import (
    ACTIVATIONS,
    ELU,
    LeakyReLU,
    arctan,
    elu,
    gelu,
    leaky_relu,
    relu,
    selu,
    silu,
    softplus,
    softsign,
)


# The definitions that people write.
def naive_sigmoid(x):
    return 1 / (1 + np.exp(-x))


def math_sigmoid(x):
    return 1 / (1 + math.exp(-x))


def branching_sigmoid(x):
    if x >= 0:
        return 1 / (1 + math.exp(-x))
    return math.exp(x) / (1 + math.exp(x))


def list_sigmoid(xs):
    return [math.exp(-math.log1p(math.exp(-x))) for x in xs]


def row_sigmoid(X):
    rows, _columns = X.shape
    return naive_sigmoid(X).reshape(rows, -1)


def sigmoid32(x):
    return 1 / (1 + np.exp(-np.asarray(x, dtype=np.float32)))


def hidden_sigmoid32(x):
    return np.asarray(sigmoid32(x), dtype=float)


def sigmoid16(x):
    return np.asarray(naive_sigmoid(np.asarray(x, dtype=float)), dtype=np.float16)


def in_place_sigmoid(x):
    x *= -1
    x = np.exp(x, out=x) if isinstance(x, np.ndarray) else np.exp(x)
    x += 1
    return 1 / x


def prime_z(z):
    return naive_sigmoid(z) * (1 - naive_sigmoid(z))


def prime_a(a):
    return a * (1 - a)


def math_prime_z(z):
    return math_sigmoid(z) * (1 - math_sigmoid(z))


def guarded_prime_a(a):
    return np.clip(a * (1 - a), 1e-7, None)


def refusing_prime_a(a):
    if not 0 <= a <= 1:
        raise ValueError("not an output of sigmoid")
    return a * (1 - a)


def in_place_relu(x):
    x = np.atleast_1d(x)
    x[x < 0] = 0
    return x


def in_place_relu_prime(x):
    x = np.atleast_1d(x)
    x[x > 0] = 1
    x[x <= 0] = 0
    return x


def softmax(x):
    e = np.exp(x - np.max(x))
    return e / np.sum(e)


def row_softmax(X):
    e = np.exp(X - X.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def standardise(x):
    return (x - np.mean(x)) / np.std(x)


def forward_difference(z):
    return (math.tanh(z + 1e-6) - math.tanh(z)) / 1e-6


def relu6(x):
    return np.clip(x, 0, 6)


def half_missing(z):
    return z / z**2 if z > 0 else float("nan")


def cliff(x):
    if x > 50:
        raise OverflowError("too large for me")
    return math.exp(x)


def numpy_everything(z):
    return np.where(z > 0, 1.0, np.where(z > -1, z + 1, 0.0))


rng = np.random.default_rng(1)
calls = []


def remembers(x):
    calls.append(x)
    return x + len(calls)


RIGHT = {
    # sigmoid, in the many ways people write it
    "sigmoid by z": (naive_sigmoid, prime_z, "input"),
    "sigmoid by a": (naive_sigmoid, prime_a, "output"),
    "sigmoid, scalar only, by z": (math_sigmoid, math_prime_z, "input"),
    "sigmoid, scalar only, by a": (math_sigmoid, prime_a, "output"),
    "sigmoid with a branch": (branching_sigmoid, prime_z, "input"),
    "sigmoid over a list": (list_sigmoid, prime_a, "output"),
    "sigmoid on rows": (row_sigmoid, prime_z, "input"),
    "sigmoid in float32": (sigmoid32, prime_a, "output"),
    "sigmoid in float32, by z": (sigmoid32, lambda z: sigmoid32(z) * (1 - sigmoid32(z)), "input"),
    "sigmoid in hidden float32": (hidden_sigmoid32, prime_z, "input"),
    "sigmoid, rounded to float32": (lambda z: np.float32(naive_sigmoid(z)), prime_z, "input"),
    "sigmoid of z rounded to float32": (lambda z: sigmoid(np.float32(z)), prime_z, "input"),
    "exp of z rounded to float32": (lambda z: math.exp(np.float32(z)), math.exp, "input"),
    "float32 derivative only": (naive_sigmoid, lambda z: np.float32(prime_z(z)), "input"),
    "sigmoid, six digits": (lambda z: np.round(sigmoid(z), 6), prime_z, "input"),
    "sigmoid on a pedestal, six digits": (
        lambda z: np.round(1 + sigmoid(z), 6),
        prime_z,
        "input",
    ),
    "sigmoid that changes its argument": (in_place_sigmoid, prime_z, "input"),
    "sigmoid, guarded derivative": (naive_sigmoid, guarded_prime_a, "output"),
    "sigmoid, derivative that refuses": (naive_sigmoid, refusing_prime_a, "output"),
    "sigmoid that raises OverflowError": (math_sigmoid, sigmoid.derivative, "input"),
    "sigmoid, steep": (lambda z: sigmoid(1000 * z), lambda a: 1000 * a * (1 - a), "output"),
    "sigmoid, steep by z": (lambda z: sigmoid(1e3 * z), lambda z: 1e3 * prime_z(1e3 * z), "input"),
    "sigmoid, wide": (lambda z: sigmoid(z / 100), lambda a: a * (1 - a) / 100, "output"),
    "sigmoid, tiny": (lambda z: 1e-12 * sigmoid(z), lambda z: 1e-12 * prime_z(z), "input"),
    "sigmoid, huge": (lambda z: 1e12 * sigmoid(z), lambda a: a * (1 - a / 1e12), "output"),
    "sigmoid on a pedestal": (lambda z: sigmoid(z) + 1e3, prime_z, "input"),
    "sigmoid, clipped": (lambda z: sigmoid(np.clip(z, -50, 50)), prime_a, "output"),
    # tanh and the others
    "tanh by z": (np.tanh, lambda z: 1 - np.tanh(z) ** 2, "input"),
    "tanh by a": (np.tanh, lambda a: 1 - a**2, "output"),
    "tanh, steep, by cosh": (
        lambda z: np.tanh(1e3 * z),
        lambda z: 1e3 / np.cosh(1e3 * z) ** 2,
        "input",
    ),
    "tanh, derivative by differences": (math.tanh, forward_difference, "input"),
    "relu, > 0": (relu, lambda x: x > 0, "both"),
    "relu, >= 0": (relu, lambda x: x >= 0, "input"),
    "relu, with zeros of its own": (
        lambda z: np.maximum(np.zeros(len(z)), z),
        lambda z: z > 0,
        "both",
    ),
    "relu, max": (lambda x: max(0, x), lambda x: 1 if x > 0 else 0, "both"),
    "relu that changes its argument": (in_place_relu, in_place_relu_prime, "both"),
    "relu6": (relu6, lambda x: (x > 0) & (x < 6), "both"),
    "leaky relu": (leaky_relu, lambda x: np.where(x > 0, 1, 0.01), "both"),
    "leaky relu, steep": (LeakyReLU(0.5), lambda x: np.where(x > 0, 1, 0.5), "both"),
    "leaky relu with alpha < 0": (LeakyReLU(-0.5), LeakyReLU(-0.5).derivative, "input"),
    "elu with alpha < 0": (ELU(-0.5), ELU(-0.5).derivative, "input"),
    "elu by a": (elu, lambda a: np.where(a > 0, 1, a + 1), "output"),
    "selu with short constants": (
        selu,
        lambda a: np.where(a > 0, 1.0507, a + 1.75810),
        "output",
    ),
    "softplus, naive": (lambda z: np.log(1 + np.exp(z)), lambda z: 1 / (1 + np.exp(-z)), "input"),
    "softplus, derivative that overflows": (
        softplus,
        lambda z: np.exp(z) / (1 + np.exp(z)),
        "input",
    ),
    "softplus by a": (softplus, lambda a: 1 - np.exp(-a), "output"),
    "gelu by erf": (
        lambda z: 0.5 * z * (1 + math.erf(z / math.sqrt(2))),
        lambda z: (
            0.5 * (1 + math.erf(z / math.sqrt(2)))
            + z * math.exp(-z * z / 2) / math.sqrt(2 * math.pi)
        ),
        "input",
    ),
    "silu by z": (silu, lambda z: sigmoid(z) + z * prime_z(z), "input"),
    "hard sigmoid": (
        lambda x: np.clip(0.2 * x + 0.5, 0, 1),
        lambda x: 0.2 * (abs(x) < 2.5),
        "input",
    ),
    "hard sigmoid by a": (
        lambda x: np.clip(0.2 * x + 0.5, 0, 1),
        lambda a: 0.2 * ((a > 0) & (a < 1)),
        "output",
    ),
    "softsign by a": (softsign, lambda a: (1 - abs(a)) ** 2, "output"),
    "arctan by z": (math.atan, lambda z: 1 / (1 + z**2), "input"),
    "arctan by a": (arctan, lambda a: math.cos(a) ** 2, "output"),
    # domains
    "log by z": (np.log, lambda z: 1 / z, "input"),
    "log by a": (math.log, lambda a: math.exp(-a), "output"),
    "sqrt by z": (math.sqrt, lambda z: 0.5 / math.sqrt(z), "input"),
    "sqrt by a": (np.sqrt, lambda a: 0.5 / a, "output"),
    "logit": (lambda p: math.log(p / (1 - p)), lambda p: 1 / (p * (1 - p)), "input"),
    "arcsin by a": (np.arcsin, lambda a: 1 / np.cos(a), "output"),
    "arccosh": (np.arccosh, lambda z: 1 / np.sqrt(z**2 - 1), "input"),
    "far out": (lambda z: np.sqrt(z - 20), lambda a: 0.5 / a, "output"),
    "far out, tiny": (
        lambda z: 1e-9 * math.sqrt(z - 20),
        lambda z: 5e-10 / math.sqrt(z - 20),
        "input",
    ),
    "a derivative that has no value by z": (
        lambda z: z + 5000,
        lambda a: 1.0 if a > 3000 else math.nan,
        "output",
    ),
    "reciprocal by z": (lambda z: 1 / z, lambda z: -1 / z**2, "input"),
    "reciprocal by a": (lambda z: 1 / z, lambda a: -(a**2), "output"),
    "exp by a": (np.exp, lambda a: a, "output"),
    "exp by z": (math.exp, math.exp, "input"),
    "exp that raises": (cliff, np.exp, "input"),
    "tan by a": (np.tan, lambda a: 1 + a**2, "output"),
    # constant, flat and kinked
    "identity": (lambda z: z, lambda z: 1, "both"),
    "identity, an array of ones": (lambda z: z, np.ones_like, "both"),
    "a straight line": (lambda z: 3 * z - 2, lambda z: 3.0, "both"),
    "a constant": (lambda z: 7.0, lambda z: 0.0, "both"),
    "zero": (lambda z: 0 * z, lambda z: 0, "both"),
    "sign": (np.sign, lambda z: np.zeros_like(z), "both"),
    "sign, huge": (lambda z: 1e9 * np.sign(z), lambda z: 0.0, "both"),
    "abs": (abs, np.sign, "input"),
    "a kink at the first point": (lambda z: max(z - 0.5, 0), lambda z: z > 0.5, "input"),
    "four pieces": (
        lambda z: np.where(z > 0, z + 0.5, np.where(z > -1, 0.5 * (z + 1) ** 2, 0)),
        numpy_everything,
        "input",
    ),
    # other shapes of curve
    "square": (lambda z: z**2, lambda z: 2 * z, "input"),
    "ninth power": (lambda z: z**9, lambda z: 9 * z**8, "input"),
    "cube root by a": (np.cbrt, lambda a: 1 / (3 * a**2), "output"),
    "sine": (np.sin, np.cos, "input"),
    "fast sine": (lambda z: math.sin(50 * z), lambda z: 50 * math.cos(50 * z), "input"),
    "bump": (lambda z: np.exp(-(z**2)), lambda z: -2 * z * np.exp(-(z**2)), "input"),
    "sinc": (np.sinc, lambda z: (np.cos(np.pi * z) - np.sinc(z)) / z, "input"),
    "exact fractions": (lambda z: Fraction(z) ** 3, lambda z: 3 * Fraction(z) ** 2, "input"),
    **{
        f"nnlib.{f.name}.derivative": (
            f,
            f.derivative,
            "both" if f.name[-4:] == "relu" else "input",
        )
        for f in ACTIVATIONS.values()
    },
    **{
        f"nnlib.{f.name}.derivative_from_output": (
            f,
            f.derivative_from_output,
            "both" if f.name == "leaky_relu" else "output",
        )
        for f in ACTIVATIONS.values()
        if f.derivative_from_output
    },
}

WRONG = {
    # pair: function, derivative, words that must stand in the slip
    "sigmoid applied twice inside": (
        sigmoid,
        lambda z: prime_z(sigmoid(z)),
        "sigmoid twice inside",
    ),
    "tanh applied twice inside": (
        tanh,
        lambda z: 1 - np.tanh(np.tanh(z)) ** 2,
        "tanh twice inside",
    ),
    "sigmoid, the sign, z": (sigmoid, lambda z: -prime_z(z), "the sign. Called with z"),
    "sigmoid, the sign, a": (sigmoid, lambda a: a * (a - 1), "the sign. Called with a"),
    "exp(-z) without its sign": (
        lambda z: np.exp(-z),
        lambda z: np.exp(-z),
        "the sign. Called with z",
    ),
    "tanh(2z) without its 2": (lambda z: np.tanh(2 * z), lambda a: 1 - a**2, "multiply it by 2"),
    "square without its 2": (lambda z: z**2, lambda z: z, "multiply it by 2"),
    "leaky relu of half size": (
        leaky_relu,
        lambda x: np.where(x > 0, 0.5, 0.005),
        "a constant factor",
    ),
    "sigmoid itself": (sigmoid, sigmoid, "sigmoid itself"),
    "only 1 - a, by z": (sigmoid, lambda z: 1 - sigmoid(z), "factor a, with"),
    "only 1 - a, by a": (sigmoid, lambda a: 1 - a, "Called with a, it lacks the factor a,"),
    "only a": (sigmoid, lambda a: a, "factor 1 − a"),
    "tanh without its square": (tanh, lambda z: 1 - np.tanh(z), "1 − a² is meant"),
    "tanh without its square, by a": (tanh, lambda a: 1 - a, "1 − a² is meant"),
    "inner derivative forgotten": (
        lambda z: np.sin(z**2 / 2),
        lambda z: np.cos(z**2 / 2),
        "factor z",
    ),
    "sigmoid's for tanh": (tanh, lambda z: sigmoid.derivative(z), "sigmoid′ of the input"),
    "tanh's for sigmoid": (sigmoid, lambda a: 1 - a**2, "tanh′ of the output of tanh"),
    "relu's for leaky relu": (leaky_relu, lambda x: x > 0, "relu′ of the input"),
    "relu's for softplus": (softplus, relu.derivative, "relu′"),
    "silu's for gelu": (gelu, silu.derivative, "silu′ of the input"),
    "1 on the wrong side": (relu, lambda x: 1.0, "right for z > 0 only"),
    "relu6 without its upper end": (relu6, lambda x: x > 0, "relu′"),
    "square by a": (lambda z: z**2, lambda a: 2 * np.sqrt(a), "right for z > 0 only"),
    "elu with alpha < 0 by a": (ELU(-0.5), lambda a: np.where(a > 0, 1, a - 0.5), "for z > 0 only"),
    "leaky relu with another alpha": (
        leaky_relu,
        LeakyReLU(0.1).derivative,
        "right for z > 0 only",
    ),
    "abs by a": (abs, lambda a: np.ones_like(a), "for z > 0 only"),
    "a little off at the flat ends": (sigmoid, lambda z: prime_z(z) + math.copysign(1e-4, z), ""),
    "a constant with a slope": (lambda z: 7.0, lambda z: 1.0, "it is the slope plus 1;"),
    "relu, but steeper beyond 50": (
        lambda z: relu(z) if z < 50 else 2 * z - 50,
        relu.derivative,
        "relu′ of the input",
    ),
    "float32, wrong": (sigmoid32, lambda z: np.float32(0.2), ""),
    "always a quarter": (sigmoid, lambda z: 0.25, ""),
    "gelu by its tanh formula's neighbour": (gelu, lambda z: sigmoid(1.702 * z), ""),
    "off by 1 percent": (np.exp, lambda z: 1.01 * np.exp(z), "multiply it by 0.9901"),
    "the sign, and half of it missing": (
        sigmoid,
        lambda z: -prime_z(z) if z > 0 else math.nan,
        "",
    ),
    "twice as much beyond 6": (sigmoid, lambda z: prime_z(z) * (1 if abs(z) < 6 else 2), ""),
    "right in the middle only": (sigmoid, lambda z: prime_z(np.clip(z, -2, 2)), ""),
}

MIXING = {
    "softmax": (softmax, prime_a, "softmax mixes the elements"),
    "softmax, tiny": (lambda x: 1e-9 * softmax(x), prime_a, "f mixes the elements"),
    "softmax on rows": (row_softmax, prime_a, "row_softmax mixes the elements"),
    "standardise": (standardise, lambda z: 1.0, "standardise"),
    "cumulative sum": (np.cumsum, np.ones_like, "cumsum mixes"),
    "minus the mean": (lambda x: x - np.mean(x), lambda x: 1.0, "f mixes"),
    "minus the first": (lambda x: x - np.atleast_1d(x)[0], lambda x: 1.0, "f mixes"),
    "sum": (np.sum, np.ones_like, "sum mixes"),
    "above the mean": (lambda x: x > np.mean(x), np.zeros_like, "f mixes"),
    "derivative with a mean": (sigmoid, lambda z: np.mean(prime_z(z)), "the derivative mixes"),
    "derivative with any()": (
        relu,
        lambda z: 1.0 if np.any(z > 0) else 0.0,
        "the derivative mixes",
    ),
    "Jacobian": (
        sigmoid,
        lambda z: np.diagflat(prime_z(np.atleast_1d(z))),
        "numbers for an array",
    ),
}

UNDECIDED = {
    "float16": (sigmoid16, prime_a, "too coarsely"),
    "floor": (np.floor, lambda z: 0.0, "rounded too coarsely"),
    "coarsely rounded sigmoid": (lambda z: np.round(sigmoid(z), 2), prime_z, "too coarsely"),
    "random function": (lambda z: z + rng.normal(), lambda z: 1.0, "two answers"),
    "random derivative": (relu, lambda z: (z > 0) * rng.uniform(), "two answers"),
    "a memory": (remembers, lambda z: 1.0, "Undecided: remembers gave two answers"),
    "cube root with a half": (np.cbrt, lambda z: np.power(z, -2 / 3) / 3, "without a value"),
    "a value for half of the points": (lambda z: np.log(abs(z)), half_missing, "without a value"),
    "a value only where it is flat": (
        lambda z: max(z - 2, 0.0),
        lambda z: 0.0 if z < 2 else math.nan,
        "without a value at",
    ),
    "right but at two points": (
        sigmoid,
        lambda z: prime_z(z) if z < 900 else 5.0,
        "too many points to be called wrong",
    ),
    "a tiny domain": (lambda z: z if 0.4 < z < 0.6 else math.nan, lambda z: 1.0, "only"),
}


@pytest.mark.parametrize("pair", RIGHT)
def test_no_alarm_on_a_right_derivative(pair):
    function, derivative, expects = RIGHT[pair]
    diagnosis = diagnose(function, derivative)
    assert diagnosis.expects == expects, str(diagnosis)
    assert diagnosis.slip == ""


SMOOTH = {
    # at all points but perhaps one, which is none of those that are tried
    "fast": (lambda z: math.sin(50 * z), lambda z: 50 * math.cos(50 * z)),
    "with kinks at every π": (
        lambda z: abs(math.sin(z)),
        lambda z: math.cos(z) * np.sign(math.sin(z)),
    ),
    "a kink at 0": (abs, np.sign),
    "a pole at 0": (lambda z: 1 / z, lambda z: -1 / z**2),
    "a vertical slope at 0, in float32": (
        lambda z: np.sqrt(np.float32(abs(z))),
        lambda z: np.sign(z) / 2 / math.sqrt(abs(z)),
    ),
    "a square, in float32": (lambda z: np.float32(z) ** 2, lambda z: 2 * z),
    "a sine, in float32": (lambda z: np.sin(np.float32(z)), np.cos),
}


@pytest.mark.parametrize("pair", SMOOTH)
def test_where_there_is_a_slope_it_is_measured(pair):
    assert diagnose(*SMOOTH[pair]).with_input == Agreement(right=211, wrong=0, missing=0)


def test_a_kink_does_not_decide():
    """The first point that is tried, 0.5, has no slope here."""
    diagnosis = diagnose(lambda z: 1000 + max(z - 0.5, 0), lambda z: z > 0.5)
    assert diagnosis.with_input == Agreement(right=210, wrong=0, missing=0)


def test_the_slope_is_measured_up_to_the_edge_of_a_domain():
    tried = []

    def log(z):
        tried.append(z)
        return math.log(z)

    diagnosis = diagnose(log, lambda z: 1 / z)
    assert diagnosis.with_input == Agreement(sum(z > 0 for z in tried[:211]), 0, 0)


@pytest.mark.parametrize("pair", WRONG)
def test_a_wrong_derivative_and_its_slip(pair):
    function, derivative, slip = WRONG[pair]
    diagnosis = diagnose(function, derivative)
    assert diagnosis.expects == "neither", str(diagnosis)
    assert slip in diagnosis.slip
    assert bool(slip) == bool(diagnosis.slip)
    assert "Likely slip" in str(diagnosis) or not slip


@pytest.mark.parametrize("pair", MIXING)
def test_what_mixes_elements_has_no_slope_element_by_element(pair):
    function, derivative, reason = MIXING[pair]
    diagnosis = diagnose(function, derivative)
    assert diagnosis.expects == "neither", str(diagnosis)
    assert reason in diagnosis.summary
    assert "Jacobian" in str(diagnosis)


def test_too_few_points_in_words():
    tried = []

    def narrow(z):
        tried.append(z)
        return z if 0.4 < z < 0.6 else math.nan

    summary = diagnose(narrow, lambda z: 1.0).summary
    n = sum(0.4 < z < 0.6 for z in tried[:211] if isinstance(z, float))
    assert 0 < n < 10
    assert f"narrow has a slope that can be measured at only {n} points, and 10 are" in summary


def test_how_elements_are_mixed_in_words():
    """A running sum is right at the first number, 0.5, and off by it at the second."""
    sizes = []

    def running(x):
        sizes.append(np.size(x))
        return np.cumsum(x)

    words = r"running mixes .*: (\S+) alone gives (\S+), and among (\S+) other numbers (\S+)\. A"
    summary = diagnose(running, np.ones_like).summary
    assert summary.startswith(
        "ones_like is not running′, of the input or of the output, since running mixes"
    )
    found = re.search(words, summary)
    z, alone, others, together = map(float, found.groups())
    assert z == alone != 0.5
    assert together == pytest.approx(0.5 + z, abs=0.005)
    assert others == max(sizes) - 1


@pytest.mark.parametrize("pair", UNDECIDED)
def test_it_does_not_guess(pair):
    function, derivative, reason = UNDECIDED[pair]
    diagnosis = diagnose(function, derivative)
    assert diagnosis.expects == "undecided", str(diagnosis)
    assert reason in str(diagnosis)


@settings(deadline=None, max_examples=20)
@given(
    f=st.sampled_from(list(ACTIVATIONS.values())),
    stretch=st.floats(0.01, 100),
    shift=st.floats(-3, 3),
    scale=st.floats(1e-3, 1e3),
)
def test_no_alarm_on_stretched_and_shifted_activations(f, stretch, shift, scale):
    def slope(z):
        return scale * stretch * f.derivative(stretch * z + shift)

    def function(z):
        return scale * f(stretch * z + shift)

    assert diagnose(function, slope).expects in ("input", "both")
    off = diagnose(function, lambda z: slope(z) * (1.02 + 0.05 * np.tanh(z) ** 2))
    assert off.expects in ("neither", "undecided")


@pytest.mark.parametrize(
    ("function", "derivative", "slip"),
    [
        (
            sigmoid,
            lambda z: prime_z(sigmoid(z)),
            "it applies sigmoid twice inside: it is sigmoid′(sigmoid(z)).",
        ),
        (sigmoid, lambda z: -prime_z(z), "the sign. Called with z, it is −1 times the slope."),
        (sigmoid, lambda a: a * (a - 1), "the sign. Called with a, it is −1 times the slope."),
        (
            sigmoid,
            lambda z: -1.25 * prime_z(z),
            "a constant factor. Called with z, it is −1.25 times the slope; multiply it by −0.8.",
        ),
        (
            sigmoid,
            lambda a: a * (1 - a) / 8,
            "a constant factor. Called with a, it is 1/8 times the slope; multiply it by 8.",
        ),
        (sigmoid, sigmoid, "it is sigmoid itself and not its slope."),
        (
            sigmoid,
            lambda z: 1 - sigmoid(z),
            "a factor is missing. Called with z, it lacks the factor a, with a = sigmoid(z).",
        ),
        (
            tanh,
            lambda a: 1 - a,
            "a factor is missing. Called with a, it lacks the factor 1 + a "
            "(1 − a where 1 − a² is meant?), with a = tanh(z).",
        ),
        (tanh, sigmoid.derivative, "another function. It is sigmoid′ of the input."),
        (sigmoid, lambda a: 1 - a**2, "another function. It is tanh′ of the output of tanh."),
        (relu, lambda z: 1.0, "one side. Called with z, it is right for z > 0 only."),
        (relu, lambda z: 0.0, "one side. Called with z, it is right for z < 0 only."),
        (
            elu,
            lambda a: np.where(a > 0, 2, a + 1),
            "one side. Called with a, it is right for z < 0 only.",
        ),
        (relu, lambda z: 1.0 if z > 0.5 else 0.5, ""),  # right for z > 0.5 is not yet for z > 0
    ],
)
def test_a_slip_in_words(function, derivative, slip):
    assert diagnose(function, derivative).slip == slip


def test_the_text_explains_with_evidence():
    text = str(diagnose(naive_sigmoid, prime_z)).splitlines()
    assert text[0] == (
        "prime_z is naive_sigmoid′ of the input: call it with z. "
        "With a it gives the slope at another place, naive_sigmoid′(naive_sigmoid(z))."
    )
    assert text[1] == "  with z: right at 211 of 211 points."
    assert text[2].startswith("  with a: wrong at 211 of 211 points; at z = ")
    assert "call it with a" in str(diagnose(naive_sigmoid, prime_a))


def test_the_evidence_can_be_read_by_a_program():
    diagnosis = diagnose(naive_sigmoid, prime_a)
    assert diagnosis.with_output == Agreement(right=211, wrong=0, missing=0)
    z, a, got, slope = diagnosis.with_input.worst
    assert a == pytest.approx(sigmoid(z))
    assert got == pytest.approx(prime_a(z))
    assert slope == pytest.approx(sigmoid.derivative(z), rel=1e-6)


@pytest.mark.parametrize(
    ("agreement", "text"),
    [
        (Agreement(211, 0, 0), "right at 211 of 211 points"),
        (Agreement(7, 0, 4), "right at 7, without a value at 4 of 11 points"),
        (
            Agreement(5, 3, 2, worst=(-1.23456, 0.0123456, 1.0, 1234.56)),
            "right at 5, wrong at 3, without a value at 2 of 10 points; "
            "at z = -1.23, a = 0.0123 it gives 1, the slope is 1.23e+03",
        ),
    ],
)
def test_an_agreement_in_words(agreement, text):
    assert str(agreement) == text


@pytest.mark.parametrize(
    ("agreement", "holds", "fails"),
    [
        (Agreement(90, 0, 10), True, False),  # a value at nine of ten, and no more missing
        (Agreement(89, 0, 11), False, False),
        (Agreement(99, 1, 0), False, False),
        (Agreement(98, 2, 0), False, False),  # 2 %, and not more
        (Agreement(97, 3, 0), False, True),
        (Agreement(50, 0, 50), False, False),  # half, and not more
        (Agreement(49, 0, 51), False, True),
    ],
)
def test_when_an_agreement_holds_and_when_it_fails(agreement, holds, fails):
    assert agreement.points == 100
    assert (agreement.holds, agreement.fails) == (holds, fails)


def test_the_worst_point_is_near_0_if_it_is_wrong_there():
    """The slope of z² is 2z, and 2z + z/8 is off by z/8: the more, the farther out."""
    seen = []
    diagnosis = diagnose(lambda z: seen.append(abs(float(z))) or z**2, lambda z: 2 * z + z / 8)
    z, a, got, slope = diagnosis.with_input.worst
    assert abs(z) == max(tried for tried in seen[: diagnosis.with_input.points] if tried <= 5)
    assert (a, got) == (z**2, 2 * z + z / 8)
    assert slope == pytest.approx(2 * z, rel=1e-6)

    far = diagnose(lambda z: z, lambda z: 1 if z < 50 else z).with_input
    assert 0 < far.wrong < far.right
    assert far.worst[0] == far.worst[2] > 900

    slight = diagnose(sigmoid, lambda z: 1.25 * prime_z(z)).with_input  # off by 1/16 at most
    assert slight.worst[2:] == pytest.approx((1.25 / 4, 1 / 4), rel=1e-3)


def test_a_changed_argument_is_noted():
    text = str(diagnose(in_place_relu, in_place_relu_prime))
    assert "Note: in_place_relu changes the array that it gets." in text
    assert "Note: in_place_relu_prime changes" in text
    assert "Note" not in str(diagnose(naive_sigmoid, prime_z))
    assert "Note" not in str(diagnose(math_sigmoid, math_prime_z))


def test_the_caller_sees_no_warning_and_keeps_its_settings(recwarn):
    before = np.geterr()
    diagnose(np.log, lambda z: 1 / z)
    assert np.geterr() == before
    with np.errstate(all="raise"):
        assert diagnose(relu, lambda z: 1.0).expects == "neither"
    assert not recwarn.list


def test_what_has_no_name_is_called_f_and_the_derivative():
    summary = diagnose(partial(pow, 2.0), partial(operator.mul, math.log(2))).summary
    assert summary == "The derivative is f′ of the output: call it with a."
    wrong = diagnose(lambda z: np.tanh(z), lambda a: 1 + a * a)
    assert wrong.summary.startswith(
        "The derivative is not f′: not of the input z, and not of the output a."
    )


def test_numbers_of_every_size_and_both_signs_are_tried():
    tried = []
    diagnose(lambda z: tried.append(float(z)) or z, lambda z: 1.0)
    for size in (0.01, 0.1, 1, 10, 100, 1000):
        for sign in (-1, 1):
            assert sum(size / 10 < sign * z <= size for z in tried[:211]) >= 10


def no_arguments():
    return 1.0


@pytest.mark.parametrize("bad", [None, 0.25, "sigmoid", np.array([1.0])])
def test_what_cannot_be_called_is_refused(bad):
    with pytest.raises(TypeError, match=r"function is .*give a function of one argument"):
        diagnose(bad, prime_z)
    with pytest.raises(TypeError, match=r"derivative is .*calling it: sigmoid, not sigmoid\(z\).$"):
        diagnose(sigmoid, bad)


@pytest.mark.parametrize(
    ("broken", "own_error"),
    [
        (no_arguments, "TypeError"),
        (lambda z, a: a, "missing 1 required positional argument"),
        (lambda z: "a", "could not convert string"),
        (lambda z: None, "NoneType"),
        (lambda z: math.nan, "it returned nan"),
        (lambda z: [1.0, 2.0], "it returned 2 numbers for one"),
        (lambda z: 1j, "complex"),
    ],
)
def test_what_returns_no_number_is_refused_with_its_own_error(broken, own_error):
    with pytest.raises(ValueError, match=f"the function, .*none of the points.*{own_error}"):
        diagnose(broken, prime_z)
    with pytest.raises(ValueError, match=f"the derivative, .*one argument.*{own_error}"):
        diagnose(sigmoid, broken)


# What programs hand over besides functions of one number.
def column_softmax(rows):
    """Each column is a sample, as in courses that write W @ X; the rows are lists."""
    powers = [[math.exp(v) for v in row] for row in rows]
    sums = [sum(column) for column in zip(*powers, strict=True)]
    return [[p / s for p, s in zip(row, sums, strict=True)] for row in powers]


def unit_columns(Z):
    return Z / np.linalg.norm(Z, axis=0, keepdims=True)


def batch_norm(x):
    return (x - x.mean()) / np.sqrt(x.var() + 1e-5)


def batch_norm_jacobian(x):
    n, spread, normed = x.size, np.sqrt(x.var() + 1e-5), batch_norm(x)
    return (np.eye(n) - 1 / n - np.outer(normed, normed) / n) / spread


def log_softmax(x):
    return x - np.max(x) - np.log(np.sum(np.exp(x - np.max(x))))


def softmax_jacobian(x):
    return np.diag(softmax(x)) - np.outer(softmax(x), softmax(x))


def jacobian_of_shares(s):
    if abs(np.sum(s) - 1) > 1e-9:
        raise ValueError("not an output of softmax")
    return np.diag(s) - np.outer(s, s)


def softmax32(x):
    return softmax(np.asarray(x, dtype=np.float32))


def softmax16(x):
    return softmax(np.asarray(x, dtype=np.float16))


def narrow_softmax(x):
    if np.max(x) > _VECTORS.max():
        raise ValueError("too large for me")
    return softmax(x)


def shares_of_roots(x):
    return np.sqrt(x) / np.sum(np.sqrt(x))


def counted(x):
    return np.full(np.shape(x), 1.0 * np.size(x))


@pytest.mark.parametrize(
    ("function", "derivative", "slip"),
    [
        (column_softmax, lambda S: [[s * (1 - s) for s in row] for row in S], "the diagonal alone"),
        (lambda X: row_softmax(X.T).T, prime_a, "the diagonal alone. Called with a"),
        (
            row_softmax,
            lambda X: row_softmax(X) * (1 - row_softmax(X)),
            "Called with z, it is the diagonal of the Jacobian of row_softmax.",
        ),
        (log_softmax, lambda x: 1 - softmax(x), "the diagonal alone. Called with z or a, it is"),
        (unit_columns, lambda z: 1.0, ""),
        (softmax, lambda s: np.diag(s) + np.outer(s, s), "another matrix"),
        (softmax, lambda x: 1.005 * softmax_jacobian(x), "another matrix"),
        (lambda x: 1e-9 * softmax(x), softmax_jacobian, "another matrix"),
        (softmax32, lambda x: 1.02 * softmax_jacobian(x), "another matrix"),
        (softmax16, lambda x: 1.2 * softmax_jacobian(x), "another matrix"),
        (softmax, lambda x: np.float16(1.02 * softmax_jacobian(x)), "another matrix"),
        (softmax, lambda x: [0.1, 0.2, 0.3], ""),
        # One has no slope at a number that is tried, nor beyond it.
        (narrow_softmax, softmax_jacobian, ""),
        (shares_of_roots, lambda x: np.eye(x.size), ""),
        (
            sigmoid,
            lambda z: np.diagflat(prime_z(z)),
            "a matrix instead of its diagonal. Called with z, it is right as the Jacobian",
        ),
    ],
)
def test_columns_and_rows_mix_as_well_and_a_diagonal_is_named(function, derivative, slip):
    found = diagnose(function, derivative)
    assert (found.expects, bool(found.slip)) == ("neither", bool(slip)), str(found)
    assert "Jacobian" in found.summary
    assert slip in found.slip


@pytest.mark.parametrize(
    ("function", "derivative", "expects", "words"),
    [
        (softmax, softmax_jacobian, "input", "softmax_jacobian is the Jacobian of softmax"),
        (softmax, lambda s: np.diag(s) - np.outer(s, s), "output", "call it with a"),
        (
            softmax,
            jacobian_of_shares,
            "output",
            "jacobian_of_shares is the Jacobian of softmax, of the output a: call it with a. It is "
            "a matrix with a row for each output, since softmax mixes the elements of an array: ",
        ),
        (lambda x: softmax(30 * x), lambda x: 30 * softmax_jacobian(30 * x), "input", "with z"),
        (lambda x: softmax(1e3 * x), lambda x: 1e3 * softmax_jacobian(1e3 * x), "input", "with z"),
        (softmax32, softmax_jacobian, "input", "with z"),
        (softmax32, lambda x: np.float32(softmax_jacobian(x)), "input", "with z"),
        (softmax16, softmax_jacobian, "input", "with z"),
        (softmax16, lambda x: np.float16(softmax_jacobian(x)), "input", "with z"),
        (softmax, lambda x: np.float16(softmax_jacobian(x)), "input", "with z"),
        (softmax, lambda s: np.float16(np.diag(s) - np.outer(s, s)), "output", "with a"),
        (lambda x: softmax32(20 * x), lambda x: 20 * softmax_jacobian(20 * x), "input", "with z"),
        (batch_norm, batch_norm_jacobian, "input", "a row for each output"),
        (counted, lambda x: np.zeros((x.size, x.size)), "both", "call it with z or a"),
        (log_softmax, lambda x: np.eye(x.size) - softmax(x), "both", "a row for each output"),
        (
            log_softmax,
            lambda x: np.eye(x.size) - softmax(x)[:, np.newaxis],
            "both",
            "of the input z or of the output a: call it with z or a. It is a matrix with a column",
        ),
    ],
)
def test_a_right_jacobian_is_right(function, derivative, expects, words):
    found = diagnose(function, derivative)
    assert found.expects == expects, str(found)
    assert words in found.summary


def test_a_wrong_jacobian_is_shown_where_it_is_wrong():
    """One entry of four times four is off by a quarter."""

    def slip(x):
        J = softmax_jacobian(x)
        J[1, 2] += 0.25
        return J

    words = r"called with z, in row 1, column 2 it gives (\S+), the slope is (\S+)\.$"
    got, slope = map(float, re.search(words, diagnose(softmax, slip).slip).groups())
    assert got - slope == pytest.approx(0.25, abs=1e-3)
    assert slope < 0


class SigmoidLayer:
    """Like a layer of a teaching framework: forward stores what backward needs."""

    def __init__(self, exp):
        self.exp = exp

    def forward(self, x):
        self.a = 1 / (1 + self.exp(-x))
        return self.a

    def backward(self, gradient):
        return gradient * self.a * (1 - self.a)


class ReluLayer:
    def forward(self, x):
        self.mask = x > 0
        return np.maximum(x, 0)

    def backward(self, gradient):
        return gradient * self.mask


class DoubledLayer(SigmoidLayer):
    def backward(self, gradient):
        return gradient * prime_z(self.a)


class CosineLayer(DoubledLayer):
    def backward(self, gradient):
        return gradient * np.cos(self.a)


@pytest.mark.parametrize(
    ("layer", "note"),
    [
        (SigmoidLayer(math.exp), "Asked like that, backward is right."),
        (SigmoidLayer(np.exp), "Asked like that, backward is right."),
        (ReluLayer(), "Asked like that, backward is right."),
        (CosineLayer(np.exp), "not of the input z, and not of the output a."),
        (
            DoubledLayer(np.exp),
            "Asked like that: the derivative is not forward′: not of the input z, and not of the "
            "output a. Likely slip: it applies forward twice inside: it is forward′(forward(z)).",
        ),
    ],
)
def test_a_layer_that_remembers_is_asked_in_one_call(layer, note):
    found = diagnose(layer.forward, layer.backward)
    assert found.expects == "undecided"
    assert "backward remembers. What it gives depends on what forward was handed" in found.summary
    assert "so it reads what forward stored." in found.summary
    call = "lambda z: (layer.forward(z), layer.backward(1.0))[1]"
    assert call in found.summary
    assert str(found).endswith(note)
    asked = diagnose(layer.forward, eval(call, {"layer": layer}))
    assert (asked.expects == "neither") == isinstance(layer, DoubledLayer)


def test_a_layer_that_takes_no_1_is_only_told_how_to_ask():
    class Layer(SigmoidLayer):
        def backward(self, gradient):
            return super().backward(gradient.copy())

    layer = Layer(np.exp)
    found = diagnose(layer.forward, layer.backward)
    assert (found.expects, found.notes) == ("undecided", ())
    assert "backward remembers" in found.summary


def table(entries, ends=8, f=sigmoid):
    grid = np.linspace(-ends, ends, entries)
    values = f(grid)
    return lambda z: np.interp(z, grid, values)


def ramp(z):
    """The slope of 3z² − 2z³, which a smooth step has between 0 and 1 only."""
    return 6 * z * (1 - z)


@pytest.mark.parametrize(
    ("function", "derivative", "expects", "words"),
    [
        (lambda z: sigmoid(np.clip(z, -6, 6)), prime_a, "output", ""),
        (
            lambda z: math_sigmoid(max(-10, min(10, z))),
            prime_a,
            "output",
            "Note: The function is flat outside of -9.14 to 9.32, perhaps because of a clip or a "
            "table, where prime_a is nearly 0 as well. No network notices the difference.",
        ),
        (lambda z: sigmoid(np.clip(z, -6, 6)), prime_z, "input", ""),
        (lambda z: np.tanh(np.clip(z, -4, 4)), lambda a: 1 - a**2, "output", ""),
        (lambda z: np.clip(sigmoid(z), 1e-3, 1 - 1e-3), prime_a, "output", ""),
        (
            lambda z: np.clip(z, 0, 10),
            lambda x: np.where(x <= 0, 0.0, np.where(x < 10, 1.0, 0.01)),
            "both",
            "flat beyond 9.32",
        ),
        (table(100_001, ends=10), prime_a, "output", ""),
        (
            table(4001),
            prime_a,
            "undecided",
            "nearly right, off by 0.2 %, as f′ of the output a. A difference",
        ),
        (
            table(200),
            prime_a,
            "undecided",
            "prime_a is exactly sigmoid′ of the output a, but f is only roughly sigmoid, off by up "
            "to 0.00025. A table",
        ),
        (
            table(200, f=tanh),
            lambda a: 1 - a**2,
            "undecided",
            "is exactly tanh′ of the output a, but",
        ),
        (table(200), prime_z, "undecided", "prime_z is exactly sigmoid′ of the input z, but f"),
        (table(200), lambda z: 1.25 * prime_z(z), "neither", ""),
        (lambda z: sigmoid(np.clip(z, -3, 3)), prime_z, "neither", ""),
        (
            lambda z: sigmoid(np.clip(z, -4, 4)),
            prime_a,
            "undecided",
            "Undecided: prime_a is right as f′ of the output a except at the ends. The function is "
            "flat outside of -3.11 to 2.89, perhaps because of a clip or a table, and prime_a is "
            "not 0 there.\n",
        ),
        (
            lambda z: sigmoid(np.clip(100 * z, -4, 4)),
            lambda z: 100 * prime_z(100 * z),
            "undecided",
            "except at the ends. The function is flat outside of -0.0",
        ),
        (
            lambda z: np.exp(np.clip(z, -88, 88)),
            lambda a: a,
            "undecided",
            "The function is flat beyond 85.1, perhaps because of a clip or a table, and the "
            "derivative is not 0 there.\n",
        ),
        # What only looks like a bent end:
        (relu, lambda z: np.where(z > 0, 1, 0.01), "neither", ""),
        (relu6, lambda z: np.where(z > 0, 1.0, 0.0), "neither", ""),
        (lambda z: sigmoid(np.clip(z, -10, 10)), lambda z: prime_z(sigmoid(z)), "neither", ""),
        (lambda z: sigmoid(np.clip(z, -4, 4)), lambda z: 1.25 * prime_z(z), "neither", ""),
        (lambda z: np.clip(z, 0, 1) ** 2 * (3 - 2 * np.clip(z, 0, 1)), ramp, "neither", ""),
        (np.exp, lambda z: np.where(z < 3, 0.0, np.exp(z)), "neither", ""),
    ],
)
def test_a_clip_or_a_table_that_bends_the_ends_is_no_other_function(
    function, derivative, expects, words
):
    found = diagnose(function, derivative)
    assert found.expects == expects, str(found)
    assert words in str(found)
    if expects != "neither":
        assert found.slip == ""
        assert re.search("clip|table", str(found)) or "right at 211 of 211" in str(found)


def test_how_far_off_is_said_of_the_points_with_a_value():
    def patchy(z):
        return 1.003 * prime_z(z) if not -1 < z < -0.5 else math.nan

    assert "patchy is nearly right, off by 0.3 %, as" in str(diagnose(sigmoid, patchy))


@pytest.mark.parametrize(("below", "expects"), [(0.04, "undecided"), (0.07, "neither")])
def test_nearly_right_is_within_half_a_percent_at_nine_points_in_ten(below, expects):
    def tails(a):
        slope = a * (1 - a)
        return np.where(slope < below, 1.006 * slope, slope)

    assert diagnose(sigmoid, tails).expects == expects


@pytest.mark.parametrize(
    ("size", "h", "expects", "words"),
    [
        (1, 1e-5, "input", "right at 211"),
        (1, 1e-3, "undecided", "nearly right, off by 0.05 %, as f′ of the input z"),
        (1, 1e-2, "undecided", "nearly right, off by 0.5 %"),
        (1000, 1e-2, "undecided", "nearly right, off by 0.5 %"),
        (1, 0.1, "neither", "is not f′"),
    ],
)
def test_nearly_right_comes_before_multiply_by_1(size, h, expects, words):
    def f(z):
        return size * sigmoid(z)

    found = diagnose(f, lambda z: (f(z + h) - f(z)) / h)
    assert found.expects == expects
    assert words in str(found)
    assert "multiply" not in str(found)


@pytest.mark.parametrize("added", [0.1, 1e-4, -0.05])
def test_an_added_constant_is_named(added):
    slip = diagnose(sigmoid, lambda a: a * (1 - a) + added).slip
    assert (
        slip
        == f"a constant is added. Called with a, it is the slope plus {added:g}; subtract that."
    )


def test_numbers_are_printed_until_they_differ():
    evidence = diagnose(sigmoid, lambda a: a * (1 - a) + 1e-5).with_output
    got, slope = re.search("it gives (.*), the slope is (.*)", str(evidence)).groups()
    assert float(got) - float(slope) == pytest.approx(1e-5, rel=0.2)


@pytest.mark.parametrize(
    ("function", "derivative"),
    [
        (
            np.vectorize(lambda x: x if x > 0 else 0.01 * x),
            np.vectorize(lambda x: 1 if x > 0 else 0.01),
        ),
        (
            np.vectorize(lambda x: x if x > 0 else 0.01 * x),
            np.vectorize(lambda x: 0.01 if x < 0 else 1),
        ),
        (np.vectorize(lambda x: 0 if x < 0 else x), lambda x: 1.0 * (x > 0)),
    ],
)
def test_a_type_taken_from_the_first_element_is_named(function, derivative):
    found = diagnose(function, derivative)
    assert found.expects == "neither"
    assert re.match(r"(f|The derivative) is wrong in arrays: \S+ alone gives", found.summary)
    assert "otypes=[float]" in found.summary
    assert "Jacobian" not in str(found)
    mended = diagnose(
        np.vectorize(function, otypes=[float]), np.vectorize(derivative, otypes=[float])
    )
    assert mended.expects in ("input", "both")


def nonlin(x, deriv=False):
    return x * (1 - x) if deriv else naive_sigmoid(x)


def mode_nonlin(x, mode=0):
    return x * (1 - x) if mode else naive_sigmoid(x)


def test_a_function_with_a_flag_is_asked_with_the_flag():
    found = diagnose(nonlin, nonlin)
    assert found.expects == "output"
    assert found.summary == "nonlin(…, deriv=True) is nonlin′ of the output: call it with a."
    assert found.notes == (
        "nonlin is one function with a flag, deriv. Its derivative was asked for as "
        "lambda z: nonlin(z, deriv=True).",
    )
    net = Net()
    method = diagnose(net.nonlin, net.nonlin)
    assert (method.expects, method.notes) == (found.expects, found.notes)
    assert diagnose(mode_nonlin, mode_nonlin).notes == (
        "mode_nonlin was given twice. If mode turns it into its derivative, give "
        "lambda z: mode_nonlin(z, mode=…) as the second.",
    )
    with_another = diagnose(nonlin, prime_a)
    assert (with_another.expects, with_another.notes) == ("output", ())
    assert diagnose(np.exp, np.exp).expects == "input"  # it has where=True, which is no flag


def test_what_is_printed_is_held_back(capsys):
    calls = []

    def chatty(z):
        calls.append(z)
        print("z is", float(np.ravel(z)[0]))
        sys.stderr.write("and no more\n")
        return naive_sigmoid(z)

    found = diagnose(chatty, prime_a)
    assert found.expects == "output"
    assert capsys.readouterr() == ("", "")
    assert found.notes == (f"The two printed {2 * len(calls)} lines, which are not shown here.",)

    def greeting(z):
        if not calls:
            print("Hello")
        calls.append(z)
        return naive_sigmoid(z)

    calls.clear()
    note = "The two printed 1 line, which is not shown here."
    assert diagnose(greeting, prime_a).notes == (note,)


class Net:
    def nonlin(self, x, deriv=False):
        return nonlin(x, deriv)

    def forward(self, x):
        return naive_sigmoid(x)

    def backward(self, x, grad):
        return grad * prime_z(x)

    def stored(self):
        return 0.25


class Tensor:
    """Stands for a framework's tensor, which takes only its own kind and gives NumPy no number."""

    def __init__(self, value):
        self.value = value


def tensor_sigmoid(x):
    if not isinstance(x, Tensor):
        raise TypeError("sigmoid(): argument 'input' (position 1) must be Tensor, not float")
    return Tensor(naive_sigmoid(x.value))


def functional_sigmoid(x):
    return x.sigmoid()


functional_sigmoid.__module__ = "torch.nn.functional"


class Static:
    @staticmethod
    def act(x):
        return "a"


def nested():
    class Tanh:
        def forward(self, x):
            return np.tanh(x)

    return Tanh.forward


TENSORS = (
    "It works on tensors. Hand over a function of numbers: lambda z: "
    "{}(torch.tensor(z, dtype=torch.float64)).detach().numpy(), or what your library calls it."
)
TAKES = "It takes {}, but must take one argument. Hand over a function of the number alone: {}."
ONES = " The ones stand for the gradient that arrives from the next layer."
NUMBERS = "It must take one argument, a number or an array, and return as many numbers as it gets."


@pytest.mark.parametrize(
    ("call", "advice"),
    [
        (
            Net.forward,
            "It is a method and its first argument, self, is an object of the class Net. "
            "Make one, net = Net(…), and hand over net.forward.",
        ),
        (
            nested(),
            "It is a method and its first argument, self, is an object of the class Tanh. "
            "Make one, tanh = Tanh(…), and hand over tanh.forward.",
        ),
        (
            Net,
            "It is a class. Make an object, layer = Net(…), and hand over one of its methods.",
        ),
        (
            Net().backward,
            TAKES.format("x and grad", "lambda z: layer.backward(z, np.ones_like(z))") + ONES,
        ),
        (
            Net().stored,
            "It must take one argument, but takes none. If it reads what its layer stored, make "
            "the call that stores it as well: lambda z: (layer.forward(z), layer.backward())[1]. "
            "If it is a method, its definition needs self.",
        ),
        (lambda z, beta: z * beta, TAKES.format("z and beta", "lambda z: f(z, beta=…)")),
        (lambda z, *, beta: z * beta, TAKES.format("z and beta", "lambda z: f(z, beta=…)")),
        (
            lambda z, dout, beta: z * beta,
            TAKES.format("z, dout and beta", "lambda z: f(z, np.ones_like(z), beta=…)") + ONES,
        ),
        (
            lambda z, *, grad: z * grad,
            TAKES.format("z and grad", "lambda z: f(z, grad=np.ones_like(z))") + ONES,
        ),
        (
            lambda dz, da: dz * da,
            TAKES.format("dz and da", "lambda z: f(z, np.ones_like(z))") + ONES,
        ),
        (tensor_sigmoid, TENSORS.format("tensor_sigmoid")),
        (functional_sigmoid, TENSORS.format("functional_sigmoid")),
        (lambda z: Tensor(z), TENSORS.format("f")),
        (
            lambda z: 1 / (1 + (-z).exp()),
            "It wants neither a number nor an array, but an object. Hand over a function that "
            "makes one and takes the number out again: lambda z: float(f(Tensor(z))).",
        ),
        (
            lambda M: 1 / (1 + np.exp(-M.A1)),
            "It works on np.matrix only. Hand over lambda z: np.asarray(f(np.matrix(z))), or, "
            "better, write it for arrays: NumPy advises against np.matrix.",
        ),
        (Static.act, NUMBERS),
        (lambda z, beta=1.0: "a", NUMBERS),
        (lambda z, **options: "a", NUMBERS),
        (lambda *z: "a", NUMBERS),
        (lambda z: np.sigmoid(z), NUMBERS),  # NumPy has none
        ((1).__and__, NUMBERS),  # which belongs to no module
        (partial(max, key=0), NUMBERS),
    ],
)
def test_a_call_that_fails_hears_what_to_write(call, advice):
    with pytest.raises(ValueError, match=re.escape(f" tried. {advice} Its first error was ")):
        diagnose(call, prime_a)


def test_an_object_with_methods_hears_which_to_give():
    class Slope:
        def backward(self, x):
            return prime_z(x)

    give = "; give one of its methods, for example layer.{}.$"
    with pytest.raises(TypeError, match=give.format("forward")):
        diagnose(Net(), prime_a)
    with pytest.raises(TypeError, match=give.format("backward")):
        diagnose(sigmoid, Slope())


@pytest.mark.parametrize("name", ["deriv", "prime", "gradient", "Backward", "diff"])
def test_a_flag_is_known_by_its_name(name):
    assert flag(eval(f"lambda x, {name}=None: x")) == (name, True)
    assert flag(eval(f"lambda x, {name}='no': x")) is None
    assert flag(eval(f"lambda x, {name}: x")) is None


def test_a_flag_of_any_name_is_true_or_false():
    assert flag(lambda x, forward=True: x) == ("forward", False)
    assert flag(lambda x, slope=False: x) == ("slope", True)
    assert flag(lambda x, slope=None: x) is None
    assert diagnose(round, round).notes == ()  # Python's own has an argument, which is no flag


def test_a_call_that_fails_is_written_with_the_name_of_what_failed():
    with pytest.raises(ValueError, match=re.escape("lambda z: derivative(z, beta=…).")):
        diagnose(sigmoid, lambda z, beta: z * beta)
    with pytest.raises(ValueError, match=re.escape("lambda z: pow(z, ")):
        diagnose(math.pow, prime_a)


def test_matrices_are_noted_and_their_product_is_no_product_of_numbers():
    def sig(z):
        return np.matrix(naive_sigmoid(z))

    def prime(a):
        return np.matrix(a) * (1 - np.matrix(a))

    text = str(diagnose(sig, prime_a))
    assert "Note: sig returns np.matrix, for which * multiplies matrices" in text
    assert "lambda z: np.asarray(sig(z))" in text
    method = types.MethodType(lambda self, z: sig(z), "a layer's")
    assert "lambda z: np.asarray(layer." in str(diagnose(method, prime_a))
    found = diagnose(naive_sigmoid, prime)
    assert found.expects == "neither"
    assert "multiplies matrices" in str(found)


def test_lists_are_tried():
    def over_lists(function):
        def on_list(xs):
            if not isinstance(xs, list):
                raise TypeError("lists only")
            return [function(x) for x in xs]

        return on_list

    assert diagnose(over_lists(math_sigmoid), over_lists(prime_a)).expects == "output"


def test_two_of_the_same_name_are_told_apart():
    def act(a):
        return 1 - a * a

    wrapped, act = act, np.tanh
    wrapped.__name__ = "tanh"
    assert diagnose(act, wrapped).summary == "The derivative is f′ of the output: call it with a."


@pytest.mark.parametrize("pair", [RIGHT["sigmoid by a"], RIGHT["relu, > 0"], WRONG["only a"]])
def test_no_asterisks_are_printed(pair):
    assert "*" not in str(diagnose(*pair[:2]))
