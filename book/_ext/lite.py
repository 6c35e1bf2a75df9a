"""Let the chapters run in the reader's browser: JupyterLite, beside the book's pages.

_build/html/lite holds the notebooks, what they read, and the Python packages that the browser has
to install. Python itself (Pyodide) with NumPy and Matplotlib comes from another host, once a reader
asks for it and not before; the links are in _templates/notebook-buttons.html. copies.py writes the
notebooks' text for JupyterLab; _lite/reader runs them and tells the reader how it goes.
"""

import hashlib
import json
import os
import shutil
import subprocess
import sys
from importlib.metadata import distribution
from pathlib import Path
from tempfile import TemporaryDirectory
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from copies import for_jupyterlab
from sphinx.errors import ExtensionError

BOOK = Path(__file__).parents[1]
#: The newest Pyodide that the kernel of our lock runs on.
PYODIDE = "https://cdn.jsdelivr.net/pyodide/v0.27.7/full/pyodide.js"
#: What Pyodide has compiled; it brings what these two need.
COMPILED = ["numpy", "matplotlib"]
#: What nnlib, the chapters and the kernel (comm) import besides; all plain Python.
PLAIN = ["comm", "mpmath", "tqdm"]
#: What the notebooks read, and what a reader finds beside them.
READ = ["digits.py", "data/*"]
SHOWN = [*READ, "_static/explorables/*.svg"]
#: Where Python's packages are in the browser. Without a service worker (in a private window, or
#: without https) a notebook cannot see the files beside it: they are here too, and it starts here.
PACKAGES = "/lib/python3.12/site-packages"
#: What JupyterLab would open and this site does not have: itself, and consoles.
DISABLED = [
    "@jupyter-notebook/application-extension:pages",
    "@jupyter-notebook/console-extension",
    "@jupyterlab/console-extension",
    "@jupyterlab/tooltip-extension:consoles",
    "@jupyter-notebook/notebook-extension:checkpoints",  # it gives the files' age, which is made up
    "@jupyterlab/cell-toolbar-extension",  # trips over cells that jupyterlab-myst has rendered
]
#: Entries of menus that would still ask for a console: {menu: commands}.
HIDDEN = {
    "jp-mainmenu-file": ["filemenu:create-console"],
    "jp-mainmenu-run": ["notebook:run-in-console"],
}
#: In place of an empty page, where a browser refuses to load anything.
FROM_A_FOLDER = """<script>
  if (location.protocol === "file:")
    document.body.innerHTML =
      `<p style="max-width: 36em; margin: 3em auto; padding: 1em; font: 18px/1.5 serif">
      A notebook runs only on a page from a server, and this one was opened from a folder.
      In the book's repository, type <code>make serve</code> and open the address that it prints.
      To read, no server is needed: <a href="../../index.html">go back to the book</a>.</p>`;
</script>
"""
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
    files, sums = {}, {}
    for file in package.files:
        # Not what pip added: scripts, compiled files, notes about the installation.
        added = file.name in ("INSTALLER", "REQUESTED", "direct_url.json")
        if file.hash and ".." not in file.parts and not added:
            files[str(file)] = file.read_binary()
            sums[str(file)] = f"{file.hash.mode}={file.hash.value},{file.size}"
    write_wheel(folder, f"{name}-{package.version}", files, sums)


def pack_files(folder):
    """Write a wheel of what the notebooks read."""
    files = {str(p.relative_to(BOOK)): p for pattern in READ for p in sorted(BOOK.glob(pattern))}
    files = {name: path.read_bytes() for name, path in files.items()}
    version = f"0.{int(edition(files), 16)}"  # another for other files, so that no cache mixes them
    stem = f"book_files-{version}"
    about = f"Metadata-Version: 2.1\nName: book-files\nVersion: {version}\n"
    files[f"{stem}.dist-info/METADATA"] = about.encode()
    files[f"{stem}.dist-info/WHEEL"] = (
        b"Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
    )
    write_wheel(folder, stem, files, {})


def write_wheel(folder, stem, files, sums):
    """Write a wheel of these files, {name: bytes}, with the hash and size of those in `sums`."""
    record = f"{stem}.dist-info/RECORD"
    lines = [f"{name},{sums.get(name, ',')}\n" for name in [*files, record]]
    with ZipFile(folder / f"{stem}-py3-none-any.whl", "w") as wheel:
        for name, content in [*files.items(), (record, "".join(lines))]:
            wheel.writestr(ZipInfo(name), content, ZIP_DEFLATED)


def edition(files):
    """Return a short name for this content: {name: bytes}."""
    digest = hashlib.sha256()
    for name, content in sorted(files.items()):
        digest.update(f"{name} {len(content)}\n".encode() + content)
    return digest.hexdigest()[:12]


def fingerprint(notebook):
    """Return FNV-1a of the cells' text; _lite/reader/editions.js knows a changed notebook by it."""
    value = 0x811C9DC5
    for byte in "\0".join("".join(cell["source"]) for cell in notebook["cells"]).encode():
        value = (value ^ byte) * 0x01000193 & 0xFFFFFFFF
    return value


def copy(app, folder):
    """Put the notebooks and what belongs to them where JupyterLite takes them from."""
    for path in sorted(BOOK.glob("*.ipynb")):
        notebook = json.loads(path.read_text(encoding="utf-8"))
        for_jupyterlab(app, f"book/{path.stem}", notebook)
        notebook["metadata"]["fingerprint"] = fingerprint(notebook)
        text = json.dumps(notebook, indent=1, ensure_ascii=False) + "\n"
        folder.mkdir(exist_ok=True)
        (folder / path.name).write_text(text, encoding="utf-8")
    for pattern in SHOWN:
        for path in sorted(BOOK.glob(pattern)):
            place = folder / path.relative_to(BOOK)
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, place)


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


def settings(wheels, files):
    """Return JupyterLite's settings for the reader's page, with these packages and files."""
    # A worker loads these; seen from its script, the wheels are four folders up, wherever the
    # book is served.
    paths = [f"../../../../pypi/{name}" for name in wheels]
    kernel = {
        "pyodideUrl": PYODIDE,
        "loadPyodideOptions": {"packages": [*COMPILED, *paths], "env": {"HOME": PACKAGES}},
        "disablePyPIFallback": True,  # nothing else is fetched behind the reader's back
    }
    menus = [
        {"id": menu, "items": [{"command": command, "disabled": True} for command in commands]}
        for menu, commands in HIDDEN.items()
    ]
    return {
        "jupyter-lite-schema-version": 0,
        "jupyter-config-data": {
            "appName": "Sigmoid, Twice",
            "appUrl": "./tree",
            "exposeAppInBrowser": True,  # the tests read the outputs from it
            # What is saved in the browser belongs to one edition: _lite/reader/editions.js.
            "contentsStorageName": f"Sigmoid, Twice {edition(files)}",
            "disabledExtensions": DISABLED,
            "settingsOverrides": {
                "@jupyterlab/mainmenu-extension:plugin": {"menus": menus},
                # dark where the system is, as the pages are
                "@jupyterlab/apputils-extension:themes": {"adaptive-theme": True},
            },
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
        pack_files(wheels)
        copy(app, lite / "files")
        files = {
            path.relative_to(lite).as_posix(): path.read_bytes()
            for path in (lite / "files").rglob("*")
            if path.is_file()
        }
        names = sorted(path.name for path in wheels.iterdir())
        for name in names:  # flit makes its own for the owner alone
            (wheels / name).chmod(0o644)
        made = {
            "jupyter-lite.json": settings(names, files),
            "jupyter_lite_config.json": {
                "LiteBuildConfig": {
                    "apps": ["notebooks", "tree", "edit"],
                    "contents": [str(lite / "files")],
                    "extra_file_types": {"gzip": GZIP},
                    "federated_extensions": [str(BOOK / "_lite/reader")],
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
    for page in output.glob("*/index.html"):
        html = page.read_text(encoding="utf-8")
        page.write_text(html.replace("<noscript>", FROM_A_FOLDER + "<noscript>"), encoding="utf-8")
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
