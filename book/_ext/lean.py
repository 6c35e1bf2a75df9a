"""Leave out what the book does not use, and mend what a screen reader stumbles over."""

import re

from pybtex.backends import plaintext
from pybtex.plugin import register_plugin

# sphinx-design's scripts and styles; its classes begin with sd-.
DESIGN = re.compile("sphinx-design|design-tabs", re.I)
# In the list of chapters a chapter's further pages always stand below it: nothing folds.
FOLD = re.compile(r"<details[^>]*><summary>.*?</summary>|</details>", re.S)
# Where a line ends within code, it had better end after a sign than inside of a word.
CODE = re.compile(r'(?<=<span class="pre">)[^<]+')


def trim(context):
    """Remove from a page of the website scripts and styles that have no use."""
    if 'class="sd-' not in context.get("body", ""):
        for kind in ("script_files", "css_files"):
            context[kind] = [f for f in context[kind] if not DESIGN.search(repr(vars(f)))]
    listed = context["generate_toctree_html"]
    context["generate_toctree_html"] = lambda *arguments, **options: FOLD.sub(
        "", str(listed(*arguments, **options))
    )


def mended(body):
    """Return a page's text with ids and roles that are right."""
    # sphinx-exercise gives each of its boxes the same id.
    body = re.sub(r' id="(?:exercise|solution)-content"', "", body)
    # docutils: this role is no longer allowed here; the list around it has the role "list".
    body = body.replace('role="doc-biblioentry"', 'role="listitem"')
    # A fold is called what it says, "Show the code".
    body = body.replace('<summary aria-label="Toggle hidden content">', "<summary>")
    # An empty cell heads nothing.
    body = re.sub(r'<th class="head">(?:<p></p>)?</th>', "<td></td>", body)
    body = CODE.sub(lambda code: re.sub(r"([_/=]|\.(?!\d))(?=\w)", r"\1<wbr/>", code[0]), body)
    # Too wide for a phone, a table scrolls; so it has to be within a keyboard's reach.
    return body.replace(
        'class="pst-scrollable-table-container"',
        'class="pst-scrollable-table-container" tabindex="0"',
    )


def tidy(app, pagename, templatename, context, doctree):
    """Run `trim` and `mended` where they apply."""
    if app.builder.name == "html":
        trim(context)
    if "body" in context:
        context["body"] = mended(context["body"])


def setup(app):
    """Run after everything that adds a file to a page."""
    # pybtex would look for it in all that is installed, at each citation: a tenth of the build.
    register_plugin("pybtex.backends", "plaintext", plaintext.Backend, force=True)
    app.connect("html-page-context", tidy, priority=900)
    return {"version": "1", "parallel_read_safe": True}
