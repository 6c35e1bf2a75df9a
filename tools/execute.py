"""Run the notebooks and store what they print: `make notebooks`, or with names, only those.

What is stored is what a test can compare and a diff can show: outputs, the order of execution, and
no trace of the machine or the hour.
"""

import sys
from pathlib import Path

import nbformat
from nbclient import NotebookClient

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
    "01-watch-a-network-refuse-to-learn.ipynb",
    "outcomes",
    "_static/two-outcomes.svg",
)


def execute(path):
    """Run one notebook from its first cell to its last, and write it back."""
    notebook = nbformat.read(path, as_version=4)
    NotebookClient(notebook, record_timing=False, resources={"metadata": {"path": BOOK}}).execute()
    notebook.metadata = METADATA
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs = joined(cell.outputs)
    nbformat.write(notebook, path)


def joined(outputs):
    """Join neighbouring pieces of one stream: how they were cut depends on the moment."""
    result = []
    for output in outputs:
        last = result[-1] if result else None
        if last and output.output_type == last.output_type == "stream" and output.name == last.name:
            last.text += output.text
        else:
            result.append(output)
    return result


def picture():
    """Return the SVG of the book's picture, as chapter 1 has drawn it."""
    chapter, cell_id, _ = PICTURE
    cells = nbformat.read(BOOK / chapter, as_version=4).cells
    (cell,) = (cell for cell in cells if cell.id == cell_id)
    return next(o.data["image/svg+xml"] for o in cell.outputs if "data" in o)


if __name__ == "__main__":
    for path in [Path(name) for name in sys.argv[1:]] or sorted(BOOK.glob("*.ipynb")):
        print(path.name, flush=True)
        execute(path)
    (BOOK / PICTURE[2]).write_text(picture(), encoding="utf-8")
