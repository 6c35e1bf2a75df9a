"""Start the chromium that this machine has, for what prints, draws or tests the book's pages."""

import os
import shutil
from contextlib import contextmanager

from playwright.sync_api import sync_playwright

#: Debian has chromium without a window as a program of its own, which takes half the time.
NAMES = (
    "chromium-headless-shell",
    "chromium",
    "chromium-browser",
    "google-chrome",
)
MISSING = (
    f"found none of {NAMES} on the path; "
    "set CHROMIUM to the program's path; on Debian: apt install chromium-headless-shell"
)


def find():
    """Return the program that CHROMIUM names, or the first on the path, or None."""
    return os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)


@contextmanager
def started():
    """Give Playwright's browser, and close it at the end.

    Raises
    ------
    FileNotFoundError
        If the machine has none.
    """
    program = find()
    if program is None:
        raise FileNotFoundError(MISSING)
    sandbox = getattr(os, "geteuid", lambda: 1)() != 0  # root may have none
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=program,
            chromium_sandbox=sandbox,
            # Letters stand where their shapes ask for, and not on the grid of one screen.
            args=["--font-render-hinting=none"],
        )
        yield browser
        browser.close()
