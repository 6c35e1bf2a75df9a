"""Numerical derivatives and gradients, and how far apart two of them are.

Nothing here knows a formula for any derivative. That makes these functions independent: what they
say about a slope does not rest on the algebra that is being checked.
"""

from dataclasses import dataclass

import numpy as np

from nnlib._checks import positive, reals
from nnlib._explain import called, explain
from nnlib._measure import Loss, measure, number, too_small
from nnlib._parameters import Parameters, Snapshot, number_of, takes_argument

__all__ = [
    "GradientCheck",
    "check_network",
    "complex_step_derivative",
    "cosine",
    "gradient_check",
    "gradient_from_step",
    "numerical_derivative",
    "numerical_gradient",
    "relative_error",
]

_CENTRAL_STEP = np.finfo(float).eps ** (1 / 3)  # 6e-6


def numerical_derivative(f, z, h=None):
    """Return the central difference (f(z + h) − f(z − h)) / 2h, element by element.

    Its error has two parts: the formula's own, which shrinks like h², and that of rounding, which
    grows like 1/h. The default h balances them and gives a smooth function's slope to about ten
    digits.

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
    # The step actually taken, not the one asked for: z + h is rounded.
    return (values[0] - values[1]) / (above - below)


def complex_step_derivative(f, z, h=1e-100):
    """Return Im f(z + ih) / h, element by element.

    For an analytic function, Taylor's series in the imaginary direction gives f(z + ih) = f(z) +
    ih f′(z) − …, so the imaginary part alone holds the derivative. Nothing is subtracted, nothing
    cancels, and h can be so small that the next term vanishes: the result is as exact as `f` itself
    [squire1998]_.

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
            return number(f(moved))

        return g

    gradient = np.empty_like(w)
    for index in np.ndindex(w.shape):
        gradient[index] = numerical_derivative(along(index), w[index], h)
    return gradient


def relative_error(a, b):
    """Return abs(a − b) / max(abs(a), abs(b)), element by element, and 0 where both are 0.

    This is the definition in the CS231n notes on gradient checks [cs231n]_. For a derivative and
    its central difference they call 1e-7 or less right, and more than 1e-2 wrong; in between, it
    depends on the function.

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
        Between −1 and 1, give or take rounding. NaN where all entries of `u` or of `v` are 0, which
        is no direction.

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
    """How far a gradient is from central differences, layer by layer. Print it to see the table.

    Attributes
    ----------
    errors
        The relative error of each layer, from the first. NaN where the gradient is too small to
        measure.
    names
        What the layers are called; their numbers if it is empty.
    limits
        The error up to which each layer is right; 1e-7 if it is empty. It is more where single
        precision or a kink nearby makes measuring less exact.
    findings
        For each layer the cause of its error, where that is known, such as ``"¼ times the slope"``.
    notes
        What else was seen, and what to do about it.
    """

    errors: tuple
    names: tuple = ()
    limits: tuple = ()
    findings: tuple = ()
    notes: tuple = ()

    @property
    def ok(self):
        """Whether each layer could be measured and is right."""
        return all(error <= limit for error, limit in self._judged())

    @property
    def worst_layer(self):
        """The layer with the largest error, counted from 1 as the book does, or None."""
        if np.isnan(self.errors).all():
            return None
        return int(np.nanargmax(self.errors)) + 1

    def _judged(self):
        return zip(self.errors, self.limits or (1e-7,) * len(self.errors))

    def __str__(self):
        names = self.names or tuple(str(i) for i, _ in enumerate(self.errors, start=1))
        width = max(5, *map(len, names))
        lines = [f"{'layer':>{width}}  relative error  verdict"]
        findings = self.findings or ("",) * len(names)
        for name, (error, limit), finding in zip(names, self._judged(), findings):
            verdict = finding or _verdict(error, limit)
            lines.append(f"{name:>{width}}  {error:14.1e}  {verdict}")
        lines += self._where(names, findings)
        return "\n".join([*lines, *self.notes])

    def _where(self, names, findings):
        """Say which layer is farthest off and which to start with."""
        off = [i for i, (error, limit) in enumerate(self._judged()) if error > limit]
        if all(findings[i] for i in off):
            return []
        worst = called(names[self.worst_layer - 1])
        lines = [f"{worst[0].upper()}{worst[1:]} is farthest off."]
        if len(off) > 1:
            wrong = [i for i in off if self.errors[i] > 1e-2]
            last = max(wrong or off, key=lambda i: (number_of(names[i]), i))
            lines.append(
                f"Start with {called(names[last])}: backpropagation carries a mistake to all "
                f"layers before it."
            )
        return lines


def _verdict(error, limit):
    if np.isnan(error):
        return "too small to measure"
    if error <= limit:
        return "right" if limit <= 1e-7 else f"right, as far as can be measured ({limit:.0e})"
    if error <= 1e-4:
        return "right near a kink, doubtful without one"
    return "doubtful" if error <= 1e-2 else "wrong"


def gradient_check(f, gradient, w):
    """Compare a gradient with central differences, layer by layer.

    For a network with ``weights``, ``loss(X, y)`` and ``gradient(X, y)``, `check_network` needs
    less code. For a program that trains, `gradient_from_step` gives the gradient that its own
    update uses.

    Parameters
    ----------
    f : callable
        Takes the weights, in the form of `w`, and returns a number, the loss. If it takes nothing,
        it must read `w` itself, into which the weights to try are put.
    gradient : callable, or what it returns
        Takes the weights and returns the gradient of `f`, in the form of `w`, or a dictionary with
        the names of the weights. A ``d`` before a name, as in ``dW1``, is allowed.
    w : array_like, list, dict, object, module or ``globals()``
        The weights at which to compare. A list holds one array for each layer; one array is one
        layer, and so is a list of plain numbers. Lists and dictionaries may be nested. An object
        is asked for its ``params``, or else for the attributes that the gradient names; so is a
        program. Functions get copies, an object and a program are put back as they were.

    Returns
    -------
    GradientCheck
        Its ``ok`` is the answer, its text a small table that says what a mistake looks like.

    Raises
    ------
    TypeError, ValueError
        If `f` does not return one finite number, if a layer is empty, or if the gradient's shapes
        are not those of the weights.

    Notes
    -----
    A layer's error is ‖g − n‖ / max(‖g‖, ‖n‖) for its gradient g and the differences n. That is
    `relative_error` for whole arrays: entry by entry it would call entries near 0 wrong, which have
    no right digits to compare. If both are so small that rounding hides them, the error is NaN.
    Where g and n disagree, n is measured again with other steps, from 4 to 1/4096 of the first: a
    smaller step leaves a kink such as relu's behind, but not a mistake.

    The CS231n notes read the error like this [cs231n]_: above 1e-2 the gradient is wrong; above
    1e-4 be uncomfortable; below 1e-4 is fine for a function with kinks such as relu, since a step
    may cross one, and too much for a smooth one; 1e-7 or less is right. They add that errors grow
    with the number of layers: at ten, 1e-2 may be fine.

    Examples
    --------
    >>> import numpy as np
    >>> from nnlib.gradients import gradient_check
    >>> gradient_check(lambda w: (w**2).sum(), lambda w: 2 * w, [1.0, -3.0]).ok
    True
    >>> p = {"a": np.array([1.0, -3.0])}
    >>> gradient_check(lambda p: (p["a"] ** 2).sum(), {"da": -2 * p["a"]}, p).findings
    ('−1 times the slope',)
    """
    if not callable(f):
        raise TypeError(
            f"f is {f!r:.80}; give a function of the weights. For a network with weights, "
            f"loss(X, y) and gradient(X, y), call check_network."
        )
    parameters = Parameters(w)
    snapshot = Snapshot(w)
    try:
        run = _Runner(parameters)
        at = number(run(f, parameters.values))
        again = number(run(f, parameters.values))
        notes = [] if at == again or not np.isfinite(at) else [_MOVES.format(at, again)]
        given = gradient
        if callable(gradient):
            given = run(gradient, parameters.values, _fits(parameters))
            snapshot.restore()
            later = number(run(f, parameters.values))
            if not notes and later != at and np.isfinite(at):
                notes = [_SPOILT.format(at, later)]
        parameters, G, left = _matched(given, parameters)
        run.parameters = parameters
        if notes:
            return GradientCheck(
                (np.nan,) * len(G),
                tuple(parameters.names),
                notes=tuple(notes),
                findings=("not measured",) * len(G),
            )
        return _check(lambda values: run(f, values), G, parameters.values, parameters.names, left)
    finally:
        snapshot.restore()


def gradient_from_step(step, weights, learning_rate, names=None):
    """Return the gradient that a program's own update uses, (before − after) / rate.

    `step` runs once, and once more to see whether it does the same again. Then everything is put
    back. So `gradient_check` judges the code that runs, not a copy rewritten for the check.

    Parameters
    ----------
    step : callable
        One update: it changes the weights in place, or returns new ones. It takes the weights or
        nothing. It must use the same rows each time, and no momentum.
    weights : list, dict, object, module or ``globals()``
        What holds the weights, as `gradient_check` takes it.
    learning_rate : float
        The factor of the gradient in the update, positive.
    names : list of str, optional
        Which of the numbers in an object or a program are the weights. By default those that the
        step both reads and changes; what it only overwrites is no weight.

    Returns
    -------
    list, dict or array
        The gradient in the form of `weights`; for an object, a program, or where something was left
        out, a dictionary with the names.

    Raises
    ------
    TypeError
        If `step` needs more than the weights, or `weights` holds no real numbers.
    ValueError
        If `step` changes no weight, or makes two different changes in two calls.

    Examples
    --------
    The loss is 3w² here, so the gradient is 6w. Arrays, changed in place:

    >>> import numpy as np
    >>> from nnlib.gradients import gradient_check, gradient_from_step
    >>> W = np.array([1.0, 2.0])
    >>> def step():
    ...     W[:] -= 0.5 * 6 * W
    >>> gradient_from_step(step, [W], 0.5)
    [array([ 6., 12.])]

    Nested lists, and a step that returns new ones:

    >>> def step(w):
    ...     return [[v - 0.5 * 6 * v for v in row] for row in w]
    >>> gradient_from_step(step, [[1.0, 2.0], [3.0]], 0.5)
    [[6.0, 12.0], [18.0]]

    A dictionary:

    >>> p = {"W": np.array([1.0, 2.0]), "b": 3.0}
    >>> def step():
    ...     for name in p:
    ...         p[name] = p[name] - 0.5 * 6 * p[name]
    >>> gradient_from_step(step, p, 0.5)
    {'W': array([ 6., 12.]), 'b': 18.0}

    A class with attributes, and the check that the gradient is for:

    >>> class Net:
    ...     def __init__(self):
    ...         self.W, self.rate = np.array([1.0, 2.0]), 0.5
    ...     def loss(self):
    ...         return 3 * np.sum(self.W**2)
    ...     def train(self):
    ...         self.slope = 6 * self.W
    ...         self.W = self.W - self.rate * self.slope
    >>> net = Net()
    >>> gradient = gradient_from_step(net.train, net, 0.5)
    >>> gradient
    {'W': array([ 6., 12.])}
    >>> gradient_check(net.loss, gradient, net).ok
    True

    A program whose weights are globals, with ``globals()`` inside it or the imported module from
    outside:

    >>> import types
    >>> program = types.ModuleType("program")  # stands for: import program
    >>> program.W = 2.0
    >>> def step():
    ...     program.W -= 0.5 * 6 * program.W
    >>> gradient = gradient_from_step(step, program, 0.5)
    >>> gradient
    {'W': 12.0}
    >>> gradient_check(lambda: 3 * program.W**2, gradient, program).ok
    True
    """
    rate = positive(learning_rate, "learning_rate")
    wants = takes_argument(step) if callable(step) else None
    if wants is None:
        came = "takes more than the weights" if callable(step) else f"is {step!r:.80}"
        raise TypeError(
            f"step {came}; give a function of the weights, or of nothing, that makes one update: "
            f"lambda w: update(w, X, y), or lambda: network.train(X, y)."
        )
    parameters = Parameters(weights, "weights", names)
    everything, snapshot = parameters.names, Snapshot(weights, step)
    loose = names is None and parameters.kept_by_name  # there may be other numbers than weights
    try:
        after = _after(step, wants, parameters)
        if loose:
            snapshot.restore()
            changed = [
                name
                for name, a, b in zip(everything, after, parameters.values)
                if not np.array_equal(a, b)
            ]
            parameters, after = _only(parameters, after, changed)
        else:
            now = zip(parameters.now(), parameters.values)
            if any(a is not None and (a != b).any() for a, b in now):
                parameters.place(parameters.values)
        if all(map(np.array_equal, after, parameters.values)):
            raise ValueError(_UNCHANGED)
        _compare(after, _after(step, wants, parameters), parameters)
        if loose:
            kept = []
            for k, name in enumerate(parameters.names):
                snapshot.restore()
                moved = list(parameters.values)
                moved[k] = 1.001 * moved[k] + 0.001
                parameters.place(moved)
                if not np.array_equal(_after(step, wants, parameters)[k], after[k]):
                    kept.append(name)
            snapshot.restore()
            parameters, after = _only(parameters, after, kept or parameters.names)
    finally:
        snapshot.restore()
    values = [(b - a) / rate for a, b in zip(after, parameters.values)]
    if (parameters.live and not parameters.declared) or parameters.names != everything:
        return {name: float(v) if v.ndim == 0 else v for name, v in zip(parameters.names, values)}
    return parameters.form(values, arrays=False)


def _only(parameters, after, names):
    """Return parameters and their new values for these names only."""
    new = dict(zip(parameters.names, after))
    return (parameters.only(names), [new[name] for name in names]) if names else (parameters, after)


def _after(step, wants, parameters):
    """Run one update and return the new values, from the holder or from what it returns."""
    returned = step(parameters.holder) if wants else step()
    now = parameters.now()
    if any(a is None or not np.array_equal(a, b) for a, b in zip(now, parameters.values)):
        return [b if a is None else a for a, b in zip(now, parameters.values)]
    fits = _fits(parameters)
    for new in (returned, returned[0] if isinstance(returned, tuple) and returned else None):
        if fits(new):
            some, values, _ = _matched(new, parameters)  # what it leaves out, it leaves as it is
            found = dict(zip(some.names, values))
            return [found.get(n, w) for n, w in zip(parameters.names, parameters.values)]
    return now


def _compare(first, second, parameters):
    """Raise if two updates from the same weights differ."""
    for name, w, a, b in zip(parameters.names, parameters.values, first, second):
        one, other = np.linalg.norm(a - w), np.linalg.norm(b - w)
        if np.linalg.norm(a - b) > 1e-5 * max(one, other) + 1e-15 * np.linalg.norm(w):
            raise ValueError(
                f"two calls of step from the same weights changed {called(name)} differently, by "
                f"{one:.3g} and by {other:.3g} in all. It draws random rows, has momentum, or "
                f"remembers something else. For the check, use the same rows each time, seed "
                f"inside step whatever is random, and set the momentum to 0."
            )


class _Runner:
    """Calls functions of the parameters, in the form that each function wants."""

    def __init__(self, parameters):
        self.parameters, self.forms = parameters, {}

    def __call__(self, function, values, fits=np.isscalar):
        p, wants = self.parameters, takes_argument(function)
        if wants is None:
            raise TypeError(
                f"{getattr(function, '__name__', 'f')} takes more than the weights; hand over a "
                f"function of them alone: lambda w: loss(w, X, y)."
            )
        if p.live or not wants:
            p.place(values)
            return function(p.holder) if wants else function()
        # A list of plain numbers is one array, nested lists are probably looped over.
        forms = (True, False) if list(p.paths.values()) == [()] else (False, True)
        if not p.has_lists:
            forms = (True,)
        results, problems = [], []
        for arrays in self.forms.get(id(function), forms):
            try:
                results.append(function(p.form(values, arrays)))
            except Exception as error:  # perhaps it computes with the other form
                problems.append(error)
            else:
                if fits(results[-1]):
                    self.forms[id(function)] = (arrays,)
                    return results[-1]
        if results:
            return results[0]
        raise problems[0]


def _fits(parameters):
    def fits(given):
        try:
            used, values, _ = _matched(given, parameters)
        except (TypeError, ValueError):
            return False
        return [g.shape for g in values] == [w.shape for w in used.values]

    return fits


def _matched(given, parameters):
    """Return the parameters that a gradient is for, its arrays in the same order, and notes."""
    if isinstance(given, dict):
        read = Parameters(given, "the gradient")
        found = dict(zip(read.names, read.values))
        by_name = {}
        for name in parameters.names:
            for key in (name, f"d{name}", f"grad_{name}", f"{name}_grad"):
                if key in found:
                    by_name[name] = found[key]
                    break
        if not by_name:
            raise ValueError(
                f"the gradient has the names {', '.join(found)} and the weights "
                f"{', '.join(parameters.names)}; give each gradient the name of its weight."
            )
        missing = [name for name in parameters.names if name not in by_name]
        if not missing:
            return parameters, list(by_name.values()), ()
        loose = parameters.live and not parameters.declared
        notes = () if loose else (f"Not checked, for lack of a gradient: {', '.join(missing)}.",)
        return parameters.only(by_name), list(by_name.values()), notes
    if list(parameters.paths.values()) == [()]:
        return parameters, [reals(given, "the gradient")], ()
    if isinstance(given, np.ndarray):
        given = list(given)
    if isinstance(given, (list, tuple)) and not len(given):
        return parameters, [], ()
    return parameters, Parameters(given, "the gradient").values, ()


def check_network(network, X, y):
    """Compare a network's own gradient with central differences of its loss.

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
        If `X` or `y` does not fit the network, or as for `gradient_check`.

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

    def at(weights):
        network.weights = weights
        return network

    try:
        return gradient_check(
            lambda w: at(w).loss(X, y), lambda w: at(w).gradient(X, y), list(before)
        )
    finally:
        network.weights = before


def _check(call, gradient, weights, names, notes):
    """Return the `GradientCheck` for lists of arrays."""
    shapes, wanted = [G.shape for G in gradient], [W.shape for W in weights]
    if shapes != wanted or not all(W.size for W in weights):
        turned = shapes == [shape[::-1] for shape in wanted]
        raise ValueError(
            f"the gradient has the shapes {shapes} and the weights {wanted}; give a gradient in "
            f"the shapes of the weights{', for example transposed' * turned}, and no empty layer."
        )
    loss = Loss(call, weights)
    layers = [measure(loss, k, G) for k, G in enumerate(gradient)]
    errors, limits = [], []
    for G, layer in zip(gradient, layers):
        size = max(np.linalg.norm(G), np.linalg.norm(layer.slopes)) or 1.0
        with np.errstate(invalid="ignore"):  # inf / inf; what is not finite is inf, below
            error = float(np.linalg.norm(G - layer.slopes) / size)
        limit = 2 * float(np.linalg.norm(layer.uncertain) / size)
        hidden = too_small(loss, G, layer.slopes) or (limit > 0.1 and error <= limit)
        errors.append(np.nan if hidden else error if np.isfinite(error) else np.inf)
        limits.append(max(1e-7, min(limit, 0.1)))
    findings, told = explain(names, weights, gradient, layers, errors, limits, loss)
    return GradientCheck(
        tuple(errors), tuple(names), tuple(limits), tuple(findings), (*told, *notes)
    )


_MOVES = (
    "f gave {} and then {} at the same weights. It is random (dropout, noise, other rows each "
    "time) or remembers its calls, so nothing can be measured. Seed it inside, or turn that off."
)
_SPOILT = (
    "f gave {}, and {} at the same weights after the gradient was computed. The gradient changes "
    "something else that f reads, perhaps the rows. Let it work on copies."
)
_UNCHANGED = (
    "step changed none of the weights and returned none. If it binds a new array to a name, as "
    "W = W - … does, hand over what holds that name: the object, globals(), or the list or "
    "dictionary. If there is nothing to learn here, the gradient is 0."
)


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
