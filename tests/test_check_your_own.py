"""The page "Check your own" keeps what it promises to whoever copies from it."""

import io
import json
import re
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
