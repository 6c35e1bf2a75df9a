"""How the tests run: hypothesis without timing, a browser, and nbval so that it compares figures.

nbval compares outputs as text. A figure is an SVG, and its coordinates may differ in the last digit
between two processors, which changes no pixel. So two figures are equal if they have the same
elements with the same text, style and colours, and if each coordinate agrees within `TOLERANCE`.
"""

import io
import os
import re
import shutil
import subprocess
import sys
from contextlib import ExitStack
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from itertools import zip_longest
from pathlib import Path
from threading import Thread
from xml.etree import ElementTree

import numpy as np
import pytest
from hypothesis import settings
from nbval.plugin import IPyNbCell
from PIL import Image, ImageFilter
from playwright.sync_api import sync_playwright

ROOT = Path(__file__).parents[1]

# No deadline: no test may depend on how fast a machine is. The same examples on each run: what
# fails once fails again.
settings.register_profile("book", deadline=None, derandomize=True)
settings.load_profile("book")

# The kernels inherit these. MPLBACKEND would keep figures out of the outputs; JPY_SESSION_NAME,
# which Jupyter sets for those that it starts, would let training show its progress.
for name in ("MPLBACKEND", "JPY_SESSION_NAME"):
    os.environ.pop(name, None)


@pytest.fixture(scope="session")
def build(tmp_path_factory):
    """Build the whole book in a fresh folder: nothing is left from before, no page, no silence."""
    folder = tmp_path_factory.mktemp("book")
    # `python -m jupyter_book.cli.main` would do nothing and report success.
    program = "from jupyter_book.cli.main import main; main()"
    options = ["-W", "-n", "--keep-going", "--quiet", "--path-output"]
    result = subprocess.run(
        [sys.executable, "-c", program, "build", str(ROOT), *options, str(folder)],
        capture_output=True,
        text=True,
        check=False,
    )
    return folder / "_build" / "html", result


@pytest.fixture(scope="session")
def html(build):
    return build[0]


@pytest.fixture(scope="session")
def pages(html):
    """Return the pages that a reader can come to; the theme's _static holds templates."""
    return sorted(p for p in html.rglob("*.html") if "_static" not in p.parts)


class Quiet(SimpleHTTPRequestHandler):
    """Serves files and does not report it."""

    def log_message(self, *arguments):
        """Say nothing."""


@pytest.fixture(scope="session")
def site(html):
    """Serve the book as a static host would, and return its address."""
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=html)) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.fixture(scope="module")  # a session's would still hold the event loop that nbval needs
def browser():
    """Start the machine's chromium; without one, skip, unless this is continuous integration."""
    names = ["chromium", "chromium-browser", "google-chrome"]
    program = next(filter(None, map(shutil.which, names)), None)
    if program is None:
        (pytest.fail if os.environ.get("CI") else pytest.skip)(f"found none of {names} on the path")
    sandbox = getattr(os, "geteuid", lambda: 1)() != 0  # root may have none
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=program, chromium_sandbox=sandbox)
        yield started
        started.close()


@pytest.fixture
def visit(browser, site):
    """Return a function that opens a page of the book: visit(path, width=…, dark=…) -> Page.

    The test fails at its end if a page has asked another host for something, or has complained in
    the reader's console. Further options are those of Playwright's ``new_context``.
    """
    wrong = []

    def answer(route):
        if route.request.url.startswith((site, "data:", "blob:")):
            route.continue_()
        else:
            wrong.append(f"asked for {route.request.url}")
            route.abort()

    with ExitStack() as contexts:

        def visit(path, *, width=1280, height=900, dark=False, **options):
            context = contexts.enter_context(
                browser.new_context(
                    viewport={"width": width, "height": height},
                    color_scheme="dark" if dark else "light",
                    **options,
                )
            )
            context.route("**/*", answer)
            page = context.new_page()
            page.on("pageerror", lambda error: wrong.append(f"{path}: {error}"))
            page.on(
                "console",
                lambda message: (
                    message.type in ("warning", "error") and wrong.append(f"{path}: {message.text}")
                ),
            )
            page.goto(f"{site}/{path}")
            return page

        yield visit
    assert not wrong, "\n".join(wrong)


PICTURES = Path(__file__).parent / "pictures"
RECORD = os.environ.get("PICTURES") == "record"


def pytest_collection_modifyitems(items):
    """Where pictures are recorded, run only what has one."""
    if RECORD:
        items[:] = [i for i in items if "same_picture" in getattr(i, "fixturenames", ())]


@pytest.fixture
def same_picture():
    """Return a function that compares a page, or a part of it, with a stored picture of it.

    same_picture(page_or_locator, name): the picture is tests/pictures/NAME.png. `make pictures`
    stores new ones. What is compared is set out at `moved`.
    """

    def compare(shown, name):
        path = PICTURES / f"{name}.png"
        page = getattr(shown, "page", shown)
        page.evaluate("document.fonts.ready")
        shot = shown.screenshot(animations="disabled", caret="hide")
        new = Image.open(io.BytesIO(shot)).convert("RGB")
        if RECORD:
            path.parent.mkdir(exist_ok=True)
            new.quantize(256, dither=Image.Dither.NONE).save(path, optimize=True)
            return
        assert path.is_file(), f"no picture {name} is stored; `make pictures` stores one"
        stored = Image.open(path).convert("RGB")
        wrong = moved(stored, new)
        if wrong:
            seen = ROOT / "_build" / "pictures" / f"{name}.png"
            seen.parent.mkdir(parents=True, exist_ok=True)
            new.save(seen)
            pytest.fail(
                f"{name} does not look as stored: {wrong}. Look at {seen.relative_to(ROOT)}"
            )

    return compare


def moved(stored, new, *, blur=3, step=24, share=0.002):
    """Say in words how two pictures differ, or return an empty string.

    Another rasteriser of fonts shifts the edges of letters by less than a pixel, and another
    processor the last bit of a colour. So both pictures are blurred first, each pixel becoming
    the mean of a square of 2 `blur` + 1; then no more than `share` of the pixels may differ in a
    channel by more than `step` of 255. A line that moves by its own width differs all along.
    """
    if abs(stored.width - new.width) > 2 or abs(stored.height - new.height) > 2:
        return f"it is {new.size} pixels instead of {stored.size}"
    box = (0, 0, min(stored.width, new.width), min(stored.height, new.height))
    one, other = (
        np.asarray(picture.crop(box).filter(ImageFilter.BoxBlur(blur)), dtype=float)
        for picture in (stored, new)
    )
    differing = (np.abs(one - other).max(axis=2) > step).mean()
    return f"{differing:.2%} of it differ" if differing > share else ""


#: In points; a page shows about 1.3 pixels to the point.
TOLERANCE = 0.01
COORDINATES = {"d", "x", "y", "width", "height", "viewBox", "transform", "points"}
NUMBER = re.compile(r"(-?\d+(?:\.\d*)?(?:e[-+]?\d+)?)")
#: Matplotlib names clip paths, markers and the like by a hash of their coordinates. They are
#: compared by the order in which they appear.
HASHED = re.compile(r"(?<![\w.-])(?:C[0-9a-f]+_[0-9a-f]+_|image|[hmp])[0-9a-f]{10}\b")


def parts(svg):
    """Yield (place, kind, text) for everything in an SVG that can make a difference."""
    numbers, place = {}, "figure"
    for element in ElementTree.fromstring(svg).iter():
        tag = element.tag.rpartition("}")[2]
        name = element.get("id", "")
        if name and not HASHED.fullmatch(name):
            place = name
        yield place, "element", tag
        yield place, f"text in {tag}", (element.text or "").strip()
        yield place, f"text after {tag}", (element.tail or "").strip()
        for attribute, value in sorted(element.items()):
            value = HASHED.sub(lambda m: f"#{numbers.setdefault(m[0], len(numbers))}", value)
            yield place, attribute, value


def unlike(kind, one, other):
    """Return where two texts of an SVG differ first, coordinates by more than the tolerance."""
    if kind not in COORDINATES:
        return None if one == other else (one, other)
    pieces = zip_longest(NUMBER.split(one), NUMBER.split(other), fillvalue="nothing")
    for i, (a, b) in enumerate(pieces):  # text, number, text, …, text
        number = i % 2 == 1 and "nothing" not in (a, b)
        if abs(float(a) - float(b)) > TOLERANCE if number else a != b:
            return a, b
    return None


class Figure(str):
    """The text of an SVG. It equals another one that shows the same."""

    def difference(self, other):
        """Return None, or in words what differs first."""
        for pair in zip_longest(parts(self), parts(other), fillvalue=("", "end", "")):
            (place, kind, ours), (_, kind_2, theirs) = pair
            found = (ours, theirs) if kind != kind_2 else unlike(kind, ours, theirs)
            if found:
                return (
                    f"The figure differs in {place or 'its length'}:\n"
                    f"  stored:      {kind} {found[0]:.200}\n"
                    f"  newly drawn: {kind_2} {found[1]:.200}"
                )
        return None

    def __eq__(self, other):
        return self.difference(other) is None

    def __ne__(self, other):
        return not self == other

    __hash__ = str.__hash__


def sanitize(cell, output, nbval_sanitize=IPyNbCell.sanitize):
    """Let nbval compare an SVG as a figure; all else stays as it is."""
    output = nbval_sanitize(cell, output)
    return Figure(output) if isinstance(output, str) and output.startswith("<?xml") else output


def format_output_compare(cell, key, left, right, nbval_format=IPyNbCell.format_output_compare):
    """Say where two figures differ, in place of a comparison of thousands of coordinates."""
    if isinstance(left, Figure):
        cell.comparison_traceback.append(left.difference(right))
    else:
        nbval_format(cell, key, left, right)


IPyNbCell.sanitize = sanitize
IPyNbCell.format_output_compare = format_output_compare
