"""Give z and a their colours in a `pair`, in the formula and in the code alike.

So a reader sees at a glance which of the two a line is made from, and that formula and code agree.
"""

import re

PAIR = re.compile(r'<div class="[^"]*\bpair\b.*?</pre>', re.S)
CODE = re.compile(r'<span class="n">([za])</span>')
FORMULA = re.compile(r'<span class="mord mathnormal("[^>]*>)([za])</span>')
MATHML = re.compile(r"<mi>([za])</mi>")


def colour(app, pagename, templatename, context, doctree):
    """Mark the letters of the pairs on a page with the classes ``z`` and ``a`` of book.css."""

    def mark(pair):
        text = CODE.sub(r'<span class="\1">\1</span>', pair[0])
        text = MATHML.sub(r'<mi class="\1">\1</mi>', text)
        return FORMULA.sub(r'<span class="mord mathnormal \2\1\2</span>', text)

    if doctree:
        context["body"] = PAIR.sub(mark, context["body"])


def setup(app):
    """Run when a page's HTML is complete."""
    app.connect("html-page-context", colour)
    return {"version": "1", "parallel_read_safe": True}
