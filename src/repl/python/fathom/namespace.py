"""The names that cells see."""

from __future__ import annotations

import builtins
import sys
from types import ModuleType

from fathom.answers import Submission
from fathom.channel import Channel, decode
from fathom.documents import document_functions
from fathom.errors import NotAvailable, SubcallError
from fathom.lazy_text import LazyText, document_texts, print_lazily
from fathom.numbered import NumberedText
from fathom.report import report_functions
from fathom.repository import METHODS, Repository
from fathom.results import path_of
from fathom.subcalls import subcall_functions

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable, NoReturn

MAX_VARIABLES = 500
"""More than this many variables are not listed."""

_SIZED = ("builtins", "collections", "fathom.numbered", "fathom.results", "fathom.language", "fathom.subcalls")


class Namespace:
    """The user's variables, and what Fathom puts beside them.

    Some names are *reserved* (``context``, ``answer``, ``llm_query``, ...): they are globals, and back in
    place before each cell. The others (``grep``, ``files``, ``read``, ...) are builtins: a variable of
    that name hides them, as with any builtin, and is the user's to keep.
    """

    def __init__(self, channel: Channel, header: dict[str, Any], body: bytes) -> None:
        # A real `__main__`: dataclasses, pickle and typing look their classes' module up.
        self._module = ModuleType("__main__")
        sys.modules["__main__"] = self._module
        self.variables: dict[str, Any] = self._module.__dict__
        self.submission = Submission()
        self._repository: Repository | None = None
        context: Any
        if header["context"] == "repository":
            repository = Repository(channel, header["name"], header["maxFileSize"])
            context = self._repository = repository
            functions = {name: getattr(context, name) for name in METHODS}
        elif header["context"] == "documents":
            texts, places = document_texts(channel, header["documents"], body)
            context = texts[0] if len(texts) == 1 else texts
            functions = document_functions(context, places)
            if any(isinstance(text, LazyText) for text in texts):
                functions["print"] = print_lazily
        else:
            context = decode(body.decode("utf-8"))
            functions = document_functions(context)
        self._reserved: dict[str, Any] = {
            "context": context,
            **subcall_functions(channel),
            **report_functions(channel),
            "answer": self.submission.answer,
            **self.submission.functions(self.variables),
            "SHOW_VARS": self._show_vars,
        }
        for name, value in functions.items():
            setattr(builtins, name, value)
        for value in (_cite, _help, _input, _exit):
            setattr(builtins, value.__name__, value)
        builtins.quit = _exit  # type: ignore[attr-defined]
        builtins.NotAvailable = NotAvailable  # type: ignore[attr-defined]
        builtins.SubcallError = SubcallError  # type: ignore[attr-defined]
        self.variables["__builtins__"] = builtins
        self._builtins = dict(builtins.__dict__)
        self.variables.update(self._reserved)

    def restore_builtins(self) -> None:
        """After a cell: the runtime needs `len` and its like, whatever the cell made of them."""
        builtins.__dict__.update(self._builtins)

    def __contains__(self, name: object) -> bool:
        return name in self.variables or name in builtins.__dict__

    def restore(self) -> None:
        """Before a cell: puts back what an earlier one may have overwritten."""
        variables = self.variables
        variables["__builtins__"] = builtins
        variables["__name__"] = "__main__"
        variables.pop("print", None)
        variables.update(self._reserved)
        sys.modules["__main__"] = self._module
        if self._repository is not None:
            self._repository.forget_listing()

    def settle(self) -> list[str]:
        """After a cell: takes the answer from wherever it was put. Returns notes for the model."""
        notes: list[str] = []
        variables = self.variables
        if "answer" in variables:
            note = self.submission.adopt(variables["answer"])
            if note:
                notes.append(note)
        taken = [
            name
            for name, value in self._reserved.items()
            if name != "answer" and variables.get(name) is not value
        ]
        for name in taken:
            notes.append(f"`{name}` is reserved and will be as before in the next cell; use another name.")
        variables.update(self._reserved)
        return notes

    def assign(self, values: dict[str, Any]) -> None:
        """Sets variables for the host. ``answer`` is set in place."""
        for name, value in values.items():
            if name == "answer":
                self.submission.reset(value.get("content", ""), value.get("ready", False))
            elif name in self._reserved:
                raise ValueError(f"{name} is reserved")
            else:
                self.variables[name] = value

    def summaries(self) -> list[dict[str, Any]]:
        """The user's variables: name, type and length."""
        found = []
        for name, value in list(self.variables.items()):
            if not isinstance(name, str) or name.startswith("_") or name in self._reserved:
                continue
            if isinstance(value, ModuleType):
                continue
            found.append({"name": name[:200], "type": _type_name(value), "length": _length(value)})
            if len(found) == MAX_VARIABLES:
                break
        return found

    def _show_vars(self) -> _Table:
        """The variables you made, their types and sizes."""
        rows = self.summaries()
        if not rows:
            return _Table("no variables yet")
        width = max(len(row["name"]) for row in rows)
        lines = [
            f"{row['name']:<{width}}  {row['type']}"
            + ("" if row["length"] is None else f", length {row['length']:,}")
            for row in rows
        ]
        return _Table("\n".join(lines))


class _Table(str):
    """A text that is echoed as it is."""

    __slots__ = ()

    __repr__ = str.__str__


def _type_name(value: object) -> str:
    if type(value) is NumberedText:
        return "str"
    return type(value).__qualname__[:100]


def _length(value: object) -> int | None:
    # Only where `len` can neither take long nor run the user's code.
    if type(value).__module__ not in _SIZED or isinstance(value, type):
        return None
    try:
        return len(value)  # type: ignore[arg-type]
    except TypeError:
        return None


def _cite(path: object, start: int | None = None, end: int | None = None) -> str:
    """A citation to put in the answer: "path:line" or "path:start-end". Takes a Match or Piece, too."""
    name = path_of(path)
    if start is None:
        start = getattr(path, "start", None) or getattr(path, "line", None)
        end = getattr(path, "end", None) if end is None else end
    if not isinstance(start, int) or start < 1 or callable(start):
        raise ValueError(f"cite needs a line, from 1: cite(path, start, end); not {start!r}")
    if end is None or end == start:
        return _quoted(f"{name}:{start}")
    if not isinstance(end, int) or end < start:
        raise ValueError(f"end must be a line from {start} on, not {end!r}")
    return _quoted(f"{name}:{start}-{end}")


def _quoted(citation: str) -> str:
    """In backticks where the name has characters that could not be told from the text around it."""
    plain = all(one.isalnum() or one in "_@.+~$/[]-:" or one > "\x7f" for one in citation)
    return citation if plain else f"`{citation}`"


def _help(*args: object) -> None:
    """help(name) prints what something is and how to use it."""
    if not args:
        print(
            "context, llm_query, llm_query_batched, rlm_query, rlm_query_batched, answer, FINAL, FINAL_VAR, SHOW_VARS, report, open_document, cite, "
            + ", ".join(METHODS)
            + ".\nhelp(grep), for instance, shows how to use one."
        )
        return
    import pydoc

    # With an output of its own pydoc starts no pager.
    pydoc.Helper(input=sys.stdin, output=sys.stdout).help(args[0])


def _input(prompt: object = "") -> NoReturn:
    """Not possible: nobody sits at this Python."""
    raise RuntimeError("input() is not possible: nobody sits at this Python. Go on with what there is.")


def _exit(code: object = None) -> NoReturn:
    """Ends the cell."""
    raise SystemExit(code)


_FUNCTIONS: tuple[tuple[str, Callable[..., Any]], ...] = (
    ("cite", _cite),
    ("help", _help),
    ("input", _input),
    ("exit", _exit),
)
for _name, _function in _FUNCTIONS:
    _function.__name__ = _function.__qualname__ = _name
Namespace._show_vars.__name__ = Namespace._show_vars.__qualname__ = "SHOW_VARS"
