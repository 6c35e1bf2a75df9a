"""Run the notebooks, or only those named, and store their outputs: `make notebooks`.

It stores what a test can compare and a diff can show: outputs, the order of execution, ids in
words, and no trace of the machine, the hour or the editor.
"""

import re
import sys
from itertools import chain, count
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError
from surroundings import clean
from traitlets.config import Config

BOOK = Path(__file__).parents[1] / "book"
METADATA = {
    "kernelspec": {
        "display_name": "Python 3",
        "language": "python",
        "name": "python3",
    },
    "language_info": {"name": "python"},
}
PICTURE = (
    "05-apply-sigmoid-twice.ipynb",
    "only-the-word",
    "_static/two-outcomes.svg",
)
# What passes between this program and the kernel goes through a port, where other users of the
# machine could read it.
ENCRYPTED = Config(KernelManager={"transport_encryption": "auto"})
WORDS = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
RANDOM = re.compile(r"[0-9a-f]{8}(-[0-9a-f-]+)?")


def execute(path):
    """Run one notebook from its first cell to its last, and write it back."""
    notebook = nbformat.read(path, as_version=4)
    client = NotebookClient(
        notebook,
        record_timing=False,
        coalesce_streams=True,  # how a stream was cut depends on the moment
        resources={"metadata": {"path": BOOK}},
        config=ENCRYPTED,
    )
    try:
        client.execute()
    except CellExecutionError as error:
        cell = next(c for c in notebook.cells if any(is_error(o) for o in c.get("outputs", [])))
        sys.exit(f"{error}\nThat was the cell `{cell.id}` of {path}. The file is as it was.")
    tidy(notebook)
    nbformat.write(notebook, path)


def is_error(output):
    """Return whether a cell ended with this output."""
    return output.output_type == "error"


def tidy(notebook):
    """Drop what editors add for themselves, and give the cells that they made ids in words."""
    notebook.metadata = METADATA
    for cell in notebook.cells:
        for key in cell.metadata.keys() - {"tags", "mystnb"}:
            del cell.metadata[key]
        if not is_word(cell.id):
            cell.id = word(cell.source, {other.id for other in notebook.cells})


def is_word(name):
    """Return whether somebody wrote this id; those that Jupyter makes are random."""
    return bool(WORDS.fullmatch(name)) and not RANDOM.fullmatch(name)


def word(text, taken):
    """Return the first three words of a cell as an id that no other cell has."""
    words = "-".join(re.findall(r"[a-z][a-z0-9]*", text.lower())[:3])
    name = words if is_word(words) else "cell"
    names = chain([name], (f"{name}-{n}" for n in count(2)))
    return next(name for name in names if name not in taken)


def picture():
    """Return the SVG of the book's picture, as chapter 5 has drawn it."""
    chapter, cell_id, _ = PICTURE
    cells = nbformat.read(BOOK / chapter, as_version=4).cells
    (cell,) = (cell for cell in cells if cell.id == cell_id)
    return next(o.data["image/svg+xml"] for o in cell.outputs if "data" in o)


if __name__ == "__main__":
    clean()
    for path in [Path(name) for name in sys.argv[1:]] or sorted(BOOK.glob("*.ipynb")):
        print(path.name, flush=True)
        execute(path)
    (BOOK / PICTURE[2]).write_text(picture(), encoding="utf-8")
