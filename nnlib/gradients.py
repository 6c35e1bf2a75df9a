"""Derivatives and gradients by number, and how far two of them are apart.

Nothing here knows a formula for any derivative. That makes these functions witnesses: what they say
about a slope does not depend on the algebra that is being checked.
"""

import numpy as np

from nnlib._checks import positive, reals

__all__ = [
    "complex_step_derivative",
    "numerical_derivative",
    "numerical_gradient",
    "relative_error",
]

_CENTRAL_STEP = np.finfo(float).eps ** (1 / 3)  # 6e-6


def numerical_derivative(f, z, h=None):
    """Return the central difference (f(z + h) − f(z − h)) / 2h, element by element.

    Its error has two parts: the formula's own, which shrinks like h², and that of rounding, which
    grows like 1/h. The default h balances them and leaves about ten right digits of a smooth
    function.

    Parameters
    ----------
    f : callable
        Takes an array and returns an array of the same shape.
    z : array_like of real numbers
        Where to take the derivative.
    h : float, optional
        The step, positive. By default the cube root of the machine epsilon, 6e-6, times the larger
        of 1 and abs(z).

    Returns
    -------
    ndarray, or a NumPy scalar for a scalar

    Raises
    ------
    TypeError
        If `z` does not hold real numbers.
    ValueError
        If `h` is not positive, or if `f` changes the shape.

    Examples
    --------
    >>> from nnlib import sigmoid
    >>> from nnlib.gradients import numerical_derivative
    >>> print(f"{numerical_derivative(sigmoid, 0.0):.9f}")
    0.250000000
    """
    z = reals(z, "z")
    h = _CENTRAL_STEP * np.maximum(1, np.abs(z)) if h is None else positive(h, "h")
    above, below = z + h, z - h
    if np.any(above == below):
        raise ValueError(f"h is {h!r}, too small: z + h and z - h are rounded to the same number.")
    values = _values(f, above), _values(f, below)
    if "c" in (values[0].dtype.kind, values[1].dtype.kind):
        raise TypeError("f returned complex numbers; numerical_derivative needs real ones.")
    # The step that was taken, not the one that was asked for: z + h is rounded.
    return (values[0] - values[1]) / (above - below)


def complex_step_derivative(f, z, h=1e-100):
    """Return Im f(z + ih) / h, element by element.

    For a function that is analytic, Taylor's series in the imaginary direction gives f(z + ih) =
    f(z) + ih f′(z) − …, so the imaginary part alone holds the derivative. Nothing is subtracted,
    nothing cancels, and h can be so small that the next term vanishes: the result is as exact as
    `f` itself [squire1998]_.

    Parameters
    ----------
    f : callable
        Takes a complex array and returns one of the same shape. It must be analytic: no absolute
        value, no comparison, no maximum.
    z : array_like of real numbers
        Where to take the derivative.
    h : float, optional
        The step, positive.

    Returns
    -------
    ndarray, or a NumPy scalar for a scalar

    Raises
    ------
    TypeError
        If `z` does not hold real numbers, or if `f` drops the imaginary part, as a function
        without complex arithmetic does.
    ValueError
        If `h` is not positive, or if `f` changes the shape.

    References
    ----------
    .. [squire1998] W. Squire and G. Trapp, "Using Complex Variables to Estimate Derivatives of Real
       Functions", SIAM Review 40 (1998), 110-112.

    Examples
    --------
    >>> from nnlib import tanh
    >>> from nnlib.gradients import complex_step_derivative
    >>> print(complex_step_derivative(tanh, 0.0))
    1.0
    """
    z, h = reals(z, "z"), positive(h, "h")
    values = _values(f, z + 1j * h)
    if values.dtype.kind != "c":
        raise TypeError(
            "f returned real numbers for complex ones, so its derivative cannot be read from the "
            "imaginary part. Use numerical_derivative for a function that is not analytic."
        )
    return values.imag / h


def numerical_gradient(f, w, h=None):
    """Return the gradient of a scalar function by central differences, one entry of `w` at a time.

    Parameters
    ----------
    f : callable
        Takes an array in the shape of `w` and returns a number. It gets a copy of `w`, so it cannot
        change the caller's array.
    w : array_like of real numbers
        Where to take the gradient.
    h : float, optional
        The step, positive. By default 6e-6 times the larger of 1 and the entry's absolute value.

    Returns
    -------
    ndarray, in the shape of `w`

    Raises
    ------
    TypeError
        If `w` does not hold real numbers, or if `f` does not return one number.
    ValueError
        If `h` is not positive.

    Examples
    --------
    >>> from nnlib.gradients import numerical_gradient
    >>> numerical_gradient(lambda w: (w**2).sum(), [1.0, -3.0]).round(6)
    array([ 2., -6.])
    """
    w = reals(w, "w")

    def along(index):
        def g(value):
            moved = w.copy()
            moved[index] = value
            result = np.asarray(f(moved))
            if result.size != 1 or result.dtype.kind not in "biuf":
                raise TypeError(f"f returned {result!r:.80}; it must return one real number.")
            return result.reshape(())

        return g

    gradient = np.empty_like(w)
    for index in np.ndindex(w.shape):
        gradient[index] = numerical_derivative(along(index), w[index], h)
    return gradient


def relative_error(a, b):
    """Return abs(a − b) / max(abs(a), abs(b)), element by element, and 0 where both are 0.

    This is the definition of the CS231n notes on gradient checks [cs231n]_. For a derivative and
    its central difference they read 1e-7 or less as right, and more than 1e-2 as wrong; between the
    two it depends on the function.

    Parameters
    ----------
    a, b : array_like of real numbers, of shapes that broadcast together

    Returns
    -------
    ndarray, or a NumPy scalar for scalars
        Between 0 and 2. NaN where `a` or `b` is NaN or infinite.

    Raises
    ------
    TypeError
        If `a` or `b` does not hold real numbers.
    ValueError
        If the shapes do not broadcast together.

    References
    ----------
    .. [cs231n] A. Karpathy et al., CS231n, "Neural Networks Part 3: Learning and Evaluation",
       https://cs231n.github.io/neural-networks-3/#gradcheck

    Examples
    --------
    >>> from nnlib.gradients import relative_error
    >>> relative_error([1.0, 0.0], [1.1, 0.0]).round(3)
    array([0.091, 0.   ])
    """
    a, b = np.broadcast_arrays(reals(a, "a"), reals(b, "b"))
    scale = np.maximum(np.abs(a), np.abs(b))
    with np.errstate(invalid="ignore"):
        return np.abs(a - b) / np.where(scale == 0, 1, scale)


def _values(f, z):
    values = np.asarray(f(z))
    if values.dtype.kind not in "biufc":
        raise TypeError(f"f returned {values!r:.80}; it must return numbers.")
    if values.shape != z.shape:
        raise ValueError(
            f"f returned the shape {values.shape} for the shape {z.shape}; it must work element by "
            f"element. For a function of many numbers that returns one, use numerical_gradient."
        )
    return values
