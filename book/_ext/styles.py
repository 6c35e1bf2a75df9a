"""Leave out of the theme's styles what no page of the book needs: three quarters of Bootstrap.

A rule stays if every class it asks for is on some page or named in some script. This also writes
``night.css``, the dark theme for a browser without scripts: there the page says it is light, and
nothing can change that, so the dark rules are written once more for such a page.
"""

import re
from itertools import pairwise
from pathlib import Path

import tinycss2


def names(folder):
    """Return the classes on the built pages, and every word in the scripts, which may add one."""
    found = set()
    for page in [*folder.glob("*.html"), *folder.glob("book/*.html")]:
        for value in re.findall(r'\sclass="([^"]*)"', page.read_text("utf-8")):
            found.update(value.split())
    for script in folder.glob("_static/**/*.js"):
        found.update(re.findall(r"[\w-]+", script.read_text("utf-8")))
    return found


def asked(selector):
    """Return the classes that an element and its ancestors must have, without those in :not()."""
    return {name.value for dot, name in pairwise(selector) if dot == "." and name.type == "ident"}


def selectors(prelude):
    """Split the head of a rule at its commas."""
    parts = [[]]
    for token in prelude:
        if token == ",":
            parts.append([])
        else:
            parts[-1].append(token)
    return parts


def shorten(rules, used):
    """Return the text of the rules that can apply to a page."""
    text = []
    for rule in rules:
        if rule.type == "qualified-rule":
            if any(asked(part) <= used for part in selectors(rule.prelude)):
                text.append(rule.serialize())
        elif rule.type == "at-rule" and rule.lower_at_keyword in (
            "media",
            "supports",
        ):
            inner = shorten(tinycss2.parse_rule_list(rule.content, True, True), used)
            if inner:
                head = tinycss2.serialize(rule.prelude)
                text.append(f"@{rule.at_keyword}{head}{{{inner}}}")
        else:
            text.append(rule.serialize())
    return "\n".join(text)


def trim(app, error):
    """Rewrite the theme's stylesheets with what is used. Ours also dress the printed book."""
    if error or app.builder.name != "html":
        return
    used = names(Path(app.outdir))
    static = Path(app.outdir, "_static")
    ours = [Path(app.confdir, folder) for folder in app.config.html_static_path]
    for path in static.rglob("*.css"):
        if not any((folder / path.relative_to(static)).exists() for folder in ours):
            rules = tinycss2.parse_stylesheet(path.read_text("utf-8"), True, True)
            path.write_text(shorten(rules, used), encoding="utf-8")


DARK = re.compile(r"""\[data-theme(?:=(["']?)dark\1)?\]""")


def night(rules):
    """Return the rules of the dark theme, and of both, for a page that says it is light."""
    text = []
    for rule in rules:
        if rule.type == "qualified-rule":
            heads = [tinycss2.serialize(part) for part in selectors(rule.prelude)]
            dark = [DARK.sub("[data-theme=light]", head) for head in heads if DARK.search(head)]
            if dark:
                text.append(f"{','.join(dark)}{{{tinycss2.serialize(rule.content)}}}")
    return "\n".join(text)


def write_night(app, error):
    """Write night.css from every stylesheet of the pages, in the order in which pages load them."""
    if error or app.builder.name != "html":
        return
    static = Path(app.outdir, "_static")
    page = Path(app.outdir, "book/index.html").read_text("utf-8")
    names = re.findall(r'<link[^>]*href="\.\./_static/([^"?]+\.css)', page)
    sheets = [static / name for name in names if name != "night.css"]
    rules = [tinycss2.parse_stylesheet(path.read_text("utf-8"), True, True) for path in sheets]
    (static / "night.css").write_text("\n".join(map(night, rules)), encoding="utf-8")


def setup(app):
    """Run when all pages are there."""
    app.connect("build-finished", trim)
    app.connect("build-finished", write_night, priority=900)
    return {"version": "1", "parallel_read_safe": True}
