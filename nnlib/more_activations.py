"""The other activation functions, from `relu` to `gelu`, in the same two forms as σ and tanh.

Where a function has a kink at 0, its slope there is the one on the left.

Every function and every slope is within 8 units in the last place of the exact value, as long as
that is a normal number, unless its class says otherwise. The tests compare with mpmath.

`ACTIVATIONS` holds them all by name, σ and tanh included.
"""

import math

import numpy as np

from nnlib.activations import Activation, Sigmoid, sigmoid, tanh

__all__ = [
    "ACTIVATIONS",
    "ELU",
    "GELU",
    "SELU",
    "Arctan",
    "LeakyReLU",
    "ReLU",
    "SiLU",
    "Softplus",
    "Softsign",
    "arctan",
    "elu",
    "gelu",
    "leaky_relu",
    "relu",
    "selu",
    "silu",
    "softplus",
    "softsign",
]

_FAR = 1e3  # takes the place of infinity: so far out, exp, σ and Φ have rounded to their limits


class ReLU(Activation):
    """The rectified linear unit max(z, 0).

    Its output settles the slope, though it is not one-to-one: every z ≤ 0 gives a = 0, and they all
    have slope 0.

    Examples
    --------
    >>> from nnlib import relu
    >>> relu([-2.0, 3.0]), relu.derivative([-2.0, 3.0])
    (array([0., 3.]), array([0., 1.]))
    """

    name, low, high = "relu", 0.0, math.inf

    @staticmethod
    def compute(z):
        return np.maximum(z, 0)

    @staticmethod
    def compute_derivative(z):
        return np.heaviside(z, 0)

    @staticmethod
    def compute_derivative_from_output(a):
        return np.heaviside(a, 0)


class LeakyReLU(Activation):
    """z for z > 0, and αz for z ≤ 0.

    Parameters
    ----------
    alpha : float
        The slope on the left, finite. If it is negative, both sides of 0 give positive outputs, so
        a doesn't show which side it came from, and `derivative_from_output` is None.

    Examples
    --------
    >>> from nnlib.more_activations import LeakyReLU
    >>> LeakyReLU(0.1).derivative_from_output([-0.2, 3.0])
    array([0.1, 1. ])
    """

    name, high = "leaky_relu", math.inf

    def __init__(self, alpha=0.01):
        self.alpha = _alpha(alpha, self.name)
        self.low = -math.inf if self.alpha > 0 else 0.0
        if self.alpha < 0:
            self.derivative_from_output = None

    def compute(self, z):
        return np.maximum(z, 0) + self.alpha * np.minimum(z, 0)  # one of the two is 0

    def compute_derivative(self, z):
        return _by_sign(z, 1, self.alpha)

    def compute_derivative_from_output(self, a):
        return _by_sign(a, 1, self.alpha)

    def __repr__(self):
        return f"{type(self).__name__}({self.alpha:g})"


class ELU(Activation):
    """The exponential linear unit: z for z > 0, and α(exp(z) − 1) for z ≤ 0 [clevert2015]_.

    Parameters
    ----------
    alpha : float
        Minus the limit on the left, finite. If it is negative, a positive a can come from either
        side of 0, where the slopes differ, and `derivative_from_output` is None.

    References
    ----------
    .. [clevert2015] D.-A. Clevert, T. Unterthiner and S. Hochreiter, "Fast and Accurate Deep
       Network Learning by Exponential Linear Units (ELUs)", arXiv:1511.07289.

    Examples
    --------
    >>> from nnlib.more_activations import ELU, elu
    >>> elu.derivative_from_output([-0.25, 3.0])
    array([0.75, 1.  ])
    >>> print(ELU(-1).derivative_from_output)
    None
    """

    name, high = "elu", math.inf

    def __init__(self, alpha=1.0):
        self.alpha = _alpha(alpha, self.name)
        self.low = min(-self.alpha, 0.0)
        if self.alpha < 0:
            self.derivative_from_output = None

    def compute(self, z):
        return np.maximum(z, 0) + self.alpha * np.expm1(np.minimum(z, 0))

    def compute_derivative(self, z):
        return np.where(z > 0, 1, self.alpha * np.exp(np.minimum(z, 0)))

    def compute_derivative_from_output(self, a):
        return np.where(a > 0, 1, a + self.alpha)

    __repr__ = LeakyReLU.__repr__


class SELU(Activation):
    """λ ELU(z), with the λ and α that keep mean 0 and variance 1 through layers [klambauer2017]_.

    References
    ----------
    .. [klambauer2017] G. Klambauer, T. Unterthiner, A. Mayr and S. Hochreiter,
       "Self-Normalizing Neural Networks", arXiv:1706.02515.
    """

    # λ, and λα as one number: rounded once, it is also the lowest output.
    _SCALE, _SCALE_ALPHA = 1.0507009873554805, 1.7580993408473768
    name, low, high = "selu", -_SCALE_ALPHA, math.inf

    def compute(self, z):
        below = self._SCALE_ALPHA * np.expm1(np.minimum(z, 0))
        return self._SCALE * np.maximum(z, 0) + below

    def compute_derivative(self, z):
        return np.where(z > 0, self._SCALE, self._SCALE_ALPHA * np.exp(np.minimum(z, 0)))

    def compute_derivative_from_output(self, a):
        return np.where(a > 0, self._SCALE, a + self._SCALE_ALPHA)


class Softplus(Activation):
    """log(1 + exp(z)), the smooth relative of `ReLU`. Its slope is σ(z), or 1 − exp(−a).

    Examples
    --------
    >>> from nnlib import sigmoid, softplus
    >>> softplus.derivative(2.0) == sigmoid(2.0)
    np.True_
    """

    name, low, high = "softplus", 0.0, math.inf

    @staticmethod
    def compute(z):
        return np.logaddexp(0, z)

    @staticmethod
    def compute_derivative(z):
        return Sigmoid.compute(z)

    @staticmethod
    def compute_derivative_from_output(a):
        return -np.expm1(-a)


class Softsign(Activation):
    """The function z / (1 + abs(z)), with outputs between −1 and 1.

    Its slope is 1 / (1 + abs(z))², or (1 − abs(a))².
    """

    name, low, high = "softsign", -1.0, 1.0

    @staticmethod
    def compute(z):
        z = np.clip(z, -1e300, 1e300)  # keeps inf/inf out
        return z / (1 + np.abs(z))

    @staticmethod
    def compute_derivative(z):
        return 1 / (1 + np.abs(z)) ** 2

    @staticmethod
    def compute_derivative_from_output(a):
        return (1 - np.abs(a)) ** 2


class Arctan(Activation):
    """arctan(z), with outputs between −π/2 and π/2. Its slope is 1/(1 + z²), or cos²(a)."""

    name, low, high, takes_complex = "arctan", -math.pi / 2, math.pi / 2, True

    @staticmethod
    def compute(z):
        return np.arctan(z)

    @staticmethod
    def compute_derivative(z):
        return 1 / (1 + z * z)

    @staticmethod
    def compute_derivative_from_output(a):
        return np.cos(a) ** 2


class SiLU(Activation):
    """z σ(z), also called swish.

    It falls until z ≈ −1.278 and rises from there on, so two values of z share every output between
    its minimum and 0, one on the way down and one on the way up. The output does not settle the
    slope, and `derivative_from_output` is None.

    Notes
    -----
    For z < 0 the slope σ(z) + z σ(z)σ(−z) is the difference of two terms, 0 where they are equal.
    It is within 8 units in the last place of the larger *term*. Near the minimum the terms cancel,
    and the slope itself has fewer right digits. The function is within 8 units in its last place.
    """

    name, low, high, takes_complex = "silu", -0.2784645427610738, math.inf, True
    derivative_from_output = None

    @staticmethod
    def compute(z):
        # For z < −745, exp(−z) = inf gives the limit −0; the maximum keeps −inf/inf out.
        return np.maximum(z, -_FAR) / (1 + np.exp(-z))

    @staticmethod
    def compute_derivative(z):
        z = np.clip(z, -_FAR, _FAR)
        return Sigmoid.compute(z) * (1 + z * Sigmoid.compute(-z))


class GELU(Activation):
    """z Φ(z), exact: Φ is the distribution function of the normal distribution [hendrycks2016]_.

    Like `SiLU` it falls and then rises, with its minimum at z ≈ −0.752, so two values of z share an
    output, and `derivative_from_output` is None.

    Notes
    -----
    The slope is Φ(z) + z φ(z), with the density φ. For z < 0 that is the difference of two terms,
    and what `SiLU` says of its slope holds here too. The function is within 8 units in its last
    place for z ≥ −37; farther to the left its values are no longer normal numbers.

    NumPy has no error function, so Φ comes from `math.erfc`, one number at a time, which is slower
    than NumPy on large arrays.

    References
    ----------
    .. [hendrycks2016] D. Hendrycks and K. Gimpel, "Gaussian Error Linear Units (GELUs)",
       arXiv:1606.08415.
    """

    name, low, high = "gelu", -0.16997120747990366, math.inf
    derivative_from_output = None

    @staticmethod
    def compute(z):
        return np.maximum(z, -_FAR) * _normal(z)[0]

    @staticmethod
    def compute_derivative(z):
        distribution, density = _normal(z)
        return distribution + np.clip(z, -_FAR, _FAR) * density


_erfc = np.vectorize(math.erfc, otypes=[float])
_SQRT2_HIGH, _SQRT2_LOW = 1.4142135381698608, 2.420323420895794e-08  # their sum is √2


def _normal(z):
    """Return the normal distribution function Φ(z) and its density φ(z).

    In the tails a rounded z²/2 or z/√2 would cost hundreds of units in the last place. So the
    square is split into two parts, the larger of them exact, and Φ gets back what rounding took
    from its argument, times its slope φ.
    """
    z = np.clip(z, -_FAR, _FAR)
    short = np.float64(np.float32(z))  # half the digits, so that its square is exact
    density = np.exp(-short * short / 2) * np.exp((short - z) * (short + z) / 2)
    density = density / math.sqrt(2 * math.pi)
    x = -z / math.sqrt(2)
    short = np.float64(np.float32(x))
    missing = ((z + short * _SQRT2_HIGH) + (x - short) * _SQRT2_HIGH) + x * _SQRT2_LOW
    return _erfc(x) / 2 + missing * density, density


def _by_sign(z, above, below):
    """Return `above` for z > 0, `below` for z ≤ 0 and NaN for NaN."""
    return np.where(z > 0, above, np.where(z <= 0, below, z))


def _alpha(alpha, name):
    try:
        if math.isfinite(alpha):
            return float(alpha)
    except TypeError:
        pass
    raise ValueError(f"{name}'s alpha is {alpha!r}; give a finite number, for example 0.01.")


relu = ReLU()
leaky_relu = LeakyReLU(0.01)
elu = ELU(1.0)
selu = SELU()
softplus = Softplus()
softsign = Softsign()
arctan = Arctan()
silu = SiLU()
gelu = GELU()

#: Every activation function of nnlib, by name.
ACTIVATIONS = {
    f.name: f
    for f in [
        sigmoid,
        tanh,
        relu,
        leaky_relu,
        elu,
        selu,
        softplus,
        softsign,
        arctan,
        silu,
        gelu,
    ]
}
