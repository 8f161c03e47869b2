"""What the context's methods return. Everything prints so that a reader can use it."""

from __future__ import annotations

import os
import weakref
from collections import namedtuple

from fathom.numbered import Lines, NumberedText

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable, Iterable, Iterator


class Match(namedtuple("Match", "path line column text")):
    """A line that matched. ``column`` is that of the first match in it, and 0 in lines around one."""

    __slots__ = ()

    def __repr__(self) -> str:
        mark = ":" if self.column else "-"
        return f"{self.path}{mark}{self.line}{mark} {self.text}"

    __str__ = __repr__


class Matches(list):
    """A list of `Match`. ``total`` counts all matches found, ``truncated`` says that some are missing."""

    def __init__(self, matches: Iterable[Match] = (), total: int | None = None, truncated: bool = False):
        super().__init__(matches)
        self.total = len(self) if total is None else total
        self.truncated = truncated
        # Paths that were not searched, whatever is in them.
        self.left_out: list[str] = []

    def by_file(self) -> dict[str, Matches]:
        """The matches of each path."""
        files: dict[str, Matches] = {}
        for match in self:
            files.setdefault(match.path, Matches()).append(match)
        for matches in files.values():
            matches.total = sum(1 for match in matches if match.column)
        return files

    def paths(self) -> list[str]:
        """The paths with matches, each once, in order."""
        return list(dict.fromkeys(match.path for match in self))

    def __getitem__(self, index: Any) -> Any:
        item = super().__getitem__(index)
        return Matches(item) if isinstance(index, slice) else item

    def __repr__(self) -> str:
        text = "\n".join(_set_apart(self)) or "no matches"
        if self.truncated:
            text += f"\n[cut off: there are {self.total:,} matches or more; narrow the search or raise max_count]"
        if self.left_out:
            more = f" and {len(self.left_out) - 10:,} more" if len(self.left_out) > 10 else ""
            names = ", ".join(map(repr, self.left_out[:10]))
            text += f"\n[not searched, being secret files under another name: {names}{more}]"
        return text

    __str__ = __repr__


def _set_apart(matches: Iterable[Match]) -> Iterator[str]:
    """Each match as it prints; where lines around them are shown, too, with "--" between the groups."""
    shown = list(matches)
    grouped = any(not match.column for match in shown)
    path, line = "", 0
    for match in shown:
        if grouped and path and (path, line) != (match.path, match.line):
            yield "--"
        yield repr(match)
        path, line = match.path, match.line + match.text.count("\n") + 1


class File(namedtuple("File", "path size language")):
    """A file of the context; ``size`` in bytes. ``str(file)`` is its path."""

    __slots__ = ()

    def __str__(self) -> str:
        return self.path

    def __format__(self, spec: str) -> str:
        return format(self.path, spec)

    def __fspath__(self) -> str:
        return self.path


class RankedFile(namedtuple("RankedFile", "path score hits")):
    """A file that `search` found: BM25 score, and how many lines have each word."""

    __slots__ = ()

    def __repr__(self) -> str:
        hits = ", ".join(f"{word} {count}" for word, count in self.hits.items())
        return f"{self.path} (score {self.score:.2f}: {hits})"

    __str__ = __repr__


class Commit(namedtuple("Commit", "hash author date subject")):
    """A commit; ``date`` is ISO 8601."""

    __slots__ = ()

    def __repr__(self) -> str:
        return f"{self.hash[:10]} {self.date[:10]} {self.author}: {self.subject}"

    __str__ = __repr__


class Piece(namedtuple("Piece", "path start end")):
    """Lines ``start`` to ``end`` of a path."""

    __slots__ = ()

    def __str__(self) -> str:
        return f"{self.path}:{self.start}-{self.end}"


class Listing(list):
    """A list that shows one item per line."""

    def __getitem__(self, index: Any) -> Any:
        item = super().__getitem__(index)
        return Listing(item) if isinstance(index, slice) else item

    def __repr__(self) -> str:
        return "\n".join(map(repr, self)) or "[]"

    __str__ = __repr__


class Chunk:
    """A prompt-sized piece of the context: line ranges of one or more files.

    ``str(chunk)`` or ``chunk.text`` is the text, each piece after a line ``=== path:start-end ===``. For code
    it is plain; printed, in an f-string, in a sum or as a prompt its lines have their numbers.
    It is fetched when it is asked for, and not kept. ``chunk.paths``, ``chunk.pieces`` and
    ``chunk.chars`` cost nothing.
    """

    __slots__ = ("pieces", "chars", "_read", "_cached", "__weakref__")

    def __init__(self, pieces: Iterable[Piece], chars: int, read: Callable[[str, int, int], str]) -> None:
        self.pieces = list(pieces)
        self.chars = chars
        self._read = read
        self._cached: Callable[[], NumberedText | None] = _nothing

    @property
    def paths(self) -> list[str]:
        """The paths in this chunk, each once."""
        return list(dict.fromkeys(piece.path for piece in self.pieces))

    @property
    def text(self) -> NumberedText:
        """The chunk's text, each piece after a line with its path and line range."""
        text = self._cached()
        if text is None:
            parts: list[str] = []
            lines: list[Lines] = []
            start = 0
            for piece in self.pieces:
                header = f"=== {piece} ===\n"
                body = self._read(piece.path, piece.start, piece.end)
                body += "" if body.endswith("\n") else "\n"
                at = start + len(header)
                lines.append(Lines(start, at, at + len(body), piece.path, piece.start, False, False))
                start = at + len(body)
                parts += (header, body)
            text = NumberedText("".join(parts), tuple(lines))
            self._cached = weakref.ref(text)
        return text

    def __str__(self) -> str:
        return self.text

    def __format__(self, spec: str) -> str:
        return format(self.text, spec)

    def __add__(self, other: str) -> str:
        return self.text + other

    def __radd__(self, other: str) -> str:
        return other + self.text

    def __len__(self) -> int:
        return self.chars

    def __bool__(self) -> bool:
        return True

    def __repr__(self) -> str:
        shown = ", ".join(map(str, self.pieces[:3]))
        more = len(self.pieces) - 3
        return f"<Chunk of {self.chars:,} characters: {shown}{f' and {more} more' if more > 0 else ''}>"


def path_of(value: object) -> str:
    """The path that is meant by a string, a `Match`, a `File` or anything else with a ``path``."""
    if isinstance(value, str):
        return value
    path = getattr(value, "path", None)
    if isinstance(path, str):
        return path
    if isinstance(value, os.PathLike):
        return os.fspath(value)
    raise TypeError(f"A path must be a string, not {type(value).__name__}: {value!r:.80}")


def _nothing() -> None:
    return None
