"""Activation functions, each with its slope in both forms.

A derivative comes in two forms, and the name says which value it wants:

``f.derivative(z)``
    wants the *input* of f, the pre-activation z;
``f.derivative_from_output(a)``
    wants the *output* of f, the activation a = f(z).

Both return the same number, the slope of f at z, computed in float64 whatever comes in. Handing one
of them the other's value is the mistake that this book is about, so no derivative here is called
just ``prime``.

The second form exists only where the output settles the slope, which it does for every one-to-one
function and for a few others. Elsewhere ``f.derivative_from_output`` is None, and the class says
why. Where a function has a kink at 0, its slope there is the one from the left.

Every function and every slope is within 8 units in the last place of the exact value, as long as
that is a normal number, unless its class says something else. The tests compare with mpmath.

`ACTIVATIONS` holds them all by name.
"""

import math

import numpy as np

from nnlib._checks import numbers, reals

__all__ = [
    "ACTIVATIONS",
    "ELU",
    "GELU",
    "SELU",
    "Activation",
    "Arctan",
    "LeakyReLU",
    "ReLU",
    "SiLU",
    "Sigmoid",
    "Softplus",
    "Softsign",
    "Tanh",
    "arctan",
    "elu",
    "gelu",
    "leaky_relu",
    "relu",
    "selu",
    "sigmoid",
    "silu",
    "softplus",
    "softsign",
    "tanh",
]

# Constants as arrays: on a row of three numbers, NumPy spends more time on converting a Python
# number than on the arithmetic, and a network of the book's size is made of such rows.
_ONE, _TWO, _FOUR = np.array(1.0), np.array(2.0), np.array(4.0)


class Activation:
    """A function applied to each element of an array, together with its slope.

    A subclass writes three formulas one under the other: ``_call``, ``_derivative`` and
    ``_derivative_from_output``. They take float arrays and check nothing, so that the inner loop of
    a network can use them as they are. The public methods check their argument first.

    Attributes
    ----------
    name
        The function's name in lower case.
    low
        The lower end of the function's range. The exact function may only come near it, but its
        rounded value can be equal to it, so it counts as a possible output.
    high
        The upper end, likewise.
    takes_complex
        Whether the function can be called with complex numbers.
    """

    name: str
    low: float
    high: float
    takes_complex = False

    def __call__(self, z):
        """Return f(z), element by element.

        Parameters
        ----------
        z : array_like of real numbers, any shape
            Pre-activations. NaN gives NaN. Complex numbers are accepted where `takes_complex` is
            true, so that `nnlib.gradients.complex_step_derivative` works.

        Returns
        -------
        ndarray, or a NumPy scalar for a scalar
            Activations, in the shape of `z`.

        Raises
        ------
        TypeError
            If `z` does not hold numbers.
        """
        checked = numbers if self.takes_complex else reals
        z = checked(z, f"the argument of {self.name}")
        with np.errstate(over="ignore", under="ignore", invalid="ignore"):
            return self._call(z)[()]

    def derivative(self, z):
        """Return f′(z), computed from the function's *input*.

        Parameters
        ----------
        z : array_like of real numbers, any shape
            Pre-activations. NaN gives NaN.

        Returns
        -------
        ndarray, or a NumPy scalar for a scalar
            Slopes, in the shape of `z`.

        Raises
        ------
        TypeError
            If `z` does not hold real numbers.
        """
        z = reals(z, f"the argument of {self.name}.derivative")
        with np.errstate(over="ignore", under="ignore"):
            return self._derivative(z)[()]

    def derivative_from_output(self, a):
        """Return f′(z), computed from the function's *output* a = f(z).

        Where the output does not settle the slope, this attribute is None.

        Parameters
        ----------
        a : array_like of real numbers, any shape
            Activations, between `low` and `high`.

        Returns
        -------
        ndarray, or a NumPy scalar for a scalar
            Slopes, in the shape of `a`.

        Raises
        ------
        TypeError
            If `a` does not hold real numbers.
        ValueError
            If a value of `a` cannot be an output of the function: below `low`, above `high` or NaN.
        """
        a = reals(a, f"the argument of {self.name}.derivative_from_output")
        possible = (a >= self.low) & (a <= self.high)
        if not np.all(possible):
            value = a[~possible][0]  # the first one, in any shape
            raise ValueError(
                f"{self.name}.derivative_from_output got {value!s}, which {self.name} never "
                f"returns: its outputs lie between {self.low:g} and {self.high:g}. "
                f"For a pre-activation z, call {self.name}.derivative(z)."
            )
        with np.errstate(under="ignore"):
            return self._derivative_from_output(a)[()]

    def __repr__(self):
        return f"nnlib.{self.name}"


class Sigmoid(Activation):
    """The logistic function σ(z) = 1 / (1 + exp(−z)), with outputs between 0 and 1.

    Chapter 2 of the book derives the slope: σ′(z) = σ(z)(1 − σ(z)), or a(1 − a) for a = σ(z).

    Notes
    -----
    From z, both function and slope are within 4 units in the last place of the exact value for z
    between −700 and 700. ``derivative`` does not compute σ(z)(1 − σ(z)), which loses all digits
    where σ(z) rounds to 1. The slope is even in z, and with e = exp(−abs(z)) it is e/(1 + e)²,
    where nothing cancels and nothing overflows. ``derivative_from_output`` can only be as good as
    the a it gets: near a = 1 the digits of 1 − a are gone before it is called.

    Examples
    --------
    >>> from nnlib import sigmoid
    >>> sigmoid(0)
    np.float64(0.5)
    >>> sigmoid.derivative(0)
    np.float64(0.25)
    >>> sigmoid.derivative_from_output([0.5, 0.9])
    array([0.25, 0.09])
    >>> sigmoid.derivative_from_output(3)
    Traceback (most recent call last):
        ...
    ValueError: sigmoid.derivative_from_output got 3.0, which sigmoid never returns: \
its outputs lie between 0 and 1. For a pre-activation z, call sigmoid.derivative(z).
    """

    name, low, high, takes_complex = "sigmoid", 0.0, 1.0, True

    @staticmethod
    def _call(z):
        return _ONE / (_ONE + np.exp(-z))  # exp(−z) = inf for z < −709 gives the limit, 0

    @staticmethod
    def _derivative(z):
        e = np.exp(-np.abs(z))
        return e / (_ONE + e * (_TWO + e))  # (1 + e)², rounded once where it matters, not thrice

    @staticmethod
    def _derivative_from_output(a):
        return a * (_ONE - a)


class Tanh(Activation):
    """The hyperbolic tangent tanh(z) = 2σ(2z) − 1, with outputs between −1 and 1.

    Chapter 3 of the book derives the slope: tanh′(z) = 1 − tanh²(z), or 1 − a² for a = tanh(z).

    Notes
    -----
    ``derivative`` uses tanh′(z) = 4σ′(2z), for the reason given for `Sigmoid`. It is within 4 units
    in the last place for z between −700 and 700, while 1 − tanh²(z) is 0 from abs(z) = 20 on.
    ``derivative_from_output`` is that formula, so its error is bounded as a number, by 2⁻⁵³, and
    not by digits.

    Examples
    --------
    >>> from nnlib import tanh
    >>> tanh(0)
    np.float64(0.0)
    >>> tanh.derivative(0)
    np.float64(1.0)
    >>> tanh.derivative_from_output([0.0, 0.5])
    array([1.  , 0.75])
    """

    name, low, high, takes_complex = "tanh", -1.0, 1.0, True

    @staticmethod
    def _call(z):
        return np.tanh(z)

    @staticmethod
    def _derivative(z):
        return _FOUR * Sigmoid._derivative(_TWO * z)

    @staticmethod
    def _derivative_from_output(a):
        return _ONE - a * a


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
    def _call(z):
        return np.maximum(z, 0)

    @staticmethod
    def _derivative(z):
        return np.heaviside(z, 0)

    @staticmethod
    def _derivative_from_output(a):
        return np.heaviside(a, 0)


class LeakyReLU(Activation):
    """z for z > 0, and αz for z ≤ 0.

    Parameters
    ----------
    alpha : float
        The slope on the left, finite. If it is negative, both sides of 0 give positive outputs, a
        does not tell which side it came from, and `derivative_from_output` is None.

    Examples
    --------
    >>> from nnlib.activations import LeakyReLU
    >>> LeakyReLU(0.1).derivative_from_output([-0.2, 3.0])
    array([0.1, 1. ])
    """

    name, high = "leaky_relu", math.inf

    def __init__(self, alpha=0.01):
        self.alpha = _alpha(alpha, self.name)
        self.low = -math.inf if self.alpha > 0 else 0.0
        if self.alpha < 0:
            self.derivative_from_output = None

    def _call(self, z):
        return np.where(z > 0, z, self.alpha * z)

    def _derivative(self, z):
        return _by_sign(z, 1, self.alpha)

    def _derivative_from_output(self, a):
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
    >>> from nnlib.activations import ELU, elu
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

    def _call(self, z):
        return np.where(z > 0, z, self.alpha * np.expm1(np.minimum(z, 0)))

    def _derivative(self, z):
        return np.where(z > 0, 1, self.alpha * np.exp(np.minimum(z, 0)))

    def _derivative_from_output(self, a):
        return np.where(a > 0, 1, a + self.alpha)

    __repr__ = LeakyReLU.__repr__


class SELU(Activation):
    """λ ELU(z), with the λ and α that keep mean 0 and variance 1 through layers [klambauer2017]_.

    References
    ----------
    .. [klambauer2017] G. Klambauer et al., "Self-Normalizing Neural Networks", arXiv:1706.02515.
    """

    # λ, and λα as one number: rounded once, it is also the lowest output.
    _SCALE, _SCALE_ALPHA = 1.0507009873554805, 1.7580993408473768
    name, low, high = "selu", -_SCALE_ALPHA, math.inf

    def _call(self, z):
        return np.where(z > 0, self._SCALE * z, self._SCALE_ALPHA * np.expm1(np.minimum(z, 0)))

    def _derivative(self, z):
        return np.where(z > 0, self._SCALE, self._SCALE_ALPHA * np.exp(np.minimum(z, 0)))

    def _derivative_from_output(self, a):
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
    def _call(z):
        return np.logaddexp(0, z)

    @staticmethod
    def _derivative(z):
        return Sigmoid._call(z)

    @staticmethod
    def _derivative_from_output(a):
        return -np.expm1(-a)


class Softsign(Activation):
    """The function z / (1 + abs(z)), with outputs between −1 and 1.

    Its slope is 1 / (1 + abs(z))², or (1 − abs(a))².
    """

    name, low, high = "softsign", -1.0, 1.0

    @staticmethod
    def _call(z):
        z = np.clip(z, -1e300, 1e300)  # keeps inf/inf out
        return z / (1 + np.abs(z))

    @staticmethod
    def _derivative(z):
        return 1 / (1 + np.abs(z)) ** 2

    @staticmethod
    def _derivative_from_output(a):
        return (1 - np.abs(a)) ** 2


class Arctan(Activation):
    """arctan(z), with outputs between −π/2 and π/2. Its slope is 1/(1 + z²), or cos²(a)."""

    name, low, high, takes_complex = "arctan", -math.pi / 2, math.pi / 2, True

    @staticmethod
    def _call(z):
        return np.arctan(z)

    @staticmethod
    def _derivative(z):
        return 1 / (1 + z * z)

    @staticmethod
    def _derivative_from_output(a):
        return np.cos(a) ** 2


class SiLU(Activation):
    """z σ(z), also called swish.

    It falls until z ≈ −1.278 and rises from there on, so that two z share every output between its
    minimum and 0, one on the way down and one on the way up. The output does not settle the slope:
    `derivative_from_output` is None.

    Notes
    -----
    For z < 0 the slope σ(z) + z σ(z)σ(−z) is the difference of two terms, 0 where they are equal.
    It is within 8 units in the last place of the larger *term*. Near the minimum the terms cancel,
    and the slope itself keeps fewer digits. The function is within 8 units of its own.
    """

    name, low, high, takes_complex = "silu", -0.2784645427610738, math.inf, True
    derivative_from_output = None

    @staticmethod
    def _call(z):
        # For z < −745, exp(−z) = inf gives the limit −0; the maximum keeps −inf/inf out.
        return np.maximum(z, -1e3) / (1 + np.exp(-z))

    @staticmethod
    def _derivative(z):
        z = np.clip(z, -1e3, 1e3)  # farther out the slope rounds to 0 or 1
        return Sigmoid._call(z) * (1 + z * Sigmoid._call(-z))


class GELU(Activation):
    """z Φ(z), exact: Φ is the distribution function of the normal distribution [hendrycks2016]_.

    Like `SiLU` it falls and then rises, with its minimum at z ≈ −0.752: two z share an output, and
    `derivative_from_output` is None.

    Notes
    -----
    The slope is Φ(z) + z φ(z), with the density φ. For z < 0 that is the difference of two terms,
    and what `SiLU` says of its slope holds for this one. The function is within 8 units of its own
    for z ≥ −37; its values farther to the left are no longer normal numbers.

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
    def _call(z):
        return np.maximum(z, -40) * _normal(z)[0]

    @staticmethod
    def _derivative(z):
        distribution, density = _normal(z)
        return distribution + np.clip(z, -40, 40) * density


_erfc = np.vectorize(math.erfc, otypes=[float])
_SQRT2_HIGH, _SQRT2_LOW = 1.4142135381698608, 2.420323420895794e-08  # their sum is √2


def _normal(z):
    """Return the normal distribution function Φ(z) and its density φ(z).

    In the tails a rounded z²/2 or z/√2 would cost hundreds of units in the last place. So the
    square is split into two parts of which the larger is exact, and Φ gets back what rounding took
    from its argument, times its slope, which is φ.
    """
    z = np.clip(z, -40, 40)  # farther out Φ rounds to 0 or 1
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


sigmoid = Sigmoid()
tanh = Tanh()
relu = ReLU()
leaky_relu = LeakyReLU(0.01)
elu = ELU(1.0)
selu = SELU()
softplus = Softplus()
softsign = Softsign()
arctan = Arctan()
silu = SiLU()
gelu = GELU()

#: Every activation function of this module, by name.
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
