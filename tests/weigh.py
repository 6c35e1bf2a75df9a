"""What a page costs its reader: kilobytes, and the time until a formula stands there."""

import gzip
from functools import cache

# A frame is only drawn when the styles are there; so the first one that finds a formula shows it.
WATCH = """
const look = () => {
  const formulas = [...document.querySelectorAll(".bd-article .katex-html")];
  if (formulas.some((it) => it.getBoundingClientRect().width)) window.mathsAt = performance.now();
  else requestAnimationFrame(look);
};
requestAnimationFrame(look);
"""
# What a static host compresses; fonts and pictures are compressed already.
TEXT = ("text/", "application/javascript", "application/json", "image/svg")


@cache
def compressed_size(body):
    """Return how many bytes gzip -9 makes of a file; most pages load the same ones."""
    return len(gzip.compress(body, 9))


def weigh(page, address):
    """Go to an address with an empty cache, and return what it took.

    Returns
    -------
    dict
        ``compressed``, in kB of 1,000 bytes, text as gzip -9 makes it; ``maths``, milliseconds
        until the first formula is shown, or None; ``lost``, the requests that had no answer.
    """
    answers, lost = [], []
    page.add_init_script(WATCH)
    page.on("response", lambda answer: answers.append(answer))
    page.on("requestfailed", lambda request: lost.append(request.url))
    page.goto(address, wait_until="load")
    page.evaluate("document.fonts.ready")
    compressed = 0
    for answer in answers:
        body = answer.body()
        kind = answer.headers.get("content-type", "")
        compressed += compressed_size(body) if kind.startswith(TEXT) else len(body)
    maths = page.evaluate("window.mathsAt ?? null")
    return {"compressed": compressed / 1000, "maths": maths, "lost": lost}
