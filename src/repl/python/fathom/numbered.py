"""Text of files that shows its line numbers to whoever reads it, and is a plain `str` for code."""

from __future__ import annotations

import re
from collections import namedtuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

MOST_CHARACTERS = 4_000_000
"""A sum that is longer is a plain `str`: no model can be sent so much, and adding more to it stays quick."""

MOST_PARTS = 1000
"""The same for a sum of more parts than this."""


class Lines(namedtuple("Lines", "start at end path line cut_before cut_after")):
    """Lines of a file within a text: ``text[at:end]``, the first of them number ``line``.

    ``text[start:at]`` is the header that the text has already. The first or the last line may be there only
    in part.
    """

    __slots__ = ()

    def shown(self, text: str) -> str:
        """A header with path and lines, then each line after its number and a tab."""
        lines = text[self.at : self.end].split("\n")
        ended = not lines[-1]
        if ended:
            lines.pop()
        if self.cut_before:
            lines[0] = "…" + lines[0]
        if self.cut_after:
            lines[-1] += "…"
        header = f"=== {self.path}:{self.line}-{self.line + len(lines) - 1} ===\n"
        numbered = "\n".join([f"{number}\t{line}" for number, line in enumerate(lines, self.line)])
        return header + numbered + ("\n" if ended else "")

    def clipped(self, text: str, first: int, last: int) -> Lines | None:
        """What is left of the lines in ``text[first:last]``."""
        at, end = max(self.at, first), min(self.end, last)
        if end <= at:
            return None
        line_start = text.rfind("\n", self.at, at) + 1 or self.at
        line_end = text.find("\n", end - 1, self.end)
        rest = text[end : self.end if line_end < 0 else line_end] if line_end != end - 1 else ""
        return Lines(
            max(self.start, first) - first if at == self.at else at - first,
            at - first,
            end - first,
            self.path,
            self.line + text.count("\n", self.at, at),
            bool(text[line_start:at].strip()) or (self.cut_before and line_start == self.at),
            bool(rest.strip()) or (self.cut_after and line_end < 0),
        )


class Note(namedtuple("Note", "start at end text")):
    """Something to say where there is no text."""

    __slots__ = ()

    def shown(self, _: str) -> str:
        """The note in brackets, on a line."""
        return f"[{self.text}]\n"

    def clipped(self, _text: str, _first: int, _last: int) -> None:
        """Nothing: it is not in any part of a text."""
        return None


class NumberedText(str):
    """Text that knows from which lines of which files it is.

    Code sees a plain `str`: `re`, `ast`, `json`, `len`, `==` and methods. Whoever reads it sees the numbers: it
    has them when it is printed, put in an f-string, or sent as a prompt, and keeps them in a sum (`ask + text`)
    and in a slice of more than a line.
    """

    __slots__ = ("_parts", "__weakref__")

    _parts: tuple[Lines | Note, ...]

    def __new__(cls, text: str = "", parts: tuple[Lines | Note, ...] = ()) -> NumberedText:
        made = str.__new__(cls, text)
        made._parts = parts
        return made

    def shown(self) -> str:
        """The text with its line numbers."""
        text = str.__str__(self)
        shown: list[str] = []
        done = 0
        for part in self._parts:
            _begin_line(shown, text[done : part.start])
            _begin_line(shown, part.shown(text))
            done = part.end
        _begin_line(shown, text[done:])
        return "".join(shown)

    def __str__(self) -> str:
        return self

    def __format__(self, spec: str) -> str:
        if spec or not self._parts:
            return str.__format__(self, spec)
        # What follows in an f-string is not part of the last line.
        shown = self.shown()
        return shown if self._parts[-1].end < len(self) or shown.endswith("\n") else shown + "\n"

    def __getitem__(self, key: Any) -> str:
        text = str.__getitem__(self, key)
        if type(key) is not slice or key.step not in (None, 1) or "\n" not in text[:-1]:
            return text
        first, last, _ = key.indices(len(self))
        whole = str.__str__(self)
        parts = [part.clipped(whole, first, last) for part in self._parts]
        return NumberedText(text, tuple(part for part in parts if part is not None))

    def strip(self, chars: str | None = None) -> str:
        """As of a str."""
        return self[len(self) - len(str.lstrip(self, chars)) :].rstrip(chars)

    def rstrip(self, chars: str | None = None) -> str:
        """As of a str."""
        return self[: len(str.rstrip(self, chars))]

    def __add__(self, other: str) -> str:
        if not isinstance(other, str):
            return NotImplemented
        parts = other._parts if isinstance(other, NumberedText) else ()
        return _sum(str.__add__(self, other), self._parts, parts, len(self))

    def __radd__(self, other: str) -> str:
        if not isinstance(other, str):
            return NotImplemented
        return _sum(str.__add__(other, self), (), self._parts, len(other))


def lines_text(text: str, path: str, line: int) -> NumberedText:
    """Text that begins with that line of a file."""
    return NumberedText(text, (Lines(0, 0, len(text), path, line, False, False),) if text else ())


def note_text(note: str) -> NumberedText:
    """An empty text that says why it is empty when it is shown."""
    return NumberedText("", (Note(0, 0, 0, note),))


def no_lines(path: str, total: int | None, start: int, end: int | None) -> NumberedText:
    """The empty text of lines that are not there. `total` is how many lines there are, as far as is known."""
    if total == 0:
        return note_text(f"{path} is empty")
    if end is not None and end < start:
        return note_text(f"no lines of {path}: the end, {end}, is before the start, {start}")
    has = "" if total is None else f" has {total:,} line{'s' * (total != 1)}"
    return note_text(f"{path}{has}: there is no line {start:,}")


def named_lines(path: str) -> tuple[str, int, int] | None:
    """Path, first and last line that "a.py:10-20", "a.py:10" or "a.py#L10-L20" names; else None."""
    named = _PLACE.fullmatch(path)
    if named is None:
        return None
    start = int(named[2])
    return named[1], start, int(named[3] or start)


def without_numbers(text: str) -> str:
    """The text without the headers and numbers of `Lines` that an f-string has put in it."""
    if " ===\n" not in text:
        return text
    kept: list[str] = []
    lines = text.split("\n")
    at = 0
    while at < len(lines):
        header = _HEADER.search(lines[at])
        body = _numbered_lines(lines, at + 1, int(header[1]), int(header[2])) if header else None
        if header is None or body is None:
            kept.append(lines[at])
            at += 1
            continue
        before = lines[at][: header.start()]
        kept += [before, *body] if before.strip() else body
        at += 1 + len(body)
    return "\n".join(kept)


def shown_text(value: str) -> str:
    """What a model is to see of a `str`."""
    return value.shown() if isinstance(value, NumberedText) else value


_PLACE = re.compile(r"(.+?)(?::|#)L?(\d{1,9})(?:[-\u2013]L?(\d{1,9}))?")
_HEADER = re.compile(r"=== [^\n]{1,1100}:(\d{1,9})-(\d{1,9}) ===$")


def _numbered_lines(lines: list[str], at: int, first: int, last: int) -> list[str] | None:
    """Lines from `at` on without their numbers; None where they do not have all those numbers."""
    body = lines[at : at + last - first + 1]
    heads = [f"{number}\t" for number in range(first, first + len(body))]
    if len(body) != last - first + 1 or not all(map(str.startswith, body, heads)):
        return None
    return [line[len(head) :] for line, head in zip(body, heads)]


def _begin_line(shown: list[str], text: str) -> None:
    """Adds a text, on a line of its own where lines of a file are before or after it."""
    if text and shown and not shown[-1].endswith("\n") and not text.startswith("\n"):
        shown.append("\n")
    if text:
        shown.append(text)


def _sum(text: str, left: tuple[Any, ...], right: tuple[Any, ...], offset: int) -> str:
    if len(text) > MOST_CHARACTERS or len(left) + len(right) > MOST_PARTS:
        return text
    moved = [
        part._replace(start=part.start + offset, at=part.at + offset, end=part.end + offset)
        for part in right
    ]
    return NumberedText(text, (*left, *moved))
