"""The book's pages as a reader's browser shows them, by mouse, by keyboard and by touch."""

import re
import runpy
import sys
from itertools import chain

import numpy as np
import pytest
from docutils import nodes
from PIL import Image
from playwright.sync_api import expect
from sphinx.application import Sphinx
from sphinx.errors import ConfigError
from sphinx.util.docutils import docutils_namespace
from test_book import ROOT, contents

from conftest import moved

CHAPTERS = [name for name in contents() if re.match(r"book/\d\d\w?-", name)]
CHECK = [name for name in contents() if re.match(r"book/(check-|suspects-|questions)", name)]
STILL = {"reduced_motion": "reduce"}  # no colour is caught half-way between two themes
PHONE = {"width": 390, "height": 844}


def text(path):
    return path.read_text(encoding="utf-8")


#: The observers of sizes run after the next frame.
SETTLED = "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"


# ---- Keyboard ----

#: What can be used with a mouse and is on the screen. Of radio buttons, Tab reaches the one that is
#: checked, and the arrow keys the others.
USABLE = """() => [...document.querySelectorAll(
  'a[href], button, input:not([type=hidden], [type=radio]:not(:checked)), select, textarea, ' +
  'summary, [tabindex="0"], [onclick]'
)].filter((it) => it.checkVisibility({visibilityProperty: true}) && it.getClientRects().length
  && !it.closest("svg") && !it.disabled)"""
FOCUSED = """() => {
  const at = document.activeElement;
  if (at === document.body) return null;
  const style = getComputedStyle(at);
  const ring = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0;
  return {number: window.usable.indexOf(at), ring, html: at.outerHTML.slice(0, 120)};
}"""


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize(
    "name", ["book/index", "book/01-watch-a-network-refuse-to-learn", "book/06-fix-it-two-ways"]
)
def test_the_tab_key_reaches_everything_and_shows_where_it_is(revisit, name, width):
    page = revisit(f"{name}.html", width=width, **STILL)
    page.evaluate(SETTLED)
    names = page.evaluate(
        f"window.usable = ({USABLE})(); usable.map((it) => it.outerHTML.slice(0, 120))"
    )
    reached, hidden = set(), []
    for _ in range(len(names) + 20):
        page.keyboard.press("Tab")
        at = page.evaluate(FOCUSED)
        if at is None:
            break
        reached.add(at["number"])
        if not at["ring"]:
            hidden.append(at["html"])
    assert len(names) > 20
    assert [name for number, name in enumerate(names) if number not in reached] == []
    assert hidden == []


def test_the_first_tab_skips_to_the_text(revisit):
    page = revisit(f"{CHAPTERS[0]}.html")
    page.keyboard.press("Tab")
    link = page.locator(":focus")
    assert link.inner_text() == "Skip to main content"
    expect(link).to_be_in_viewport(ratio=1)  # it slides in
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('main') !== null")


def test_one_hint_leads_to_the_next_and_the_solution_is_folded_too(revisit):
    """By keyboard, in a browser without scripts."""
    page = revisit("book/02-derive-the-slope-of-sigmoid.html", java_script_enabled=False)
    hints = page.locator(".exercise + .tip").first.locator("summary")
    names = hints.all_text_contents()
    assert names == ["Hint 1 of 3", "Hint 2 of 3", "Hint 3 of 3"]
    solution = page.locator(".solution").first
    expect(solution.locator("summary")).to_have_text(re.compile("^Solution"))
    for line, folded in [(hints.nth(0), hints.nth(1)), (solution, solution.locator("p").last)]:
        assert not folded.is_visible()
        line.locator("xpath=descendant-or-self::summary").press("Enter")
        expect(folded).to_be_visible()
    expect(page.locator("details.above-input summary").first).to_have_accessible_name(
        "Show the code"
    )


def test_the_list_of_chapters_opens_by_keyboard_on_a_phone(revisit):
    page = revisit(f"{CHAPTERS[0]}.html", **PHONE, **STILL)
    chapters = page.locator(".bd-sidebar-primary a[href*='02-']")
    assert not chapters.is_visible()
    page.locator("button.primary-toggle").focus()
    page.keyboard.press("Enter")
    chapters.wait_for(state="visible")
    # The theme moves the focus into the list once it has slid in.
    page.wait_for_function("document.activeElement.closest('.bd-sidebar-primary')")
    chapters.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/02-*")


# ---- Without scripts, with icons ----


def test_formulas_and_icons_need_no_script(revisit):
    page = revisit("book/04-derive-backpropagation.html", java_script_enabled=False)
    assert page.locator(".formula .katex-html").first.bounding_box()["width"] > 0
    icon = page.locator(".fa-bars").first
    assert icon.bounding_box()["width"] > 10
    assert page.locator("#search-input").count() == 1


def test_code_in_a_sentence_breaks_after_a_dot_but_never_within_a_number(pages):
    breaks = set(chain(*(re.findall(r".\.<wbr/?>.", text(path)) for path in pages)))
    assert "s.<wbr/>p" in breaks
    assert [found for found in breaks if re.match(r"\d.*\d$", found)] == []


def test_every_icon_has_a_rule_and_a_glyph(html, pages):
    """A class without a rule in icons.css would be a gap; a character without a glyph a box."""
    used = set(chain(*(re.findall(r'"[^"]*\bfa-[^"]*"', text(path)) for path in pages)))
    used = {name for value in used for name in re.findall(r"\bfa-[a-z-]+", value)}
    icons = text(html / "_static/vendor/icons/icons.css")
    assert "fa-bars" in used
    assert sorted(name for name in used if f".{name}" not in icons) == []


def test_every_icon_shows_something(revisit, html):
    characters = re.findall(
        r'content: "\\([0-9a-f]+)"', text(html / "_static/vendor/icons/icons.css")
    )
    page = revisit("404.html")
    widths = page.evaluate(
        """async (codes) => {
          await document.fonts.load('900 20px "Book Icons"');
          const pen = document.createElement("canvas").getContext("2d", {willReadFrequently: true});
          const draw = (font, text) => {
            pen.clearRect(0, 0, 40, 40); pen.font = font; pen.fillText(text, 5, 30);
            return pen.getImageData(0, 0, 40, 40).data.join();
          };
          const missing = draw('900 20px "Book Icons"', "\\ue0ff");
          return codes.filter((code) =>
            draw('900 20px "Book Icons"', String.fromCodePoint(parseInt(code, 16))) === missing);
        }""",
        characters,
    )
    assert characters
    assert widths == []


# ---- Terms, numbers, search ----

TERM = "book/04-derive-backpropagation.html"
LINE = "The way to compute the derivatives of the loss"


@pytest.fixture
def term(visit):
    def open_page(**options):
        page = visit(TERM, **options)
        page.wait_for_load_state("networkidle")
        page.on("request", lambda request: pytest.fail(f"asked for {request.url}"))
        return page, page.locator("a.term").first, page.get_by_role("tooltip").first

    return open_page


def test_a_term_shows_its_line_under_the_pointer(term):
    page, link, line = term()
    link.hover()
    line.wait_for(state="visible")
    assert line.inner_text().startswith(LINE)
    line.hover()  # it stays while one reads it
    page.wait_for_timeout(300)
    assert line.is_visible()
    page.mouse.move(5, 5)
    line.wait_for(state="hidden")


def test_a_term_shows_its_line_at_keyboard_focus_and_escape_closes_it(term):
    page, link, line = term()
    page.locator("#main-content").evaluate("it => { it.tabIndex = -1; it.focus(); }")
    for _ in range(20):
        page.keyboard.press("Tab")
        if link.evaluate("it => it === document.activeElement"):
            break
    line.wait_for(state="visible")
    described = link.evaluate(
        "it => document.getElementById(it.getAttribute('aria-describedby')).textContent"
    )
    assert described.startswith(LINE)
    page.keyboard.press("Escape")
    line.wait_for(state="hidden")


def test_a_first_tap_shows_the_line_and_a_second_follows_the_link(revisit):
    page = revisit(TERM, **PHONE, has_touch=True, is_mobile=True)
    link = page.locator("a.term").first
    link.tap()
    line = page.locator(".definition:popover-open")
    line.wait_for(state="visible")
    box = line.bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= PHONE["width"]
    assert "backpropagation.html" in page.url
    link.tap()
    page.wait_for_url("**/glossary.html#term-backpropagation")


def test_numbered_equations_and_figures_can_be_linked(revisit):
    page = revisit("book/04b-write-it-for-any-network.html")
    for numbered in ("div.math:has(.eqno)", "figure:has(.caption-number)"):
        items = page.locator(numbered)
        assert items.count() > 0
        assert items.locator(".headerlink").count() == items.count()
        link = items.first.locator(".headerlink")
        items.first.hover()
        assert link.evaluate("it => getComputedStyle(it).visibility") == "visible"
        target = link.get_attribute("href")
        assert page.locator(f'[id="{target[1:]}"]').count() == 1
        page.mouse.move(0, 0)
        link.focus()
        assert link.evaluate("it => getComputedStyle(it).visibility") == "visible"


def test_the_way_back_and_on_say_where_they_lead(revisit):
    page = revisit("book/05-apply-sigmoid-twice.html")
    assert "Write it for any network" in page.locator(".left-prev").inner_text()
    assert "Fix it two ways" in page.locator(".right-next").inner_text()


@pytest.mark.parametrize("name", CHAPTERS)
def test_a_chapter_says_how_long_it_takes_and_no_page_takes_more_than_a_quarter_of_an_hour(
    html, name
):
    said = re.search(r"About (\d+) minutes, exercises apart", text(html / f"{name}.html"))
    assert 5 <= int(said[1]) <= 15


@pytest.mark.parametrize("name", CHECK)
def test_a_page_for_the_stuck_says_how_long_it_takes_and_it_is_no_more_either(html, name):
    said = re.search(r"About (\d+) minutes</p>", text(html / f"{name}.html"))
    assert 1 <= int(said[1]) <= 15


@pytest.mark.parametrize(
    ("words", "first"),
    [
        ("stuck at 0.5", ["book/index", "book/01"]),
        ("sigmoid_prime", ["book/index", "book/01", "book/02"]),
        ("0.1966", ["book/02"]),
    ],
)
def test_the_search_finds(revisit, words, first):
    page = revisit("book/glossary.html")
    page.keyboard.press("Control+k")
    page.keyboard.type(words)
    page.keyboard.press("Enter")
    page.wait_for_selector("#search-results li p.context")
    hits = page.locator("#search-results li > a").evaluate_all("all => all.map((a) => a.href)")
    assert len(hits) >= len(first)
    assert all(wanted in hit for hit, wanted in zip(hits, first)), hits


#: Where the words of each search field begin, in pixels right of its magnifier.
BESIDE = """() => [...document.querySelectorAll("form.bd-search")]
  .filter((form) => form.checkVisibility()).map((form) => {
    const [icon, field] = ["i", "input"].map((tag) => form.querySelector(tag));
    return field.getBoundingClientRect().left + parseFloat(getComputedStyle(field).paddingLeft)
      - icon.getBoundingClientRect().right;
  })"""


@pytest.mark.parametrize("width", [1280, 390])
def test_the_magnifier_is_not_on_the_words_that_are_sought(revisit, width):
    fields = revisit("search.html?q=stuck", width=width).evaluate(BESIDE)
    page = revisit("book/glossary.html", width=width)
    page.keyboard.press("Control+k")
    fields += page.evaluate(BESIDE)
    assert len(fields) == 2
    assert min(fields) > 2


#: Sphinx writes the hits one by one, and the number of all when it has found them.
FOUND = "document.querySelector('.search-summary')?.textContent.match(/\\d/)"
#: What people type, and a page that answers it.
TYPED = {
    "does not converge": "check-your-own",
    "local minimum": "local-minimum",
    "plateau loss": "check-your-own",
    "initialisation zero": "suspects-in-the-training",
    "vanishing gradients": "check-your-own",
    "neuron stuck": "check-your-own",
    "overflow warning": "questions",
    "stable sigmoid": "questions",
    "from_logits keras": "check-your-own",
    "BCEWithLogitsLoss": "check-your-own",
    "CrossEntropyLoss softmax": "check-your-own",
    "log_softmax twice": "check-your-own",
    "gradcheck double": "check-your-own",
    "softmax jacobian": "questions",
    "simplify cross-entropy": "questions",
    "squared error slope": "questions",
    "nonlin deriv": "suspects-in-the-network",
    "xor bias": "suspects-in-the-network",
    "relu slope at 0": "questions",
    "two hidden units": "questions",
    "old weights or new": "questions",
    "weight where input belongs": "questions",
    "in-place sigmoid": "questions",
    "swish mish output": "questions",
    "BCELoss clamp": "questions",
    "test derivative passes": "questions",
    "keras probabilities default": "check-your-own",
    "repair trained model": "questions",
}


def test_the_search_knows_the_words_that_people_type(revisit):
    """All on one page, and without the lines around a hit, for which it would fetch every page."""
    page, lost = revisit("search.html"), []
    page.evaluate("DOCUMENTATION_OPTIONS.SHOW_SEARCH_SUMMARY = false")
    for words, wanted in TYPED.items():
        page.evaluate(
            """(words) => {
              document.getElementById("search-results").replaceChildren();
              Search.performSearch(words);
            }""",
            words,
        )
        page.wait_for_function(FOUND)
        hits = page.locator("#search-results li > a").evaluate_all("all => all.map((a) => a.href)")
        lost += [] if any(wanted in hit for hit in hits[:3]) else [(words, hits[:3])]
    assert lost == []


def test_the_search_works_from_a_folder(browser, html):
    page = browser.new_page()
    page.goto(f"{(html / 'search.html').as_uri()}?q=sigmoid_prime")
    page.wait_for_selector("#search-results li a")
    page.close()


# ---- Where it is published ----


#: What the reading time leaves out: an exercise, with its hints and its solution.
WORDS = "word " * 400
APART = f"""

.. exercise::
   :label: one

   {WORDS}

.. admonition:: A first hint
   :class: tip dropdown

   {WORDS}

.. solution:: one

   {WORDS}
"""


@pytest.fixture(scope="module")
def published(tmp_path_factory):
    """Return a function that builds three pages with our templates, published at an address."""

    def build(address):
        source = tmp_path_factory.mktemp("published")
        (source / "book").mkdir()
        (source / "book/index.rst").write_text(
            "Front\n=====\n\nIs it *short*? It is [Nobody, 2001]. "
            + "A sentence that goes on. " * 20
            + "\n\n.. toctree::\n\n   01-one\n   check-your-own\n"
        )
        (source / "book/01-one.rst").write_text("One\n===\n\n" + "word " * 800 + APART)
        (source / "book/check-your-own.rst").write_text("Check\n=====\n\nA text.\n")
        (source / "_static").mkdir()
        settings = {
            "extensions": ["about", "sphinx_exercise"],
            "root_doc": "book/index",
            "html_theme": "sphinx_book_theme",
            "html_baseurl": address,
            "html_title": "The Book",
            "language": "en",
            "html_context": {"default_mode": "auto"},
            "templates_path": [str(ROOT / "book/_templates")],
            "html_additional_pages": {"index": "doorway.html", "404": "404.html"},
        }
        folders = (source, None, source / "html", source / "doctrees")
        with docutils_namespace():  # what one application registers, the next may register again
            Sphinx(*folders, "html", settings, status=None, warning=None).build()
        return source / "html"

    sys.path.insert(0, str(ROOT / "book/_ext"))
    yield build
    sys.path.remove(str(ROOT / "book/_ext"))


def meta(page):
    return dict(re.findall(r'<meta (?:name|property)="([^"]+)" content="([^"]*)"', text(page)))


def test_one_setting_gives_every_absolute_address(published):
    html = published("https://example.org/sigmoid/")
    page = html / "book/01-one.html"
    address = "https://example.org/sigmoid/book/01-one.html"
    assert f'<link rel="canonical" href="{address}"' in text(page)
    assert meta(page)["og:url"] == address
    assert meta(page)["og:title"] == "One"
    assert meta(page)["og:image"] == "https://example.org/sigmoid/_static/preview.png"
    assert f"<loc>{address}</loc>" in text(html / "sitemap.xml")
    assert "404" not in text(html / "sitemap.xml")
    assert '<base href="/sigmoid/"/>' in text(html / "404.html")
    assert "canonical" not in text(html / "404.html")
    # A link to the book itself leads to the doorway.
    assert meta(html / "index.html")["og:title"] == "The Book"
    about = meta(html / "book/index.html")["description"]
    assert about.startswith("Is it short? It is. A sentence that goes on.")
    assert about.endswith(".")
    assert len(about) <= 200
    assert "About 4 minutes" in text(page)


@pytest.mark.parametrize(("tags", "minutes"), [([], 2), (["tag_hide-input"], 0)])
def test_folded_code_takes_no_time_to_read(tags, minutes):
    code = nodes.literal_block("", "a line\n" * 30)
    page = nodes.section("", nodes.container("", nodes.container("", code)))
    page[0]["classes"] = ["cell", *tags]
    page[0][0]["classes"] = ["cell_input"]
    assert runpy.run_path(str(ROOT / "book/_ext/about.py"))["minutes"](page) == minutes


def test_without_an_address_nothing_pretends_to_have_one(published):
    html = published("")
    assert not (html / "sitemap.xml").exists()
    assert "canonical" not in text(html / "book/01-one.html")
    assert not {"og:url", "og:image"} & meta(html / "book/01-one.html").keys()
    assert '<base href="/"/>' in text(html / "404.html")


def test_an_address_without_its_slash_is_refused(published):
    with pytest.raises(ConfigError, match="slash at its end"):
        published("https://example.org/sigmoid")


@pytest.mark.parametrize("name", contents())
def test_every_page_describes_itself(html, name):
    about = meta(html / f"{name}.html")
    assert 25 <= len(about["description"]) <= 320
    assert about["og:title"]


def test_a_wrong_address_leads_to_a_page_that_helps(visit, html):
    """At any depth, with its styles and with links that lead somewhere."""
    page = visit("404.html")
    page.route("**/no/*/page", lambda route: route.fulfill(path=html / "404.html"))
    site = page.url.removesuffix("/404.html")
    page.goto(f"{site}/no/such/page")
    assert (
        page.locator(".bd-article")
        .evaluate("it => getComputedStyle(it).fontFamily")
        .startswith('"Source')
    )
    page.get_by_role("link", name="check your own functions").click()
    assert page.url == f"{site}/book/check-your-own.html"


@pytest.mark.parametrize(("name", "size"), [("preview", (1200, 630)), ("cover", (1000, 1600))])
def test_preview_and_cover_are_what_their_target_draws(browser, tmp_path, name, size):
    from preview import draw

    path = tmp_path / "drawn.png"
    path.write_bytes(draw(browser, f"{name}.png"))
    stored, drawn = (
        Image.open(p).convert("RGB") for p in (ROOT / f"book/_static/{name}.png", path)
    )
    assert stored.size == size
    assert np.asarray(stored).std() > 10
    assert not moved(stored, drawn)


# ---- How it looks ----


@pytest.mark.parametrize("look", ["light", "dark", "phone"])
@pytest.mark.parametrize("name", ["index", "05-apply-sigmoid-twice"])
def test_looks_as_it_did(revisit, same_picture, name, look):
    size = PHONE if look == "phone" else {"width": 1280, "height": 900}
    page = revisit(f"book/{name}.html", dark=look == "dark", **size, **STILL)
    same_picture(page, f"{name}-{look}")
