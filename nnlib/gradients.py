"""Derivatives and gradients by number, and how far two of them are apart.

Nothing here knows a formula for any derivative. That makes these functions witnesses: what they say
about a slope does not depend on the algebra that is being checked.
"""

from dataclasses import dataclass

import numpy as np

from nnlib._checks import positive, reals

__all__ = [
    "GradientCheck",
    "check_network",
    "complex_step_derivative",
    "cosine",
    "gradient_check",
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
            return _number(f(moved))

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


def cosine(u, v):
    """Return the cosine of the angle between two directions: 1 for the same, 0 for a right angle.

    Parameters
    ----------
    u, v : array_like of real numbers, of shapes that broadcast together
        A direction is what lies along the last axis.

    Returns
    -------
    ndarray, or a NumPy scalar for two directions
        Between −1 and 1 but for rounding. NaN where all entries of `u` or of `v` are 0: that is no
        direction.

    Raises
    ------
    TypeError
        If `u` or `v` does not hold real numbers.
    ValueError
        If the shapes do not broadcast together, or if both are single numbers.

    Examples
    --------
    >>> from nnlib.gradients import cosine
    >>> cosine([3.0, 4.0], [[6.0, 8.0], [-4.0, 3.0]])
    array([1., 0.])
    """
    u, v = np.broadcast_arrays(reals(u, "u"), reals(v, "v"))
    if u.ndim == 0:
        raise ValueError(f"u is {u} and v is {v}; give directions, of one entry or more each.")
    with np.errstate(invalid="ignore"):
        lengths = np.linalg.norm(u, axis=-1) * np.linalg.norm(v, axis=-1)
        return (u * v).sum(axis=-1) / lengths


@dataclass(frozen=True)
class GradientCheck:
    """How far a gradient is from central differences, layer by layer. Print it to read it.

    Attributes
    ----------
    errors
        The relative error of each layer, from the first. NaN where the gradient is too small to
        measure.
    """

    errors: tuple

    @property
    def ok(self):
        """Whether each layer could be measured and has at most 1e-7."""
        return all(error <= 1e-7 for error in self.errors)

    @property
    def worst_layer(self):
        """The layer with the largest error, counted from 1 as the book does, or None."""
        if np.isnan(self.errors).all():
            return None
        return int(np.nanargmax(self.errors)) + 1

    def __str__(self):
        lines = ["layer  relative error  verdict"]
        lines += [
            f"{layer:5d}  {error:14.1e}  {_verdict(error)}"
            for layer, error in enumerate(self.errors, start=1)
        ]
        off = [layer for layer, error in enumerate(self.errors, start=1) if error > 1e-7]
        if off:
            lines.append(f"Layer {self.worst_layer} is farthest off.")
        if len(off) > 1:
            lines.append(
                f"Start with layer {off[-1]}: "
                f"backpropagation carries a mistake to all layers before it."
            )
        return "\n".join(lines)


def _verdict(error):
    if np.isnan(error):
        return "too small to measure"
    if error <= 1e-7:
        return "right"
    if error <= 1e-4:
        return "right near a kink, doubtful without one"
    return "doubtful" if error <= 1e-2 else "wrong"


def gradient_check(f, gradient, w):
    """Compare a gradient with central differences, layer by layer.

    For a network with ``weights``, ``loss(X, y)`` and ``gradient(X, y)``, `check_network` needs
    less to be written.

    Parameters
    ----------
    f : callable
        Takes the weights, in the form of `w`, and returns a number.
    gradient : callable, or what it returns
        Takes the weights and returns the gradient of `f`, in the form of `w`.
    w : array_like of real numbers, or list of such arrays
        The weights at which to compare. A list holds one array for each layer; one array is one
        layer, and so is a list of plain numbers.

    Returns
    -------
    GradientCheck
        Its ``ok`` is the answer, its text a small table.

    Raises
    ------
    TypeError, ValueError
        If `f` does not return one finite number, if a layer is empty, or if the gradient's shapes
        are not those of the weights.

    Notes
    -----
    A layer's error is ‖g − n‖ / max(‖g‖, ‖n‖) for its gradient g and the differences n. That is
    `relative_error` for whole arrays: entry by entry it would accuse entries near 0, which have no
    right digits to compare. If both are so small that rounding hides them, the error is NaN.

    The CS231n notes read it so [cs231n]_: above 1e-2 the gradient is wrong; above 1e-4 be
    uncomfortable; below 1e-4 is fine for a function with kinks such as relu, since a step may cross
    one, and too much for a smooth one; 1e-7 and less is right. They add that errors grow with the
    number of layers: at ten, 1e-2 may be fine.

    Examples
    --------
    >>> from nnlib.gradients import gradient_check
    >>> gradient_check(lambda w: (w**2).sum(), lambda w: 2 * w, [1.0, -3.0]).ok
    True
    """
    if not callable(f):
        raise TypeError(
            f"f is {f!r:.80}; give a function of the weights. For a network with weights, "
            f"loss(X, y) and gradient(X, y), call check_network."
        )
    if isinstance(w, (list, tuple)) and any(np.ndim(layer) for layer in w):
        w = [reals(layer, "a layer of w") for layer in w]
        return _check(f, gradient(w) if callable(gradient) else gradient, w)
    w = reals(w, "w")
    given = gradient(w) if callable(gradient) else gradient
    return _check(lambda layers: f(layers[0]), [given], [w])


def check_network(network, X, y):
    """Compare what a network takes for its gradient with central differences of its loss.

    Parameters
    ----------
    network : nnlib.Network, or anything else with ``weights``, ``loss(X, y)``, ``gradient(X, y)``
        Its weights are the same afterwards.
    X, y : array_like
        As its ``loss`` takes them.

    Returns
    -------
    GradientCheck
        As `gradient_check` returns it.

    Raises
    ------
    TypeError
        If `network` lacks one of the three.
    TypeError, ValueError
        If `X` or `y` do not fit the network, or as for `gradient_check`.

    Examples
    --------
    >>> import numpy as np
    >>> from nnlib import Network, sigmoid
    >>> from nnlib.gradients import check_network
    >>> X, y = [[0, 0], [0, 1], [1, 0], [1, 1]], [0, 1, 1, 0]
    >>> network = Network([2, 2, 1], sigmoid, rng=np.random.default_rng(0), slope="input")
    >>> check_network(network, X, y).ok
    True
    >>> network = Network([2, 2, 1], sigmoid, rng=np.random.default_rng(0), slope="twice")
    >>> check_network(network, X, y).ok
    False
    """
    missing = [name for name in ("weights", "loss", "gradient") if not hasattr(network, name)]
    if missing:
        raise TypeError(
            f"network is {network!r:.80}, without {' and '.join(missing)}; give a network with "
            f"weights, loss(X, y) and gradient(X, y), or call gradient_check(f, gradient, w)."
        )
    before = network.weights

    def loss(weights):
        network.weights = weights
        return network.loss(X, y)

    try:
        return _check(loss, network.gradient(X, y), [reals(W, "weights") for W in before])
    finally:
        network.weights = before


def _check(f, gradient, weights):
    """Return the `GradientCheck` for lists of arrays."""
    gradient = [reals(G, "the gradient") for G in gradient]
    shapes, wanted = [G.shape for G in gradient], [W.shape for W in weights]
    if shapes != wanted or not all(W.size for W in weights):
        raise ValueError(
            f"the gradient has the shapes {shapes} and the weights {wanted}; give a gradient in "
            f"the shapes of the weights, and no empty layer."
        )
    value = float(_number(f(weights)))
    if not np.isfinite(value):
        raise ValueError(f"f is {value} at these weights; give weights where it is finite.")
    noise = np.finfo(float).eps / _CENTRAL_STEP * abs(value)
    errors = []
    for i, G in enumerate(gradient):

        def along(W, i=i):
            return f([*weights[:i], W, *weights[i + 1 :]])

        numerical = numerical_gradient(along, weights[i])
        size = max(np.linalg.norm(G), np.linalg.norm(numerical))
        error = float(np.linalg.norm(G - numerical) / (size or 1))
        hidden = 0 < size < 1e3 * noise * G.size**0.5
        errors.append(np.nan if hidden else error if np.isfinite(error) else np.inf)
    return GradientCheck(tuple(errors))


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


def _number(value):
    value = np.asarray(value)
    if value.size != 1 or value.dtype.kind not in "biuf":
        raise TypeError(f"f returned {value!r:.80}; it must return one real number.")
    return value.reshape(())
