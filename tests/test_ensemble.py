"""The ensemble against `Network`, and against the tutorial's algorithm written a second time."""

import math
import os
import signal
import threading
import tracemalloc
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import pytest

import nnlib.ensemble
from nnlib import Activation, Network, sigmoid, tanh
from nnlib.ensemble import Ensemble, Share, interval, train_ensemble

X, Y = np.array([[0, 0], [0, 1], [1, 0], [1, 1]]), np.array([0, 1, 1, 0])


class Softsign(Activation):
    """An activation function for which `nnlib.ensemble` has no version of its own."""

    name, low, high = "softsign", -1.0, 1.0

    compute = staticmethod(lambda z: z / (1 + np.abs(z)))
    compute_derivative = staticmethod(lambda z: (1 + np.abs(z)) ** -2)
    compute_derivative_from_output = staticmethod(lambda a: (1 - np.abs(a)) ** 2)


@dataclass
class NearlyConstant:
    """A slope of one's own, of a kind that no dictionary can look up."""

    share: float = 1 / 7

    def __call__(self, z, a):
        return 0.2 + (a * (1 - a) - 0.2) * self.share + 0.001 * z


def rng(seed=0):
    return np.random.default_rng(seed)


def same(one, other):
    """Whether two ensembles are equal to the bit."""
    pairs = zip([*one.start, *one.weights], [*other.start, *other.weights])
    return one.steps == other.steps and all(np.array_equal(a, b) for a, b in pairs)


def by_network(ensemble, i, rows, rate, slope):
    """Train network i of an ensemble again, as a `Network`, on lists of rows."""
    hidden = ensemble.weights[0].shape[2] - 1
    network = Network([2, hidden, 1], ensemble.activation, rng=rng(), slope=slope)
    network.weights = [W[i] for W in ensemble.start]
    ones = np.ones((4, 1))
    batches = [(np.hstack([ones, X])[row], Y[row, np.newaxis]) for row in rows]
    for a0, y in batches:
        network._step(a0, y, rate)
    return network


def close(network, ensemble, i):
    for W, expected in zip(ensemble.weights, network.weights):
        np.testing.assert_allclose(W[i], expected, rtol=0, atol=1e-10)
    np.testing.assert_allclose(ensemble.outputs[i], network.predict(X)[:, 0], rtol=0, atol=1e-10)


# --- the same arithmetic -------------------------------------------------------------------------


@pytest.mark.parametrize("activation", [sigmoid, tanh, Softsign()])
@pytest.mark.parametrize(
    "slope", ["input", "output", "twice", ["twice", "output"], ["input", "twice"], NearlyConstant()]
)
@pytest.mark.parametrize("hidden", [1, 2, 7])
def test_it_equals_network_on_the_same_rows(activation, slope, hidden):
    rows = rng(1).integers(4, size=(200, 3))
    nets = train_ensemble(
        3,
        steps=200,
        learning_rate=0.2,
        rng=rng(),
        activation=activation,
        slope=slope,
        hidden=hidden,
        rows=rows,
    )
    for i in range(3):
        close(by_network(nets, i, rows[:, i, np.newaxis], 0.2, slope), nets, i)


@pytest.mark.parametrize("activation", [sigmoid, tanh])
@pytest.mark.parametrize("slope", ["input", "output", "twice", ["twice", "output"]])
def test_all_rows_are_one_batch_of_four(activation, slope):
    nets = train_ensemble(
        3,
        steps=150,
        learning_rate=0.1,
        rng=rng(),
        activation=activation,
        slope=slope,
        batch="all",
    )
    for i in range(3):
        close(by_network(nets, i, [np.arange(4)] * 150, 0.1, slope), nets, i)


@pytest.mark.usefixtures("small_blocks")
def test_rows_may_be_shared_and_weights_given():
    start = [rng(2).normal(size=(6, 3, 3)), rng(3).normal(size=(6, 3, 1))]
    shared = rng(1).integers(4, size=(50, 1))
    settings = dict(steps=50, learning_rate=0.2, rng=rng(), weights=start)
    nets = train_ensemble(6, rows=shared, **settings)
    assert same(nets, train_ensemble(6, rows=np.repeat(shared, 6, axis=1), **settings))
    assert all(np.array_equal(a, b) for a, b in zip(nets.start, start))
    close(by_network(nets, 4, shared, 0.2, "input"), nets, 4)


def test_every_row_is_drawn_equally_often_and_by_each_network_for_itself():
    drawn = [
        now[:, 0, 0].astype(int).copy() for now, _ in nnlib.ensemble._one_row(None, rng(), 500, 100)
    ]
    rows = np.array([2 * x[0] + x[1] for x in drawn])  # (steps, networks)
    assert rows.shape == (500, 100)
    for axis in (0, 1, None):  # each network, each step, all of them
        counts = np.array([np.count_nonzero(rows == r, axis=axis) for r in range(4)])
        expected = counts.sum(axis=0) / 4
        assert (np.abs(counts - expected) < 5 * np.sqrt(expected)).all()
    together = np.mean(rows[:, :, np.newaxis] == rows[:, np.newaxis], axis=0)
    assert np.abs(together[~np.eye(100, dtype=bool)] - 0.25).max() < 0.12
    targets = [y[0].copy() for _, y in nnlib.ensemble._one_row(None, rng(), 500, 100)]
    assert np.array_equal(targets, Y[rows])


def test_first_weights_are_uniform():
    W1, W2 = train_ensemble(10_000, steps=0, learning_rate=1, rng=rng()).weights
    assert W1.shape == (10_000, 3, 3)
    assert W2.shape == (10_000, 3, 1)
    for w in [*W1.reshape(-1, 9).T, *W2.reshape(-1, 3).T]:
        assert -1 <= w.min() < -0.999
        assert 0.999 < w.max() < 1
        assert abs(w.mean()) < 5 / np.sqrt(3 * 10_000)
        assert abs((w**2).mean() - 1 / 3) < 0.02


# --- the same statistics -------------------------------------------------------------------------


def logistic(z):
    return 0.5 + 0.5 * np.tanh(z / 2)


def second_implementation(n, steps, rate, hidden_slope, seed):
    """Return how many of n networks solve XOR and how many end near 0.5, with all rows in a step.

    Matrix products with the networks on the first axis, as unlike `nnlib.ensemble` as the
    algorithm allows.
    """
    draw = rng(seed)
    W1, W2 = draw.uniform(-1, 1, (n, 3, 3)), draw.uniform(-1, 1, (n, 3, 1))
    x, y = np.insert(X, 0, 1, axis=1).astype(float), Y[:, np.newaxis]
    for _ in range(steps):
        a = logistic(x @ W1)
        out = logistic(a @ W2)
        d_out = (y - out) * out * (1 - out)
        d = d_out @ W2.swapaxes(1, 2) * hidden_slope(a)
        W2 += rate * a.swapaxes(1, 2) @ d_out
        W1 += rate * x.T @ d
    out = logistic(logistic(x @ W1) @ W2)[..., 0]
    solved, stuck = (np.abs(out - target).max(axis=1) <= 0.1 for target in (Y, 0.5))
    return np.count_nonzero(solved), np.count_nonzero(stuck)


@pytest.mark.parametrize(
    ("slope", "hidden_slope"),
    [
        ("output", lambda a: a * (1 - a)),
        (["twice", "output"], lambda a: np.exp(a) / (1 + np.exp(a)) ** 2),
    ],
)
def test_the_shares_are_those_of_a_second_implementation(slope, hidden_slope):
    n, steps = 400, 2000
    nets = train_ensemble(n, steps=steps, learning_rate=4, rng=rng(5), slope=slope, batch="all")
    counts = second_implementation(n, steps, 4, hidden_slope, seed=6)
    for share, other in zip([nets.solved(), nets.stuck()], counts):
        low, high = share.interval
        low_2, high_2 = interval(other, n)
        assert low <= high_2
        assert low_2 <= high


def test_the_bug_stays_at_a_half_and_the_right_slope_does_not():
    common = dict(steps=6000, learning_rate=1)
    right = train_ensemble(200, rng=rng(), slope="output", **common)
    twice = train_ensemble(200, rng=rng(), slope="twice", **common)
    assert twice.stuck().interval[0] > 0.8
    assert right.stuck().interval[1] < 0.4 < 0.6
    assert twice.solved().count == 0 < right.solved().count


# --- whoever runs it, and for how long ------------------------------------------------------------


@pytest.fixture
def small_blocks(monkeypatch):
    """Deal a few networks to many blocks, in threads, and end a round after few steps."""
    monkeypatch.setattr(nnlib.ensemble, "_BLOCK", 7)
    monkeypatch.setattr(nnlib.ensemble, "_ROUND", 40)
    monkeypatch.setattr(nnlib.ensemble, "_THREADS", 0)


@pytest.mark.parametrize("batch", ["one", "all"])
@pytest.mark.parametrize("slope", ["twice", NearlyConstant()])
@pytest.mark.usefixtures("small_blocks")
def test_the_result_does_not_depend_on_the_executor(batch, slope):
    def train(executor):
        return train_ensemble(
            30, steps=100, learning_rate=0.2, rng=rng(), slope=slope, batch=batch, executor=executor
        )

    here = train(nnlib.ensemble._Here)
    assert here.steps == 100
    assert same(here, train(None))
    for kind, workers in [
        (ThreadPoolExecutor, 1),
        (ThreadPoolExecutor, 3),
        (ProcessPoolExecutor, 2),
    ]:
        with kind(workers) as executor:
            assert same(here, train(executor))


def test_blocks_draw_different_weights_and_two_calls_different_ones():
    r = rng()
    one, two = (train_ensemble(8001, steps=0, learning_rate=1, rng=r) for _ in range(2))
    first = np.concatenate([one.weights[0][:, 0, 0], two.weights[0][:, 0, 0]])
    assert len(np.unique(first)) == 16_002


@pytest.mark.usefixtures("small_blocks")
def test_without_threads_it_runs_here(monkeypatch):
    expected = train_ensemble(5, steps=10, learning_rate=1, rng=rng())
    monkeypatch.setattr("sys.platform", "emscripten")
    monkeypatch.delattr("nnlib.ensemble.ThreadPoolExecutor")
    assert same(expected, train_ensemble(5, steps=10, learning_rate=1, rng=rng()))


@pytest.mark.parametrize(("n", "pools"), [(4000, 0), (11_999, 0), (12_000, 1)])
def test_threads_start_where_there_is_work_for_two(n, pools, monkeypatch):
    """Small blocks in several threads take longer than in one."""
    started = []

    def pool(*arguments):
        started.append(arguments)
        return ThreadPoolExecutor(*arguments)

    monkeypatch.setattr(nnlib.ensemble, "ThreadPoolExecutor", pool)
    train_ensemble(n, steps=1, learning_rate=1, rng=rng())
    assert started == [(os.cpu_count(),)] * pools  # one for each core


def peak(n, steps, batch="one"):
    tracemalloc.start()
    nets = train_ensemble(n, steps=steps, learning_rate=0.2, rng=rng(), slope="output", batch=batch)
    try:
        return tracemalloc.get_traced_memory()[1], nets
    finally:
        tracemalloc.stop()


@pytest.fixture
def short_rounds(monkeypatch):
    """End a round after few steps, so that a short run has as many rounds as a long one would."""
    monkeypatch.setattr(nnlib.ensemble, "_ROUND", 100)


@pytest.mark.usefixtures("short_rounds")
def test_memory_does_not_grow_with_the_steps():
    peak(100, 10)  # imports and caches
    short, long = peak(2000, 510)[0], peak(2000, 2010)[0]
    assert long < 1.02 * short


@pytest.mark.usefixtures("short_rounds")
def test_memory_is_what_the_docstring_says():
    few, many = peak(16_000, 101)[0], peak(48_000, 101)[0]
    assert few / 16_000 <= 400 + 500
    assert (many - few) / 32_000 <= 400


class Recording:
    """An executor that remembers how many networks stood in each block it was handed."""

    def map(self, function, blocks, *arguments):
        self.sizes = [block.shape[-1] for block in blocks]
        return map(function, blocks, *arguments)


@pytest.mark.parametrize(
    ("n", "sizes"),
    [
        (3999, [3999]),
        (4000, [2000, 2000]),  # from here on, two have something to do
        (8000, [4000, 4000]),
        (16_000, [8000, 8000]),  # at most 8,000 in a block
        (16_001, [5333, 5334, 5334]),
    ],
)
def test_how_networks_are_dealt_to_blocks(n, sizes):
    """Which weights a seed gives depends on this, so it must not change."""
    executor = Recording()
    train_ensemble(n, steps=1, learning_rate=1, rng=rng(), executor=executor)
    assert executor.sizes == sizes


def test_weights_may_be_whole_numbers():
    start = [np.ones((2, 3, 3), dtype=int), np.full((2, 3, 1), -1)]
    nets = train_ensemble(2, steps=5, learning_rate=0.5, rng=rng(), weights=start, batch="all")
    close(by_network(nets, 1, [np.arange(4)] * 5, 0.5, "input"), nets, 1)


def test_rows_may_be_none_and_all_alike():
    nothing = train_ensemble(2, steps=0, learning_rate=1, rng=rng(), rows=np.empty((0, 2), int))
    assert same(nothing, train_ensemble(2, steps=0, learning_rate=1, rng=rng()))
    alike = train_ensemble(2, steps=5, learning_rate=1, rng=rng(), rows=np.full((5, 1), 3))
    close(by_network(alike, 0, np.full((5, 1), 3), 1, "input"), alike, 0)


class Bar:
    """Stand in for a progress bar, and record what it would show."""

    def __init__(self, total):
        self.total, self.done = total, []

    def __enter__(self):
        return self

    def __exit__(self, *error):
        pass

    def update(self, more=1):
        self.done.append(more)


def test_progress_counts_steps(monkeypatch):
    bars = []

    def progress(total):
        bars.append(Bar(total))
        return bars[-1]

    monkeypatch.setattr(nnlib.ensemble, "progress", progress)
    train_ensemble(2, steps=2500, learning_rate=1, rng=rng())
    (bar,) = bars
    assert (bar.total, bar.done) == (2500, [1000, 1000, 500])


class Interrupting:
    """An executor that is interrupted, as by Ctrl-C, at the given block of the given call."""

    def __init__(self, at):
        self.calls, self.at = 0, at

    def map(self, *arguments):
        self.calls += 1
        for i, one in enumerate(map(*arguments)):
            if (self.calls, i) == self.at:
                raise KeyboardInterrupt
            yield one


@pytest.mark.usefixtures("small_blocks")
@pytest.mark.parametrize("at", [(1, 0), (3, 0), (3, 2)])
def test_interrupted_it_returns_what_it_has(at):
    settings = dict(learning_rate=0.2, slope="twice")
    words = f"^interrupted after {40 * (at[0] - 1)} of 1000 steps$"
    with pytest.warns(UserWarning, match=words):
        nets = train_ensemble(30, steps=1000, rng=rng(), executor=Interrupting(at), **settings)
    assert nets.steps == 40 * (at[0] - 1)
    assert same(nets, train_ensemble(30, steps=nets.steps, rng=rng(), **settings))


@pytest.fixture
def ctrl_c():
    """Let Ctrl-C interrupt, even if the tests run in the background, where it would be ignored."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("ctrl_c")
@pytest.mark.parametrize("least", [0, 12_000], ids=["threads", "here"])
def test_ctrl_c_ends_a_run(least, monkeypatch):
    monkeypatch.setattr(nnlib.ensemble, "_THREADS", least)
    alarm = threading.Timer(0.5, signal.raise_signal, [signal.SIGINT])
    alarm.start()
    with pytest.warns(UserWarning, match="of 1000000000 steps"):
        nets = train_ensemble(50, steps=10**9, learning_rate=0.2, rng=rng())
    assert 0 <= nets.steps < 10**9
    assert same(nets, train_ensemble(50, steps=nets.steps, learning_rate=0.2, rng=rng()))


def test_the_warning_points_to_who_called():
    with pytest.warns(UserWarning, match="interrupted") as caught:
        train_ensemble(4, steps=9, learning_rate=1, rng=rng(), executor=Interrupting((1, 0)))
    assert caught[0].filename == __file__


def test_it_says_nothing_and_does_not_overflow():
    start = [np.full((1, 3, 3), -2000.0), np.full((1, 3, 1), 2000.0)]
    for slope in ("input", "output", "twice"):
        nets = train_ensemble(1, steps=20, learning_rate=5, rng=rng(), slope=slope, weights=start)
        assert np.isfinite(nets.outputs).all()


def test_lost_networks_are_neither_solved_nor_stuck():
    def growing(z, a):
        return np.full_like(a, 1e300)

    nets = train_ensemble(3, steps=50, learning_rate=1, rng=rng(), slope=growing, activation=tanh)
    assert not np.isfinite(nets.weights[0]).all()
    assert nets.solved().count == nets.stuck().count == 0


# --- what comes out ------------------------------------------------------------------------------


def test_solved_and_stuck():
    # Outputs for four rows, by hand: W₁ = 0 makes a = ½, and W₂ sets one output for all rows.
    logits = np.log([0.41 / 0.59, 0.59 / 0.41, 0.61 / 0.39, 1])
    start = [np.zeros((4, 3, 3)), np.repeat(logits[:, np.newaxis, np.newaxis] * 2 / 3, 3, axis=1)]
    nets = train_ensemble(4, steps=0, learning_rate=1, rng=rng(), weights=start)
    assert nets.outputs.round(12).tolist() == [[p] * 4 for p in (0.41, 0.59, 0.61, 0.5)]
    assert nets.stuck().which.tolist() == [True, True, False, True]
    assert nets.stuck(0.2).count == 4
    assert nets.stuck(within=0).which.tolist() == [False, False, False, True]
    assert nets.solved().count == 0
    assert nets.solved(within=0.5).which.tolist() == [False, False, False, True]
    # XOR by hand: a unit for OR, one for AND.
    W1 = [[-10.0, -30, 0], [20, 20, 0], [20, 20, 0]]
    W2 = [[10.0], [-20], [-10]]
    solver = train_ensemble(
        1, steps=0, learning_rate=1, rng=rng(), weights=[np.array([W1]), np.array([W2]) * 2]
    )
    assert solver.outputs.round(3)[0].tolist() == [0, 1, 1, 0]
    assert solver.solved().count == 1


def test_pre_activations_tell_the_start_from_the_end():
    nets = train_ensemble(3, steps=100, learning_rate=1, rng=rng(), batch="all")
    for start, weights in ((True, nets.start), (False, nets.weights)):
        z = nets.pre_activations(start=start)
        assert z.shape == (3, 4, 3)
        for row, x in enumerate(X):
            expected = weights[0][:, 0] + x[0] * weights[0][:, 1] + x[1] * weights[0][:, 2]
            np.testing.assert_allclose(z[:, row], expected, atol=1e-14)


@pytest.mark.parametrize("slope", ["output", "twice", ["twice", "output"]])
def test_the_steps_of_single_rows_are_those_of_networks(slope):
    nets = train_ensemble(
        3, steps=50, learning_rate=1, rng=rng(), batch="all", activation=tanh, hidden=4
    )
    steps = nets.row_steps(slope)
    assert steps.shape == (3, 4, 20)
    network = Network([2, 4, 1], tanh, rng=rng(), slope=slope)
    for i in range(3):
        network.weights = [W[i] for W in nets.weights]
        for row in range(4):
            gradient = network.gradient(X[[row]], Y[[row]])
            expected = -np.concatenate([G.ravel() for G in gradient])
            np.testing.assert_allclose(steps[i, row], expected, rtol=0, atol=1e-14)


def test_the_steps_of_single_rows_have_the_right_slope_unless_another_is_asked_for():
    nets = train_ensemble(2, steps=0, learning_rate=1, rng=rng())
    np.testing.assert_array_equal(nets.row_steps(), nets.row_steps("input"))


def test_ensemble_and_share_show_the_numbers_that_matter():
    nets = train_ensemble(3, steps=2, learning_rate=1, rng=rng())
    assert repr(nets) == "Ensemble(steps=2, activation=nnlib.sigmoid)"
    assert isinstance(nets, Ensemble)
    share = Share(np.array([True, False, True, True]))
    assert (share.count, share.n, float(share)) == (3, 4, 0.75)
    assert str(share) == "75.0 % (30.1 to 95.4 %)"


@pytest.mark.parametrize(
    ("count", "n", "expected"),
    # From R: binom::binom.wilson(count, n)
    [(0, 10, (0, 0.2775328)), (10, 10, (0.7224672, 1)), (8, 10, (0.4901625, 0.9433178))],
)
def test_interval(count, n, expected):
    assert interval(count, n) == pytest.approx(expected, abs=5e-8)


def test_the_interval_ends_at_0_and_1_whatever_is_rounded():
    assert min(interval(0, n)[0] for n in range(1, 100)) == 0
    assert max(interval(n, n)[1] for n in range(1, 100)) == 1


@pytest.mark.parametrize("p", [0.002, 0.05, 0.5, 0.94])
def test_the_interval_holds_the_share_about_95_times_in_100(p):
    n, covered = 500, 0.0
    for k in range(n + 1):
        low, high = interval(k, n)
        covered += math.comb(n, k) * p**k * (1 - p) ** (n - k) * (low <= p <= high)
    assert 0.91 < covered < 0.99


# --- bad input -----------------------------------------------------------------------------------

GOOD = dict(n=4, steps=3, learning_rate=0.2)
BAD = [
    (dict(n=0), ValueError, "n is 0; give a whole number, 1 or more"),
    (dict(n=2.5), TypeError, "n is 2.5; give a whole number"),
    (dict(steps=-1), ValueError, "steps is -1; give a whole number, 0 or more"),
    (dict(steps="10"), TypeError, "steps is '10'"),
    (dict(learning_rate=0), ValueError, "learning_rate is 0; give a positive number"),
    (dict(learning_rate=float("nan")), ValueError, "learning_rate is nan"),
    (dict(learning_rate="fast"), TypeError, "learning_rate is 'fast' .* give real numbers"),
    (dict(activation="tanh"), TypeError, "activation is 'tanh'; give an Activation"),
    (dict(slope="right"), ValueError, "slope is 'right'; give one of 'input', 'output', 'twice'"),
    (dict(slope=["input"]), ValueError, "slope has 1 entries"),
    (dict(hidden=0), ValueError, "hidden is 0; give a whole number, 1 or more"),
    (dict(executor=2), TypeError, "executor is 2; give a concurrent.futures.Executor"),
    (dict(batch="two"), ValueError, "batch is 'two'; give 'one' .* or 'all'"),
    (dict(weights=[np.zeros((4, 3, 3))]), ValueError, r"weights have the shapes .* need"),
    (dict(weights=[np.zeros((4, 3, 3)), np.zeros((4, 3))]), ValueError, "need"),
    (dict(weights=[np.full((4, 3, 3), np.inf)]), ValueError, "weights holds inf"),
    (dict(rows=[[0, 1]]), ValueError, r"rows have the shape \(1, 2\) .* \(3, 4\), or \(3, 1\)"),
    (dict(rows=np.zeros((3, 4))), ValueError, "hold float64; give whole numbers"),
    (dict(rows=[[4]] * 3), ValueError, "rows go from 4 to 4; give numbers from 0 to 3"),
    (dict(rows=[[-1]] * 3), ValueError, "rows go from -1 to -1"),
    (dict(rows=[[0]] * 3, batch="all"), ValueError, "^rows are given, .* leave out one of the two"),
]  # fmt: skip


@pytest.mark.parametrize(("wrong", "error", "message"), BAD)
def test_bad_input(wrong, error, message):
    r = rng()
    with pytest.raises(error, match=message):
        train_ensemble(**GOOD | wrong, rng=r)
    assert r.bit_generator.seed_seq.n_children_spawned == 0
    assert r.random() == rng().random()


def test_bad_generator():
    with pytest.raises(TypeError, match=r"rng is 7; give a numpy\.random\.Generator"):
        train_ensemble(**GOOD, rng=7)


@pytest.mark.parametrize(
    ("count", "n", "error", "message"),
    [
        (-1, 3, ValueError, "count is -1; give a whole number, 0 or more"),
        (4, 3, ValueError, "count is 4; give a number that is not above n, which is 3"),
        (0, 0, ValueError, "n is 0; give a whole number, 1 or more"),
        (0.5, 3, TypeError, "count is 0.5"),
    ],
)
def test_interval_of_bad_input(count, n, error, message):
    with pytest.raises(error, match=message):
        interval(count, n)
