"""Put every SVG picture into the page itself, in the colours of the reader's theme.

A picture in an <img> cannot see the page: on the dark theme its black labels vanish. Inline, the
house colours become CSS variables (book/_static/book.css), and so one picture serves both themes.
Where ``NAME.narrow.svg`` stands beside ``NAME.svg``, a phone shows that one.
"""

import html
import re
from pathlib import Path

from docutils import nodes
from sphinx.util import logging
from sphinx.writers.html5 import HTML5Translator

LOG = logging.getLogger(__name__)

# The colours of nnlib.plots, and the variables that stand for them.
HOUSE = {"#0072b2": "z", "#d55e00": "a", "#009e73": "right", "#cc79a7": "bug"}
#: {"z-text": "#00639c", …}: the light theme's colours, which come first in the stylesheet.
SHADES = dict(
    reversed(
        re.findall(
            r"--([\w-]+): *(#\w+);",
            Path(__file__).parents[1].joinpath("_static/book.css").read_text("utf-8"),
        )
    )
)
#: The typefaces of words in a picture, as in book.css; a picture that is a file has no web fonts.
FACES = (
    'text { font-family: "Source Serif 4", Charter, Georgia, serif !important }'
    "tspan { font-family: inherit !important }"
    'text.code { font-family: "IBM Plex Mono", "DejaVu Sans Mono", Menlo, monospace !important }'
)


def colour(match):
    """Turn one hex colour into a variable: a house colour by name, a grey by how dark it is."""
    code = match[0].lower()
    if len(code) == 4:
        code = "#" + "".join(2 * digit for digit in code[1:])
    if code in HOUSE:
        return f"var(--{HOUSE[code]})"
    red, green, blue = (int(code[i : i + 2], 16) for i in (1, 3, 5))
    if not red == green == blue:
        return match[0]
    if red in (0, 255):
        return "var(--ink)" if red == 0 else "var(--paper)"
    return f"color-mix(in srgb, var(--paper) {red / 2.55:.0f}%, var(--ink))"


def readable(tag):
    """Give words a shade of their colour, or of grey, that is easy to read."""
    tag = re.sub(r"var\(--(z|a|right|bug)\)", r"var(--\1-text)", tag)
    return re.sub(r"\d+%(?=, var\(--ink)", lambda m: f"{min(int(m[0][:-1]), 30)}%", tag)


def slim(svg):
    """Return an SVG file's root without what says nothing to a reader."""
    svg = svg[svg.index("<svg") :]
    svg = re.sub(r"<!--.*?-->|<metadata>.*?</metadata>", "", svg, flags=re.S)
    # Nobody sees a hundredth of a point, and without more digits there is half as much to load.
    return re.sub(
        r'\s(?:d|x|y|points)="[^"]*"',
        lambda m: re.sub(r"-?\d+\.\d{3,}", lambda n: f"{float(n[0]):.2f}", m[0]),
        svg,
        flags=re.S,
    )


def standalone(svg):
    """Return an SVG file's text for a place that book.css does not reach, in its light colours."""
    shades = {code: SHADES[f"{name}-text"] for code, name in HOUSE.items()}
    svg = re.sub(
        r"<(?:text|tspan)\b[^>]*>",
        lambda m: re.sub("|".join(shades), lambda n: shades[n[0].lower()], m[0], flags=re.I),
        slim(svg),
    )
    return svg.replace(">", f"><style>{FACES}</style>", 1)


def inline(svg, alt, prefix, kind="picture"):
    """Return the text of an SVG file as an element to put into a page.

    Parameters
    ----------
    svg : str
        The file's text.
    alt : str
        What the picture shows, in words.
    prefix : str
        Put before every id, so that two pictures on a page do not share one.
    kind : str
        The element's classes.
    """
    svg = slim(svg)
    # ids, and what points to them
    svg = re.sub(r'\bid="', f'id="{prefix}', svg)
    svg = re.sub(r"url\(#", f"url(#{prefix}", svg)
    svg = re.sub(r'href="#', f'href="#{prefix}', svg)
    # An inline <style> would reach the whole page: tie its rules to this picture. And Sphinx, which
    # marks what was searched for, would stop at a hit in it.
    svg = re.sub("<style", '<style class="nohighlight"', svg)
    svg = re.sub(
        r"(<style[^>]*>)(.*?)(</style>)",
        lambda m: m[1] + re.sub(r"([^{},]+)(?=[^{}]*\{)", rf"#{prefix}svg \1", m[2]) + m[3],
        svg,
        flags=re.S,
    )
    svg = re.sub(
        r"(?<![\w(])#(?:[0-9a-fA-F]{6}|[0-9a-fA-F]{3})\b(?=[\";\s])",
        colour,
        svg,
    )
    svg = re.sub(r"<(?:text|tspan)\b[^>]*>", lambda m: readable(m[0]), svg)
    root, rest = svg.split(">", 1)
    width = re.search(r'\swidth="([\d.]+)(pt|px)?"', root)
    root = re.sub(r'\s(?:width|height|id|version|role)="[^"]*"', "", root)
    own = f"width: {width[1]}{width[2] or 'px'}" if width else "width: 100%"
    label = html.escape(alt)
    root += f' id="{prefix}svg" class="{kind}" role="img" aria-label="{label}" style="{own}"'
    return f"{root}>{rest.strip()}"


def visit_image(self, node):
    """Write an SVG of ours inline into a page of the website, and all else as Sphinx does.

    Where a picture has a narrow cut, ``NAME.narrow.svg``, a narrow screen gets that.
    """
    path = Path(self.builder.srcdir, node["uri"])
    narrow = path.with_suffix(".narrow.svg")
    if path.suffix != ".svg" or not path.is_file():
        return HTML5Translator.visit_image(self, node)
    if self.builder.name == "epub":
        if narrow.is_file():
            uri = node["uri"].removesuffix(".svg") + ".narrow.svg"
            self.builder.images[uri] = narrow.name
            source = f'srcset="{self.builder.imgpath}/{narrow.name}" type="image/svg+xml"'
            self.body.append(f'<picture><source media="(max-width: 30em)" {source}/>')
        HTML5Translator.visit_image(self, node)
        self.body.append("</picture>" if narrow.is_file() else "")
        raise nodes.SkipNode
    alt = node.get("alt", "").strip()
    if not alt or alt.endswith(".svg"):
        LOG.warning("picture without alt text: say what it shows", location=node)
    cuts = {"picture": path}
    if narrow.is_file():
        cuts["picture narrow"] = narrow
    for kind, cut in cuts.items():
        self.pictures = getattr(self, "pictures", 0) + 1
        svg = cut.read_text(encoding="utf-8")
        self.body.append(inline(svg, alt, f"p{self.pictures}-", kind))
    self.builder.images.pop(node["uri"], None)  # the page needs no file
    raise nodes.SkipNode


def setup(app):
    """Take over how pictures are written to HTML."""
    app.add_node(
        nodes.image,
        override=True,
        html=(visit_image, HTML5Translator.depart_image),
    )
    return {"version": "1", "parallel_read_safe": True}
