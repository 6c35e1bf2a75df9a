"""Ask from a shell what a derivative expects.

``python -m nnlib file.py:sigmoid file.py:sigmoid_prime`` prints what `diagnose` finds out. The
files are executed, as ``import`` would do it: run it on code that you trust. Code under
``if __name__ == "__main__":`` is not run.

``python -m nnlib watch PROGRAM.py`` runs a whole program and says in which lines a derivative is
handed the wrong value; ``python -m nnlib watch --help`` says more.

Exit codes: 0 if the derivative is right (of the input, of the output, or of both), 1 if it is
neither, 2 if the command or a file is at fault, 3 if the evidence does not decide.
"""

import argparse
import runpy
import sys
from functools import cache
from pathlib import Path

from nnlib import watch
from nnlib.contracts import diagnose

EXIT = {"input": 0, "output": 0, "both": 0, "neither": 1, "undecided": 3}


@cache
def _run(path):
    """Execute a file, once, and return its names."""
    if not path.is_file():
        raise ValueError(f"there is no file {path}. Give file.py:function.")
    sys.path.insert(0, str(path.parent))  # for the modules beside it, as with `python file.py`
    try:
        return runpy.run_path(str(path))
    except (Exception, SystemExit) as error:
        raise ValueError(
            f"{path} was executed and stopped with {type(error).__name__}: {error}. "
            f'Put what should not run here under: if __name__ == "__main__":'
        ) from error


def _load(place):
    """Return the object that ``file.py:name`` or ``file.py:Class.name`` means."""
    path, colon, name = place.rpartition(":")
    if not (path and colon and name):
        raise ValueError(f"{place!r} names no function. Give file.py:function.")
    names = _run(Path(path))
    first, *rest = name.split(".")
    if first not in names:
        known = [key for key, value in names.items() if callable(value) and key[0] != "_"]
        raise ValueError(f"{path} has no {first!r}. It has: {', '.join(known) or 'no function'}.")
    found = names[first]
    for attribute in rest:
        if not hasattr(found, attribute):
            raise ValueError(f"{first!r} in {path} has no attribute {attribute!r}.")
        found = getattr(found, attribute)
    return found


def main(arguments=None):
    """Diagnose what the command line names, print the verdict, and return the exit code."""
    arguments = sys.argv[1:] if arguments is None else arguments
    if arguments[:1] == ["watch"]:
        return watch.main(arguments[1:])
    description, mark, codes = __doc__.replace("`", "").partition("Exit codes:")
    parser = argparse.ArgumentParser(
        prog="python -m nnlib", description=description, epilog=mark + codes
    )
    parser.add_argument("function", help="the function, as file.py:name")
    parser.add_argument("derivative", help="its derivative, as file.py:name or file.py:Class.name")
    given = parser.parse_args(arguments)
    try:
        diagnosis = diagnose(_load(given.function), _load(given.derivative))
    except (TypeError, ValueError) as error:
        print(f"python -m nnlib: {error}", file=sys.stderr)
        return 2
    print(diagnosis)
    return EXIT[diagnosis.expects]


if __name__ == "__main__":
    sys.stdout.reconfigure(errors="replace")  # where a terminal has no ′, it shows a question mark
    sys.exit(main())
