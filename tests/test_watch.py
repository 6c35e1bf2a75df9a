"""`watch` on whole programs: what it says of each line, and when it says nothing.

The programs are in tests/cases. A comment in a line that calls a slope tells the truth about it:
right, wrong, or unknown.
"""

import builtins
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from nnlib.__main__ import main
from nnlib.watch import watch

CASES = Path(__file__).parent / "cases"
PROGRAMS = sorted(p for p in CASES.glob("*.py") if p.name != "conftest.py")
TRUTH = re.compile(r"# ((?:right|wrong|unknown)(?:, wrong)?)$")


def truth(path):
    """Return the verdicts that a file's comments state, as pairs (line, verdict)."""
    lines = enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
    marked = [(number, found[1]) for number, line in lines if (found := TRUTH.search(line))]
    return [(number, word) for number, words in marked for word in words.split(", ")]


def verdicts(watched):
    return [(line, message.partition(":")[0]) for line, message in watched.lines]


@pytest.mark.parametrize("path", PROGRAMS, ids=lambda path: path.stem)
def test_a_program(path):
    source = path.read_text(encoding="utf-8")
    expected = truth(path)
    watched = watch(source, str(path))
    kinds = {verdict for _, verdict in expected}
    assert verdicts(watched) == expected, watched.text
    assert watched.code == (1 if "wrong" in kinds else 0 if "right" in kinds else 3), watched.text


# What a run must not do


WRONG = """
import math
def sigmoid(z):
    return 1 / (1 + math.exp(-z))
def sigmoid_prime(z):
    return sigmoid(z) * (1 - sigmoid(z))
for k in range(20):
    a = sigmoid(0.1 + k / 7)
    sigmoid_prime(a)
"""


def said(source, **options):
    watched = watch(WRONG + source, **options)
    assert verdicts(watched) == [(9, "wrong")], watched.text
    return watched.text


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("", "program.py ran to its end."),
        ("raise ValueError('too late')", "program.py stopped with ValueError: too late"),
        ("raise SystemExit(4)", "program.py ran to its end."),
        ("while True: k = 1", "program.py was stopped after 1 seconds of watching."),
        ("while True: pass", "was stopped after 1 seconds"),
        ("import time\nwhile True:\n    time.sleep(0.01)", "was stopped after 1 seconds"),
        (
            "while True:\n    try:\n        math.sqrt(2.0)\n    except Exception:\n        pass",
            "was stopped after 1 seconds",
        ),
        (
            "while True:\n    try:\n        math.sqrt(2.0)\n    except:\n        pass",
            "was stopped after 1 seconds",
        ),
    ],
)
def test_however_a_program_ends_there_is_a_verdict(source, words):
    assert words in said(source, seconds=1 if "while" in source else 30)


def test_a_program_reports_its_error_as_python_does(capsys):
    said("def fails():\n    return 1 / 0\nfails()")
    error = capsys.readouterr().err
    assert error.startswith("Traceback (most recent call last):\n")
    assert error.endswith("ZeroDivisionError: division by zero\n")
    assert "_recording.py" not in error


def test_what_an_exported_notebook_asks_of_ipython_is_not_done():
    watched = watch("get_ipython().run_line_magic('matplotlib', 'inline')\n" + WRONG)
    assert verdicts(watched) == [(10, "wrong")], watched.text


def test_importing_is_off_the_clock(tmp_path):
    (tmp_path / "slow.py").write_text("import wait\n")
    (tmp_path / "wait.py").write_text("pass\n")
    (tmp_path / "site-packages").mkdir()
    library = tmp_path / "site-packages" / "library_of_this_test.py"
    library.write_text("import time\ntime.sleep(0.5)\n")
    source = f"import sys\nsys.path.append({str(library.parent)!r})\nimport library_of_this_test\n"
    watched = watch(source + WRONG, seconds=0.4)
    assert watched.code == 1


def test_what_the_program_prints_appears_once(capsys):
    said("print(sigmoid(0.0))")
    noisy = WRONG.replace("return sigmoid(z)", "print('called')\n    return sigmoid(z)")
    watch(noisy)
    out = capsys.readouterr().out
    assert out.splitlines() == ["0.5"] + ["called"] * 20  # diagnose has called it 800 times


def test_everything_is_put_back():
    kept = sys.argv, list(sys.path), sys.modules["__main__"], dict(os.environ), sys.gettrace()
    names, written, imported = set(dir(builtins)), sys.dont_write_bytecode, builtins.__import__
    finders = list(sys.meta_path)
    for source in ("", "raise KeyError", "import sys\nsys.argv.append('x')\nsys.path.clear()"):
        said(source, folder=str(CASES))
    assert (sys.argv, sys.path, sys.modules["__main__"], os.environ, sys.gettrace()) == kept
    assert (set(dir(builtins)), sys.dont_write_bytecode) == (names, written)
    assert (builtins.__import__, sys.meta_path) == (imported, finders)


def test_a_function_that_writes_is_not_called_again(tmp_path):
    source = f"""
import math
def sigmoid(z):
    with open({str(tmp_path / "log")!r}, "a") as file:
        file.write("x")
    return 1 / (1 + math.exp(-z))
def sigmoid_prime(z):
    e = math.exp(-z)
    return e / (1 + e) ** 2
for k in range(20):
    sigmoid_prime(sigmoid(0.1 + k / 7))
"""
    watched = watch(source)
    assert (tmp_path / "log").read_text() == "x" * 20
    assert verdicts(watched) == [(11, "wrong")], watched.text  # by nnlib's own sigmoid


def test_the_program_sees_itself_as_main(capsys):
    source = """
import sys, pickle
from dataclasses import dataclass
@dataclass
class Layer:
    width: "int"
if __name__ == "__main__":
    print(sys.argv[1:], __file__, pickle.loads(pickle.dumps(Layer(3))))
"""
    assert watch(source, "net.py", ["--rate", "2"]).code == 3
    assert capsys.readouterr().out == "['--rate', '2'] net.py Layer(width=3)\n"


def test_lines_are_of_the_program_and_not_of_modules_beside_it(capsys):
    folder = CASES / "beside"
    path = str(folder / "main.py")
    watched = watch((folder / "main.py").read_text(), path, ["1"], folder=str(folder))
    assert verdicts(watched) == truth(folder / "main.py") == [(13, "wrong")]
    handed = [(Path(h.path), h.line, h.verdict) for h in watched.handed]
    assert (folder / "training.py", *truth(folder / "training.py")[0]) in handed
    assert "maths" not in sys.modules
    assert "training" not in sys.modules
    assert capsys.readouterr().err == "left early\n"


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("a = 0.5\nerror = a * (1 - a)", "written into a formula"),
        ("1 / 0", "The program stopped with an error. Mend that first"),
        ("while True: k = 1", "Did it get as far as training? If not, watch longer"),
        ("import torch.nn", "PyTorch computes its slopes itself"),
    ],
)
def test_silence_says_what_to_do_instead(source, words, monkeypatch):
    monkeypatch.setitem(sys.modules, "torch", sys)
    monkeypatch.setitem(sys.modules, "torch.nn", sys)
    watched = watch(source, seconds=0.1)
    assert (watched.code, watched.lines) == (3, [])
    assert "No verdict: no function was recognised that computes a slope." in watched.text
    assert words in watched.text
    assert "python -m nnlib FILE.py:f FILE.py:f_prime" in watched.text


def test_a_number_that_turns_up_by_chance_proves_nothing():
    source = WRONG.replace("0.1 + k / 7", "0.0").replace("sigmoid_prime(a)", "sigmoid_prime(0.5)")
    watched = watch(source)
    assert verdicts(watched) == [(9, "unknown")], watched.text
    assert watched.code == 3
    assert "the functions above were recognised, but not what they were handed" in watched.text


# From a shell


def shell(*arguments, cwd=CASES):
    return subprocess.run(
        [sys.executable, "-m", "nnlib", "watch", *arguments],
        capture_output=True,
        text=True,
        encoding="utf-8",
        env={**os.environ, "PYTHONIOENCODING": "utf-8"},
        check=False,
        cwd=cwd,
    )


def test_from_a_shell(tmp_path):
    shutil.copytree(
        CASES / "beside", tmp_path / "a b", ignore=shutil.ignore_patterns("__pycache__")
    )
    before = {p: p.read_bytes() for p in tmp_path.rglob("*") if p.is_file()}
    result = shell("a b/main.py", "4", cwd=tmp_path)
    assert (result.returncode, result.stderr) == (1, "left early\n")
    assert "\n--- nnlib watch ---\nmain.py ran to its end.\n" in result.stdout
    assert "\n  logistic_prime is logistic′ of the input: call it with z." in result.stdout
    assert "\n  main.py:13 wrong: logistic_prime wants the input z of logistic and" in result.stdout
    assert result.stdout.endswith("\nWrong: main.py:13.\n")
    assert {p: p.read_bytes() for p in tmp_path.rglob("*") if p.is_file()} == before


def test_from_a_shell_a_right_program_and_a_silent_one():
    right = shell("lambdas.py")
    assert right.returncode == 0
    assert right.stdout.endswith("Right: every slope seen, in every line above.\n")
    silent = shell("--seconds", "0.5", "growth.py")
    assert silent.returncode == 3
    assert silent.stdout.startswith("0.")  # what it prints itself
    assert "What to do instead:" in silent.stdout


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("gone.py", "there is no file gone.py. Give a program, PROGRAM.py."),
        ("folder", "folder is a folder. Give the program in it that starts training."),
        ("net.ipynb", "jupyter nbconvert --to script net.ipynb, and name net.py instead."),
        ("broken.py", "broken.py:2 is not Python: '(' was never closed. Does `python broken.py`"),
        ("latin.py", "latin.py cannot be read: "),
    ],
)
def test_from_a_shell_with_a_mistake(tmp_path, name, words, monkeypatch, capsys):
    (tmp_path / "folder").mkdir()
    (tmp_path / "net.ipynb").write_text("{}")
    (tmp_path / "broken.py").write_text("x = 1\ny = (\n")
    (tmp_path / "latin.py").write_bytes(b"x = '\xe9'\n")
    monkeypatch.chdir(tmp_path)
    assert main(["watch", name]) == 2
    captured = capsys.readouterr()
    assert captured.err.startswith("python -m nnlib watch: ")
    assert words in captured.err
    assert captured.out == ""


def test_no_time_is_no_watching(capsys):
    assert main(["watch", "--seconds", "0", str(CASES / "growth.py")]) == 2
    assert "--seconds is 0; give a number above 0." in capsys.readouterr().err


def test_the_help_says_with_which_rights_it_runs(capsys):
    with pytest.raises(SystemExit):
        main(["watch", "--help"])
    text = " ".join(capsys.readouterr().out.split())
    assert "runs with your own rights" in text
    assert "Its files are not changed." in text
    assert "When the time is up, the program is stopped" in text
    assert "exit codes: 1 if" in text
    with pytest.raises(SystemExit):
        main(["--help"])
    assert "python -m nnlib watch PROGRAM.py" in " ".join(capsys.readouterr().out.split())
