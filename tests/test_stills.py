"""The still pictures of the explorables: each is what its program draws, and none is left over."""

import re

import pytest
import stills
from same_figures import SAME_LAYOUT, Figure

#: Its scale follows the size of the axes, which depends on how Matplotlib measures letters.
SCALED = "direction.narrow"


@pytest.mark.parametrize("name", stills.CUTS)
def test_a_still_is_what_its_program_draws(name):
    if name == SCALED and not SAME_LAYOUT:
        pytest.skip("another Matplotlib than the locked one draws it at another scale")
    stored = (stills.FOLDER / f"{name}.svg").read_text(encoding="utf-8")
    assert Figure(stored).difference(stills.drawn(name)) is None, "`make stills` draws it again"


def test_each_still_has_a_program():
    assert {path.stem for path in stills.FOLDER.glob("*.svg")} == {*stills.CUTS}


@pytest.mark.parametrize("name", stills.STILLS)
def test_on_a_phone_no_letter_of_a_still_is_smaller_than_11_pixels(name):
    """A page 390 pixels wide leaves a picture 372; exponents and indices may be smaller."""
    svg = (stills.FOLDER / f"{name}.narrow.svg").read_text(encoding="utf-8")
    scale = 372 / float(re.search(r'viewBox="0 0 ([\d.]+) ', svg)[1])
    sizes = {float(size) for size in re.findall(r"font(?:-size)?: ([\d.]+)px", svg)} - {7.0}
    assert sizes
    assert min(sizes) * scale >= 11
