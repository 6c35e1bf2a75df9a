"""What each test runs in, in notebooks and docstrings too: one environment, cells with names."""

import surroundings

surroundings.clean()  # before Matplotlib is imported or a kernel starts

import same_figures  # noqa: E402, F401, lets nbval compare them
from nbval.plugin import IPyNbCell, IPyNbFile  # noqa: E402


def collect(notebook, nbval_collect=IPyNbFile.collect):
    """Call each cell by its id, where nbval counts: book/02-….ipynb::half-height."""
    for cell in nbval_collect(notebook):
        yield IPyNbCell.from_parent(
            notebook,
            name=cell.cell.get("id", cell.name),
            cell_num=cell.cell_num,
            cell=cell.cell,
            options=cell.options,
        )


def reportinfo(cell):
    """Head the report of a failure with the same name."""
    return cell.path, 0, cell.nodeid


def repr_failure(cell, excinfo, nbval_repr=IPyNbCell.repr_failure):
    """Say where a cell is that failed, and what to do if it is right."""
    file, _, name = cell.nodeid.rpartition("::")
    return (
        f"{nbval_repr(cell, excinfo)}\n"
        f"This is the cell `{name}` of {file}. If what it prints or draws now is right, store it:\n"
        f"  make notebooks ONLY={file}\n"
    )


IPyNbFile.collect = collect
IPyNbCell.reportinfo = reportinfo
IPyNbCell.repr_failure = repr_failure
