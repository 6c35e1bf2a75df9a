"""Watch a program, and say of each function that computes a slope what it expects and what it got.

``python -m nnlib watch PROGRAM.py`` runs an unchanged program for a few seconds. `watch` does the
same for a program that is a string:

1. *Record.* `nnlib._recording` runs it and notes which numbers its functions got and gave.
2. *Recognise.* A function may compute a slope if its name or a flag says so, or if its numbers are
   those of a known slope. Its activation is the function whose inputs or outputs it was handed,
   or one with a name that fits, or one of nnlib's. `diagnose` calls the two and decides what the
   derivative expects. Of a layer with ``forward`` and ``backward`` it decides what ``backward``
   multiplies its argument by.
3. *Compare.* The numbers handed over in each line are looked up among those that the activation
   got (then they are z) and gave (then they are a). What the activation got and gave inside a
   derivative does not count. Numbers that are found in neither place prove nothing, unless the
   activation could never have returned them.

What it cannot follow it does not judge. It sees no slope that is written into a formula, and none
that a framework computes.
"""

import copy
import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from nnlib._recording import DERIVATIVE, Recording, Stop
from nnlib.contracts import diagnose
from nnlib.more_activations import ACTIVATIONS

__all__ = ["Handed", "Slope", "Watched", "watch"]

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


@dataclass(frozen=True)
class Handed:
    """What a slope was handed in one line of the program.

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
class Slope:
    """A function of the program that computes a slope.

    Attributes
    ----------
    name
        Its name.
    path
        The file where it is defined.
    line
        The line where it is defined.
    expects
        The verdict of `diagnose`: "input", "output", "both" or "neither".
    words
        The verdict in words.
    handed
        A list of `Handed`, by line.
    """

    name: str
    path: str
    line: int
    expects: str
    words: str
    handed: list


@dataclass(frozen=True)
class Watched:
    """What `watch` saw. Print it to read it.

    Attributes
    ----------
    code
        1 if a slope is wrong or is handed the wrong value, 0 if all that were seen are right, 3 if
        none was recognised: the exit code of ``python -m nnlib watch``.
    text
        The verdict in words.
    lines
        For the program itself, not for modules beside it: a list of (line, message), with messages
        that begin with "right", "wrong" or "unknown".
    slopes
        A list of `Slope`.
    """

    code: int
    text: str
    lines: list
    slopes: list

    def __str__(self):
        return self.text


def watch(source, path="program.py", arguments=(), seconds=5.0, folder=None):
    """Run a program, and say what its derivatives expect and what they are handed.

    The program runs in this process, with all that it may do. Its output appears as always. It is
    stopped when the time is over.

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
        If the program is none.

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
    slopes = []
    with recording.quiet(_AFTER), np.errstate(all="ignore"):
        judge = _Judge(recording)
        try:
            judge.functions()
            judge.layers()
            judge.dense(recording.methods.values())
        except Stop:
            pass
        slopes = judge.verdicts()
    slopes.sort(key=lambda slope: (slope.path, slope.line))
    return _words(slopes, recording, path)


class _Judge:
    def __init__(self, recording):
        self.slots = [s for s in recording.slots.values() if not _UNSAFE & set(s.code.co_names)]
        self.activation = {s: _matching(s.pairs) for s in self.slots}
        self.found = []  # slot, its activation (a slot or a name) and what diagnose says
        self.layers_found, self.dense_found = [], []

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
            names = {name for name, _ in kinds}
            fitting = [f for f in self.slots if f is not slot and self.activation[f] in names]
            candidates = [
                *(f for f in certain if f in related),
                *certain,
                *related,
                *fitting,
                *names,
            ]
            if not names:
                candidates.sort(key=lambda f: f not in related)
            wrong = []
            for f in self._distinct(candidates):
                if not (named or f in certain):
                    continue
                diagnosis = self._diagnosis(f, slot)
                if diagnosis is None:
                    continue
                if diagnosis.expects in ("input", "output", "both"):
                    self.found.append((slot, f, diagnosis))
                    break
                if diagnosis.expects == "neither" and diagnosis.with_input and self._name(f):
                    wrong.append((f, diagnosis))
            else:
                # Not the slope of any. That is a mistake only where it is meant to be one.
                meant = named and not slot.others and not _INCOMING.search(slot.argument)
                sure = wrong and (wrong[0][0] in related or _SURELY.search(_last(slot)))
                if meant and sure:
                    self.found.append((slot, *wrong[0]))

    def _distinct(self, candidates):
        """Leave out what is the same activation as one before it."""
        seen = set()
        for f in candidates:
            key = self._name(f) or f
            if key not in seen:
                seen.add(key)
                yield f

    def layers(self):
        """Find layers whose backward multiplies by a slope at what forward left behind."""
        inside = {
            ident for slot, *_ in self.found for p in slot.places.values() for ident in p.around
        }
        mine = {slot for slot, *_ in self.found}
        for slot in self.slots:
            if slot.owner is None or not _named(slot) or slot in mine:
                continue
            if slot.ident in inside:
                continue
            for f in self.slots:
                if (
                    f.owner is not None
                    and type(f.owner) is type(slot.owner)
                    and f.argument is not None
                    and f.code.co_name in _FORWARD
                    and f.code is not slot.code
                ):
                    diagnosis = self._layer(f, slot)
                    if diagnosis is None:
                        continue
                    right = diagnosis.expects in ("input", "both")
                    wrong = diagnosis.expects in ("neither", "output") and diagnosis.with_input
                    if right or (wrong and self.activation[f]):
                        self.layers_found.append((slot, f, diagnosis))
                        break

    def dense(self, methods):
        """Find layers that hold weights too, whose backward has the slope written into it."""
        inside = {
            ident for slot, *_ in self.found for p in slot.places.values() for ident in p.around
        }
        methods = [*self.slots, *methods]
        known = {slot.code for slot, *_ in [*self.found, *self.layers_found]}
        for slot in methods:
            if not (slot.argument and slot.owner is not None and _named(slot)):
                continue
            if slot.ident in inside or slot.code in known:
                continue
            for f in methods:
                same = f.owner is not None and type(f.owner) is type(slot.owner)
                if same and f.argument and f.code.co_name in _FORWARD:
                    try:
                        verdict = _transported(f, slot)
                    except Exception:  # a layer may raise whatever it likes
                        verdict = None
                    if verdict:
                        self.dense_found.append((slot, f, *verdict))
                        known.add(slot.code)
                        break

    def _diagnosis(self, f, slot):
        """Return what `diagnose` says of a slot, or None."""
        function = ACTIVATIONS[f] if isinstance(f, str) else _callable(f)
        try:
            return diagnose(function, _callable(slot))
        except Exception:  # a function may raise whatever it likes
            return None

    def _layer(self, f, slot):
        try:
            layer = copy.deepcopy(slot.owner)
        except Exception:
            return None
        forward = _callable(f, {f.code.co_varnames[0]: layer})
        free = [slot.argument] if slot.argument else []
        backward = slot.function(free, {slot.code.co_varnames[0]: layer})

        def slope(x):
            ones = np.ones_like(np.asarray(forward(x), dtype=float))[()]
            return backward(ones) if free else backward()

        slope.__name__ = _display(slot)
        try:
            return diagnose(forward, slope)
        except Exception:
            return None

    def _evidence(self, slot):
        """Return the functions, or names of activations, whose numbers the slot was handed."""
        by_ident = {(s.ident, s.argument): s for s in self.slots}
        count = {}
        for place in slot.places.values():
            for looked, found, *_ in place.handed:
                for (origin, _), n in found.items():
                    what, argument, around = origin
                    if slot.ident not in around and 2 * n >= looked:
                        f = what if isinstance(what, str) else by_ident.get((what, argument))
                        if f is not None:
                            count[f] = count.get(f, 0) + 1
        # Functions of the program before expressions, which may stand inside them
        return sorted(count, key=lambda f: (isinstance(f, str), -count[f]))

    def _name(self, f):
        return f if isinstance(f, str) else self.activation[f]

    # What they were handed

    def verdicts(self):
        slopes = []
        derivatives = {slot.ident for slot, *_ in self.found}
        for slot, f, diagnosis in self.found:
            handed = []
            for place in slot.places.values():
                if derivatives.isdisjoint(place.around):
                    verdict, what = self._handed(place, slot, f, diagnosis.expects, derivatives)
                    handed.append(Handed(place.path, place.line, verdict, what))
            if handed:
                words = str(diagnosis.summary)
                if diagnosis.slip:
                    words += f" Likely slip: {diagnosis.slip}"
                slopes.append(_slope(slot, diagnosis.expects, words, handed))
        for slot, f, diagnosis in self.layers_found:
            right = diagnosis.expects in ("input", "both")
            g, forward = _display(slot), f"{type(slot.owner).__name__}.{f.code.co_name}"
            if right:
                words = f"{g} gives {forward}′ at the z that the layer had."
            elif diagnosis.expects == "output":
                words = f"{g} has the formula that belongs to a, and applies it to z."
            else:
                words = f"{g} does not give {forward}′ at the z that the layer had."
                if diagnosis.slip:
                    words += f" Likely slip: {diagnosis.slip}"
            what = f"{g} {'gives' if right else 'does not give'} {forward}′ at its z"
            verdict = "right" if right else "wrong"
            handed = [Handed(p.path, p.line, verdict, what) for p in slot.places.values()]
            slopes.append(_slope(slot, diagnosis.expects if right else "neither", words, handed))
        for slot, _, verdict, words in self.dense_found:
            what = f"{_display(slot)} {words}"
            handed = [Handed(p.path, p.line, verdict, what) for p in slot.places.values()]
            expects = "input" if verdict == "right" else "neither"
            slopes.append(_slope(slot, expects, f"{what}.", handed))
        return slopes

    def _handed(self, place, slot, f, expects, derivatives):
        g, name = _display(slot), f if isinstance(f, str) else _display(f)
        if expects == "neither":
            return "wrong", f"{g} is not the slope of {name}"
        if expects == "both":
            return "right", f"{g} is right for z and for a"
        right = wrong = outside = 0
        for looked, found, low, high in place.handed:
            counts = {"input": 0, "output": 0}
            for ((what, argument, around), role), n in found.items():
                if derivatives.isdisjoint(around) and self._alike(what, argument, f):
                    counts[role] = max(counts[role], n)
            other = counts["output" if expects == "input" else "input"]
            if not looked or 2 * max(counts.values()) < looked:
                outside += expects == "output" and self._never(f, low, high)
            elif counts[expects] >= other:
                right += 1
            else:
                wrong += 1
        letters = {"input": "the input z", "output": "the output a"}
        wants = f"{g} wants {letters[expects]} of {name} and is handed"
        if 10 * (wrong + outside) > right:
            if not wrong:
                return "wrong", f"{wants} numbers that {name} never returns"
            other = letters["output" if expects == "input" else "input"]
            share = f", in {wrong} of {wrong + right} calls" if right else ""
            return "wrong", f"{wants} {other}{share}"
        if right:
            return "right", f"{wants} it"
        return "unknown", f"{wants} numbers of which it was not seen where they come from"

    def _alike(self, what, argument, f):
        """Say whether numbers come from this activation, or from another one of the same kind."""
        name = self._name(f)
        if isinstance(what, str):
            return what == name
        slot = next((s for s in self.slots if (s.ident, s.argument) == (what, argument)), None)
        return slot is not None and (slot is f or (name and self.activation[slot] == name))

    def _never(self, f, low, high):
        name = self._name(f)
        if name is None:
            return False
        act = ACTIVATIONS[name]
        return low < act.low - 1e-6 or high > act.high + 1e-6


def _slope(slot, expects, words, handed):
    merged = sorted(set((h.path, h.line, h.verdict, h.what) for h in handed))
    handed = [Handed(*h) for h in merged]
    return Slope(_display(slot), slot.path, slot.line, expects, words, handed)


def _last(slot):
    return slot.name.rpartition(".")[2].partition("[")[0].strip("'\"")


def _named(slot):
    """Say whether a function is called a derivative, by its name or by a flag."""
    if _OTHER.search(_last(slot).lower()):
        return False
    flags = slot.flags.items()
    return bool(
        DERIVATIVE.search(_last(slot))
        or any(value and DERIVATIVE.search(name) for name, value in flags)
        or any(isinstance(value, str) and DERIVATIVE.search(value) for _, value in flags)
    )


def _related(f, slot):
    """Say whether f, by its name, may be what the slot is the derivative of."""
    if f.argument is None or _named(f) or f.others:
        return False
    if f.code is slot.code:
        return True
    one, other = _last(f).lower(), _last(slot).lower()
    if len(one) > 2 and one != other and one in other:
        return True
    rest = DERIVATIVE.sub("", other).strip("_")
    same = f.owner is not None and slot.owner is not None and type(f.owner) is type(slot.owner)
    base = slot.name.partition("[")[0] == f.name.partition("[")[0]
    return (
        rest == one or other == f"d{one}" or (same and one in _FORWARD) or (base and one == other)
    )


def _display(slot):
    given = [f"{name}={value!r}" for name, value in slot.flags.items() if value]
    if not given or len(", ".join(given)) > 40:
        return slot.name
    return f"{slot.name}({', '.join([slot.argument or '', *given])})"


def _callable(slot, changed=()):
    """Return a function of one argument, with the name that the verdict uses."""
    function = slot.function([slot.argument], changed)
    if slot.others:
        both = slot.function([slot.argument, slot.others[0]])
        if _linear(both):

            def function(x):
                return both(x, np.ones_like(np.asarray(x, dtype=float))[()])

    function.__name__ = _display(slot)
    return function


def _linear(function):
    """Say whether a function multiplies by its second argument, as backward(z, grad) does."""
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

    The right answer is the sum over outputs of grad · ∂a/∂x, with the slopes by number. With a
    mistake in the slope, each output's share is multiplied by the ratio of wrong to right slope,
    which a alone determines: z comes from a by the inverse of σ or tanh.
    """
    x = np.array(f.value, dtype=float)
    x = x[:2] if x.ndim == 2 else x
    if x.size > 60:
        return None

    def fresh():
        layer = copy.deepcopy(f.owner)
        forward = f.function([f.argument], {f.code.co_varnames[0]: layer})
        return forward, slot.function([slot.argument], {slot.code.co_varnames[0]: layer})

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
    for name, act in ACTIVATIONS.items():
        if np.allclose(act.compute(x), y, rtol=1e-5, atol=1e-7):
            return name
    return None


def _slopes_matching(pairs):
    """Return which slopes these pairs are of: a list of (activation, "input" or "output")."""
    pairs = [(x, y) for x, y in pairs if np.isfinite(y)]
    if len({y for _, y in pairs}) < 2:
        return []
    x, y = np.array(pairs).T
    kinds = []
    for name, act in ACTIVATIONS.items():
        if np.allclose(act.compute_derivative(x), y, rtol=1e-5, atol=1e-7):
            kinds.append((name, "input"))
        elif act.derivative_from_output and np.allclose(
            act.compute_derivative_from_output(x), y, rtol=1e-5, atol=1e-7
        ):
            kinds.append((name, "output"))
    return kinds


# The words


def _words(slopes, recording, path):
    """Put the verdict into words."""
    marks = [h for slope in slopes for h in slope.handed]
    wrong = any(h.verdict == "wrong" for h in marks)
    right = any(h.verdict == "right" for h in marks)
    code = 1 if wrong else 0 if right else 3
    lines = sorted({(h.line, f"{h.verdict}: {h.what}") for h in marks if h.path == path})

    def short(file, line):
        return f"{Path(file).name}:{line}"

    name = Path(path).name
    ends = {
        "finished": f"{name} ran to its end.",
        "stopped": f"{name} was stopped after {recording.seconds:g} seconds of watching.",
        "raised": f"{name} stopped with {type(recording.error).__name__}: {recording.error}",
    }
    text = [ends[recording.end]]
    for slope in slopes:
        text += ["", f"{short(slope.path, slope.line)} defines {slope.name}.", f"  {slope.words}"]
        text += [f"  {short(h.path, h.line)} {h.verdict}: {h.what}." for h in slope.handed]
    text.append("")
    if code == 1:
        places = sorted({short(h.path, h.line) for h in marks if h.verdict == "wrong"})
        text.append(f"Wrong: {', '.join(places)}.")
    elif code == 0:
        text.append("Right: every slope that was seen, in each line above.")
    else:
        text += _instead(slopes, recording, name)
    return Watched(code, "\n".join(text), lines, slopes)


def _instead(slopes, recording, name):
    """Say what to do where nothing was recognised."""
    frameworks = [word for module, word in _FRAMEWORKS.items() if module in recording.modules]
    if slopes:
        first = "No verdict: the functions above were recognised, but not what they were handed."
    else:
        first = "No verdict: no function was recognised that computes a slope."
    text = [first, "What to do instead:"]
    if recording.end == "raised":
        text.append("- It stopped with an error. Mend that first, and watch again.")
    if recording.end == "stopped":
        text.append("- Did it come as far as training? If not, watch longer: --seconds 30.")
    if frameworks:
        text.append(
            f"- {' and '.join(frameworks)} computes its slopes itself, and this bug cannot be "
            "there. The page “Check your own” lists what goes wrong with frameworks."
        )
    text += [
        "- Is the slope written into a formula, such as error * a * (1 - a)? Then a must be the "
        "output there. Or give it a name, def slope(a): return a * (1 - a), and watch again.",
        "- Ask about two functions alone: python -m nnlib FILE.py:f FILE.py:f_prime",
        "- Compare what one of your own training steps does with a gradient by number: "
        "nnlib.gradients has gradient_from_step and gradient_check for that.",
    ]
    return text
