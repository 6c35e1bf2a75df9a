"""Fold hints and solutions with the browser's own element, each hint inside the one before it.

So an exercise shows one "Hint 1 of 3", which opens and then offers "Hint 2 of 3", and its solution.
A fold is a ``<details>``: it needs no script, the Tab key reaches it, and a search within the
page finds what is in it. An e-book has the same folds. JupyterLab shows hints and solutions as they
are written.
"""

from itertools import groupby, pairwise

from docutils import nodes


class fold(nodes.General, nodes.Element):
    """What opens and closes."""


class summary(nodes.General, nodes.TextElement):
    """The line that stays while a fold is closed."""


def is_hint(node):
    """Return whether a node is a hint to an exercise; other folds keep the title they have."""
    if not isinstance(node, nodes.admonition) or not {"tip", "dropdown"} <= {*node["classes"]}:
        return False
    return node.next_node(summary).astext().endswith(" hint")


def fold_boxes(app, doctree, docname):
    """Fold the contents of each box of the class ``dropdown``."""
    if app.builder.name not in ("html", "epub"):
        return
    boxes = [box for box in doctree.findall(nodes.Admonition) if "dropdown" in box["classes"]]
    for box in boxes:
        title, *content = box.children
        box.children = []
        box += fold("", summary("", "", *title.children), *content)
    for parent in {id(box.parent): box.parent for box in boxes}.values():
        for are_hints, together in groupby(list(parent), is_hint):
            if are_hints:
                nest(list(together))


def nest(hints):
    """Count the hints to one exercise, and put each into the one before it."""
    for number, hint in enumerate(hints, start=1):
        name = f"Hint {number} of {len(hints)}" if hints[1:] else "Hint"
        hint[0][0].children = [nodes.Text(name)]
    for before, hint in pairwise(hints):
        hint.parent.remove(hint)
        before[0].append(hint)


def write(tag):
    """Return what writes an element: one function opens it, the other closes it."""
    return (
        lambda self, node: self.body.append(self.starttag(node, tag, "")),
        lambda self, node: self.body.append(f"</{tag}>\n"),
    )


def setup(app):
    """Run when a page is about to be written."""
    app.add_node(fold, html=write("details"))
    app.add_node(summary, html=write("summary"))
    app.connect("doctree-resolved", fold_boxes)
    return {"version": "1", "parallel_read_safe": True}
