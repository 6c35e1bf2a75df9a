"""Keep personal settings out of figures and outputs.

`make notebooks` and the tests (conftest.py in the root) call `clean` before they start a kernel,
which inherits the environment.
"""

import os
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).parents[1]
#: Programs that are set up through variables, by how the names of these begin. MPLBACKEND would
#: keep figures out of the outputs, JPY_SESSION_NAME would let training show its progress, and
#: PYTHONWARNINGS and PYTHONDEVMODE would print warnings.
PROGRAMS = ("PYTHON", "IPYTHON", "JUPYTER", "JPY_", "MPL", "MATPLOTLIB", "TQDM_")
#: Where modules are, and the encoding of files, which the Makefile sets.
KEPT = {"PYTHONHOME", "PYTHONPATH", "PYTHONUTF8"}


@cache
def folder():
    """Make an empty folder that is there as long as this process."""
    return TemporaryDirectory(ignore_cleanup_errors=True)


def clean():
    """Drop what could change an output, and give Jupyter and Matplotlib folders of our own.

    Home may hold a profile of IPython or a matplotlibrc, and need not be writable. Matplotlib's
    folder stays, since making its list of fonts takes seconds; the others go with this process.
    """
    for name in set(os.environ) - KEPT:
        if name.startswith(PROGRAMS):
            del os.environ[name]
    fonts = ROOT / "_build" / ".matplotlib"
    fonts.mkdir(parents=True, exist_ok=True)
    os.environ |= {
        "MPLCONFIGDIR": str(fonts),
        "IPYTHONDIR": folder().name,
        "JUPYTER_RUNTIME_DIR": folder().name,
    }
