"""Chapter 7's stored counts: complete, and the same when some of them are computed again."""

import json
from pathlib import Path

import experiments
import numpy as np
import pytest

from nnlib import sigmoid
from nnlib.ensemble import X, Y, train_ensemble

BOOK = Path(__file__).parents[1] / "book"
STORED = json.loads((BOOK / "data" / "experiments.json").read_text(encoding="utf-8"))
WANTED = experiments.experiments()


def test_the_file_holds_each_experiment_with_the_settings_that_it_has_now():
    assert list(STORED) == list(WANTED)
    for name, settings in WANTED.items():
        assert {key: STORED[name][key] for key in settings} == settings


def test_counts_add_up():
    for result in STORED.values():
        networks, solved = map(sum, zip(*result["above"], strict=True))
        assert (networks, solved) == (result["n"], result["solved"])
        assert result["solved"] + result["stuck"] <= result["n"]
        if "ends" in result:
            assert result["solved"] <= result["side"] <= result["n"]
            assert (result["low"] is None) == (result["stuck"] == 0)


@pytest.mark.parametrize("name", ["map: all, rate 1.0, 3 units", "map: all, rate 1.0, 8 units"])
def test_counts_can_be_had_again(name):
    """On another processor a network at the edge may fall to the other side, so within 2 of 200."""
    again = experiments.run(name, WANTED[name])
    assert [n for n, _ in again["above"]] == [n for n, _ in STORED[name]["above"]]
    for what in ["solved", "stuck"]:
        assert abs(again[what] - STORED[name][what]) <= 2


def test_a_drift_can_be_had_again():
    name = "drift: rate 0.4, output constant 0.25"
    again, stored = experiments.run(name, WANTED[name]), STORED[name]
    for what in ["z", "a"]:
        np.testing.assert_allclose(again[what], stored[what], atol=1e-3)


@pytest.fixture
def weights():
    rng = np.random.default_rng(3)
    return [rng.uniform(-1, 1, (5, 3, 3)), rng.uniform(-1, 1, (5, 3, 1))]


def train(weights, **changes):
    settings = {"steps": 100, "learning_rate": 0.2, "slope": ["twice", "output"]} | changes
    rng = np.random.default_rng(0)
    return experiments.train(len(weights[0]), weights=weights, rng=rng, **settings)


def assert_same(ones, others):
    for one, other in zip(ones, others, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-10, atol=1e-12)


def test_unchanged_all_rows_are_those_of_train_ensemble(weights):
    got = train(weights, batch="all")
    same = {"steps": 100, "learning_rate": 0.2, "slope": ["twice", "output"], "batch": "all"}
    wanted = train_ensemble(5, weights=weights, rng=np.random.default_rng(0), **same)
    assert_same(got.weights, wanted.weights)
    assert_same([got.outputs], [wanted.outputs])


def test_unchanged_single_rows_are_those_of_train_ensemble(weights):
    rng = np.random.default_rng(0)
    rows = np.concatenate([rng.integers(4, size=(64, 5)), rng.integers(4, size=(36, 5))])
    got = train(weights)
    same = {"steps": 100, "learning_rate": 0.2, "slope": ["twice", "output"], "rows": rows}
    wanted = train_ensemble(5, weights=weights, rng=np.random.default_rng(0), **same)
    assert_same(got.weights, wanted.weights)


def test_the_proposition_that_a_minus_one_is_the_mirror_image(weights):
    """Step by step the same, with all weights of the opposite sign."""
    opposite = [-W for W in weights]
    for batch in ["one", "all"]:
        got = train(weights, less=1.0, batch=batch)
        image = train(opposite, slope=[experiments.mirrored, "output"], batch=batch)
        assert_same(got.weights, [-W for W in image.weights])
        assert_same([got.outputs], [image.outputs])


def test_a_lift_moves_the_biases_as_the_page_says_and_nothing_else(weights):
    plain, lifted = (train(weights, batch="all", steps=1, lift=k) for k in (0, 1))
    z = np.column_stack([np.ones(4), X]) @ weights[0]
    out = sigmoid(sigmoid(z) @ weights[1])[..., 0]
    e, s = Y - out, sigmoid.derivative_from_output(out)
    rises = 0.75 * 0.2**2 * (e * s)[..., np.newaxis] ** 2
    rises = rises * sigmoid.derivative(sigmoid(z)) * sigmoid(z)
    moved = lifted.weights[0] - plain.weights[0]
    np.testing.assert_allclose(moved[:, 0], rises.sum(axis=1), rtol=1e-6)
    assert not moved[:, 1:].any()
    assert_same([lifted.weights[1]], [plain.weights[1]])
