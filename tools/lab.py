"""JupyterLab as a reader meets it, `make lab`: chapters, digits.py, data; not how pages are made.

What is hidden can still be opened: links between chapters and pages work.
"""

from pathlib import Path

c = get_config()  # noqa: F821, JupyterLab reads this file and gives it
c.ServerApp.root_dir = str(Path(__file__).parents[1] / "book")
c.ContentsManager.hide_globs = ["_*", "*.md", "*.bib", "*.pyc", ".*", "*~"]
