"""Mark printed sentences, so that they wrap and printed tables do not, and what stays whole.

What a cell prints in lines of a page's width may be a table, whose rows must stay rows: on a narrow
screen it scrolls. A line longer than that is a sentence, and wraps. Within a sentence of the book,
a list such as ``[2, 2, 1]`` is not to be broken in two, nor a link such as "chapter 4".
"""

import re

from docutils import nodes

WIDTH = 84  # characters that fit into a page's column
SHORT = 14  # characters that fit into a line in any case
NUMBERED = re.compile(r"(chapter|exercise|figure) [\d.]+", re.IGNORECASE)


def mark_sentences(app, doctree, docname):
    """Give outputs with a line longer than `WIDTH` the class ``sentences``."""
    for block in doctree.findall(nodes.literal_block):
        longest = max(map(len, block.astext().splitlines()), default=0)
        if "output" in block["classes"] and longest > WIDTH:
            block["classes"].append("sentences")


def mark_short(app, doctree, docname):
    """Give code within a sentence the class ``short`` if it is no longer than `SHORT`."""
    for code in doctree.findall(nodes.literal):
        if len(code.astext()) <= SHORT:
            code["classes"].append("short")


def keep_numbers(app, doctree, docname):
    """Give links such as "Figure 8.2" the class ``together``: the number stays beside its word."""
    for link in doctree.findall(nodes.reference):
        if NUMBERED.fullmatch(link.astext()):
            link["classes"].append("together")


def setup(app):
    """Run when a page is about to be written."""
    app.connect("doctree-resolved", mark_sentences)
    app.connect("doctree-resolved", mark_short)
    app.connect("doctree-resolved", keep_numbers)
    return {"version": "1", "parallel_read_safe": True}
