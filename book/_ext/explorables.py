"""Bring to life each figure whose picture lies beside an ES module of the same name.

In a chapter, an explorable is an ordinary figure: ``_static/explorables/xor-bench.svg``, with alt
text and caption. So JupyterLab, paper and a browser without scripts show the still picture. The
page of the book gets `xor-bench.js` and what it imports as one script within the page: a browser
loads no module from a folder, and the book has to work from one. A second still picture for the
same module is ``xor-bench.something.svg``.

Instead of a picture there may be a text or a table: ``:::{div} explorable-mend-mine`` around it.
"""

import re
from pathlib import Path

from docutils import nodes

SCRIPTS = Path(__file__).parents[1] / "_static" / "explorables"
IMPORT = re.compile(r'^import (\{[^}]*\}) from "\./([\w-]+)\.js";$', re.M)
EXPORT = re.compile(r"^export (?=(?:const|class|function) (\w+))", re.M)


def bundle(names):
    """Return modules, and what they import, as the text of one script.

    Each becomes a function of its own, called once, that returns its exports: modules cannot get
    into each other's way. Only ``import { … } from "./name.js";`` and ``export`` before a const, a
    class or a function are understood.

    Parameters
    ----------
    names : list of str
        Of the modules, without ``.js``.
    """
    done = {}

    def add(name):
        if name in done:
            return
        text = (SCRIPTS / f"{name}.js").read_text(encoding="utf-8")
        for imported in IMPORT.finditer(text):
            add(imported[2])
        exports = ", ".join(EXPORT.findall(text))
        text = IMPORT.sub(lambda m: f'const {m[1]} = modules["{m[2]}"];', text)
        text = EXPORT.sub("", text)
        if re.search(r"^(?:import|export)\b", text, re.M):
            raise ValueError(f"{name}.js has an import or export of another form; see bundle.")
        done[name] = f'modules["{name}"] = (() => {{\n{text}return {{ {exports} }};\n}})();\n'

    for name in names:
        add(name)
    return f"const modules = {{}};\n{''.join(done.values())}".replace("</", r"<\/")


def bring_to_life(app, doctree, docname):
    """Mark the figures that have a module, and put the modules at the end of the page."""
    if app.builder.name != "html":
        return
    kinds = []
    for box in list(doctree.findall(nodes.container)):
        for name in box["classes"]:
            if name.startswith("explorable-"):
                kinds.append(name.removeprefix("explorable-"))
                classes = ["explorable", name]
                box.replace_self(nodes.figure("", *box.children, classes=classes, ids=kinds[-1:]))
    for figure in doctree.findall(nodes.figure):
        for image in figure.findall(nodes.image):
            path = Path(app.srcdir, image["uri"])
            kind = path.name.partition(".")[0]
            if path.parent == SCRIPTS and (SCRIPTS / f"{kind}.js").is_file():
                figure["classes"] += ["explorable", f"explorable-{kind}"]
                kinds.append(kind)
    if kinds:
        script = f'<script type="module">\n{bundle(kinds)}</script>'
        doctree.append(nodes.raw("", script, format="html"))


def setup(app):
    """Run when a page is about to be written, with all its figures in place."""
    app.connect("doctree-resolved", bring_to_life)
    return {"version": "1", "parallel_read_safe": True}
