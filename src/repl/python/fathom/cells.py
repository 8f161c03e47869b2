"""Compiling and running a cell, and telling what went wrong in it."""

from __future__ import annotations

import sys

import _ast

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import CodeType
    from typing import Any, Coroutine

_ONLY_AST = 0x400
_TOP_LEVEL_AWAIT = 0x2000
_COROUTINE = 0x80
"""Flags of ``ast`` and ``inspect``, whose import would take longer than the start of a kernel."""

PARSED = _ONLY_AST | _TOP_LEVEL_AWAIT
"""Flags that make ``compile`` give the tree of a cell."""

NOT_COMPILED = (SyntaxError, ValueError, OverflowError, RecursionError, MemoryError)
"""What ``compile`` raises for a text that is not a program."""


class Cell:
    """A compiled cell: the statements, and the last one apart when it is an expression to echo."""

    __slots__ = ("statements", "echo")

    def __init__(self, source: str, filename: str) -> None:
        tree: Any = compile(source, filename, "exec", _ONLY_AST | _TOP_LEVEL_AWAIT, dont_inherit=True)
        body: list[Any] = tree.body
        last = None
        if body and isinstance(body[-1], _ast.Expr) and not source.rstrip().endswith(";"):
            last = _ast.Expression(body=body.pop().value)
        self.statements = self._compile(tree, filename, "exec") if body else None
        self.echo = self._compile(last, filename, "eval") if last else None

    @staticmethod
    def _compile(tree: Any, filename: str, mode: str) -> CodeType:
        return compile(tree, filename, mode, _TOP_LEVEL_AWAIT, dont_inherit=True)  # type: ignore[no-any-return]


class Runner:
    """Runs code in a namespace; code with top-level ``await`` on one event loop for all cells."""

    def __init__(self, variables: dict[str, Any]) -> None:
        self._variables = variables
        self._loop: Any = None

    def run(self, code: CodeType) -> Any:
        """Runs code and returns the value of an expression."""
        value = eval(code, self._variables)
        return self._await(value) if code.co_flags & _COROUTINE else value

    def _await(self, coroutine: Coroutine[Any, Any, Any]) -> Any:
        import asyncio

        if self._loop is None or self._loop.is_closed():
            self._loop = asyncio.new_event_loop()
        asyncio.set_event_loop(self._loop)
        try:
            return self._loop.run_until_complete(coroutine)
        except BaseException:
            self._cancel_tasks(asyncio)
            raise

    def _cancel_tasks(self, asyncio: Any) -> None:
        """What an exception or interrupt left behind must not go on in the next cell."""
        tasks = asyncio.all_tasks(self._loop)
        if tasks:
            for task in tasks:
                task.cancel()
            self._loop.run_until_complete(asyncio.gather(*tasks, return_exceptions=True))


class Sources:
    """The text of each cell, for tracebacks and ``inspect.getsource``."""

    def __init__(self) -> None:
        self._texts: dict[str, str] = {}

    def add(self, filename: str, text: str) -> None:
        """Remembers a cell's text."""
        self._texts[filename] = text
        if "linecache" in sys.modules:
            self.publish()

    def publish(self) -> None:
        """Hands the texts to ``linecache``. Only once something needs it: its import is slow."""
        import linecache

        for filename, text in self._texts.items():
            if filename not in linecache.cache:
                lines = [line + "\n" for line in text.split("\n")]
                linecache.cache[filename] = (len(text), None, lines, filename)

    def describe(self, error: BaseException) -> str:
        """The traceback of an exception, limited to cells."""
        import traceback

        self.publish()
        described = traceback.TracebackException.from_exception(error)
        _keep_cells(described, set())
        if not described.stack and described.__cause__ is None:
            return "".join(described.format_exception_only())
        return "".join(described.format())


def is_cell(filename: str) -> bool:
    """Whether a code object's file name is a cell's."""
    return filename.startswith("<cell ")


def _keep_cells(described: Any, seen: set[int]) -> None:
    while described is not None and id(described) not in seen:
        seen.add(id(described))
        described.stack[:] = [frame for frame in described.stack if is_cell(frame.filename)]
        for inner in getattr(described, "exceptions", None) or ():
            _keep_cells(inner, seen)
        _keep_cells(described.__cause__, seen)
        described = described.__context__
