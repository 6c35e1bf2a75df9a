"""What a page costs its reader: requests, kilobytes, and the time until a formula stands there.

`make pages-report` prints a table of it, beside the same book in the theme's own dress with MathJax
from its host. `MATHJAX=folder`, an unpacked npm package `mathjax`, stands in for that host.
"""

import gzip
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median

import chromium
import yaml
from serve import serve

ROOT = Path(__file__).parents[1]
CDN = "https://cdn.jsdelivr.net/npm/mathjax@3/"
# A frame is only drawn when the styles are there; so the first one that finds a formula shows it.
WATCH = """
const look = () => {
  const formulas = [...document.querySelectorAll(".bd-article :is(.katex-html, mjx-math)")];
  if (formulas.some((it) => it.getBoundingClientRect().width)) window.mathsAt = performance.now();
  else requestAnimationFrame(look);
};
requestAnimationFrame(look);
"""
# What a static host compresses; fonts and pictures are compressed already.
TEXT = ("text/", "application/javascript", "application/json", "image/svg")


def weigh(browser, address, mathjax=None):
    """Load a page with an empty cache and return what it took.

    Returns
    -------
    dict
        ``requests``; ``raw`` and ``compressed`` in kB of 1,000 bytes, text as gzip -9 makes it;
        ``maths``, milliseconds until the first formula is shown, or None; ``lost``, the requests
        that had no answer.
    """
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page, answers, lost = context.new_page(), [], []
    if mathjax:
        page.route(
            f"{CDN}**",
            lambda route: route.fulfill(path=Path(mathjax, route.request.url.removeprefix(CDN))),
        )
    page.add_init_script(WATCH)
    page.on("response", lambda answer: answers.append(answer))
    page.on("requestfailed", lambda request: lost.append(request.url))
    page.goto(address, wait_until="networkidle")
    page.evaluate("document.fonts.ready")
    raw = compressed = 0
    for answer in answers:
        body = answer.body()
        kind = answer.headers.get("content-type", "")
        raw += len(body)
        compressed += len(gzip.compress(body, 9)) if kind.startswith(TEXT) else len(body)
    maths = page.evaluate("window.mathsAt ?? null")
    context.close()
    return {
        "requests": len(answers),
        "raw": raw / 1000,
        "compressed": compressed / 1000,
        "maths": maths,
        "lost": lost,
    }


def build_in_the_themes_dress(folder):
    """Build the book without what is ours: extensions, styles, templates, typeset formulas."""
    config = yaml.safe_load((ROOT / "_config.yml").read_text(encoding="utf-8"))
    sphinx = config["sphinx"]
    sphinx.pop("local_extensions")
    for name in [n for n in sphinx["config"] if n.startswith(("html_", "templates_"))]:
        sphinx["config"].pop(name)
    (folder / "_config.yml").write_text(yaml.safe_dump(config), encoding="utf-8")
    program = "from jupyter_book.cli.main import main; main()"
    options = ["--config", folder / "_config.yml", "--path-output", folder, "-qq"]
    subprocess.run(
        [sys.executable, "-c", program, "build", ROOT, "--toc", ROOT / "_toc.yml", *options],
        check=True,
        capture_output=True,
    )
    return folder / "_build/html"


def table(browser, html, mathjax=None):
    """Return {chapter: what it took}, each time the median of three."""
    with serve(html) as site:
        found = {}
        for path in sorted((html / "book").glob("[01]*.html")):
            runs = [weigh(browser, f"{site}/book/{path.name}", mathjax) for _ in range(3)]
            times = [run["maths"] for run in runs if run["maths"] is not None]
            found[path.stem] = runs[0] | {"maths": median(times) if times else None}
    return found


def main():
    """Print both books, page by page."""
    mathjax = os.environ.get("MATHJAX")
    with tempfile.TemporaryDirectory() as folder, chromium.started() as browser:
        default = build_in_the_themes_dress(Path(folder))
        ours = table(browser, ROOT / "_build/html")
        theirs = table(browser, default, mathjax)
    print(f"{'':38}{'this book':^34}  {'the theme and MathJax':^34}")
    head = f"{'requests':>9}{'raw kB':>8}{'gz kB':>8}{'maths ms':>9}"
    print(f"{'':38}{head}  {head}")
    for name in ours:
        line = f"{name:38}"
        for took in (ours[name], theirs.get(name)):
            for key, width in (("requests", 9), ("raw", 8), ("compressed", 8), ("maths", 9)):
                number = took and took[key]
                line += f"{'-' if number is None else format(number, ',.0f'):>{width}}"
            line += "  "
        print(line.rstrip())
    lost = {url for took in theirs.values() for url in took["lost"]}
    if lost:
        print(f"\nWithout an answer, so not counted on the right: {len(lost)}, such as {min(lost)}")


if __name__ == "__main__":
    main()
