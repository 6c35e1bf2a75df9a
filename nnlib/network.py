"""One network, written to be read beside chapter 4 of the book.

The names are the chapter's: z for a pre-activation, a for an activation, W for weights, delta for
the error signal. The numbers in the comments are the chapter's equations. One thing is shifted:
Python counts from 0, so ``weights[0]`` is the chapter's W₁ and ``z[0]`` its z₁, while ``a[0]`` is
the input, a₀, in both.
"""

import os
import sys
import warnings
from itertools import pairwise

import numpy as np
from tqdm import tqdm

from nnlib._checks import count, finite, generator, positive
from nnlib.activations import Activation

__all__ = ["SLOPES", "Network", "learning_curve"]

#: What each word for ``slope`` makes of an activation function f: the slope that is used at (z, a).
SLOPES = {
    "input": lambda f: lambda z, a: f._derivative(z),  # right, from z
    "output": lambda f: lambda z, a: f._derivative_from_output(a),  # right, from a
    "twice": lambda f: lambda z, a: f._derivative(a),  # the bug: a is f(z), so f is applied twice
}

_CHUNK = 1000  # steps between two updates of the progress bar and two looks at the weights


class Network:
    """A fully connected network, trained by gradient descent on one random row at a time.

    It follows the tutorial that the book examines. A column of ones is put before the columns of X
    and before nothing else. Each hidden layer gets one unit more than `sizes` says, and this unit
    is learned like the others: ``[2, 2, 1]`` has three hidden units, and its output has no bias.
    Every layer uses the same activation function, the output layer included.

    Parameters
    ----------
    sizes : sequence of int
        The number of inputs, of units in each hidden layer, and of outputs; at least two numbers,
        each at least 1.
    activation : Activation
        `nnlib.sigmoid`, `nnlib.tanh` or another `nnlib.Activation`.
    rng : numpy.random.Generator
        Draws the first weights, uniform in [−1, 1), and later the rows to train on.
    slope : str, callable, or a sequence of them with one for each layer after the input
        Which value the derivative gets. ``"input"`` is right, from z. ``"output"`` is right, from
        a. ``"twice"`` is the bug: the derivative that wants z gets a. A function
        ``(z, a) -> slope`` tries anything else.

    Attributes
    ----------
    weights
        W₁, W₂, … in order: a list of arrays, each of shape (fan_in, fan_out). Assigning a list of
        arrays of the same shapes copies them.

    Raises
    ------
    TypeError, ValueError
        If an argument is not as described. The message says what came and what is accepted.

    Examples
    --------
    >>> import numpy as np
    >>> from nnlib import Network, tanh
    >>> X, y = [[0, 0], [0, 1], [1, 0], [1, 1]], [0, 1, 1, 0]
    >>> network = Network([2, 2, 1], tanh, rng=np.random.default_rng(0), slope="output")
    >>> network.train(X, y, steps=20_000, learning_rate=0.2)
    >>> network.predict(X).round(1).ravel() + 0
    array([0., 1., 1., 0.])
    """

    def __init__(self, sizes, activation, *, rng, slope="input"):
        self.sizes = _sizes(sizes)
        self.activation = _activation(activation)
        self.rng = generator(rng)
        self._slopes = _slopes(slope, activation, layers=len(self.sizes) - 1)
        units = [n + 1 for n in self.sizes[:-1]] + self.sizes[-1:]
        self._weights = [
            rng.uniform(-1, 1, size=(fan_in, fan_out)) for fan_in, fan_out in pairwise(units)
        ]

    @property
    def weights(self):
        """The weights of each layer, in order."""
        return self._weights

    @weights.setter
    def weights(self, weights):
        shapes = [W.shape for W in self._weights]
        if not isinstance(weights, (list, tuple)):
            raise TypeError(
                f"weights is {weights!r:.80}; give a list of arrays of shapes {shapes}."
            )
        new = [finite(W, "weights") for W in weights]
        if [W.shape for W in new] != shapes:
            raise ValueError(
                f"weights have the shapes {[W.shape for W in new]}; this network needs {shapes}."
            )
        self._weights = [W.copy() for W in new]

    def forward(self, X):
        """Send rows through the network and keep every value on the way.

        The tutorial keeps only a. This network keeps z too, and so can hand either to a derivative.

        Parameters
        ----------
        X : array_like, shape (rows, features)

        Returns
        -------
        z : list of ndarray, each of shape (rows, units)
            The pre-activations of each layer after the input.
        a : list of ndarray, each of shape (rows, units)
            The input with its column of ones, then the activations of each layer. The last entry
            is the network's output.
        """
        return self._forward(self._inputs(X))

    def _forward(self, a0):
        z, a = [], [a0]
        for W in self._weights:
            z.append(a[-1].dot(W))  # (4.1)
            a.append(self.activation(z[-1]))  # (4.2)
        return z, a

    def _backpropagate(self, batches, rate, into):
        """For each batch (a₀, y), add η aᵀδ of each layer to `into`: in training, the weights.

        The forward pass is written out once more: calling `_forward` would cost a small network a
        tenth of its speed.
        """
        W, W_T = self._weights, [W.T for W in self._weights]
        f, slope = self.activation._call, self._slopes
        last = len(W) - 1
        hidden = range(last, 0, -1)
        for a0, y in batches:
            z, a, a_l = [], [a0], a0
            for W_l in W:
                z_l = a_l.dot(W_l)  # (4.1)
                a_l = f(z_l)  # (4.2)
                z.append(z_l)
                a.append(a_l)
            # δ is linear in the error, so η can be multiplied in here, once for all layers.
            delta = rate * (y - a_l) * slope[last](z_l, a_l)  # (4.5)
            for i in hidden:
                a_l = a[i]
                delta_before = delta.dot(W_T[i]) * slope[i - 1](z[i - 1], a_l)  # (4.7)
                into[i] += a_l.T.dot(delta)  # (4.9), once W[i] has been used
                delta = delta_before
            into[0] += a0.T.dot(delta)  # (4.9)

    def loss(self, X, y):
        """Return the mean over rows of half the squared error, equation (4.3).

        Parameters
        ----------
        X : array_like, shape (rows, features)
        y : array_like, shape (rows, outputs), or (rows,) for a network with one output

        Returns
        -------
        float
        """
        a0, Y = self._rows(X, y)
        _, a = self._forward(a0)
        return float(0.5 * np.sum((Y - a[-1]) ** 2) / len(Y))

    def gradient(self, X, y):
        """Return what backpropagation takes for the gradient of `loss`; it is, if `slope` is right.

        Parameters
        ----------
        X : array_like, shape (rows, features)
        y : array_like, shape (rows, outputs), or (rows,) for a network with one output

        Returns
        -------
        list of ndarray, in the shapes of `weights`
        """
        a0, Y = self._rows(X, y)
        downhill = [np.zeros_like(W) for W in self._weights]
        with np.errstate(over="ignore", under="ignore"):
            self._backpropagate([(a0, Y)], 1 / len(Y), into=downhill)
        return [-G for G in downhill]  # (4.8)

    def train(self, X, y, *, steps, learning_rate):
        """Take gradient steps in place, each on one row drawn at random with replacement.

        Training goes on from the present weights: two calls with 500 steps do what one with 1,000
        does. A long run shows its progress where somebody watches, in a terminal or in Jupyter.

        Parameters
        ----------
        X : array_like, shape (rows, features)
        y : array_like, shape (rows, outputs), or (rows,) for a network with one output
            Targets.
        steps : int
            How many steps, at least 0. The tutorial calls this ``epochs``.
        learning_rate : float
            η, positive. The tutorial's is 0.2.

        Raises
        ------
        TypeError, ValueError
            If an argument is not as described; the weights are unchanged.
        FloatingPointError
            If the weights stop being finite; they are put back to the last finite ones, at most
            1,000 steps before.
        """
        a0, Y = self._rows(X, y)
        steps = count(steps, "steps", least=0)
        # An array, not a Python number, for the reason given in nnlib.activations.
        rate = np.array(positive(learning_rate, "learning_rate"))
        rows = [(a0[i : i + 1], Y[i : i + 1]) for i in range(len(Y))]
        # Silenced here and not by numpy.errstate, which would slow every operation of the loop:
        # exp may overflow on its way to a right 0, and lost weights are reported below.
        with _progress(steps) as bar, warnings.catch_warnings():
            warnings.simplefilter("ignore", RuntimeWarning)
            for done in range(0, steps, _CHUNK):
                before = [W.copy() for W in self._weights]
                chunk = min(_CHUNK, steps - done)
                drawn = self.rng.integers(len(rows), size=chunk).tolist()
                try:
                    self._backpropagate([rows[i] for i in drawn], rate, into=self._weights)
                    lost = not all(np.isfinite(W).all() for W in self._weights)
                except FloatingPointError:  # from numpy.errstate(all="raise") around the call
                    lost = True
                if lost:
                    self._weights = before
                    raise FloatingPointError(
                        f"the weights stopped being finite between step {done} and "
                        f"{done + chunk}. Try a smaller learning_rate than {learning_rate}, "
                        f"and check the slope."
                    )
                bar.update(chunk)

    def predict(self, X):
        """Return the network's outputs.

        Parameters
        ----------
        X : array_like, shape (rows, features)

        Returns
        -------
        ndarray, shape (rows, outputs)
        """
        return self.forward(X)[1][-1]

    def _inputs(self, X):
        """Return X with its column of ones, or say what is wrong with X."""
        X = finite(X, "X")
        if X.ndim != 2 or len(X) == 0 or X.shape[1] != self.sizes[0]:
            raise ValueError(
                f"X has the shape {X.shape}; this network needs (rows, {self.sizes[0]}) "
                f"with at least one row. For a single row, write [row]."
            )
        return np.column_stack([np.ones(len(X)), X])

    def _rows(self, X, y):
        """Return X with its column of ones and y as (rows, outputs), or say what is wrong."""
        a0 = self._inputs(X)
        Y = finite(y, "y")
        outputs = self.sizes[-1]
        if Y.ndim == 1 and outputs == 1:
            Y = Y[:, np.newaxis]
        if Y.shape != (len(a0), outputs):
            raise ValueError(
                f"y has the shape {np.shape(y)}; for {len(a0)} rows of X and {outputs} output(s) "
                f"it must be {(len(a0), outputs)}{f' or ({len(a0)},)' if outputs == 1 else ''}."
            )
        return a0, Y


def learning_curve(network, X, y, *, at, learning_rate):
    """Train a network and record its outputs on the way.

    Parameters
    ----------
    network : Network
        Trained in place.
    X, y : array_like
        As in `Network.train`.
    at : sequence of int
        After how many steps to record, in ascending order, from 0 on. The last one ends the
        training.
    learning_rate : float
        Positive.

    Returns
    -------
    ndarray, shape (len(at), rows, outputs)

    Raises
    ------
    TypeError, ValueError
        If an argument is not as described; the network is unchanged.

    Examples
    --------
    >>> import numpy as np
    >>> from nnlib import Network, learning_curve, tanh
    >>> network = Network([2, 2, 1], tanh, rng=np.random.default_rng(0))
    >>> X, y = [[0, 0], [0, 1], [1, 0], [1, 1]], [0, 1, 1, 0]
    >>> learning_curve(network, X, y, at=[0, 50, 200], learning_rate=0.2).shape
    (3, 4, 1)
    """
    if not np.iterable(at):
        raise TypeError(f"at is {at!r}; give a list of steps such as [0, 100, 1000].")
    at = [count(step, "a step in at", least=0) for step in at]
    if not at or at != sorted(at):
        raise ValueError(f"at is {at!r:.80}; give the steps in ascending order, at least one.")
    outputs = []
    for done, step in zip([0, *at], at):
        network.train(X, y, steps=step - done, learning_rate=learning_rate)
        outputs.append(network.predict(X))
    return np.array(outputs)


def _progress(total, unit="step"):
    """Return a progress bar that shows only where somebody watches, and only after a second.

    A terminal can be asked. In a notebook standard error is never a terminal; Jupyter's server sets
    ``JPY_SESSION_NAME`` for the kernels that a person opened, and the programs that re-execute
    notebooks do not.
    """
    if sys.platform == "emscripten":  # there are no threads, and tqdm's monitor is one
        tqdm.monitor_interval = 0
    watched = sys.stderr.isatty() or "JPY_SESSION_NAME" in os.environ
    return tqdm(total=total, unit=unit, delay=1, leave=False, disable=not watched)


def _sizes(sizes):
    if isinstance(sizes, (str, bytes)) or not hasattr(sizes, "__iter__"):
        raise TypeError(f"sizes is {sizes!r}; give a list of whole numbers such as [2, 2, 1].")
    checked = [count(n, "a number in sizes", least=1) for n in sizes]
    if len(checked) < 2:
        raise ValueError(f"sizes is {checked}; give at least two numbers, inputs and outputs.")
    return checked


def _activation(activation):
    if not isinstance(activation, Activation):
        raise TypeError(f"activation is {activation!r}; give an Activation such as nnlib.sigmoid.")
    return activation


def _slopes(slope, activation, layers):
    """Return one function (z, a) -> slope for each layer after the input."""
    given = list(slope) if isinstance(slope, (list, tuple)) else [slope] * layers
    if len(given) != layers:
        raise ValueError(
            f"slope has {len(given)} entries {given}; give one word for all layers or a list "
            f"of {layers}, one for each layer after the input."
        )
    return [_slope(one, activation) for one in given]


def _slope(word, activation):
    if callable(word):
        return word
    if not isinstance(word, str) or word not in SLOPES:
        error = ValueError if isinstance(word, str) else TypeError
        raise error(
            f"slope is {word!r}; give one of {', '.join(map(repr, SLOPES))}, "
            f"or a function of (z, a)."
        )
    if word == "output" and activation.derivative_from_output is None:
        raise ValueError(
            f"slope is 'output', but the output of {activation!r} does not settle its slope; "
            f"give 'input'."
        )
    return SLOPES[word](activation)
