"""The step by hand of chapter 4, driven in a browser and compared with nnlib."""

import re

import numpy as np
import pytest

from nnlib import Network, sigmoid

PAGE = "book/04-derive-backpropagation.html"
START = [
    np.array([[0.5, -0.5, 0.0], [-0.5, 1.5, -1.0], [1.0, 1.0, 2.0]]),
    np.array([[1.0], [-1.0], [2.0]]),
]
#: A sum or a product, and the value that the sentence gives it.
SUM = r"(?<=[:=] )([-+*().\d ]+\*[-+*().\d ]+) = ([-+]?\d+(?:\.\d+)?)"
X, Y = [[0, 0], [0, 1], [1, 0], [1, 1]], [0, 1, 1, 0]


def expected(row):
    """Return nnlib's numbers for a step with η = 0.2 on one row, under the figure's names."""
    network = Network([2, 2, 1], sigmoid, rng=np.random.default_rng(0))
    network.weights = START
    x, y = [X[row]], [Y[row]]
    z, a = network.forward(x)
    gradient = network.gradient(x, y)
    change1, change2 = (-0.2 * G for G in gradient)
    return {
        "a0": a[0].ravel(),
        "z1": z[0].ravel(),
        "a1": a[1].ravel(),
        "slope1": sigmoid.derivative(z[0]).ravel(),
        "z2": z[1].ravel(),
        "a2": a[2].ravel(),
        "slope2": sigmoid.derivative(z[1]).ravel(),
        "y": y,
        "delta2": -gradient[1][0] / a[1][0, 0],  # a weight's step is a times delta,
        "delta1": -gradient[0][0],  # and the constant 1 has a = 1
        "change1": change1.ravel(),
        "change2": change2.ravel(),
    }


def written(value, sign=""):
    """Return a number as the figure writes it."""
    text = f"{value:{sign}.4f}"
    if abs(10 * value - round(10 * value)) < 1e-9:
        text = f"{round(10 * value) / 10 + 0.0:{sign}g}"
    return text.replace("-", "−")


@pytest.fixture
def figure(alone):
    """Return a function that opens the chapter and returns its figure."""

    def figure(settings="", **options):
        page = alone(f"{PAGE}#step-by-hand{settings}", **options)
        found = page.locator("figure#step-by-hand")
        found.locator(".surface").scroll_into_view_if_needed()
        return found

    return figure


def press(figure, name, times=1):
    for _ in range(times):
        figure.get_by_role("button", name=name).click()


def words(figure, kind="svg.surface text"):
    return figure.locator(kind).all_inner_texts() or figure.locator(kind).all_text_contents()


@pytest.mark.parametrize("row", range(4))
def test_its_numbers_are_nnlibs_to_twelve_digits(revisit, row):
    page = revisit("404.html")
    got = page.evaluate(
        """async (row) => (await import("./_static/explorables/step-by-hand.js")).worked(row)""",
        row,
    )
    wanted = expected(row)
    assert got.keys() == wanted.keys()
    for name, numbers in wanted.items():
        np.testing.assert_allclose(
            np.ravel(got[name]), numbers, rtol=1e-12, atol=1e-16, err_msg=name
        )


def test_each_tap_writes_in_what_it_has_computed_and_nothing_else(figure):
    figure = figure()
    n = expected(2)
    taps = [
        [],
        [("z", value) for value in n["z1"]],
        [("a", value) for value in n["a1"]],
        [("z", *n["z2"]), ("a", *n["a2"])],
        [("δ", *n["delta2"])],
        [("δ", value) for value in n["delta1"]],
        [],
    ]
    shown = []
    for step, new in enumerate(taps):
        shown += [f"{name} {written(value)}" for name, value in new]
        units = figure.locator(".surface g text").all_text_contents()
        assert sorted(units) == sorted(shown)
        assert figure.locator(".count").inner_text() == f"{step} of 6"
        if step < 6:
            press(figure, "Next")
    labels = figure.locator(".surface text.now").all_text_contents()
    changes = [*n["change1"].reshape(3, 3).T.ravel(), *n["change2"]]
    assert labels == [written(value, "+") for value in changes]


@pytest.mark.parametrize("row", range(4))
def test_the_sentences_say_the_numbers_of_the_middle_unit(figure, row):
    figure = figure(f"&row={''.join(map(str, X[row]))}")
    report = figure.locator(".report")
    assert report.get_attribute("aria-live") == "polite"
    n, said = expected(row), []
    for _ in range(7):
        said.append(report.inner_text())
        press(figure, re.compile("Next|Start again"))
    assert said[0] == report.inner_text()  # it has started again
    assert f"= {written(n['z1'][1])}." in said[1]
    assert f"σ({written(n['z1'][1])}) = {written(n['a1'][1])}" in said[2]
    assert f"y − a is {written(Y[row] - n['a2'][0])}." in said[3]
    assert f"a(1 − a) = {written(n['slope2'][0])}: " in said[4]
    assert said[4].endswith(f"= {written(n['delta2'][0])}.")
    assert said[5].endswith(f"= {written(n['delta1'][1])}.")
    assert f"= {written(n['change1'][1], '+')}. " in said[6]
    assert ("input of 0 changes nothing" in said[6]) == (0 in X[row])


def test_the_sums_in_the_sentences_are_right(figure):
    """Every a · b + … = c that a reader could check with a pocket calculator."""
    figure = figure()
    checked = 0
    for _ in range(7):
        text = figure.locator(".report").inner_text().replace("−", "-").replace("·", "*")
        for left, right in re.findall(SUM, text):
            assert eval(left) == pytest.approx(float(right), abs=1.01e-4)
            checked += 1
        press(figure, re.compile("Next|Start again"))
    assert checked == 5


def test_keys_go_on_and_back(figure):
    figure = figure()
    keyboard = figure.page.keyboard
    figure.get_by_role("button", name="Next").focus()
    count = figure.locator(".count")
    for key, step in [("Enter", 1), ("ArrowRight", 2), ("ArrowLeft", 1), (" ", 2)]:
        keyboard.press(key)
        assert count.inner_text() == f"{step} of 6"
    for _ in range(9):
        keyboard.press("ArrowLeft")
    assert count.inner_text() == "0 of 6"
    assert figure.get_by_role("button", name="Back").get_attribute("aria-disabled") == "true"
    for _ in range(9):
        keyboard.press("ArrowRight")
    assert count.inner_text() == "6 of 6"
    keyboard.press("Enter")
    assert count.inner_text() == "0 of 6"


def test_a_tap_goes_on_and_a_swipe_scrolls(figure):
    figure = figure(width=390, height=844, has_touch=True, is_mobile=True)
    page, picture, count = figure.page, figure.locator(".surface"), figure.locator(".count")
    picture.tap()
    assert count.inner_text() == "1 of 6"
    box = picture.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    before = page.evaluate("scrollY")
    touch = page.context.new_cdp_session(page)
    for kind, to in [("touchStart", 0), *[("touchMove", -15 * i) for i in range(1, 9)]]:
        touch.send(
            "Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": y + to}]}
        )
    touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    page.wait_for_function("before => scrollY > before + 50", arg=before)
    assert count.inner_text() == "1 of 6"


def test_the_address_keeps_the_row_and_the_step(figure):
    figure = figure()
    figure.get_by_role("radio", name="0, 0").check()
    press(figure, "Next", 2)
    page = figure.page
    assert page.evaluate("location.hash") == "#step-by-hand&row=00&step=2"
    page.reload()
    assert f"a {written(expected(0)['a1'][0])}" in figure.locator("g text").all_text_contents()
    page.evaluate("location.hash = '#step-by-hand&row=11&step=5'")
    figure.get_by_text("5 of 6").wait_for()


def test_the_picture_says_what_it_shows(figure):
    figure = figure("&step=5")
    said = figure.get_by_role("img").first.get_attribute("aria-label")
    for number in ["0.7311", "0.5761", "0.1035", "−0.0204"]:
        assert number in said
    assert "changes" not in said


@pytest.mark.parametrize("width", [1280, 768, 390])
@pytest.mark.parametrize("row", ["10", "11"])
def test_no_number_covers_another(figure, width, row):
    figure = figure(f"&row={row}&step=6", width=width)
    boxes = [text.bounding_box() for text in figure.locator(".surface text").all()]
    picture = figure.locator(".surface").bounding_box()
    assert len(boxes) == 34  # 12 weights, 6 of the inputs, 12 of the units, 4 words
    for box in boxes:  # Chromium adds the halo in the paper's colour, as wide as its whole stroke
        box["x"], box["y"] = box["x"] + 3, box["y"] + 3
        box["width"], box["height"] = box["width"] - 6, box["height"] - 6
    for i, one in enumerate(boxes):
        assert one["x"] >= picture["x"] - 1
        assert one["x"] + one["width"] <= picture["x"] + picture["width"] + 1
        for other in boxes[:i]:
            apart = (
                one["x"] + one["width"] <= other["x"] + 1
                or other["x"] + other["width"] <= one["x"] + 1
                or one["y"] + one["height"] <= other["y"] + 3
                or other["y"] + other["height"] <= one["y"] + 3
            )
            assert apart, (one, other)


@pytest.mark.parametrize("width", [1280, 390])
def test_nothing_moves_when_the_sentence_changes(figure, width):
    figure = figure(width=width)
    button, heights, fits = figure.get_by_role("button", name="Back"), set(), []
    for _ in range(7):
        heights.add(round(button.bounding_box()["y"] - figure.bounding_box()["y"]))
        fits.append(figure.locator(".report").evaluate("it => it.scrollHeight <= it.clientHeight"))
        press(figure, re.compile("Next|Start again"))
    assert len(heights) == 1
    assert all(fits)


def test_the_still_picture_has_the_same_numbers(alone):
    page = alone(PAGE, java_script_enabled=False)
    still = " ".join(page.locator("#step-by-hand > svg.picture text").all_text_contents())
    n = expected(2)
    numbers = [f"{name} {written(value)}" for name in "za" for value in n[f"{name}1"]]
    numbers += [f"δ {written(value)}" for value in [*n["delta1"], *n["delta2"]]]
    numbers += [f"z {written(*n['z2'])}", f"a {written(*n['a2'])}"]
    for W, change in zip(START, [n["change1"], n["change2"]]):
        numbers += [f"{written(w)} {written(c, '+')}" for w, c in zip(W.ravel(), change)]
    missing = [number for number in numbers if number not in re.sub(r"\s+", " ", still)]
    assert missing == []
