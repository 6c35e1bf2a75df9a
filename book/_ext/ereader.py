"""Make the book for e-readers, one EPUB, with Sphinx's own builder: `make epub`.

An e-reader reads XML, runs no script and knows little CSS; its owner chooses the typeface and the
size of letters. So its pages have formulas as MathML, pictures as files of their own, folds that
need no script, and no stylesheet but ereader.css.
"""

import re
import shutil
import tomllib
from html import escape
from itertools import zip_longest
from pathlib import Path
from urllib.parse import unquote, urlsplit
from xml.etree import ElementTree

from figures import standalone
from lxml import etree, html
from sphinx.builders.epub3 import Epub3Builder
from sphinx.highlighting import PygmentsBridge

HERE = Path(__file__).parent
OPF = "{http://www.idpf.org/2007/opf}"
DC = "{http://purl.org/dc/elements/1.1/}"
#: What the manifest says of a page, where the page holds this.
PROPERTIES = {"mathml": "<math", "svg": "<svg"}
#: What a shop or a library tells those who cannot see, or cannot see well.
ACCESSIBILITY = [
    ("schema:accessMode", "textual"),
    ("schema:accessMode", "visual"),
    ("schema:accessModeSufficient", "textual"),
    ("schema:accessibilityFeature", "alternativeText"),
    ("schema:accessibilityFeature", "MathML"),
    ("schema:accessibilityFeature", "readingOrder"),
    ("schema:accessibilityFeature", "structuralNavigation"),
    ("schema:accessibilityFeature", "tableOfContents"),
    ("schema:accessibilityHazard", "none"),
    (
        "schema:accessibilitySummary",
        "Every picture has a text that says what it shows, and every formula is MathML.",
    ),
]


class Book(Epub3Builder):
    """Sphinx's builder, with one stylesheet and with what it leaves out of the contents."""

    def init(self):
        """Give each page its language."""
        super().init()
        self.html_tag = self.html_tag.replace(
            ">", f' lang="{self.config.epub_language}" xml:lang="{self.config.epub_language}">'
        )

    def init_highlighter(self):
        """Take the website's colours for code, by day and by night."""
        self.highlighter = PygmentsBridge("html", "a11y-high-contrast-light")
        self.dark_highlighter = PygmentsBridge("html", "a11y-high-contrast-dark")

    @property
    def css_files(self):
        """The one stylesheet, whatever the extensions ask for."""
        return []

    def copy_static_files(self):
        """Write the stylesheet and the cover, and nothing else of what a website needs."""
        folder = Path(self.outdir, "_static")
        folder.mkdir(exist_ok=True)
        night = self.dark_highlighter.get_stylesheet()
        (folder / "ereader.css").write_text(
            f"{(HERE / 'ereader.css').read_text('utf-8')}\n{self.highlighter.get_stylesheet()}\n"
            f"@media (prefers-color-scheme: dark) {{\n{night}}}\n",
            encoding="utf-8",
        )
        shutil.copy(HERE.parent / "_static/cover.png", folder)

    def copy_image_files(self):
        """Copy the pictures, in colours of their own, since book.css does not reach them."""
        super().copy_image_files()
        for path in Path(self.outdir, self.imagedir).glob("*.svg"):
            path.write_text(standalone(path.read_text("utf-8")), encoding="utf-8")

    def get_toc(self):
        """List the pages in their order: chapters with their numbers, further pages below them."""
        self.refnodes = []

        def add(name, level):
            number = self.env.toc_secnumbers.get(name, {}).get("")
            title = self.env.titles[name].astext()
            text = escape(f"{number[0]}. {title}" if number else title)
            uri = escape(self.get_target_uri(name))
            self.refnodes.append({"level": level, "refuri": uri, "text": text})
            for further in self.env.toctree_includes.get(name, []):
                add(further, level if name == self.config.root_doc else level + 1)

        add(self.config.root_doc, 1)

    def toc_metadata(self, level, navpoints):
        """Give the book the package's name in the contents for old e-readers."""
        return super().toc_metadata(level, navpoints) | {"uid": self.config.epub_identifier}

    def build_content(self):
        """Say about the files and the book what Sphinx's list has no place for."""
        super().build_content()
        path = Path(self.outdir, "content.opf")
        ElementTree.register_namespace("", OPF.strip("{}"))
        ElementTree.register_namespace("dc", DC.strip("{}"))
        tree = ElementTree.parse(path)
        cover, _ = self.config.epub_cover
        for item in tree.iter(f"{OPF}item"):
            file = Path(self.outdir, unquote(item.get("href")))
            if item.get("href") == cover:
                item.set("properties", "cover-image")
            elif file.suffix == ".xhtml" and file.is_file():
                text = file.read_text("utf-8")
                found = [name for name, sign in PROPERTIES.items() if sign in text]
                if found:
                    item.set("properties", " ".join(found))
        metadata = tree.find(f"{OPF}metadata")
        metadata.remove(metadata.find(f"{DC}contributor"))  # which Sphinx calls unknown
        for name, text in [("dcterms:license", self.config.epub_license), *ACCESSIBILITY]:
            ElementTree.SubElement(metadata, f"{OPF}meta", property=name).text = text
        tree.write(path, encoding="utf-8", xml_declaration=True)


def word(name):
    """Return an id as XML allows it: a name that begins with a letter, without a slash."""
    name = re.sub(r"[^\w.-]", "-", name)
    return name if re.match(r"[^\W\d]", name) else f"id-{name}"


#: Wider than this, in em, a formula may not fit onto a telephone.
NARROW = 16
#: How much of the screen, in percent, a line of code or a wide formula may take.
SCREEN = 90


def width(node):
    """Return about how wide a formula is, in em; rather too wide than too narrow."""
    parts = [width(child) for child in node]
    if node.tag in ("mfrac", "munder", "mover", "munderover"):
        return max(parts)
    if node.tag in ("msub", "msup", "msubsup"):
        return parts[0] + 0.75 * max(parts[1:])
    if node.tag == "mtable":
        rows = [[width(cell) for cell in row] for row in node.iter("mtr")]
        return sum(1 + max(column) for column in zip_longest(*rows, fillvalue=0))
    if node.tag == "mspace":
        return float(node.get("width", "0em").removesuffix("em"))
    letters = (node.text or "").strip()
    between = node.tag == "mo" and not re.fullmatch(r"[()[\]{}|,′⁡]", letters)
    return sum(parts) + 0.7 * len(letters) + 0.6 * between


def fit(tree):
    """Let lines of code, wide formulas and wide tables get smaller on a narrow screen."""
    for code in tree.iter("pre"):
        longest = max(map(len, code.text_content().splitlines()), default=0)
        if longest > 40:  # a letter is 0.6 em wide; below 0.55 em nobody reads, and it wraps
            size = f"clamp(.55em, {SCREEN / 0.6 / longest:.2f}vw, .75em)"
            code.set("style", f"font-size: {size}")
    for formula in tree.iter("math"):
        if (wide := width(formula)) > NARROW:
            formula.set("style", f"font-size: min(1em, {SCREEN / wide:.2f}vw)")
    for table in tree.iter("table"):  # a column is at least as wide as its longest word
        rows = [row.iter("th", "td") for row in table.iter("tr")]
        words = [[cell.text_content().split() for cell in row] for row in rows]
        lengths = [[max(map(len, cell), default=0) for cell in row] for row in words]
        wide = sum(1 + 0.6 * max(column) for column in zip_longest(*lengths, fillvalue=0))
        if wide > NARROW:
            table.set("style", f"font-size: min(.85em, {SCREEN / wide:.2f}vw)")


def xhtml(body):
    """Return the text of a page as XML, with what an e-reader can do with it."""
    tree = html.fragment_fromstring(body, create_parent=True)
    for summary in tree.cssselect("details.hide > summary"):
        summary.clear(keep_tail=True)
        summary.text = "The code"
    for note in tree.cssselect("annotation"):  # the TeX, which some would show beside the formula
        next(note.iterancestors("math")).set("alttext", " ".join(note.text.split()))
        note.drop_tree()
    fit(tree)
    ids = set()
    for tag in tree.iter("*"):
        tag.attrib.pop("tabindex", None)  # to scroll a wide formula; here it gets smaller
        if "id" in tag.attrib:  # docutils counts anew in each docstring; the first keeps its name
            name = word(tag.attrib.pop("id"))
            if name not in ids:
                tag.set("id", name)
            ids.add(name)
        link = urlsplit(tag.get("href", ""))
        if link.path.endswith(".html") and not link.netloc:  # written so, in raw HTML
            link = link._replace(path=link.path.removesuffix("html") + "xhtml")
            tag.set("href", link.geturl())
        if link.fragment and not link.scheme:
            place = unquote(link.fragment).partition("&")[0]  # then the state of an explorable
            tag.set("href", link._replace(fragment=word(place)).geturl())
    return "".join(etree.tostring(part, encoding="unicode") for part in tree)


def write(app, pagename, templatename, context, doctree):
    """Finish a page."""
    if app.builder.name == "epub" and "body" in context:
        context["body"] = xhtml(context["body"])


def prepare(app):
    """Say what the book is, and leave out the pages that only a website needs."""
    if app.builder.name == "epub":
        project = tomllib.loads((HERE.parents[1] / "pyproject.toml").read_text("utf-8"))["project"]
        app.config.version = project["version"]
        app.config.epub_title = app.config.html_title
        app.config.epub_cover = ("_static/cover.png", "epub-cover.html")
        app.config.html_additional_pages = {}
        app.config.html_domain_indices = False


def setup(app):
    """Take the place of Sphinx's builder, and come after all that changes a page."""
    app.add_builder(Book, override=True)
    app.add_config_value("epub_license", "", "epub")
    app.connect("builder-inited", prepare, priority=400)  # before Sphinx looks for what is missing
    app.connect("html-page-context", write, priority=950)
    return {"version": "1", "parallel_read_safe": True}
