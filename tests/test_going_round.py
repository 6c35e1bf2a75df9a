"""A saddle or a loop, in chapter 7, driven in a browser and compared with nnlib."""

import numpy as np
import pytest

from nnlib import sigmoid

PAGE = "book/07b-watch-teaching-go-round.html"
D, KAPPA = 0.16, 0.025
SLOPES = {
    "right": sigmoid.derivative,
    "twice": lambda z: sigmoid.derivative(sigmoid(z)),
    "mirrored": lambda z: sigmoid.derivative(sigmoid(-z)),
    "constant": lambda z: np.full_like(z, 0.235),
}


def derivative(f, z, h=1e-5):
    return (f(np.float64(z + h)) - f(np.float64(z - h))) / (2 * h)


@pytest.fixture
def ask(revisit):
    """Return a function that evaluates an expression with the module's own functions."""
    page = revisit("404.html")
    return lambda script, *values: page.evaluate(
        "async (values) => { const { step, path, verdict } = "
        f'await import("./_static/explorables/going-round.js"); return {script}; }}',
        values,
    )


@pytest.fixture
def look(alone):
    """Return a function that opens the figure with some settings."""

    def look(settings="", **options):
        page = alone(f"{PAGE}#going-round{settings}", **options)
        figure = page.locator("figure#going-round")
        figure.locator(".handle").wait_for()
        return page, figure

    return look


@pytest.mark.parametrize("slope", SLOPES)
@pytest.mark.parametrize("mean", [-1.0, 0.3, 2.0])
def test_a_step_follows_the_two_equations(ask, slope, mean):
    V, q = 0.7, -0.2
    bend, change = derivative(sigmoid.derivative, mean), derivative(SLOPES[slope], mean)
    expected = [-4 * KAPPA * bend * q, -KAPPA * change * np.sqrt(D**2 + 4 * q**2) * V]
    got = ask("step(values[0], values[1], [values[2], values[3]])", slope, mean, V, q)
    np.testing.assert_allclose(got, expected, rtol=1e-7, atol=1e-12)


@pytest.mark.parametrize(
    ("slope", "mean", "ends"),
    [
        ("right", -1, "leaves"),
        ("right", 1, "leaves"),
        ("twice", 1, "leaves"),
        ("twice", -1, "comes back"),
        ("mirrored", -1, "leaves"),
        ("mirrored", 1, "comes back"),
    ],
)
def test_a_path_keeps_what_is_conserved_and_ends_as_the_signs_say(ask, slope, mean, ends):
    got = ask("path(values[0], values[1], [1, 0.1])", slope, mean)
    V, q = np.transpose(got["points"])
    bend, change = derivative(sigmoid.derivative, mean), derivative(SLOPES[slope], mean)
    kept = change * V**2 - 2 * bend * np.sqrt(D**2 + 4 * q**2)
    assert np.ptp(kept) < 1e-6 * np.abs(kept).max()
    assert got["ends"] == ends
    product = bend * V * q
    if ends == "leaves":
        assert product[-1] < 0
        assert (np.diff(product) < 1e-12).all()
    else:
        np.testing.assert_allclose(got["points"][-1], got["points"][0], atol=0.05)
        assert product.min() < 0 < product.max()


def test_a_small_loop_takes_as_long_as_a_pendulum_would(ask):
    """The period of a small loop is 2π over the root of the two equations' product."""
    bend, change = derivative(sigmoid.derivative, -1), derivative(SLOPES["twice"], -1)
    period = 2 * np.pi / (2 * KAPPA * np.sqrt(-bend * change * D))
    got = ask('path("twice", -1, [0.001, 0.0001]).steps')
    assert got == pytest.approx(period, rel=0.01)


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ("", ["A loop", "Comes back after"]),
        ("&slope=right", ["A saddle", "Leaves the picture"]),
        ("&mean=1", ["A saddle"]),
        ("&slope=constant", ["Nothing is taught"]),
        ("&mean=0", ["no parity"]),
    ],
)
def test_says_what_it_shows(look, settings, words):
    _, figure = look(settings)
    for word in words:
        assert word in figure.locator(".verdict").inner_text()
        assert word in figure.locator(".spoken").inner_text()


def test_the_keyboard_reaches_every_setting(look):
    page, figure = look()
    figure.get_by_role("slider", name="Mean z").focus()
    for _ in range(20):
        page.keyboard.press("ArrowRight")
    assert "A saddle" in figure.locator(".verdict").inner_text()
    page.wait_for_function("location.hash === '#going-round&mean=1'")


def test_a_mouse_moves_the_start_and_the_address_keeps_it(look):
    page, figure = look()
    box = figure.locator("svg.plane").bounding_box()
    page.mouse.move(box["x"] + 0.7 * box["width"], box["y"] + 0.3 * box["height"])
    page.mouse.down()
    page.mouse.up()
    page.wait_for_function("location.hash.includes('V=') && location.hash.includes('q=')")
    place = figure.locator(".handle").get_attribute("cx")
    page.reload()
    figure.locator(".handle").wait_for()
    assert figure.locator(".handle").get_attribute("cx") == place


def test_a_swipe_scrolls_and_leaves_the_point_where_it_is(look):
    page, figure = look(width=390, height=844, has_touch=True)
    plane, handle = figure.locator("svg.plane"), figure.locator(".handle")
    plane.scroll_into_view_if_needed()
    box, before = plane.bounding_box(), handle.get_attribute("cx")
    touch = page.context.new_cdp_session(page)
    x, y = box["x"] + 60, box["y"] + 40
    for kind, up in [("touchStart", 0), ("touchMove", 10), ("touchMove", 60), ("touchEnd", None)]:
        points = [] if up is None else [{"x": x, "y": y - up}]
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
    assert handle.get_attribute("cx") == before
    page.touchscreen.tap(x, y)
    assert handle.get_attribute("cx") == before


def test_fits_a_phone(look):
    page, figure = look(width=390, height=844)
    assert figure.locator("svg.plane").bounding_box()["width"] <= 390
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
