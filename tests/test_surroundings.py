"""What somebody has set up for themselves changes no output; a failure names place and remedy."""

import json
import os
from pathlib import Path
from tempfile import TemporaryDirectory

import execute
import matplotlib as mpl
import nbformat
import pytest
import surroundings
from nbval.plugin import IPyNbFile, NbCellError

from nnlib import plots

ROOT = Path(__file__).parents[1]
SETTINGS = {
    "MPLBACKEND": "Agg",  # would keep the figure out
    "JPY_SESSION_NAME": "mine",  # would show progress
    "PYTHONWARNINGS": "always",
    "PYTHONDEVMODE": "1",
    "TQDM_DISABLE": "1",
    "MATPLOTLIBRC": "/home/mine",
    "JUPYTER_PREFER_ENV_PATH": "0",
}
DRAWING = """import os
import warnings

import matplotlib.pyplot as plt

from nnlib import plots

plots.use_house_style()
warnings.warn("mine", ResourceWarning)
plt.figure(figsize=(1, 1))
plt.plot([0, 1])
plt.show()"""


@pytest.fixture
def home(tmp_path):
    """Return a home whose owner likes dark figures and has a start-up file for IPython."""
    profile = tmp_path / ".ipython/profile_default"
    (profile / "startup").mkdir(parents=True)
    (profile / "startup/00-mine.py").write_text("print('good morning')\n")
    (profile / "ipython_config.py").write_text("c.InlineBackend.figure_formats = {'png'}\n")
    (tmp_path / ".config/matplotlib").mkdir(parents=True)
    (tmp_path / ".config/matplotlib/matplotlibrc").write_text("axes.facecolor: black\n")
    return {"HOME": str(tmp_path), "USERPROFILE": str(tmp_path)}


@pytest.fixture
def notebook():
    """Return a notebook inside the project, so that the conftest.py of the root holds for it."""
    built = ROOT / "_build"
    built.mkdir(exist_ok=True)
    with TemporaryDirectory(dir=built) as folder:
        path = Path(folder, "new.ipynb")
        sources = [DRAWING, "print(1)\nprint(2)", "print(1)\nprint(2)", "1 + 1"]
        cells = [nbformat.v4.new_code_cell(source) for source in sources]  # their ids are random
        cells[1].metadata = {"editable": True, "tags": ["hide-input"]}
        cells[3].id = "sum"
        nbformat.write(nbformat.v4.new_notebook(cells=cells), path)
        yield path


def test_outputs_are_the_books_whatever_somebody_has_set_up(notebook, home, monkeypatch, capfd):
    for name, value in (home | SETTINGS).items():
        monkeypatch.setenv(name, value)
    surroundings.clean()
    execute.execute(notebook)
    assert "without encryption" not in capfd.readouterr().err

    stored = nbformat.read(notebook, 4)
    drawing, *printing, total = stored.cells
    assert [cell.id for cell in stored.cells] == [
        "import-os-import",
        "print-print",
        "print-print-2",
        "sum",
    ]
    assert printing[0].metadata == {"tags": ["hide-input"]}
    (figure,) = (output.data for output in drawing.outputs)
    assert "fill: none" in figure["image/svg+xml"]
    assert "#000000" not in figure["image/svg+xml"]
    assert [cell.outputs[0].text for cell in printing] == ["1\n2\n"] * 2

    assert total.outputs[0].data == {"text/plain": "2"}


def test_the_tests_run_in_the_same_surroundings_wherever_they_begin(request):
    """`pytest book/02-….ipynb` alone reads the conftest.py of the root, and no other."""
    assert request.config.pluginmanager.has_plugin(str(ROOT / "conftest.py"))
    assert Path(os.environ["MPLCONFIGDIR"]).parent == ROOT / "_build"
    assert "MPLBACKEND" not in os.environ


def test_a_difference_names_its_cell_and_the_remedy(request, notebook):
    cells = list(IPyNbFile.from_parent(request.session, path=notebook).collect())
    file = notebook.relative_to(ROOT).as_posix()
    assert cells[3].nodeid == f"{file}::sum"
    assert cells[3].reportinfo()[2] == f"{file}::sum"
    with pytest.raises(NbCellError) as caught:
        cells[3].raise_cell_error("Cell outputs differ")
    said = cells[3].repr_failure(caught)
    assert "Cell outputs differ" in said
    assert f"the cell `sum` of {file}." in said
    assert f"make notebooks ONLY={file}\n" in said


def test_home_need_not_be_writable(monkeypatch):
    monkeypatch.setattr(os, "environ", {"HOME": "/proc/nobody", "PYTHONPATH": "kept", **SETTINGS})
    surroundings.clean()
    assert not SETTINGS.keys() & os.environ.keys()
    assert os.environ["PYTHONPATH"] == "kept"
    for name in ("MPLCONFIGDIR", "IPYTHONDIR", "JUPYTER_RUNTIME_DIR"):
        assert os.access(os.environ[name], os.W_OK)


def test_the_house_style_is_the_same_after_any_other():
    with mpl.rc_context():
        plots.use_house_style()
        plain = dict(mpl.rcParams)
    with mpl.rc_context():
        mpl.style.use("dark_background")
        mpl.rcParams["lines.linestyle"] = ":"
        plots.use_house_style()
        assert dict(mpl.rcParams) == plain


def test_a_cell_that_fails_is_named_and_its_notebook_left_alone(notebook):
    stored = json.loads(notebook.read_text(encoding="utf-8"))
    stored["cells"][0].update(id="breaks", source="1 / 0")
    notebook.write_text(json.dumps(stored), encoding="utf-8")
    before = notebook.read_bytes()
    with pytest.raises(SystemExit, match=r"ZeroDivisionError[\s\S]*the cell `breaks` of"):
        execute.execute(notebook)
    assert notebook.read_bytes() == before


@pytest.mark.parametrize(
    ("text", "taken", "name"),
    [
        ("## What comes next\n\nNext", [], "what-comes-next"),
        ("x = 1", ["x"], "x-2"),
        ("x = 1", ["x", "x-2"], "x-3"),
        ("# 42", [], "cell"),
        ("facade00", [], "cell"),  # reads like one of Jupyter's own
    ],
)
def test_a_new_cell_gets_its_first_words(text, taken, name):
    assert execute.word(text, taken) == name
    assert execute.is_word(name)
