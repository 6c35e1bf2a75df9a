"""Let mutmut change nnlib, one place at a time, and see that the tests notice each change.

`make mutants` does it in a copy of the project, .mutants, and compares the changes that no test
notices with tests/mutants.toml, which says why each may live. It fails if one is new, if a listed
one is noticed by now, or if fewer than 95 of 100 are noticed. `make mutants ONLY=activations` does
it for one module. What mutmut has tried it need not try again until a function changes.
"""

import re
import shutil
import subprocess
import sys
import tomllib
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).parents[1]
WORK = ROOT / ".mutants"
MUTMUT = [sys.executable, "-m", "mutmut"]
COPIED = ["nnlib", "tests", "book", "pyproject.toml", "requirements.txt"]
NOTICED = {"killed", "timeout", "segfault"}
LEAST = 0.95


def copy():
    """Bring the copy up to date; a file that has not changed keeps its time, as mutmut wants."""
    for name in COPIED:
        for path in [ROOT / name, *(ROOT / name).rglob("*")]:
            target = WORK / path.relative_to(ROOT)
            if path.is_dir():
                target.mkdir(parents=True, exist_ok=True)
            elif not target.exists() or target.read_bytes() != path.read_bytes():
                shutil.copy2(path, target)


def mutmut(*arguments, quiet=True):
    """Run mutmut in the copy and return what it prints, or show it while it runs."""
    result = subprocess.run(
        [*MUTMUT, *arguments], cwd=WORK, capture_output=quiet, text=True, check=True
    )
    return result.stdout


def change(name):
    """Return a mutant as (function, the lines it takes away, the lines it puts there)."""
    lines = mutmut("show", name).splitlines()
    lines = [line for line in lines if not line.startswith(("---", "+++", "#"))]
    old, new = (
        "\n".join(line[1:].strip() for line in lines if line.startswith(sign)) for sign in "-+"
    )
    module, function = name.rsplit(".", 1)
    function = re.sub(r"__mutmut_\d+$", "", function)
    function = function.replace("xǁ", "").replace("ǁ", ".").removeprefix("x_")
    return f"{module}.{function}", old, new


def main(modules):
    """Run the mutants of the modules, or of all, and return whether something is amiss."""
    copy()
    mutmut("run", "--max-children", "1", *(f"nnlib.{m}.*" for m in modules), quiet=False)
    statuses = dict(re.findall(r"^\s+(\S+): (.+)$", mutmut("results", "--all", "true"), re.M))
    statuses = {
        name: status
        for name, status in statuses.items()
        if not modules or name.split(".")[1] in modules
    }
    alive = {change(name) for name, status in statuses.items() if status not in NOTICED}
    known = {
        (entry["function"], entry["old"], entry["new"])
        for entry in tomllib.loads((ROOT / "tests/mutants.toml").read_text("utf-8"))["mutant"]
        if not modules or entry["function"].split(".")[1] in modules
    }
    for function, old, new in sorted(alive - known):
        print(f"\nno test notices, in {function}:\n- {old}\n+ {new}")
    for function, old, new in sorted(known - alive):
        print(
            f"\nlisted in tests/mutants.toml, but gone or noticed, in {function}:\n- {old}\n+ {new}"
        )
    counts = Counter(name.split(".")[1] for name in statuses)
    noticed = Counter(name.split(".")[1] for name, s in statuses.items() if s in NOTICED)
    print()
    for module, count in counts.items():
        print(f"{module}: {noticed[module]} of {count} noticed")
    total, caught = counts.total(), noticed.total()
    print(f"all: {caught} of {total}, {caught / total:.1%}; {len(alive & known)} are known to live")
    return alive != known or caught < LEAST * total


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
