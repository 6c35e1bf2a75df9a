"""gradient_check: for a network and for any function, and the layer that it names."""

import numpy as np
import pytest

from nnlib import Network, relu, sigmoid, tanh
from nnlib.gradients import GradientCheck, check_network, gradient_check
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


def test_any_function_with_layers():
    def loss(layers):
        return np.sum(layers[0] ** 2) + 3 * np.sum(layers[1])

    w = [np.ones((2, 2)), np.ones(3)]
    assert gradient_check(loss, [2 * w[0], 3 * w[1]], w).ok
    check = gradient_check(loss, lambda w: [2 * w[0], -3 * w[1]], w)
    assert check.worst_layer == 2
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


@pytest.mark.parametrize("value", [1e-3, 1.0, 1e3])
@pytest.mark.parametrize("size", [1, 400])
def test_too_small_to_measure_is_a_thousand_roundings_in_each_entry(size, value):
    """Central differences step 6e-6, the third root of float64's precision; see its docstring."""
    limit = 1e3 * abs(value) * np.finfo(float).eps ** (2 / 3)
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


def test_a_gradient_that_is_not_finite_is_wrong():
    check = gradient_check(lambda w: w.sum(), lambda w: w * np.nan, [1.0, 2.0])
    assert check.errors == (np.inf,)
    assert "wrong" in str(check)


def test_a_kink_under_the_step_is_no_mistake():
    """relu's corner is at 0, and the step is 6e-6: from 1e-6 it goes to both sides."""
    w = np.array([1e-6, 1.0, -1.0])
    check = gradient_check(lambda w: relu(w).sum(), relu.derivative, w)
    assert check.ok
    assert "crossed a kink" in str(check)
    assert "layer 1 (1)" in str(check)
    wrong = gradient_check(lambda w: relu(w).sum(), lambda w: 1.5 * relu.derivative(w), w)
    assert not wrong.ok


@pytest.mark.parametrize(("slope", "ok"), [(0.0, True), (0.5, True), (1.0, True), (-0.5, False)])
def test_on_a_kink_each_slope_between_both_sides_is_right(slope, ok):
    check = gradient_check(
        lambda w: relu(w).sum(), lambda w: np.where(w == 0, slope, relu.derivative(w)), [0.0, 2.0]
    )
    assert check.ok is ok
    assert ("lie on a kink" in str(check)) is (ok and slope != 0.5)  # 0.5 is what is measured


def test_a_gradient_of_zero_is_right():
    check = gradient_check(lambda w: 1.0, lambda w: 0 * w, [1.0, 2.0])
    assert check.ok


@pytest.mark.parametrize(
    ("arguments", "error", "words"),
    [
        ((None, None, [1.0]), TypeError, r"f is None; give a function of the weights"),
        ((np.sum, lambda w: w, ["a"]), TypeError, r"w is 'a' \(str\); give real numbers: arrays"),
        ((np.sum, None, [["a"], [1.0]]), TypeError, r"^a layer of w is 'a'"),
        ((np.sum, lambda w: "a", [1.0]), TypeError, r"gradient is 'a'.*give real numbers"),
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

    with pytest.raises(TypeError, match=r"^weights is \['a'\]"):
        check_network(Other(), X, Y)


def test_a_layer_that_cannot_be_measured_is_not_called_right():
    """All weights zero: the hidden layer's gradient is 0, and the output layer's cancels."""
    network = Network([2, 2, 1], sigmoid, rng=np.random.default_rng(0), slope="twice")
    network.weights = [np.zeros_like(W) for W in network.weights]
    assert not check_network(network, X, Y).ok
