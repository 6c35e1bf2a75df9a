"""Let a page say what it is about, how long it takes, and where it is published."""

import re
from pathlib import Path
from urllib.parse import urlsplit
from xml.sax.saxutils import escape

from docutils import nodes
from sphinx.errors import ConfigError
from sphinx_exercise.nodes import (
    exercise_enumerable_node,
    exercise_node,
    solution_node,
)

WORDS_A_MINUTE = 200
LINES_A_MINUTE = 15  # of code: to read one takes about as long as 13 words
EXERCISE = (exercise_node, exercise_enumerable_node, solution_node)
#: The pages that are read from top to bottom; the others are looked things up in.
READ = re.compile(r"(.*/)?(\d\d\w?-|check-your-own|suspects-|questions$)")


def description(doctree):
    """Return the first paragraph, without citations and with no sentence cut short."""
    text = next((p.astext() for p in doctree.findall(nodes.paragraph)), "")
    text = re.sub(r"\s*\[[^\]]*\d{4}[^\]]*\]", "", re.sub(r"\s+", " ", text))
    sentences, short = re.split(r"(?<=[.?]) ", text), ""
    for sentence in sentences:
        if short and len(f"{short} {sentence}") > 200:
            break
        short = f"{short} {sentence}".strip()
    return short


def minutes(doctree):
    """Return how long the text and the code take, in minutes, not counting exercises."""
    words = lines = 0
    for node in doctree.findall(nodes.TextElement):
        if is_apart(node):
            continue
        if isinstance(node, nodes.literal_block):
            lines += len(node.astext().splitlines())
        elif isinstance(node, (nodes.paragraph, nodes.title, nodes.caption, nodes.term)):
            words += len(node.astext().split())
    return round(words / WORDS_A_MINUTE + lines / LINES_A_MINUTE)


def is_apart(node):
    """Return whether a node is in an exercise or its hints, in folded code, or for paper only."""
    classes = set()
    while node.parent is not None:
        node = node.parent
        if isinstance(node, EXERCISE) or "exercises" in node.get("ids", []):
            return True
        classes.update(node.get("classes", []))
    apart = ({"tip", "dropdown"}, {"tag_hide-input", "cell_input"}, {"addresses"})
    return any(classes >= kind for kind in apart)


def describe(app, pagename, templatename, context, doctree):
    """Give the templates a description, and a page to be read its reading time under its title."""
    context["html_baseurl"] = app.config.html_baseurl
    context["base"] = urlsplit(app.config.html_baseurl).path or "/"
    if pagename == "404":
        context["pageurl"] = None  # it stands for many addresses
    about = doctree or (pagename == "index" and app.env.get_doctree(app.config.root_doc))
    if about:
        context["description"] = description(about)
    if doctree and READ.match(pagename):
        apart = (
            ", exercises apart" if any(isinstance(n, EXERCISE) for n in doctree.findall()) else ""
        )
        line = f'</h1>\n<p class="reading-time">About {minutes(doctree)} minutes{apart}</p>'
        context["body"] = context["body"].replace("</h1>", line, 1)


def check(app, config):
    """Refuse an address that would give wrong links."""
    if config.html_baseurl and not re.fullmatch(r"https?://\S+/", config.html_baseurl):
        raise ConfigError(
            f"html.baseurl in _config.yml is {config.html_baseurl!r}. It is the address of the "
            "published book, from https:// to the slash at its end; leave it out if there is none."
        )


def sitemap(app, error):
    """List the pages for search engines, if the book has an address."""
    if error or not app.config.html_baseurl or app.builder.name != "html":
        return
    base = app.config.html_baseurl
    pages = [base + app.builder.get_target_uri(name) for name in sorted(app.env.found_docs)]
    urls = "\n".join(f"  <url><loc>{escape(page)}</loc></url>" for page in pages)
    Path(app.outdir, "sitemap.xml").write_text(
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n{urls}\n</urlset>\n',
        encoding="utf-8",
    )


def setup(app):
    """Connect what a page says about itself."""
    app.connect("config-inited", check)
    app.connect("html-page-context", describe)
    app.connect("build-finished", sitemap)
    return {"version": "1", "parallel_read_safe": True}
