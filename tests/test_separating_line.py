"""The line across the square in chapter 1, driven in a browser and compared with nnlib's units."""

import numpy as np
import pytest

from nnlib import Network, sigmoid

PAGE = "book/01-watch-a-network-refuse-to-learn.html"
X = [[0, 0], [0, 1], [1, 0], [1, 1]]
TASKS = {"XOR": [0, 1, 1, 0], "OR": [0, 1, 1, 1], "AND": [0, 0, 0, 1]}
MODULE = "const { unitAt, rightOnes } = await import('./_static/explorables/separating-line.js');"


def right(task, angle, shift):
    """Count with a network that has no hidden layer: one unit, and its sign."""
    unit = Network([2, 1], sigmoid, rng=np.random.default_rng(0))
    w = np.cos(np.radians(angle)), np.sin(np.radians(angle))
    unit.weights = [[[-shift - sum(w) / 2], [w[0]], [w[1]]]]
    return int(((unit.predict(X).ravel() > 0.5) == TASKS[task]).sum())


class Square:
    """The figure, as a reader sees and uses it."""

    def __init__(self, page):
        self.page, self.figure = page, page.locator("#separating-line")
        self.picture = self.figure.locator("svg.square")
        self.picture.scroll_into_view_if_needed()

    def count(self):
        return int(self.figure.locator(".count").inner_text().removesuffix(" of 4 right"))

    def settings(self):
        """Return the angle and the shift, as the sliders have them."""
        return [float(s.input_value()) for s in self.figure.get_by_role("slider").all()]

    def handle(self, number):
        """Return where the middle (0) or an end (1, 2) of the line is in the window."""
        box = self.figure.locator(".handle .reach").nth(number).bounding_box()
        return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2

    def place(self, x1, x2):
        """Return where in the window this point of the square is."""
        box = self.figure.locator("svg.square rect").bounding_box()
        return box["x"] + box["width"] * x1, box["y"] + box["height"] * (1 - x2)


@pytest.fixture
def open_square(alone):
    def open_square(settings="", **options):
        return Square(alone(f"{PAGE}#separating-line{settings}", **options))

    return open_square


def test_each_line_has_as_many_right_corners_as_a_unit_of_nnlib(revisit):
    """The most that any line can have is 3 for XOR, and 4 for OR and AND."""
    page = revisit("404.html")
    lines = [(angle, n / 100) for angle in range(0, 360, 15) for n in range(-77, 79, 22)]
    lines += [(45, -0.35), (45, 0.35)]
    got = page.evaluate(
        f"""async ([tasks, lines]) => {{
          {MODULE}
          const count = (task, line) => rightOnes(task, ...line).filter(Boolean).length;
          return tasks.map((task) => lines.map((line) => count(task, line)));
        }}""",
        [list(TASKS), lines],
    )
    assert got == [[right(task, *line) for line in lines] for task in TASKS]
    assert [max(counts) for counts in got] == [3, 4, 4]


def test_its_rule_is_the_line_that_it_draws(revisit):
    page = revisit("404.html")
    got = page.evaluate(
        f"""async () => {{
          {MODULE}
          const {{ weights, threshold }} = unitAt(120, 0.25);
          return [...weights, threshold];
        }}"""
    )
    w = [np.cos(np.radians(120)), np.sin(np.radians(120))]
    np.testing.assert_allclose(got, [*w, 0.25 + sum(w) / 2], rtol=1e-12)


def test_opens_with_three_of_four(open_square):
    square = open_square()
    assert square.count() == 3 == right("XOR", 45, -0.35)
    assert "0.71·x₁ + 0.71·x₂ > 0.36" in square.figure.inner_text()


@pytest.mark.parametrize(("settings", "count"), [("&task=OR", 4), ("&angle=90&shift=0.01", 2)])
def test_an_address_opens_its_view(open_square, settings, count):
    assert open_square(settings).count() == count


def test_an_address_with_nonsense_shows_the_default(open_square):
    square = open_square("&task=NAND&angle=7&shift=9")
    assert square.settings() == [45, -0.35]


def test_a_mouse_shifts_the_line_by_its_middle_and_turns_it_by_its_ends(open_square):
    square = open_square()
    mouse = square.page.mouse
    mouse.move(*square.handle(0))
    mouse.down()
    mouse.move(*square.place(0.75, 0.75), steps=5)
    mouse.up()
    assert square.settings() == [45, 0.35]
    for end in (1, 2):
        mouse.move(*square.handle(end))
        mouse.down()
        to = square.place(0.5, 1.4)
        mouse.move(*to, steps=5)
        mouse.up()
        assert square.settings()[1] == 0.35
        # Seen from the middle of the line the mouse is where the end is, to half a step of 5°.
        middle, here = square.handle(0), square.handle(end)
        turned = [np.arctan2(y - middle[1], x - middle[0]) for x, y in (here, to)]
        assert np.cos(np.subtract(*turned)) > np.cos(np.radians(3))


def test_a_finger_on_a_handle_moves_the_line_and_beside_it_scrolls_the_page(open_square):
    square = open_square(width=390, height=844, has_touch=True)
    touch = square.page.context.new_cdp_session(square.page)

    def swipe(start, dx, dy):
        places = [start, *((start[0] + dx * k / 8, start[1] + dy * k / 8) for k in range(1, 9))]
        for kind, place in zip(["touchStart", *["touchMove"] * 8], places):
            touch.send(
                "Input.dispatchTouchEvent",
                {"type": kind, "touchPoints": [dict(zip("xy", place))]},
            )
        touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})

    before = square.page.evaluate("scrollY")
    swipe(square.place(0.9, 0.5), 0, -80)
    square.page.wait_for_function("(before) => scrollY > before + 20", arg=before)
    assert square.settings() == [45, -0.35]
    # The page may still glide; a handle has to be where it is touched.
    square.page.wait_for_timeout(300)
    before = square.page.evaluate("scrollY")
    swipe(square.handle(0), 40, -40)
    assert square.page.evaluate("scrollY") == before
    assert square.settings()[1] > -0.2


def test_keys_move_the_line(open_square):
    square = open_square()
    turn, shift = square.figure.get_by_role("slider").all()
    turn.focus()
    square.page.keyboard.press("ArrowRight")
    shift.focus()
    square.page.keyboard.press("ArrowRight")
    assert square.settings() == [50, -0.33]
    square.figure.get_by_role("radio", name="XOR").focus()
    square.page.keyboard.press("ArrowRight")
    assert square.count() == right("OR", 50, -0.33)
    square.page.wait_for_function("location.hash.endsWith('&task=OR&angle=50&shift=-0.33')")


def test_says_which_corners_are_wrong(open_square):
    square = open_square("&task=AND")
    square.figure.get_by_role("radio", name="XOR").check()
    said = square.figure.locator(".spoken").inner_text()
    assert said == "XOR: 3 of 4 corners are on the side they want (wrong: 11)."


def test_the_still_picture_stands_in_without_scripts(alone):
    page = alone(PAGE, java_script_enabled=False)
    assert page.locator("figure#separating-line > svg.picture:not(.narrow)").is_visible()
    assert page.locator("figure#separating-line .live").count() == 0
