"""The network, compared with the tutorial's loop written out again in plain Python numbers."""

import cmath
import itertools
import math
import re
import sys
import threading
import warnings

import numpy as np
import pytest
from tqdm import tqdm

import nnlib.network
from nnlib import Network, learning_curve, sigmoid, silu, tanh
from nnlib.gradients import numerical_gradient, relative_error

XOR = [[0, 0], [0, 1], [1, 0], [1, 1]], [0, 1, 1, 0]


def logistic(z):
    return 1 / (1 + cmath.exp(-z))


#: f, and each of the words for `slope` as a function of (z, a)
PLAIN = {
    sigmoid: (
        logistic,
        {
            "input": lambda z, a: logistic(z) * (1 - logistic(z)),
            "output": lambda z, a: a * (1 - a),
            "twice": lambda z, a: logistic(a) * (1 - logistic(a)),
        },
    ),
    tanh: (
        cmath.tanh,
        {
            "input": lambda z, a: 1 - cmath.tanh(z) ** 2,
            "output": lambda z, a: 1 - a * a,
            "twice": lambda z, a: 1 - cmath.tanh(a) ** 2,
        },
    ),
}


def forward(W, f, x):
    z, a = [], [[1, *x]]
    for w in W:
        z.append([sum(a[-1][i] * w[i][j] for i in range(len(w))) for j in range(len(w[0]))])
        a.append([f(v) for v in z[-1]])
    return z, a


def one_step(W, f, primes, x, y, rate):
    """Do what the tutorial does for one row, on lists of numbers."""
    z, a = forward(W, f, x)
    out = range(len(y))
    deltas = [[(y[j] - a[-1][j]) * primes[-1](z[-1][j], a[-1][j]) for j in out]]
    for i in range(len(W) - 1, 0, -1):
        back = [sum(d * v for d, v in zip(deltas[0], row, strict=True)) for row in W[i]]
        deltas.insert(0, [b * primes[i - 1](z[i - 1][j], a[i][j]) for j, b in enumerate(back)])
    for i, w in enumerate(W):
        for j in range(len(w)):
            for k in range(len(w[0])):
                w[j][k] += rate * a[i][j] * deltas[i][k]


def plain_loss(W, f, X, Y):
    outputs = [forward(W, f, x)[1][-1] for x in X]
    squares = [
        (t - o) ** 2 for y, out in zip(Y, outputs, strict=True) for t, o in zip(y, out, strict=True)
    ]
    return sum(squares) / 2 / len(X)


def data(sizes, rows=5, seed=7):
    rng = np.random.default_rng(seed)
    return rng.normal(size=(rows, sizes[0])), rng.uniform(size=(rows, sizes[-1]))


def xor_network(activation=tanh, seed=0, **options):
    return Network([2, 2, 1], activation, rng=np.random.default_rng(seed), **options)


ACTIVATIONS = pytest.mark.parametrize("f", [sigmoid, tanh], ids=["sigmoid", "tanh"])
SIZES = pytest.mark.parametrize("sizes", [[2, 2, 1], [3, 4, 2], [1, 1], [2, 3, 2, 2]], ids=str)


@ACTIVATIONS
@SIZES
@pytest.mark.parametrize("slope", ["input", "output", "twice", "mixed", "callables"])
def test_training_is_the_tutorials_loop(f, sizes, slope):
    layers = len(sizes) - 1
    plain, words = PLAIN[f]
    if slope == "mixed":
        slope = ["twice", "output", "input"][:layers]
        primes = [words[word] for word in slope]
    elif slope == "callables":  # functions of both, so that swapped arguments show
        slope = primes = [lambda z, a: 0.2 + 0.1 * z - 0.05 * a] * layers
    else:
        primes = [words[slope]] * layers
    X, Y = data(sizes)
    network = Network(sizes, f, rng=np.random.default_rng(3), slope=slope)
    W = [w.astype(complex).tolist() for w in network.weights]

    twin = np.random.default_rng(3)
    for w in network.weights:
        twin.uniform(size=w.shape)
    network.train(X, Y, steps=300, learning_rate=0.2)
    for row in twin.integers(len(X), size=300):
        one_step(W, plain, primes, X[row], Y[row], 0.2)
    for found, expected in zip(network.weights, W, strict=True):
        np.testing.assert_allclose(found, np.real(expected), rtol=1e-12, atol=1e-12)


@ACTIVATIONS
@SIZES
def test_forward_keeps_every_z_and_a(f, sizes):
    X, Y = data(sizes)
    network = Network(sizes, f, rng=np.random.default_rng(4))
    z, a = network.forward(X)
    for row, x in enumerate(X):
        expected_z, expected_a = forward(network.weights, PLAIN[f][0], x)
        for layer, expected in zip([*z, *a], [*expected_z, *expected_a], strict=True):
            np.testing.assert_allclose(layer[row], np.real(expected), rtol=1e-13, atol=1e-15)
    np.testing.assert_array_equal(network.predict(X), a[-1])
    assert network.loss(X, Y) == pytest.approx(
        plain_loss(network.weights, PLAIN[f][0], X, Y).real, rel=1e-13
    )


@ACTIVATIONS
@SIZES
@pytest.mark.parametrize("slope", ["input", "output"])
def test_gradient_is_the_derivative_of_the_loss(f, sizes, slope):
    """To all digits, by complex steps through the plain loss; and by differences of `loss`."""
    X, Y = data(sizes)
    network = Network(sizes, f, rng=np.random.default_rng(5), slope=slope)
    start = [w.copy() for w in network.weights]
    found = network.gradient(X, Y)
    for i, w in enumerate(start):
        by_step = np.empty_like(w)
        for index in np.ndindex(w.shape):
            moved = [v.astype(complex) for v in start]
            moved[i][index] += 1e-100j
            by_step[index] = plain_loss(moved, PLAIN[f][0], X, Y).imag / 1e-100

        def loss(w, i=i):
            network.weights = [*start[:i], w, *start[i + 1 :]]
            return network.loss(X, Y)

        np.testing.assert_allclose(found[i], by_step, rtol=1e-11, atol=1e-14)
        np.testing.assert_allclose(found[i], numerical_gradient(loss, w), rtol=1e-6, atol=1e-9)


@ACTIVATIONS
def test_twice_is_not_the_gradient(f):
    """What the book is about: a gradient check can't miss the bug."""
    right, bug = (xor_network(f, slope=slope).gradient(*XOR) for slope in ("input", "twice"))
    for r, b in zip(right, bug, strict=True):
        assert relative_error(r, b).max() > 1e-2


@ACTIVATIONS
def test_gradient_and_reading_change_nothing(f):
    network = xor_network(f)
    weights, state = [w.copy() for w in network.weights], network.rng.bit_generator.state
    network.gradient(*XOR), network.loss(*XOR), network.predict(XOR[0])
    assert network.rng.bit_generator.state == state
    for w, before in zip(network.weights, weights, strict=True):
        np.testing.assert_array_equal(w, before)


def test_first_weights_have_the_tutorials_shapes_and_fill_minus_one_to_one():
    drawn = [xor_network(seed=seed).weights for seed in range(100)]
    assert [w.shape for w in drawn[0]] == [(3, 3), (3, 1)]
    for layer in zip(*drawn, strict=True):
        values = np.ravel(layer)
        assert -1 <= values.min() < -0.95
        assert 0.95 < values.max() < 1
        assert abs(values.mean()) < 0.1
        assert abs(values.std() - 3**-0.5) < 0.05


@pytest.mark.parametrize("parts", [(500, 500), (1, 999, 501), (0, 1001)], ids=str)
def test_training_goes_on_as_if_never_stopped(parts):
    at_once, in_parts = xor_network(), xor_network()
    at_once.train(*XOR, steps=sum(parts), learning_rate=0.2)
    for steps in parts:
        in_parts.train(*XOR, steps=steps, learning_rate=0.2)
    for one, other in zip(at_once.weights, in_parts.weights, strict=True):
        np.testing.assert_array_equal(one, other)


def test_column_and_flat_targets_are_the_same():
    flat, column = xor_network(), xor_network()
    flat.train(*XOR, steps=50, learning_rate=0.2)
    column.train(XOR[0], np.reshape(XOR[1], (4, 1)), steps=50, learning_rate=0.2)
    np.testing.assert_array_equal(flat.predict(XOR[0]), column.predict(XOR[0]))


def test_the_right_slope_learns_xor_and_the_bug_lies_down_at_one_half():
    outputs = {}
    for slope in ("input", "twice"):
        network = xor_network(sigmoid, seed=0, slope=slope)
        network.train(*XOR, steps=10_000, learning_rate=1.0)
        outputs[slope] = network.predict(XOR[0]).ravel()
    assert np.abs(outputs["input"] - XOR[1]).max() < 0.1
    assert np.abs(outputs["twice"] - 0.5).max() < 0.1


def test_assigned_weights_are_copies():
    network = xor_network()
    mine = [np.ones((3, 3)), np.ones((3, 1))]
    network.weights = mine
    network.train(*XOR, steps=10, learning_rate=0.2)
    np.testing.assert_array_equal(mine[0], np.ones((3, 3)))
    network.weights = mine
    mine[0][:] = 5
    np.testing.assert_array_equal(network.weights[0], np.ones((3, 3)))


X, Y = XOR
GOOD = {"steps": 5, "learning_rate": 0.2}
NAN = math.nan


def assign(network, weights):
    network.weights = weights


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda n: n.train([0, 1], [1], **GOOD), ValueError, r"X.*\(2,\)"),
        (lambda n: n.train([[0, 1, 2]], [1], **GOOD), ValueError, r"X.*\(1, 3\)"),
        (lambda n: n.train(np.empty((0, 2)), [], **GOOD), ValueError, r"X.*\(0, 2\)"),
        (lambda n: n.train([[0, NAN]], [1], **GOOD), ValueError, r"X holds nan at \(0, 1\)"),
        (lambda n: n.train([[0, "a"]], [1], **GOOD), TypeError, r"X.*'a'"),
        (lambda n: n.train([["0", "1"]], [1], **GOOD), TypeError, r"X.*'0'"),
        (lambda n: n.train(np.array([[0, 1j]]), [1], **GOOD), TypeError, "X.*complex"),
        (lambda n: n.train(None, [1], **GOOD), TypeError, "X is None"),
        (lambda n: n.train([[0, 1], [1]], [1, 0], **GOOD), TypeError, r"X.*\[\[0, 1\], \[1\]\]"),
        (lambda n: n.train(X, [0, 1, 1], **GOOD), ValueError, r"y.*\(3,\)"),
        (lambda n: n.train(X, [[0, 1, 1, 0]], **GOOD), ValueError, r"y.*\(1, 4\)"),
        (lambda n: n.train(X, [0, 1, 1, math.inf], **GOOD), ValueError, r"y holds inf at \(3,\)"),
        (lambda n: n.train(X, Y, steps=-1, learning_rate=0.2), ValueError, "steps is -1"),
        (lambda n: n.train(X, Y, steps=1.5, learning_rate=0.2), TypeError, "steps is 1.5"),
        (lambda n: n.train(X, Y, steps="5", learning_rate=0.2), TypeError, "steps is '5'"),
        (lambda n: n.train(X, Y, steps=5, learning_rate=0), ValueError, "learning_rate is 0"),
        (lambda n: n.train(X, Y, steps=5, learning_rate=-1), ValueError, "learning_rate is -1"),
        (lambda n: n.train(X, Y, steps=5, learning_rate=NAN), ValueError, "learning_rate is nan"),
        (lambda n: n.train(X, Y, steps=5, learning_rate=None), TypeError, "learning_rate is None"),
        (lambda n: n.train(X, Y, steps=5, learning_rate="x"), TypeError, "learning_rate is 'x'"),
        (lambda n: n.predict([[1, 2, 3]]), ValueError, r"X.*\(1, 3\)"),
        (lambda n: n.forward([0, 1]), ValueError, r"X.*\(2,\)"),
        (lambda n: n.loss(X, [0]), ValueError, r"y.*\(1,\)"),
        (lambda n: n.gradient(X, [0]), ValueError, r"y.*\(1,\)"),
        (lambda n: assign(n, [np.ones((2, 3)), np.ones((3, 1))]), ValueError, r"\(2, 3\)"),
        (lambda n: assign(n, [np.ones((3, 3))]), ValueError, r"\[\(3, 3\)\]"),
        (lambda n: assign(n, [np.ones((3, 3)), [[1], [NAN], [1]]]), ValueError, r"nan at \(1, 0\)"),
        (lambda n: assign(n, ["ab", np.ones((3, 1))]), TypeError, "weights.*'ab'"),
        (lambda n: assign(n, None), TypeError, "weights is None"),
        (lambda n: learning_curve(n, X, Y, at=5, learning_rate=0.2), TypeError, "at is 5"),
        (lambda n: learning_curve(n, X, Y, at=[], learning_rate=0.2), ValueError, r"at is \[\]"),
        (
            lambda n: learning_curve(n, X, Y, at=[2, 1], learning_rate=0.2),
            ValueError,
            r"at is \[2, 1\]",
        ),
        (lambda n: learning_curve(n, X, Y, at=[1, -1], learning_rate=0.2), ValueError, "at is -1"),
        (lambda n: learning_curve(n, X, Y, at=[1, 2.5], learning_rate=0.2), TypeError, "is 2.5"),
        (lambda n: learning_curve(n, X, Y, at=[0], learning_rate=-1), ValueError, "is -1"),
    ],
)
def test_wrong_input_is_named_and_changes_nothing(call, error, words):
    network = xor_network()
    weights, state = [w.copy() for w in network.weights], network.rng.bit_generator.state
    with pytest.raises(error, match=words):
        call(network)
    assert network.rng.bit_generator.state == state
    for w, before in zip(network.weights, weights, strict=True):
        np.testing.assert_array_equal(w, before)


@pytest.mark.parametrize(
    ("arguments", "error", "words"),
    [
        ({"sizes": [2]}, ValueError, r"sizes is \[2\]"),
        ({"sizes": [2, 0, 1]}, ValueError, "sizes is 0"),
        ({"sizes": [2, 2.5, 1]}, TypeError, "sizes is 2.5"),
        ({"sizes": 3}, TypeError, "sizes is 3"),
        ({"sizes": "221"}, TypeError, "sizes is '221'"),
        ({"activation": "tanh"}, TypeError, "activation is 'tanh'"),
        ({"activation": np.tanh}, TypeError, "activation is <ufunc 'tanh'>"),
        ({"rng": 0}, TypeError, "rng is 0"),
        ({"rng": np.random.RandomState(0)}, TypeError, "rng is RandomState"),
        ({"slope": "both"}, ValueError, "slope is 'both'.*'input', 'output', 'twice'"),
        ({"slope": ["input"]}, ValueError, r"1 entries \['input'\]"),
        ({"slope": None}, TypeError, "slope is None"),
        ({"slope": [["input"], "input"]}, TypeError, r"slope is \['input'\]"),
        ({"slope": ["input", "both"]}, ValueError, "slope is 'both'"),
    ],
    # The same in each run: no address, and no backslash, which pytest would escape each time.
    ids=lambda value: str(value).partition(" at 0x")[0].replace("\\", ""),
)
def test_a_network_that_cannot_be_is_named_and_draws_nothing(arguments, error, words):
    rng = np.random.default_rng(0)
    state = rng.bit_generator.state
    with pytest.raises(error, match=words):
        Network(**{"sizes": [2, 2, 1], "activation": tanh, "rng": rng, **arguments})
    assert rng.bit_generator.state == state


def test_a_wrong_shape_is_told_which_one_is_right():
    rng = np.random.default_rng(0)
    one, two = Network([3, 4, 1], tanh, rng=rng), Network([3, 4, 2], tanh, rng=rng)
    rows = np.zeros((5, 3))
    with pytest.raises(ValueError, match=r"\(5, 2\); this network needs \(rows, 3\) with at least"):
        one.predict(rows[:, :2])
    with pytest.raises(TypeError, match=r"^X is '5'"):
        one.predict("5")
    with pytest.raises(ValueError, match=r"it must be \(5, 1\) or \(5,\)\.$"):
        one.loss(rows, np.zeros((5, 2)))
    with pytest.raises(ValueError, match=r"it must be \(5, 2\)\.$"):
        two.loss(rows, np.zeros(5))


def test_a_slope_that_the_output_does_not_settle_is_refused_and_the_other_taken():
    rng = np.random.default_rng(0)
    Network([2, 1], silu, slope="input", rng=rng)
    with pytest.raises(ValueError, match=r"output of nnlib\.silu does not settle .* give 'input'"):
        Network([2, 1], silu, slope="output", rng=rng)


def test_a_slope_may_warn_of_what_it_likes():
    def slope(z, a):
        warnings.warn("out of its depth", UserWarning, stacklevel=2)
        return 0.1

    with pytest.warns(UserWarning, match="out of its depth"):
        xor_network(slope=slope).train(*XOR, steps=1, learning_rate=0.2)


def test_overflow_is_an_error_and_the_last_finite_weights_stay():
    """It happens after a thousand steps, so the weights put back are not just the first ones."""
    calls = itertools.count()  # two in each step, one for each layer
    network = xor_network(slope=lambda z, a: 1e300 if next(calls) > 3000 else 0.1)
    twin = xor_network(slope=lambda z, a: 0.1)
    twin.train(*XOR, steps=1000, learning_rate=0.2)
    with pytest.raises(FloatingPointError, match=r"between step 1000 and 2000.* 0\.2\b"):
        network.train(*XOR, steps=5000, learning_rate=0.2)
    for w, expected in zip(network.weights, twin.weights, strict=True):
        np.testing.assert_array_equal(w, expected)


def test_weights_are_kept_where_numpy_is_told_to_raise():
    network = xor_network(slope=lambda z, a: 1e300)
    before = [w.copy() for w in network.weights]
    with np.errstate(all="raise"), pytest.raises(FloatingPointError, match="between step 0"):
        network.train(*XOR, steps=10, learning_rate=0.2)
    for w, expected in zip(network.weights, before, strict=True):
        np.testing.assert_array_equal(w, expected)


@pytest.mark.parametrize("weight", [-1000.0, 1000.0])
def test_a_saturated_sigmoid_is_no_fault_also_where_numpy_is_strict(weight):
    """Far out, exp(−z) is too large or too small for a float on its way to the right 0 or 1."""
    network = xor_network(sigmoid)
    network.weights = [np.full((3, 3), weight), np.ones((3, 1))]
    with np.errstate(all="raise"):
        hidden, output = network.forward(XOR[0])[1][1:]
        loss = network.loss(*XOR)
        gradient = network.gradient(*XOR)
    np.testing.assert_array_equal(hidden, np.full((4, 3), weight > 0))
    assert loss == pytest.approx(np.mean((output.ravel() - XOR[1]) ** 2) / 2)
    assert np.isfinite(gradient[0]).all()
    network.train(*XOR, steps=10, learning_rate=0.2)  # without a warning


def test_learning_curve_records_what_predict_says_on_the_way():
    curve = learning_curve(xor_network(), *XOR, at=[0, 7, 7, 1500], learning_rate=0.2)
    assert curve.shape == (4, 4, 1)
    for outputs, steps in zip(curve, [0, 7, 7, 1500], strict=True):
        network = xor_network()
        network.train(*XOR, steps=steps, learning_rate=0.2)
        np.testing.assert_array_equal(outputs, network.predict(XOR[0]))


@pytest.fixture
def _bar_of_its_own(monkeypatch):
    """Give tqdm no thread and a lock of its own: shared ones block when mutmut forks."""
    monkeypatch.setattr(tqdm, "monitor_interval", 0)
    monkeypatch.setattr(tqdm, "_lock", threading.RLock(), raising=False)


@pytest.mark.usefixtures("_bar_of_its_own")
@pytest.mark.parametrize("watched", ["by nobody", "in Jupyter", "in a terminal"])
def test_progress_shows_only_where_somebody_watches(watched, monkeypatch, capsys):
    """The delay of a second is taken away, so that even a short run shows its progress."""
    monkeypatch.setattr(nnlib._progress, "tqdm", lambda **options: tqdm(**{**options, "delay": 0}))
    monkeypatch.delenv("JPY_SESSION_NAME", raising=False)
    if watched == "in Jupyter":
        monkeypatch.setenv("JPY_SESSION_NAME", "chapter.ipynb")
    monkeypatch.setattr(sys.stderr, "isatty", lambda: watched == "in a terminal")
    xor_network().train(*XOR, steps=10, learning_rate=0.2)
    out, err = capsys.readouterr()
    assert out == ""
    assert "\n" not in err  # the bar goes away at the end
    assert bool(re.search(r"0/10 .*\dstep/s|0/10 .*\?step/s", err)) == (watched != "by nobody")


def test_a_gradient_too_small_for_a_float_is_zero_also_where_numpy_is_strict():
    network = Network([1, 1, 1], sigmoid, rng=np.random.default_rng(0))
    network.weights = [np.full_like(W, -100.0) for W in network.weights]
    with np.errstate(all="raise"):
        first, _ = network.gradient([[7.0]], [0.5])
    assert np.abs(first).max() < 1e-300


@pytest.mark.parametrize(("platform", "interval"), [("emscripten", 0), ("linux", 10)])
def test_progress_starts_no_thread_in_a_browser(platform, interval, monkeypatch):
    """A browser has no threads, so `tqdm` would fail to start its monitor."""
    monkeypatch.setattr(tqdm, "monitor_interval", 10)
    monkeypatch.setattr(sys, "platform", platform)
    xor_network().train(*XOR, steps=1, learning_rate=0.2)
    assert tqdm.monitor_interval == interval


@pytest.mark.usefixtures("_bar_of_its_own")
def test_a_short_run_shows_no_progress(monkeypatch, capsys):
    monkeypatch.setenv("JPY_SESSION_NAME", "chapter.ipynb")
    xor_network().train(*XOR, steps=1, learning_rate=0.2)
    assert capsys.readouterr() == ("", "")
