"""One network, written to be read beside chapter 4 of the book.

The names are the chapter's: z for a pre-activation, a for an activation, W for weights, delta for
the error signal. The numbers in the comments are those of its equations. Only one thing is shifted:
Python counts from 0, so ``weights[0]`` is the chapter's W₁ and ``z[0]`` its z₁, while ``a[0]`` is
the input, a₀, in both.
"""

import warnings
from itertools import pairwise

import numpy as np

from nnlib._checks import finite, generator, positive, whole
from nnlib._progress import progress
from nnlib.slopes import slopes

__all__ = ["Network", "learning_curve"]

_CHUNK = 1000  # steps between two updates of the progress bar and two looks at the weights


class Network:
    """A fully connected network, trained by gradient descent on one random row at a time.

    It follows the tutorial that the book examines. A column of ones is put before the columns of X,
    but not before a hidden layer. Each hidden layer gets one unit more than `sizes` says, which
    learns like the others: ``[2, 2, 1]`` has three hidden units, and its output has no bias.
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
        a. ``"twice"`` is the bug: the derivative that wants z gets a. For anything else, give a
        function ``(z, a) -> slope``.

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
        self.activation = activation
        self._slopes = slopes(slope, activation, layers=len(self.sizes) - 1)
        self.rng = generator(rng)
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
        with np.errstate(over="ignore", under="ignore"):  # of exp, on its way to a right 0
            return self._forward(self._inputs(X))

    def _forward(self, a0):
        z, a = [], [a0]
        for W in self._weights:
            z.append(a[-1].dot(W))  # (4.1)
            a.append(self.activation.compute(z[-1]))  # (4.2)
        return z, a

    def _backward(self, z, a, y):
        """Return −∂E/∂W of each layer, E being the error (4.3) summed over the rows.

        delta is −∂E/∂z, (4.4). The sum over paths in (4.6) is the matrix product in (4.7).
        """
        W, slope = self._weights, self._slopes
        delta = (y - a[-1]) * slope[-1](z[-1], a[-1])  # (4.5)
        downhill = [a[-2].T.dot(delta)]  # (4.8)
        for l in reversed(range(1, len(W))):
            delta = delta.dot(W[l].T) * slope[l - 1](z[l - 1], a[l])  # (4.7)
            downhill.insert(0, a[l - 1].T.dot(delta))  # (4.8)
        return downhill

    def _step(self, a0, y, rate):
        z, a = self._forward(a0)
        for W, downhill in zip(self._weights, self._backward(z, a, y)):
            W += rate * downhill  # (4.9)

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
        with np.errstate(over="ignore", under="ignore"):
            _, a = self._forward(a0)
        return float(0.5 * np.sum((Y - a[-1]) ** 2) / len(Y))

    def gradient(self, X, y):
        """Return backpropagation's gradient of `loss`, which is right if `slope` is.

        Parameters
        ----------
        X : array_like, shape (rows, features)
        y : array_like, shape (rows, outputs), or (rows,) for a network with one output

        Returns
        -------
        list of ndarray, in the shapes of `weights`
        """
        a0, Y = self._rows(X, y)
        with np.errstate(over="ignore", under="ignore"):
            downhill = self._backward(*self._forward(a0), Y)
        return [-step / len(Y) for step in downhill]

    def train(self, X, y, *, steps, learning_rate):
        """Take gradient steps in place, each on one row drawn at random with replacement.

        Training goes on from the present weights: two calls with 500 steps do what one with 1,000
        does. In a terminal or in Jupyter, a long run shows its progress.

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
            If the weights stop being finite; they are set back to finite ones from at most 1,000
            steps before.
        """
        a0, Y = self._rows(X, y)
        steps = whole(steps, "steps", least=0)
        # An array, not a Python number, for the reason given in nnlib.activations.
        rate = np.array(positive(learning_rate, "learning_rate"))
        rows = [(a0[i : i + 1], Y[i : i + 1]) for i in range(len(Y))]
        # Silenced here, since numpy.errstate would slow every operation in the loop: exp may
        # overflow on its way to a right 0, and lost weights are reported below.
        with progress(steps) as bar, warnings.catch_warnings():
            warnings.simplefilter("ignore", RuntimeWarning)
            for done in range(0, steps, _CHUNK):
                before = [W.copy() for W in self._weights]
                chunk = min(_CHUNK, steps - done)
                drawn = self.rng.integers(len(rows), size=chunk).tolist()
                try:
                    for i in drawn:
                        self._step(*rows[i], rate)
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
        After how many steps to record, in ascending order, from 0 on. Training ends at the last.
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
    at = [whole(step, "a step in at", least=0) for step in at]
    if not at or at != sorted(at):
        raise ValueError(f"at is {at!r:.80}; give the steps in ascending order, at least one.")
    outputs = []
    for done, step in zip([0, *at], at):
        network.train(X, y, steps=step - done, learning_rate=learning_rate)
        outputs.append(network.predict(X))
    return np.array(outputs)


def _sizes(sizes):
    if isinstance(sizes, (str, bytes)) or not hasattr(sizes, "__iter__"):
        raise TypeError(f"sizes is {sizes!r}; give a list of whole numbers such as [2, 2, 1].")
    checked = [whole(n, "a number in sizes", least=1) for n in sizes]
    if len(checked) < 2:
        raise ValueError(f"sizes is {checked}; give at least two numbers, inputs and outputs.")
    return checked
