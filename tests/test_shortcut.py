"""The measured times of chapter 9: the stored file is what the script makes and the page shows."""

import json
from pathlib import Path

import numpy as np
import pytest
import shortcut

from nnlib.more_activations import ACTIVATIONS

BOOK = Path(__file__).parents[1] / "book"


@pytest.mark.parametrize("name", shortcut.FORMULAS)
def test_what_is_timed_is_the_slope(name):
    f = ACTIVATIONS[name]
    z = np.linspace(-4, 4, 81)
    from_z, from_a = shortcut.FORMULAS[name]
    for formula, value in [(from_z, z), (from_a, f(z))]:
        before, u, out = value.copy(), np.empty(81), np.empty(81)
        formula(value, u, out)
        np.testing.assert_allclose(out, f.derivative(z), rtol=1e-12)
        np.testing.assert_array_equal(value, before)


def test_the_stored_file_holds_every_function_at_every_size():
    stored = json.loads((BOOK / "data/shortcut.json").read_text(encoding="utf-8"))
    measured = [(row["function"], row["units"]) for row in stored["slope"]]
    assert measured == [(name, n) for name in shortcut.FORMULAS for n in shortcut.UNITS]
    assert [row["units"] for row in stored["slope, new arrays"]] == shortcut.UNITS
    measured = [(row["sizes"], row["rows"]) for row in stored["gradient"]]
    assert measured == shortcut.NETWORKS


def test_a_measurement_has_the_form_of_the_stored_one():
    stored = json.loads((BOOK / "data/shortcut.json").read_text(encoding="utf-8"))
    measured = shortcut.measure(units=[10, 100], networks=[([2, 2, 1], 4)], rounds=3)
    assert measured.keys() == stored.keys()
    for part in ("slope", "slope, new arrays", "gradient"):
        assert measured[part][0].keys() == stored[part][0].keys()
        for row in [*measured[part], *stored[part]]:
            assert 0 < row["ratio"][0] <= row["ratio"][1] <= row["ratio"][2]
