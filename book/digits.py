"""The digits of chapter 8: a network that reads them, the experiments with it, and their tables.

The chapter's pages import it. Run as a program, ``python book/digits.py``, it trains all the
networks of the chapter's tables, which takes several minutes, and stores how many test images they
read correctly in ``data/digits-results.json``.

The letters are the book's: z before the activation function, a after it, delta for the error
signal, and rows of weights for what comes in. Two things differ from `nnlib.Network`. Every layer
has its bias: the first row of its weights, which belongs to a constant 1. And a step takes a batch
of rows, ten here, and goes along the mean of their gradients.
"""

import json
from functools import cache, partial
from itertools import pairwise
from pathlib import Path

import numpy as np

from nnlib import sigmoid
from nnlib.slopes import slopes

DATA = Path(__file__).parent / "data"
IMAGES = DATA / "digits.csv.gz"
RESULTS = DATA / "digits-results.json"

TRAINING = 1400  # images to train on; the other 397 are for the test
RATE, BATCH, EPOCHS = 0.5, 10, 30
PLATEAU_RATE = 1.39  # about 0.5 σ′(0.1) / (0.1 · 0.9), as the chapter explains
ADAM_RATES = [0.001, 0.003, 0.01]

#: Inputs, hidden layers of 30 units, outputs.
SIZES = {
    "64-30-10": [64, 30, 10],
    "64-30-30-10": [64, 30, 30, 10],
    "64-30-30-30-10": [64, 30, 30, 30, 10],
}


@cache
def load():
    """Return the images, one a row, with pixels from 0 to 1, and the digit that each shows."""
    table = np.loadtxt(IMAGES, delimiter=",")
    return table[:, :-1] / 16, table[:, -1].astype(int)


def one_hot(digits):
    """Return the targets: for each digit a row of ten numbers, 1 in its place and 0 elsewhere."""
    return np.eye(10)[digits]


def split(rng):
    """Return (X, Y, X_test, digits_test): 1,400 images at random to train on, and the others."""
    images, digits = load()
    order = rng.permutation(len(images))
    train, test = order[:TRAINING], order[TRAINING:]
    return images[train], one_hot(digits[train]), images[test], digits[test]


def squared_error(z, a, Y):
    """Return half the squared error, summed over the outputs, for each row."""
    return 0.5 * ((Y - a) ** 2).sum(axis=1)


def cross_entropy(z, a, Y):
    """Return −y ln a − (1 − y) ln(1 − a), summed over the outputs, for each row.

    It is computed from z, as ln(1 + exp(z)) − y z, because ln(1 − a) loses its digits where a is
    close to 1.
    """
    return (np.logaddexp(0, z) - Y * z).sum(axis=1)


class Adam:
    """The direction in which Adam steps, with the usual constants.

    For every weight it keeps two running means: m of the gradient, and v of the gradient's square.
    The direction is m/√v, so a constant factor on the gradient cancels, except for ε. Both means
    start at 0; dividing by 1 − βᵗ after t steps makes up for that.

    References
    ----------
    arXiv:1412.6980, the paper of 2015 that introduces Adam.

    Examples
    --------
    >>> import digits
    >>> adam = digits.Adam()
    >>> [float(step[0].round(3)) for step in adam([np.array([4.0]), np.array([-0.04])])]
    [1.0, -1.0]
    """

    def __init__(self, beta1=0.9, beta2=0.999, epsilon=1e-8):
        self.beta1, self.beta2, self.epsilon = beta1, beta2, epsilon
        self.t, self.m, self.v = 0, None, None

    def __call__(self, gradient):
        """Take in the gradient, a list of arrays, and return the direction, likewise."""
        if self.t == 0:
            self.m = [np.zeros_like(G) for G in gradient]
            self.v = [np.zeros_like(G) for G in gradient]
        self.t += 1
        for m, v, G in zip(self.m, self.v, gradient):
            m += (1 - self.beta1) * (G - m)
            v += (1 - self.beta2) * (G**2 - v)
        unbias1, unbias2 = 1 - self.beta1**self.t, 1 - self.beta2**self.t
        return [m / unbias1 / (np.sqrt(v / unbias2) + self.epsilon) for m, v in zip(self.m, self.v)]


class DigitsNetwork:
    """A network with sigmoid in every layer, trained on batches.

    Parameters
    ----------
    sizes : list of int
        Inputs, units in each hidden layer, outputs.
    hidden : str or callable
        The slope in the hidden layers: ``"output"`` is right, from a; ``"twice"`` is the bug. Or a
        function of (z, a).
    output : str or callable
        The slope in the output layer, likewise, for the squared error. ``"cross-entropy"``
        changes the loss instead, and with it the slope becomes 1.
    optimiser : callable, optional
        `Adam`, or whatever makes an object that turns each gradient into a direction. Without one,
        a step follows the gradient itself.
    rng : numpy.random.Generator
        Draws the first weights, from a normal distribution with variance 1 / fan_in, and later the
        batches. The biases start at 0.
    """

    def __init__(self, sizes, *, hidden="output", output="output", optimiser=None, rng):
        self.rng = rng
        self.weights = []
        for fan_in, fan_out in pairwise(sizes):
            W = rng.normal(0, fan_in**-0.5, size=(fan_in, fan_out))
            self.weights.append(np.vstack([np.zeros(fan_out), W]))
        if output == "cross-entropy":
            self.error, output = cross_entropy, constant(1)
        else:
            self.error = squared_error
        words = [hidden] * (len(sizes) - 2) + [output]
        self.slopes = slopes(words, sigmoid, layers=len(words))
        self.direction = optimiser() if optimiser else iter

    def forward(self, X):
        """Return z and a of every layer; a starts with the input."""
        z, a = [], [X]
        with np.errstate(over="ignore"):  # of exp, on its way to a right 0
            for W in self.weights:
                z.append(W[0] + a[-1] @ W[1:])
                a.append(sigmoid.compute(z[-1]))
        return z, a

    def loss(self, X, Y):
        """Return the mean error over the rows."""
        z, a = self.forward(X)
        return self.error(z[-1], a[-1], Y).mean()

    def gradient(self, X, Y):
        """Return what backpropagation takes for the gradient of `loss`, layer by layer."""
        z, a = self.forward(X)
        delta = (Y - a[-1]) * self.slopes[-1](z[-1], a[-1])
        gradient = []
        for layer in reversed(range(len(self.weights))):
            downhill = np.vstack([delta.sum(axis=0), a[layer].T @ delta])
            gradient.insert(0, -downhill / len(X))
            if layer > 0:
                back = delta @ self.weights[layer][1:].T
                delta = back * self.slopes[layer - 1](z[layer - 1], a[layer])
        return gradient

    def train_epoch(self, X, Y, learning_rate=RATE):
        """Take one step for each batch of ten rows, in a new random order."""
        order = self.rng.permutation(len(X))
        for rows in order.reshape(-1, BATCH):
            gradient = self.gradient(X[rows], Y[rows])
            for W, G in zip(self.weights, self.direction(gradient)):
                W -= learning_rate * G

    def read(self, X):
        """Return the digit that the network reads in each row: the place of its largest output."""
        return self.forward(X)[1][-1].argmax(axis=1)


def constant(c):
    """Return a slope that is c everywhere."""
    return lambda z, a: c


def train(name, *, seed, learning_rate=RATE, epochs=EPOCHS, **slopes):
    """Train a network of ``SIZES[name]``; return it with its right answers after each epoch.

    The seed decides everything that is drawn, in this order: the split, the weights, the batches.
    So two networks of one size with one seed start from the same weights, see the same batches
    and are tested on the same images.
    """
    rng = np.random.default_rng(seed)
    X, Y, X_test, digits_test = split(rng)
    network = DigitsNetwork(SIZES[name], rng=rng, **slopes)
    correct = []
    for _ in range(epochs):
        network.train_epoch(X, Y, learning_rate)
        correct.append(int((network.read(X_test) == digits_test).sum()))
    return network, correct


#: The networks of the tables: what is passed to `DigitsNetwork`.
NETWORKS = {
    "right": {"hidden": "output", "output": "output"},
    "twice in all layers": {"hidden": "twice", "output": "twice"},
    "twice in hidden layers": {"hidden": "twice", "output": "output"},
    "twice in output layer": {"hidden": "output", "output": "twice"},
    "cross-entropy": {"hidden": "output", "output": "cross-entropy"},
    "cross-entropy, twice in hidden": {
        "hidden": "twice",
        "output": "cross-entropy",
    },
}

#: The same with Adam.
ADAM = {
    f"{name}, Adam": {**NETWORKS[name], "optimiser": Adam}
    for name in ["right", "twice in all layers", "twice in output layer", "cross-entropy"]
}

#: And where v remembers some 10 steps instead of 1,000.
FORGETFUL = {
    f"{name}, Adam 0.9": {**NETWORKS[name], "optimiser": partial(Adam, beta2=0.9)}
    for name in ["right", "twice in output layer"]
}

NETWORKS |= ADAM | FORGETFUL

#: Where the bug can be, in the order of the tables.
PLACES = [
    "right",
    "twice in hidden layers",
    "twice in output layer",
    "twice in all layers",
]

#: The epochs that the tables show.
CHECKPOINTS = np.array([1, 5, 30])

T95 = 2.262  # Student's t for ten seeds: 97.5 percent, 9 degrees of freedom


def experiments():
    """Return every experiment as (size, network, learning rate, number of seeds), once each."""
    sizes, quarter = list(SIZES), RATE / 4
    plain = [name for name in NETWORKS if name not in ADAM | FORGETFUL]
    squared = [name for name in plain if "cross" not in name]
    table = [(size, name, RATE, 10) for size in sizes for name in [*squared, "cross-entropy"]]
    table += [(size, name, quarter, 10) for size in sizes for name in plain if "cross" in name]
    rates = [0.25, 0.5, 1, 2, 4, 8]
    names = ["right", "twice in all layers", "cross-entropy"]
    sweep = [(size, name, rate, 5) for size in sizes[::2] for name in names for rate in rates]
    sweep.append((sizes[-1], "right", PLATEAU_RATE, 10))
    done = {experiment[:3] for experiment in table}
    adam = [(size, name, rate, 10) for size in sizes[::2] for name in ADAM for rate in ADAM_RATES]
    adam += [(sizes[-1], name, ADAM_RATES[0], 10) for name in FORGETFUL]
    return table + [one for one in sweep if one[:3] not in done] + adam


def stored(size, network, learning_rate=RATE):
    """Return the stored test accuracies in percent: an array (seeds, epochs)."""
    for result in _results():
        if result["experiment"] == [size, network, learning_rate]:
            images = len(load()[0]) - TRAINING
            return np.array(result["correct"]) * 100 / images
    raise KeyError(f"nothing is stored for {size}, {network!r} at rate {learning_rate}")


@cache
def _results():
    return json.loads(RESULTS.read_text(encoding="utf-8"))["results"]


def header(size, width=24):
    """Print the first line of a table: the size, and above each column its epoch.

    Parameters
    ----------
    size : str
    width : int
        Of the column of names, below the size.
    """
    print(f"{size:{width}s}    1 epoch      5 epochs     30 epochs")


def after(size, network, learning_rate=RATE):
    """Return a row of a table: the accuracies after 1, 5 and 30 epochs.

    Parameters
    ----------
    size, network, learning_rate
        Of a stored experiment, as `stored` takes them.

    Returns
    -------
    str
        Mean ± standard deviation of the seeds, in percent.

    Examples
    --------
    >>> import digits
    >>> digits.after("64-30-10", "right")
    '21.0 ±  7.4   78.1 ±  4.7   96.0 ±  1.2'
    """
    percent = stored(size, network, learning_rate)[:, CHECKPOINTS - 1]
    pairs = zip(percent.mean(axis=0), percent.std(axis=0, ddof=1))
    return "   ".join(f"{mean:4.1f} ± {sd:4.1f}" for mean, sd in pairs)


def draw(ax, size, network, learning_rate=RATE, **line):
    """Draw the mean accuracy of the seeds after each epoch, in a band of ± one standard deviation.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
    size, network, learning_rate
        Of a stored experiment, as `stored` takes them.
    **line
        How the line looks, as `ax.plot` takes it.

    Returns
    -------
    float
        The last mean, in percent: where the line ends.
    """
    runs = stored(size, network, learning_rate)
    epochs = np.arange(1, EPOCHS + 1)
    mean, sd = runs.mean(axis=0), runs.std(axis=0, ddof=1)
    (curve,) = ax.plot(epochs, mean, **line)
    high = np.minimum(mean + sd, 100)
    ax.fill_between(epochs, mean - sd, high, color=curve.get_color(), alpha=0.2, linewidth=0)
    return mean[-1]


def lead(size, ahead, behind, epoch, learning_rate=RATE):
    """Print by how many points one network leads another, seed by seed.

    After ± comes half the width of the 95 percent interval of the mean lead.

    Parameters
    ----------
    size : str
    ahead, behind : str
        Two networks with ten stored seeds each at this learning rate.
    epoch : int
    learning_rate : float

    Examples
    --------
    >>> import digits
    >>> digits.lead("64-30-10", "twice in all layers", "right", 5)
    64-30-10          5     11.2 ±  2.9   ahead in 10 of 10
    """
    a, b = (stored(size, name, learning_rate)[:, epoch - 1] for name in (ahead, behind))
    d = a - b
    half = T95 * d.std(ddof=1) / len(d) ** 0.5
    wins = f"ahead in {(d > 0).sum():2d} of {len(d)}"
    print(f"{size:15s} {epoch:3d}   {d.mean():6.1f} ± {half:4.1f}   {wins}")


def main():
    """Train all networks and store what they got right."""
    lines = []
    for number, (size, name, rate, seeds) in enumerate(wanted := experiments(), start=1):
        slopes = NETWORKS[name]
        runs = [train(size, seed=s, learning_rate=rate, **slopes)[1] for s in range(seeds)]
        lines.append(json.dumps({"experiment": [size, name, rate], "correct": runs}))
        percent = np.mean(runs, axis=0)[-1] * 100 / (len(load()[0]) - TRAINING)
        print(
            f"{number}/{len(wanted)} {size}, {name}, rate {rate:g}: {percent:.1f} %",
            flush=True,
        )
    setup = {
        "training": TRAINING,
        "batch": BATCH,
        "epochs": EPOCHS,
        "numpy": np.__version__,
    }
    text = f'{{"setup": {json.dumps(setup)},\n"results": [\n' + ",\n".join(lines) + "\n]}\n"
    RESULTS.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
