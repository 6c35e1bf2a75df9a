"""gradient_check: for a network and for any function, and the layer that it names."""

import collections
import copy
import functools
import inspect
import itertools
import math
import re
import types

import numpy as np
import pytest

from nnlib import Network, relu, sigmoid, tanh
from nnlib._measure import Loss
from nnlib.gradients import GradientCheck, check_network, gradient_check, gradient_from_step
from nnlib.more_activations import ACTIVATIONS

X, Y = [[0, 0], [0, 1], [1, 0], [1, 1]], [0, 1, 1, 0]


def network(activation=sigmoid, slope="input", sizes=(2, 3, 3, 1)):
    return Network(sizes, activation, rng=np.random.default_rng(0), slope=slope)


@pytest.mark.parametrize("f", ACTIVATIONS.values(), ids=ACTIVATIONS)
@pytest.mark.parametrize("slope", ["input", "output"])
def test_a_right_network_passes(f, slope):
    if slope == "output" and f.derivative_from_output is None:
        slope = "input"
    check = check_network(network(f, slope), X, Y)
    assert check.ok, str(check)
    assert "wrong" not in str(check)
    assert "off" not in str(check)


@pytest.mark.parametrize(
    ("slope", "wrong", "start"),
    [
        ("twice", [1, 2, 3], "Start with layer 3"),
        (["twice", "input", "input"], [1], "Layer 1 is farthest off."),
        (["input", "twice", "input"], [1, 2], "Start with layer 2"),
        (["input", "input", "twice"], [1, 2, 3], "Start with layer 3"),
    ],
)
def test_the_bug_is_found_in_its_layer(slope, wrong, start):
    check = check_network(network(slope=slope), X, Y)
    assert not check.ok
    assert [i for i, e in enumerate(check.errors, start=1) if e > 1e-2] == wrong
    assert check.worst_layer in wrong
    assert start in str(check)


def test_the_network_is_left_as_it_was():
    n = network()
    before = [W.copy() for W in n.weights]
    check_network(n, X, Y)
    assert all((V == W).all() for V, W in zip(before, n.weights, strict=True))
    n.loss = lambda X, y: 1 / 0
    with pytest.raises(ZeroDivisionError):
        check_network(n, X, Y)
    assert all((V == W).all() for V, W in zip(before, n.weights, strict=True))


def test_any_function_with_one_array():
    assert gradient_check(lambda w: (w**2).sum(), lambda w: 2 * w, [1.0, -3.0]).ok
    assert gradient_check(lambda w: (w**3).sum(), [3.0, 12.0], np.array([1.0, 2.0])).ok
    assert not gradient_check(lambda w: (w**2).sum(), lambda w: w, [1.0, -3.0]).ok
    assert gradient_check(lambda w: [[w[0] ** 2]], lambda w: 2 * w, [3.0]).ok


def test_any_function_with_layers():
    def loss(layers):
        return np.sum(layers[0] ** 2) + 3 * np.sum(layers[1])

    w = [np.ones((2, 2)), np.ones(3)]
    assert gradient_check(loss, [2 * w[0], 3 * w[1]], w).ok
    check = gradient_check(loss, lambda w: [2 * w[0], -3 * w[1]], w)
    assert check.worst_layer == 2
    assert check.names == ("1", "2")
    assert check.errors[0] < 1e-9
    assert check.errors[1] == pytest.approx(2)


def test_the_table():
    assert str(GradientCheck((3e-10, 1e-6, 1e-3, 0.5, np.nan))).splitlines() == [
        "layer  relative error  verdict",
        "    1         3.0e-10  right",
        "    2         1.0e-06  right near a kink, doubtful without one",
        "    3         1.0e-03  doubtful",
        "    4         5.0e-01  wrong",
        "    5             nan  too small to measure",
        "Layer 4 is farthest off.",
        "Start with layer 4: backpropagation carries a mistake to all layers before it.",
    ]


def test_the_limits_belong_to_the_better_verdict():
    table = str(GradientCheck((1e-7, 1e-4, 1e-2)))
    verdicts = ["right", "right near a kink, doubtful without one", "doubtful"]
    assert [line[23:] for line in table.splitlines()[1:4]] == verdicts
    assert GradientCheck((1e-7,)).ok
    assert "off" not in str(GradientCheck((1e-7,)))


def test_one_layer_that_is_off_needs_no_advice_where_to_start():
    assert str(GradientCheck((1e-9, 0.5))).endswith("\nLayer 2 is farthest off.")


def test_the_layer_to_start_with_is_wrong_if_one_is():
    assert "Start with layer 1" in str(GradientCheck((0.5, 1e-2)))


@pytest.mark.parametrize(
    ("names", "start"),
    [(("W2", "W1"), "W2"), (("W1", "b1", "W2", "b2"), "b2"), (("first", "second"), "second")],
)
def test_the_layer_to_start_with_is_the_last_by_its_number(names, start):
    table = str(GradientCheck((0.5,) * len(names), names))
    assert f"Start with {start}: backpropagation carries a mistake" in table


@pytest.mark.parametrize("value", [1e-3, 1.0, 1e3])
@pytest.mark.parametrize("size", [1, 400])
def test_too_small_to_measure_is_a_thousand_roundings_in_each_entry(size, value):
    """Central differences step 6e-6, the third root of float64's precision; see its docstring.

    A loss below 1 is taken for a square: what was squared is its root, and rounded like 1.
    """
    limit = 1e3 * max(value, value**0.5) * np.finfo(float).eps ** (2 / 3)
    for slope, hidden in ((0.5 * limit, True), (2 * limit, False)):
        check = gradient_check(
            lambda w, slope=slope: value + slope * w.sum(),
            lambda w, slope=slope: slope * np.ones_like(w),
            np.zeros(size),
        )
        assert np.isnan(check.errors[0]) == hidden


def test_what_is_too_small_to_measure_is_not_accused():
    check = gradient_check(lambda w: 1 + 1e-14 * w.sum(), lambda w: 1e-14 * np.ones(2), [1.0, 2.0])
    assert np.isnan(check.errors).all()
    assert (check.ok, check.worst_layer) == (False, None)
    assert "too small to measure" in str(check)


@functools.cache
def trained():
    n = network(sigmoid)
    n.train(X, Y, steps=20_000, learning_rate=1)
    return n.weights


@pytest.mark.parametrize("scale", [1, 2, 3, 4, 5, 6, 8, 15])
def test_a_right_network_is_not_accused_however_small_its_loss(scale):
    """Trained and then sharpened: losses from 1e-5 to 1e-85 or 0."""
    sharp = network(sigmoid)
    sharp.weights = [scale * W for W in trained()]
    for rows in ([0], [1], [2], [3], [0, 1, 2, 3]):
        check = check_network(sharp, np.asarray(X)[rows], np.asarray(Y)[rows])
        words = "wrong|doubtful|kink|single precision|f does not depend"
        assert not re.search(words, str(check))


@pytest.mark.parametrize("size", [0, 1e-14, 1e-12, 1e-10, 1e-8, 1e-6])
def test_a_right_regression_is_not_accused_however_well_it_fits(size):
    """Where the loss is 1e-24, a step away it is made of far larger numbers, and rounded so."""
    for seed in range(10):
        rng = np.random.default_rng(seed)
        inputs, best, away = rng.normal(size=(8, 3)), 100 * rng.normal(size=3), rng.normal(size=3)
        off = functools.partial(lambda inputs, y, w: inputs @ w - y, inputs, inputs @ best)
        w = best + size * away
        check = gradient_check(lambda w, off=off: np.sum(off(w) ** 2), 2 * off(w) @ inputs, w)
        assert not re.search("wrong|doubtful|kink|single precision|f does not", str(check))
        assert size < 1e-6 or check.errors[0] < 1e-7


def test_the_smallest_slope_that_can_be_measured_is_the_same_each_time():
    """Random moves of the weights find it where a loss is 0."""
    x, best = np.random.default_rng(0).normal(size=(2, 3))
    one, two = (Loss(lambda w: (x @ w[0] - x @ best) ** 2, [best]) for _ in range(2))
    assert one.at == 0 < one.smallest == two.smallest


def test_a_gradient_that_is_not_finite_is_wrong():
    check = gradient_check(lambda w: w.sum(), lambda w: w * np.nan, [1.0, 2.0])
    assert check.errors == (np.inf,)
    assert "wrong" in str(check)


def test_a_kink_under_the_step_is_no_mistake():
    """relu's corner is at 0, and the step is 6e-6: from 1e-6 it goes to both sides."""
    w = np.array([1e-6, 1.0, -1.0])
    check = gradient_check(lambda w: relu(w).sum(), relu.derivative, w)
    assert check.ok
    assert check.notes == (
        "The step crossed a kink, such as relu's, and a smaller one was taken: in layer 1 "
        "(1 weight).",
    )
    wrong = gradient_check(lambda w: relu(w).sum(), lambda w: 1.5 * relu.derivative(w), w)
    assert not wrong.ok


@pytest.mark.parametrize(("slope", "ok"), [(0.0, True), (0.5, True), (1.0, True), (-0.5, False)])
@pytest.mark.parametrize("scale", [0.1, 1])
def test_on_a_kink_each_slope_between_both_sides_is_right(slope, ok, scale):
    check = gradient_check(
        lambda w: scale * relu(w).sum(),
        lambda w: scale * np.where(w == 0, slope, relu.derivative(w)),
        [0.0, 2.0],
    )
    assert check.ok is ok
    words = (
        "The weights lie on a kink, where any slope between its two sides is right: in layer 1 "
        "(1 weight)."
    )
    assert check.notes == (words,) * (ok and slope != 0.5)  # 0.5 is what is measured


def test_a_layer_may_have_many_kinks_of_all_sizes():
    c = np.geomspace(1e-5, 1, 20)
    for at in (0.0, 1e-6, 5.5e-6):  # the step is 6e-6
        assert gradient_check(lambda w: np.sum(c * relu(w)), c, np.full(20, at)).ok
        assert not gradient_check(lambda w: np.sum(c * relu(w)), 1.1 * c, np.full(20, at)).ok


def test_a_small_kink_is_found_on_a_curve():
    """At 0 the slopes of the two sides differ by 2e-5, and those of the curve by more."""
    w = np.array([0.0, 1.0])
    for off, ok in ((1e-5, True), (1e-4, False)):
        check = gradient_check(lambda w: np.sum(1e-5 * np.abs(w) + w**2), 2 * w + [off, 1e-5], w)
        assert check.ok is ok


def test_the_step_grows_with_the_weights():
    """Near 1e6 it is 6: what grows less is lost in rounding, and what doesn't shrink has kinks."""
    w = 1e6 + np.array([0.5, 20, -20])
    check = gradient_check(lambda w: relu(w - 1e6).sum(), lambda w: relu.derivative(w - 1e6), w)
    assert check.ok
    assert gradient_check(lambda w: np.sum(w**2), lambda w: 2 * w, w).limits == (1e-7,)


def test_a_large_layer_that_is_wrong_does_not_take_long():
    """Two calls for each entry, and several more for a few of them only."""
    calls = []

    def f(w):
        calls.append(w)
        return np.sum(w**2)

    assert not gradient_check(f, lambda w: 2.1 * w, np.ones(400)).ok
    assert 800 < len(calls) < 1000


def test_a_gradient_of_zero_is_right():
    check = gradient_check(lambda w: 1.0, lambda w: 0 * w, [1.0, 2.0])
    assert check.ok


@pytest.mark.parametrize(
    ("arguments", "error", "words"),
    [
        ((None, None, [1.0]), TypeError, r"f is None; give a function of the weights"),
        ((np.sum, lambda w: w, ["a"]), TypeError, r"w is 'a' \(str\); give real numbers: arrays"),
        ((np.sum, None, [["a"], [1.0]]), TypeError, r"^a layer of w is 'a'"),
        ((np.sum, lambda w: "a", [1.0]), TypeError, r"^the gradient is 'a'.*give real numbers"),
        ((lambda w: 1.0, [["a"], [1]], [[1.0], [2]]), TypeError, "^a layer of the gradient is 'a'"),
        ((lambda p: 1.0, {"W": "a"}, {"W": 1.0}), ValueError, r"^the gradient is \{'W': 'a'\}"),
        ((np.sum, lambda w: w[:1], [1.0, 2.0]), ValueError, r"shapes \[\(1,\)\] and .* \[\(2,\)\]"),
        ((np.sum, lambda w: [], []), ValueError, r"no empty layer"),
        ((lambda w: np.inf, lambda w: w, [1.0]), ValueError, r"f is inf at these weights"),
        ((lambda w: w, lambda w: w, [1.0, 2.0]), TypeError, r"must return one real number"),
        (
            (lambda w: w[0].sum(), lambda w: w[:1], [np.eye(2), [1.0]]),
            ValueError,
            r"shapes \[\(2, 2\)\] and",
        ),
    ],
)
def test_bad_input_is_refused(arguments, error, words):
    with pytest.raises(error, match=words):
        gradient_check(*arguments)


@pytest.mark.parametrize(
    ("kind", "hint"), [("Tensor", "; of a tensor, hand over .item()"), ("Variable", "")]
)
def test_a_loss_that_is_no_number_hears_what_to_return(kind, hint):
    returned = type(kind, (), {"__repr__": lambda _: "this"})()
    words = re.escape(f"f returned this; it must return one real number{hint}.")
    with pytest.raises(TypeError, match=f"^{words}$"):
        gradient_check(lambda w: returned, lambda w: w, [1.0])


def test_what_only_becomes_an_array_is_refused():
    """A tensor holds no parameters of its own, whatever attributes it has."""

    class Tensor:
        scale = 2.0

        def __init__(self):
            self.data = np.ones(2)

        def __array__(self, dtype=None, copy=None):
            return self.data

    with pytest.raises(TypeError, match=r"^w is <.*\(Tensor\); give real numbers"):
        gradient_check(np.sum, np.ones(2), Tensor())


def test_what_is_no_network_is_refused():
    with pytest.raises(TypeError, match=r"without weights and loss and gradient; give a network"):
        check_network(np.sum, X, Y)


def test_bad_rows_are_refused_by_the_network():
    with pytest.raises(ValueError, match="X has the shape"):
        check_network(network(tanh), [[1.0]], Y)


def test_bad_weights_of_something_like_a_network_are_named():
    class Other:
        weights = (["a"],)
        gradient = loss = staticmethod(lambda X, y: 0.0)

    with pytest.raises(TypeError, match=r"^a layer of w is 'a'"):
        check_network(Other(), X, Y)


def test_a_layer_that_cannot_be_measured_is_not_called_right():
    """All weights zero: the hidden layer's gradient is 0, and the output layer's cancels."""
    network = Network([2, 2, 1], sigmoid, rng=np.random.default_rng(0), slope="twice")
    network.weights = [np.zeros_like(W) for W in network.weights]
    assert not check_network(network, X, Y).ok


# A network of two layers as people write it, with its parameters in many places.
ROWS = np.array([[0, 0, 1], [0, 1, 1], [1, 0, 1], [1, 1, 1.0]])
TARGETS = np.array([[0], [1], [1], [0.0]])


def sig(z):
    return 1 / (1 + np.exp(-z))


def start():
    rng = np.random.default_rng(0)
    return [rng.uniform(-1, 1, (3, 4)), rng.uniform(-1, 1, (4, 1))]


def loss(w):
    return 0.5 * np.sum((TARGETS - sig(sig(ROWS @ w[0]) @ w[1])) ** 2)


def slopes(w):
    a = sig(ROWS @ w[0])
    o = sig(a @ w[1])
    delta = (o - TARGETS) * o * (1 - o)
    return [ROWS.T @ (delta @ w[1].T * a * (1 - a)), a.T @ delta]


def in_place(w, rate=0.5):
    for W, G in zip(w, slopes(w), strict=True):
        W -= rate * G


def rebinding(w, rate=0.5):
    for i, G in enumerate(slopes(w)):
        w[i] = w[i] - rate * G


def returning(w, rate=0.5):
    return [W - rate * G for W, G in zip(w, slopes(w), strict=True)]


def unchanged(w):
    return all(np.array_equal(a, b) for a, b in zip(w, start(), strict=True))


@pytest.mark.parametrize(
    ("step", "form"),
    [(in_place, list), (in_place, tuple), (returning, list), (returning, tuple), (rebinding, list)],
)
def test_the_gradient_of_a_step(step, form):
    w = form(start())
    kept = list(w)
    gradient = gradient_from_step(step, w, 0.5)
    for G, expected in zip(gradient, slopes(start()), strict=True):
        np.testing.assert_allclose(G, expected, rtol=1e-9, atol=1e-14)
    assert isinstance(gradient, form)
    assert unchanged(w)
    assert all(a is b for a, b in zip(kept, w, strict=True))
    assert gradient_check(loss, lambda w: gradient_from_step(step, list(w), 0.5), w).ok


def test_a_step_may_return_only_what_it_changes():
    weights = {"b": 3.0, "W": np.array([1.0, 2.0])}
    gradient = gradient_from_step(lambda w: {"W": w["W"] - 0.5 * 6 * w["W"]}, weights, 0.5)
    assert list(gradient) == ["W"]
    assert gradient["W"] == pytest.approx([6, 12])


def test_a_step_may_return_its_cost_after_the_weights():
    w = start()
    gradient = gradient_from_step(lambda w: (returning(w), loss(w)), w, 0.5)
    for G, expected in zip(gradient, slopes(w), strict=True):
        np.testing.assert_allclose(G, expected, rtol=1e-9, atol=1e-14)


def test_two_steps_that_differ_are_measured():
    steps = iter([1.0, 2.0])
    words = "from the same weights changed layer 1 differently, by 1 and by 2 in all"
    with pytest.raises(ValueError, match=words):
        gradient_from_step(lambda w: [w[0] - next(steps)], [np.array([5.0])], 0.5)


def test_a_gradient_gets_arrays_for_lists_if_its_own_form_fits_only_then():
    """``2 * W`` of a list of numbers would be the list twice over."""
    w = [[1.0, 2.0], [3.0]]
    check = gradient_check(
        lambda w: sum(np.sum(np.square(W)) for W in w), lambda w: [2 * W for W in w], w
    )
    assert check.ok, str(check)


def test_what_a_step_takes_away_is_no_weight():
    net = types.SimpleNamespace(W=np.array([1.0, 2.0]), scratch=5.0, out=np.zeros(3))

    def step():
        vars(net).pop("scratch", None)
        net.out = np.zeros(2)  # of fewer rows
        net.W = net.W - 0.5 * 6 * net.W

    gradient = gradient_from_step(step, net, 0.5)
    assert list(gradient) == ["W"]
    assert gradient["W"] == pytest.approx([6, 12])
    assert net.scratch == 5
    assert net.out.shape == (3,)


def test_what_a_step_adds_to_a_dictionary_is_taken_away():
    p = {"W": np.array([1.0, 2.0])}

    def step():
        p["cache"] = p["W"] * 2
        p["W"] = p["W"] - 0.5 * 6 * p["W"]

    assert gradient_from_step(step, p, 0.5)["W"] == pytest.approx([6, 12])
    assert list(p) == ["W"]


def test_a_gradient_read_from_an_update_in_place_is_right():
    """It leaves the caller's arrays as they are, and those that the check itself moves."""

    def gradient(w, rate=0.5):
        before = [W.copy() for W in w]
        in_place(w, rate)
        return [(b - W) / rate for b, W in zip(before, w, strict=True)]

    w = start()
    assert gradient_check(loss, gradient, w).ok
    assert unchanged(w)


def pure_python():
    """Nested lists of plain numbers, with a bias at each unit's end, and a step in place."""
    weights = [[[0.3, -0.2, 0.1], [0.5, 0.4, -0.6]], [[-0.3, 0.8, 0.2]]]
    rows = [([0, 0], 0), ([0, 1], 1), ([1, 0], 1), ([1, 1], 0)]

    def unit(weights, inputs):
        return 1 / (1 + math.exp(-sum(w * x for w, x in zip(weights, [*inputs, 1], strict=True))))

    def loss(weights):
        hidden = [[unit(u, x) for u in weights[0]] for x, _ in rows]
        return sum(
            (unit(weights[1][0], h) - y) ** 2 / 2 for h, (_, y) in zip(hidden, rows, strict=True)
        )

    def step(weights):
        old = [[list(u) for u in layer] for layer in weights]
        for x, y in rows:
            h = [unit(u, x) for u in old[0]]
            o = unit(old[1][0], h)
            delta = (o - y) * o * (1 - o)
            for j, v in enumerate([*h, 1]):
                weights[1][0][j] -= 0.5 * delta * v
            for i, u in enumerate(weights[0]):
                for j, v in enumerate([*x, 1]):
                    u[j] -= 0.5 * delta * old[1][0][i] * h[i] * (1 - h[i]) * v

    return weights, loss, step


def test_nested_lists_of_numbers_stay_lists():
    weights, loss, step = pure_python()
    before = copy.deepcopy(weights)
    gradient = gradient_from_step(step, weights, 0.5)
    assert isinstance(gradient[0][0][0], float)
    check = gradient_check(loss, gradient, weights)
    assert check.ok, str(check)
    assert check.names == ("1", "2")
    assert gradient_check(loss, lambda w: gradient_from_step(step, w, 0.5), weights).ok
    assert weights == before


class Program:
    """Attributes beside the weights: a rate, a velocity, and what a forward pass leaves behind."""

    def __init__(self):
        self.V, self.W = start()
        self.name, self.rate, self.sizes, self.momentum = "two layers", 0.5, [3, 4, 1], 0.0
        self.velocity = np.zeros((4, 1))

    def loss(self):
        return loss([self.V, self.W])

    def train(self):
        self.out = sig(sig(ROWS @ self.V) @ self.W)
        dV, dW = slopes([self.V, self.W])
        self.velocity = self.momentum * self.velocity + dW
        self.V = self.V - self.rate * dV
        self.W -= self.rate * self.velocity


def test_an_object_is_checked_by_its_attributes_and_put_back():
    net = Program()
    net.train()
    kept = dict(vars(net))
    before = copy.deepcopy(kept)
    gradient = gradient_from_step(net.train, net, 0.5)
    assert list(gradient) == ["V", "W"]  # not the velocity, which starts anew, nor the output
    for check in (
        gradient_check(net.loss, gradient, net),
        gradient_check(lambda n: n.loss(), lambda n: gradient_from_step(n.train, n, 0.5), net),
    ):
        assert check.ok, str(check)
        assert check.names == ("V", "W")
    assert all(vars(net)[name] is value for name, value in kept.items())
    assert all(np.array_equal(kept[name], value) for name, value in before.items())


def test_momentum_and_random_rows_are_noticed():
    net = Program()
    net.momentum = 0.9
    with pytest.raises(ValueError, match=r"changed layer 1 differently.*momentum to 0"):
        gradient_from_step(net.train, [net.W], 0.5)
    assert unchanged([net.V, net.W])  # the object of a method is put back, too
    with pytest.raises(ValueError, match=r"changed W differently"):
        gradient_from_step(net.train, net, 0.5, names=["W"])
    rng = np.random.default_rng(0)
    w = start()
    with pytest.raises(ValueError, match="draws random rows"):
        gradient_from_step(lambda w: [W - rng.uniform() for W in w], w, 0.5)
    assert unchanged(w)
    # A velocity that goes on is taken for a weight, and the check says that it is none.
    net.velocity += 0.0
    check = gradient_check(net.loss, gradient_from_step(net.train, net, 0.5), net)
    assert dict(zip(check.names, check.findings, strict=True)) == {
        "V": "",
        "W": "",
        "velocity": "f does not depend on it",
    }
    assert check.notes == (
        "f does not depend on velocity. If that isn't a weight but, say, a velocity or a running "
        "sum, leave it out: gradient_from_step takes names=[…].",
    )


@pytest.mark.parametrize("kind", ["globals", "module"])
def test_a_program_with_global_weights(kind):
    module = types.ModuleType("program")
    source = """
def step():
    global V, W, hidden
    hidden = sig(ROWS @ V)
    dV, dW = slopes([V, W])
    V, W = V + 0.5 * -dV, W - 0.5 * dW
def loss():
    return measure([V, W])
"""
    V, W = start()
    vars(module).update(V=V, W=W, hidden=0.0, rate=0.5, params={"momentum": 0.0})
    vars(module).update(sig=sig, ROWS=ROWS, slopes=slopes, measure=loss)
    exec(source, vars(module))
    holder = vars(module) if kind == "globals" else module
    kept = dict(vars(module))
    gradient = gradient_from_step(module.step, holder, 0.5)
    check = gradient_check(module.loss, gradient, holder)
    assert check.notes == ()  # the other numbers of a program want no gradient
    assert check.ok, str(check)
    assert check.names == ("V", "W")
    assert all(vars(module)[name] is value for name, value in kept.items())
    assert unchanged([V, W])


def test_a_step_that_fails_leaves_everything_as_it_was():
    w, net = start(), Program()

    def fails(w):
        w[0][...] = 0
        w[1] = None
        raise RuntimeError("out of rows")

    def breaks():
        net.W[...] = net.V = net.new = 3
        raise RuntimeError("out of rows")

    for step, holder in ((fails, w), (breaks, net)):
        with pytest.raises(RuntimeError, match="out of rows"):
            gradient_from_step(step, holder, 0.5)
    assert unchanged(w)
    assert unchanged([net.V, net.W])
    assert not hasattr(net, "new")


@pytest.mark.parametrize(
    ("arguments", "error", "words"),
    [
        (
            (None, [1.0], 0.5),
            TypeError,
            "step is None; give a function of the weights, or of nothing",
        ),
        ((lambda w, X, y: w, [1.0], 0.5), TypeError, r"^step takes more than the weights; give"),
        ((lambda w, X, y: w, [1.0], 0.5), TypeError, r"lambda w: update\(w, X, y\)"),
        ((lambda w: w, [1.0], 0), ValueError, "learning_rate is 0; give a positive number"),
        ((lambda w: None, [1.0], 0.5), ValueError, r"changed none of the weights.*globals\(\)"),
        ((lambda w: None, {"W": 1.0}, 0.5), ValueError, "changed none of the weights"),
        ((lambda w: w, "W1", 0.5), TypeError, "weights is 'W1'.*give real numbers"),
        ((lambda w: w, {"W": 1.0}, 0.5, ["V"]), ValueError, "names lists V; weights holds .* W"),
    ],
)
def test_a_bad_step_is_refused(arguments, error, words):
    with pytest.raises(error, match=words):
        gradient_from_step(*arguments)


def named(values, before=""):
    return dict(zip((f"{before}W1", f"{before}W2"), values, strict=True))


class WithParams:
    """Like the CS231n assignments: params, and a loss that returns loss and gradient together."""

    def __init__(self, attribute):
        self.rate, self.held = 0.5, named(start())
        setattr(self, attribute, self.held)

    def loss(self):
        w = list(self.held.values())
        return loss(w), named(slopes(w))


@pytest.mark.parametrize("before", ["", "d"])
def test_a_dictionary_has_a_row_for_each_name(before):
    def f(p):
        return loss([p["W1"], p["W2"]])

    def gradient(p):
        return named(slopes([p["W1"], p["W2"]]), before) | {"dA1": np.ones(3)}

    check = gradient_check(f, gradient, named(start()))
    assert check.ok
    assert [line.split()[0] for line in str(check).splitlines()] == ["layer", "W1", "W2"]
    wrong = gradient_check(
        f, lambda p: gradient(p) | {f"{before}W1": np.ones((3, 4))}, named(start())
    )
    assert "W1 is farthest off." in str(wrong)
    part = gradient_check(f, lambda p: {f"{before}W1": gradient(p)[f"{before}W1"]}, named(start()))
    assert "Not checked, for lack of a gradient: W2." in str(part)


@pytest.mark.parametrize("attribute", ["params", "parameters"])
def test_an_object_with_params_is_put_back(attribute):
    net = WithParams(attribute)
    kept = list(net.held.values())
    check = gradient_check(lambda n: n.loss()[0], lambda n: n.loss()[1], net)
    assert check.ok, str(check)
    assert check.names == ("W1", "W2")
    assert all(a is b for a, b in zip(kept, net.held.values(), strict=True))
    assert unchanged(kept)
    with pytest.raises(TypeError, match=r"tuple of 2 things.*lambda w: f\(w\)\[0\]"):
        gradient_check(lambda n: n.loss(), lambda n: n.loss()[1], net)
    assert unchanged(net.held.values())


SAME, ONLY = (
    "The same factor",
    "in all layers: the direction is right and the length is not. Look for something that only "
    "one of loss and gradient has: ",
)
HALF = "the ½ of the squared error or the 2 of its slope; "
MEAN = "a mean against a sum (over rows, outputs, or both); a learning rate"
DOWNHILL = (
    "you return the downhill direction, in which weights should change, and not the gradient, "
    "which points uphill. An update that adds it is right"
)


@pytest.mark.parametrize(
    ("factor", "words", "guess"),
    [
        (-1, "−1", f"The sign is reversed in all layers, −1 times the slope: {DOWNHILL}."),
        (1 / 4, "¼", f"{SAME} ¼ {ONLY}{MEAN}."),
        (1 / 2, "½", f"{SAME} ½ {ONLY}{HALF}{MEAN}."),
        (4, "4", f"{SAME} 4 {ONLY}{MEAN}."),
        (2, "2", f"{SAME} 2 {ONLY}{HALF}{MEAN}."),
        (1 / 60, "1/60", f"{SAME} 1/60 {ONLY}{MEAN}."),
        (0.3, "0.3", f"{SAME} 0.3 {ONLY}{MEAN}."),
        (-0.5, "−½", f"{SAME} −½ {ONLY}{HALF}{MEAN}, and the sign: {DOWNHILL}."),
    ],
)
def test_the_same_factor_in_all_layers_is_named(factor, words, guess):
    check = gradient_check(loss, lambda w: [factor * G for G in slopes(w)], start())
    assert not check.ok
    assert set(check.findings) == {f"{words} times the slope"}
    assert check.notes == (guess,)
    assert "Start with" not in str(check)


@pytest.mark.parametrize(
    ("spoil", "finding", "layer"),
    [
        (lambda V, W: [3 * V, W], "wrong: 3 times the slope", 0),
        (lambda V, W: [0 * V, W], "wrong: the gradient is 0", 0),
        (lambda V, W: [V, W + 0.02 * start()[1]], "wrong: off by 0.02 times the weights", 1),
        (lambda V, W: [V, 1.01 * W[::-1]], "", 1),
    ],
)
def test_what_one_layer_has_is_named(spoil, finding, layer):
    check = gradient_check(loss, lambda w: spoil(*slopes(w)), start())
    assert check.findings[layer] == finding
    assert check.findings[1 - layer] == ""
    assert check.errors[1 - layer] < 1e-7 < 1e-2 < check.errors[layer]
    decay = "Only one of loss and gradient has weight decay, or they have different amounts of it."
    assert check.notes == (decay,) * ("weights" in finding)


def test_a_transposed_square_is_named():
    def f(w):
        return float(w[0][0, 1] ** 2 + 3 * w[0][1, 0] + np.sum(w[0] ** 3))

    def gradient(w):
        (W,) = w
        return [(3 * W**2 + [[0, 2 * W[0, 1]], [3, 0]]).T]

    w = [np.array([[0.5, -1.0], [2.0, 1.0]])]
    check = gradient_check(f, gradient, w)
    assert check.findings == ("wrong: the slopes, transposed",)
    for off, named in ((0.005, True), (0.1, False)):  # the slopes are 15 and less
        G = gradient(w)[0] + [[off, 0], [0, 0]]
        assert any(gradient_check(f, [G], w).findings) is named
    words = "the shapes of the weights, for example transposed, and no empty layer"
    with pytest.raises(ValueError, match=words):
        gradient_check(loss, lambda w: [G.T for G in slopes(w)], start())


def test_the_layer_that_is_wrong_and_not_the_one_that_it_spoils():
    """W2 is updated first, and the hidden layer's delta takes the new one: W1 alone is wrong."""

    def gradient(w):
        a = sig(ROWS @ w[0])
        o = sig(a @ w[1])
        delta = (o - TARGETS) * o * (1 - o)
        w[1] -= 0.5 * a.T @ delta
        return [ROWS.T @ (delta @ w[1].T * a * (1 - a)), a.T @ delta]

    check = gradient_check(loss, gradient, start())
    assert check.errors[0] > 1e-3
    assert check.errors[1] < 1e-7
    assert str(check).endswith("Layer 1 is farthest off.")


def test_a_loss_that_moves_is_not_measured():
    rng = np.random.default_rng(0)
    check = gradient_check(lambda w: loss(w) * rng.uniform(0.9, 1.1), slopes, start())
    assert np.isnan(check.errors).all()
    assert not check.ok
    assert check.findings == ("not measured",) * 2
    rng = np.random.default_rng(0)
    first, second = (loss(start()) * rng.uniform(0.9, 1.1) for _ in range(2))
    assert f"f gave {first} and then {second} at the same weights" in str(check)
    assert "dropout" in str(check)


def test_what_is_not_measured_keeps_its_names():
    drawn = iter([1.0, 2.0, 3.0])
    check = gradient_check(lambda p: next(drawn), lambda p: p, {"W": 1.0, "b": 2.0})
    assert check.names == ("W", "b")
    assert [line.split(None, 2) for line in str(check).splitlines()[1:3]] == [
        ["W", "nan", "not measured"],
        ["b", "nan", "not measured"],
    ]


def test_the_form_that_a_function_cannot_take_is_tried_once():
    asked = []

    def f(w):
        asked.append(type(w[0]))
        return float((w[0] ** 2).sum())

    assert gradient_check(f, [[2.0, 4.0]], [[1.0, 2.0]]).ok
    assert asked.count(list) == 1


def test_a_gradient_that_changes_what_the_loss_reads_is_noticed():
    rows = ROWS.copy()

    def f(w):
        return float(np.sum(sig(rows @ w)))

    def gradient(w):
        rows[...] = rows * 2
        return rows.sum(axis=0)

    w = np.array([0.1, 0.2, 0.3])
    before = f(w)
    check = gradient_check(f, gradient, w)
    assert not check.ok
    words = f"f gave {before}, and {f(w)} at the same weights after the gradient was computed"
    assert words in str(check)


def test_a_loss_of_other_weights_than_its_own_is_noticed():
    w = start()
    check = gradient_check(lambda _: loss(w), slopes, w)
    assert not check.ok
    assert check.findings == ("f does not depend on it",) * 2
    assert check.notes == (
        "f stayed at 0.501 whichever weight was moved. Perhaps it ignores what it is handed: let "
        "it compute with its argument, lambda w: loss(w), rather than with weights of its own. Or "
        "it is flat here: try other weights.",
    )
    assert gradient_check(lambda: loss(w), slopes, w).ok  # without an argument it reads w itself
    assert unchanged(w)


def single(kind, w):
    V, W = (v.astype(kind) for v in w)
    return sig(sig(ROWS.astype(kind) @ V) @ W)


@pytest.mark.parametrize(
    "f",
    [
        lambda w: np.sum((TARGETS.astype(np.float32) - single(np.float32, w)) ** 2) / 2,
        lambda w: float(np.sum((TARGETS - single(np.float32, w)) ** 2)) / 2,
        lambda w: np.float32(loss(w) - 0.4),
    ],
    ids=["float32 to the end", "float32 inside", "float32 at the end"],
)
def test_single_precision_takes_a_larger_step_and_says_so(f):
    for w in (start(), [W.astype(np.float32) for W in start()]):
        check = gradient_check(f, slopes, w)
        assert max(check.errors) < 1e-3, str(check)
        assert check.ok
        assert "single precision" in str(check)
        assert "5e-03" in str(check)
    wrong = gradient_check(f, lambda w: [slopes(w)[0], 0.9 * slopes(w)[1]], start())
    assert wrong.errors[1] == pytest.approx(0.1, rel=0.01)
    assert not wrong.ok


def test_a_loss_that_is_rounded_only_at_the_end_is_of_single_precision_too():
    w = np.arange(1.0, 5.0)
    check = gradient_check(lambda w: np.float32(cubes([w])), w**2, w)
    assert check.ok, str(check)
    assert check.notes[0].startswith("f computes in single precision or less")


def test_half_precision_is_too_coarse_and_said_to_be():
    check = gradient_check(
        lambda w: np.sum((TARGETS - single(np.float16, w)).astype(np.float16) ** 2) / 2,
        slopes,
        start(),
    )
    assert np.isnan(check.errors).all()
    assert check.limits == (0.1, 0.1)
    assert check.notes == (
        "f computes in single precision or less, so the step is larger, 1e-01, and so are the "
        "errors of a right gradient. For a sharper check, compute in float64.",
        "Slopes below 2e-01 are too small to measure: rounding hides them in a loss of 0.502.",
    )


def relu_network(sizes, seed, scale):
    """Return loss, gradient and weights of a deep relu network with softmax and zero biases."""
    rng = np.random.default_rng(seed)
    w = [
        v
        for a, b in itertools.pairwise(sizes)
        for v in (scale * rng.normal(size=(a, b)), np.zeros(b))
    ]
    x, y = rng.normal(size=(2, sizes[0])), rng.integers(sizes[-1], size=2)
    last = len(w) - 2

    def forward(w):
        acts = [x]
        for i in range(0, len(w), 2):
            z = acts[-1] @ w[i] + w[i + 1]
            acts.append(z if i == last else np.maximum(z, 0))
        return acts

    def f(w):
        z = forward(w)[-1]
        return float(np.mean(np.log(np.exp(z).sum(axis=1)) - z[[0, 1], y]))

    def gradient(w):
        acts, grads = forward(w), list(w)
        p = np.exp(acts[-1])
        p /= p.sum(axis=1, keepdims=True)
        p[[0, 1], y] -= 1
        delta = p / 2
        for i in range(last, -1, -2):
            grads[i], grads[i + 1] = acts[i // 2].T @ delta, delta.sum(axis=0)
            delta = delta @ w[i].T * (acts[i // 2] > 0)
        return grads

    return f, gradient, w


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize(
    ("sizes", "scale"), [((6, 8, 8, 8, 8, 12, 4), 0.05), ((4, 10, 3), 1e-4), ((5, 6, 6, 3), 0.3)]
)
def test_kinks_inside_the_step_are_no_mistakes(sizes, scale, seed):
    f, gradient, w = relu_network(sizes, seed, scale)
    check = gradient_check(f, gradient, w)
    assert all(
        np.isnan(e) or e <= limit for e, limit in zip(check.errors, check.limits, strict=True)
    )
    k = len(w) - 4  # the weights before the last hidden layer
    if not np.isnan(check.errors[k]):

        def wrong(w):
            G = gradient(w)
            return [*G[:k], G[k] * np.where(G[k] == np.max(G[k]), 0.9, 1), *G[k + 1 :]]

        spoilt = gradient_check(f, wrong, w)
        assert spoilt.errors[k] > max(1e-3, spoilt.limits[k]), str(spoilt)


def test_a_saturated_network_is_judged_as_far_as_rounding_lets_it():
    """Slopes of 1e-2 beside a loss of 1e5 leave some six digits; the bug is still seen."""
    w = [12 * W for W in start()]
    check = gradient_check(lambda w: 1e5 + loss(w), slopes, w)
    assert check.ok, str(check)
    assert max(check.errors) > 1e-7
    assert "right, as far as can be measured" in str(check)
    assert not gradient_check(
        lambda w: 1e5 + loss(w), lambda w: [1.01 * G for G in slopes(w)], w
    ).ok


def test_slopes_that_rounding_hides_are_said_to_be_too_small():
    check = gradient_check(
        lambda w: 1 + 1e-14 * loss(w), lambda w: [1e-14 * G for G in slopes(w)], start()
    )
    assert check.notes == (
        "Slopes below 4e-08 are too small to measure: rounding hides them in a loss of 1. Try "
        "other weights, near 0 but not all alike, where no unit is saturated.",
    )


def test_functions_of_more_than_the_weights_hear_what_to_write():
    def cost(w, X, y):
        return 0.0

    def error(w, X):
        return 0.0

    words = "takes more than the weights; hand over a function of them alone: lambda w: loss"
    for f, name in ((cost, "cost"), (error, "error"), (functools.partial(cost), "f")):
        with pytest.raises(TypeError, match=rf"^{name} {words}\(w, X, y\)\.$"):
            gradient_check(f, slopes, start())


def test_a_gradient_without_a_known_name_is_refused():
    words = "^the gradient has the names U, V and the weights W, b; give each gradient the name"
    with pytest.raises(ValueError, match=words):
        gradient_check(lambda p: p["W"] ** 2, {"U": 1.0, "V": 1.0}, {"W": 1.0, "b": 1.0})


def test_weights_without_a_gradient_are_listed():
    check = gradient_check(lambda p: p["W"] ** 2, {"W": 2.0}, {"W": 1.0, "b": 1.0, "c": 1.0})
    assert check.notes == ("Not checked, for lack of a gradient: b, c.",)


def test_what_is_kept_beside_the_weights_is_no_weight():
    tools = types.ModuleType("tools")
    tools.rate = 0.5
    w = {"W": 1.0, "sizes": [2, 3], "labels": ["a", "b"], "tools": tools}
    assert gradient_check(lambda w: w["W"] ** 2, {"W": 2.0}, w).notes == ()


def test_what_a_function_counts_in_its_weights_starts_anew_at_each_call():
    def f(w):
        w["calls"][0] += 1
        return w["W"] ** 2 + w["calls"][0]

    w = {"W": 1.0, "calls": np.array([0])}
    assert gradient_check(f, {"W": 2.0}, w).ok
    assert w["calls"] == 0


def test_one_number_may_be_the_only_weight():
    assert gradient_check(lambda w: w**2, 6.0, 3.0).ok
    assert gradient_from_step(lambda w: w - 0.5 * 6, 3.0, 0.5) == 6


def cubes(w):
    """Return a loss whose slopes are the squares of the weights: no multiple of the weights."""
    return sum(np.sum(W**3) for W in w) / 3


@pytest.mark.parametrize(
    ("factors", "sizes", "findings"),
    [
        ((2, 3), (2, 2), ("wrong: 2 times the slope", "wrong: 3 times the slope")),
        ((2, 2.01), (3, 3), ("wrong: 2 times the slope", "")),
        ((2, 1), (1, 3), ("", "")),  # one number off has a factor whatever the mistake is
        ((0.3, 0.3), (1, 2), ("0.3 times the slope",) * 2),
        ((0.3, 0.3), (1, 1), ("", "")),
        ((0.3,), (3,), ("",)),
        ((0,), (3,), ("wrong: the gradient is 0",)),
        ((1.0005,) * 2, (3, 3), ("", "")),
        ((60, 60.02), (3, 3), ("60 times the slope",) * 2),
        ((1.01,) * 2, (3, 3), ("1.01 times the slope",) * 2),
    ],
)
def test_a_factor_is_named_if_it_is_no_accident(factors, sizes, findings):
    w = [np.arange(1.0, size + 1) for size in sizes]
    check = gradient_check(cubes, [c * W**2 for c, W in zip(factors, w, strict=True)], w)
    assert check.findings == findings


@pytest.mark.parametrize(
    ("decays", "sizes", "findings"),
    [
        ((-0.02, -0.02), (1, 2), ("wrong: off by −0.02 times the weights",) * 2),
        ((0.02, 0.021), (3, 3), ("", "")),
        ((0.02, 0.02), (1, 1), ("", "")),
        ((np.inf,), (3,), ("",)),
    ],
)
def test_weight_decay_is_named_if_it_is_no_accident(decays, sizes, findings):
    w = [np.arange(1.0, size + 1) for size in sizes]
    check = gradient_check(cubes, [W**2 + c * W for c, W in zip(decays, w, strict=True)], w)
    assert check.findings == findings


def test_weights_of_zero_have_no_decay():
    check = gradient_check(lambda w: np.sum(w), [1.0, 1.0, 2.0], np.zeros(3))
    assert (check.ok, check.findings) == (False, ("",))


def test_a_gradient_of_zero_does_not_hide_the_cause_in_another_layer():
    w = [np.arange(1.0, 4.0), np.arange(1.0, 4.0)]
    check = gradient_check(cubes, [0 * w[0], w[1] ** 2 + 0.02 * w[1]], w)
    decay = "wrong: off by 0.02 times the weights"
    assert check.findings == ("wrong: the gradient is 0", decay)


def test_one_number_is_not_called_transposed():
    check = gradient_check(lambda w: np.sum(w), [[1.0005]], np.array([[1.0]]))
    assert (check.ok, check.findings) == (False, ("",))


@pytest.mark.parametrize(
    ("spoil", "words"), [(lambda W: 2 * W**2, "The same factor 2"), (lambda W: W**2 + W, "Only")]
)
def test_what_f_ignores_is_told_beside_the_cause_of_the_rest(spoil, words):
    w = [np.ones(2), np.arange(1.0, 4.0), np.ones(2)]
    check = gradient_check(lambda w: cubes(w[1:2]), [w[0], spoil(w[1]), w[2]], w)
    assert check.notes[0].startswith("f does not depend on layer 1, layer 3. If that isn't")
    assert check.notes[1].startswith(words)


def test_each_layer_with_a_kink_is_listed():
    w = [np.array([1e-6, 1.0]), np.array([1e-6, 1e-6])]
    check = gradient_check(
        lambda w: sum(relu(W).sum() for W in w), lambda w: [relu.derivative(W) for W in w], w
    )
    assert check.notes[0].endswith("was taken: in layer 1 (1 weight), layer 2 (2 weights).")


def test_what_stands_in_one_array_may_be_the_gradient_of_several_layers():
    w = [[1.0, 2.0], [3.0, 4.0]]
    check = gradient_check(lambda w: np.sum(np.square(w)), lambda w: 2 * np.array(w), w)
    assert check.ok
    assert check.names == ("1", "2")


def test_a_function_that_takes_only_lists_gets_lists():
    """An array cannot be made longer by adding a list to it."""
    assert gradient_check(lambda w: sum(v * v for v in w + 3 * [1.0]), [2.0, 4.0], [1.0, 2.0]).ok


@pytest.mark.parametrize(("w", "first"), [([1.0, 2.0], np.ndarray), ([[1.0, 2.0]], list)])
def test_a_list_of_numbers_is_one_array_and_nested_lists_stay_lists(w, first):
    asked = []

    def f(w):
        asked.append(type(w) if len(w) == 2 else type(w[0]))
        return float(np.sum(np.square(w)))

    assert gradient_check(f, np.multiply(2, w).tolist(), w).ok
    assert set(asked) == {first}


def test_what_a_step_changes_in_place_counts_and_not_what_it_returns():
    def step(w):
        G = slopes(w)
        in_place(w)
        return G

    for G, expected in zip(gradient_from_step(step, start(), 0.5), slopes(start()), strict=True):
        np.testing.assert_allclose(G, expected, rtol=1e-9, atol=1e-14)


def test_two_steps_may_differ_by_rounding():
    last = iter([1.0, 1 + 2**-52])
    w = [np.array([2.0]), np.array([1.0]), np.array([0.0])]
    gradient = gradient_from_step(lambda w: [w[0] - 1, np.array([next(last)]), w[2]], w, 1)
    assert gradient == [1, 0, 0]


def test_an_object_with_slots_is_checked_by_them():
    class Bias:
        __slots__ = "bias"  # one slot may be a word

    class Net(Bias):
        __slots__ = ("W", "__dict__", "__weakref__", "unset")

        def train(self):
            self.W, self.bias = self.W - 0.5 * 6 * self.W, self.bias - 0.5 * 2
            self.more = self.more - 0.5 * 4 * self.more

    net = Net()
    net.W, net.bias, net.more = np.array([1.0, 2.0]), np.ones(1), np.ones(1)
    gradient = gradient_from_step(net.train, net, 0.5)
    expected = {"W": [6, 12], "bias": [2], "more": [4]}
    assert {name: G.tolist() for name, G in gradient.items()} == expected
    assert (net.W.tolist(), net.bias.tolist(), net.more.tolist()) == ([1, 2], [1], [1])
    assert not hasattr(net, "unset")


def test_numbers_are_tried_where_the_loss_reads_them_and_as_it_knows_them():
    p = {"b": 3.0, "W": (1.0, 2.0)}

    def f():
        assert (type(p["b"]), type(p["W"])) == (float, tuple)
        return p["b"] ** 2 + sum(w**2 for w in p["W"])

    assert gradient_check(f, {"b": 6.0, "W": [2.0, 4.0]}, p).ok
    assert p == {"b": 3.0, "W": (1.0, 2.0)}
    net = types.SimpleNamespace(out=types.SimpleNamespace(bias=3.0))
    assert gradient_check(lambda: net.out.bias**2, {"out.bias": 6.0}, net).ok
    assert net.out.bias == 3


def test_rows_that_are_arrays_stay_arrays():
    net = types.SimpleNamespace(weights=[[1.0, 2.0], np.array([3.0, 4.0])])

    def f():
        return net.weights[0][1] ** 2 + net.weights[1].sum()

    check = gradient_check(f, {"weights[0]": [0.0, 4.0], "weights[1]": [1.0, 1.0]}, net)
    assert check.ok


def test_layers_of_an_object_have_the_names_that_code_gives_them():
    layers = [types.SimpleNamespace(W=np.array([1.0, 2.0])), types.SimpleNamespace(W=np.ones(1))]
    net = types.SimpleNamespace(layers=layers)
    layers[0].owner = net  # round and round

    def step():
        for layer in net.layers:
            layer.W = layer.W - 0.5 * 6 * layer.W

    gradient = gradient_from_step(step, net, 0.5)
    assert {name: G.tolist() for name, G in gradient.items()} == {
        "layers[0].W": [6, 12],
        "layers[1].W": [6],
    }


Layer = collections.namedtuple("Layer", "W b")


@pytest.mark.parametrize(
    ("w", "names", "f"),
    [
        (Layer(np.ones(2), np.ones(1)), ("1", "2"), lambda w: np.sum(w.W**2) + np.sum(w.b**2)),
        ({1: np.ones(2), 2: np.ones(1)}, ("1", "2"), lambda w: np.sum(w[1] ** 2) + w[2][0] ** 2),
        (
            {"hidden": {"W": np.ones(2)}, "out": [np.ones(1)]},
            ("hidden['W']", "out[0]"),
            lambda w: np.sum(w["hidden"]["W"] ** 2) + w["out"][0][0] ** 2,
        ),
        (
            [{"W": np.ones(2)}, {"W": np.ones(1)}],
            ("[0]['W']", "[1]['W']"),
            lambda w: np.sum(w[0]["W"] ** 2) + w[1]["W"][0] ** 2,
        ),
    ],
)
def test_weights_keep_their_form_and_have_the_names_that_code_gives_them(w, names, f):
    def gradient(w):
        if isinstance(w, np.ndarray):
            return 2 * w
        if isinstance(w, dict):
            return {key: gradient(value) for key, value in w.items()}
        return [gradient(value) for value in w]

    check = gradient_check(f, gradient, w)
    assert check.ok, str(check)
    assert check.names == names


def test_what_the_machinery_of_a_notebook_keeps_is_no_weight():
    program = {"__name__": "p", "__builtins__": {}, "W": 1.0, "_1": 2.0, "Out": {1: 3.0}, "n": 4}
    program |= {"In": {1: 5.0}, "b": 6.0}
    program["sizes"] = np.array([2, 1])  # whole numbers with a name are counts
    words = r"^names lists V, U; weights holds real numbers only as W, b\.$"
    with pytest.raises(ValueError, match=words):
        gradient_from_step(lambda: None, program, 0.5, names=["V", "U"])
    with pytest.raises(ValueError, match=r"^names lists V; weights holds .* only as no name\.$"):
        gradient_from_step(lambda: None, {"n": 4}, 0.5, names=["V"])


@pytest.mark.parametrize(
    ("w", "words"),
    [
        (
            (1.0, 2.0),
            r"^w is \(1\.0, 2\.0\); give an array of float64 where functions without an argument "
            r"read it\.$",
        ),
        (
            (np.array([1]), np.array([2])),
            r"^the parameters are in a tuple, \(.*\), which cannot change; give a list\.$",
        ),
    ],
)
def test_what_cannot_change_is_refused_where_a_loss_must_read_it(w, words):
    with pytest.raises(TypeError, match=words):
        gradient_check(lambda: 1.0, [0.0, 0.0], w)


@pytest.mark.parametrize(
    "f",
    [
        lambda *w: np.sum(w[0] ** 2),
        lambda w, scale=1: np.sum(w**2),
        functools.partial(np.dot, b=np.array([2.0, 4.0])),
    ],
)
def test_a_function_of_the_weights_may_have_more_arguments_that_need_no_value(f):
    assert gradient_check(f, [2.0, 4.0], [1.0, 2.0]).ok


def test_a_function_that_does_not_say_what_it_takes_gets_the_weights():
    with pytest.raises(ValueError, match="no signature"):
        inspect.signature(max)
    assert gradient_check(max, [0.0, 1.0], [1.0, 2.0]).ok


def test_what_holds_no_numbers_is_refused():
    words = (
        r"^w is \{'W': 'a'\}; give real numbers, and no empty layer: arrays, lists of numbers, a "
        r"dictionary or an object with them, or globals\(\)\.$"
    )
    with pytest.raises(ValueError, match=words):
        gradient_check(np.sum, {}, {"W": "a"})
    words = (
        r"^a layer of w is 'a' \(str\); give real numbers: arrays, lists of numbers, a dictionary "
        r"or an object with them, or globals\(\)\.$"
    )
    with pytest.raises(TypeError, match=words):
        gradient_check(np.sum, {}, [["a"], [1.0]])
