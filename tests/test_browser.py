"""Without a browser, what needs one is left out, and said so: how many, why, and what mends it."""

import os
import subprocess
import sys
from types import SimpleNamespace

import chromium
import pytest

import conftest


def run_without(tmp_path, command, **environment):
    names = {"CHROMIUM": str(tmp_path / "nowhere"), "BOOK": str(tmp_path), **environment}
    return subprocess.run(
        [sys.executable, *command],
        cwd=conftest.ROOT,
        env=os.environ | names,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )


def test_without_a_browser_the_last_lines_say_what_was_left_out(tmp_path):
    """One test that needs a browser, and one that does not; under CI, that is one failure."""
    files = ["tests/test_slope_explorer.py", "tests/test_binder.py"]
    chosen = ["-k", "from_a_folder or our_lock", "-p", "no:cacheprovider"]
    result = run_without(tmp_path, ["-m", "pytest", "-q", *chosen, *files], CI="true")
    assert result.returncode == 1, result.stdout
    assert "1 passed, 1 skipped" in result.stdout
    last = result.stdout.rpartition(" left out ")[2]
    assert "Tests that were left out: 1. no Chromium starts" in last
    assert "nowhere" in last
    assert "This mends it: unset CHROMIUM" in last
    assert "CI is set" in last


@pytest.mark.parametrize(("ci", "status"), [("", 0), ("true", 1)])
def test_what_is_left_out_fails_only_where_others_rely_on_it(ci, status, monkeypatch):
    monkeypatch.setenv("CI", ci)
    report = SimpleNamespace(longrepr=("file", 1, f"Skipped: {conftest.NO_BROWSER}: none"))
    terminal = SimpleNamespace(stats={"skipped": [report]})
    plugins = SimpleNamespace(get_plugin={"terminalreporter": terminal}.get)
    config = SimpleNamespace(pluginmanager=plugins)
    session = SimpleNamespace(config=config, exitstatus=0)
    conftest.pytest_sessionfinish(session)
    assert session.exitstatus == status


def test_the_command_that_make_gives_first_says_so_too(tmp_path):
    result = run_without(tmp_path, ["tools/chromium.py"])
    assert result.returncode == 0
    assert "This mends it: unset CHROMIUM" in result.stdout


@pytest.mark.parametrize(
    ("system", "command"),
    [
        ("debian", "apt install chromium-headless-shell"),
        ("ubuntu", "playwright install --with-deps --only-shell chromium"),
        ("arch", "playwright install --only-shell chromium"),
    ],
)
def test_the_remedy_is_one_command_of_this_system(system, command, monkeypatch):
    monkeypatch.delenv("CHROMIUM", raising=False)
    monkeypatch.setattr("platform.freedesktop_os_release", lambda: {"ID": system})
    assert chromium.remedy().endswith(command)


def test_what_is_there_is_tried_the_fastest_first(monkeypatch):
    monkeypatch.delenv("CHROMIUM", raising=False)
    monkeypatch.setattr("shutil.which", lambda name: f"/bin/{name}")
    tried = [" ".join(map(str, how.values())) for how in chromium.candidates()]
    assert tried == [
        "/bin/chromium-headless-shell",
        "",  # Playwright's own
        "chrome",
        "msedge",
        "/bin/chromium",
        "/bin/chromium-browser",
    ]
    monkeypatch.setenv("CHROMIUM", "/mine")
    assert list(chromium.candidates()) == [{"executable_path": "/mine"}]


def test_a_download_that_takes_too_long_is_ended(monkeypatch):
    monkeypatch.setattr(chromium, "FETCH", ["-c", "import time; time.sleep(60)"])
    monkeypatch.setattr(chromium, "SECONDS", 0.1)
    assert not chromium.fetch()
