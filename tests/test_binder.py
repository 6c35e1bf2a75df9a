"""Binder and JupyterHub make the environment of our lock, and install nnlib into it."""

import os
import re
import sys

from test_book import ROOT

BINDER = ROOT / ".binder"


def test_installs_from_our_lock_and_nothing_else():
    lines = (BINDER / "requirements.txt").read_text(encoding="utf-8").split()
    assert lines == ["-r", "../requirements.txt"]  # pip looks from the file's own folder
    lock = (BINDER / lines[1]).resolve().read_text(encoding="utf-8")
    assert re.search(r"^jupyterlab==\S+ \\\n +--hash=", lock, re.M)


def test_its_python_is_one_that_nnlib_runs_on():
    wanted = (BINDER / "runtime.txt").read_text(encoding="utf-8")
    version = re.fullmatch(r"python-3\.(\d+)\n", wanted)
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    least = re.search(r'requires-python = ">=3\.(\d+)"', project)
    assert int(version[1]) >= int(least[1])


def test_installs_nnlib_last_as_make_does():
    script = BINDER / "postBuild"
    assert sys.platform == "win32" or os.access(script, os.X_OK)
    command = "--no-deps --no-build-isolation -e ."
    assert command in script.read_text(encoding="utf-8")
    assert command in (ROOT / "Makefile").read_text(encoding="utf-8")
