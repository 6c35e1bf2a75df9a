"""σ and tanh, each with its slope in both forms.

A derivative comes in two forms, and its name says which value it wants:

``f.derivative(z)``
    wants the *input* of f, the pre-activation z;
``f.derivative_from_output(a)``
    wants the *output* of f, the activation a = f(z).

Both return the same number, the slope of f at z, computed in float64 whatever comes in. This book
is about the mistake of handing one of them the other's value, so no derivative here is called just
``prime``.

The second form exists only where the output settles the slope, as it does for every one-to-one
function and a few others. Elsewhere ``f.derivative_from_output`` is None, and the class says why.
`nnlib.more_activations` has such functions.
"""

import numpy as np

from nnlib._checks import numbers, reals

__all__ = ["Activation", "Sigmoid", "Tanh", "sigmoid", "tanh"]

# Constants as arrays: on a row of three numbers, NumPy spends more time on converting a Python
# number than on the arithmetic, and a network of the book's size is made of such rows.
_ONE, _TWO, _FOUR = np.array(1.0), np.array(2.0), np.array(4.0)


class Activation:
    """A function applied to each element of an array, together with its slope.

    A subclass writes three formulas one below the other: ``compute``, ``compute_derivative`` and
    ``compute_derivative_from_output``. They take float arrays and check nothing, so that a
    network's inner loop can call them directly. The methods without ``compute`` in their name check
    their argument first.

    Attributes
    ----------
    name
        The function's name in lower case.
    low
        The lower end of the function's range. The exact function may only approach it, but its
        rounded value can equal it, so it counts as a possible output.
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
            return self.compute(z)[()]

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
            return self.compute_derivative(z)[()]

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
            return self.compute_derivative_from_output(a)[()]

    def __repr__(self):
        return f"nnlib.{self.name}"


class Sigmoid(Activation):
    """The logistic function σ(z) = 1 / (1 + exp(−z)), with outputs between 0 and 1.

    Chapter 2 of the book derives the slope: σ′(z) = σ(z)(1 − σ(z)), or a(1 − a) for a = σ(z).

    Notes
    -----
    From z, both function and slope are within 4 units in the last place of the exact value for z
    between −700 and 700. ``derivative`` does not compute σ(z)(1 − σ(z)), which loses all digits
    where σ(z) rounds to 1. The slope is even in z: with e = exp(−abs(z)) it is e/(1 + e)², where
    nothing cancels and nothing overflows. ``derivative_from_output`` can only be as good as the a
    it gets: near a = 1 the digits of 1 − a are gone before the call.

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
    def compute(z):
        return _ONE / (_ONE + np.exp(-z))  # exp(−z) = inf for z < −709 gives the limit, 0

    @staticmethod
    def compute_derivative(z):
        e = np.exp(-np.abs(z))
        return e / (_ONE + e * (_TWO + e))  # (1 + e)², rounded once where it matters, not thrice

    @staticmethod
    def compute_derivative_from_output(a):
        return a * (_ONE - a)


class Tanh(Activation):
    """The hyperbolic tangent tanh(z) = 2σ(2z) − 1, with outputs between −1 and 1.

    Chapter 3 of the book derives the slope: tanh′(z) = 1 − tanh²(z), or 1 − a² for a = tanh(z).

    Notes
    -----
    ``derivative`` uses tanh′(z) = 4σ′(2z), for the reason given for `Sigmoid`. It is within 4 units
    in the last place for z between −700 and 700, while 1 − tanh²(z) is 0 from abs(z) = 20 on.
    ``derivative_from_output`` is that formula, so its absolute error is bounded, by 2⁻⁵³, but its
    relative error is not.

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
    def compute(z):
        return np.tanh(z)

    @staticmethod
    def compute_derivative(z):
        return _FOUR * Sigmoid.compute_derivative(_TWO * z)

    @staticmethod
    def compute_derivative_from_output(a):
        return _ONE - a * a


sigmoid = Sigmoid()
tanh = Tanh()
