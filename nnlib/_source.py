"""Read a program's syntax tree, and write the hooks for `nnlib._recording` into it."""

import ast
import itertools
import re

ARGUMENT, VALUE, TICK = "__nnlib_argument__", "__nnlib_value__", "__nnlib_tick__"
_NO_NUMBERS = {"super", "print", "range", "len", "zip", "enumerate", "isinstance", "open", "locals"}
_COUNT = itertools.count()


class Source:
    """A file of the program, compiled with hooks in it.

    Attributes
    ----------
    code
        What to execute: the plain program, where the tree is too deep to change.
    brief
        The first lines of the functions that only return, map or apply something.
    """

    def __init__(self, source, path):
        tree = ast.parse(source, path)
        self._lambdas, self.brief = list(_lambdas(tree)), set(_brief(tree))
        self.code = compile(source, path, "exec", dont_inherit=True)
        try:
            changed = ast.fix_missing_locations(_Hooks().visit(tree))
            self.code = compile(changed, path, "exec", dont_inherit=True)
        except (RecursionError, ValueError):
            pass

    def name_of_lambda(self, code):
        """Return the name that a lambda is stored under."""
        *_, spot = (p for p in code.co_positions() if None not in p and p[3])
        spot = spot[0], spot[2]
        around = [
            (end[0] - start[0], end[1] - start[1], name)
            for start, end, name in self._lambdas
            if start <= spot < end
        ]
        return min(around)[2] if around else "lambda"


class _Hooks(ast.NodeTransformer):
    """Puts hooks around calls and their arguments, around arithmetic, and into loops.

    In arithmetic, it hooks each division and each whole expression that calls something, since an
    activation that is written out is one of the two.
    """

    def visit_Call(self, node):
        self.generic_visit(node)
        if not node.args or getattr(node.func, "id", None) in _NO_NUMBERS:
            return node
        node.args = [
            part if isinstance(part, ast.Starred) else _hooked(ARGUMENT, part) for part in node.args
        ]
        return _hooked(VALUE, node)

    def visit_BinOp(self, node):
        for side in (node.left, node.right):
            side.inner = isinstance(side, ast.BinOp)
        calls = not getattr(node, "inner", False) and any(
            isinstance(part, ast.Call) for part in ast.walk(node)
        )
        self.generic_visit(node)
        return _hooked(VALUE, node) if calls or isinstance(node.op, ast.Div) else node

    def visit_For(self, node):
        self.generic_visit(node)
        node.body.insert(0, ast.Expr(ast.Call(ast.Name(TICK, ast.Load()), [], [])))
        return node

    visit_While = visit_AsyncFor = visit_For


def _hooked(hook, node):
    call = ast.Call(ast.Name(hook, ast.Load()), [ast.Constant(next(_COUNT)), node], [])
    for part in (call, call.func, call.args[0]):
        ast.copy_location(part, node)
    return call


def _brief(tree):
    for node in ast.walk(tree):
        if isinstance(node, ast.Lambda):
            yield node.lineno
        elif isinstance(node, ast.FunctionDef):
            *before, last = node.body
            only = isinstance(last, ast.Return) and len(before) <= bool(ast.get_docstring(node))
            if only or re.search("map|apply|each", node.name):
                yield min([node.lineno, *(d.lineno for d in node.decorator_list)])


def _lambdas(tree):
    """Yield where each lambda begins and ends, and the name that it is stored under."""
    for node in ast.walk(tree):
        match node:
            case ast.Assign(targets=[ast.Tuple(elts=targets), *_], value=ast.Tuple(elts=values)):
                for target, value in zip(targets, values):
                    yield from _inside(value, ast.unparse(target))
            case (
                ast.Assign(targets=[target, *_], value=value)
                | ast.AnnAssign(target=target, value=value)
                | ast.NamedExpr(target=target, value=value)
            ):
                yield from _inside(value, ast.unparse(target))
            case ast.Call(keywords=keywords):
                for keyword in keywords:
                    yield from _inside(keyword.value, keyword.arg or "lambda")


def _inside(node, name):
    match node:
        case ast.Lambda():
            start = node.lineno, node.col_offset
            yield start, (node.end_lineno, node.end_col_offset), name
        case ast.Dict():
            for key, value in zip(node.keys, node.values):
                constant = isinstance(key, ast.Constant)
                yield from _inside(value, str(key.value) if constant else name)
        case ast.Tuple(elts=parts) | ast.List(elts=parts) | ast.Call(args=parts):
            alone = isinstance(node, ast.Call) and len(parts) == 1
            for i, part in enumerate(parts):
                yield from _inside(part, name if alone else f"{name}[{i}]")
            for keyword in getattr(node, "keywords", []):
                yield from _inside(keyword.value, keyword.arg or name)
