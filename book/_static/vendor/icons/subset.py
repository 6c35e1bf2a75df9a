"""Cut Font Awesome down to the icons that the built pages show.

The theme brings the whole of it, 320 kB on every page, for some twenty icons. README.md beside this
file says how to run it.
"""

import re
from pathlib import Path

from fontTools import subset

HERE = Path(__file__).parent
ROOT = HERE.parents[3]
THEME = next(
    ROOT.glob(".venv/lib/*/site-packages/pydata_sphinx_theme/theme/*/static")
)
AWESOME = next(THEME.glob("vendor/fontawesome/*"))
FONT = "book-icons.woff2"
CSS = """\
/* Written by subset.py from Font Awesome Free; see README.md. */
@font-face {
  font-family: "Book Icons"; font-weight: 900; font-display: block;
  src: url("%s") format("woff2");
}
:root { --fa-font-solid: normal 900 1em/1 "Book Icons"; }
.fa-solid, .fas { display: inline-block; font: var(--fa-font-solid); -webkit-font-smoothing: antialiased; }
.fa-lg { font-size: 1em; }
"""


def wanted():
    """Return {class: character} of the icons in use, and the characters that styles write themselves."""
    known = {}
    for names, code in re.findall(
        r'((?:\.fa-[\w-]+:before,?)+)\{content:"\\([0-9a-f]+)"\}',
        (AWESOME / "css/all.min.css").read_text(encoding="utf-8"),
    ):
        known |= {
            name: chr(int(code, 16))
            for name in re.findall(r"fa-[\w-]+", names)
        }
    built = ROOT / "_build/html"
    pages = [
        *built.glob("*.html"),
        *built.glob("book/*.html"),
        *THEME.glob("scripts/*.js"),
    ]
    used = {
        name
        for page in pages
        for name in re.findall(r"\bfa-[\w-]+", page.read_text("utf-8"))
    }
    raw = set()
    for style in [
        *built.glob("_static/styles/*.css"),
        *built.glob("_static/*.css"),
    ]:
        text = style.read_text(encoding="utf-8")
        raw |= set(re.findall("[\ue000-\uf8ff]", text))
        raw |= {
            chr(int(code, 16))
            for code in re.findall(r"\\(f[0-9a-f]{3})\b", text)
        }
    return {name: known[name] for name in sorted(used & known.keys())}, raw


def main():
    """Write the small font, and the stylesheet that names its icons."""
    icons, raw = wanted()
    # Without the reserved name, as its licence asks; with copyright and licence.
    options = subset.Options(
        flavor="woff2",
        hinting=False,
        layout_features=[],
        name_IDs=[0, 13, 14],
    )
    font = subset.load_font(AWESOME / "webfonts/fa-solid-900.woff2", options)
    cutter = subset.Subsetter(options)
    cutter.populate(text="".join(raw.union(icons.values())))
    cutter.subset(font)
    subset.save_font(font, HERE / FONT, options)
    rules = [
        f'.{name}::before {{ content: "\\{ord(icon):x}"; }}'
        for name, icon in icons.items()
    ]
    (HERE / "icons.css").write_text(
        CSS % FONT + "\n".join(rules) + "\n", encoding="utf-8"
    )


if __name__ == "__main__":
    main()
