"""The still pictures of the explorables: each is what its program draws, and none is left over."""

import pytest
import stills
from same_figures import Figure


@pytest.mark.parametrize("name", stills.STILLS)
def test_a_still_is_what_its_program_draws(name):
    stored = (stills.FOLDER / f"{name}.svg").read_text(encoding="utf-8")
    assert Figure(stored).difference(stills.drawn(name)) is None, "`make stills` draws it again"


def test_each_still_has_a_program():
    assert {path.stem for path in stills.FOLDER.glob("*.svg")} == stills.STILLS.keys()
