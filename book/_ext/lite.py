"""Let the chapters run in the reader's browser: JupyterLite, beside the book's pages.

_build/html/lite holds the notebooks, what they read, and the Python packages that the browser has
to install. Python itself (Pyodide) with NumPy and Matplotlib comes from another host, once a reader
asks for it and not before; the links are in _templates/notebook-buttons.html.
"""

import json
import os
import shutil
import subprocess
import sys
from importlib.metadata import distribution
from pathlib import Path
from tempfile import TemporaryDirectory
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from sphinx.errors import ExtensionError

BOOK = Path(__file__).parents[1]
#: The newest Pyodide that the kernel of our lock runs on.
PYODIDE = "https://cdn.jsdelivr.net/pyodide/v0.27.7/full/pyodide.js"
#: What Pyodide has compiled; it brings what these two need.
COMPILED = ["numpy", "matplotlib"]
#: What nnlib, the chapters and the kernel (comm) import besides; all plain Python.
PLAIN = ["comm", "mpmath", "tqdm"]
#: What a reader finds in the folder of the notebooks.
CONTENTS = ["*.ipynb", "digits.py", "data/*", "_static/explorables/*.svg"]
#: Without this, JupyterLite would mangle the digits, as it does files of a kind it does not know.
GZIP = {
    "name": "gzip",
    "extensions": [".gz"],
    "mimeTypes": ["application/gzip"],
    "fileFormat": "base64",
}
#: Files do not carry the time they were made, so that the same book gives the same bytes.
EPOCH = "1767225600"  # the first of January 2026


def pack(name, folder):
    """Write the wheel of an installed package again, so that building needs no network."""
    package = distribution(name)
    stem, record = f"{name}-{package.version}", ""
    with ZipFile(folder / f"{stem}-py3-none-any.whl", "w") as wheel:

        def write(place, content):
            wheel.writestr(ZipInfo(place), content, ZIP_DEFLATED)

        for file in package.files:
            # Not what pip added: scripts, compiled files, notes about the installation.
            added = file.name in ("INSTALLER", "REQUESTED", "direct_url.json")
            if file.hash and ".." not in file.parts and not added:
                write(str(file), file.read_binary())
                record += f"{file},{file.hash.mode}={file.hash.value},{file.size}\n"
        place = f"{stem}.dist-info/RECORD"
        write(place, record + f"{place},,\n")


def run(module, *arguments, folder):
    """Run a program of this environment, and stop the build with its output if it fails."""
    result = subprocess.run(
        [sys.executable, "-m", module, *map(str, arguments)],
        cwd=folder,
        env={**os.environ, "SOURCE_DATE_EPOCH": EPOCH},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        check=False,
    )
    if result.returncode:
        raise ExtensionError(f"python -m {module} failed:\n{result.stdout}")


def settings(wheels):
    """Return JupyterLite's settings for the reader's page."""
    # A worker loads these; seen from its script, the wheels are four folders up, wherever the
    # book is served.
    paths = [f"../../../../pypi/{name}" for name in wheels]
    kernel = {
        "pyodideUrl": PYODIDE,
        "loadPyodideOptions": {"packages": [*COMPILED, *paths]},
        "disablePyPIFallback": True,  # nothing else is fetched behind the reader's back
    }
    return {
        "jupyter-lite-schema-version": 0,
        "jupyter-config-data": {
            "appName": "Sigmoid, Twice",
            "appUrl": "./tree",
            "exposeAppInBrowser": True,  # the tests read the outputs from it
            # It trips over cells that jupyterlab-myst has rendered.
            "disabledExtensions": ["@jupyterlab/cell-toolbar-extension"],
            "litePluginSettings": {"@jupyterlite/pyodide-kernel-extension:kernel": kernel},
        },
    }


def build(app, exception):
    """Build JupyterLite when the pages are done."""
    if exception or app.builder.name != "html":
        return
    # A fresh folder: JupyterLite ignores new settings where an earlier build left its files.
    with TemporaryDirectory() as name:
        lite, output = Path(name).resolve(), Path(app.outdir, "lite")
        wheels = lite / "pypi"
        wheels.mkdir()
        run("flit_core.wheel", "--outdir", wheels, folder=BOOK.parent)
        for package in PLAIN:
            pack(package, wheels)
        for pattern in CONTENTS:
            for path in sorted(BOOK.glob(pattern)):
                copy = lite / "files" / path.relative_to(BOOK)
                copy.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(path, copy)
        names = sorted(path.name for path in wheels.iterdir())
        for name in names:  # flit makes its own for the owner alone
            (wheels / name).chmod(0o644)
        made = {
            "jupyter-lite.json": settings(names),
            "jupyter_lite_config.json": {
                "LiteBuildConfig": {
                    "apps": ["notebooks", "tree", "edit"],
                    "contents": [str(lite / "files")],
                    "extra_file_types": {"gzip": GZIP},
                    "federated_extensions": [str(BOOK / "_lite/run-all")],
                    "no_sourcemaps": True,
                    "no_unused_shared_packages": True,
                    "source_date_epoch": int(EPOCH),
                }
            },
        }
        for file, content in made.items():
            (lite / file).write_text(json.dumps(content), encoding="utf-8")
        shutil.rmtree(output, ignore_errors=True)
        run("jupyterlite_core", "build", "--output-dir", output, folder=lite)
    # Because of the csv in its name, it takes digits.csv.gz for text, and would mangle it.
    listing = output / "api/contents/data/all.json"
    files = json.loads(listing.read_text(encoding="utf-8"))
    for file in files["content"]:
        if file["name"].endswith(".gz"):
            file["mimetype"] = "application/gzip"
    listing.write_text(json.dumps(files), encoding="utf-8")


def setup(app):
    """Build it after everything else."""
    app.connect("build-finished", build)
    return {"version": "1", "parallel_read_safe": True}
