"""Thousands of the tutorial's networks at once: `nnlib.network`'s arithmetic in another layout.

One network of this size is made of rows of three numbers, and Python spends its time starting
operations rather than doing them. Here every operation works on many networks. Three decisions
make that fast:

The networks lie along the last axis.
    The three weights that leave the first input are not three numbers but an array (units, n), and
    so is everything else in a network. NumPy's inner loops run along the last axis, so they are
    long, contiguous and vectorised, however small a network is. (The user sees arrays with the
    networks first.)
Nothing is allocated while training.
    All weights of a block live in one array (4, units, n): bias, first input, second input, output.
    Every operation writes into an array that is already there. A step needs no index to pick a
    row's weights: a row of XOR is two coin tosses x₁ and x₂, and multiplying by them selects.
Networks are trained in blocks.
    A block is large enough to make the cost of starting an operation small, and small enough for
    the processor's cache. NumPy releases Python's lock while it computes, so blocks run in threads
    side by side; small ones run one after the other, since threads that ask for the lock every few
    microseconds wait for each other. Each block has its own random generator, and only the number
    of networks decides how they are dealt to blocks, so the result is the same to the bit whoever
    runs it.
"""

import os
import sys
import warnings
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from dataclasses import dataclass, field
from functools import partial
from itertools import pairwise, repeat
from math import sqrt

import numpy as np

from nnlib._checks import finite, generator, positive, whole
from nnlib._progress import progress
from nnlib.activations import Activation, Sigmoid, Tanh, sigmoid
from nnlib.slopes import slopes

__all__ = ["Ensemble", "Share", "interval", "train_ensemble"]

#: The rows of XOR and their targets, in the order of ``Ensemble.outputs``.
X, Y = np.array([[0, 0], [0, 1], [1, 0], [1, 1]]), np.array([0, 1, 1, 0])

_BLOCK = 8000  # networks in a block, at most
_THREADS = 12_000  # networks from which threads are worth it
_ROUND = 1000  # steps between two looks at the progress bar and at Ctrl-C
_DRAW = 32  # steps whose rows are drawn at once


@dataclass(frozen=True)
class Share:
    """Which networks have a property, how many there are, and how far to trust the share.

    Parameters
    ----------
    which : ndarray of bool, shape (n,)
        True for each network that has the property.

    Examples
    --------
    >>> import numpy as np
    >>> from nnlib.ensemble import Share
    >>> share = Share(np.arange(200) < 160)
    >>> share.count, share.n
    (160, 200)
    >>> print(share)
    80.0 % (73.9 to 85.0 %)
    """

    which: np.ndarray = field(repr=False)

    @property
    def count(self):
        """How many networks have the property."""
        return int(np.count_nonzero(self.which))

    @property
    def n(self):
        """How many networks there are in all."""
        return len(self.which)

    @property
    def interval(self):
        """The 95 % interval of the share, see `nnlib.ensemble.interval`."""
        return interval(self.count, self.n)

    def __float__(self):
        return self.count / self.n

    def __str__(self):
        low, high = self.interval
        return f"{100 * float(self):.1f} % ({100 * low:.1f} to {100 * high:.1f} %)"


def interval(count, n):
    """Return Wilson's 95 % interval for a share, of which `count` in `n` were seen.

    Unlike the textbook's p ± 1.96 √(p(1 − p)/n), it keeps its promise near 0 and 1 [wilson1927]_
    [brown2001]_.

    Parameters
    ----------
    count : int
        Between 0 and `n`.
    n : int
        At least 1.

    Returns
    -------
    low, high : float

    Raises
    ------
    TypeError, ValueError
        If an argument is not as described.

    References
    ----------
    .. [wilson1927] E. B. Wilson, "Probable Inference, the Law of Succession, and Statistical
       Inference", Journal of the American Statistical Association 22 (1927), 209-212.
    .. [brown2001] L. D. Brown, T. T. Cai and A. DasGupta, "Interval Estimation for a Binomial
       Proportion", Statistical Science 16 (2001), 101-133.

    Examples
    --------
    >>> from nnlib.ensemble import interval
    >>> low, high = interval(0, 100)
    >>> print(f"{low:.3f} to {high:.3f}")
    0.000 to 0.037
    """
    n, count = whole(n, "n", least=1), whole(count, "count", least=0)
    if count > n:
        raise ValueError(f"count is {count}; give a number that is not above n, which is {n}.")
    z = 1.959963984540054  # 97.5 % of a normal distribution lie below
    p, spread = count / n, z**2 / n
    middle = p + spread / 2
    half = z * sqrt(p * (1 - p) / n + spread / (4 * n))
    return max(0.0, (middle - half) / (1 + spread)), min(1.0, (middle + half) / (1 + spread))


@dataclass(frozen=True)
class Ensemble:
    """Trained networks, as `train_ensemble` returns them.

    Attributes
    ----------
    steps
        How many steps each network took, fewer than asked for if the run was interrupted.
    activation
        The activation function.
    start
        W₁ and W₂ of each network before training, in shapes (n, 3, units) and (n, units, 1).
    weights
        The same after training.
    """

    steps: int
    activation: Activation
    start: list = field(repr=False)
    weights: list = field(repr=False)

    @property
    def outputs(self):
        """The outputs for the rows 00, 01, 10, 11, shape (n, 4)."""
        a = self.activation(self.pre_activations())
        return self.activation(a @ self.weights[1])[..., 0]

    def pre_activations(self, *, start=False):
        """Return the hidden units' z for the four rows, shape (n, 4, units).

        Parameters
        ----------
        start : bool
            From the first weights instead of the last.
        """
        return np.column_stack([np.ones(4), X]) @ (self.start if start else self.weights)[0]

    def row_steps(self, slope="input"):
        """Return the step that each row alone asks for, at the learning rate 1.

        With the right slope it is the negative gradient of the row's loss.

        Parameters
        ----------
        slope : str, callable, or a sequence of two of them
            As for `train_ensemble`.

        Returns
        -------
        ndarray, shape (n, 4, 4 units)
            For each network and the rows 00, 01, 10, 11, what is added to W₁ (first the biases,
            then one input after the other) and to W₂.

        Raises
        ------
        TypeError, ValueError
            If `slope` is not as described.

        Examples
        --------
        >>> import numpy as np
        >>> from nnlib.ensemble import train_ensemble
        >>> nets = train_ensemble(5, steps=0, learning_rate=1, rng=np.random.default_rng(0))
        >>> steps = nets.row_steps()
        >>> steps.shape
        (5, 4, 12)
        >>> bool(steps[:, 0, 3:9].any())  # the row 00 moves no weight that leaves an input
        False
        """
        n, _, units = self.weights[0].shape
        steps = []
        for row in range(4):
            moved = train_ensemble(
                n,
                steps=1,
                learning_rate=1,
                rng=np.random.default_rng(0),  # nothing is drawn
                activation=self.activation,
                slope=slope,
                hidden=units - 1,
                weights=self.weights,
                rows=[[row]],
            ).weights
            pairs = zip(moved, self.weights)
            steps.append(np.concatenate([(W - U).reshape(n, -1) for W, U in pairs], axis=1))
        return np.stack(steps, axis=1)

    def solved(self, within=0.1):
        """Return the `Share` of networks with all four outputs within 0.1 of their targets."""
        return Share((np.abs(self.outputs - Y) <= within).all(axis=1))

    def stuck(self, within=0.1):
        """Return the `Share` of networks with all four outputs within 0.1 of 0.5."""
        return Share((np.abs(self.outputs - 0.5) <= within).all(axis=1))


def train_ensemble(
    n,
    *,
    steps,
    learning_rate,
    rng,
    activation=sigmoid,
    slope="input",
    hidden=2,
    batch="one",
    weights=None,
    rows=None,
    executor=None,
):
    """Train `n` networks on XOR, each from its own first weights and on its own random rows.

    Each does what ``Network([2, hidden, 1], activation, slope=slope).train`` does, to 10 digits.
    Ctrl-C, or Jupyter's stop button, ends a run early and returns the networks as they are.

    Parameters
    ----------
    n : int
        How many networks, at least 1. The tutorial's take at most 400 bytes each, however many
        steps; those being trained, at most 8,000 for each core, take 500 more.
    steps : int
        How many steps, at least 0.
    learning_rate : float
        η, positive.
    rng : numpy.random.Generator
        Gives each block of networks a generator of its own, which draws first weights and rows.
    activation : Activation
    slope : str, callable, or a sequence of two of them, for the hidden and the output layer
        As for `Network`; a function (z, a) -> slope gets arrays and works element by element.
        ``"output"`` is the fastest.
    hidden : int
        Hidden units as the tutorial counts them, at least 1; one more is learned.
    batch : str
        The rows of a step: ``"one"`` at random, or the sum over ``"all"`` four.
    weights : list of two array_like, of shapes (n, 3, hidden + 1) and (n, hidden + 1, 1), optional
        Where to start, instead of weights uniform in [−1, 1).
    rows : array_like of int, shape (steps, n), or (steps, 1) for the same in all, optional
        Which of the rows 00, 01, 10, 11 to take, as 0 to 3, instead of random ones.
    executor : concurrent.futures.Executor, optional
        What does the work; by default threads on all cores from 12,000 networks on, and one thread
        below, where threads would get in each other's way and ``ProcessPoolExecutor()`` is faster
        for long runs. On several machines: ``dask.distributed.Client(address).get_executor()``. The
        result is the same to the bit.

    Returns
    -------
    Ensemble

    Raises
    ------
    TypeError, ValueError
        If an argument is not as described. Then nothing has been drawn from `rng`.

    Examples
    --------
    >>> import numpy as np
    >>> from nnlib.ensemble import train_ensemble
    >>> start = dict(learning_rate=1.0, batch="all", slope="output")
    >>> nets = train_ensemble(200, steps=5000, rng=np.random.default_rng(0), **start)
    >>> nets.outputs.shape
    (200, 4)
    >>> nets.solved().count > 150
    True
    """
    _check(**locals())
    blocks = max(-(-n // _BLOCK), 2 if 2 * n >= _BLOCK else 1)
    cuts = np.linspace(0, n, blocks + 1).astype(int)
    rngs = rng.spawn(blocks)
    if weights is None:
        start = [r.uniform(-1, 1, (4, hidden + 1, m)) for r, m in zip(rngs, np.diff(cuts))]
    else:
        U = np.concatenate([weights[0], np.swapaxes(weights[1], 1, 2)], axis=1, dtype=float)
        start = np.split(np.moveaxis(U, 0, -1), cuts[1:-1], axis=-1)
    if rows is not None:
        rows = np.broadcast_to(rows, (steps, n))
    rate = np.array(float(learning_rate))
    advance = partial(_advance, rate=rate, activation=activation, slope=slope, batch=batch)
    state = 0, start, rngs
    try:
        with progress(steps) as bar, _pool(executor, n) as pool:
            while (done := state[0]) < steps:
                more = min(_ROUND, steps - done)
                given = [
                    rows if rows is None else rows[done:, i:j][:more] for i, j in pairwise(cuts)
                ]
                trained = pool.map(advance, *state[1:], [more] * blocks, given)
                state = done + more, *zip(*trained)  # Ctrl-C finds a round done, or not begun
                bar.update(more)
    except KeyboardInterrupt:
        warnings.warn(f"interrupted after {state[0]} of {steps} steps", stacklevel=2)
    return Ensemble(state[0], activation, _shown(start), _shown(state[1]))


class _Here:
    """Stands in for an executor, and does the work itself."""

    map = staticmethod(map)


def _pool(executor, n):
    """Return what does the work on n networks; Python in a browser has no threads."""
    if executor is None and n >= _THREADS and sys.platform != "emscripten":
        return ThreadPoolExecutor(os.cpu_count())
    return nullcontext(executor or _Here)


def _check(n, steps, learning_rate, rng, activation, slope, hidden, batch, weights, rows, executor):
    """Say what is wrong with the arguments of `train_ensemble`."""
    n, units = whole(n, "n", least=1), whole(hidden, "hidden", least=1) + 1
    steps = whole(steps, "steps", least=0)
    positive(learning_rate, "learning_rate")
    generator(rng)
    slopes(slope, activation, layers=2)
    if batch not in ("one", "all"):
        raise ValueError(f"batch is {batch!r}; give 'one' for one random row a step, or 'all'.")
    if weights is not None:
        shapes, needed = (
            [finite(W, "weights").shape for W in weights],
            [(n, 3, units), (n, units, 1)],
        )
        if shapes != needed:
            raise ValueError(f"weights have the shapes {shapes}; these networks need {needed}.")
    if rows is not None:
        rows = np.asarray(rows)
        if batch == "all":
            raise ValueError("rows are given, but batch is 'all'; leave out one of the two.")
        if rows.dtype.kind not in "iu" or rows.shape not in ((steps, n), (steps, 1)):
            raise ValueError(
                f"rows have the shape {rows.shape} and hold {rows.dtype}; give whole numbers in "
                f"the shape {(steps, n)}, or {(steps, 1)} for the same rows in all networks."
            )
        if rows.size and not 0 <= rows.min() <= rows.max() <= 3:
            raise ValueError(
                f"rows go from {rows.min()} to {rows.max()}; give numbers from 0 to 3."
            )
    if not (executor is None or hasattr(executor, "map")):
        raise TypeError(f"executor is {executor!r:.80}; give a concurrent.futures.Executor.")


def _shown(blocks):
    """Return blocks of weights, (4, units, n), as W₁ and W₂ with the networks first."""
    U = np.concatenate(blocks, axis=-1)
    return [np.moveaxis(U[:3], -1, 0), U[3].T[..., np.newaxis]]


def _advance(U, rng, steps, rows, *, rate, activation, slope, batch):
    """Return the weights of a block after some more steps, and the generator that drew its rows.

    The numbers are chapter 4's. The error (4.3) itself is not needed, only how it changes with z,
    which is delta, (4.4). There is one output, so the sum over paths in (4.6) has one term.
    """
    U, (_, units, n) = U.copy(), U.shape
    bias, W, V = U[0], U[1:3, np.newaxis], U[3]
    size = 4 if batch == "all" else 1
    step = np.empty((4, size, units, n))  # what each row of the batch adds to U
    delta, xW, Va = step[0], step[1:3], step[3]
    z, a = np.empty((2, size, units, n))
    z_out, out, error, delta_out = np.empty((4, size, n))
    d = delta_out[:, np.newaxis]
    total = step[:, 0] if size == 1 else np.empty_like(U)
    f, hidden_slope, out_slope = _in_place(activation, slope)
    with np.errstate(all="ignore"):  # exp may overflow on its way to a right 0
        for x, y in _all_rows(steps) if batch == "all" else _one_row(rows, rng, steps, n):
            np.multiply(W, x, out=xW)
            np.add(bias, xW[0], out=z)
            np.add(z, xW[1], out=z)  # (4.1)
            f(z, a)  # (4.2)
            np.multiply(V, a, out=Va)
            np.add.reduce(Va, axis=1, out=z_out)  # (4.1)
            f(z_out, out)  # (4.2)
            np.subtract(y, out, out=error)
            out_slope(z_out, out, delta_out)
            np.multiply(delta_out, error, out=delta_out)
            np.multiply(delta_out, rate, out=delta_out)  # (4.5), times η
            hidden_slope(z, a, delta)
            np.multiply(delta, V, out=delta)
            np.multiply(delta, d, out=delta)  # (4.7)
            np.multiply(x, delta, out=xW)  # (4.8) for the hidden layer, times η
            np.multiply(a, d, out=Va)  # (4.8) for the output layer, times η
            if size > 1:
                np.add.reduce(step, axis=1, out=total)
            np.add(U, total, out=U)  # (4.9)
    return U, rng


def _all_rows(steps):
    """Yield, for each step, all rows' inputs, (2, 4, 1, 1), and targets, (4, 1)."""
    return repeat((X.T[:, :, np.newaxis, np.newaxis].astype(float), Y[:, np.newaxis]), steps)


def _one_row(rows, rng, steps, n):
    """Yield, for each step, inputs, (2, 1, 1, n), and targets, (1, n), of each network's row."""
    now = np.empty((3, n))
    x_now, y_now = now[:2, np.newaxis, np.newaxis], now[2:]
    for done in range(0, steps, _DRAW):
        more = min(_DRAW, steps - done)
        if rows is None:  # a row is two coin tosses, and a byte holds eight
            tosses = rng.integers(256, size=-(-more * n // 4), dtype=np.uint8)
            x = np.unpackbits(tosses, count=2 * more * n).reshape(more, 2, n)
        else:
            x = X[rows[done : done + more]].swapaxes(1, 2)
        for drawn in np.concatenate([x, x[:, :1] ^ x[:, 1:]], axis=1):  # the target of XOR
            now[...] = drawn
            yield x_now, y_now


# Arrays, for the reason given in nnlib.activations.
_ONE, _TWO = np.array(1.0), np.array(2.0)


def _sigmoid(z, out):
    np.negative(z, out=out)
    np.exp(out, out=out)
    np.add(_ONE, out, out=out)
    np.divide(_ONE, out, out=out)


def _sigmoid_derivative(z, out, e):
    np.abs(z, out=e)
    np.negative(e, out=e)
    np.exp(e, out=e)
    np.add(_TWO, e, out=out)
    np.multiply(e, out, out=out)
    np.add(_ONE, out, out=out)
    np.divide(e, out, out=out)


def _sigmoid_slope_from_output(z, a, out):
    np.subtract(_ONE, a, out=out)
    np.multiply(a, out, out=out)


def _tanh_slope_from_output(z, a, out):
    np.multiply(a, a, out=out)
    np.subtract(_ONE, out, out=out)


#: Activations that are worth writing twice, as f(z, out).
_FUNCTIONS = {Sigmoid: _sigmoid, Tanh: np.tanh}
#: Their slopes, (z, a, out), for the words of `nnlib.slopes`. They may lose z, which has served.
_SLOPES = {
    (Sigmoid, "input"): lambda z, a, out: _sigmoid_derivative(z, out, e=z),
    (Sigmoid, "output"): _sigmoid_slope_from_output,
    (Sigmoid, "twice"): lambda z, a, out: _sigmoid_derivative(a, out, e=z),
    (Tanh, "output"): _tanh_slope_from_output,
}


def _in_place(activation, slope):
    """Return f(z, out), and slope(z, a, out) for the hidden and the output layer."""

    def copied(function):
        return lambda *arguments: np.copyto(arguments[-1], function(*arguments[:-1]))

    kind, words = type(activation), slope if isinstance(slope, (list, tuple)) else [slope] * 2
    in_place = [
        (None if callable(word) else _SLOPES.get((kind, word))) or copied(g)
        for word, g in zip(words, slopes(slope, activation, layers=2))
    ]
    return _FUNCTIONS.get(kind) or copied(activation.compute), *in_place
