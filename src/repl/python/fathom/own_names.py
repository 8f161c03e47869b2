"""Names of ours that the user's code takes for variables of its own."""

from __future__ import annotations

import _ast

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Iterable

MODULES = frozenset(
    "ast asyncio bisect collections copy csv datetime difflib fnmatch functools hashlib heapq io itertools json "
    "math operator os pathlib random re statistics string sys textwrap time traceback typing".split()
)
"""Modules that are imported where a cell uses them without: models forget to."""

_MEMBERS = {
    "Counter": "collections",
    "OrderedDict": "collections",
    "defaultdict": "collections",
    "deque": "collections",
    "namedtuple": "collections",
    "dataclass": "dataclasses",
    "dedent": "textwrap",
    "chain": "itertools",
    "combinations": "itertools",
    "groupby": "itertools",
    "islice": "itertools",
    "product": "itertools",
    "partial": "functools",
    "reduce": "functools",
    "Path": "pathlib",
    "ThreadPoolExecutor": "concurrent.futures",
    "as_completed": "concurrent.futures",
}


def forgotten_import(name: str) -> Any:
    """The module of that name, or what a module has by it; None where that can't be known."""
    import importlib

    if name in MODULES:
        return importlib.import_module(name)
    module = _MEMBERS.get(name)
    return None if module is None else getattr(importlib.import_module(module), name)


def functions_meant(source: str, flags: int, taken: Iterable[str]) -> list[str]:
    """The names of `taken` that a cell calls, and so means as the functions that they were.

    :param taken: names of functions that are variables now, and can't be called.
    """
    import ast

    called: set[str] = set()
    used: set[str] = set()
    set_here: set[str] = set()
    heads: set[int] = set()
    for node in ast.walk(compile(source, "<cell>", "exec", flags, dont_inherit=True)):  # type: ignore[arg-type]
        if isinstance(node, _ast.Call) and isinstance(node.func, _ast.Name):
            called.add(node.func.id)
            heads.add(id(node.func))
        elif isinstance(node, _ast.Name):
            if isinstance(node.ctx, _ast.Load):
                if id(node) not in heads:
                    used.add(node.id)
            else:
                set_here.add(node.id)
    # What is also read as a value, and not set before, may be either.
    return [name for name in taken if name in called and (name not in used or name in set_here)]
