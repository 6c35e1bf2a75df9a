"""The book as HTML: built without a warning, complete, and with no link that leads nowhere."""

import re
from functools import cache
from html.parser import HTMLParser
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


def test_every_page_is_in_the_table_of_contents_and_is_built(html):
    written = [p for p in ROOT.glob("book/**/*") if p.suffix in {".md", ".ipynb"}]
    names = [p.relative_to(ROOT).with_suffix("") for p in written]
    names = [p.as_posix() for p in names if not p.parts[1].startswith(("_", ".", "data"))]
    assert sorted(names) == sorted(contents())
    for name in names:
        assert (html / f"{name}.html").is_file()


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
    chapter = (html / "book" / "04-derive-backpropagation.html").read_text(encoding="utf-8")
    numbered = set(re.findall(r'class="eqno">(\(4\.\d+\))', chapter))
    assert cited
    assert cited <= numbered
