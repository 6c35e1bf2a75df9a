"""Nothing is hidden: on a wide screen, found, copied, without scripts."""

import re

import pytest
from playwright.sync_api import expect
from test_each_page import PHONE, STRAYED

STILL = {"reduced_motion": "reduce"}
WIDTH = "document.documentElement.scrollWidth"

# ---- Without scripts ----

COLOURS = """() => new Set([...document.querySelectorAll(".highlight span")]
  .map((it) => getComputedStyle(it).color)).size"""
GROUND = "getComputedStyle(document.body).backgroundColor"


@pytest.mark.parametrize("dark", [False, True])
def test_without_scripts_code_has_its_colours_and_the_theme_follows_the_system(
    browser, site, revisit, dark
):
    scripted = revisit("book/05-apply-sigmoid-twice.html", dark=dark, **STILL)
    context = browser.new_context(
        java_script_enabled=False, color_scheme="dark" if dark else "light", **STILL
    )
    page = context.new_page()
    page.goto(f"{site}/book/05-apply-sigmoid-twice.html")
    assert page.evaluate(COLOURS) == scripted.evaluate(COLOURS) >= 5
    assert page.evaluate(GROUND) == scripted.evaluate(GROUND)
    context.close()


# ---- Colours that the reader has chosen ----


def test_pictures_keep_their_colours_where_the_reader_has_chosen_few(revisit):
    page = revisit("book/05-apply-sigmoid-twice.html", forced_colors="active", **STILL)
    for kind in ("svg.picture", ".live svg", ".live canvas", ".live .dots"):
        adjust = page.locator(kind).evaluate_all(
            "all => all.map((it) => getComputedStyle(it).forcedColorAdjust)"
        )
        assert set(adjust) == {"none"}, kind


# ---- Copied ----


def test_a_copied_formula_comes_once(revisit):
    page = revisit("book/02-derive-the-slope-of-sigmoid.html", **STILL)
    copied = page.locator(".formula").first.evaluate(
        "box => { getSelection().selectAllChildren(box); return getSelection().toString(); }"
    )
    assert "\\" not in copied, "the TeX beside the formula"
    assert copied.count("=") == 1


def test_what_the_button_copies_is_code_without_prompts(revisit):
    page = revisit("book/api.html", permissions=["clipboard-read", "clipboard-write"], **STILL)
    block = page.locator(".highlight", has_text="... ").first
    block.hover()
    block.locator("button.copybtn").click()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied
    assert not [line for line in copied.splitlines() if line.startswith((">>>", "..."))]


# ---- Found ----


@pytest.mark.parametrize("words", ["100,000", "a * (1 - a)"])
def test_the_search_finds_what_readers_type(revisit, words):
    page = revisit("book/glossary.html")
    page.goto(f"{page.url.partition('/book/')[0]}/search.html?q={words.replace('+', '%2B')}")
    expect(page.locator("#search-results li").first).to_be_visible()


def test_a_hit_in_a_fold_opens_it(revisit):
    page = revisit("book/02-derive-the-slope-of-sigmoid.html", **STILL)
    fold = page.locator(".solution.dropdown").first
    word = fold.locator("p").last.evaluate("it => it.textContent.match(/[a-z]{7,}/)[0]")
    assert not fold.locator("p").last.is_visible()
    page.goto(f"{page.url}?highlight={word}")
    expect(page.locator(".solution.dropdown").first.locator("p").last).to_be_visible()


def test_a_hit_in_the_styles_of_a_figure_stops_nothing(revisit):
    page = revisit("book/01-watch-a-network-refuse-to-learn.html")
    page.goto(f"{page.url}?highlight=a")
    expect(page.locator("article span.highlighted").first).to_be_visible()
    assert page.locator("article svg style tspan").count() == 0
    assert page.locator("article p").last.locator("span.highlighted").count() > 0


def test_a_link_into_a_fold_opens_it(revisit):
    page = revisit("book/02-derive-the-slope-of-sigmoid.html", **STILL)
    inner = page.locator(".solution.dropdown > details > :not(summary)").first
    inner.evaluate("it => { it.id = 'inside'; }")
    page.evaluate("location.hash = 'inside'")
    expect(inner).to_be_visible()


# ---- A wide screen ----

#: Where each caption stands: beside its picture or below, and clear of the page's contents.
MARGIN = """() => {
  const box = (it) => it.getBoundingClientRect();
  const contents = box(document.querySelector(".bd-sidebar-secondary"));
  return [...document.querySelectorAll(".bd-article .popout > figcaption")].map((caption) => ({
    beside: box(caption).left >= box(caption.previousElementSibling).right,
    below: box(caption).top >= box(caption.previousElementSibling).bottom,
    clear: box(caption).right <= contents.left || contents.width === 0,
    words: caption.textContent.slice(0, 40),
  }));
}"""


def test_captions_stand_in_the_margin_of_a_wide_screen(revisit):
    page = revisit("book/05-apply-sigmoid-twice.html", width=1024, **STILL)
    for width in (1024, 1200, 1280, 1400, 1680, 1920):
        page.set_viewport_size({"width": width, "height": 900})
        captions = page.evaluate(MARGIN)
        assert len(captions) >= 5
        assert [it for it in captions if not it["beside" if width >= 1200 else "below"]] == []
        assert page.evaluate(WIDTH) <= width
    assert all(it["clear"] for it in captions), (
        "with 1920 pixels there is room for the contents too"
    )


def test_the_contents_fold_beside_a_caption_and_open_for_a_keyboard(revisit):
    page = revisit("book/05-apply-sigmoid-twice.html", width=1400, **STILL)
    link = page.locator(".bd-sidebar-secondary nav a").first
    expect(page.locator(".bd-sidebar-secondary")).not_to_have_class(re.compile(r"\bhide\b"))
    page.locator("figure.popout").nth(1).scroll_into_view_if_needed()
    page.mouse.wheel(0, 300)
    expect(page.locator(".bd-sidebar-secondary")).to_have_class(re.compile(r"\bhide\b"))
    expect(page.locator(".bd-sidebar-secondary nav")).to_have_css("opacity", "0")
    link.focus()
    expect(page.locator(".bd-sidebar-secondary nav")).to_have_css("opacity", "1")


# ---- On phones of other widths than test_each_page's ----


@pytest.mark.parametrize("name", ["speed", "01-watch-a-network-refuse-to-learn", "case-files"])
def test_no_line_begins_with_the_comma_after_code(revisit, name):
    page = revisit(f"book/{name}.html", **PHONE, **STILL)
    assert page.locator(".joined").count() > 2
    for width in range(360, 440, 20):
        page.set_viewport_size({"width": width, "height": 844})
        assert page.evaluate(STRAYED) == []
