"""Finds names that nothing defines, before a cell runs.

A NameError after a batch of sub-calls would come when they have been paid for.
"""

from __future__ import annotations

import _symtable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Container, Iterator

_SCOPE_OFFSET = _symtable.SCOPE_OFF
_SCOPE_MASK = _symtable.SCOPE_MASK
_USED = _symtable.USE
_BOUND = _symtable.DEF_BOUND
_IMPLICIT = _symtable.GLOBAL_IMPLICIT
_EXPLICIT = _symtable.GLOBAL_EXPLICIT

_DYNAMIC = ("exec", "eval", "globals", "locals", "vars", "NameError", "setattr", "__builtins__")
"""A cell that has these may define a name, or mean it to be missing, in ways that can't be seen here."""

_COMPREHENSIONS = ("listcomp", "setcomp", "dictcomp", "genexpr")


class UndefinedNames(NameError):
    """A cell uses names that nothing defines; it was not run."""


UndefinedNames.__name__ = UndefinedNames.__qualname__ = "NameError"
UndefinedNames.__module__ = "builtins"


def undefined_names(source: str, known: Container[str]) -> list[str]:
    """The names that a cell is sure to look up and that neither it nor `known` defines, in order.

    Functions of the cell only count when the cell itself uses them: what they need may still come.
    """
    if "import *" in source:
        return []
    try:
        top: Any = _symtable.symtable(source, "<cell>", "exec")
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return []  # Top-level await is a syntax error to it in some versions.
    tables = list(_walk(top))
    if any(name in table.symbols for table in tables for name in _DYNAMIC):
        return []
    defined = {name for name, flags in top.symbols.items() if flags & _BOUND}
    for table in tables:
        for name, flags in table.symbols.items():
            if flags & _BOUND and _scope(flags) == _EXPLICIT:
                defined.add(name)
    missing: list[str] = []
    reached = {name for name, flags in top.symbols.items() if flags & _USED}
    pending = [top]
    seen: set[int] = set()
    while pending:
        table = pending.pop(0)
        if id(table) in seen:
            continue
        seen.add(id(table))
        for name, flags in table.symbols.items():
            if not flags & _USED or (table is top and name in defined):
                continue
            if table is not top and _scope(flags) not in (_IMPLICIT, _EXPLICIT):
                continue
            reached.add(name)
            if name in defined or name in known or name.startswith("__") or name in missing:
                continue
            missing.append(name)
        for child in table.children:
            if _runs_with_its_parent(child) or child.name in reached:
                pending.append(child)
        # A function may be reached only now, through another one.
        pending.extend(child for child in top.children if child.name in reached)
    return missing


def _runs_with_its_parent(table: Any) -> bool:
    """Comprehensions and class bodies run where they stand; functions when they are called."""
    return table.type != _symtable.TYPE_FUNCTION or table.name in _COMPREHENSIONS


def _scope(flags: int) -> int:
    return (flags >> _SCOPE_OFFSET) & _SCOPE_MASK


def _walk(table: Any) -> Iterator[Any]:
    yield table
    for child in table.children:
        yield from _walk(child)
