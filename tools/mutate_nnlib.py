"""Let mutmut change nnlib, one place at a time, and see that the tests notice each change.

`make mutants` does it in copies of the project, .mutants/MODULE, and compares the changes that no
test notices with tests/mutants.toml, which says why each may live. It fails if one is new, or if a
listed one is now noticed. `make mutants ONLY=network` does it for one module.

pytest loads this file too, as a plugin: a change stops at the first test that notices it, so the
tests that have noticed others in the same function come first.
"""

import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections import Counter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
COPIED = ["nnlib", "tests", "tools", "book", "conftest.py", "pyproject.toml", "requirements.txt"]
NOTICED = {"killed", "timeout", "segfault"}

# Which tests have to notice a change in a module, besides the examples in its docstrings. The
# command line, __main__, is missing: its tests start it as a program, where mutmut cannot follow.
TESTS = {
    "activations": ["activations", "all_activations"],
    "more_activations": ["all_activations"],
    "slopes": ["slopes", "network"],
    "_checks": ["checks", "network", "gradients", "all_activations"],
    "_progress": ["network"],
    "network": ["network"],
    "gradients": ["gradients", "gradient_check"],
    "exercises": ["exercises"],
    "ensemble": ["ensemble"],
    "contracts": ["contracts"],
    "_probe": ["contracts"],
    "_slope": ["contracts"],
    "_slips": ["contracts"],
    "_jacobian": ["contracts"],
    "_measure": ["gradient_check"],
    "_explain": ["gradient_check"],
    "_parameters": ["gradient_check"],
    "_words": ["contracts", "gradient_check"],
    "watch": ["watch"],
    "_recording": ["watch"],
    "_source": ["watch"],
    "_pasted": ["pasted"],
    "plots": ["plots"],
}
# Tried only where they are named, as in ONLY=watch. Each change in them is put to fifty programs,
# which takes half an hour for one module, and perhaps a third of the changes is not noticed yet.
BY_NAME = {"watch", "_recording", "_source"}

# Each mutated function is a copy with the same docstring, whose examples run only once. The slowest
# tests, which ask the same of more numbers or of chance, are left out, as are those that ask who
# called, since mutmut stands between. Without a test, more changes can go unnoticed, never fewer.
LEFT_OUT = ["__mutmut_", "stretched", "shares_are", "stays_at_a_half", "who_called"]

REMEDY = "Add a test; or, if a reader would not notice either, list it in tests/mutants.toml."
SETTINGS = """[mutmut]
source_paths = nnlib
only_mutate = nnlib/{module}.py
timeout_multiplier = 4
also_copy =
    book
    tools
    conftest.py
    requirements.txt
pytest_add_cli_args =
    -p
    mutate_nnlib
    -p
    no:cacheprovider
    -k
    {chosen}
pytest_add_cli_args_test_selection =
    nnlib/{module}.py
    {tests}
"""


def mutmut(folder, *arguments, show=False):
    """Run mutmut in a copy and return what it prints, or show it while it runs."""
    command = [sys.executable, "-m", "mutmut", *arguments]
    plugin = os.environ | {"PYTHONPATH": str(Path(__file__).parent)}
    result = subprocess.run(
        command, cwd=folder, env=plugin, capture_output=not show, text=True, check=True
    )
    return result.stdout


def noticing(config):
    """Return the file that names the tests which have noticed a change in this function."""
    function = os.environ["MUTANT_UNDER_TEST"].partition("__mutmut_")[0]
    return config.rootpath / f"{function}.noticed"


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config, items):
    """Put the tests first that have noticed most."""
    file = noticing(config)
    counts = Counter(file.read_text(encoding="utf-8").splitlines() if file.exists() else [])
    items.sort(key=lambda item: -counts[item.nodeid])


def pytest_exception_interact(node):
    """Write down which test has failed."""
    with noticing(node.config).open("a", encoding="utf-8") as file:
        file.write(f"{node.nodeid}\n")


def change(folder, name):
    """Return a mutant as (function, the lines it takes away, the lines it puts there)."""
    lines = mutmut(folder, "show", name).splitlines()
    lines = [line for line in lines if not line.startswith(("---", "+++", "#"))]
    old, new = (
        "\n".join(line[1:].strip() for line in lines if line.startswith(sign)) for sign in "-+"
    )
    module, function = re.fullmatch(r"nnlib\.(\w+)\.(.+)__mutmut_\d+", name).groups()
    function = function.replace("xǁ", "").replace("ǁ", ".").removeprefix("x_")
    return f"{module}.{function}", old, new


def run(module):
    """Return how many mutants a module has, and those that no test notices."""
    folder = ROOT / ".mutants" / module
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for name in COPIED:
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy2
        copy(ROOT / name, folder / name)
    tests = "\n    ".join(f"tests/test_{name}.py" for name in TESTS[module])
    chosen = " and ".join(f"not {words}" for words in LEFT_OUT)
    settings = SETTINGS.format(module=module, tests=tests, chosen=chosen)
    (folder / "setup.cfg").write_text(settings, encoding="utf-8")
    mutmut(folder, "run", "--max-children", "1", show=True)
    results = re.findall(r"^\s+(\S+): (.+)$", mutmut(folder, "results", "--all", "true"), re.M)
    return len(results), {change(folder, name) for name, how in results if how not in NOTICED}


def main(modules):
    """Try these modules, or all but BY_NAME, and return whether something is amiss."""
    listed = tomllib.loads((ROOT / "tests/mutants.toml").read_text(encoding="utf-8"))["mutant"]
    amiss = False
    for module in modules or [module for module in TESTS if module not in BY_NAME]:
        count, alive = run(module)
        known = {
            (entry["function"], entry["old"], entry["new"])
            for entry in listed
            if entry["function"].split(".")[0] == module
        }
        for function, old, new in sorted(alive - known):
            print(f"no test notices, in {function}:\n- {old}\n+ {new}\n{REMEDY}\n")
        for function, old, new in sorted(known - alive):
            print(f"listed, but gone or noticed, in {function}:\n- {old}\n+ {new}\n")
        noticed = f"{count - len(alive)} of {count} noticed"
        print(f"{module}: {noticed}, {len(alive & known)} listed as harmless", flush=True)
        amiss |= alive != known
    return amiss


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
