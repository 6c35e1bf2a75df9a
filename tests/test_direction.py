"""The direction of a step, in chapter 7, driven in a browser and compared with nnlib."""

import re

import numpy as np
import pytest

from nnlib import Network, sigmoid
from nnlib.ensemble import X, Y, train_ensemble

PAGE = "book/07b-watch-teaching-go-round.html"
WORDS = {"right": "output", "twice": "twice"}


def trained(weights, slope, rate, steps):
    """Return W₁ and W₂ after some steps of all four rows, from one network's first weights."""
    start = [np.reshape(weights[0], (1, 3, 3)), np.reshape(weights[1], (1, 3, 1))]
    common = {"batch": "all", "weights": start, "rng": np.random.default_rng(0)}
    net = train_ensemble(1, slope=WORDS[slope], steps=steps, learning_rate=rate, **common)
    return [W[0] for W in net.weights]


def steps_of_rows(weights, slope):
    """Return the twelve entries of each row's step, shape (4, 12)."""
    net = Network([2, 2, 1], sigmoid, slope=slope, rng=np.random.default_rng(0))
    net.weights = weights
    return -np.array(
        [np.concatenate([G.ravel() for G in net.gradient(X[[r]], Y[[r]])]) for r in range(4)]
    )


def beside(u, v):
    """Return the cosine of two directions, and the second's length as a multiple of the first's."""
    lengths = np.linalg.norm(u), np.linalg.norm(v)
    return u @ v / np.prod(lengths), lengths[1] / lengths[0]


def expected(weights):
    """Return the rows of the figure's two tables, as numbers."""
    right, twice = (steps_of_rows(weights, word) for word in ("input", "twice"))
    z = np.column_stack([np.ones(4), X]) @ weights[0]
    outputs = sigmoid(sigmoid(z) @ weights[1]).ravel()
    rows = [[outputs[r], *beside(right[r], twice[r])] for r in range(4)]
    units = []
    for j in range(3):
        planes = [steps[:, [3 + j, 6 + j]] for steps in (right, twice)]
        left = [plane.sum(axis=0) for plane in planes]
        means = [np.linalg.norm(plane[1:], axis=1).mean() for plane in planes]
        shares = [np.linalg.norm(v) / mean for v, mean in zip(left, means)]
        units.append([z[:, j].mean(), *shares, beside(*left)[0]])
    return rows, beside(right.sum(axis=0)[:9], twice.sum(axis=0)[:9]), units


@pytest.fixture
def numbers(revisit):
    """Return a function that asks the module itself, of (seed, slope, rate, steps)."""
    page = revisit("404.html")

    def numbers(*arguments):
        return page.evaluate(
            """async ([seed, slope, rate, steps]) => {
              const { twins, train, compare } = await import("./_static/explorables/twins.js");
              const pair = twins(seed), weights = () => [[...pair.right.W1], [...pair.right.W2]];
              const start = weights();
              train(pair, slope, rate, steps);
              return { start, weights: weights(), ...compare(pair) };
            }""",
            arguments,
        )

    return numbers


@pytest.fixture
def watch(alone):
    """Return a function that opens the figure and returns it as a `Direction`."""

    def watch(settings="", **options):
        return Direction(alone(f"{PAGE}#direction{settings}", **options))

    return watch


class Direction:
    """The figure, as a reader sees and uses it."""

    def __init__(self, page):
        self.page, self.figure = page, page.locator("figure#direction")
        self.figure.locator(".buttons").scroll_into_view_if_needed()

    def tables(self):
        """Return the cells of the two tables below the pictures."""
        return [
            [row.locator("td").all_text_contents() for row in table.locator("tbody tr").all()]
            for table in self.figure.locator("table").all()
        ]

    def step(self):
        """Return after how many steps the network is shown."""
        text = self.figure.locator(".after").inner_text()
        return 0 if text == "Before training." else int(re.sub(r"\D", "", text))

    def press(self, name):
        self.figure.get_by_role("button", name=name, exact=True).click()

    def frames(self, count):
        """Let the browser draw so many frames."""
        self.page.evaluate(
            "async (n) => { while (n--) await new Promise(requestAnimationFrame); }", count
        )


@pytest.mark.parametrize("slope", WORDS)
@pytest.mark.parametrize(("seed", "rate", "steps"), [(0, 1, 0), (8, 1, 200), (3, 0.2, 300)])
def test_its_numbers_are_nnlibs_to_twelve_digits(numbers, seed, slope, rate, steps):
    got = numbers(seed, slope, rate, steps)
    weights = trained(got["start"], slope, rate, steps)
    close = {"rtol": 1e-12, "atol": 1e-12}
    np.testing.assert_allclose(got["weights"][0], weights[0].ravel(), **close)
    np.testing.assert_allclose(got["weights"][1], weights[1].ravel(), **close)
    rows, both, units = expected(weights)
    shown = [
        [a, row["cosine"], row["length"]]
        for a, row in zip(got["outputs"], got["rows"], strict=True)
    ]
    np.testing.assert_allclose(shown, rows, **close)
    np.testing.assert_allclose([got["hidden"]["cosine"], got["hidden"]["length"]], both, **close)
    shown = [
        [unit["mean"], unit["right"]["share"], unit["twice"]["share"], unit["cosine"]]
        for unit in got["units"]
    ]
    np.testing.assert_allclose(shown, units, **close)


def test_a_constant_slope_would_leave_nothing(numbers):
    """The three arrows of a unit are those of the proposition: up, right, and diagonally back."""
    for unit in numbers(8, "twice", 1, 200)["units"]:
        up, right, back = unit["right"]["arrows"]
        assert up[0] == right[1] == 0
        assert back[0] == back[1]
        assert up[1] * back[1] < 0
        assert right[0] * back[0] < 0


def typeset(value, digits):
    return f"{value:.{digits}f}".replace("-", "−")


@pytest.mark.parametrize(
    ("settings", "slope"), [("&steps=200", "twice"), ("&slope=right&steps=50", "right")]
)
def test_shows_the_numbers(watch, numbers, settings, slope):
    figure = watch(settings)
    steps = int(settings.rpartition("=")[2])
    rows, both, units = expected(trained(numbers(8, slope, 1, 0)["start"], slope, 1, steps))
    table_1, table_2 = figure.tables()
    assert figure.step() == steps
    assert table_1[:4] == [
        [typeset(a, 3), typeset(c, 3), typeset(length, 2)] for a, c, length in rows
    ]
    assert table_1[4][1:] == [typeset(both[0], 3), typeset(both[1], 2)]
    assert table_2 == [
        [typeset(z, 2), f"{100 * one:.1f} %", f"{100 * other:.1f} %", typeset(c, 2)]
        for z, one, other, c in units
    ]


def test_opens_at_a_step_that_tells_and_says_what_each_unit_is_taught(watch):
    figure = watch()
    assert figure.step() == 200
    heads = figure.figure.locator(".unit > div").all_inner_texts()
    assert [" ".join(head.split()) for head in heads] == [
        "Unit 1, above zero taught forwards, weakly",
        "Unit 2, above zero taught forwards, weakly",
        "Unit 3, below zero taught backwards",
    ]


def test_its_tables_are_folded_away(watch):
    figure = watch()
    assert not figure.figure.locator("table").first.is_visible()
    figure.figure.get_by_text("The numbers").click()
    assert figure.figure.locator("table").last.is_visible()


@pytest.mark.parametrize("steps", [200, 2347])
def test_no_label_is_cut_off(watch, steps):
    figure = watch(f"&steps={steps}")
    for picture in figure.figure.locator(".unit svg").all():
        box = picture.bounding_box()
        for label in picture.locator("text").all():
            place, words, halo = label.bounding_box(), label.text_content(), 3
            assert box["x"] <= place["x"] + halo, words
            assert place["x"] + place["width"] - halo <= box["x"] + box["width"], words
            assert box["y"] <= place["y"] + halo, words
            assert place["y"] + place["height"] - halo <= box["y"] + box["height"], words


def test_one_step_is_one_step(watch):
    figure = watch("&steps=0")
    assert figure.step() == 0
    figure.press("One step")
    figure.press("One step")
    assert figure.step() == 2
    assert figure.page.evaluate("location.hash") == "#direction&steps=2"
    figure.press("Back to the start")
    assert figure.step() == 0


def test_runs_and_pauses_with_the_keyboard_and_keeps_the_place_in_the_address(watch):
    figure = watch()
    figure.figure.get_by_role("button", name="Run").focus()
    figure.page.keyboard.press("Enter")
    figure.frames(30)
    figure.page.keyboard.press("Enter")
    step, tables = figure.step(), figure.tables()
    assert step >= 25
    assert figure.page.evaluate("location.hash") == f"#direction&steps={step}"
    figure.page.reload()
    figure.figure.locator("td").first.wait_for(state="attached")
    assert (figure.step(), figure.tables()) == (step, tables)


def test_an_address_is_followed_while_it_runs(watch):
    figure = watch()
    figure.press("Run")
    figure.frames(5)
    figure.page.evaluate("location.hash = '#direction&steps=200'")
    figure.figure.get_by_role("button", name="Run", exact=True).wait_for()
    figure.frames(5)
    assert figure.step() == 200
    assert figure.page.evaluate("location.hash") == "#direction&steps=200"


def test_an_address_of_something_else_does_not_disturb_a_run(watch):
    figure = watch()
    figure.press("Run")
    figure.frames(20)
    figure.page.evaluate("location.hash = '#fig-teaching'")
    figure.frames(5)
    assert figure.step() >= 15
    assert figure.figure.get_by_role("button", name="Pause").is_visible()


def test_a_run_ends(watch):
    figure = watch("&steps=19999")
    figure.press("Run")
    figure.page.wait_for_function("location.hash.endsWith('steps=20000')")
    assert figure.figure.get_by_role("button", name="Run").is_disabled()
    figure.press("Back to the start")
    assert figure.figure.get_by_role("button", name="Run").is_enabled()


@pytest.mark.parametrize(("name", "key"), [("right", "slope=right"), ("0.2", "rate=0.2")])
def test_another_setting_starts_afresh(watch, name, key):
    figure = watch("&steps=200")
    figure.figure.get_by_role("radio", name=name, exact=True).check(force=True)
    assert figure.step() == 0
    assert figure.page.evaluate("location.hash") == f"#direction&{key}&steps=0"


def test_a_finger_chooses_another_network(watch):
    figure = watch("&steps=200", width=390, height=844, has_touch=True)
    before = figure.tables()
    slider = figure.figure.get_by_role("slider", name="Seed")
    box = slider.bounding_box()
    figure.page.touchscreen.tap(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    seed = int(slider.input_value())
    assert 40 < seed < 60
    assert figure.page.evaluate("location.hash") == f"#direction&seed={seed}&steps=0"
    assert figure.tables() != before
    figure.figure.get_by_role("button", name="One step").tap()
    assert figure.step() == 1


def test_rests_while_it_is_out_of_sight(watch):
    figure = watch()
    figure.press("Run")
    figure.frames(5)
    figure.page.evaluate("scrollTo(0, 0)")
    figure.frames(5)
    step = figure.step()
    figure.frames(20)
    assert figure.step() == step
    figure.figure.locator(".buttons").scroll_into_view_if_needed()
    figure.page.wait_for_function(
        "(text) => document.querySelector('#direction .after').innerText !== text",
        arg=figure.figure.locator(".after").inner_text(),
    )


def test_draws_at_most_once_a_second_for_who_asked_for_less_motion(watch):
    figure = watch(reduced_motion="reduce")
    figure.press("Run")
    drawn, seconds = figure.page.evaluate(
        """async () => {
          let drawn = 0;
          const start = performance.now(), picture = document.querySelector("#direction .unit svg");
          new MutationObserver(() => drawn++).observe(picture, { childList: true });
          for (let i = 0; i < 90; i++) await new Promise(requestAnimationFrame);
          return [drawn, (performance.now() - start) / 1000];
        }"""
    )
    assert drawn <= seconds + 1
    figure.press("Pause")
    assert figure.step() > 80


def test_says_what_it_shows_but_not_frame_by_frame(watch):
    figure = watch("&steps=200")
    spoken = figure.figure.locator(".spoken")
    assert spoken.get_attribute("aria-live") == "polite"
    _, units = figure.tables()
    for number in ["After 200 steps", "0.50, 0.50, 0.50, 0.50", "0.15 times", *units[2][1:]]:
        assert number in spoken.inner_text()
    said, seconds = figure.page.evaluate(
        """async () => {
          let said = 0;
          const start = performance.now(), spoken = document.querySelector("#direction .spoken");
          new MutationObserver(() => said++).observe(spoken, { childList: true });
          document.querySelector("#direction button.run").click();
          for (let i = 0; i < 60; i++) await new Promise(requestAnimationFrame);
          return [said, (performance.now() - start) / 1000];
        }"""
    )
    assert said <= seconds / 5 + 1
    figure.press("Pause")
    assert f"After {figure.step():,} steps" in spoken.inner_text()


def test_pictures_have_names_that_say_what_they_show(watch):
    figure = watch("&steps=200")
    units = figure.tables()[1]
    for j, unit in enumerate(units):
        name = f"Unit {j + 1}: what is left. Right {unit[1]}, twice {unit[2]}"
        assert figure.figure.get_by_role("img", name=name).is_visible()


def test_works_from_a_folder(browser, html):
    page = browser.new_page()
    page.goto(f"{(html / PAGE).as_uri()}#direction&steps=200")
    assert Direction(page).step() == 200
    page.close()


@pytest.mark.parametrize(
    ("name", "options"), [("light", {}), ("dark-phone", {"dark": True, "width": 390})]
)
def test_looks_as_it_did(watch, same_picture, name, options):
    figure = watch("&steps=200", **options)
    same_picture(figure.figure.locator(".live"), f"direction-{name}")
