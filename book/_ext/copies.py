"""Write the chapters for JupyterLab, which knows one of them at a time.

What leads elsewhere, or takes its words from elsewhere, comes out as Sphinx resolves it: a citation
with its authors and year, an equation with the book's number, a term and another chapter as links.
Such a link begins with "book:" and goes on from the folder of the book's pages. Only the reader's
browser knows where the book is; _lite/reader/links.js fills that in.
"""

import re

from docutils import nodes
from docutils.frontend import get_default_settings
from docutils.utils import new_document
from myst_parser.parsers.sphinx_ import MystParser
from sphinx.util.docutils import sphinx_domains

FOLDER = "book/"
#: {role}`text`, and a link to a chapter, a page or a place in this one.
REFERENCE = re.compile(
    r"\{[a-z]+(?::[a-z]+)?\}`[^`]+`|\[[^\]]*\]\((?:#[^)\s]+|[\w.-]+\.(?:ipynb|md)[^)\s]*)\)"
)
#: A numbered equation, and its label.
EQUATION = re.compile(r"\$\$\s*([^$]+?)\s*\$\$ \(([\w-]+)\)")
#: An exercise: its fence, its title and its label.
EXERCISE = re.compile(r"^(`{3,})\{exercise\} (.+)\n:label: ([\w-]+)$", re.MULTILINE)
#: A solution that begins in this cell, and one that ends here: they hold cells of code.
SOLUTION = re.compile(r"^```\{solution-start\} [\w-]+\n(?::class: .*\n)?```$", re.MULTILINE)
END = re.compile(r"^```\{solution-end\}\n```$", re.MULTILINE)
#: A view of an explorable, which lives on the book's page.
VIEW = re.compile(r'<a href="(?=#)')


def resolve(app, page, references):
    """Return what Sphinx makes of each reference on this page, as a paragraph."""
    settings = get_default_settings(MystParser)
    settings.env = app.env
    document = new_document(page, settings)
    app.env.prepare_settings(page)
    parser = MystParser()
    parser.set_application(app)
    with sphinx_domains(app.env):
        parser.parse("\n\n".join(references), document)
    app.env.apply_post_transforms(document, page)
    return document.children


def markdown(node, page):
    """Return resolved text as Markdown."""
    inside = "".join(markdown(child, page) for child in node.children)
    match node:
        case nodes.math():
            return f"${node.astext()}$"
        case nodes.Text():
            return node.astext()
        case nodes.literal():
            return f"`{node.astext()}`"
        case nodes.emphasis():
            return f"*{inside}*"
        case nodes.reference():
            place = node.get("refuri") or f"#{node.get('refid', '')}"
            if place.startswith("#"):
                place = f"{page.removeprefix(FOLDER)}.html{place.rstrip('#')}"
            title = node.get("reftitle", "").replace('"', "'")
            return f"[{inside}](book:{place}" + (f' "{title}")' if title else ")")
    return inside


def for_jupyterlab(app, page, notebook):
    """Return the notebook of a page with its Markdown for JupyterLab."""
    texts = [cell for cell in notebook["cells"] if cell["cell_type"] == "markdown"]
    sources = ["".join(cell["source"]) for cell in texts]
    found = [match[0] for source in sources for match in REFERENCE.finditer(source)]
    labels = [match[2] for source in sources for match in EQUATION.finditer(source)]
    exercises = [match[3] for source in sources for match in EXERCISE.finditer(source)]
    numbers = [f"{{eq}}`{label}`" for label in labels]
    numbers += [f"{{numref}}`{label}`" for label in exercises]
    paragraphs = resolve(app, page, found + numbers)
    words = iter([markdown(paragraph, page) for paragraph in paragraphs])
    plain = {name: p.astext() for name, p in zip(numbers, paragraphs[len(found) :])}

    def equation(match):
        number = plain[f"{{eq}}`{match[2]}`"].strip("()")
        return f"$$\n{match[1]} \\tag{{{number}}}\n$$"

    def exercise(match):
        number = plain[f"{{numref}}`{match[3]}`"]
        return f"{match[1]}{{admonition}} {number}: {match[2]}"

    for cell, source in zip(texts, sources):
        source = REFERENCE.sub(lambda match: next(words), source)
        source = EQUATION.sub(equation, source)
        source = EXERCISE.sub(exercise, source)
        source = SOLUTION.sub("**Solution**", source)
        source = END.sub("", source)
        source = VIEW.sub(f'<a href="book:{page.removeprefix(FOLDER)}.html', source)
        cell["source"] = source.splitlines(keepends=True)
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            show(cell)
    return notebook


def show(cell):
    """Let JupyterLite show the stored outputs of a cell, the only ones if Python does not come.

    It takes a list of lines for a list, with commas, and shows no SVG unless the cell is trusted.
    """
    cell["metadata"]["trusted"] = True
    for output in cell["outputs"]:
        if "text" in output:
            output["text"] = "".join(output["text"])
        for kind, lines in output.get("data", {}).items():
            output["data"][kind] = "".join(lines)
