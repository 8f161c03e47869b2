"""A text that is too large for this Python: it stays with the host, which is asked for pieces of it."""

from __future__ import annotations

from collections import namedtuple

from fathom.channel import Channel, decode
from fathom.numbered import lines_text, no_lines
from fathom.pattern import Pattern, Shown
from fathom.results import Chunk, Listing, Match, Matches, Piece

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Iterator, NoReturn

SHOWN_CHARACTERS = 1000
"""So much of the beginning and of the end is shown."""

WHOLE_CHARACTERS = 1_000_000
"""Up to this size `str()` gives the whole text."""


class LazyText:
    """A text that behaves like a `str` as far as that needs no more than a piece of it at a time.

    len, `in`, indexing, slices (a `str`), find, rfind, index, count(text), startswith, endswith and ==;
    iteration and .lines go by line; grep(), read() and chunks() as for any document. It is no `str`:
    use `re` on a slice or a chunk.
    """

    __slots__ = ("name", "_call", "_number", "_chars", "_lines")

    def __init__(self, channel: Channel, number: int, name: str, chars: int, lines: int) -> None:
        self.name = name
        self._call = channel.call
        self._number = number
        self._chars = chars
        self._lines = lines

    # As a str.

    def __len__(self) -> int:
        return self._chars

    def __bool__(self) -> bool:
        return self._chars > 0

    def __getitem__(self, key: Any) -> str:
        if isinstance(key, slice):
            start, stop, step = key.indices(self._chars)
            if step != 1:
                raise ValueError("A lazy text is sliced without a step; slice first: text[a:b][::2]")
            return self._slice(start, stop)
        index = key.__index__()
        if index < 0:
            index += self._chars
        if not 0 <= index < self._chars:
            raise IndexError(f"character {key} of {self._chars:,}")
        return self._slice(index, index + 1)

    def __contains__(self, text: object) -> bool:
        return self.find(_needle(text)) >= 0

    def __eq__(self, other: object) -> bool:
        if isinstance(other, LazyText):
            return self._number == other._number and self._call == other._call
        if not isinstance(other, str):
            return NotImplemented
        if len(other) != self._chars:
            return False
        step = WHOLE_CHARACTERS
        return all(self[at : at + step] == other[at : at + step] for at in range(0, len(other), step))

    __hash__ = None  # type: ignore[assignment]

    def find(self, text: str, start: int | None = None, end: int | None = None) -> int:
        """The first character of `text` between two characters, or -1."""
        return self._find(text, start, end, False)

    def rfind(self, text: str, start: int | None = None, end: int | None = None) -> int:
        """The last place of `text` between two characters, or -1."""
        return self._find(text, start, end, True)

    def index(self, text: str, start: int | None = None, end: int | None = None) -> int:
        """As find, but raises ValueError where there is none."""
        return _there(self.find(text, start, end))

    def rindex(self, text: str, start: int | None = None, end: int | None = None) -> int:
        """As rfind, but raises ValueError where there is none."""
        return _there(self.rfind(text, start, end))

    def count(self, text: str, start: int | None = None, end: int | None = None) -> int:
        """How often `text` is found, without overlapping. For patterns: count(pattern, path=name)."""
        low, high, _ = slice(start, end).indices(self._chars)
        if not _needle(text):
            return max(0, high - low + 1)
        arguments = {"text": self._number, "start": low, "end": max(low, high)}
        value: int = self._call("text_count", arguments, _bytes(text))[0]
        return value

    def startswith(self, prefix: Any, start: int | None = None, end: int | None = None) -> bool:
        """As of a str."""
        low, high, _ = slice(start, end).indices(self._chars)
        some = (prefix,) if isinstance(prefix, str) else prefix
        return any(low + len(one) <= high and self[low : low + len(one)] == one for one in some)

    def endswith(self, suffix: Any, start: int | None = None, end: int | None = None) -> bool:
        """As of a str."""
        low, high, _ = slice(start, end).indices(self._chars)
        some = (suffix,) if isinstance(suffix, str) else suffix
        return any(high - len(one) >= low and self[high - len(one) : high] == one for one in some)

    def splitlines(self, keepends: bool = False) -> LazyLines:
        """The lines, which are fetched when they are asked for. They end at "\\n" alone."""
        return LazyLines(self, keepends)

    def split(self, separator: str | None = None, maxsplit: int = -1) -> LazyLines:
        """Only split("\\n"): the lines."""
        if separator == "\n" and maxsplit < 0:
            return LazyLines(self, False)
        raise self._too_large('split() but by "\\n"')

    # As a document.

    @property
    def lines(self) -> LazyLines:
        """The lines without their ends: len, indexing from 0, slices and iteration."""
        return LazyLines(self, False)

    def read(self, start: int = 1, end: int | None = None) -> str:
        """The text of lines `start` to `end` (from 1, both included; None is the last).

        A plain str for code, with line numbers where it is printed, in an f-string, in a sum or a prompt.
        """
        if start < 1:
            raise ValueError(f"start must be 1 or more, not {start}")
        if start > self._lines or (end is not None and end < start):
            return no_lines(self.name, self._lines, start, end)
        arguments = {"text": self._number, "start": start, "end": end}
        return lines_text(_text(self._call("text_read", arguments)[1]), self.name, start)

    def grep(
        self,
        pattern: str,
        ignore_case: bool = False,
        fixed: bool = False,
        word: bool = False,
        multiline: bool = False,
        before: int = 0,
        after: int = 0,
        max_count: int = 1000,
    ) -> Matches:
        """Lines that match a regular expression (ripgrep's syntax), or plain text with fixed=True."""
        wanted = Pattern.of(pattern, ignore_case, fixed, word, multiline)
        return matches_in(self, wanted, Shown.of(before, after, max_count))

    def count_lines(
        self,
        pattern: str,
        ignore_case: bool = False,
        fixed: bool = False,
        word: bool = False,
        multiline: bool = False,
    ) -> int:
        """How many lines match."""
        return count_in(self, Pattern.of(pattern, ignore_case, fixed, word, multiline))

    def pieces(self, max_chars: int) -> list[tuple[int, int, int]]:
        """Prompt-sized pieces on line ends: characters, first and last line of each."""
        arguments = {"text": self._number, "maxChars": max_chars}
        return [tuple(row) for row in decode(self._call("text_chunks", arguments)[1].decode("utf-8"))]

    def chunks(self, max_chars: int = 100_000) -> list[Chunk]:
        """Prompt-sized pieces on line ends; str(chunk) is one with its name and line range above."""
        return Listing(
            Chunk([Piece(self.name, start, end)], chars, self._read_piece)
            for chars, start, end in self.pieces(max_chars)
        )

    def _read_piece(self, path: str, start: int, end: int) -> str:
        return self.read(start, end)

    def __iter__(self) -> Iterator[str]:
        """By line, each with its end."""
        return iter(LazyLines(self, True))

    def __repr__(self) -> str:
        size = f"lazy text {self.name!r}: {self._chars:,} characters, {self._lines:,} lines"
        if self._chars <= 2 * SHOWN_CHARACTERS:
            return f"<{size}>\n{self._slice(0, self._chars)}"
        left_out = self._chars - 2 * SHOWN_CHARACTERS
        head = self._slice(0, SHOWN_CHARACTERS)
        tail = self._slice(self._chars - SHOWN_CHARACTERS, self._chars)
        return f"<{size}>\n{head}\n... {left_out:,} characters left out ...\n{tail}"

    def __str__(self) -> str:
        if self._chars <= WHOLE_CHARACTERS:
            return self._slice(0, self._chars)
        raise self._too_large("str()")

    def __format__(self, spec: str) -> str:
        return format(str(self), spec)

    def __add__(self, other: object) -> NoReturn:
        raise self._too_large("+")

    __radd__ = __mul__ = __rmul__ = __mod__ = __add__

    def __getattr__(self, name: str) -> NoReturn:
        if name.startswith("_") or not hasattr(str, name):
            raise AttributeError(f"A lazy text has no {name!r}; help(context) shows what it has.")
        raise AttributeError(str(self._too_large(f"{name}()")))

    def _too_large(self, what: str) -> ValueError:
        return ValueError(
            f"{what} would need all {self._chars:,} characters of {self.name!r} at once. Use it on a slice "
            "(context[a:b]), a line or a chunk, or search with grep, which takes ignore_case=True."
        )

    def _slice(self, start: int, stop: int) -> str:
        if stop <= start:
            return ""
        arguments = {"text": self._number, "start": start, "end": stop}
        return _text(self._call("text_slice", arguments)[1])

    def _find(self, text: str, start: int | None, end: int | None, last: bool) -> int:
        low, high, _ = slice(start, end).indices(self._chars)
        if len(_needle(text)) > high - low:
            return -1
        arguments = {"text": self._number, "start": low, "end": high, "last": last}
        value: int = self._call("text_find", arguments, _bytes(text))[0]
        return value

    def _from_line(self, start: int) -> tuple[int, str]:
        """Some whole lines from that one on: the last of them, and their text."""
        value, body = self._call("text_lines", {"text": self._number, "start": start})
        return value["end"], _text(body)


def matches_in(text: LazyText, wanted: Pattern, shown: Shown) -> Matches:
    """The lines of a lazy text that match, and those around them."""
    arguments = {"text": text._number, **wanted.arguments(), **shown.arguments()}
    value, body = text._call("text_grep", arguments)
    rows = decode(body.decode("utf-8"))
    return Matches(map(Match._make, rows), value["total"], value["truncated"])


def count_in(text: LazyText, wanted: Pattern) -> int:
    """How many lines of a lazy text match."""
    value: int = text._call("text_matches", {"text": text._number, **wanted.arguments()})[0]
    return value


class LazyLines:
    """The lines of a lazy text: a sequence that fetches what is asked for, and keeps nothing."""

    __slots__ = ("_text", "_keepends")

    def __init__(self, text: LazyText, keepends: bool) -> None:
        self._text = text
        self._keepends = keepends

    def __len__(self) -> int:
        return self._text._lines

    def __getitem__(self, key: Any) -> Any:
        if isinstance(key, slice):
            start, stop, step = key.indices(len(self))
            if step < 0:
                return [self[index] for index in range(start, stop, step)]
            return self._cut(self._text.read(start + 1, stop))[::step] if stop > start else []
        index = key.__index__()
        if index < 0:
            index += len(self)
        if not 0 <= index < len(self):
            raise IndexError(f"line {key} of {len(self):,}")
        return self._cut(self._text.read(index + 1, index + 1))[0]

    def __iter__(self) -> Iterator[str]:
        start = 1
        while start <= len(self):
            end, text = self._text._from_line(start)
            yield from self._cut(text)
            start = end + 1

    def __repr__(self) -> str:
        return f"<{len(self):,} lines of the lazy text {self._text.name!r}>"

    def _cut(self, text: str) -> list[str]:
        lines = text.split("\n")
        last = lines.pop()
        if self._keepends:
            lines = [line + "\n" for line in lines]
        return lines + [last] if last else lines


class Place(namedtuple("Place", "name line host")):
    """A document's name, the line that it begins with, and its text with the host if that has it, too."""

    __slots__ = ()


def document_texts(
    channel: Channel, documents: list[dict[str, Any]], body: bytes
) -> tuple[list[str | LazyText], list[Place]]:
    """The documents of a context: those that the host sent, and lazy ones for the others."""
    texts: list[str | LazyText] = []
    places: list[Place] = []
    at = 0
    for number, document in enumerate(documents):
        name = document["name"]
        sizes = document["host"]
        host = None if sizes is None else LazyText(channel, number, name, sizes["chars"], sizes["lines"])
        places.append(Place(name, document["line"], host))
        if document["bytes"] is not None:
            end = at + document["bytes"]
            texts.append(str(memoryview(body)[at:end], "utf-8", "replace"))
            at = end
        elif host is not None:
            texts.append(host)
    return texts, places


def print_lazily(*values: object, **options: Any) -> None:
    """print, which shows the beginning and the end of a lazy text and never the whole."""
    _print(*(repr(one) if isinstance(one, LazyText) else one for one in values), **options)


print_lazily.__name__ = print_lazily.__qualname__ = "print"
_print = print


def _needle(text: Any) -> str:
    if isinstance(text, str):
        return text
    raise TypeError(f"what is looked for must be a str, not {type(text).__name__}")


def _there(place: int) -> int:
    if place < 0:
        raise ValueError("substring not found")
    return place


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "replace")


def _text(body: bytes) -> str:
    return body.decode("utf-8", "replace")
