"""Ask from a shell what a derivative expects.

``python -m nnlib file.py:sigmoid file.py:sigmoid_prime`` prints what `diagnose` finds. The files
are executed, as ``import`` would: use it only on code that you trust. Code under
``if __name__ == "__main__":`` is not run.

``python -m nnlib watch PROGRAM.py`` runs a whole program and names the lines that hand a derivative
the wrong value; ``python -m nnlib watch --help`` says more.

Exit codes: 0 if the derivative is right (of the input, of the output, or of both), 1 if it is
neither, 2 if the command or a file is at fault, 3 if the evidence does not decide.
"""

import argparse
import runpy
import sys
import tokenize
from functools import cache
from pathlib import Path

from nnlib.contracts import diagnose
from nnlib.watch import watch


def _refuse_notebook(path):
    """Raise ValueError if a file is a notebook."""
    if path.suffix == ".ipynb":
        raise ValueError(
            f"{path} is a notebook; give a program. Export it with jupyter nbconvert "
            f"--to script {path}, and name {path.with_suffix('.py')} instead."
        )


@cache
def _run(path):
    """Execute a file, once, and return its names."""
    _refuse_notebook(path)
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
    """Return the object that ``file.py:name`` or ``file.py:Class.name`` names."""
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


_DESCRIPTION = """\
Run a program unchanged for a few seconds. For each function in it that computes a slope, say
whether it expects the input z or the output a, and what each line hands it.

The program runs with your own rights, as `python PROGRAM.py` would: watch only what you would run.
Its files are not changed. What it prints appears as always, followed by the verdict. Figures are
not shown. When the time is up, the program is stopped where it is; a shorter one runs to its end.
"""
_CODES = """\
exit codes: 1 if a slope is handed the wrong value or is right for neither, 0 if all slopes seen are
right, 3 if none was recognised (the verdict then says what to do instead), 2 if the command or the
program is at fault.
"""


def _watch(arguments):
    """Watch the program that the command line names, print the verdict, return the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m nnlib watch",
        description=_DESCRIPTION,
        epilog=_CODES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "--seconds",
        type=float,
        default=5.0,
        help="how long to watch; importing does not count (%(default)g)",
    )
    parser.add_argument("program", metavar="PROGRAM.py", help="the program")
    parser.add_argument(
        "arguments", nargs=argparse.REMAINDER, help="arguments for the program itself"
    )
    given = parser.parse_args(arguments)
    out = sys.stdout
    try:
        if not given.seconds > 0:
            raise ValueError(f"--seconds is {given.seconds:g}; give a number above 0.")
        source = _read(given.program)
        folder = str(Path(given.program).resolve().parent)
        watched = watch(source, given.program, given.arguments, given.seconds, folder)
    except ValueError as error:
        print(f"python -m nnlib watch: {error}", file=sys.stderr)
        return 2
    except SyntaxError as error:
        print(
            f"python -m nnlib watch: {Path(error.filename or given.program).name}:{error.lineno} "
            f"is not Python: {error.msg}. Does `python {given.program}` run?",
            file=sys.stderr,
        )
        return 2
    sys.stdout = out
    print(f"\n--- nnlib watch ---\n{watched}", flush=True)
    return watched.code


def _read(program):
    path = Path(program)
    _refuse_notebook(path)
    if path.is_dir():
        raise ValueError(f"{program} is a folder. Give the program in it that starts training.")
    if not path.is_file():
        raise ValueError(f"there is no file {program}. Give a program, PROGRAM.py.")
    try:
        with tokenize.open(path) as file:
            return file.read()
    except (SyntaxError, UnicodeDecodeError, OSError) as error:
        raise ValueError(f"{program} cannot be read: {error}.") from error


def main(arguments=None):
    """Diagnose what the command line names, print the verdict, and return the exit code."""
    arguments = sys.argv[1:] if arguments is None else arguments
    if arguments[:1] == ["watch"]:
        return _watch(arguments[1:])
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
    return diagnosis.code


if __name__ == "__main__":
    sys.stdout.reconfigure(errors="replace")  # where a terminal has no ′, it shows a question mark
    sys.exit(main())
