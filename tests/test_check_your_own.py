"""The page "Check your own" keeps what it promises to whoever copies from it."""

import builtins
import io
import json
import re
import symtable
from contextlib import redirect_stdout

import pytest
from test_book import ROOT

PAGE = json.loads((ROOT / "book/check-your-own.ipynb").read_text(encoding="utf-8"))["cells"]
CODE = {cell["id"]: "".join(cell["source"]) for cell in PAGE if cell["cell_type"] == "code"}
WORDS = "".join("".join(cell["source"]) for cell in PAGE if cell["cell_type"] == "markdown")
INDEX = (ROOT / "book/index.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ["own-step-code", "imports"])
def test_a_cell_to_be_copied_works_alone(name):
    with redirect_stdout(io.StringIO()) as printed:
        exec(CODE[name], {})
    assert printed.getvalue()


def names_of(source):
    """Return the names that a cell takes from elsewhere, and those that it makes."""
    scopes = [symtable.symtable(source, "cell", "exec")]
    made = {n.get_name() for n in scopes[0].get_symbols() if n.is_assigned() or n.is_imported()}
    for scope in scopes:
        scopes += scope.get_children()
    asked = {n.get_name() for scope in scopes for n in scope.get_symbols() if n.is_global()}
    return asked - made - set(dir(builtins)), made


def test_a_suspect_takes_its_names_from_its_own_section_and_the_shared_cells():
    shared = names_of(CODE["imports"])[1] | names_of(CODE["by-hand-code"])[1]
    label, own, seen = None, set(), 0
    for cell in PAGE[[c["id"] for c in PAGE].index("by-hand-code") + 1 :]:
        source = "".join(cell["source"])
        if found := re.match(r"\((\w+)\)=", source):
            label, own = found[1], set()
        if cell["cell_type"] == "code":
            asked, made = names_of(source)
            assert asked <= shared | own, (label, asked - shared - own)
            own |= made
            seen += 1
    assert seen > 15


def test_every_suspect_that_is_named_has_its_test():
    """A suspect is a label that the tables point to; its section has a cell and a test."""
    table = WORDS.partition("(symptoms)=")[2].partition("## The suspects")[0]
    named = set(re.findall(r"<(\w[\w-]*)>`", table)) - {"paste", "own-step"}
    assert len(named) > 11
    for name in named:
        section = WORDS.partition(f"\n({name})=\n")[2] or WORDS.partition(f"({name})=\n")[2]
        assert "**The test.**" in re.split(r"\n?\(\w+\)=\n", section)[0], name


@pytest.mark.parametrize("x", ["0.3", "[[0.3], [-1.2]]", "np.array([0.3, -1.2])"])
def test_the_line_to_print_takes_numbers_and_arrays(x):
    line = re.search(r"^print\(np\.min\(x\).*", WORDS, re.M)[0]
    with redirect_stdout(io.StringIO()) as printed:
        exec(f"import numpy as np\nx = {x}\n{line}")
    assert len(printed.getvalue().split()) == 2


@pytest.mark.parametrize(
    "advice", ["a few thousand steps", "almost certainly", "print(np.min(x), np.max(x))"]
)
def test_both_pages_give_the_same_advice(advice):
    for text in (WORDS, INDEX):
        assert advice in " ".join(text.split())
