"""The secant of chapter 2, driven in a browser and compared with nnlib."""

import re

import numpy as np
import pytest

from nnlib import sigmoid

PAGE = "book/02-derive-the-slope-of-sigmoid.html"


def told(h):
    """Return the sentence that the figure should show at h, with nnlib's numbers."""
    slope = (sigmoid(1 + h) - sigmoid(1.0)) / h
    tangent = sigmoid.derivative(1.0)
    words = f"h = {h:.1f}: the secant has the slope {slope:.4f}, the tangent {tangent:.4f}."
    return words.replace("-", "−")


@pytest.fixture
def open_secant(alone):
    """Return a function that opens the page and returns it, the figure and its picture."""

    def open_page(state="", **options):
        page = alone(f"{PAGE}#secant{state}", **options)
        figure = page.locator("figure#secant")
        figure.locator("svg.surface").scroll_into_view_if_needed()
        return page, figure, figure.locator("svg.surface")

    return open_page


def place(picture, z):
    """Return where this z is in the window, a third of the way down the picture."""
    box = picture.bounding_box()
    at = picture.evaluate(
        """it => ["−3", "6"].map((text) => Number([...it.querySelectorAll("text")]
          .find((word) => word.textContent === text).getAttribute("x")))"""
    )
    return box["x"] + at[0] + (at[1] - at[0]) * (z + 3) / 9, box["y"] + box["height"] / 3


def test_its_slopes_are_those_of_nnlib(revisit):
    page = revisit("404.html")
    h = np.array([-4.0, -1.3, -0.1, 0.1, 1, 2, 4])
    got = page.evaluate(
        """async (hs) => {
          const { secant } = await import("./_static/explorables/secant.js");
          return [...hs, 0].map(secant).map(String);
        }""",
        h.tolist(),
    )
    assert got[-1] == "NaN"
    wanted = (sigmoid(1 + h) - sigmoid(1.0)) / h
    np.testing.assert_allclose([float(slope) for slope in got[:-1]], wanted, rtol=1e-12)


def test_a_mouse_and_the_keys_move_the_second_point_and_the_address_keeps_it(open_secant):
    page, figure, picture = open_secant()
    words = figure.locator(".told")
    assert words.inner_text() == told(2.0)
    page.mouse.move(*place(picture, 3))
    page.mouse.down()
    page.mouse.move(*place(picture, 1.5), steps=3)
    page.mouse.up()
    assert words.inner_text() == told(0.5)
    figure.get_by_role("slider", name="h").focus()
    for key, h in [("ArrowLeft", 0.4), ("Home", -4.0), ("End", 4.0)]:
        page.keyboard.press(key)
        assert words.inner_text() == told(h)
    page.wait_for_url("**#secant&h=4")


def test_the_secant_becomes_the_tangent_and_with_one_point_there_is_none(open_secant):
    """Measured in the picture: the slopes of the two lines come closer as h shrinks."""
    _, figure, picture = open_secant("&h=0")
    assert "no secant" in figure.locator(".told").inner_text()
    assert picture.locator("line.secant").count() == 0
    apart = []
    for h in (4, 1, 0.1):
        _, _, picture = open_secant(f"&h={h}")
        ends = picture.evaluate(
            """it => ["secant", "tangent"].map((kind) => {
              const { x1, y1, x2, y2 } = it.querySelector(`line.${kind}`);
              const [left, low, right, high] = [x1, y1, x2, y2].map((end) => end.baseVal.value);
              return (low - high) / (right - left);
            })"""
        )
        apart.append(abs(ends[0] - ends[1]) / ends[1])
    assert apart[0] > apart[1] > apart[2]
    assert apart[2] < 0.03


def test_a_finger_moves_the_point_and_a_swipe_scrolls_the_page(open_secant):
    page, figure, picture = open_secant(width=390, height=844, has_touch=True)
    page.touchscreen.tap(*place(picture, 2))
    assert figure.locator(".told").inner_text() == told(1.0)
    before = page.evaluate("scrollY")
    touch = page.context.new_cdp_session(page)
    x, y = place(picture, -1)
    for kind, up in [("touchStart", 0), ("touchMove", 20), ("touchMove", 60), ("touchEnd", None)]:
        points = [] if up is None else [{"x": x + up / 10, "y": y - up}]
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
    page.wait_for_function("(before) => scrollY > before", arg=before)
    assert figure.locator(".told").inner_text() == told(1.0)


@pytest.mark.parametrize("state", ["&h=9", "&h=one", ""])
def test_an_address_that_makes_no_sense_shows_the_default_and_it_says_what_it_shows(
    open_secant, state
):
    _, figure, picture = open_secant(state)
    assert figure.locator(".told").inner_text() == told(2.0)
    assert re.search(r"secant has the slope 0\.1108", picture.get_attribute("aria-label"))
