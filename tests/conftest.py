"""What the tests here share: hypothesis without timing, the built book, a browser, pictures."""

import io
import os
import shutil
import subprocess
import sys
from collections import defaultdict
from contextlib import ExitStack, contextmanager
from pathlib import Path

import chromium
import lxml.html
import numpy as np
import pytest
from hypothesis import settings
from PIL import Image, ImageFilter
from serve import path_of, serve
from xdist.scheduler import LoadScopeScheduling

collect_ignore = ["cases"]  # programs for test_watch.py to watch, not to import
ROOT = Path(__file__).parents[1]

# No deadline: no test may depend on how fast a machine is. The same examples on each run: what
# fails once fails again.
settings.register_profile("book", deadline=None, derandomize=True)
settings.load_profile("book")


@pytest.fixture(scope="session")
def build(tmp_path_factory):
    """Return the folder with the book's pages, and what the build had to say against them.

    BOOK names what `make book` has built, and `make book` lets nothing pass; otherwise the whole
    book is built in a fresh folder.
    """
    if built := os.environ.get("BOOK"):
        return Path(built).resolve(), ""
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
    complaint = result.stdout + result.stderr if result.returncode else ""
    return folder / "_build" / "html", complaint


@pytest.fixture(scope="session")
def html(build):
    return build[0]


@pytest.fixture(scope="session")
def pages(html):
    """Return the book's pages; the theme's _static holds templates, and lite is JupyterLite's."""
    other = {"_static", "lite"}
    return sorted(p for p in html.rglob("*.html") if p.relative_to(html).parts[0] not in other)


@pytest.fixture(scope="session")
def site(html):
    """Serve the book as a static host would, below its own path, and return its address."""
    with serve(html, path_of(html)) as address:
        yield address


class Kept:
    """The machine's browser, which takes a second to start, kept for the next file of tests.

    Not for longer: while Playwright's event loop runs, no notebook and no program can run its own.
    """

    def __init__(self):
        self.closing, self.browser = ExitStack(), None

    def start(self):
        if not self.browser:
            self.browser = self.closing.enter_context(chromium.started())
        return self.browser

    def stop(self):
        self.browser = None
        self.closing.close()


kept = Kept()
#: The files that have a test which needs the browser.
with_browser = set()


@pytest.fixture(scope="module")
def browser():
    """Return the machine's browser; without one, leave out what needs it."""
    try:
        return kept.start()
    except chromium.MissingError as missing:
        pytest.skip(f"{NO_BROWSER}: {missing}")


@pytest.hookimpl(trylast=True)
def pytest_runtest_teardown(item, nextitem):
    """Close the browser where the next file has no use for it."""
    if nextitem is None or (nextitem.path != item.path and nextitem.path not in with_browser):
        kept.stop()


NO_BROWSER = "without a browser"


def left_out(config):
    """Return why tests were left out for want of a browser, once for each of them."""
    terminal = config.pluginmanager.get_plugin("terminalreporter")  # a worker of xdist has none
    skipped = terminal.stats.get("skipped", []) if terminal else []
    reasons = [str(report.longrepr[2]) for report in skipped]
    return [reason for reason in reasons if NO_BROWSER in reason]


@pytest.hookimpl(tryfirst=True)
def pytest_sessionfinish(session):
    """Where somebody else relies on the result, what was left out is a failure: one, at the end."""
    if os.environ.get("CI") and left_out(session.config):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter, config):
    """Say how many tests were left out, why, and what mends it."""
    if reasons := left_out(config):
        terminalreporter.section("left out", red=True)
        why = reasons[0].partition(f"{NO_BROWSER}: ")[2]
        terminalreporter.line(f"Tests that were left out: {len(reasons)}. {why}", red=True)
        if os.environ.get("CI"):
            terminalreporter.line("CI is set, so that this is a failure.", red=True)


@contextmanager
def tab(browser, site, *, width=1280, height=900, dark=False, **options):
    """Give an empty tab with a cache of its own, and a function that fails if it has seen a fault.

    That is: a page in it has asked another host for something, or has complained in the reader's
    console. Further options are those of Playwright's ``new_context``.
    """
    wrong = []

    def asked(request):
        if not request.url.startswith((site, "data:", "blob:")):
            wrong.append(f"asked for {request.url}")

    def complained(message):
        if message.type in ("warning", "error"):
            wrong.append(message.text)

    def check():
        found = [*wrong]
        wrong.clear()
        assert not found, "\n".join([page.url, *found])

    with browser.new_context(
        viewport={"width": width, "height": height},
        color_scheme="dark" if dark else "light",
        **options,
    ) as context:
        context.on("request", asked)
        page = context.new_page()
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("console", complained)
        yield page, check


@pytest.fixture
def visit(browser, site):
    """Return a function that opens a page of the book: visit(path, width=…, dark=…) -> Page."""
    checks = []
    with ExitStack() as tabs:

        def visit(path, **options):
            page, check = tabs.enter_context(tab(browser, site, **options))
            checks.append(check)
            page.goto(f"{site}/{path}")
            return page

        yield visit
        for check in checks:
            check()


@pytest.fixture(scope="module")
def left(browser):
    """Return what closes tabs, and those that earlier tests have left, by their options."""
    with ExitStack() as tabs:
        yield tabs, defaultdict(list)


@pytest.fixture
def revisit(browser, site, left):
    """Do as `visit` in a tab that an earlier test has left, which takes half the time.

    For tests that leave nothing at the tab itself: no handler, no route, no clock.
    """
    with reopening(browser, site, left) as revisit:
        yield revisit


@contextmanager
def reopening(browser, site, left):
    """Give a function that opens pages in the tabs that are left; leave them empty, and check."""
    tabs, free = left
    taken = []

    def reopen(path, *, width=1280, height=900, **options):
        kind = repr((site, sorted(options.items())))
        if not free[kind]:
            free[kind].append(tabs.enter_context(tab(browser, site, **options)))
        page, check = free[kind].pop()
        taken.append((kind, page, check))
        page.set_viewport_size({"width": width, "height": height})
        page.goto(f"{site}/{path}")
        return page

    yield reopen
    for kind, page, check in taken:
        page.evaluate("localStorage.clear(), sessionStorage.clear()")
        page.emulate_media(media="null")
        page.mouse.move(-1, -1)
        page.goto("about:blank")
        free[kind].append((page, check))
    for *_, check in taken:
        check()


@pytest.fixture(scope="session")
def gallery(html, tmp_path_factory):
    """Serve a folder for pages that hold their explorables alone, and return it and its address."""
    folder = tmp_path_factory.mktemp("gallery")
    shutil.copytree(html / "_static", folder / "_static")
    with serve(folder, path_of(html)) as address:
        yield folder, address


@pytest.fixture
def alone(browser, html, gallery, left):
    """Do as `revisit` with a page whose text is gone but for its explorables: a third of the time.

    Above and below is room, so that they have to be scrolled to, and away.
    """
    folder, address = gallery
    with reopening(browser, address, left) as reopen:

        def alone(path, **options):
            page = folder / path.partition("#")[0]
            if not page.exists():
                page.parent.mkdir(exist_ok=True)
                page.write_text(only_explorables(html / page.relative_to(folder)), encoding="utf-8")
            return reopen(path, **options)

        yield alone


def only_explorables(page):
    """Return a page without what its text has beside its explorables."""
    tree = lxml.html.fromstring(page.read_text(encoding="utf-8"))
    for figure in tree.cssselect("article figure[class*=explorable-]"):
        for outer in [figure, *figure.iterancestors()]:
            outer.set("data-kept", "")
    article = tree.find(".//article")
    kept = "descendant-or-self::*[@data-kept]"
    for beside in article.xpath(f"{kept}/*[not(@data-kept or self::script or ancestor::figure)]"):
        beside.drop_tree()
    article.set("style", "padding-block: 1500px")
    return lxml.html.tostring(tree.getroottree(), encoding="unicode")


# ---- Who runs what

#: What is dealt in the smallest shares comes last, so that no worker is left alone with a long one.
LAST = "tests/test_each_page.py"


def share(nodeid):
    """Return what is run together: a file, or of all pages the tests of one."""
    file, _, test = nodeid.partition("::")
    return f"{file}[{test.partition('[')[2]}" if file == LAST else file


class Scheduler(LoadScopeScheduling):
    """Hands each of xdist's workers one share after the other, whatever --dist says."""

    def _split_scope(self, nodeid):
        return share(nodeid)


def pytest_xdist_make_scheduler(config, log):
    """Deal shares in the order that `pytest_collection_modifyitems` has put them in."""
    config.option.loadscopereorder = False
    return Scheduler(config, log)


PICTURES = Path(__file__).parent / "pictures"
RECORD = os.environ.get("PICTURES") == "record"


def pytest_collection_modifyitems(items):
    """Mark what needs the built book, and put what needs a browser first.

    Where pictures are recorded, run only what has one.
    """
    for item in items:
        if "build" in getattr(item, "fixturenames", ()):
            item.add_marker("page")
    with_browser.update(i.path for i in items if "browser" in getattr(i, "fixturenames", ()))
    items.sort(key=lambda item: (item.nodeid.startswith(LAST), item.path not in with_browser))
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
