"""`watch` on whole programs: what it says of each line, and when it says nothing.

The programs are in tests/cases. A comment in a line that calls a slope tells the truth about it:
right, wrong, or unknown.
"""

import re
from pathlib import Path

import pytest

from nnlib.watch import watch

CASES = Path(__file__).parent / "cases"
PROGRAMS = sorted(p for p in CASES.glob("*.py") if p.name != "conftest.py")
TRUTH = re.compile(r"# ((?:right|wrong|unknown)(?:, wrong)?)$")


def truth(path):
    """Return the truth about a file's lines, as its comments have it: pairs (line, verdict)."""
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
