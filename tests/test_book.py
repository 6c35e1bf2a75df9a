"""The book as HTML: built without a warning, complete, and with no link that leads nowhere."""

import json
import re
from functools import cache
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from urllib.parse import unquote, urlsplit

import yaml

ROOT = Path(__file__).parents[1]


class Page(HTMLParser):
    """What a page offers as a target, what it points to, and its pictures without a text."""

    def __init__(self, path):
        super().__init__()
        self.targets, self.links, self.silent = {""}, [], []
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        if tag == "base":  # of 404.html, which lies where that leads to
            return
        self.targets.add(attributes.get("id", ""))
        self.links += [attributes[k] for k in ("href", "src", "xlink:href") if attributes.get(k)]
        text = attributes.get("alt", attributes.get("aria-label")) or ""
        picture = tag == "img" or attributes.get("role") == "img"
        picture &= "logo__image" not in attributes.get("class", "")  # its name stands beside it
        if picture and (not text.strip() or re.search(r"\.\w{3,4}$", text)):
            self.silent.append(attributes)


page = cache(Page)


def test_builds_without_a_warning(build):
    assert not build[1], build[1]


def contents():
    toc = yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf-8"))
    chapters = [chapter for part in toc["parts"] for chapter in part["chapters"]]
    return [toc["root"], *(page["file"] for c in chapters for page in [c, *c.get("sections", [])])]


def written():
    """Return the names of all pages that lie in book/, in the table of contents or not."""
    pages = [p.relative_to(ROOT) for p in ROOT.glob("book/**/*") if p.suffix in {".md", ".ipynb"}]
    pages = [page for page in pages if not page.parts[1].startswith(("_", ".", "data"))]
    return [page.with_suffix("").as_posix() for page in pages]


def forgotten(names, order, read):
    """Return a sentence for each place that should know of a page and does not.

    `names` are the pages that lie in book/, `order` those of the table of contents, in its order;
    read(name) returns the text of a page.
    """
    found = [f"{name} is not in _toc.yml" for name in sorted({*names} - {*order})]
    found += [f"_toc.yml names {name}, which is not there" for name in sorted({*order} - {*names})]
    front, teachers = read("book/index"), read("book/teachers").partition("## What to aim at")[2]
    for before, name in pairwise(n for n in order if n in names):
        file = name.removeprefix("book/")
        if chapter := re.match(r"(\d\d)\w?-", file):
            if f"({file}.ipynb)" not in front:
                found.append(f"{name} is not in the list of book/index.md")
            if not re.search(rf"\n\| {int(chapter[1])}\s", teachers):
                found.append(f"{name} has no row in the table of book/teachers.md")
            on = read(before).partition("## What comes next")[2]
            if before != order[0] and f"({file}.ipynb" not in on:
                found.append(f"{before} does not lead to {name} under What comes next")
    return found


def page_text(name):
    """Return the Markdown of a page."""
    path = ROOT / f"{name}.ipynb"
    if not path.is_file():
        return path.with_suffix(".md").read_text(encoding="utf-8")
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return "\n".join("".join(c["source"]) for c in cells if c["cell_type"] == "markdown")


def test_nothing_is_forgotten_of_a_page():
    missing = forgotten(written(), contents(), page_text)
    assert not missing, "\n".join(missing)


def test_a_new_chapter_is_told_all_that_it_forgot():
    last = [name for name in contents() if re.match(r"book/\d\d", name)][-1]
    at = contents().index(last) + 1
    order = [*contents()[:at], "book/12-new", *contents()[at:]]
    assert forgotten([*written(), "book/13-new"], order, page_text) == [
        "book/13-new is not in _toc.yml",
        "_toc.yml names book/12-new, which is not there",
    ]
    assert forgotten([*written(), "book/12-new"], order, page_text) == [
        "book/12-new is not in the list of book/index.md",
        "book/12-new has no row in the table of book/teachers.md",
        f"{last} does not lead to book/12-new under What comes next",
    ]


def test_the_pages_that_are_built_are_those_of_the_table_of_contents(html):
    built = {p.relative_to(html).with_suffix("").as_posix() for p in html.glob("book/*.html")}
    assert sorted(built) == sorted(contents())


def test_every_link_inside_the_book_leads_somewhere(html, pages):
    broken = []
    assert pages
    for path in pages:
        for link in page(path).links:
            parts = urlsplit(link)
            if parts.scheme or parts.netloc:
                continue
            start = html if parts.path.startswith("/") else path.parent
            target = (start / unquote(parts.path).lstrip("/")).resolve() if parts.path else path
            if target.is_dir():
                target /= "index.html"
            found = target.is_file() and html in target.parents
            if found and target.suffix == ".html":
                id = unquote(parts.fragment).partition("&")[0]  # then the state of an explorable
                found = id in page(target).targets
            if not found:
                broken.append(f"{path.relative_to(html)}: {link}")
    assert not broken, "\n".join(broken)


def test_every_picture_has_a_text(pages):
    assert pages
    assert [(path.name, picture) for path in pages for picture in page(path).silent] == []


def test_the_equations_that_the_network_cites_are_in_chapter_4(html):
    cited = set(re.findall(r"\(4\.\d+\)", (ROOT / "nnlib/network.py").read_text(encoding="utf-8")))
    chapter = (html / "book" / "04b-write-it-for-any-network.html").read_text(encoding="utf-8")
    numbered = set(re.findall(r'class="eqno">(\(4\.\d+\))', chapter))
    assert cited
    assert cited <= numbered
