"""The slope explorer of chapter 5, driven in a browser and compared with nnlib."""

import numpy as np
import pytest

from nnlib import sigmoid, tanh

PAGE = "book/05-apply-sigmoid-twice.html"
FUNCTIONS = {"sigmoid": sigmoid, "tanh": tanh}


def expected(f, z):
    """Return nnlib's numbers at z: a, both right slopes, the doubled one, and the factor."""
    a = f(z)
    slope, twice = f.derivative(z), f.derivative(a)
    return [a, slope, f.derivative_from_output(a), twice, twice / slope]


@pytest.fixture
def explore(alone):
    """Return a function that opens the chapter and returns its explorer, as an `Explorer`."""

    def explore(settings="", **options):
        page = alone(f"{PAGE}#slope-explorer{settings}", **options)
        return Explorer(page)

    return explore


class Explorer:
    """The figure, as a reader sees and uses it."""

    def __init__(self, page):
        self.page, self.figure = page, page.locator("#slope-explorer")
        self.slider = self.figure.get_by_role("slider", name="z")
        self.picture = self.figure.locator("svg.surface")
        self.picture.scroll_into_view_if_needed()

    def numbers(self):
        """Return the numbers of the table: z, and then what `expected` returns."""
        return self.figure.locator("table td").all_inner_texts()

    def place(self, z):
        """Return where this z is in the window, judged by the axis labels -6 and 6."""
        left, right, height = self.picture.evaluate(
            """picture => {
              const box = picture.getBoundingClientRect();
              const ends = ["−6", "6"].map((text) => {
                const label = [...picture.querySelectorAll("text")]
                  .find((it) => it.textContent === text);
                const { x, width } = label.getBoundingClientRect();
                return x + width / 2;
              });
              return [...ends, box.y + box.height / 3];
            }"""
        )
        return left + (right - left) * (z + 6) / 12, height


def shown(z, f):
    a, slope, same, twice, factor = expected(f, z)
    z = f"{z:.1f}".replace("-", "−")
    return [z, f"{a:.4f}", f"{slope:.4f}", f"{same:.4f}", f"{twice:.4f}", f"{factor:.2f}"]


@pytest.mark.parametrize("name", FUNCTIONS)
def test_its_numbers_are_nnlibs_to_twelve_digits(revisit, name):
    page = revisit("404.html")
    z = np.linspace(-6, 6, 121).round(1)
    got = page.evaluate(
        """async ([name, zs]) => {
          const { slopesAt } = await import("./_static/explorables/slope-explorer.js");
          return zs.map((z) => Object.values(slopesAt(name, z)));
        }""",
        [name, z.tolist()],
    )
    wanted = np.transpose(expected(FUNCTIONS[name], z))
    # Near a = 1 nobody can compute more digits from a: 1 - a*a hangs on its last bits.
    np.testing.assert_allclose(got, wanted, rtol=1e-12, atol=1e-15)


@pytest.mark.parametrize("name", FUNCTIONS)
@pytest.mark.parametrize("z", [-6.0, -1.3, 0.0, 4.0])
def test_shows_the_numbers_of_the_point_in_the_address(explore, name, z):
    explorer = explore(f"&activation={name}&z={z:g}")
    assert explorer.numbers() == shown(z, FUNCTIONS[name])
    assert explorer.slider.input_value() == f"{z:g}"


def test_a_mouse_drags_the_point(explore):
    explorer = explore()
    assert explorer.numbers() == shown(2.0, sigmoid)
    mouse = explorer.page.mouse
    mouse.move(*explorer.place(1))
    mouse.down()
    mouse.move(*explorer.place(-4), steps=5)
    assert explorer.numbers() == shown(-4.0, sigmoid)
    mouse.move(*explorer.place(-9), steps=2)
    mouse.up()
    mouse.move(*explorer.place(3))
    assert explorer.numbers() == shown(-6.0, sigmoid)


def test_a_finger_drags_the_point(explore):
    explorer = explore(width=390, height=844, has_touch=True)
    explorer.page.touchscreen.tap(*explorer.place(5))
    assert explorer.numbers() == shown(5.0, sigmoid)
    touch = explorer.page.context.new_cdp_session(explorer.page)
    for kind, z in [("touchStart", 4), ("touchMove", 2), ("touchMove", -3), ("touchEnd", None)]:
        points = [] if z is None else [dict(zip("xy", explorer.place(z)))]
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
    assert explorer.numbers() == shown(-3.0, sigmoid)


def test_a_swipe_up_or_down_scrolls_the_page_and_leaves_the_point(explore):
    explorer = explore(width=390, height=844, has_touch=True)
    before = explorer.page.evaluate("scrollY")
    touch = explorer.page.context.new_cdp_session(explorer.page)
    x, y = explorer.place(-3)
    for kind, up in [("touchStart", 0), ("touchMove", 20), ("touchMove", 60), ("touchEnd", None)]:
        points = [] if up is None else [{"x": x + up / 10, "y": y - up}]
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
    explorer.page.wait_for_function("(before) => scrollY > before", arg=before)
    assert explorer.numbers() == shown(2.0, sigmoid)


def test_keys_move_the_point(explore):
    explorer = explore()
    explorer.slider.focus()
    for key, z in [("ArrowRight", 2.1), ("Home", -6.0), ("End", 6.0), ("ArrowLeft", 5.9)]:
        explorer.page.keyboard.press(key)
        assert explorer.numbers() == shown(z, sigmoid)


def test_the_function_can_be_chosen_with_the_keyboard(explore):
    explorer = explore()
    explorer.figure.get_by_role("radio", name="σ").focus()
    explorer.page.keyboard.press("ArrowRight")
    assert explorer.numbers() == shown(2.0, tanh)
    assert explorer.page.evaluate("location.hash") == "#slope-explorer&activation=tanh"


def test_the_address_keeps_the_point(explore):
    explorer = explore()
    explorer.slider.fill("-1.3")
    explorer.page.wait_for_function("location.hash === '#slope-explorer&z=-1.3'")
    explorer.page.reload()
    assert explorer.numbers() == shown(-1.3, sigmoid)
    explorer.page.evaluate("location.hash = '#slope-explorer&activation=tanh&z=0.4'")
    explorer.figure.get_by_role("cell", name="0.4", exact=True).wait_for()
    assert explorer.numbers() == shown(0.4, tanh)


def test_an_address_with_nonsense_shows_the_default(explore):
    assert explore("&activation=relu&z=1e9").numbers() == shown(2.0, sigmoid)


def test_says_what_it_shows_once_the_point_rests(explore):
    explorer = explore()
    spoken = explorer.figure.locator(".spoken")
    assert spoken.get_attribute("aria-live") == "polite"
    said = explorer.page.evaluate(
        """async () => {
          const said = [], slider = document.querySelector("#slope-explorer input[type=range]");
          const spoken = document.querySelector("#slope-explorer .spoken");
          const heard = new MutationObserver(() => said.push(spoken.textContent));
          heard.observe(spoken, { childList: true });
          for (let z = 30; z <= 50; z++) {
            slider.value = z / 10;
            slider.dispatchEvent(new Event("input"));
          }
          while (!said.length) await new Promise(requestAnimationFrame);
          return said;
        }"""
    )
    a, slope, _, twice, factor = expected(sigmoid, 5.0)
    assert len(said) == 1
    for number in ("z = 5.0", f"{a:.4f}", f"{slope:.4f}", f"{twice:.4f}", f"{factor:.2f}"):
        assert number in said[0]


def test_tangents_have_the_slopes_they_claim(explore):
    """On a phone too, where the drawing is narrower: measured against the axis labels."""
    explorer = explore("&z=3", width=390)
    got = explorer.page.evaluate(
        """() => {
          const at = (text, side) => [...document.querySelectorAll("#slope-explorer svg text")]
            .find((t) => t.textContent === text).getAttribute(side);
          const z = (at("6", "x") - at("−6", "x")) / 12, a = at("0.5", "y") - at("1", "y");
          return ["right", "bug"].map((kind) => {
            const line = document.querySelector(`#slope-explorer line.tangent.${kind}`);
            const [x1, y1, x2, y2] = ["x1", "y1", "x2", "y2"].map((n) => line.getAttribute(n));
            return (y1 - y2) / (2 * a) / ((x2 - x1) / z);
          });
        }"""
    )
    _, slope, _, twice, _ = expected(sigmoid, 3.0)
    np.testing.assert_allclose(got, [slope, twice], rtol=1e-9)


@pytest.mark.parametrize(("name", "low"), [("sigmoid", 0), ("tanh", -1)])
def test_the_doubled_slope_is_read_where_a_is_laid_down_and_never_outside_the_strip(
    explore, name, low
):
    """From one end of the slider to the other, measured against the axis labels."""
    explorer = explore(f"&activation={name}")
    got = explorer.page.evaluate(
        """() => {
          const picture = document.querySelector("#slope-explorer svg.surface");
          const slider = document.querySelector("#slope-explorer input[type=range]");
          const number = (it, name) => Number(it.getAttribute(name));
          return [-6, -1, 0, 0.5, 3, 6].map((z) => {
            slider.value = z;
            slider.dispatchEvent(new Event("input"));
            const label = (text) => [...picture.querySelectorAll("text")]
              .find((it) => it.textContent === text);
            const zero = (number(label("−6"), "x") + number(label("6"), "x")) / 2;
            const unit = (number(label("6"), "x") - zero) / 6;
            const probe = picture.querySelector(".probe"), strip = picture.querySelector(".strip");
            const fold = picture.querySelector(".fold").getAttribute("d").split(" ").at(-1);
            const [purple] = [...picture.querySelectorAll("line.tangent.bug")].slice(-1);
            const middle = (number(purple, "x1") + number(purple, "x2")) / 2;
            return [
              number(probe, "cx"), Number(fold.split(",")[0]), middle,
              number(strip, "x"), number(strip, "x") + number(strip, "width"),
            ].map((x) => (x - zero) / unit);
          });
        }"""
    )
    a = FUNCTIONS[name](np.array([-6, -1, 0, 0.5, 3, 6]))
    wanted = [[a, a, a, low, 1] for a in a]
    np.testing.assert_allclose(got, wanted, atol=1e-9)


def test_its_buttons_are_large_enough_for_a_finger(explore):
    explorer = explore(width=390, height=844)
    for label in explorer.figure.locator("label:visible").all():
        box = label.bounding_box()
        assert min(box["width"], box["height"]) >= 24, label.inner_text()


def test_works_from_a_folder(browser, html):
    page = browser.new_page()
    page.goto(f"{(html / PAGE).as_uri()}#slope-explorer&z=4")
    assert page.locator("#slope-explorer table td").all_inner_texts() == shown(4.0, sigmoid)
    page.close()


@pytest.mark.parametrize(
    ("name", "options"), [("light", {}), ("dark-phone", {"dark": True, "width": 390})]
)
def test_looks_as_it_did(explore, same_picture, name, options):
    explorer = explore("&z=4", **options)
    same_picture(explorer.figure.locator(".live"), f"slope-explorer-{name}")
