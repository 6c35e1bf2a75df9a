"""What files say alike, chapter 4 and its code or the colours, and what modules ask of others."""

import ast
import io
import json
import re
import tokenize
from pathlib import Path

import pytest

from nnlib import plots

ROOT = Path(__file__).parents[1]
MODULES = sorted((ROOT / "nnlib").glob("*.py"))


def text(path):
    return (ROOT / path).read_text(encoding="utf-8")


# ---- Chapter 4 and the code beside it

NUMBER = re.compile(r"\(4\.(\d)\)")


def numbered(source):
    """Yield the lines of Python that end with an equation's number, without their white space.

    A line may go on over several, where it stands in brackets.
    """
    line = ""
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type != tokenize.COMMENT or NUMBER.search(token.string):
            line += token.string.strip()
        if token.type == tokenize.NEWLINE:
            if NUMBER.search(line):
                yield line
            line = ""


def shown():
    """Return the numbered lines that chapter 4 shows: in its cells, and in its text."""
    blocks = []
    for path in sorted(ROOT.glob("book/04*.ipynb")):
        for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
            source = "".join(cell["source"])
            fenced = re.findall(r"^```python\n(.*?)^```", source, re.M | re.S)
            blocks += [source] if cell["cell_type"] == "code" else fenced
    return [line for block in blocks if NUMBER.search(block) for line in numbered(block)]


def test_each_numbered_line_of_chapter_4_is_a_line_of_network_py():
    lines = shown()
    assert len(lines) >= 5
    assert [line for line in lines if line not in set(numbered(text("nnlib/network.py")))] == []


@pytest.mark.parametrize(
    "path", ["nnlib/network.py", "nnlib/ensemble.py", "book/_static/explorables/network.js"]
)
def test_each_equation_of_chapter_4_has_its_number_in_the_code(path):
    assert sorted(set(NUMBER.findall(text(path)))) == list("123456789")


# ---- Colours


def test_pictures_and_pages_have_the_same_colours():
    (house,) = re.findall(r"^HOUSE = (\{.*\})", text("book/_ext/figures.py"), re.M)
    found = {name: code.upper() for code, name in ast.literal_eval(house).items()}
    css = dict(reversed(re.findall(r"^  --(\w+): (#\w{6});", text("book/_static/book.css"), re.M)))
    assert found.keys() == {"z", "a", "right", "bug"}
    for name, colour in found.items():
        assert colour == css[name].upper() == getattr(plots, name.upper()).upper()


# ---- What modules ask of one another, and how long they are


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.stem)
def test_no_module_takes_a_private_name_of_another(path):
    nodes = list(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))
    imports = [node for node in nodes if isinstance(node, ast.ImportFrom)]
    taken = {(alias.asname or alias.name): alias.name for it in imports for alias in it.names}
    modules = {module.stem for module in MODULES}
    names = [name for name in taken.values() if name not in modules]
    for node in nodes:
        if isinstance(node, ast.Attribute):
            owner = ast.unparse(node.value)
            if owner in taken or owner.startswith("nnlib."):
                names.append(node.attr)
    assert [name for name in names if re.match("_(?!_)", name)] == []


def lines_of_code(path):
    """Count the lines that hold code: no docstring, no comment, and not nothing."""
    source = text(path)
    apart = {tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT}
    tokens = tokenize.generate_tokens(io.StringIO(source).readline)
    held = [
        range(token.start[0], token.end[0] + 1)
        for token in tokens
        if token.type not in apart | {tokenize.ENDMARKER}
    ]
    lines = {line for lines in held for line in lines}
    for node in ast.walk(ast.parse(source)):
        documented = isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)
        if documented and ast.get_docstring(node):
            lines -= set(range(node.body[0].lineno, node.body[0].end_lineno + 1))
    return len(lines)


def test_who_wants_to_know_the_whole_network_reads_three_short_files():
    lengths = [lines_of_code(f"nnlib/{name}.py") for name in ("activations", "slopes", "network")]
    assert max(lengths) <= 150
    assert sum(lengths) <= 260
