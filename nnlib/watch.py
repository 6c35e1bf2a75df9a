"""Watch a program, and say what each function that computes a slope expects and what it got.

``python -m nnlib watch PROGRAM.py`` runs a program unchanged for a few seconds. `watch` does the
same for a program in a string:

1. *Record.* `nnlib._recording` runs it and notes which numbers its functions got and gave.
2. *Recognise.* A function may compute a slope if its name or a flag says so, or if its numbers are
   those of a known slope. Its activation is the function whose inputs or outputs it was handed,
   or one with a name that fits, or one of nnlib's. `diagnose` calls the two and decides what the
   derivative expects. In a layer with ``forward`` and ``backward`` it decides what ``backward``
   multiplies its argument by; where the layer also holds weights, central differences decide.
3. *Compare.* The numbers handed over in each line are looked up among those that the activation
   got (then they are z) and gave (then they are a). What the activation got and gave inside a
   derivative does not count. Numbers found in neither place prove nothing, unless the activation
   could never have returned them.

It does not judge what it cannot follow: it sees no slope that is written into a formula, and none
that a framework computes.
"""

import copy
import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from nnlib._recording import DERIVATIVE, Recording, Stop
from nnlib.contracts import diagnose
from nnlib.more_activations import ACTIVATIONS

__all__ = ["Handed", "Watched", "watch"]

_SURELY = re.compile("prime|deriv|slope", re.IGNORECASE)
# Derivatives of something else
_OTHER = re.compile(r"cost|loss|err|mse|entropy|softmax|numeric|check|clip|norm|jacob|weight|bias")
_INCOMING = re.compile(r"grad|^d[A-Zoy]|delta|err|upstream|^g$")  # what backward() gets
_FORWARD = {"forward", "__call__", "call", "apply", "activate", "activation", "function", "fn", "f"}
_UNSAFE = {
    *("open", "write", "write_text", "remove", "unlink", "rmtree", "save", "savez", "savetxt"),
    *("dump", "system", "Popen", "input", "sleep", "urlopen", "send", "savefig"),
}
_FRAMEWORKS = {"torch": "PyTorch", "tensorflow": "TensorFlow", "keras": "Keras", "jax": "JAX"}
_AFTER = 3.0  # seconds for the verdict


@dataclass(frozen=True, order=True)
class Handed:
    """What a derivative was handed in one line of the program.

    Attributes
    ----------
    path
        The file.
    line
        The line's number.
    verdict
        "right", "wrong" or "unknown".
    what
        What it was handed, in words.
    """

    path: str
    line: int
    verdict: str
    what: str


@dataclass(frozen=True)
class Watched:
    """What `watch` saw. Print it to read the verdict.

    Attributes
    ----------
    code
        The exit code of ``python -m nnlib watch``: 1 if a slope is wrong or is handed the wrong
        value, 0 if all slopes seen are right, 3 if none was recognised.
    text
        The verdict in words.
    path
        The name of the program's file.
    handed
        A list of `Handed`, including those in modules beside the program.
    """

    code: int
    text: str
    path: str
    handed: list

    @property
    def lines(self):
        """The lines of the program itself, each with a message that begins with its verdict."""
        own = {(h.line, f"{h.verdict}: {h.what}") for h in self.handed if h.path == self.path}
        return sorted(own)

    def __str__(self):
        return self.text


def watch(source, path="program.py", arguments=(), seconds=5.0, folder=None):
    """Run a program, and say what its derivatives expect and what they are handed.

    The program runs in this process, with all of its rights. Its output appears as always. It is
    stopped when the time is up.

    Parameters
    ----------
    source : str or bytes
        The program.
    path : str, optional
        The name of its file, for messages and for the program itself.
    arguments : sequence of str, optional
        What the program finds in ``sys.argv[1:]``.
    seconds : float, optional
        How long it may run; importing does not count. The verdict takes up to three more.
    folder : str, optional
        Where modules beside the program are found.

    Returns
    -------
    Watched
        With `text`, `code` and `lines`.

    Raises
    ------
    SyntaxError
        If the program is not Python.

    Examples
    --------
    >>> from nnlib.watch import watch
    >>> watched = watch('''
    ... import math
    ... def sigmoid(z):
    ...     return 1 / (1 + math.exp(-z))
    ... def slope(a):
    ...     return a * (1 - a)
    ... z = 0.7
    ... a = sigmoid(z)
    ... print(slope(z))
    ... ''')
    0.21000000000000002
    >>> watched.code, watched.lines
    (1, [(9, 'wrong: slope wants the output a of sigmoid and is handed the input z')])
    """
    recording = Recording(seconds)
    recording.run(source, path, arguments, folder)
    with recording.quiet(_AFTER), np.errstate(all="ignore"):
        judge = _Judge(recording)
        try:
            judge.functions()
            judge.layers()
        except Stop:
            pass
    return _words(judge.verdicts(), recording, path)


class _Judge:
    """Finds what computes a slope, and judges what it was handed.

    `found` holds slots, each with its activation (a slot or a name) and what `diagnose` says;
    `backwards` those of layers, each with a verdict, what it does, and perhaps the likely slip.
    """

    def __init__(self, recording):
        every = [s for s in recording.slots.values() if not _UNSAFE & set(s.code.co_names)]
        self.methods = [s for s in every if s.owner is not None]
        self.slots = [s for s in every if s.alike]
        self.by_ident = {(s.ident, s.argument): s for s in self.slots}
        self.activation = {s: _matching(s.pairs) for s in self.slots}
        self.found, self.backwards = [], []

    # Which functions compute a slope, and of what

    def functions(self):
        """Find the functions that are slopes of their argument."""
        for slot in self.slots:
            if slot.argument is None:
                continue
            kinds = _slopes_matching(slot.pairs)
            named = _named(slot)
            if not (named or kinds) or (self.activation[slot] and not named):
                continue
            certain = [f for f in self._evidence(slot) if f is not slot]
            related = [f for f in self.slots if f is not slot and _related(f, slot)]
            fitting = [f for f in self.slots if f is not slot and self.activation[f] in kinds]
            candidates = sorted(certain, key=lambda f: f not in related)
            candidates += [*related, *fitting, *kinds]
            if not kinds:
                candidates.sort(key=lambda f: f not in related)
            distinct, wrong = {}, []
            for f in candidates:
                if named or f in certain:
                    distinct.setdefault(self._name(f) or f, f)
            for f in distinct.values():
                diagnosis = _diagnosis(ACTIVATIONS.get(f) or _callable(f), _callable(slot))
                if diagnosis and diagnosis.expects in ("input", "output", "both"):
                    self.found.append((slot, f, diagnosis))
                    break
                neither = diagnosis and diagnosis.expects == "neither" and diagnosis.with_input
                if neither and (
                    self._name(f) or (diagnosis.slip and f in certain and f in related)
                ):
                    wrong.append((f, diagnosis))
            else:
                # Not the slope of any. That is a mistake only where it is meant to be one.
                meant = named and not slot.others and not _INCOMING.search(slot.argument)
                if meant and wrong and (wrong[0][0] in related or _SURELY.search(_last(slot))):
                    self.found.append((slot, *wrong[0]))

    def _evidence(self, slot):
        """Return the functions, or the names of activations, whose numbers the slot was handed."""
        count = Counter()
        for place in slot.places.values():
            for looked, found, *_ in place.handed:
                for ((what, argument, around), _), n in found.items():
                    if slot.ident not in around and 2 * n >= looked:
                        count[self._origin(what, argument)] += 1
        del count[None]
        # Functions of the program before expressions, which may stand inside them
        return sorted(count, key=lambda f: (isinstance(f, str), -count[f]))

    def _origin(self, what, argument):
        return what if isinstance(what, str) else self.by_ident.get((what, argument))

    def _name(self, f):
        return f if isinstance(f, str) else self.activation.get(f)

    def layers(self):
        """Find layers whose backward multiplies by a slope at what forward stored."""
        known = {slot.ident for slot, *_ in self.found}
        known |= {i for slot, *_ in self.found for p in slot.places.values() for i in p.around}
        for slot in self.methods:
            for f in self.methods:
                forward = f.argument and f.code.co_name in _FORWARD and f.code is not slot.code
                same_class = forward and type(f.owner) is type(slot.owner)
                if not same_class or slot.ident in known or not _named(slot):
                    continue
                try:
                    verdict = self._by_element(f, slot) or _transported(f, slot)
                except Exception:  # a layer may raise whatever it likes
                    continue
                if verdict:
                    self.backwards.append((slot, *verdict))
                    known.add(slot.ident)

    def _by_element(self, f, slot):
        """Judge what the backward of a layer without weights multiplies by, or return None."""
        if not (f.alike and slot.alike):
            return None
        layer = copy.deepcopy(slot.owner)
        forward = _callable(f, layer)
        free = [slot.argument] if slot.argument else []
        backward = slot.function(free, layer)

        def slope(x):
            ones = np.ones_like(np.asarray(forward(x), dtype=float))[()]
            return backward(*[ones][: len(free)])

        diagnosis = _diagnosis(forward, slope)
        name = f"{type(slot.owner).__name__}.{f.code.co_name}′"
        multiplies = "multiplies by" if free else "returns"
        if diagnosis and diagnosis.expects in ("input", "both"):
            return "right", f"{multiplies} {name} at its z"
        if not (diagnosis and diagnosis.with_input and self.activation[f]):
            return None
        if diagnosis.expects == "output":
            return "wrong", f"{multiplies} {name} of the output, at z instead of a"
        if diagnosis.expects == "neither":
            return "wrong", f"{multiplies} something other than {name} at its z", _slip(diagnosis)
        return None

    # What they were handed

    def verdicts(self):
        """Return, for each slope, its slot, the verdict in words, and a list of `Handed`."""
        slopes = []
        derivatives = {slot.ident for slot, *_ in self.found}
        for slot, f, diagnosis in self.found:
            handed = {
                Handed(p.path, p.line, *self._handed(p, slot, f, diagnosis.expects, derivatives))
                for p in slot.places.values()
                if derivatives.isdisjoint(p.around)
            }
            slopes.append((slot, diagnosis.summary + _slip(diagnosis), sorted(handed)))
        for slot, verdict, does, *slip in self.backwards:
            what = f"{_display(slot)} {does}"
            handed = {Handed(p.path, p.line, verdict, what) for p in slot.places.values()}
            slopes.append((slot, ".".join([what, *(slip or [""])]), sorted(handed)))
        shown = [slope for slope in slopes if slope[2]]
        return sorted(shown, key=lambda slope: (slope[0].path, slope[0].line))

    def _handed(self, place, slot, f, expects, derivatives):
        """Return the verdict on what one place hands a derivative, and the reason."""
        g, name = _display(slot), f if isinstance(f, str) else _display(f)
        if expects == "neither":
            return "wrong", f"{g} is not the slope of {name}"
        if expects == "both":
            return "right", f"{g} is right for z and for a"
        known, other = self._name(f), "output" if expects == "input" else "input"
        right = wrong = outside = 0
        for looked, found, low, high in place.handed:
            counts = {"input": 0, "output": 0}
            for ((what, argument, around), role), n in found.items():
                origin = self._origin(what, argument)
                same = origin is f or (known and self._name(origin) == known)
                if same and derivatives.isdisjoint(around):
                    counts[role] = max(counts[role], n)
            if not looked or 2 * max(counts.values()) < looked:
                if known and expects == "output":  # it could never have returned these
                    act = ACTIVATIONS[known]
                    outside += low < act.low - 1e-6 or high > act.high + 1e-6
            elif counts[expects] >= counts[other]:
                right += 1
            else:
                wrong += 1
        letters = {"input": "the input z", "output": "the output a"}
        wants = f"{g} wants {letters[expects]} of {name} and is handed"
        if 10 * (wrong + outside) > right:
            if not wrong:
                return "wrong", f"{wants} numbers that {name} never returns"
            share = f", in {wrong} of {wrong + right} calls" if right else ""
            return "wrong", f"{wants} {letters[other]}{share}"
        if right:
            return "right", f"{wants} it"
        return "unknown", f"{wants} numbers that were not seen before"


def _diagnosis(function, derivative):
    """Return what `diagnose` says, or None."""
    try:
        return diagnose(function, derivative)
    except Exception:  # a function may raise whatever it likes
        return None


def _slip(diagnosis):
    return f" Likely slip: {diagnosis.slip}" if diagnosis.slip else ""


def _last(slot):
    return slot.name.rpartition(".")[2].partition("[")[0].strip("'\"")


def _named(slot):
    """Whether its name or a flag calls a function a derivative."""
    if _OTHER.search(_last(slot).lower()):
        return False
    flags = [word for name, value in slot.flags.items() if value for word in (name, value)]
    return any(isinstance(w, str) and DERIVATIVE.search(w) for w in [_last(slot), *flags])


def _related(f, slot):
    """Whether f's name suggests that the slot is its derivative."""
    if f.argument is None or _named(f) or f.others:
        return False
    if f.code is slot.code:
        return True
    one, other = _last(f).lower(), _last(slot).lower()
    if len(one) > 2 and one != other and one in other:
        return True
    rest = DERIVATIVE.sub("", other).strip("_")
    same = f.owner is not None and type(f.owner) is type(slot.owner)
    base = slot.name.partition("[")[0] == f.name.partition("[")[0]
    return (
        rest == one or other == f"d{one}" or (same and one in _FORWARD) or (base and one == other)
    )


def _display(slot):
    given = [f"{name}={value!r}" for name, value in slot.flags.items() if value]
    if not given or len(", ".join(given)) > 40:
        return slot.name
    return f"{slot.name}({', '.join([slot.argument or '', *given])})"


def _callable(slot, owner=None):
    """Return a function of one argument, with the name that the verdict uses."""
    function = slot.function([slot.argument], owner)
    if slot.others:
        both = slot.function([slot.argument, slot.others[0]], owner)
        if _linear(both):

            def function(x):
                return both(x, np.ones_like(np.asarray(x, dtype=float))[()])

    function.__name__ = _display(slot)
    return function


def _linear(function):
    """Whether a function multiplies by its second argument, as backward(z, grad) does."""
    x = np.array([-0.7, 0.3, 0.6])
    for form in (np.array, lambda v: np.array([v]), lambda v: float(v[1])):
        try:
            got = [np.asarray(function(form(x), form(k * np.ones(3)))) for k in (1, 2)]
        except Exception:  # it takes no argument of this form
            continue
        return got[0].shape == np.shape(form(x)) and np.allclose(2 * got[0], got[1])
    return False


def _transported(f, slot):
    """Judge what backward(grad) gives for a layer with weights, a = f(x W + b), or return None.

    The right answer is the sum over outputs of grad · ∂a/∂x, with numerical slopes. A mistake in
    the slope multiplies each output's share by the ratio of the wrong slope to the right one, which
    a alone determines: z comes from a by the inverse of σ or tanh.
    """
    x = np.array(f.value, dtype=float)
    x = x[:2] if x.ndim == 2 else x
    if x.size > 60 or slot.argument is None:
        return None

    def fresh():
        layer = copy.deepcopy(f.owner)
        return f.function([f.argument], layer), slot.function([slot.argument], layer)

    def output(at):
        return np.array(fresh()[0](at), dtype=float)

    a, h = output(x), 1e-6
    grad = np.random.default_rng(0).normal(size=a.shape)
    forward, backward = fresh()
    forward(x.copy())
    got = np.array(backward(grad.copy()), dtype=float)
    bent = output(x + 1) + output(x - 1) - 2 * a
    if got.shape != x.shape or np.abs(bent).max() < 1e-3:  # no gradient of x, or no activation
        return None
    steps = h * np.eye(x.size).reshape(x.size, *x.shape)
    shares = np.array([grad * (output(x + s) - output(x - s)) / (2 * h) for s in steps])

    def gives(ratio):
        expected = (shares * ratio).reshape(x.size, -1).sum(axis=1).reshape(x.shape)
        return np.allclose(got, expected, rtol=1e-3, atol=1e-4 * np.abs(expected).max())

    if gives(1):
        return "right", "multiplies by the slope at its z"
    for name, inverse in ("sigmoid", lambda a: np.log(a / (1 - a))), ("tanh", np.arctanh):
        act, z = ACTIVATIONS[name], inverse(a)
        right = act.compute_derivative_from_output(a)
        if np.isfinite(z).all():
            if gives(act.compute_derivative(a) / right):
                return "wrong", f"multiplies by {name}′ of the input, at a instead of z"
            if gives(act.compute_derivative_from_output(z) / right):
                return "wrong", f"multiplies by {name}′ of the output, at z instead of a"
    return None


def _matching(pairs):
    """Return the name of the activation that these pairs of input and output are of, or None."""
    pairs = [(x, y) for x, y in pairs if np.isfinite(y)]
    if not any(abs(x - y) > 1e-3 * abs(y) for x, y in pairs):  # nothing that tells it from x
        return None
    x, y = np.array(pairs).T
    return next((name for name, act in ACTIVATIONS.items() if _near(act.compute(x), y)), None)


def _slopes_matching(pairs):
    """Return the names of the activations whose slopes, by input or output, these pairs are of."""
    pairs = [(x, y) for x, y in pairs if np.isfinite(y)]
    if len({y for _, y in pairs}) < 2:
        return []
    x, y = np.array(pairs).T
    return [
        name
        for name, act in ACTIVATIONS.items()
        if _near(act.compute_derivative(x), y)
        or (act.derivative_from_output and _near(act.compute_derivative_from_output(x), y))
    ]


def _near(one, other):
    return np.allclose(one, other, rtol=1e-5, atol=1e-7)


# The words


def _words(slopes, recording, path):
    """Put the verdict into words."""
    every = [h for *_, handed in slopes for h in handed]
    wrong = sorted({_short(h.path, h.line) for h in every if h.verdict == "wrong"})
    code = 1 if wrong else 0 if any(h.verdict == "right" for h in every) else 3
    name = Path(path).name
    ends = {
        "finished": f"{name} ran to its end.",
        "stopped": f"{name} was stopped after {recording.seconds:g} seconds of watching.",
        "raised": f"{name} stopped with {type(recording.error).__name__}: {recording.error}",
    }
    text = [ends[recording.end]]
    for slot, words, handed in slopes:
        text += ["", f"{_short(slot.path, slot.line)} defines {_display(slot)}.", f"  {words}"]
        text += [f"  {_short(h.path, h.line)} {h.verdict}: {h.what}." for h in handed]
    text.append("")
    if code == 3:
        text += _instead(slopes, recording)
    else:
        right = "Right: every slope seen, in every line above."
        text.append(f"Wrong: {', '.join(wrong)}." if wrong else right)
    return Watched(code, "\n".join(text), path, every)


def _short(path, line):
    return f"{Path(path).name}:{line}"


def _instead(slopes, recording):
    """Say what to do where nothing was recognised."""
    if slopes:
        first = "No verdict: the functions above were recognised, but not what they were handed."
    else:
        first = "No verdict: no function was recognised that computes a slope."
    text = [first, "What to do instead:"]
    if recording.end == "raised":
        text.append("- The program stopped with an error. Mend that first, and watch again.")
    if recording.end == "stopped":
        text.append("- Did it get as far as training? If not, watch longer: --seconds 30.")
    frameworks = [word for name, word in _FRAMEWORKS.items() if name in recording.imported]
    if frameworks:
        text.append(
            f"- {' and '.join(frameworks)} computes its slopes itself, so this bug cannot be "
            "there. The page “Check your own” lists what goes wrong with frameworks."
        )
    text += [
        "- Is the slope written into a formula, such as error * a * (1 - a)? Then a must be the "
        "output there. Or give it a name, def slope(a): return a * (1 - a), and watch again.",
        "- Ask about two functions alone: python -m nnlib FILE.py:f FILE.py:f_prime",
        "- Compare one of your own training steps with a numerical gradient: nnlib.gradients has "
        "gradient_from_step and gradient_check for that.",
    ]
    return text
