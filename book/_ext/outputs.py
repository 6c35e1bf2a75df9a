"""Mark printed sentences, so that they wrap and printed tables do not, and code that stays whole.

What a cell prints in lines of a page's width may be a table, whose rows must stay rows: on a narrow
screen it scrolls. A line longer than that is a sentence, and wraps. Within a sentence of the book,
a list such as ``[2, 2, 1]`` must not break in two, and neither must "chapter 3" or "Figure 8.2".
"""

import re

from docutils import nodes

WIDTH = 84  # characters that fit into a page's column
SHORT = 14  # characters that fit into a line in any case,
SHORTISH = 28  # and into a line or a table on any screen but a phone's
SIGNS = re.compile(r"(?:[’']s\b|[.,;:?!)’”-])+")  # what stands close behind a word
NUMBERED = re.compile(r"\b((?:chapter|exercise|figure)s?)\s(?=\d)", re.IGNORECASE)


def mark_sentences(app, doctree, docname):
    """Give outputs with a line longer than `WIDTH` the class ``sentences``."""
    for block in doctree.findall(nodes.literal_block):
        longest = max(map(len, block.astext().splitlines()), default=0)
        if "output" in block["classes"] and longest > WIDTH:
            block["classes"].append("sentences")


def mark_short(app, doctree, docname):
    """Give code no longer than `SHORT` the class ``short``, and ``shortish`` up to `SHORTISH`."""
    for code in doctree.findall(nodes.literal):
        if len(code.astext()) <= SHORT:
            code["classes"].append("short")
        elif len(code.astext()) <= SHORTISH:
            code["classes"].append("shortish")


def keep_signs(app, doctree, docname):
    """Tie a full stop or a comma to such short code before it: no line is to begin with one."""
    for code in list(doctree.findall(nodes.literal)):
        parent, place = code.parent, code.parent.index(code) + 1
        after = parent[place] if place < len(parent) else ""
        signs = isinstance(after, nodes.Text) and SIGNS.match(after)
        if signs and "short" in code["classes"]:
            parent[place] = nodes.Text(after[signs.end() :])
            joined = nodes.inline("", "", code.deepcopy(), nodes.Text(signs[0]))
            joined["classes"].append("joined")
            code.replace_self(joined)


def keep_numbers(app, doctree, docname):
    """Put a space at which no line ends between words such as ``chapter`` and their number."""
    for text in list(doctree.findall(nodes.Text)):
        if not isinstance(text.parent, nodes.literal_block) and NUMBERED.search(text):
            text.parent.replace(text, nodes.Text(NUMBERED.sub("\\1\u00a0", text)))


def setup(app):
    """Run when a page is about to be written."""
    app.connect("doctree-resolved", mark_sentences)
    app.connect("doctree-resolved", mark_short)
    app.connect("doctree-resolved", keep_signs)
    app.connect("doctree-resolved", keep_numbers)
    return {"version": "1", "parallel_read_safe": True}
