"""Draw the picture for link previews, and the e-book's cover: `make preview`.

They go into book/_static, as preview.png and cover.png. Both show the front page's figure and the
title: side by side in the size that link previews ask for, one below the other in a book's shape.
"""

import base64
import re
from pathlib import Path

import chromium

STATIC = Path(__file__).parents[1] / "book" / "_static"
FONTS = STATIC / "vendor/fonts"
PAGE = """
<!DOCTYPE html>
<meta charset="utf-8">
<style>
  @font-face {{ font-family: Book; font-weight: 400; src: url("data:font/woff2;base64,{text}"); }}
  @font-face {{ font-family: Book; font-weight: 600; src: url("data:font/woff2;base64,{bold}"); }}
  body {{ width: {width}px; height: {height}px; margin: 0; box-sizing: border-box; display: grid;
         background: #fff; color: #1d2126; font-family: Book; {body} }}
  h1 {{ margin: 0; font-size: {letters}px; font-weight: 600; line-height: 1.05; }}
  p {{ margin: 28px 0 0; font-size: {small}px; line-height: 1.3; color: #4a5159; }}
  svg {{ width: 100%; }}
  svg text {{ font-family: Book !important; }}
</style>
<header><h1>Sigmoid,<br>Twice</h1><p>A book about one wrong line of code</p></header>
{figure}
"""
#: What differs between the two.
SHAPES = {
    "preview.png": {
        "width": 1200,
        "height": 630,
        "letters": 80,
        "small": 32,
        "body": "padding: 0 40px 0 72px; grid-template-columns: 330px 1fr; gap: 40px;"
        "align-items: center;",
    },
    "cover.png": {
        "width": 1000,
        "height": 1600,
        "letters": 168,
        "small": 48,
        "body": "padding: 170px 60px 150px 90px; align-content: space-between;",
    },
}


def draw(browser, name):
    """Return the picture `name` of `SHAPES` as PNG."""
    svg = (STATIC / "two-outcomes.svg").read_text(encoding="utf-8")
    figure = re.sub(
        r'\s(?:width|height)="[\d.]+pt"',
        "",
        svg[svg.index("<svg") :],
        count=2,
    )
    text, bold = (
        base64.b64encode((FONTS / f"source-serif-4-latin-{weight}-normal.woff2").read_bytes())
        for weight in (400, 600)
    )
    shape = SHAPES[name]
    page = browser.new_page(viewport={"width": shape["width"], "height": shape["height"]})
    page.set_content(PAGE.format(text=text.decode(), bold=bold.decode(), figure=figure, **shape))
    page.evaluate("document.fonts.ready")
    picture = page.screenshot(animations="disabled")
    page.close()
    return picture


if __name__ == "__main__":
    with chromium.started() as browser:
        for name in SHAPES:
            (STATIC / name).write_bytes(draw(browser, name))
