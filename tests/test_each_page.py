"""Every page of the book, opened once: on phone, paper and screen, and as assistive tech meets it.

The tests of a page run one after the other in the same tab. Each sets the width it needs, and the
last one takes the page apart.
"""

from pathlib import Path
from urllib.parse import parse_qs, urljoin, urlsplit

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from test_book import ROOT, contents
from weigh import weigh

from conftest import tab

PAGES = [*contents(), "search", "genindex", "py-modindex", "404"]
NOTEBOOKS = [name for name in contents() if (ROOT / f"{name}.ipynb").is_file()]
PHONE = {"width": 390, "height": 844}
SCREEN = {"width": 1280, "height": 900}
#: The width of the text on A4 and on Letter, in pixels: 96 to the inch, margins of 24 mm.
PAPER = {"A4": 612, "Letter": 634}
LITE = "lite/notebooks/index.html"
#: The observers of sizes run after the next frame.
SETTLED = "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
WIDTH = "document.documentElement.scrollWidth"


@pytest.fixture(scope="module", params=PAGES)
def opened(request, browser, site):
    """Open a page on a phone at night, and return its name, its tab, and what it cost to load.

    Nothing moves, so that no colour is caught halfway between two themes.
    """
    with tab(browser, site, **PHONE, dark=True, reduced_motion="reduce") as (page, check):
        cost = weigh(page, f"{site}/{request.param}.html")
        yield request.param, page, cost
        check()


@pytest.fixture
def name(opened):
    return opened[0]


@pytest.fixture
def page(opened):
    return opened[1]


def resize(page, width, height=900):
    """Resize the page, and wait until it has settled."""
    page.set_viewport_size({"width": width, "height": height})
    page.evaluate(SETTLED)


# ---- What it weighs ----


def test_it_loads_at_most_300_kilobytes(opened):
    _, page, cost = opened
    assert cost["lost"] == []
    assert 100 < cost["compressed"] <= 300
    formulas = page.locator(".bd-article .katex-html").count()
    assert (cost["maths"] is not None) == (formulas > 0)


# ---- On a phone ----

#: Rows of what a cell has printed that are broken in two. A line of 84 or more is a sentence.
BROKEN = """() => [...document.querySelectorAll(".cell_output pre")]
  .filter((box) => box.checkVisibility())
  .filter((box) => box.textContent.split("\\n").every((line) => line.length <= 84))
  .filter((box) => {
    const line = parseFloat(getComputedStyle(box).lineHeight);
    const lines = box.textContent.replace(/\\n$/, "").split("\\n").length;
    return box.scrollHeight > (lines + 1.5) * line;
  }).map((box) => box.textContent.slice(0, 60))"""
#: What scrolls sideways and is no code, formula or table, or is out of a keyboard's reach.
SCROLLS = """() => [...document.querySelectorAll("body *")].filter((box) =>
  box.scrollWidth > box.clientWidth + 1 && box.clientWidth > 1 &&
  ["auto", "scroll"].includes(getComputedStyle(box).overflowX) &&
  !(box.matches("pre, .formula, .pst-scrollable-table-container") && box.tabIndex === 0)
).map((box) => box.outerHTML.slice(0, 120))"""
#: What scrolls sideways and does not show it by a shade at its edge.
SILENT = """() => [...document.querySelectorAll(".bd-article *")]
  .filter((box) => box.scrollWidth > box.clientWidth + 1 && box.clientWidth > 1
    && ["auto", "scroll"].includes(getComputedStyle(box).overflowX)
    && !getComputedStyle(box).backgroundAttachment.includes("local"))
  .map((box) => box.outerHTML.slice(0, 80))"""
#: What a finger has to meet and is smaller than 24 pixels; links within a text are excepted.
SMALL = """() => [...document.querySelectorAll(
  "a[href], button, summary, input:not([type=hidden]), select, label")]
  .filter((it) => it.checkVisibility({visibilityProperty: true})
    && !it.closest("p, li, td, th, dd, dt, figcaption, h1, h2, h3, .skip-link"))
  .map((it) => [it, it.getBoundingClientRect()])
  .filter(([, box]) => box.width && (box.width < 24 || box.height < 24))
  .map(([it, box]) => `${box.width} x ${box.height} ${it.outerHTML.slice(0, 80)}`)"""
#: Words in pictures that are smaller than eleven pixels of the screen, exponents and indices than
#: eight; in crowded pictures, than eight and six.
TINY = """() => {
  const fontSize = (it) => parseFloat(getComputedStyle(it).fontSize);
  return [...document.querySelectorAll("svg.picture :is(text, tspan)")].filter((word) => {
    const {a, b} = word.getScreenCTM();
    const drawn = [...word.closest("text").querySelectorAll("tspan")].map(fontSize);
    const exponent = fontSize(word) < 0.75 * Math.max(...drawn);
    const crowded = word.closest(".crowded, .tag_crowded") !== null;
    const least = exponent ? (crowded ? 6 : 8) : crowded ? 8 : 10.95;
    return word.checkVisibility() && fontSize(word) * Math.hypot(a, b) < least;
  }).map((word) => word.textContent);
}"""
#: Words of a picture that run into each other, or out of the screen at the right.
COLLIDING = """() => [...document.querySelectorAll("svg.picture")].flatMap((picture) => {
  const words = [...picture.querySelectorAll("text")].filter((it) => it.checkVisibility());
  const boxes = words.map((it) => it.getBoundingClientRect());
  const turned = words.map((it) => Math.abs(it.getScreenCTM().a) < 0.01);
  const out = words.filter((it, i) => boxes[i].right > innerWidth + 1);
  const both = words.filter((it, i) => boxes.some((other, j) => j > i
    && !(turned[i] && turned[j])
    && Math.min(other.right, boxes[i].right) - Math.max(other.left, boxes[i].left) > 2
    && Math.min(other.bottom, boxes[i].bottom) - Math.max(other.top, boxes[i].top)
       > 0.4 * Math.min(other.height, boxes[i].height)));
  return [...out, ...both].map((it) => it.textContent);
})"""
#: Names in tables, or the parts between their dots and underscores, that take more than one line.
PARTED = """() => [...document.querySelectorAll(".bd-article td :is(code .pre, em)")]
  .flatMap((it) => [...it.childNodes])
  .filter((text) => text.nodeType === Node.TEXT_NODE && !/[ -]/.test(text.data))
  .filter((text) => {
    const range = document.createRange();
    range.selectNodeContents(text);
    return range.getClientRects().length > 1;
  }).map((text) => text.data)"""
#: Commas and full stops that do not stand right behind the code before them.
STRAYED = """() => [...document.querySelectorAll(".joined")].filter((it) => {
  const sign = document.createRange();
  sign.selectNodeContents(it.lastChild);
  const [code, mark] = [it.firstElementChild, sign].map((box) => box.getBoundingClientRect());
  return it.checkVisibility() && mark.left < code.right - 2;
}).map((it) => it.parentElement.textContent.slice(0, 80))"""
#: Displayed formulas wider than their box: (their width, the box's, the first signs of them).
CUT = """() => [...document.querySelectorAll(".formula")]
  .filter((box) => box.checkVisibility() && box.scrollWidth > box.clientWidth + 1)
  .map((box) => [box.scrollWidth, box.clientWidth, box.textContent.slice(0, 40)])"""
#: Full stops and commas that begin a line, away from the formula that they end.
ALONE = """() => [...document.querySelectorAll(".together")].filter((it) => {
  const sign = document.createRange();
  sign.selectNodeContents(it.lastChild);
  const formula = [...it.querySelectorAll(".katex-base")].at(-1).getBoundingClientRect();
  return it.checkVisibility() && sign.getBoundingClientRect().left < formula.right - 2;
}).map((it) => it.parentElement.textContent.slice(0, 80))"""


def test_a_phone_shows_the_whole_width_legibly(page):
    resize(page, **PHONE)
    assert page.evaluate(WIDTH) <= PHONE["width"]
    assert page.evaluate(SCROLLS) == []
    assert page.evaluate(TINY) == []


#: Only for what somebody has written: Sphinx has ideas of its own about an index.
WRITTEN = pytest.mark.parametrize("opened", contents(), indirect=True)


@WRITTEN
def test_a_phone_breaks_no_row_and_shows_what_scrolls_and_a_finger_meets_what_it_has_to(page):
    resize(page, **PHONE)
    assert page.evaluate(BROKEN) == []
    assert page.evaluate(SILENT) == []
    assert page.evaluate(SMALL) == []
    assert page.evaluate(COLLIDING) == []
    for what in (CUT, PARTED, STRAYED):
        assert page.evaluate(what) == []


def test_it_shuts_nobody_with_a_phone_out(page):
    resize(page, **PHONE)
    assert look_at_all(page) == []


@WRITTEN
def test_it_fits_the_narrowest_phone_and_large_letters(page):
    resize(page, 320, 568)
    assert page.evaluate(WIDTH) <= 320
    assert page.evaluate(ALONE) == []
    assert page.evaluate(STRAYED) == []
    resize(page, **PHONE)
    style = page.add_style_tag(content="html { font-size: 200% !important }")
    page.evaluate(SETTLED)
    wide = page.evaluate(WIDTH)
    style.evaluate("it => it.remove()")
    assert wide <= PHONE["width"]


# ---- On paper ----

#: What is wider than the sheet, or larger than the place it has, as a list of words.
CUT_OFF = """() => {
  const found = [];
  const right = (e) => e.getBoundingClientRect().right;
  const edge = right(document.querySelector(".bd-article")) + 1;
  for (const e of document.querySelectorAll(".bd-article :not(svg *, .katex-mathml *)")) {
    if (!e.getClientRects().length || e.matches(".katex-mathml")) continue;
    const clips = getComputedStyle(e).overflowX !== "visible";
    const cut = e.scrollWidth > e.clientWidth + 1 || e.scrollHeight > e.clientHeight + 1;
    if (right(e) > edge || (clips && cut)) found.push(e.outerHTML);
  }
  for (const e of document.querySelectorAll(".formula"))
    for (const part of e.querySelectorAll(".katex-base"))
      if (right(part) > right(e) + 1) found.push(e.textContent);
  return found.map((words) => words.slice(0, 120));
}"""
#: Those of the elements that are seen, or that are not: Playwright's own idea of it, in one call.
SEEN = """([what, seen]) => [...document.querySelectorAll(what)].filter((it) => {
  const { width, height } = it.getBoundingClientRect();
  return seen === (it.checkVisibility({visibilityProperty: true}) && width > 0 && height > 0);
}).map((it) => it.outerHTML.slice(0, 120))"""
LEFT_OUT = ".bd-sidebar-primary, .bd-header-article, .bd-footer, .headerlink, .copybtn"
PRINTED = "h1, h2, figure svg.picture:not(.live *, .narrow), .solution p, pre:not(.live *)"


@WRITTEN
def test_a_printed_page_shows_the_text_and_cuts_nothing_off(page):
    page.emulate_media(media="print")
    try:
        for width in PAPER.values():
            resize(page, width)
            assert page.evaluate(CUT_OFF) == []
        assert page.evaluate(SEEN, [LEFT_OUT, True]) == []
        assert page.evaluate(SEEN, [f"article :is({PRINTED})", False]) == []
    finally:
        page.emulate_media(media="screen")


# ---- On a screen ----


def test_no_formula_is_cut_on_a_small_screen(page):
    resize(page, 1024)
    assert page.evaluate(CUT) == []


def test_a_notebook_and_no_other_page_can_be_run_and_downloaded(page, name, site):
    resize(page, **SCREEN)
    run = page.get_by_role("link", name="Run this page")
    download = page.get_by_role("link", name="Download the notebook")
    expected = int(name in NOTEBOOKS)
    assert (run.count(), download.count()) == (expected, expected)
    if expected:
        link = urlsplit(urljoin(page.url, run.get_attribute("href")))
        assert f"{link.scheme}://{link.netloc}{link.path}" == f"{site}/{LITE}"
        assert parse_qs(link.query) == {"path": [f"{name.split('/')[-1]}.ipynb"]}
        with page.expect_download() as got:
            download.click()
        assert got.value.suggested_filename == f"{name.split('/')[-1]}.ipynb"
        assert Path(got.value.path()).read_bytes() == (ROOT / f"{name}.ipynb").read_bytes()


# ---- What shuts somebody out ----

FOLDED = ".katex-html, math, .highlight pre, svg.picture"
#: Most of a page is of no interest to axe, which takes its time over each element: the letters of
#: formulas, hidden from assistive technology, and their signs, of which it has no rules; coloured
#: pieces of code; what a picture, which has a text of its own, is drawn with. A box of its size, or
#: the bare text, stands in until UNFOLD.
FOLD = """(folded) => {
  for (const it of document.querySelectorAll(folded)) {
    if (it.querySelector("[href], [tabindex], [role], [title]")) continue;
    const { width, height } = it.getBoundingClientRect();
    it.pieces = [...it.childNodes];
    if (it.matches("svg")) it.replaceChildren();
    else if (it.matches("pre, math")) it.replaceChildren(it.textContent);
    else {
      const box = document.createElement("span");
      box.style.cssText = `display: inline-block; width: ${width}px; height: ${height}px`;
      it.replaceChildren(box);
    }
  }
}"""
UNFOLD = """(folded) => {
  for (const it of document.querySelectorAll(folded))
    if (it.pieces) it.replaceChildren(...it.pieces);
}"""
#: Mark the first of the elements that hold words in the same place and colour: there are thousands,
#: and one of a kind tells as much, on this page or on another. One with at least two letters, since
#: axe judges no single one. Return the kinds that are new.
MARK = """(known) => {
  const kinds = new Set(known), places = new Map();
  for (const it of document.querySelectorAll("body *:not(math, math *)")) {
    const around = places.get(it.parentElement) ?? "";
    const place = `${around} ${it.tagName}.${it.getAttribute("class")}`;
    places.set(it, place);
    const texts = [...it.childNodes].filter((node) => node.nodeType === Node.TEXT_NODE);
    const words = texts.map((node) => node.data.trim()).join("");
    if (words.length < 2 || !it.checkVisibility({visibilityProperty: true})) continue;
    const { color, fill, fontSize } = getComputedStyle(it);
    const before = kinds.size;
    if (kinds.add([color, fill, fontSize, place].join()).size > before) it.dataset.first = "";
  }
  return [...kinds].slice(known.length);
}"""
#: Take away what is beside those, in the flow of the text or at another place, so behind no words
#: but its own.
PRUNE = """() => {
  const kept = new Set(), places = [];
  for (const first of document.querySelectorAll("[data-first]")) {
    places.push(first.getBoundingClientRect());
    for (let it = first; it; it = it.parentElement) kept.add(it);
  }
  const meets = (it) => {
    const { left, right, top, bottom } = it.getBoundingClientRect();
    return places.some((place) =>
      place.left < right && left < place.right && place.top < bottom && top < place.bottom);
  };
  const others = [...document.querySelectorAll("body *:not(svg *)")].filter((it) =>
    !kept.has(it) && kept.has(it.parentElement));
  const flows = (it) => getComputedStyle(it).position === "static" || it.matches(".katex-mathml");
  const inTheText = new Set(others.filter(flows));
  const behindNone = others.filter((it) => !inTheText.has(it) && !meets(it));
  for (const it of inTheText) it.remove();
  for (const it of behindNone) it.replaceChildren();  // the theme's scripts hold on to some
}"""
#: What axe judges by colours, and so by day and by night.
COLOURS = ["color-contrast", "link-in-text-block"]
OTHERS = {"rules": {rule: {"enabled": False} for rule in COLOURS}}


def look(page, part, **rules):
    """Return what axe finds in a part of the page, by rule."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    options = {"preload": False, "resultTypes": ["violations"], **rules}
    result = page.evaluate("([part, options]) => axe.run(part, options)", [part, options])
    problems = result["violations"]
    return [(problem["id"], n["html"][:200]) for problem in problems for n in problem["nodes"]]


def look_at_all(page):
    """Return what axe finds on the whole page apart from its colours."""
    page.evaluate(FOLD, FOLDED)
    found = look(page, "html", **OTHERS)
    page.evaluate(UNFOLD, FOLDED)
    return found


def test_it_shuts_nobody_with_a_screen_out(page):
    resize(page, **SCREEN)
    assert look_at_all(page) == []


def look_at_colours(page, known):
    """Return what axe finds in a page's colours by day and by night, and take the page apart.

    `known` holds, by theme, the kinds of words that earlier pages have cleared; this page's are
    added if nothing is wrong with them.
    """
    new = {}
    for theme in ("dark", "light"):
        page.emulate_media(color_scheme=theme)
        new[theme] = page.evaluate(MARK, known[theme])
    found = []
    if any(new.values()):
        page.evaluate(PRUNE)
        for theme in ("light", "dark"):
            page.emulate_media(color_scheme=theme)
            page.evaluate(SETTLED)
            found += [(theme, *one) for one in look(page, "[data-first]", runOnly=COLOURS)]
    if not found:
        for theme, kinds in new.items():
            known[theme] += kinds
    return found


#: What a page before this one has shown.
KNOWN = {"light": [], "dark": []}


def test_its_colours_can_be_told_apart_by_day_and_by_night(page):
    resize(page, **SCREEN)
    assert look_at_colours(page, KNOWN) == []
