"""Mutants of a Python source: each one small change that a test ought to notice."""

from __future__ import annotations

import ast
import copy
from collections.abc import Iterator
from dataclasses import dataclass

_NEGATED: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Lt: ast.GtE,
    ast.GtE: ast.Lt,
    ast.Gt: ast.LtE,
    ast.LtE: ast.Gt,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
}
_SHIFTED: dict[type[ast.cmpop], type[ast.cmpop]] = {ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt}
_SWAPPED: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.FloorDiv,
    ast.FloorDiv: ast.Mult,
    ast.Div: ast.Mult,
    ast.BitAnd: ast.BitOr,
    ast.BitOr: ast.BitAnd,
}
_ENUMS = {"Enum", "StrEnum", "IntEnum", "Flag"}


@dataclass(frozen=True)
class Mutant:
    """One change in one file. `start`, `end`: byte offsets; `lines`: first and last, from 1."""

    path: str
    lines: tuple[int, int]
    start: int
    end: int
    new: str
    change: str
    in_function: bool

    def applied_to(self, source: bytes) -> bytes:
        """The file with the change made."""
        return source[: self.start] + self.new.encode() + source[self.end :]

    @property
    def place(self) -> str:
        """Where, as an editor opens it."""
        return f"{self.path}:{self.lines[0]}"


def mutants_of(path: str, source: bytes) -> list[Mutant]:
    """Every mutant of a file, in the order of the file."""
    found = _Finder(path, source).run(ast.parse(source))
    return sorted(set(found), key=lambda mutant: (mutant.start, mutant.change))


class _Finder:
    """Walks a tree with what must be left alone left out: annotations, enums, docstrings, logs, f-strings."""

    def __init__(self, path: str, source: bytes) -> None:
        self._path = path
        lines = source.splitlines(keepends=True)
        self._offsets = [sum(map(len, lines[:number])) for number in range(len(lines) + 1)]

    def run(self, tree: ast.Module) -> Iterator[Mutant]:
        for statement in tree.body:
            yield from self._visit(statement, inside=False)

    def _visit(self, node: ast.AST, *, inside: bool) -> Iterator[Mutant]:
        if _left_alone(node):
            return
        for new, change in _changes(node, inside=inside):
            yield self._mutant(node, new, change, inside=inside)
        for test in _plain_tests(node):
            yield self._mutant(test, f"(not {ast.unparse(test)})", f"if {_short(test)}  ->  if not", inside=inside)
        inner = inside or isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
        for child in _children(node):
            yield from self._visit(child, inside=inner)

    def _mutant(self, node: ast.AST, new: str, change: str, *, inside: bool) -> Mutant:
        assert isinstance(node, ast.stmt | ast.expr) and node.end_lineno and node.end_col_offset is not None
        start = self._offsets[node.lineno - 1] + node.col_offset
        end = self._offsets[node.end_lineno - 1] + node.end_col_offset
        return Mutant(self._path, (node.lineno, node.end_lineno), start, end, new, change, inside)


def _children(node: ast.AST) -> Iterator[ast.AST]:
    """What runs: not what is only said of types, nor decorators, nor patterns (which are not expressions)."""
    for name, value in ast.iter_fields(node):
        if name in {"annotation", "returns", "decorator_list", "pattern", "type_params"}:
            continue
        yield from (child for child in (value if isinstance(value, list) else [value]) if isinstance(child, ast.AST))


def _left_alone(node: ast.AST) -> bool:
    match node:
        case ast.JoinedStr():  # before Python 3.12 what is in it has no place of its own
            return True
        case ast.Expr(value=ast.Constant()):  # a docstring
            return True
        case ast.Expr(value=ast.Call(func=ast.Attribute(value=ast.Name(id="log")))):
            return True
        case ast.If(test=ast.Name(id="TYPE_CHECKING")):
            return True
        case ast.ClassDef(bases=bases):
            return any(isinstance(base, ast.Name) and base.id in {*_ENUMS, "Protocol"} for base in bases)
        case ast.Call(func=ast.Name(id="NewType" | "TypeVar")):
            return True
        case _:
            return False


def _changes(node: ast.AST, *, inside: bool) -> Iterator[tuple[str, str]]:
    """The new text in place of the node, and the change in words."""
    if isinstance(node, ast.stmt):
        yield from _statement_changes(node)
    elif isinstance(node, ast.expr):
        for changed in _expression_changes(node, inside=inside):
            new = ast.unparse(changed)
            yield f"({new})", f"{_short(node)}  ->  {_short(changed)}"


def _statement_changes(node: ast.stmt) -> Iterator[tuple[str, str]]:
    match node:
        case ast.Return(value=value) if value is not None and not _is_none(value):
            yield "return None", f"{_short(node)}  ->  return None"
        case ast.Expr(value=ast.Call() | ast.Await()) | ast.Raise() | ast.Delete() | ast.AugAssign():
            yield "pass", f"{_short(node)}  ->  removed"
        case ast.Continue():
            yield "break", "continue  ->  break"
        case ast.Break():
            yield "continue", "break  ->  continue"


def _expression_changes(node: ast.expr, *, inside: bool) -> Iterator[ast.expr]:
    match node:
        case ast.Compare(ops=ops):
            for table in (_NEGATED, _SHIFTED):
                for number, op in enumerate(ops):
                    if type(op) in table:
                        yield _with(node, ops=[*ops[:number], table[type(op)](), *ops[number + 1 :]])
        case ast.BoolOp(op=op):
            yield _with(node, op=ast.Or() if isinstance(op, ast.And) else ast.And())
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            yield operand
        case ast.BinOp(op=op) if type(op) in _SWAPPED and not _is_text(node.left) and not _is_text(node.right):
            yield _with(node, op=_SWAPPED[type(op)]())
        case ast.Constant(value=bool() as value):
            yield ast.Constant(not value)
        case ast.Constant(value=int() | float() as value):
            yield from (ast.Constant(value + 1), ast.Constant(value - 1))
        case ast.Constant(value=str() as value) if inside:
            yield ast.Constant(f"{value}~")


def _plain_tests(node: ast.AST) -> list[ast.expr]:
    """The conditions of a node that are no comparison, whose negation no other change makes."""
    match node:
        case ast.If(test=test) | ast.While(test=test) | ast.IfExp(test=test):
            tests = [test]
        case ast.comprehension(ifs=ifs):
            tests = ifs
        case _:
            tests = []
    return [test for test in tests if isinstance(test, ast.Name | ast.Attribute | ast.Call | ast.Await | ast.Subscript)]


def _with(node: ast.expr, **fields: object) -> ast.expr:
    new = copy.copy(node)
    for name, value in fields.items():
        setattr(new, name, value)
    return new


def _is_none(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


def _is_text(node: ast.expr) -> bool:
    return isinstance(node, ast.JoinedStr) or (isinstance(node, ast.Constant) and isinstance(node.value, str))


def _short(node: ast.AST) -> str:
    text = " ".join(ast.unparse(node).split())
    return text if len(text) <= 90 else f"{text[:87]}..."
