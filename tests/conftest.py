"""How the tests run: hypothesis without timing, a browser, and nbval so that it compares figures.

nbval compares outputs as text. A figure is an SVG, and its coordinates may differ in the last digit
between two processors, which changes no pixel. So two figures are equal if they have the same
elements with the same text, style and colours, and if each coordinate agrees within `TOLERANCE`.

Matplotlib's versions measure text differently: the height of the label "output" at 10 points is
9.7 points up to 3.10 and 13.9 from 3.11 on, where the line of text is measured in place of the
letters. Margins follow, and with them all coordinates. So where another Matplotlib draws than the
locked one, which drew what is stored, all but the coordinates has to be the same still. What is
clipped to a pair of axes, the data, has to be in the same place of that pair of axes, within
`TOLERANCE`. The rest, axes and labels, may be up to `SHIFT` from where it was.
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

import matplotlib
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

LOCK = (Path(__file__).parents[1] / "requirements.txt").read_text(encoding="utf-8")
SAME_LAYOUT = f"\nmatplotlib=={matplotlib.__version__} " in LOCK


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
    """Return the book's pages; the theme's _static holds templates, and lite is JupyterLite's."""
    other = {"_static", "lite"}
    return sorted(p for p in html.rglob("*.html") if p.relative_to(html).parts[0] not in other)


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
    program = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, names)), None)
    if program is None:
        report = pytest.fail if os.environ.get("CI") else pytest.skip
        report(f"found none of {names} on the path; set CHROMIUM to the program's path")
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
    """Mark what needs the built book; where pictures are recorded, run only what has one."""
    for item in items:
        if "build" in getattr(item, "fixturenames", ()):
            item.add_marker("page")
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
SHIFT = 1.5
SVG, HREF = "{http://www.w3.org/2000/svg}", "{http://www.w3.org/1999/xlink}href"
XY = ("x", "y")
COORDINATES = {"d", "x", "y", "width", "height", "viewBox", "transform", "points"}
NUMBER = re.compile(r"(-?\d+(?:\.\d*)?(?:e[-+]?\d+)?)")
#: Matplotlib names clip paths, markers and the like by a hash of their coordinates. They are
#: compared by the order in which they appear.
HASHED = re.compile(r"(?<![\w.-])(?:C[0-9a-f]+_[0-9a-f]+_|image|[hmp])[0-9a-f]{10}\b")
#: `font: 10px serif`, as Matplotlib writes it up to 3.9, for `font-size: 10px; font-family: serif`.
FONT = re.compile(r"font: ((?:[a-z]+ )*)([\d.]+px) ([^;]+)")


def parts(svg):
    """Yield (place, kind, text, tolerance) for everything in an SVG that can make a difference."""
    root = ElementTree.fromstring(svg)
    axes, shapes = {}, {}
    for clip in root.iter(f"{SVG}clipPath"):
        for rect in clip.iter(f"{SVG}rect"):
            start, size = ([float(rect.get(n)) for n in pair] for pair in (XY, ("width", "height")))
            axes[f"url(#{clip.get('id')})"] = *start, *size
    for path in root.iter(f"{SVG}path"):
        shapes[f"#{path.get('id')}"] = path.get("d")
    numbers, place = {}, "figure"

    def walk(element, box):
        nonlocal place
        tag = element.tag.rpartition("}")[2]
        name = element.get("id", "")
        if name and not HASHED.fullmatch(name):
            place = name
        box = axes.get(element.get("clip-path"), box)
        yield place, "element", tag, None
        yield place, f"text in {tag}", (element.text or "").strip(), None
        yield place, f"text after {tag}", (element.tail or "").strip(), None
        attributes = dict(element.items())
        if box and not SAME_LAYOUT:
            attributes |= within(box, attributes, shapes)
        for kind, text in sorted(attributes.items()):
            tolerance = TOLERANCE if kind in COORDINATES else None
            if kind == "id":
                text = text.replace("FillBetween", "")  # which Matplotlib added in 3.10
            elif kind == "style":
                text = "; ".join(sorted(FONT.sub(longhand, text).split("; ")))
            elif tolerance and not SAME_LAYOUT and not (box and kind in {"d", *XY}):
                tolerance = SHIFT
            text = HASHED.sub(lambda m: f"#{numbers.setdefault(m[0], len(numbers))}", text)
            yield place, kind, text, tolerance
        for child in element:
            yield from walk(child, box)

    return walk(root, None)


def longhand(font):
    """Return the properties of a matched FONT, one by one, as later Matplotlibs write them."""
    words, size, family = font.groups()
    assert not words, f"no figure has had {words!r} yet; write here what it is short for"
    return f"font-size: {size}; font-family: {family}"


def within(box, attributes, shapes):
    """Return coordinates as they would be if their axes were a square of 300 points.

    Outside of its axes nothing of a curve is seen, and Matplotlib cuts it where the picture ends,
    wherever that is: each piece outside is only said to be there. A shape that is used at x = 0 is
    no marker, but has the coordinates of the picture, as the area between two curves.
    """
    left, top, width, height = box
    if "x" in attributes and float(attributes["x"]) == 0:
        top -= float(attributes["y"])
        attributes = {"x": left, "y": top, "d": shapes[attributes[HREF]]}

    def place(x, y):
        return (float(x) - left) / width * 300, (float(y) - top) / height * 300

    result = {}
    if "x" in attributes:
        x, y = place(attributes["x"], attributes["y"])
        result |= {"x": f"{x:.6f}", "y": f"{y:.6f}"}
    if "d" in attributes:
        pieces = []
        for letter, numbers in re.findall("([A-Za-z])([^A-Za-z]*)", attributes["d"]):
            values = numbers.split()
            points = [place(*pair) for pair in zip(values[::2], values[1::2])]
            outside = letter in "ML" and not all(-1 < n < 301 for n in points[0])
            numbers = [f"{n:.6f}" for point in points for n in point]
            piece = "outside" if outside else " ".join([letter, *numbers])
            if piece != "outside" or pieces[-1:] != ["outside"]:
                pieces.append(piece)
        result["d"] = " ".join(pieces)
    return result


def unlike(one, other, tolerance):
    """Return where two texts of an SVG differ first, their numbers by more than the tolerance."""
    if tolerance is None:
        return None if one == other else (one, other)
    pieces = zip_longest(NUMBER.split(one), NUMBER.split(other), fillvalue="nothing")
    for i, (a, b) in enumerate(pieces):  # text, number, text, …, text
        number = i % 2 == 1 and "nothing" not in (a, b)
        if abs(float(a) - float(b)) > tolerance if number else a != b:
            return a, b
    return None


class Figure(str):
    """The text of an SVG. It equals another one that shows the same."""

    def difference(self, other):
        """Return None, or in words what differs first."""
        for pair in zip_longest(parts(self), parts(other), fillvalue=("", "end", "", None)):
            (place, kind, ours, tolerance), (_, kind_2, theirs, _) = pair
            found = (ours, theirs) if kind != kind_2 else unlike(ours, theirs, tolerance)
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
