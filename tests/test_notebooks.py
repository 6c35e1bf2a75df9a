"""The notebooks are tidy: what is stored is what a reader gets, and nothing else is stored."""

import json
import re
import sys
from pathlib import Path

import execute
import nbformat
import pytest
from IPython.core.interactiveshell import InteractiveShell
from nbval.plugin import find_comment_markers, find_metadata_tags

ROOT = Path(__file__).parents[1]
REMEDY = "make notebooks ONLY=book/"
NOTEBOOKS = sorted(ROOT.glob("book/*.ipynb"))
CHAPTERS = [path for path in NOTEBOOKS if re.match(r"\d\d\w?-", path.name)]
EACH = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
EACH_CHAPTER = pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)

TAGS = {"hide-input", "hide-output", "hide-cell", "remove-input", "nbval-ignore-output"}
TAGS |= {"crowded"}  # a figure whose words have no room to be larger on a phone
KINDS = {"image/svg+xml", "text/html", "text/latex", "text/markdown", "text/plain"}
FOLDERS = "home|Users|root|tmp|private|usr|opt|var|mnt|srv"
PATHS = re.compile(rf"(?<![\w.:/])/(?:{FOLDERS})/|\b[A-Z]:\\+\w")


def code_cells(path):
    return [cell for cell in nbformat.read(path, 4).cells if cell.cell_type == "code"]


def outputs(path):
    return [output for cell in code_cells(path) for output in cell.outputs]


def markdown(path):
    """Return the text of the notebook, one string for each cell."""
    return [cell.source for cell in nbformat.read(path, 4).cells if cell.cell_type == "markdown"]


@EACH
def test_is_valid(path):
    notebook = json.loads(path.read_text(encoding="utf-8"))
    nbformat.validate(notebook)
    assert (notebook["nbformat"], notebook["nbformat_minor"]) >= (4, 5), "cells need ids"


@EACH
def test_is_stored_as_jupyter_stores_it(path):
    """One line of text on a line of the file: what `make notebooks` and JupyterLab write."""
    stored = path.read_text(encoding="utf-8")
    assert stored == nbformat.writes(nbformat.reads(stored, 4), 4) + "\n", f"{REMEDY}{path.name}"


@EACH
def test_ids_are_unique_words(path):
    """A diff, a link or a failure then says which cell is meant. Jupyter's own ids are random."""
    ids = [cell["id"] for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]]
    assert len(set(ids)) == len(ids)
    random = [name for name in ids if not execute.is_word(name)]
    assert random == [], f"give them words, or let {REMEDY}{path.name} do it"


@EACH
def test_was_run_from_top_to_bottom(path):
    """nbval compares nothing in a cell without a count."""
    counts = [cell.execution_count for cell in code_cells(path)]
    assert counts == list(range(1, len(counts) + 1)), f"{REMEDY}{path.name}"
    results = [
        (o.execution_count, c.execution_count)
        for c in code_cells(path)
        for o in c.outputs
        if o.output_type == "execute_result"
    ]
    assert all(stored == count for stored, count in results)


@EACH
def test_outputs_are_no_warnings_and_no_errors(path):
    assert [o for o in outputs(path) if o.output_type == "error" or o.get("name") == "stderr"] == []


@EACH
def test_outputs_are_of_kinds_that_are_compared(path):
    """nbval does not compare PNG pictures and the ids of widgets."""
    assert {kind for output in outputs(path) for kind in output.get("data", {})} <= KINDS


@EACH
def test_outputs_name_no_place_on_somebodys_machine(path):
    found = [match for output in outputs(path) for match in PATHS.findall(json.dumps(output))]
    assert found == []


@EACH
def test_notebook_metadata_is_the_kernel_and_the_language(path):
    metadata = nbformat.read(path, 4).metadata
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    assert metadata == {"kernelspec": kernel, "language_info": {"name": "python"}}, (
        f"{REMEDY}{path.name}"
    )


@EACH
def test_cell_metadata_is_for_the_book(path):
    for cell in nbformat.read(path, 4).cells:
        assert set(cell.metadata) <= {"tags", "mystnb"}, cell.id
        assert set(cell.metadata.get("tags", [])) <= TAGS, cell.id
        assert not cell.get("attachments"), cell.id


@EACH
def test_a_cell_that_is_not_compared_says_why(path):
    """In the cell, beside what tells nbval so: `# nbval: the reason`."""
    for cell in code_cells(path):
        if [*find_metadata_tags(cell.metadata), *find_comment_markers(cell.source)]:
            assert re.search(r"^# nbval: \w", cell.source, re.M), cell.id


@EACH
def test_figures_have_a_text_for_those_who_do_not_see_them_and_a_caption(path):
    wrong = []
    for cell in code_cells(path):
        figures = sum("image/svg+xml" in output.get("data", {}) for output in cell.outputs)
        if figures:
            about = cell.metadata.get("mystnb", {})
            alt = about.get("image", {}).get("alt", "")
            caption = about.get("figure", {}).get("caption", "")
            wrong += [f"{cell.id}: one alt text cannot be for {figures} figures"] * (figures > 1)
            wrong += [f"{cell.id}: the alt text is too short: {alt!r}"] * (len(alt) < 40)
            wrong += [f"{cell.id}: no caption"] * (not caption)
            wrong += [f"{cell.id}: the alt text repeats the caption"] * (alt == caption)
    assert not wrong, "\n".join(wrong)


def test_the_picture_on_the_first_page_is_the_one_that_chapter_1_draws():
    stored = (ROOT / "book" / execute.PICTURE[2]).read_text(encoding="utf-8")
    assert stored == execute.picture(), "run `make notebooks`"


@EACH_CHAPTER
def test_chapter_opens_with_what_you_will_do_learn_and_need(path):
    opening = "\n".join(markdown(path)[:3])
    for words in ("What you'll do", "What you'll learn", "What you need"):
        assert f"**{words}" in opening


@EACH_CHAPTER
def test_chapter_ends_with_what_to_remember_and_the_way_on(path):
    headings = re.findall(r"^## (.*)$", "\n".join(markdown(path)), re.M)
    assert headings[-2:] == ["Remember", "What comes next"]


@EACH_CHAPTER
def test_chapter_has_three_exercises_or_more(path):
    """On all its pages together, and each page has one."""
    pages = [page for page in CHAPTERS if page.name[:2] == path.name[:2]]
    count = {p: len(re.findall(r"\{exercise(?:-start)?\}", "\n".join(markdown(p)))) for p in pages}
    assert count[path] >= 1
    assert sum(count.values()) >= 3


@EACH
def test_each_exercise_has_a_folded_solution(path):
    text = "\n".join(markdown(path))
    exercises = re.findall(r"^[`:]{3,}\{exercise(?:-start)?\}.*\n:label: (\S+)", text, re.M)
    solutions = re.findall(
        r"^[`:]{3,}\{solution(?:-start)?\} (\S+)\n(?::.*\n)*?:class: dropdown$", text, re.M
    )
    assert len(exercises) == len(re.findall(r"\{exercise(?:-start)?\}", text))
    assert sorted(solutions) == sorted(exercises)


@EACH
def test_each_exercise_has_folded_hints_between_it_and_its_solution(path):
    """In steps, so that whoever is stuck need not open the whole solution."""
    text = "\n".join(markdown(path))
    for label in re.findall(r"^[`:]{3,}\{exercise(?:-start)?\}.*\n:label: (\S+)", text, re.M):
        if label == "ex-guess":  # asks for a guess, which any hint would spoil
            continue
        between = text.split(f"\n:label: {label}\n")[1].split(f"}} {label}\n")[0]
        hints = re.findall(
            r"^[`:]{3,}\{admonition\} A (\w+) hint\n:class: tip dropdown$", between, re.M
        )
        assert 1 <= len(hints) <= 3, label
        assert hints == ["first", "second", "third"][: len(hints)], label


@pytest.fixture(scope="module")
def alone():
    """Return a shell in which our modules are missing, as where somebody has one notebook alone."""
    shell = InteractiveShell(colors="nocolor")
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in sys.modules if name.partition(".")[0] in ("nnlib", "digits")]:
            patch.delitem(sys.modules, name)
        for name in ("nnlib", "digits"):
            patch.setitem(sys.modules, name, None)
        yield shell


@EACH
def test_a_notebook_without_our_modules_says_where_they_come_from(path, alone, capsys):
    """In the error of its first cell; on PyPI there are others with the same names."""
    alone.run_cell(code_cells(path)[0].source)
    error = capsys.readouterr().out
    assert re.search("No module named|import of (nnlib|digits) halted", error)
    assert re.search('nnlib comes? with the book "Sigmoid, Twice"; PyPI', error), (
        "write above its first import of nnlib, as the other notebooks have it:\n"
        '# nnlib comes with the book "Sigmoid, Twice"; PyPI\'s nnlib is something else.'
    )
