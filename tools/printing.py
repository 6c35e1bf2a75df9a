"""Print the whole book into one PDF: `make pdf`.

The pages that Sphinx has built become one document, so that figures and formulas have the numbers
of the web edition. No browser can write a page number into a table of contents. So Chromium prints
the book, whose bookmarks say on which page each chapter begins, and then the contents once more,
showing only these numbers, which are laid over the first print.

    python tools/printing.py _build/html _build/pdf
"""

import json
import os
import posixpath
import sys
import time
import tomllib
from html import escape
from io import BytesIO
from pathlib import Path
from urllib.parse import urlsplit

import chromium
import lxml.html
import yaml
from lxml.html.builder import E
from pikepdf import Name, ObjectStreamMode, Page, Pdf

ROOT = Path(__file__).parents[1]
CONFIG = yaml.safe_load((ROOT / "_config.yml").read_text(encoding="utf-8"))
TOC = yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf-8"))
VERSION = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
#: The day of the edition: today, or the day set by whoever wants the same file again.
DAY = time.gmtime(int(os.environ.get("SOURCE_DATE_EPOCH", time.time())))

PARTS = [("", [TOC["root"]])] + [
    (
        part.get("caption", ""),
        [
            page["file"]
            for chapter in part["chapters"]
            for page in [chapter, *chapter.get("sections", [])]
        ],
    )
    for part in TOC["parts"]
]
NUMERALS = ["I", "II", "III", "IV", "V", "VI"]


def mark(name):
    """Return the id of a page within the document, a word that CSS accepts too."""
    return f"page-{posixpath.basename(name)}"


#: The further pages of chapters, which the contents indent.
FURTHER = {
    mark(page["file"])
    for part in TOC["parts"]
    for chapter in part["chapters"]
    for page in chapter.get("sections", [])
}


def read(html, name):
    """Return a page that Sphinx has built, parsed."""
    return lxml.html.fromstring((html / f"{name}.html").read_text(encoding="utf-8"))


def write(element):
    """Return the HTML of an element."""
    return lxml.html.tostring(element, encoding="unicode", with_tail=False)


def article(html, name):
    """Return the text of one page with unique ids and with links that lead within the document."""
    text = read(html, name).find(".//article")
    text.set("id", mark(name))
    files = [file for _, part in PARTS for file in part]

    def target(link):
        url = urlsplit(link)
        if url.scheme or url.netloc:
            return link
        path = posixpath.normpath(posixpath.join(posixpath.dirname(name), url.path))
        page = path.removesuffix(".html") if url.path else name
        if page not in files:
            raise ValueError(f"{name} links to {link}, which is no page of the book in _toc.yml")
        return f"#{mark(page)}-{url.fragment}" if url.fragment else f"#{mark(page)}"

    for tag in text.iterdescendants("*"):
        for key, value in tag.items():
            if key == "id":
                tag.set(key, f"{mark(name)}-{value}")
            elif key in ("href", "xlink:href"):
                tag.set(key, target(value))
            elif key == "src":
                tag.set(key, (html / posixpath.dirname(name) / value).resolve().as_uri())
            elif "url(#" in value:  # an SVG's url(#clip)
                tag.set(key, value.replace("url(#", f"url(#{mark(name)}-"))
    for style in text.iter("style"):  # an SVG's rules, tied to its id
        style.text = style.text.replace("#p", f"#{mark(name)}-p")
    return text


def heading(text):
    """Return the words of a page's title, after its number."""
    words = "".join(part for part in text.find(".//h1").itertext() if part != "#")
    return " ".join(words.split()).replace(". ", " ", 1)


def chapters(html):
    """Return (part, id, title, HTML) for each page of the book; the part for the first only."""
    result = []
    for number, (caption, files) in enumerate(PARTS):
        if caption and TOC["parts"][number - 1].get("numbered"):
            caption = f"Part {NUMERALS[number - 1]} · {caption}"
        for name in files:
            text = article(html, name)
            title = heading(text)
            # The outline and a screen reader take levels from here: part, chapter, section.
            for tag in text.iter("h1", "h2", "h3", "h4"):
                tag.set("aria-level", f"{int(tag.tag[1]) + 1}")
            part = caption if name == files[0] else ""
            if part:
                text.insert(0, E.h1(part, {"class": "part"}))
            result.append((part, mark(name), title, write(text)))
    return result


def document(html, book):
    """Return the book as one HTML document.

    Parameters
    ----------
    html : pathlib.Path
        The folder that Sphinx has built.
    book : list
        What `chapters` returns.
    """
    front = read(html, TOC["root"])
    sheets = front.cssselect("link[rel=stylesheet]:not([media])")  # those with one are for a night
    styles = "".join(
        f'<link rel="stylesheet" href="{(html / "book" / urlsplit(path).path).as_uri()}">'
        for path in (sheet.get("href") for sheet in sheets)
    )
    rules, contents = "@page { size: A4 }\n", ""
    for part, id_, title, _ in book:
        words = json.dumps(title, ensure_ascii=False)  # also a string in CSS
        rules += f"#{id_} {{ page: {id_} }} @page {id_} {{ @top-left {{ content: {words} }} }}\n"
        contents += f"<li class='part'>{part}</li>" if part else ""
        contents += f"<li class='{'further' if id_ in FURTHER else ''}'>"
        contents += (
            f"<a href='#{id_}'><span>{escape(title)}</span>"
            "<span class='leader'></span><span class='number'></span></a></li>"
        )
    title, author = escape(CONFIG["title"]), escape(CONFIG["author"])
    date = f"{DAY.tm_mday} {time.strftime('%B %Y', DAY)}"
    return f"""<!DOCTYPE html>
<html lang="{CONFIG["sphinx"]["config"]["language"]}" data-theme="light">
<head><meta charset="utf-8"><title>{title}</title>{styles}<style>{rules}</style></head>
<body class="bound"><main class="bd-main"><div class="bd-content"><div class="bd-article-container">
<div class="bd-article cover">
<p class="title">{title}</p>
<p class="subtitle">A book about one wrong line of code</p>
{write(front.cssselect("svg.picture")[0])}
<p class="author">{author}</p>
<p class="edition">Version {VERSION}, {date}<br>© {CONFIG["copyright"]}</p>
</div>
<div class="bd-article overview"><h1>Contents</h1><ol>{contents}</ol></div>
{"".join(text for _, _, _, text in book)}
</div></div></main></body></html>"""


def pages_of_chapters(pdf):
    """Return the number of the page on which each chapter begins, by the chapter's id."""
    places, marks = pdf.Root.Dests, [mark(file) for _, files in PARTS for file in files]
    return {name: Page(places[f"/{name}"][0]).index + 1 for name in marks}


#: Keeps only what is laid over the first print: the numbers, each in its place.
NUMBERS = """(pages) => {
  for (const [id, page] of Object.entries(pages))
    document.querySelector(`.overview a[href="#${id}"] .number`).textContent = page;
  for (const article of document.querySelectorAll("article")) article.remove();
  const style = document.createElement("style");
  style.textContent = `
    * { visibility: hidden; background: none !important }
    .overview .number { visibility: visible }
    @page { @bottom-center { content: none !important } }`;
  document.head.append(style);
}"""


def finish(pdf, numbers):
    """Lay the numbers over the contents, and tell libraries and viewers what the file is."""
    day = time.strftime("D:%Y%m%d%H%M%SZ", DAY)
    with Pdf.open(pdf, allow_overwriting_input=True) as book, Pdf.open(BytesIO(numbers)) as over:
        for page, number in zip(book.pages, over.pages):
            # As add_overlay does, which would give it another name each time.
            page.add_resource(number.as_form_xobject(), Name.XObject, Name.Numbers)
            page.contents_add(b"q\n", prepend=True)
            page.contents_add(b"Q /Numbers Do\n")
        about = {
            "/Title": CONFIG["title"],
            "/Author": CONFIG["author"],
            "/CreationDate": day,
            "/ModDate": day,
        }
        book.docinfo = book.make_indirect(about)
        book.Root.PageMode = Name.UseOutlines
        # Half of the file is tags; this packs them.
        book.save(pdf, object_stream_mode=ObjectStreamMode.generate, deterministic_id=True)


def print_book(browser, html, folder):
    """Write sigmoid-twice.html and, from it, sigmoid-twice.pdf; return the latter's path."""
    folder.mkdir(parents=True, exist_ok=True)
    source, pdf = folder / "sigmoid-twice.html", folder / "sigmoid-twice.pdf"
    source.write_text(document(html, chapters(html)), encoding="utf-8")
    page = browser.new_page()
    page.goto(source.resolve().as_uri(), timeout=120_000)  # all pages at once
    page.pdf(path=pdf, prefer_css_page_size=True, print_background=True, tagged=True, outline=True)
    with Pdf.open(pdf) as printed:
        page.evaluate(NUMBERS, pages_of_chapters(printed))
    numbers = page.pdf(prefer_css_page_size=True, print_background=True)
    page.close()
    finish(pdf, numbers)
    return pdf


def main(html, folder):
    """Start the machine's chromium and print the book that was built into `html`."""
    try:
        with chromium.started() as browser:
            pdf = print_book(browser, Path(html).resolve(), Path(folder))
    except chromium.MissingError as missing:
        sys.exit(missing)
    print(f"The book on paper: {pdf}, {len(Pdf.open(pdf).pages)} pages")


if __name__ == "__main__":
    main(*sys.argv[1:])
