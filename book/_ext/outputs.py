"""Mark printed sentences, so that they wrap and printed tables do not.

What a cell prints in lines of a page's width may be a table, whose rows must stay rows: on a narrow
screen it scrolls. A line longer than that is a sentence, and wraps.
"""

from docutils import nodes

WIDTH = 84  # characters that fit into a page's column


def mark_sentences(app, doctree, docname):
    """Give outputs with a line longer than `WIDTH` the class ``sentences``."""
    for block in doctree.findall(nodes.literal_block):
        longest = max(map(len, block.astext().splitlines()), default=0)
        if "output" in block["classes"] and longest > WIDTH:
            block["classes"].append("sentences")


def setup(app):
    """Run when a page is about to be written."""
    app.connect("doctree-resolved", mark_sentences)
    return {"version": "1", "parallel_read_safe": True}
