"""The slopes of `nnlib.activations` against automatic differentiation, which knows no formula.

JAX differentiates its own activation functions, in float64. What nnlib promises, 8 units in the
last place, is tested against mpmath; JAX rounds more than that, so here 1e-13 of the slope is
allowed, and 4e-15 beside it: its tanh stops 7 units in the last place short of 1.
"""

import numpy as np
import pytest

from nnlib.more_activations import ACTIVATIONS, SELU

jax = pytest.importorskip("jax")
jax.config.update("jax_enable_x64", True)

THEIRS = {
    "sigmoid": jax.nn.sigmoid,
    "tanh": jax.numpy.tanh,
    "relu": jax.nn.relu,
    "leaky_relu": jax.nn.leaky_relu,
    "elu": jax.nn.elu,
    "selu": jax.nn.selu,
    "softplus": jax.nn.softplus,
    "softsign": jax.nn.soft_sign,
    "arctan": jax.numpy.arctan,
    "silu": jax.nn.silu,
    "gelu": lambda z: jax.nn.gelu(z, approximate=False),
}
NEAR = {"rtol": 1e-13, "atol": 4e-15}
every = pytest.mark.parametrize("f", ACTIVATIONS.values(), ids=ACTIVATIONS)


def points():
    """Return points of several sizes, without the kink at 0, where libraries choose differently."""
    rng = np.random.default_rng(0)
    return np.concatenate([rng.uniform(-s, s, 1000) for s in (1e-3, 0.1, 1, 5, 20)])


def test_every_activation_is_compared():
    assert THEIRS.keys() == ACTIVATIONS.keys()


@every
def test_function(f):
    z = points()
    np.testing.assert_allclose(f(z), THEIRS[f.name](z), **NEAR)


@every
def test_derivative(f):
    z = points()
    slopes = jax.vmap(jax.grad(THEIRS[f.name]))(z)
    np.testing.assert_allclose(f.derivative(z), slopes, **NEAR)


@every
def test_derivative_from_output(f):
    if f.derivative_from_output is None:
        assert f.name in ("silu", "gelu")
        return
    z = points()
    slopes = jax.vmap(jax.grad(THEIRS[f.name]))(z)
    np.testing.assert_allclose(f.derivative_from_output(f(z)), slopes, **NEAR)


def test_selu_has_jax_s_constants():
    assert float(jax.nn.selu(1.0)) == SELU._SCALE
