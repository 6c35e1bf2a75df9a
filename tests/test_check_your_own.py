"""What readers copy from the pages of "Check your own" works as those pages promise."""

import builtins
import io
import json
import re
import symtable
from contextlib import redirect_stdout

import pytest
from test_book import ROOT, page_text

SUSPECTS = ["suspects-in-the-network", "suspects-in-the-training"]
PAGES = {
    name: json.loads((ROOT / f"book/{name}.ipynb").read_text(encoding="utf-8"))["cells"]
    for name in ["check-your-own", *SUSPECTS]
}
WORDS = page_text("book/check-your-own")
INDEX = page_text("book/index")


def code(page, name):
    return next("".join(cell["source"]) for cell in PAGES[page] if cell["id"] == name)


@pytest.mark.parametrize(
    ("page", "name", "then"),
    [
        ("check-your-own", "own-step-code", ""),
        (SUSPECTS[0], "shared", "print(train(rows), answers(network_with()))"),
        (SUSPECTS[1], "shared", "print(train(), answers(network_with()))"),
    ],
)
def test_a_cell_to_be_copied_works_alone(page, name, then):
    with redirect_stdout(io.StringIO()) as printed:
        exec(f"{code(page, name)}\n{then}", {})
    assert printed.getvalue()


def names_of(source):
    """Return the names that a cell takes from elsewhere, and those that it makes."""
    scopes = [symtable.symtable(source, "cell", "exec")]
    made = {n.get_name() for n in scopes[0].get_symbols() if n.is_assigned() or n.is_imported()}
    for scope in scopes:
        scopes += scope.get_children()
    asked = {n.get_name() for scope in scopes for n in scope.get_symbols() if n.is_global()}
    return asked - made - set(dir(builtins)), made


@pytest.mark.parametrize("page", SUSPECTS)
def test_a_suspect_takes_its_names_from_its_own_section_and_the_shared_cell(page):
    shared = names_of(code(page, "shared"))[1]
    own, seen = set(), 0
    for cell in PAGES[page]:
        source = "".join(cell["source"])
        if re.match(r"\(\w+\)=", source):
            own = set()
        if cell["cell_type"] == "code":
            asked, made = names_of(source)
            assert asked <= shared | own, (cell["id"], asked - shared - own)
            own |= made
            seen += 1
    assert seen > 9


def test_every_suspect_that_is_named_has_its_test_and_every_one_with_a_test_is_named():
    """A suspect is a label that the table points to; its section has a cell and a test."""
    table = WORDS.partition("(symptoms)=")[2].partition("(proof)=")[0]
    named = set(re.findall(r"<(\w[\w-]*)>`", table)) - {"paste", "own-step"}
    sections = {}
    for page in SUSPECTS:
        parts = re.split(r"^\((\w+)\)=\n", page_text(f"book/{page}"), flags=re.M)
        sections |= dict(zip(parts[1::2], parts[2::2]))
    assert named == sections.keys()
    assert [name for name, words in sections.items() if "**The test.**" not in words] == []


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
