"""The front page: two ways in above the fold, and the instrument that judges a pair."""

import numpy as np
import pytest
from playwright.sync_api import expect

from nnlib import sigmoid, tanh

PAGE = "book/index.html"

#: What a derivative may compute: the function, what it wants, and what it returns of x.
FORMULAS = {
    "sigmoid-z": (sigmoid, "z", lambda x: sigmoid(x) * (1 - sigmoid(x))),
    "sigmoid-a": (sigmoid, "a", lambda x: x * (1 - x)),
    "tanh-z": (tanh, "z", lambda x: 1 - np.tanh(x) ** 2),
    "tanh-a": (tanh, "a", lambda x: 1 - x**2),
}
PAIRS = [(name, gets) for name in FORMULAS for gets in "az"]


def expected(name, gets, z):
    """Return the verdict on a pair, the right slope at z and what is returned there."""
    f, wants, formula = FORMULAS[name]
    word = "right" if gets == wants else {"a": "twice", "z": "explodes"}[gets]
    return word, f.derivative(z), formula(f(z) if gets == "a" else z)


@pytest.fixture
def instrument(alone):
    """Return a function that opens the front page and returns the page and the instrument."""

    def open_page(state="", **options):
        page = alone(f"{PAGE}#mend-mine{state}", **options)
        return page, page.locator("figure#mend-mine")

    return open_page


@pytest.mark.parametrize(("name", "gets"), PAIRS)
def test_its_numbers_are_those_of_the_formulas(revisit, name, gets):
    page = revisit("404.html")
    zs = [-3.0, 0.0, 0.7, 4.0]
    got = page.evaluate(
        """async ([name, gets, zs]) => {
          const { verdict } = await import("./_static/explorables/mend-mine.js");
          return zs.map((z) => verdict(name, gets, z));
        }""",
        [name, gets, zs],
    )
    for z, ours in zip(zs, got):
        word, slope, returned = expected(name, gets, z)
        assert ours["word"] == word
        np.testing.assert_allclose(
            [ours["slope"], ours["returned"]], [slope, returned], rtol=1e-12, atol=1e-15
        )


@pytest.mark.parametrize(("name", "gets"), PAIRS)
def test_it_judges_each_pair_and_gives_a_line_that_mends_it(instrument, name, gets):
    _, figure = instrument(f"&computes={name}&gets={gets}")
    word, slope, returned = expected(name, gets, 4.0)
    title = {"right": "Right.", "twice": "applied twice", "explodes": "explodes"}[word]
    answer = figure.get_by_role("status")
    expect(answer.locator("strong")).to_contain_text(title)
    shown = f"the slope is {slope:.4f}. Yours returns {returned:.4f}.".replace("-", "−")
    expect(answer).to_contain_text(shown)
    pasted = answer.locator("pre")
    assert pasted.count() == (word != "right")
    if word != "right":  # what it says to paste is Python, and right for what is handed over
        scope = {"sigmoid": sigmoid, "np": np}
        exec(pasted.inner_text(), scope)
        f = FORMULAS[name][0]
        mended = scope[f"{name.partition('-')[0]}_prime"]
        z = np.linspace(-5, 5, 11)
        np.testing.assert_allclose(mended(f(z) if gets == "a" else z), f.derivative(z), rtol=1e-9)


def test_it_opens_with_the_tutorials_own_pair(revisit):
    page = revisit(PAGE)
    expect(page.locator("#mend-mine").get_by_role("status")).to_contain_text(
        "sigmoid is applied twice"
    )


def test_whoever_cannot_tell_gets_the_line_that_tells(instrument):
    page, figure = instrument()
    figure.get_by_role("radio", name="can’t tell").check()
    expect(figure.get_by_role("status")).to_contain_text("print(np.min(x), np.max(x))")
    expect(figure.get_by_role("status")).to_contain_text("outside 0 to 1")
    figure.get_by_role("radio", name="1 - x**2").check()
    expect(figure.get_by_role("status")).to_contain_text("outside −1 to 1")
    page.wait_for_url("**#mend-mine&computes=tanh-a&gets=unknown")


def test_keys_and_fingers_reach_every_answer(instrument):
    page, figure = instrument(width=390, height=844, has_touch=True)
    figure.get_by_role("radio", name="sigmoid(x)").focus()
    page.keyboard.press("ArrowRight")
    expect(figure.get_by_role("radio", name="x * (1 - x)", exact=True)).to_be_checked()
    figure.get_by_role("radio", name="the weighted sum").tap()
    expect(figure.get_by_role("status")).to_contain_text("explodes")
    for label in figure.locator("label").all():
        box = label.bounding_box()
        assert min(box["width"], box["height"]) >= 24


@pytest.mark.parametrize("how", ["no scripts", "paper", "screen"])
def test_where_nothing_can_move_it_is_the_table(alone, how):
    page = alone(PAGE, java_script_enabled=how != "no scripts")
    page.emulate_media(media="print" if how == "paper" else "screen")
    table = page.locator("figure#mend-mine table")
    assert table.is_visible() == (how != "screen")
    assert table.locator("tbody tr").count() == 4
    assert page.locator("figure#mend-mine .live").is_visible() == (how == "screen")


@pytest.mark.parametrize(("width", "height"), [(1400, 900), (390, 844)])
def test_the_wrong_word_and_both_ways_in_are_seen_without_scrolling(revisit, width, height):
    page = revisit(PAGE, width=width, height=height)
    expect(page.locator("#fig-one-word svg")).to_be_in_viewport(ratio=1)
    for name in ["Mend mine", "Start reading"]:
        expect(page.get_by_role("link", name=name)).to_be_in_viewport(ratio=1)
    page.get_by_role("link", name="Mend mine").click()
    expect(page.locator("#mend-mine").get_by_role("radio").first).to_be_in_viewport()
    page.get_by_role("link", name="Start reading").click()
    page.wait_for_url("**/01-*")
