"""Let captions and wide tables use the right margin of a wide screen.

They get the class ``popout``: book.css gives them their place there, and while one is on the screen
the theme's script folds the page's contents, which share that margin.
"""

import re

from docutils import nodes

COLUMN = 688  # pixels between the margins, and what a table takes of them:
LETTER, GAP = 7.2, 24


def use_margin(app, doctree, docname):
    """Mark the figures and tables of a page that may leave its column; in a box, none may."""
    if len(list(doctree.findall(nodes.section))) < 2:
        return  # without sections, a page has no contents to fold, and the theme's script trips
    for figure in doctree.findall(nodes.figure):
        if any(figure.findall(nodes.caption)) and not is_boxed(figure):
            figure["classes"].append("popout")
    for table in doctree.findall(nodes.table):
        widths = [GAP + LETTER * letters for letters in columns(table)]
        if len(widths) > 2 and sum(widths) > COLUMN and not is_boxed(table):
            table["classes"].append("popout")


def columns(table):
    """Return the length of the longest text in each column, without the commands of TeX."""
    rows = (
        [len(re.sub(r"\\\w+ ?|[{}]", "", cell.astext())) for cell in row]
        for row in table.findall(nodes.row)
    )
    return [max(lengths) for lengths in zip(*rows)]


def is_boxed(node):
    """Return whether a node is in an exercise, a hint, a solution or another box."""
    while node := node.parent:
        if isinstance(node, nodes.Admonition):
            return True
    return False


def setup(app):
    """Run when a page is about to be written, with all its figures in place."""
    app.connect("doctree-resolved", use_margin)
    return {"version": "1", "parallel_read_safe": True}
