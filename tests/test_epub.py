"""The book for e-readers: one EPUB that says what it is, loses nothing and shows all of it.

`make epubcheck` runs the W3C's own checker on it.
"""

import posixpath
import re
import shutil
import subprocess
import sys
from collections import Counter
from io import BytesIO
from pathlib import Path
from urllib.parse import unquote, urlsplit
from xml.etree import ElementTree
from zipfile import ZIP_STORED, ZipFile

import lxml.html
import printing
import pytest
import yaml
from lxml import etree
from PIL import Image
from test_book import contents
from test_each_page import OTHERS, look, look_at_colours
from test_print import leave_out

ROOT = Path(__file__).parents[1]
CONFIG = yaml.safe_load((ROOT / "_config.yml").read_text(encoding="utf-8"))
XHTML = "{http://www.w3.org/1999/xhtml}"
OPF = "{http://www.idpf.org/2007/opf}"
DC = "{http://purl.org/dc/elements/1.1/}"


@pytest.fixture(scope="module")
def epub(html):
    """Build the book for e-readers beside the website, from what Sphinx has read for that."""
    folder = html.parent
    shutil.rmtree(folder / "epub", ignore_errors=True)
    program = "from jupyter_book.cli.main import main; main()"
    result = subprocess.run(
        [sys.executable, "-c", program, "build", str(ROOT), "-W", "-n", "--keep-going", "--quiet",
         "--builder", "custom", "--custom-builder", "epub", "--path-output", str(folder.parent)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert result.returncode == 0, result.stdout + result.stderr
    return folder / "epub/sigmoid-twice.epub"


@pytest.fixture(scope="module")
def files(epub):
    """Return {name: bytes} of all that is in the file."""
    with ZipFile(epub) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.fixture(scope="module")
def trees(files):
    """Return {name: its XML} of all that is XML; what is not well-formed fails here."""
    kinds = (".xhtml", ".opf", ".ncx", ".xml", ".svg")
    return {n: ElementTree.fromstring(data) for n, data in files.items() if n.endswith(kinds)}


@pytest.fixture(scope="module")
def pages(trees):
    """Return {name: its XML} of the pages of the book."""
    return {name: trees[f"{name}.xhtml"] for name in contents()}


# ---- A file that an e-reader takes


def test_begins_with_what_kind_of_file_it_is(epub):
    with ZipFile(epub) as archive:
        first = archive.infolist()[0]
        assert archive.testzip() is None
        assert archive.read(first) == b"application/epub+zip"
    assert (first.filename, first.compress_type) == ("mimetype", ZIP_STORED)


def test_a_book_to_carry_about_is_small(epub):
    assert epub.stat().st_size < 4e6


def test_says_what_it_is(trees, files):
    package = trees["content.opf"]
    said = {e.tag.removeprefix(DC): e.text for e in package.iter() if e.tag.startswith(DC)}
    assert said["title"] == CONFIG["title"]
    assert said["creator"] == CONFIG["author"]
    assert said["language"] == "en"
    assert said["identifier"].startswith("urn:uuid:")
    assert "CC BY 4.0" in said["rights"]
    assert "one line applies sigmoid twice" in said["description"]
    assert "unknown" not in said.values()
    meta = [(e.get("property"), e.text) for e in package.iter(f"{OPF}meta")]
    assert ("dcterms:license", "https://creativecommons.org/licenses/by/4.0/") in meta
    assert ("schema:accessibilityFeature", "MathML") in meta
    items = list(package.iter(f"{OPF}item"))
    covers = [e.get("href") for e in items if "cover-image" in e.get("properties", "")]
    assert covers == ["_static/cover.png"]
    assert Image.open(BytesIO(files[covers[0]])).size == (1000, 1600)
    listed = {unquote(e.get("href")) for e in items}
    assert listed == files.keys() - {"mimetype", "META-INF/container.xml", "content.opf"}


def test_holds_nothing_that_only_a_website_needs(files):
    kinds = Counter(Path(name).suffix for name in files)
    assert kinds.keys() == {"", ".xml", ".opf", ".ncx", ".xhtml", ".css", ".svg", ".png"}
    assert (kinds[".css"], kinds[".png"]) == (1, 1)
    assert kinds[".xhtml"] == len(contents()) + 2  # the contents and the cover


def test_reads_in_the_order_of_the_contents_and_lists_it(trees):
    package = trees["content.opf"]
    names = {e.get("id"): unquote(e.get("href")) for e in package.iter(f"{OPF}item")}
    spine = [names[e.get("idref")] for e in package.iter(f"{OPF}itemref")]
    order = [f"{name}.xhtml" for name in contents()]
    assert spine == ["epub-cover.xhtml", *order]
    links = list(trees["nav.xhtml"].iter(f"{XHTML}a"))
    assert [link.get("href") for link in links] == order
    assert "4. Derive backpropagation" in [link.text for link in links]


def test_every_link_leads_somewhere_and_nothing_is_fetched(trees, files):
    broken = []
    ids = {n: {e.get("id") for e in tree.iter()} | {""} for n, tree in trees.items()}
    for name, tree in trees.items():
        if not name.endswith(".xhtml"):
            continue
        assert not list(tree.iter(f"{XHTML}script"))
        for element in tree.iter():
            for key in ("href", "src", "srcset"):
                url = urlsplit(element.get(key, ""))
                if url.scheme and element.tag == f"{XHTML}a":
                    continue  # a reader may follow it
                path = posixpath.normpath(posixpath.join(posixpath.dirname(name), url.path))
                path = unquote(path) if url.path else name
                if url.scheme or path not in files or url.fragment not in ids.get(path, {""}):
                    broken.append(f"{name}: {element.get(key)}")
    assert broken == []
    assert not re.search(rb"url\(|@import", b"".join(files[n] for n in files if n.endswith(".css")))


# ---- What the website has, it has too


def words(text):
    return Counter(re.findall(r"\w+", text))


@pytest.fixture(scope="module")
def articles(html):
    """Return {name: the text of a page of the website}, parsed."""
    return {name: printing.read(html, name).find(".//article") for name in contents()}


@pytest.mark.parametrize("name", contents())
def test_no_word_no_line_of_code_and_no_formula_is_lost(articles, files, name):
    web = articles[name]
    here = etree.fromstring(files[f"{name}.xhtml"], lxml.html.xhtml_parser)
    here = here.find(".//{*}div[@class='body']")
    for other in web.cssselect(".definition, .addresses, script"):  # the first, a script shows
        leave_out(other)
    formulas = [formula for formula in here.iter("{*}math") if formula.get("alttext")]
    assert len(formulas) == len(web.cssselect(".katex"))
    pictures = web.cssselect("svg.picture:not(.narrow), img")
    assert len(list(here.iter("{*}img"))) == len(pictures)
    for other in web.cssselect("svg, .katex, .headerlink, summary"):
        leave_out(other)
    for other in list(here.iter("{*}math", "{*}summary")):
        leave_out(other)
    lines = [line for pre in web.iter("pre") for line in pre.text_content().splitlines()]
    code = {line for pre in here.iter("{*}pre") for line in pre.text_content().splitlines()}
    assert [line for line in lines if line not in code] == []
    assert words(" ".join(web.itertext())) - words(" ".join(here.itertext())) == Counter()


def test_equations_have_their_numbers(pages):
    text = ["".join(e.itertext()) for e in pages["book/04b-write-it-for-any-network"].iter()]
    assert "(4.5)" in text


def test_every_picture_has_a_text(pages):
    pictures = [(name, e) for name, tree in pages.items() for e in tree.iter(f"{XHTML}img")]
    assert len(pictures) > 40
    assert [name for name, e in pictures if len(e.get("alt", "")) < 20] == []


def test_hints_solutions_and_code_that_only_draws_are_folded(pages, articles):
    for name, web in articles.items():
        folds = list(pages[name].iter(f"{XHTML}details"))
        assert len(folds) == len(web.cssselect("details"))
        for fold in folds:
            assert fold[0].tag == f"{XHTML}summary"
            assert "".join(fold[0].itertext()).strip()


# ---- How it looks, in a browser of an e-reader's size

#: What is wider than the page, or did not load.
AMISS = """async () => {
  const found = [], edge = document.documentElement.clientWidth;
  for (const fold of document.querySelectorAll("details")) fold.open = true;
  for (const e of document.querySelectorAll("body *")) {
    if (e.matches("pre *")) continue;
    const box = e.getBoundingClientRect();
    const clips = getComputedStyle(e).overflowX !== "visible";
    const clipped = clips && e.scrollWidth > e.clientWidth + 1;
    if (e.getClientRects().length && (box.right > edge + 1 || box.left < -1 || clipped))
      found.push(`${e.tagName} ${Math.round(box.right)}: ${e.textContent.slice(0, 60)}`);
  }
  for (const e of document.images) await e.decode().catch(() => found.push(e.src));
  return found;
}"""


@pytest.fixture(scope="module")
def unpacked(epub, tmp_path_factory):
    folder = tmp_path_factory.mktemp("unpacked")
    with ZipFile(epub) as archive:
        archive.extractall(folder)
    return folder


@pytest.mark.parametrize("name", contents())
def test_nothing_is_cut_off(browser, unpacked, name):
    page = browser.new_page(viewport={"width": 600, "height": 800})
    page.goto((unpacked / f"{name}.xhtml").as_uri())
    for width in (600, 390):
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate(AMISS) == []
    page.close()


def test_words_stand_out_by_day_and_by_night(browser, unpacked):
    page = browser.new_page(viewport={"width": 600, "height": 800})
    page.goto((unpacked / "book/04b-write-it-for-any-network.xhtml").as_uri())
    page.evaluate("for (const fold of document.querySelectorAll('details')) fold.open = true")
    assert look(page, "html", **OTHERS) == []
    for theme, dark in [("light", False), ("dark", True)]:
        page.emulate_media(color_scheme=theme)
        ground = page.evaluate("getComputedStyle(document.documentElement).backgroundColor")
        assert (ground == "rgb(21, 24, 28)") == dark
    assert look_at_colours(page, {"light": [], "dark": []}) == []
    page.close()
