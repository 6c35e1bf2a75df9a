"""Prepare a copy of the book that Sphinx can build without Jupyter Book: `make book-next`.

Jupyter Book 1 is maintained but gains nothing new, and holds Sphinx and the theme at versions of
2024. The book needs little of it: a conf.py, which it can write itself. A weekly job builds this
copy with the newest of everything, so that the way out stays open.
"""

import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
COPIED = ["_config.yml", "_toc.yml", "book", "nnlib", "pyproject.toml", "README.md", "LICENSE"]
CONF = """
import sys

sys.path.insert(0, "book/_ext")
# What only Jupyter Book has.
for name in ("jupyter_book", "sphinx_jupyterbook_latex"):
    extensions.remove(name)
del comments_config, latex_engine, use_jupyterbook_latex
# Without this, the newest theme draws a second bar at the top.
html_theme_options["navbar_persistent"] = []
"""


def main(folder):
    """Write the copy, let Jupyter Book write its conf.py, and remove from it what is its own."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for name in COPIED:
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy2
        copy(ROOT / name, folder / name)
    program = "from jupyter_book.cli.main import main; main()"
    subprocess.run([sys.executable, "-c", program, "config", "sphinx", folder], check=True)
    with (folder / "conf.py").open("a", encoding="utf-8") as conf:
        conf.write(CONF)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
