"""Leave out what the book does not use.

Jupyter Book puts Thebe (code that runs on a remote server) into every page, twice, with the address
of another host; the second time fails in the reader's console.
"""

import re

SETTINGS = re.compile(
    r'\s*<script type="text/x-thebe-config">.*?</script>\s*<script>.*?</script>',
    re.S,
)


def tidy(app, pagename, templatename, context, doctree):
    """Remove Thebe's scripts, style and settings, and ids that are not unique."""
    for kind in ("script_files", "css_files"):
        context[kind] = [
            f for f in context[kind] if "thebe" not in repr(vars(f)).lower()
        ]
    if "body" in context:
        body = SETTINGS.sub("", context["body"])
        # sphinx-exercise gives each of its boxes the same id.
        body = re.sub(r' id="(?:exercise|solution)-content"', "", body)
        context["body"] = body


def setup(app):
    """Run after everything that adds a file to a page."""
    app.connect("html-page-context", tidy, priority=900)
    return {"version": "1", "parallel_read_safe": True}
