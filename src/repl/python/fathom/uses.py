"""Tells a cell from a text that only happens to be Python."""

from __future__ import annotations

import _ast

from fathom.undefined import undefined_names

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable, Container, Iterator

_ONLY_AST = 0x400
_TOP_LEVEL_AWAIT = 0x2000

_ACTS = (_ast.Call, _ast.Subscript, _ast.Assign, _ast.AugAssign, _ast.Await)
"""What does something with a name. One that only stands there is a word."""


def uses_names(source: str, offers: Callable[[str], bool], known: Container[str]) -> bool:
    """Whether a program that compiles does something with a name that is offered, and needs none that is unknown."""
    tree: Any = compile(source, "<cell>", "exec", _ONLY_AST | _TOP_LEVEL_AWAIT, dont_inherit=True)
    return any(offers(name) for name in _names_in_acts(tree)) and not undefined_names(source, known)


def _names_in_acts(tree: Any) -> Iterator[str]:
    """The names that something is done with. Assigning to one is nothing that is done with it."""
    pending = [(tree, False)]
    while pending:
        node, inside = pending.pop()
        inside = inside or isinstance(node, _ACTS)
        if inside and isinstance(node, _ast.Name) and (node.id == "answer" or isinstance(node.ctx, _ast.Load)):
            yield node.id
        for field in node._fields or ():
            value = getattr(node, field, None)
            for child in value if isinstance(value, list) else (value,):
                if isinstance(child, _ast.AST):
                    pending.append((child, inside))
