"""Put the glossary's line for a term into the page that uses the term.

`book/_static/terms.js` shows it at the link; a screen reader reads it as the link's description.
"""

import re

from docutils import nodes

LINK = re.compile(
    r'<a class="reference internal" (href="[^"]*#(term-[^"]+)")'
    r'(?=[^>]*><span class="xref std std-term)'
)


def definitions(app):
    """Return {id of a term: its definition as HTML}."""
    if not hasattr(app, "definitions"):
        app.definitions = {}
        glossary = app.env.get_and_resolve_doctree("book/glossary", app.builder)
        for item in glossary.findall(nodes.definition_list_item):
            line = next(item.findall(nodes.paragraph)).deepcopy()
            for link in list(line.findall(nodes.reference)):
                link.replace_self(link.children)  # what is shown beside a link holds no other links
            html = app.builder.render_partial(line)["fragment"]
            for term in item.findall(nodes.term):
                app.definitions |= {name: html for name in term["ids"]}
    return app.definitions


def explain(app, pagename, templatename, context, doctree):
    """Add the definitions of a page's terms to its end, and name them in the links."""
    if doctree is None or pagename == "book/glossary" or app.builder.name != "html":
        return
    used = {}

    def describe(match):
        used[match[2]] = definitions(app)[match[2]]
        return f'<a class="reference internal term" aria-describedby="line-{match[2]}" {match[1]}'

    body = LINK.sub(describe, context["body"])
    for name, html in used.items():
        body += f'<div class="definition" id="line-{name}" role="tooltip" hidden>{html}</div>\n'
    context["body"] = body


def setup(app):
    """Connect to each page."""
    app.connect("html-page-context", explain)
    return {"version": "1", "parallel_read_safe": True}
