"""Judge code that somebody has pasted, for the box on the page "Check your own".

Two functions go to `diagnose`, a program that runs goes to `watch`.
"""

import ast
import io
import math
import re
import textwrap
import types
from contextlib import redirect_stdout

import numpy as np

from nnlib._probe import options
from nnlib._recording import DERIVATIVE
from nnlib.contracts import diagnose
from nnlib.watch import watch

_PATH = "yours.py"
_PRINTED = 4000  # characters of the program's own output that are kept
#: Statements that only define something.
_STILL = (ast.FunctionDef, ast.ClassDef, ast.Import, ast.ImportFrom, ast.Assign, ast.AnnAssign)


def ask(source, pair=None, seconds=5.0):
    """Run pasted code, and say what its derivatives expect and what they are handed.

    The code runs in this process, with all of its rights.

    Parameters
    ----------
    source : str
        A program, or only functions, which may use ``np`` and ``math`` without importing them.
    pair : sequence of str, optional
        The names of the function and of its derivative; by default they are guessed from the names,
        or else from the order.
    seconds : float, optional
        How long to watch a program.

    Returns
    -------
    dict
        ``kind``, "program" or "functions"; ``code``, as in ``python -m nnlib``; ``title`` and
        ``text``, the verdict; ``lines``, a list of (line, message); ``names``, the functions to
        choose from; ``pair``, the two that were judged; ``printed``, the end of the program's own
        output.

    Examples
    --------
    >>> from nnlib._pasted import ask
    >>> answer = ask('''
    ... def f(x): return np.tanh(x)
    ... def df(x): return 1 - x * x
    ... ''')
    >>> answer["kind"], answer["pair"], answer["title"]
    ('functions', ['f', 'df'], 'df wants a, the output of f')
    """
    # A copy from a page may hold spaces of another kind, one from a notebook lines for the shell.
    source = textwrap.dedent(source.replace("\r\n", "\n").replace("\xa0", " "))
    source = re.sub(r"^[%!]", "#", source, flags=re.MULTILINE)
    answer = {"kind": "program", "lines": [], "names": [], "pair": [], "printed": ""}
    try:
        tree = ast.parse(source)
    except SyntaxError as error:
        line = error.lineno or 1
        return answer | {
            "code": 2,
            "title": f"Line {line} is not Python",
            "text": f"{error.msg}. Paste whole lines, without prompts such as >>>.",
            "lines": [(line, f"unknown: {error.msg}")],
        }
    if not tree.body:
        text = "Paste a function and its derivative, or a program that trains."
        return answer | {"code": 2, "title": "There is nothing in the box", "text": text}
    names = _functions(tree)
    if names and all(_still(statement) for statement in tree.body):
        return answer | _functions_alone(source, names, pair)
    printed = io.StringIO()
    with redirect_stdout(printed):
        watched = watch(source, _PATH, seconds=seconds)
    titles = {0: "Right, as far as was seen", 1: "Wrong", 3: "No verdict"}
    return answer | {
        "code": watched.code,
        "title": titles[watched.code],
        "text": watched.text,
        "lines": watched.lines,
        "printed": printed.getvalue()[-_PRINTED:],
    }


def _still(statement):
    """Whether a statement only defines something, and so trains no network."""
    if isinstance(statement, ast.Expr):
        return isinstance(statement.value, ast.Constant)
    return isinstance(statement, _STILL)


def _functions(tree):
    """Return the names of the functions and lambdas of a module, with their lines."""
    names = {}
    for statement in tree.body:
        if isinstance(statement, ast.FunctionDef):
            names[statement.name] = statement.lineno
        elif isinstance(statement, ast.Assign) and isinstance(statement.value, ast.Lambda):
            names |= {t.id: statement.lineno for t in statement.targets if isinstance(t, ast.Name)}
    return names


def _guess(names):
    """Return the names that look like those of the function and of its derivative."""
    slopes = [name for name in names if DERIVATIVE.search(name)]
    others = [name for name in names if name not in slopes]
    if slopes and others:
        related = [f for f in others if f.lower() in slopes[0].lower()]
        return [(related or others)[0], slopes[0]]
    return [names[0], names[-1]]


def _functions_alone(source, names, pair):
    pair = [name for name in pair or [] if name in names]
    pair = pair if len(pair) == 2 else _guess([*names])
    f, g = pair
    answer = {"kind": "functions", "names": [*names], "pair": pair}
    space = {"np": np, "numpy": np, "math": math}
    try:
        with redirect_stdout(io.StringIO()):
            exec(compile(source, _PATH, "exec"), space)
            owner = types.SimpleNamespace()  # for methods that were pasted without their class
            for name in names:
                code = getattr(space[name], "__code__", None)
                if code and code.co_varnames[:1] == ("self",):
                    space[name] = types.MethodType(space[name], owner)
                    setattr(owner, name, space[name])
            if f == g and not options(space[f]):
                text = "Paste its derivative as well, or the whole program."
                return answer | {"code": 2, "title": f"{f} is alone", "text": text}
            diagnosis = diagnose(space[f], space[g])
    except Exception as error:  # pasted code may raise whatever it likes
        text = f"{type(error).__name__}: {error}"
        return answer | {"code": 2, "title": "These two could not be judged", "text": text}
    titles = {
        "input": f"{g} wants z, the input of {f}",
        "output": f"{g} wants a, the output of {f}",
        "both": f"{g} is right for z and for a",
        "neither": f"{g} is not the slope of {f}",
        "undecided": "Undecided",
    }
    verdict = {"neither": "wrong", "undecided": "unknown"}.get(diagnosis.expects, "right")
    message = f"{verdict}: {titles[diagnosis.expects]}"
    return answer | {
        "code": diagnosis.code,
        "title": titles[diagnosis.expects],
        "text": str(diagnosis),
        "lines": [(names[g], message)],
    }
