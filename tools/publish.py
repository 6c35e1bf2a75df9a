"""Put the PDF and the EPUB beside the book's pages, and link them from the front page: `make site`.

    python tools/publish.py _build/html _build/pdf/sigmoid-twice.pdf _build/epub/sigmoid-twice.epub

Until then the front page names them without a link, so that no link of `make book` leads nowhere.
"""

import re
import shutil
import sys
from pathlib import Path


def link(page, name, size):
    """Return the front page with a link to the file `name` of `size` bytes where it names its kind.

    Raises
    ------
    ValueError
        If the page does not name the kind just once, as ``[PDF]{.edition}`` does in Markdown.
    """
    kind = Path(name).suffix.strip(".").upper()
    words = re.compile(rf'<(span|a)(?=[^>]*class="edition")[^>]*>{kind}\b[^<]*</\1>')
    linked = f'<a class="edition" href="../{name}">{kind} ({size / 1e6:.1f} MB)</a>'
    page, count = words.subn(linked, page)
    if count != 1:
        raise ValueError(f"the front page has [{kind}]{{.edition}} {count} times instead of once")
    return page


def main(html, *files):
    """Copy the files and write the front page again."""
    front = Path(html, "book/index.html")
    page = front.read_text(encoding="utf-8")
    for file in map(Path, files):
        shutil.copy(file, html)
        page = link(page, file.name, file.stat().st_size)
    front.write_text(page, encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
