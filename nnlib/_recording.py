"""Run a program and record which numbers its functions got and gave; `nnlib.watch` judges them.

Python's own tracing (`sys.settrace`) reports each call and return in the program's files. It does
not see a ``np.tanh(x)`` or a ``1 / (1 + np.exp(-x))`` in the middle of a line; the hooks of
`nnlib._source` report those, and each turn of a loop, when the time may be up. The program has
builtins of its own with these hooks in them. Its files are only read.
"""

import builtins
import io
import math
import os
import re
import sys
import traceback
from collections import Counter, defaultdict, deque
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from importlib.machinery import PathFinder, SourceFileLoader
from pathlib import Path
from time import perf_counter
from types import CellType, FunctionType, ModuleType

import numpy as np

from nnlib._source import ARGUMENT, TICK, VALUE, Source

#: Names that people give to functions that compute a slope.
DERIVATIVE = re.compile(
    r"prime|deriv|grad|slope|backward|backprop|bprop|delta|diff"
    r"|(^|_)d(_|sig|tanh|logi|relu|act|soft|elu|silu|gelu|swish|[fghs]$|phi|$)|_d$|dx$|dz$",
    re.IGNORECASE,
)

_MOST = 256  # numbers of an array to look at
_PROBES = 12  # how many of these to look up where a call is judged
_CALLS = 100  # calls judged in one place
_ENOUGH = 2000  # calls without anything new before only new places are looked at
_GENERATION = 100_000  # numbers to remember, twice: the present ones and those before them
_ARGUMENTS, _VALUES = 64, 8  # how often to look at an expression before leaving it alone
_VARIANTS = 16  # how many sets of flags of one function to tell apart
_FLAGS = bool | np.bool_ | int | str | None


class Stop(BaseException):
    """The time is up. No ``except Exception`` in a program catches it."""


def sample(value):
    """Return the first numbers in `value` and its shape, or None if it does not hold numbers."""
    if isinstance(value, float):
        return [float(value)], ()
    if isinstance(value, int) and not isinstance(value, bool):
        return ([float(value)], ()) if abs(value) < 2**53 else None
    if isinstance(value, list | tuple) and value and len(value) <= 10_000:
        first = value[0]
        while isinstance(first, list | tuple) and first:
            first = first[0]
        if not isinstance(first, float | int | np.number | np.ndarray):
            return None
        try:
            value = np.asarray(value)
        except (ValueError, TypeError):  # rows of different lengths
            return None
    if not isinstance(value, np.ndarray | np.number) or value.dtype.kind not in "fiu":
        return None
    return value.ravel()[:_MOST].astype(float).tolist(), value.shape


def telling(x):
    """Whether a number is unlikely to turn up twice by chance, unlike 0, 1 and ½."""
    return math.isfinite(x) and x != int(x) and abs(x) != 0.5


class Slot:
    """A function of the program with one of its arguments, its other arguments held as they were.

    Two calls with different flags, ``nonlin(x)`` and ``nonlin(x, True)``, are two slots. `argument`
    is None for a method that only reads what its object keeps. `alike` says whether as many numbers
    come out as went in; otherwise only methods count. `flags` are the arguments that choose between
    branches, `others` the names of further arguments with as many numbers, `owner` a method's
    object at the first call. `pairs` are some numbers that went in, each with the one that came out
    for it, and `places` holds each `Place` that calls it, by place.
    """

    def __init__(self, call, argument, alike, tick):
        self.ident, self.argument, self.alike, self.code = call.ident, argument, alike, call.code
        self.name, self.path, self.line = call.name, call.code.co_filename, call.code.co_firstlineno
        self.flags, self.owner = call.flags, call.owner
        size = math.prod(call.numbers.get(argument, (None, ()))[1])
        self.others = [
            name
            for name, (_, shape) in call.numbers.items()
            if name != argument and math.prod(shape) == size
        ]
        self._call, self._tick = call, tick
        self.pairs, self.places = [], {}

    @property
    def value(self):
        """What the argument was in the first recorded call."""
        return self._call.values[self.argument]

    def function(self, free, owner=None):
        """Return the function of the arguments named, the others held as they were.

        `owner` takes the place of a method's object.
        """
        code, values = self.code, dict(self._call.values)
        cells = tuple(CellType(values.get(name)) for name in code.co_freevars)
        function = FunctionType(code, self._call.globals, code.co_name, None, cells)
        positional = code.co_argcount
        last = positional + code.co_kwonlyargcount
        rest = values.get(code.co_varnames[last], ()) if code.co_flags & 0x04 else ()
        if owner is not None:
            values[code.co_varnames[0]] = owner

        def call(*arguments):
            self._tick()
            now = values | dict(zip(free, arguments))
            given = [now[name] for name in code.co_varnames[:positional]]
            return function(*given, *rest, **{n: now[n] for n in code.co_varnames[positional:last]})

        return call


class Place:
    """One place in the program that calls a slot.

    Attributes
    ----------
    path, line
        Where it is.
    around
        The idents of the calls around it.
    handed
        For each call that was looked at: how many numbers were looked up; how many of them had been
        an input or an output, as a dictionary with keys (origin, "input" or "output"); the smallest
        and the largest number. An origin is (what, argument, idents of the calls around it), where
        what is an ident or, for an expression, the name of one of nnlib's activations.
    """

    def __init__(self, path, line, around):
        self.path, self.line, self.around, self.handed = path, line, around, []


class _Call:
    """A call that has not returned."""

    def __init__(self, recording, frame):
        self.code, self.globals = frame.f_code, frame.f_globals
        code, local = self.code, frame.f_locals
        count = code.co_argcount + code.co_kwonlyargcount + bool(code.co_flags & 0x04)
        names = [n for n in code.co_varnames[:count] if n in local]
        self.values = {n: local[n] for n in (*names, *code.co_freevars) if n in local}
        found = {n: sample(self.values[n]) for n in names}
        first = names[0] if "." in code.co_qualname and names else None
        method = first in ("self", "cls", "s", "this") and not found[first]
        self.owner = self.values[first] if method else None
        if method:
            del found[first]
        whole = {n: s for n, s in found.items() if s and isinstance(self.values[n], int)}
        self.numbers = {n: s for n, s in found.items() if s and n not in whole}
        if not self.numbers and whole:  # an int is a number where nothing else is
            name = next(iter(whole))
            self.numbers[name] = whole[name]
        self.flags = {
            n: self.values[n]
            for n in found
            if n not in self.numbers and isinstance(self.values[n], _FLAGS | tuple)
        }
        many = len(recording.variants[code]) >= _VARIANTS  # an int that counts steps is no flag
        marks = [f"{n}={type(v) if many else v!r:.40}" for n, v in self.flags.items()]
        marks += [
            getattr(self.values[n], "__qualname__", type(self.values[n]).__qualname__)
            for n in names
            if n not in self.numbers and n not in self.flags
        ]
        self.ident = (code, *marks)
        recording.variants[code].add(self.ident)
        self.name = recording.name(code)
        self.around = tuple(call.ident for call in recording.around)
        self.place = recording.place(frame)
        self.known = {n: recording.look_up(s[0]) for n, s in self.numbers.items()}


class Recording:
    """What one run of a program showed: its `slots`, by (ident, argument, alike), and how it ended.

    `end` is "finished", "stopped" after `seconds`, in which importing does not count, or "raised",
    with the `error`. `imported` names the packages that the program imported.
    """

    def __init__(self, seconds):
        self.slots, self.around, self.variants = {}, [], defaultdict(set)
        self.end, self.error, self.imported = "finished", None, set()
        self.seconds, self.deadline, self.paused = seconds, math.inf, None
        self.builtins = ModuleType("builtins")
        vars(self.builtins).update(vars(builtins), __import__=self._import)
        vars(self.builtins).update({ARGUMENT: self.hear, VALUE: self.judge, TICK: self.tick})
        self.builtins.get_ipython = _Magics  # what an exported notebook asks for
        self._files = {}  # by path
        self._tries, self._kind, self._pending = Counter(), {}, deque(maxlen=6)
        self._origins, self._number = [], {}
        self._seen, self._news = set(), 0
        self._inputs, self._outputs = ({}, {}), ({}, {})

    # Running it

    def run(self, source, path, arguments=(), folder=None):
        """Run a program to its end, or until the time is up; arguments as for `watch`."""
        code = self.compile(source, path)
        module = ModuleType("__main__")
        vars(module).update(__file__=path, __builtins__=self.builtins)
        with self._surroundings(module, [path, *arguments], folder):
            before = sys.gettrace()
            self.deadline = perf_counter() + self.seconds
            sys.settrace(self._called)
            try:
                exec(code, vars(module))
            except (Stop, KeyboardInterrupt):
                self.end = "stopped"
            except SystemExit as error:
                if isinstance(error.code, str):
                    print(error.code, file=sys.stderr)
            except BaseException as error:
                sys.settrace(None)
                self.end, self.error = "raised", error
                report = traceback.TracebackException.from_exception(error)
                own = [frame for frame in report.stack if frame.filename != __file__]
                report.stack = traceback.StackSummary.from_list(own)
                print(*report.format(), sep="", end="", file=sys.stderr)
            finally:
                sys.settrace(before)
                self.deadline = math.inf

    def compile(self, source, path):
        """Compile a file of the program, with hooks in it."""
        self._files[path] = Source(source, path)
        return self._files[path].code

    @contextmanager
    def _surroundings(self, module, argv, folder):
        kept = sys.argv, list(sys.path), sys.modules.get("__main__"), sys.dont_write_bytecode
        environment, finders, modules = dict(os.environ), list(sys.meta_path), set(sys.modules)
        sys.argv, sys.dont_write_bytecode = argv, True
        sys.modules["__main__"] = module
        os.environ["MPLBACKEND"] = "template"  # show() draws nothing and waits for nobody
        if folder is not None:
            sys.path[0:1] = [folder]
            sys.meta_path.insert(0, _Finder(self, folder))
        try:
            yield
        finally:
            for name in set(sys.modules) - modules:
                if getattr(sys.modules[name], "__file__", None) in self._files:
                    del sys.modules[name]  # the next program may have one of the same name
            sys.meta_path[:] = finders
            sys.argv, sys.path[:], sys.modules["__main__"], sys.dont_write_bytecode = kept
            os.environ.clear()
            os.environ.update(environment)

    @contextmanager
    def quiet(self, seconds):
        """Allow calls of what `Slot.function` returns, unrecorded and for a few seconds."""
        self._news, self.deadline = math.inf, perf_counter() + seconds
        try:
            with redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO()):
                yield
        finally:
            self.deadline = math.inf

    # Libraries are imported unwatched, which is faster, and off the clock

    def _import(self, name, *arguments, **named):
        self.imported.add(name.partition(".")[0])
        self.pause()
        try:
            return builtins.__import__(name, *arguments, **named)
        finally:
            self.resume()

    def pause(self):
        """Stop the clock, and watch nothing."""
        sys.settrace(None)
        self.paused = perf_counter()

    def resume(self):
        """Go on."""
        self.deadline += perf_counter() - self.paused
        self.paused = None
        sys.settrace(self._called)

    # What Python reports

    def tick(self):
        """Raise `Stop` when the time is up."""
        if perf_counter() > self.deadline:
            raise Stop

    def _called(self, frame, event, argument):
        code = frame.f_code
        if code.co_filename not in self._files:
            return None
        self.tick()
        # Only a function with arguments, and no generator
        inner = code.co_name.startswith("<") and code.co_name != "<lambda>"
        if inner or _wraps(code) or code.co_flags & 0x2A0 or not code.co_varnames:
            return None
        here = code, frame.f_back.f_code, frame.f_back.f_lasti
        if here not in self._seen:
            self._seen.add(here)
            self._news = 0
        elif self._news > _ENOUGH:
            return None
        self._news += 1
        call = _Call(self, frame)
        if not call.numbers and call.owner is None:
            return None
        self.around.append(call)
        frame.f_trace_lines = False

        def inside(frame, event, value):
            if event == "return":
                while self.around and self.around.pop() is not call:
                    pass
                self._returned(call, value)
            return inside

        return inside

    def _returned(self, call, value):
        out = sample(value)
        if out is None or isinstance(value, int):
            return
        numbers, shape = out
        for name, (given, form) in call.numbers.items() or [(None, ([], shape))]:
            alike = math.prod(form) == math.prod(shape)
            if not alike and call.owner is None:
                continue
            key = call.ident, name, alike
            if key not in self.slots:
                self.slots[key] = Slot(call, name, alike, self.tick)
            slot = self.slots[key]
            if call.place not in slot.places:
                slot.places[call.place] = Place(*call.place[:2], call.around)
            if name is None or not alike:
                continue
            handed = slot.places[call.place].handed
            looked, found = call.known[name]
            if looked and len(handed) < _CALLS:
                handed.append((looked, found, min(given), max(given)))
                self._news = 0
            if len(slot.pairs) < 200:
                slot.pairs += [(x, y) for x, y in zip(given, numbers) if telling(x)][:20]
            self._remember((call.ident, name, call.around), given, numbers)

    def place(self, frame):
        """Return where the program calls a function: file, line, and which of several in the line.

        A helper that only applies what it is given, such as map(f, xs), is not the place, nor is
        the wrapper that a decorator makes: their caller is.
        """
        called, frame = frame.f_code, frame.f_back
        here = None
        while frame is not None:
            code = frame.f_code
            if code.co_filename in self._files:
                here = here or frame
                brief = code.co_firstlineno in self._files[code.co_filename].brief
                given = code.co_varnames[: code.co_argcount] if brief else ()
                if _wraps(code) or any(_code(frame.f_locals.get(n)) is called for n in given):
                    here = None
                elif code.co_name in ("<lambda>", "<module>") or code.co_name[0] != "<":
                    break  # but a comprehension belongs to the function around it
            frame = frame.f_back
        return (here.f_code.co_filename, here.f_lineno, here.f_lasti) if here else ("?", 0, 0)

    def name(self, code):
        """Return the name that a reader would use for a function."""
        if code.co_name == "<lambda>":
            return self._files[code.co_filename].name_of_lambda(code)
        return code.co_qualname.rpartition("<locals>.")[2].removesuffix(".__call__")

    # Where each number was seen

    def look_up(self, numbers):
        """Return how many of some numbers could be looked up, and what they had been."""
        numbers = [x for x in numbers if telling(x)]
        numbers = numbers[:: max(1, len(numbers) // _PROBES)][:_PROBES]
        found = Counter()
        for role, (now, before) in ("input", self._inputs), ("output", self._outputs):
            for x in numbers:
                for origin in {*now.get(x, ()), *before.get(x, ())}:
                    found[self._origins[origin], role] += 1
        return len(numbers), found

    def _remember(self, origin, inputs, outputs):
        number = self._number.get(origin)
        if number is None:
            number = self._number[origin] = len(self._origins)
            self._origins.append(origin)
        for role, values in ("_inputs", inputs), ("_outputs", outputs):
            now, _ = getattr(self, role)
            for x in values:
                if telling(x):
                    known = now.get(x, ())
                    if number not in known:
                        now[x] = (*known, number)
            if len(now) > _GENERATION:
                setattr(self, role, ({}, now))

    # What the hooks around expressions report

    def hear(self, node, value):
        """Take note of what a call inside an expression gets, and hand it back."""
        if self._tries[node] < _ARGUMENTS and self._news <= _ENOUGH:
            self._tries[node] += 1
            numbers = sample(value)
            if numbers:
                self._pending.append((node, *numbers))
        return value

    def judge(self, node, value):
        """Take note of an expression's value if it is an activation, and hand it back."""
        if self._tries[node] < _VALUES and self._news <= _ENOUGH and not isinstance(value, int):
            out = sample(value)
            if out:
                self._tries[node] += 1
                self._recognise(node, *out)
        return value

    def _recognise(self, node, outputs, shape):
        """Remember the numbers heard before if some kind of activation turns them into these."""
        chosen = [i for i, a in enumerate(outputs) if telling(a)][:8]
        if not chosen:
            return
        single = all(float(np.float32(outputs[i])) == outputs[i] for i in chosen)
        close = 1e-5 if single else 1e-9  # relative
        kinds = [self._kind[node], *_KINDS] if node in self._kind else _KINDS
        for source, given, form in reversed(self._pending):
            for name, factor in kinds if form == shape else ():
                compute = _INLINE[name]
                if all(_same(compute, factor * given[i], outputs[i], close) for i in chosen):
                    self._kind[node] = name, factor
                    for it in (node, source):  # both are worth looking at forever
                        self._tries[it] = -math.inf
                    around = tuple(call.ident for call in self.around)
                    self._remember((name, None, around), [factor * x for x in given], outputs)
                    return


class _Magics:
    """Stands in for IPython in an exported notebook, and does nothing."""

    def __getattr__(self, name):
        return lambda *arguments, **named: None


def _wraps(code):
    """Whether a function is what a decorator makes: one that takes anything and holds another."""
    return code.co_flags & 0x08 and code.co_freevars


def _code(value):
    """Return the code of a function, of a method, or of what functools.partial has bound."""
    return getattr(getattr(value, "func", value), "__code__", None)


def _same(compute, z, a, close):
    """Whether an activation of z gives a, and a differs from z."""
    try:
        return abs(compute(z) - a) <= close * abs(a) and abs(z - a) > 1e-3 * abs(a)
    except OverflowError:
        return False


# One number at a time: for so few that is many times as fast as NumPy.
_INLINE = {
    "sigmoid": lambda z: 1 / (1 + math.exp(-z)),
    "tanh": math.tanh,
    "softplus": lambda z: math.log1p(math.exp(z)),
    "softsign": lambda z: z / (1 + abs(z)),
    "arctan": math.atan,
    "silu": lambda z: z / (1 + math.exp(-z)),
    "gelu": lambda z: z * math.erfc(-z / math.sqrt(2)) / 2,
}
_KINDS = [(name, factor) for name in _INLINE for factor in (1, -1, 0.5, -0.5)]


class _Finder:
    """Finds the modules beside the program before other finders do, to record them too."""

    def __init__(self, recording, folder):
        self.recording, self.folder = recording, Path(folder).resolve()

    def find_spec(self, name, path=None, target=None):
        spec = PathFinder.find_spec(name, path)
        if spec is None or not isinstance(spec.loader, SourceFileLoader):
            return None
        origin = Path(spec.origin).resolve()
        if self.folder not in origin.parents or {"site-packages", "lib"} & set(origin.parts):
            return None
        spec.loader = _Loader(name, spec.origin)
        spec.loader.recording = self.recording
        return spec


class _Loader(SourceFileLoader):
    def get_code(self, fullname):
        path = self.get_filename(fullname)
        return self.recording.compile(self.get_data(path), path)

    def exec_module(self, module):
        module.__builtins__ = self.recording.builtins
        if self.recording.paused is None:  # imported by importlib.import_module
            return super().exec_module(module)
        self.recording.resume()
        try:
            super().exec_module(module)
        finally:
            self.recording.pause()
