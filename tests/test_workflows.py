"""What the workflows run is what a person can run at home: make targets, and nothing else."""

import re
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[1]
TARGETS = re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)


def commands():
    """Return what each step runs, as `workflow: command`, once for each entry of its matrix."""
    found = set()
    for path in sorted(ROOT.glob(".github/workflows/*.yml")):
        for job in yaml.safe_load(path.read_text(encoding="utf-8"))["jobs"].values():
            entries = job.get("strategy", {}).get("matrix", {}).get("include", [{}])
            for command in (step["run"] for step in job["steps"] if "run" in step):
                for entry in entries:
                    filled = re.sub(r"\${{ matrix\.(\w+) }}", lambda m, e=entry: e[m[1]], command)
                    found.add(f"{path.name}: {filled}")
    return sorted(found)


@pytest.mark.parametrize("command", commands())
def test_runs_a_make_target_and_nothing_else(command):
    match = re.fullmatch(r"[\w.-]+: make ([a-z-]+)", command)
    assert match, f"{command!r} is more than `make TARGET`"
    assert match[1] in TARGETS, f"the Makefile has no target {match[1]!r}"
