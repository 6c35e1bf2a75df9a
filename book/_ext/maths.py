"""Typeset formulas with KaTeX while the book is built.

The page then holds finished formulas: they show at once, offline and without JavaScript, and carry
MathML for screen readers. A formula that KaTeX refuses fails the build (-W) at its file and line.
"""

import json
import re
from pathlib import Path

import quickjs
from docutils import nodes
from sphinx.util import logging
from sphinx.util.math import get_node_equation_number

LOG = logging.getLogger(__name__)
TIED = re.compile(r"[.,;:?!)’”-]*(?:\u00a0\w+)?")
KATEX = Path(__file__).parent.parent / "_static/vendor/katex/katex.min.js"


def start(app):
    """Load KaTeX into a small JavaScript engine, once a build."""
    app.katex = quickjs.Context()
    app.katex.eval(KATEX.read_text(encoding="utf-8"))
    macros = app.config.mathjax3_config or {}
    app.katex_macros = {"\\" + k: v for k, v in macros.get("tex", {}).get("macros", {}).items()}


def render(visitor, node, display):
    """Return the HTML of one formula, or the raw TeX after a warning."""
    app, tex = visitor.builder.app, node.astext()
    # Sphinx numbers the formula and knows its label; KaTeX must not do it again.
    tex = re.sub(r"\\label\{[^}]*\}", "", tex)
    tex = re.sub(r"\\(begin|end)\{(align|equation|gather)\}", r"\\\1{\2*}", tex)
    if display and r"\\" in tex and r"\begin{" not in tex:
        tex = r"\begin{aligned}" + tex + r"\end{aligned}"
    options = {
        "displayMode": display,
        "macros": app.katex_macros,
        "throwOnError": True,
        "output": "mathml" if app.builder.name == "epub" else "htmlAndMathml",
    }
    call = f"katex.renderToString({json.dumps(tex)}, {json.dumps(options)})"
    try:
        # JSON, because the engine cannot hand over a string that JavaScript glued from pieces.
        return json.loads(app.katex.eval(f"JSON.stringify({call})"))
    except quickjs.JSException as error:
        LOG.warning("maths: %s", str(error).splitlines()[0], location=node)
        return visitor.encode(tex)


def inline(visitor, node):
    """Write a formula within a line."""
    visitor.body.append(visitor.starttag(node, "span", "", CLASS="math notranslate nohighlight"))
    visitor.body.append(render(visitor, node, display=False) + "</span>")
    raise nodes.SkipNode


def block(visitor, node):
    """Write a formula on its own line, with its number where it has one."""
    visitor.body.append(visitor.starttag(node, "div", CLASS="math notranslate nohighlight"))
    if node["number"]:
        number = get_node_equation_number(visitor, node)
        visitor.body.append(f'<span class="eqno">({number})')
        visitor.add_permalink_ref(node, "Link to this equation")
        visitor.body.append("</span>")
    # Focusable, so that a formula too wide for a phone can be scrolled by keyboard.
    formula = render(visitor, node, display=True)
    visitor.body.append(f'<div class="formula" tabindex="0">{formula}</div></div>\n')
    raise nodes.SkipNode


def keep_together(app, doctree, docname):
    """Tie to a formula the sign that follows it, and a word after a no-break space."""
    for formula in list(doctree.findall(nodes.math)):
        parent, place = formula.parent, formula.parent.index(formula) + 1
        after = parent[place] if place < len(parent) else ""
        signs = TIED.match(after)[0] if isinstance(after, nodes.Text) else ""
        if signs:
            parent[place] = nodes.Text(after[len(signs) :])
            together = nodes.inline("", "", formula.deepcopy(), nodes.Text(signs))
            together["classes"].append("together")
            formula.replace_self(together)


def setup(app):
    """Register the renderer under the name that _config.yml asks for."""
    app.add_html_math_renderer("katex_built", (inline, None), (block, None))
    app.connect("builder-inited", start)
    app.connect("doctree-resolved", keep_together)
    return {"version": "1", "parallel_read_safe": True}
