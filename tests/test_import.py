"""Importing nnlib is quick and quiet."""

import subprocess
import sys


def test_import_warns_of_nothing_and_brings_only_numpy_and_tqdm():
    code = (
        "import sys; before = set(sys.modules); import nnlib;"
        "names = {name.partition('.')[0] for name in set(sys.modules) - before};"
        "print(*sorted(names - set(sys.stdlib_module_names)))"
    )
    result = subprocess.run(
        [sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, check=False
    )
    assert result.stderr == ""
    assert {"matplotlib", "IPython"}.isdisjoint(result.stdout.split())
    assert result.stdout.split() == ["nnlib", "numpy", "tqdm"]
