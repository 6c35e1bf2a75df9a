"""Start this machine's Chromium, to print, draw or test the book's pages.

    python tools/chromium.py

says whether there is one, and fetches Playwright's own if there isn't, as `make test` does.
"""

import os
import platform
import shutil
import signal
import subprocess
import sys
from contextlib import contextmanager

from playwright.sync_api import Error, sync_playwright

FETCH = ["-m", "playwright", "install", "--only-shell", "chromium"]
SECONDS = 300  # to fetch a hundred megabytes


class MissingError(Exception):
    """There is no browser; the message says what was tried and how to get one."""


def candidates():
    """Yield, best first, how Playwright would launch each browser that may be there."""
    if named := os.environ.get("CHROMIUM"):
        yield {"executable_path": named}
        return
    # Debian has chromium without a window as a program of its own, which takes half the time.
    if path := shutil.which("chromium-headless-shell"):
        yield {"executable_path": path}
    yield {}  # Playwright's own
    # On macOS and Windows nothing is on the path, but Playwright knows where these are.
    yield {"channel": "chrome"}
    yield {"channel": "msedge"}
    for path in filter(None, map(shutil.which, ("chromium", "chromium-browser"))):
        yield {"executable_path": path}


def remedy():
    """Return the one command that brings a browser to this machine."""
    if os.environ.get("CHROMIUM"):
        return "unset CHROMIUM"
    try:
        system = platform.freedesktop_os_release()["ID"]
    except OSError:  # neither Linux nor its kin
        system = ""
    if system == "debian":
        return "sudo apt install chromium-headless-shell"
    if system == "ubuntu":  # its own chromium does not let itself be driven
        return f"{sys.executable} -m playwright install --with-deps --only-shell chromium"
    return " ".join([sys.executable, *FETCH])


@contextmanager
def started():
    """Give Playwright's browser, and close it at the end.

    Raises
    ------
    MissingError
        If no browser starts.
    """
    sandbox = getattr(os, "geteuid", lambda: 1)() != 0  # root may have none
    refused = []
    with sync_playwright() as playwright:
        for how in candidates():
            try:
                browser = playwright.chromium.launch(
                    chromium_sandbox=sandbox,
                    # Letters stand where their shapes put them, and not on the grid of one screen.
                    args=["--font-render-hinting=none"],
                    **how,
                )
            except Error as error:
                refused.append(str(error).partition("\n")[0].removeprefix("BrowserType.launch: "))
                continue
            yield browser
            browser.close()
            return
    raise MissingError(f"no Chromium starts ({'; '.join(refused)}). This mends it: {remedy()}")


def main():
    """Say whether there is a browser, and where there is none, fetch Playwright's own."""
    try:
        with started() as browser:
            print(f"The tests of the pages have Chromium {browser.version}.")
            return
    except MissingError as error:
        if os.environ.get("CHROMIUM"):
            print(error)
            return
    print(f"There is no browser. Fetching Playwright's takes {SECONDS // 60} minutes at most.")
    print("It has come." if fetch() else "It has not come: the tests of the pages are left out.")


def fetch():
    """Let Playwright fetch its own browser, and return whether it came in time."""
    process = subprocess.Popen([sys.executable, *FETCH], start_new_session=True)
    try:
        return process.wait(SECONDS) == 0
    except subprocess.TimeoutExpired:
        return False
    finally:
        if process.poll() is None:  # also after Ctrl-C; what fetches is a child of the process
            getattr(os, "killpg", os.kill)(process.pid, signal.SIGTERM)
            process.wait()


if __name__ == "__main__":
    main()
