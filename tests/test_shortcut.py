"""The measured times of chapter 9: the stored file is what the script makes and the page shows."""

import json
from pathlib import Path

import shortcut

BOOK = Path(__file__).parents[1] / "book"


def test_the_stored_file_holds_every_function_at_every_size():
    stored = json.loads((BOOK / "data/shortcut.json").read_text(encoding="utf-8"))
    measured = [(row["function"], row["units"]) for row in stored["slope"]]
    assert measured == [(f.name, n) for f in shortcut.FUNCTIONS for n in shortcut.UNITS]
    measured = [(row["sizes"], row["rows"]) for row in stored["gradient"]]
    assert measured == shortcut.NETWORKS


def test_a_measurement_has_the_form_of_the_stored_one():
    stored = json.loads((BOOK / "data/shortcut.json").read_text(encoding="utf-8"))
    measured = shortcut.measure(units=[10, 100], networks=[([2, 2, 1], 4)], rounds=3)
    assert measured.keys() == stored.keys()
    for part in ("slope", "gradient"):
        assert measured[part][0].keys() == stored[part][0].keys()
        for row in [*measured[part], *stored[part]]:
            assert 0 < row["ratio"][0] <= row["ratio"][1] <= row["ratio"][2]
