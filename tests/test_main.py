"""`python -m nnlib`: the verdict from a shell, its exit codes, and what a mistake gets told."""

import os
import subprocess
import sys

import pytest

FILE = """
import math
from beside import scale

def sigmoid(z):
    return scale / (1 + math.exp(-z))

def prime(a):
    return a * (1 - a)

def twice(z):
    return prime(sigmoid(sigmoid(z)))

def stochastic(z, seen=[]):
    seen.append(z)
    return len(seen)

class Layer:
    prime = staticmethod(prime)

print("executed")
if __name__ == "__main__":
    raise RuntimeError("training")
"""


def shell(folder, *arguments):
    return subprocess.run(
        [sys.executable, "-m", "nnlib", *arguments],
        capture_output=True,
        text=True,
        encoding="utf-8",
        env={"PYTHONIOENCODING": "utf-8", **os.environ},
        check=False,
        cwd=folder,
    )


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "code.d").mkdir()
    (tmp_path / "code.d" / "net.py").write_text(FILE, encoding="utf-8")
    (tmp_path / "code.d" / "beside.py").write_text("scale = 1.0\n")
    (tmp_path / "broken.py").write_text("1 / 0\n")
    (tmp_path / "leaves.py").write_text("raise SystemExit(0)\n")
    return tmp_path


@pytest.mark.parametrize(
    ("derivative", "code", "words"),
    [
        ("prime", 0, "prime is sigmoid′ of the output: call it with a."),
        ("Layer.prime", 0, "call it with a."),
        ("twice", 1, "Likely slip: it applies sigmoid twice inside"),
        ("stochastic", 3, "Undecided: stochastic gave two answers"),
    ],
)
def test_from_a_shell(folder, derivative, code, words):
    result = shell(folder, "code.d/net.py:sigmoid", f"code.d/net.py:{derivative}")
    assert (result.returncode, result.stderr) == (code, "")
    assert words in result.stdout
    assert result.stdout.count("executed") == 1  # one file, run once


@pytest.mark.parametrize(
    ("place", "words"),
    [
        ("code.d/net.py", "names no function. Give file.py:function."),
        ("gone.py:f", "there is no file gone.py"),
        ("code.d/net.py:primes", "has no 'primes'. It has: scale"),
        ("code.d/net.py:Layer.slope", "'Layer' in code.d/net.py has no attribute 'slope'"),
        ("code.d/net.py:scale", "derivative is 1.0; give a function"),
        ("broken.py:f", "was executed and stopped with ZeroDivisionError"),
        ("leaves.py:f", "was executed and stopped with SystemExit"),
    ],
)
def test_from_a_shell_with_a_mistake(folder, place, words):
    result = shell(folder, "code.d/net.py:sigmoid", place)
    assert result.returncode == 2
    assert words.replace("It has: scale", "It has: ") in result.stderr
    assert "Traceback" not in result.stderr


def test_a_terminal_without_primes(folder, monkeypatch):
    monkeypatch.setenv("PYTHONIOENCODING", "ascii")
    result = shell(folder, "code.d/net.py:sigmoid", "code.d/net.py:prime")
    assert result.returncode == 0
    assert "prime is sigmoid? of the output" in result.stdout


def test_the_shell_says_that_files_are_executed(folder):
    result = shell(folder, "--help")
    assert result.returncode == 0
    assert "are executed" in result.stdout
    assert shell(folder).returncode == 2


def test_a_notebook_is_to_be_exported(tmp_path):
    (tmp_path / "net.ipynb").write_text('{"metadata": {"execution_count": null}}')
    result = shell(tmp_path, "net.ipynb:f", "net.ipynb:g")
    assert result.returncode == 2
    assert "net.ipynb is a notebook" in result.stderr
    assert "jupyter nbconvert" in result.stderr
