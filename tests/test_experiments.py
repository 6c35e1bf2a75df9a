"""Chapter 7's stored counts: complete, and the same when some of them are made again."""

import json
from pathlib import Path

import experiments
import pytest

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


@pytest.mark.parametrize("name", ["map: all, rate 1.0, 3 units", "map: all, rate 1.0, 8 units"])
def test_counts_can_be_had_again(name):
    """On another processor a network at the edge may fall to the other side, so within 2 of 200."""
    again = experiments.run(name, WANTED[name])
    assert [n for n, _ in again["above"]] == [n for n, _ in STORED[name]["above"]]
    for what in ["solved", "stuck"]:
        assert abs(again[what] - STORED[name][what]) <= 2
