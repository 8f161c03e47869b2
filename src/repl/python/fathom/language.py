"""What the language servers of an editor are asked. Outside an editor the host has none."""

from __future__ import annotations

from collections import namedtuple

from fathom.channel import decode
from fathom.results import Match, Matches, Row, path_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Iterable


class Symbol(Row, namedtuple("Symbol", "path line end name kind container")):
    """Something that a file declares, from ``line`` to ``end``; ``container`` is what it is in, or ""."""

    __slots__ = ()

    def __repr__(self) -> str:
        inside = f" in {self.container}" if self.container else ""
        return f"{self.path}:{self.line}: {self.kind} {self.name}{inside}"

    __str__ = __repr__


class Call(Row, namedtuple("Call", "path line column text caller")):
    """A line that calls a function; ``caller`` is the function that the line is in."""

    __slots__ = ()

    def __repr__(self) -> str:
        return f"{self.path}:{self.line}: {self.text.strip()} [in {self.caller}]"

    __str__ = __repr__


class Diagnostic(Row, namedtuple("Diagnostic", "path line severity message source")):
    """Something that is wrong with a line; ``source`` says who found it, or is ""."""

    __slots__ = ()

    def __repr__(self) -> str:
        source = f" [{self.source}]" if self.source else ""
        return f"{self.path}:{self.line}: {self.severity}: {self.message}{source}"

    __str__ = __repr__


class Places(Matches):
    """Places that a language server named.

    ``total`` counts all that are in the context, ``truncated`` says that some of these are missing, and
    ``elsewhere`` counts those in files that are outside the context or hidden.
    """

    def __init__(self, places: Iterable[Any] = (), total: int | None = None, elsewhere: int = 0):
        super().__init__(places, total)
        self.truncated = self.total > len(self)
        self.elsewhere = elsewhere

    def by_file(self) -> dict[str, Any]:
        """The places of each path."""
        files: dict[str, list[Any]] = {}
        for place in self:
            files.setdefault(place.path, []).append(place)
        return {path: Places(places) for path, places in files.items()}

    def __getitem__(self, index: Any) -> Any:
        item = list.__getitem__(self, index)
        return Places(item) if isinstance(index, slice) else item

    def __repr__(self) -> str:
        lines = [repr(place) for place in self]
        if self.truncated:
            lines.append(f"[cut off: there are {self.total:,}; narrow the question]")
        if self.elsewhere:
            lines.append(f"[{self.elsewhere:,} more outside the context or in files that are hidden]")
        return "\n".join(lines) or "nothing found"

    __str__ = __repr__


class LanguageQueries:
    """The methods of a repository that language servers answer."""

    _call: Any

    def symbols(self, query: str) -> Places:
        """Symbols of all files by name: Symbol(path, line, end, name, kind, container).

        Prints as "path:line: kind name". This and the methods below ask the editor's language servers and
        raise NotAvailable where none answers.
        """
        if not isinstance(query, str):
            raise TypeError(f"query must be a string, not {type(query).__name__}: {query!r:.80}")
        return self._places("symbols", {"query": query}, Symbol)

    def outline(self, path: str) -> Places:
        """What a file declares: Symbol(path, line, end, name, kind, container)."""
        return self._places("outline", {"path": path_of(path)}, Symbol)

    def definition(self, path: str, line: int, symbol: str) -> Places:
        """Where the symbol in that line is defined: Match(path, line, column, text)."""
        return self._places("definition", _symbol_in_line(path, line, symbol), Match)

    def references(self, path: str, line: int, symbol: str) -> Places:
        """Where the symbol in that line is used, its definition included: Match(path, line, column, text)."""
        return self._places("references", _symbol_in_line(path, line, symbol), Match)

    def callers(self, path: str, line: int, symbol: str) -> Places:
        """What calls the function in that line: Call(path, line, column, text, caller)."""
        return self._places("callers", _symbol_in_line(path, line, symbol), Call)

    def diagnostics(self, path: str | None = None) -> Places:
        """Errors and warnings of a file, or all that are known: Diagnostic(path, line, severity, message, source).

        Raises NotAvailable where none are known and nobody may have looked.
        """
        args = {"path": None if path is None else path_of(path)}
        return self._places("diagnostics", args, Diagnostic)

    def _places(self, method: str, args: dict[str, Any], kind: Any) -> Places:
        value, body = self._call(method, args)
        rows = decode(body.decode("utf-8"))
        return Places(map(kind._make, rows), value["total"], value["elsewhere"])


def _symbol_in_line(path: object, line: object, symbol: object) -> dict[str, Any]:
    if isinstance(line, bool) or not isinstance(line, int):
        raise TypeError(f"line must be a whole number, not {type(line).__name__}: {line!r:.80}")
    name = getattr(symbol, "name", symbol)
    if not isinstance(name, str):
        raise TypeError(f"symbol must be a string, not {type(symbol).__name__}: {symbol!r:.80}")
    return {"path": path_of(path), "line": int(line), "symbol": name}
