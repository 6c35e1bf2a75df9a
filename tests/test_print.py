"""The book on paper: a chapter printed from a browser, and the edition that `make pdf` binds."""

import re
from collections import Counter
from html import unescape
from pathlib import Path

import pikepdf
import printing
import pytest
from pypdfium2 import PdfDocument
from test_book import contents

ROOT = Path(__file__).parents[1]


def test_paper_is_light_for_a_reader_of_the_dark_theme(revisit):
    page = revisit("book/01-watch-a-network-refuse-to-learn.html", dark=True)
    theme = "document.documentElement.dataset.theme"
    page.evaluate(f"addEventListener('beforeprint', () => (window.onPaper = {theme}))")
    assert page.evaluate(theme) == "dark"
    page.pdf()
    assert page.evaluate("onPaper") == "light"
    assert page.evaluate(theme) == "dark"


def test_a_link_that_leaves_the_book_has_its_address_at_the_end_of_the_page(revisit):
    page = revisit("book/case-files.html", width=612)  # of the text on A4
    addresses = page.locator(".addresses")
    assert not addresses.is_visible()
    page.emulate_media(media="print")
    assert addresses.is_visible()
    listed = addresses.locator("li").all_inner_texts()
    linked = page.locator("article a.noted").evaluate_all("all => all.map(a => a.href)")
    assert len(linked) > 20
    assert listed == linked


@pytest.fixture(scope="module")
def printed(browser, html, tmp_path_factory):
    return printing.print_book(browser, html, tmp_path_factory.mktemp("pdf"))


@pytest.fixture(scope="module")
def pdf(printed):
    return PdfDocument(printed)


@pytest.fixture(scope="module")
def texts(pdf):
    """Return the text of each page of paper."""
    pages = [page.get_textpage().get_text_range() for page in pdf]
    # pdfium says U+FFFE for a hyphen at the end of a line.
    return [text.replace("\r\n", "\n").replace("\ufffe", "-") for text in pages]


@pytest.fixture(scope="module")
def titles(html):
    """Return the title of each page of the book, with its number, in the order of _toc.yml."""
    pages = [(html / f"{name}.html").read_text("utf-8") for name in contents()]
    found = [re.search(r"<title>(.*?)</title>", page, re.S)[1] for page in pages]
    return [unescape(title).strip().removesuffix(" — Sigmoid, Twice") for title in found]


def test_the_pdf_says_what_it_is(printed, pdf):
    assert pdf.get_metadata_value("Title") == "Sigmoid, Twice"
    assert pdf.get_metadata_value("Author") == printing.CONFIG["author"]
    with pikepdf.open(printed) as file:
        assert file.Root.Lang == "en"
        assert file.Root.PageMode == "/UseOutlines"
        assert file.Root.MarkInfo.Marked
        assert file.Root.StructTreeRoot.K  # tagged: a screen reader finds headings and paragraphs
        assert file.Root.ViewerPreferences.DisplayDocTitle


def test_the_same_prints_on_the_same_day_give_the_same_file(tmp_path):
    with pikepdf.new() as blank:
        blank.add_blank_page()
        blank.save(tmp_path / "print")
    prints = (tmp_path / "print").read_bytes()
    files = []
    for name in ("one", "other"):
        (tmp_path / name).write_bytes(prints)
        printing.finish(tmp_path / name, prints)
        files.append((tmp_path / name).read_bytes())
    assert files[0] == files[1] != prints


def test_paper_is_white(pdf):
    for page in list(pdf)[:3]:
        shown = page.render(scale=0.5).to_pil().convert("L")
        assert shown.getpixel((3, 3)) == 255
        assert sum(shown.histogram()[200:]) > 0.8 * shown.width * shown.height


def test_each_page_but_the_cover_has_its_number(texts):
    assert 120 < len(texts) < 340
    for number, text in enumerate(texts[1:], 2):
        assert re.search(rf"^{number}$", text, re.M), f"page {number}"


@pytest.fixture(scope="module")
def bookmarks(pdf):
    """Return {title: page number} of the bookmarks, nested ones included."""
    marks = list(pdf.get_toc())
    return {" ".join(mark.get_title().split()): mark.get_dest().get_index() + 1 for mark in marks}


def dense(text):
    return re.sub(r"\s+", "", text)


@pytest.fixture(scope="module")
def overview(pdf, bookmarks, titles):
    """Return the lines of the contents: (letters, where the last of them ends, in points)."""
    lines = []
    for page in list(pdf)[1 : bookmarks[titles[0]] - 1]:
        text, rows = page.get_textpage(), {}
        for place in range(text.count_chars()):
            left, low, right, _ = text.get_charbox(place, loose=True)
            row = next((row for row in rows if abs(row - low) < 5), low)
            rows.setdefault(row, []).append((left, text.get_text_range(place, 1), right))
        for _, row in sorted(rows.items(), reverse=True):
            letters = sorted(letter for letter in row if letter[1].strip())
            if letters:
                lines.append(("".join(letter for _, letter, _ in letters), letters[-1][2]))
    return lines


def test_each_chapter_begins_on_the_page_that_contents_and_bookmarks_name(
    bookmarks, texts, titles, overview
):
    listed = "\n".join(letters for letters, _ in overview)
    for title in titles:
        words = re.sub(r"^(\d+)\. ", r"\1 ", title)  # in the contents, a number has no full stop
        page = int(re.search(rf"^{re.escape(dense(words))}(\d+)$", listed, re.MULTILINE)[1])
        assert bookmarks[title] == page
        assert texts[page - 1].startswith(words)  # the running header
        assert not texts[page - 2].startswith(words)


def test_the_contents_stand_on_one_page(bookmarks, titles):
    assert bookmarks[titles[0]] == 3  # after the cover and them


def test_the_numbers_of_the_contents_stand_at_the_margin(overview, titles):
    ends = [right for letters, right in overview if re.search(r"\D\d+$", letters)]
    assert len(ends) == len(titles)
    margin = (210 - 24) / 25.4 * 72  # of A4, in points
    assert max(abs(right - margin) for right in ends) < 1.5


@pytest.fixture(scope="module")
def chapters(printed, texts):
    """Return the text on paper of each page of the book, by its name."""
    with pikepdf.open(printed) as file:
        first = printing.pages_of_chapters(file)
    starts = [first[printing.mark(name)] - 1 for name in contents()]
    ends = [*starts[1:], len(texts)]
    return {n: "\n".join(texts[a:b]) for n, a, b in zip(contents(), starts, ends)}


def words(text):
    return Counter(re.findall(r"\w+", text.replace("ʼ", "’")))


def leave_out(element):
    """Take an element out of its page, but not what comes after it."""
    element.tail = f" {element.tail or ''}"
    element.drop_tree()


@pytest.mark.parametrize("name", contents())
def test_no_word_and_no_line_of_code_is_lost(chapters, html, name):
    article = printing.read(html, name).find(".//article")
    for other in article.cssselect("svg, .math, .headerlink, .definition, .hide > summary, script"):
        leave_out(other)
    # Code and addresses may break anywhere in a line, so they are sought without their spaces.
    whole = [line for pre in article.iter("pre") for line in pre.text_content().splitlines()]
    for link in article.cssselect("a.external, .addresses p"):
        whole.append(link.text_content())
        leave_out(link)
    paper = dense(chapters[name])
    assert [line for line in whole if dense(line) not in paper] == []
    wanted = words(article.text_content())
    lost = wanted - words(chapters[name])
    assert lost.total() <= 0.02 * wanted.total(), lost
