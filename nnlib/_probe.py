"""Call somebody else's function with numbers, and say why where it returns none.

The functions that `diagnose` is handed take numbers, arrays, rows, columns or lists; they print,
change their argument, return matrices or tensors, or want more than one argument. Everything that
can be tried is tried here; otherwise a sentence gives the call to write instead.
"""

import inspect
import math
import re
from dataclasses import dataclass

import numpy as np

from nnlib._words import apart

# Ways to hand over numbers, in the order in which they are tried.
ALONE = {
    "number": lambda x: x[0],
    "array": lambda x: x.copy(),
    "row": lambda x: x[np.newaxis].copy(),
    "list": lambda x: x.tolist(),
    "list of rows": lambda x: [x.tolist()],
}
TOGETHER = {
    "array": ALONE["array"],
    "row": ALONE["row"],
    "column": lambda x: x[:, np.newaxis].copy(),
    "square": lambda x: x.reshape(2, -1).copy(),  # for matrices, whose * is another there
}


@dataclass(frozen=True)
class Mixing:
    """What a function does to a number when others stand beside it, in words.

    `typed` says that only the type of the array's numbers is at fault; `form`, a key of `TOGETHER`,
    says how the numbers were handed over.
    """

    text: str
    form: str
    typed: bool = False


class Probe:
    """A function of one number, called with one at a time; NaN where it returns none."""

    def __init__(self, function, role, short):
        if not callable(function):
            raise TypeError(f"{role} is {function!r:.80}; {_callable(function)}")
        name = getattr(function, "name", getattr(function, "__name__", None))
        self.named = isinstance(name, str) and not name.startswith("<")
        self.name = name if self.named else short
        self.function, self.role = function, role
        self.form, self.error, self.changes, self.matrix = None, None, False, False

    def __call__(self, x):
        return np.array([self._one(v) for v in x.ravel()[:, np.newaxis]]).reshape(x.shape)

    def _one(self, x):
        for form in [self.form] if self.form else ALONE.values():
            try:
                values = self.function(form(x))
                self.matrix = self.matrix or isinstance(values, np.matrix)
                values = np.asarray(values)
                if values.size != 1:
                    raise ValueError(f"it returned {values.size} numbers for one")
                value = float(values.item())
            except Exception as error:  # whatever the function may raise
                self.error = self.error or error
            else:
                if math.isfinite(value):
                    self.form = form
                    return value
                self.error = self.error or ValueError(f"it returned {value}")
        return np.nan

    def together(self, x, form):
        """Return what the function gives for several numbers at once, or None if it refuses."""
        argument = TOGETHER[form](x)
        before = argument.copy()
        try:
            values = np.asarray(self.function(argument))
            if values.dtype.kind == "c":
                return None
            values.astype(float)
        except Exception:  # takes no arrays, or no numbers outside its domain
            return None
        self.changes = self.changes or not np.array_equal(before, argument)
        return values

    def mixes(self, x, alone):
        """Return the `Mixing` if the value at one number depends on the others beside it."""
        near = np.abs(x) < 3
        x, alone = x[near], alone[near]
        order = np.argsort(x)  # once with a positive number first, once with a negative one
        for form in ("array", "row", "column"):
            for i in (slice(None), order):
                found = self._mixes(x[i], alone[i], form)
                if found:
                    return found
        return self._mixes(x[:4], alone[:4], "square") if self.matrix else None

    def mixed(self, mixing):
        """Whether `mixing` is about this function."""
        return mixing.text.startswith(f"{self.name} mixes")

    def _mixes(self, x, alone, form):
        values = self.together(x, form)
        if values is None:
            return None
        if values.size not in (1, x.size):
            if form != "array" or not np.isfinite(alone).any():
                return None
            text = f"{self.name} returns {values.size} numbers for an array of {x.size}"
            return Mixing(text, form)
        together = np.broadcast_to(values.astype(float).ravel(), x.shape)
        margin = 5e-3 * np.abs(alone) + 1e-4 * np.nanmax(np.abs(alone))
        off = np.isfinite(together) & ~(np.abs(together - alone) <= margin)
        if not off.any():
            return None
        typed = values.dtype.kind in "iub" and (together[off] == np.trunc(alone[off])).all()
        i = np.argmax(off)
        one, among = apart(alone[i], together[i])
        text = f"{x[i]:.3g} alone gives {one}, and among {x.size - 1} other numbers {among}"
        if typed:
            return Mixing(text, form, typed=True)
        return Mixing(f"{self.name} mixes the elements of an array: {text}", form)

    def give_up(self):
        """Raise, with the reason that the function itself gave and what to write instead."""
        raise ValueError(
            f"the {self.role}, {self.name}, returned a real number at none of the points tried. "
            f"{_advice(self)} Its first error was {type(self.error).__name__}: {self.error}"
        )


def flag(function):
    """Return the argument that turns a function into its derivative, with its other value.

    Such an argument has the default True or False, or a name that speaks of derivatives. None if
    there is none.
    """
    for name, default in _options(function).items():
        telling = any(word in name.lower() for word in ("deriv", "prime", "grad", "back", "diff"))
        if isinstance(default, bool) or (
            telling and (default is None or isinstance(default, (int, float)))
        ):
            return name, not default
    return None


def options(function):
    """Return the names of a function's optional arguments after its first one."""
    return list(_options(function))


def _options(function):
    if not inspect.isroutine(function) or inspect.isbuiltin(function):
        return {}  # NumPy's own functions have such arguments for other purposes
    after = list((_parameters(function) or {}).items())[1:]
    return {name: p.default for name, p in after if p.default is not p.empty}


def call(function, name):
    """Return how a reader would name a function in a call: a method needs its object."""
    owner, name = getattr(function, "__self__", None), name.rpartition(" ")[2]
    return f"layer.{name}" if owner is not None and not inspect.ismodule(owner) else name


def _parameters(function):
    try:
        return inspect.signature(function).parameters
    except (TypeError, ValueError):  # some that are written in C have none
        return None


def _callable(value):
    for method in ("forward", "backward"):
        if callable(getattr(value, method, None)):
            return f"give one of its methods, for example layer.{method}."
    return "give a function of one argument, without calling it: sigmoid, not sigmoid(z)."


def _advice(probe):
    """Return a sentence with the call to write instead of the one that failed."""
    function, name = probe.function, call(probe.function, probe.name)
    words = f"{probe.error} {getattr(function, '__module__', None)}"
    if "ensor" in words or "torch" in words:
        return (
            f"It works on tensors. Hand over a function of numbers: lambda z: "
            f"{name}(torch.tensor(z, dtype=torch.float64)).detach().numpy(), or what your library "
            f"calls it."
        )
    known_signature = _parameters(function) is not None
    parameters = _parameters(function) or {}
    known = [v for v in parameters.values() if v.kind not in (v.KEYWORD_ONLY, v.VAR_KEYWORD)]
    required = [
        key
        for key, value in parameters.items()
        if value.default is value.empty
        and value.kind not in (value.VAR_POSITIONAL, value.VAR_KEYWORD)
    ]
    if inspect.isclass(function):
        return (
            f"It is a class. Make an object, layer = {name}(…), and hand over one of its methods."
        )
    if inspect.isfunction(function) and len(required) > 1:
        owner = function.__qualname__.rpartition(".")[0].rpartition(".")[2]
        if owner.isidentifier():  # not <locals>
            lower = owner.lower()
            return (
                f"It is a method and its first argument, {required[0]}, is an object of the class "
                f"{owner}. Make one, {lower} = {owner}(…), and hand over {lower}.{probe.name}."
            )
    if len(required) > 1:
        return _bound(name, required, parameters)
    if known_signature and not known:
        stored = "(layer.forward(z), layer.backward())[1]"
        return (
            f"It must take one argument, but takes none. If it reads what its layer stored, make "
            f"the call that stores it as well: lambda z: {stored}. If it is a method, its "
            f"definition needs self."
        )
    if _takes_matrices(function):
        return (
            f"It works on np.matrix only. Hand over lambda z: np.asarray({name}(np.matrix(z))), "
            f"or, better, write it for arrays: NumPy advises against np.matrix."
        )
    if "object has no attribute" in words:
        return (
            f"It wants neither a number nor an array, but an object. Hand over a function that "
            f"makes one and takes the number out again: lambda z: float({name}(Tensor(z)))."
        )
    return "It must take one argument, a number or an array, and return as many numbers as it gets."


def _bound(name, required, parameters):
    """Say how to fix all arguments of a function but one."""
    gradient = [
        key for key in required if "grad" in key.lower() or re.match("d(out|y|a|z|elta)$", key)
    ]
    free = next((key for key in required if key not in gradient), required[0])
    given = []
    for key in required:
        value = "z" if key == free else "np.ones_like(z)" if key in gradient else "…"
        only = parameters[key].kind is inspect.Parameter.KEYWORD_ONLY
        given.append(f"{key}={value}" if only or value == "…" else value)
    arguments = f"{', '.join(required[:-1])} and {required[-1]}"
    ones = " The ones stand for the gradient that arrives from the next layer." if gradient else ""
    return (
        f"It takes {arguments}, but must take one argument. Hand over a function of the number "
        f"alone: lambda z: {name}({', '.join(given)}).{ones}"
    )


def _takes_matrices(function):
    try:
        return np.isfinite(float(np.asarray(function(np.matrix([[0.5]]))).item()))
    except Exception:
        return False
