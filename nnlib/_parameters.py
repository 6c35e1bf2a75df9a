"""Take the parameters out of whatever holds them, put others in, and put everything back.

People keep weights in arrays, in lists of them, in nested lists of numbers, in dictionaries, in an
object's attributes, or as a program's globals. A path leads to each: the keys, indices and
attributes to write after the holder.
"""

import inspect
import re
import types
from contextlib import suppress

import numpy as np

from nnlib._checks import reals

_NUMBERS = (float, int, np.number)
_PLAIN = (*_NUMBERS, bool, str, bytes, type(None), types.ModuleType, type, types.FunctionType)


class Parameters:
    """The arrays in a holder, each with the name that its owner would give it.

    Attributes
    ----------
    names
        ``"1"``, ``"2"`` … for the layers of a list, otherwise what the code calls them: ``W1``,
        ``weights[0]``, ``layers[0].W``.
    values
        Their numbers when they were taken out, copied into float64 arrays.
    live
        Whether functions of the parameters are handed the holder itself, since an object or a
        program cannot be copied safely.
    """

    def __init__(self, holder, role="w", names=None):
        self.holder, self.role = holder, role
        is_module = isinstance(holder, types.ModuleType)
        self.program = is_module or (isinstance(holder, dict) and "__builtins__" in holder)
        copied = isinstance(holder, (list, tuple, dict)) or hasattr(holder, "__array__")
        self.live = self.program or not (copied or np.isscalar(holder))
        self._top = vars(holder) if is_module else holder
        if self.live and not self.program:
            for held in (getattr(holder, "params", None), getattr(holder, "parameters", None)):
                if isinstance(held, (list, tuple, dict, np.ndarray)):
                    self._top = held
                    break
        found = {_name(path, isinstance(self._top, dict)): path for path in self._paths()}
        if names is not None:
            unknown = [name for name in names if name not in found]
            if unknown:
                raise ValueError(
                    f"names lists {', '.join(unknown)}; {role} holds real numbers only as "
                    f"{', '.join(found) or 'no name'}."
                )
            found = {name: found[name] for name in names}
        self.paths = found
        self.values = [self._value(path) for path in found.values()]
        if not found or not all(value.size for value in self.values):
            raise ValueError(
                f"{role} is {holder!r:.80}; give real numbers, and no empty layer: arrays, lists "
                f"of numbers, a dictionary or an object with them, or globals()."
            )

    @property
    def names(self):
        """The names in order."""
        return list(self.paths)

    @property
    def declared(self):
        """Whether an object itself says, in its ``params``, what its parameters are."""
        return not self.program and self._top is not self.holder

    @property
    def has_lists(self):
        """Whether some are in lists of numbers rather than arrays."""
        return any(isinstance(self._at(path), (list, tuple)) for path in self.paths.values())

    @property
    def kept_by_name(self):
        """Whether some are kept under names, where other numbers may be too."""
        return not self.declared and any(
            isinstance(key, str) for path in self.paths.values() for key in path
        )

    def only(self, names):
        """Return only the parameters with these names."""
        return Parameters(self.holder, self.role, names)

    def now(self):
        """Return the holder's present values, with None for one that is gone or reshaped."""
        current = []
        for path, old in zip(self.paths.values(), self.values):
            try:
                value = self._value(path)
            except (LookupError, AttributeError, TypeError, ValueError):
                value = None
            current.append(value if value is not None and value.shape == old.shape else None)
        return current

    def form(self, values, arrays):
        """Return these values in a new holder of the same form.

        Lists of numbers become lists again, or arrays if `arrays` is true.
        """
        by_path = dict(zip(self.paths.values(), values))

        def build(node, path):
            if path in by_path:
                return _like(node, by_path[path], arrays)
            if isinstance(node, dict):
                return {key: build(child, (*path, key)) for key, child in node.items()}
            if isinstance(node, (list, tuple)):
                items = [build(child, (*path, i)) for i, child in enumerate(node)]
                return type(node)(*items) if hasattr(node, "_fields") else type(node)(items)
            return node.copy() if isinstance(node, np.ndarray) else node

        return build(self._top, ())

    def place(self, values):
        """Put values into the holder, in place where it has a float64 array."""
        for path, value in zip(self.paths.values(), values):
            old = self._at(path)
            if isinstance(old, np.ndarray) and old.dtype == np.float64 and old.flags.writeable:
                old[...] = value
            elif isinstance(old, list):
                old[:] = value.tolist()
            elif path:
                _set(self._at(path[:-1]), path[-1], _like(old, value, arrays=False))
            else:
                raise TypeError(
                    f"{self.role} is {old!r:.80}; give an array of float64 where functions without "
                    f"an argument read it."
                )

    def _value(self, path):
        return reals(self._at(path), self.role).copy()

    def _at(self, path):
        node = self._top
        for key in path:
            is_item = isinstance(node, (list, tuple, dict, np.ndarray))
            node = node[key] if is_item else getattr(node, key.removeprefix("."))
        return node

    def _paths(self):
        """Yield the path to each array, list of equal rows, or number that may be a parameter."""
        seen = set()

        def walk(node, path, named=False):
            if _is_leaf(node, named) and not (_holds_layers(node) and not path):
                yield path
                return
            if id(node) in seen and not isinstance(node, _PLAIN):
                return
            seen.add(id(node))
            if isinstance(node, dict):
                for key, child in node.items():
                    if isinstance(key, str) and self.program and _is_machinery(key):
                        continue
                    yield from walk(child, (*path, key), True)
            elif isinstance(node, (list, tuple)):
                for i, child in enumerate(node):
                    yield from walk(child, (*path, i), named)
            elif not self.program and (path or self.live) and _attributes(node):
                for key, child in _attributes(node).items():
                    yield from walk(child, (*path, f".{key}"), True)
            elif not named:
                what = f"a layer of {self.role}" if path else self.role
                raise TypeError(
                    f"{what} is {node!r:.80} ({type(node).__name__}); give real numbers: arrays, "
                    f"lists of numbers, a dictionary or an object with them, or globals()."
                )

        return list(walk(self._top, ()))


class Snapshot:
    """Everything in some holders, down to the numbers in their arrays, to be put back."""

    def __init__(self, *holders):
        self._kept = {}
        waiting = list(holders)
        while waiting:
            node = waiting.pop()
            if isinstance(node, types.ModuleType) and node in holders:
                node = vars(node)
            if isinstance(node, _PLAIN) or id(node) in self._kept:
                continue
            if isinstance(node, np.ndarray):
                content = node.copy()
            elif isinstance(node, dict):
                content = dict(node)
                waiting += content.values()
            elif isinstance(node, (list, tuple)):
                content = list(node)
                waiting += content
            elif isinstance(node, types.MethodType):
                content = None
                waiting.append(node.__self__)
            else:
                content = _attributes(node)
                waiting += content.values()
            self._kept[id(node)] = node, content

    def restore(self):
        """Put everything back."""
        for node, content in self._kept.values():
            if isinstance(node, np.ndarray):
                if node.flags.writeable:
                    node[...] = content
            elif isinstance(node, list):
                node[:] = content
            elif isinstance(node, dict):
                for key in [key for key in node if key not in content]:
                    del node[key]
                node.update(content)
            elif content is not None and not isinstance(node, tuple):
                for key in [key for key in _attributes(node) if key not in content]:
                    object.__delattr__(node, key)
                for key, value in content.items():
                    object.__setattr__(node, key, value)


def takes_argument(function):
    """Whether a function needs an argument, or None if it needs more than one."""
    try:
        parameters = inspect.signature(function).parameters.values()
    except (TypeError, ValueError):
        return True
    positional = [p for p in parameters if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)]
    required = sum(p.default is p.empty for p in positional)
    if required > 1:
        return None
    return required == 1 or any(p.kind is p.VAR_POSITIONAL for p in parameters)


def _is_machinery(key):
    return key.startswith("_") or key in ("In", "Out")


def _is_leaf(node, named):
    """Whether something holds numbers; whole numbers with a name are sizes and counts."""
    kinds = "f" if named else "biuf"
    if isinstance(node, (np.ndarray, np.number)):
        return node.dtype.kind in kinds
    if isinstance(node, _NUMBERS):
        return isinstance(node, float) or not named
    first = node
    while isinstance(first, (list, tuple)) and first:
        first = first[0]
    if isinstance(first, _NUMBERS) and not _holds_arrays(node):
        with suppress(ValueError):  # rows of several lengths are several layers
            return np.asarray(node).dtype.kind in kinds
    return False


def _holds_arrays(node):
    return any(isinstance(child, np.ndarray) and child.ndim for child in node)


def _holds_layers(node):
    return isinstance(node, (list, tuple)) and any(np.ndim(child) for child in node)


def _attributes(node):
    """Return the attributes of an object of somebody's own class."""
    state = None if isinstance(node, _PLAIN) else object.__getstate__(node)
    parts = state if isinstance(state, tuple) else (state,)  # with slots: the others, the slots
    return {name: value for part in parts if part for name, value in part.items()}


def _set(node, key, value):
    if isinstance(node, (list, dict)):
        node[key] = value
    elif isinstance(node, tuple):
        raise TypeError(
            f"the parameters are in a tuple, {node!r:.60}, which cannot change; give a list."
        )
    else:
        object.__setattr__(node, key.removeprefix("."), value)


def _like(old, value, arrays):
    """Return numbers in the form of those that they replace."""
    value = np.array(value)
    if isinstance(old, (list, tuple)) and not arrays:
        return value.tolist() if isinstance(old, list) else tuple(value.tolist())
    if isinstance(old, _NUMBERS):
        return float(value)
    return value


def _name(path, by_key):
    """Return what code writes to reach a parameter; a layer of a list goes by its number."""
    if not path:
        return "1"
    if len(path) == 1 and by_key:
        return str(path[0])
    if len(path) == 1 and isinstance(path[0], int):
        return str(path[0] + 1)
    words = [key if isinstance(key, str) and key.startswith(".") else f"[{key!r}]" for key in path]
    first = path[0]
    if isinstance(first, str):
        words[0] = first.removeprefix(".")
    return "".join(words)


def number_of(name):
    """Return the last number in a parameter's name, which is its layer, or −1.

    >>> number_of("W2"), number_of("layers[0].W"), number_of("bias")
    (2, 0, -1)
    """
    numbers = re.findall(r"\d+", name)
    return int(numbers[-1]) if numbers else -1
