"""The arrows of chapter 7, which a constant slope closes to a triangle, compared with nnlib."""

import numpy as np
import pytest

from nnlib import sigmoid

PAGE = "book/07-see-why-it-hurts.html"
X = np.array([[0, 1], [1, 0], [1, 1]])  # the rows that move a weight
SLOPES = {
    "constant": np.ones_like,
    "right": sigmoid.derivative,
    "doubled": lambda z: sigmoid.derivative(sigmoid(z)),
}


def left(name, mean):
    """Return what is left of three rows' steps at outputs of 1/2; the mean arrow has length 1."""
    slopes = SLOPES[name](mean + (X - 0.5) @ [1.0, 0.6])
    errors = np.array([1, 1, -1])  # rows 01 and 10 push, 11 pulls
    return errors * slopes / slopes.mean() @ X


def told(mean):
    right, doubled = left("right", mean), left("doubled", mean)
    way = "other" if right @ doubled < 0 else "same"
    words = (
        f"Mean z = {mean:.1f}: the constant slope leaves no gap, the right one "
        f"{np.hypot(*right):.2f} of an arrow, the doubled one {np.hypot(*doubled):.2f}, "
        f"the {way} way."
    )
    return words.replace("-", "−")


@pytest.fixture
def triangles(alone):
    """Return a function that opens the page and returns it and the figure."""

    def open_page(state="", **options):
        page = alone(f"{PAGE}#fig-triangle{state}", **options)
        return page, page.locator("figure#fig-triangle")

    return open_page


def test_what_is_left_is_what_nnlib_leaves(revisit):
    page, means = revisit("404.html"), [-2.0, -1.0, 0.0, 0.3, 2.0]
    for name in SLOPES:
        got = page.evaluate(
            """async ([name, means]) => {
              const { ask } = await import("./_static/explorables/triangle.js");
              return means.map((mean) => ask(name, mean).left);
            }""",
            [name, means],
        )
        wanted = [left(name, mean) for mean in means]
        np.testing.assert_allclose(got, wanted, rtol=1e-12, atol=1e-14)


def test_it_opens_where_the_bug_teaches_backwards_and_the_keys_lead_to_where_it_does_not(triangles):
    page, figure = triangles()
    words = figure.locator(".told")
    assert words.inner_text() == told(-1.0)
    assert words.inner_text().endswith("the other way.")
    figure.get_by_role("slider", name="Mean z").focus()
    for key, mean in [("ArrowRight", -0.9), ("Home", -2.0), ("End", 2.0)]:
        page.keyboard.press(key)
        assert words.inner_text() == told(mean)
    assert words.inner_text().endswith("the same way.")
    page.wait_for_url("**#fig-triangle&mean=2")


@pytest.mark.parametrize("mean", [-2, -1, 2])
def test_on_a_phone_three_whole_triangles_stand_side_by_side(triangles, mean):
    _, figure = triangles(f"&mean={mean}", width=390, height=844)
    pictures = figure.locator(".triangles svg")
    places = pictures.evaluate_all(
        """all => all.map((it) => {
          const box = it.getBoundingClientRect();
          const parts = [...it.querySelectorAll(".arrow, text")];
          const inside = (part) => Math.min(part.left - box.left, box.right - part.right,
            part.top - box.top, box.bottom - part.bottom);
          return [box.top, ...parts.map((part) => inside(part.getBoundingClientRect()))];
        })"""
    )
    assert len({round(top) for top, *_ in places}) == 1
    assert min(inside for _, *all_parts in places for inside in all_parts) > -1
    names = figure.locator(".triangles strong").all_inner_texts()
    gaps = figure.locator(".triangles span").all_inner_texts()
    assert names == list(SLOPES)
    assert gaps[0] == "no gap"
    wanted = [f"gap {np.hypot(*left(name, mean)):.2f}" for name in names[1:]]
    assert gaps[1:] == wanted
