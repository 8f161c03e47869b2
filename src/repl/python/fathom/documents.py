"""grep and its like when ``context`` is documents or a plain value: they work on the texts in it."""

from __future__ import annotations

from array import array
from collections import namedtuple

from fathom.errors import NoSuchFile, NotAvailable
from fathom.glob import glob_pattern
from fathom.lazy_text import LazyText, Place, count_in, matches_in
from fathom.numbered import lines_text, named_lines, no_lines
from fathom.pattern import Pattern, Shown
from fathom.repository import METHODS
from fathom.results import Chunk, File, Listing, Match, Matches, Piece, path_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable, Iterable, NoReturn, Sequence


class _Source(namedtuple("_Source", "name text line key host")):
    """A text of the context: what it is called, and in globs (`key`); the line of its file that it begins
    with; the same text with the host, where searching it is quicker.
    """

    __slots__ = ()


class Documents:
    """The texts in ``context``: documents by their names, others as ``context[2]`` or ``context['key']``."""

    def __init__(self, context: object, places: Sequence[Place] = ()) -> None:
        """:param places: of the documents in ``context``."""
        self._context = context
        self._places = places
        self._offsets: dict[str, tuple[str, array[int]]] = {}

    def grep(
        self,
        pattern: str,
        glob: str | None = None,
        path: str | None = None,
        ignore_case: bool = False,
        fixed: bool = False,
        word: bool = False,
        multiline: bool = False,
        before: int = 0,
        after: int = 0,
        max_count: int = 1000,
    ) -> Matches:
        """Lines of `context` that match a regular expression, or plain text with fixed=True.

        Returns a list of Match(path, line, column, text), where path is a document's name, else "context"
        or, for instance, "context[2]". `before` and `after` add lines around each match, with column 0.
        """
        wanted = Pattern.of(pattern, ignore_case, fixed, word, multiline)
        shown = Shown.of(before, after, max_count)
        found = Matches()
        for source in self._select(glob, path).values():
            if source.host is not None:
                left = max(1, shown.max_count - found.total)
                some = matches_in(source.host, wanted, shown._replace(max_count=left))
                if found.total < shown.max_count:
                    found.extend(some)
                found.total += some.total
                found.truncated = found.truncated or some.truncated
            else:
                _grep(source, wanted, shown, found)
        found.truncated = found.truncated or found.total > shown.max_count
        return found

    def count(
        self,
        pattern: str,
        glob: str | None = None,
        path: str | None = None,
        ignore_case: bool = False,
        fixed: bool = False,
        word: bool = False,
        multiline: bool = False,
    ) -> dict[str, int]:
        """How many lines match in each text that has any."""
        wanted = Pattern.of(pattern, ignore_case, fixed, word, multiline)
        counts: dict[str, int] = {}
        for name, source in self._select(glob, path).items():
            if source.host is not None:
                counts[name] = count_in(source.host, wanted)
            else:
                lines = _lines(source.text)
                counts[name] = sum(1 for _ in _hits(wanted, source.text, lines))
        return {name: number for name, number in counts.items() if number}

    def files(self, glob: str | None = None) -> list[File]:
        """The texts in `context`: a list of File(path, size, language), size in characters."""
        return Listing(
            File(name, len(source.text), "") for name, source in self._select(glob, None).items()
        )

    def read(self, path: str = "context", start: int = 1, end: int | None = None) -> str:
        """The text of lines `start` to `end` (from 1, both included; None is the last).

        A plain str for code. Printed, in an f-string, in a sum or as a prompt it has its name and line
        numbers: "=== name:start-end ===", then each line after its number and a tab.
        """
        name = path_of(path)
        try:
            source = self._source(name)
        except NoSuchFile:
            named = named_lines(name) if start == 1 and end is None else None
            if named is None:
                raise
            name, start, end = named
            source = self._source(name)
        if start < 1:
            raise ValueError(f"start must be 1 or more, not {start}")
        if isinstance(source.text, LazyText):
            return source.text.read(start, end)
        starts = self._line_starts(source.name, source.text)
        # A part of a file has the lines of that file.
        first = max(1, start - source.line + 1)
        total = len(starts) - 1
        final = total if end is None else min(end - source.line + 1, total)
        if final < first:
            return no_lines(source.name, total + source.line - 1 if total else 0, start, end)
        text = source.text[starts[first - 1] : starts[final]]
        return lines_text(text, source.name, first + source.line - 1)

    def chunks(self, paths_or_glob: str | Iterable[str] = "*", max_chars: int = 100_000) -> list[Chunk]:
        """Cuts the texts in `context` into prompt-sized pieces, on line ends.

        str(chunk) is the text, each piece after a line "=== name:start-end ==="; .paths, .pieces and
        .chars tell what is in it.
        """
        if max_chars < 1:
            raise ValueError(f"max_chars must be 1 or more, not {max_chars}")
        if isinstance(paths_or_glob, str):
            names = list(self._select(paths_or_glob, None)) or [paths_or_glob]
        else:
            names = list(dict.fromkeys(map(path_of, paths_or_glob)))
        chunks: Listing = Listing()
        pieces: list[Piece] = []
        used = 0
        for name in names:
            source = self._source(name)
            begin = end = 0  # Lines of this text that wait for their piece.
            for length, first, last in self._blocks(source.name, source.text, max_chars):
                if used and used + length > max_chars:
                    if end:
                        pieces.append(_piece(source, begin, end))
                    chunks.append(Chunk(pieces, used, self.read))
                    pieces, used, end = [], 0, 0
                if not end:
                    begin = first
                end = last
                used += length
            if end:
                pieces.append(_piece(source, begin, end))
        if pieces:
            chunks.append(Chunk(pieces, used, self.read))
        return chunks

    def _blocks(self, name: str, text: str | LazyText, max_chars: int) -> Iterable[tuple[int, int, int]]:
        """What a text is not cut within: characters, first and last line of each line of it, or of what
        the host has cut.
        """
        if isinstance(text, LazyText):
            return text.pieces(max_chars)
        starts = self._line_starts(name, text)
        return ((starts[line] - starts[line - 1], line, line) for line in range(1, len(starts)))

    def _line_starts(self, name: str, text: str) -> array[int]:
        """Where each line begins, and where the last one ends."""
        known = self._offsets.get(name)
        if known is not None and known[0] is text:
            return known[1]
        starts = array("Q", [0])
        at = text.find("\n") + 1
        while at:
            starts.append(at)
            at = text.find("\n", at) + 1
        if starts[-1] < len(text):
            starts.append(len(text))
        self._offsets[name] = (text, starts)
        return starts

    def function(self, name: str) -> Callable[..., Any]:
        """The plain function of that name; one that needs a repository raises NotAvailable."""
        method = getattr(self, name, None)
        if method is not None:
            return method  # type: ignore[no-any-return]

        def unavailable(*args: object, **options: object) -> NoReturn:
            raise NotAvailable(
                f"{name} needs a repository, and `context` is a plain {type(self._context).__name__} here: "
                "use Python on it, or grep, count, files, read and chunks."
            )

        unavailable.__name__ = unavailable.__qualname__ = name
        unavailable.__doc__ = "Needs a repository; not available for a plain value."
        return unavailable

    def _sources(self) -> dict[str, _Source]:
        context = self._context
        if self._places:
            texts = context if isinstance(context, list) else [context]
            sources = [
                _Source(place.name, text, place.line, place.name, place.host)
                for place, text in zip(self._places, texts)
            ]
        elif isinstance(context, str):
            sources = [_Source("context", context, 1, "context", None)]
        elif isinstance(context, dict):
            # Keys are what a glob is meant for; brackets in `context['key']` are not.
            sources = [
                _Source(f"context[{key!r}]", value, 1, key if isinstance(key, str) else repr(key), None)
                for key, value in context.items()
            ]
        elif isinstance(context, list):
            sources = [
                _Source(f"context[{index}]", value, 1, f"context[{index}]", None)
                for index, value in enumerate(context)
            ]
        else:
            sources = []
        return {one.name: one for one in sources if isinstance(one.text, (str, LazyText))}

    def _source(self, name: str) -> _Source:
        sources = self._sources()
        if name in sources:
            return sources[name]
        for index, source in enumerate(sources.values()):
            # As a document is called by its place, or a text of a dict by its key.
            if (self._places and name == f"context[{index}]") or (name == "context" and len(sources) == 1):
                return source
            if name == source.key:
                return source
        known = ", ".join(list(sources)[:10]) or "none"
        raise NoSuchFile(f"There is no text {name!r} in context; texts: {known}")

    def _select(self, glob: str | None, path: str | None) -> dict[str, _Source]:
        if path is not None:
            source = self._source(path_of(path))
            return {source.name: source}
        sources = self._sources()
        if glob is None or glob in ("*", "**"):
            return sources
        wanted = glob_pattern(glob)
        return {
            name: source
            for name, source in sources.items()
            if wanted.match(source.key) or name == glob
        }


def document_functions(
    context: object, places: Sequence[Place] = ()
) -> dict[str, Callable[..., Any]]:
    """The plain functions for documents, or a plain value."""
    documents = Documents(context, places)
    return {name: documents.function(name) for name in METHODS}


def _piece(source: _Source, begin: int, end: int) -> Piece:
    """Lines of a text, numbered as in its file."""
    return Piece(source.name, begin + source.line - 1, end + source.line - 1)


def _grep(source: _Source, wanted: Pattern, shown: Shown, found: Matches) -> None:
    """Adds the lines of a text that match, and those around them."""
    before, after, max_count = shown
    lines = _lines(source.text)
    own = len(found)  # What is in the result from here on is of this text.

    def match(number: int, column: int) -> Match:
        return Match(source.name, number + source.line - 1, column, lines[number - 1])

    last = 0  # Lines of this text that are in the result already.
    for number, column in _hits(wanted, source.text, lines):
        found.total += 1
        if found.total > max_count:
            continue
        for around in range(max(last + 1, number - before), number):
            found.append(match(around, 0))
        if number <= last:
            # It was added as a line after an earlier match.
            place = len(found) - 1 - (last - number)
            if place >= own:
                found[place] = match(number, column)
            first = last + 1
        else:
            found.append(match(number, column))
            first = number + 1
        last = max(last, number)
        for around in range(first, min(number + after, len(lines)) + 1):
            found.append(match(around, 0))
            last = around


def _lines(text: str) -> list[str]:
    """Without their ends. After the last end there is no line."""
    lines = text.split("\n")
    if not lines[-1]:
        lines.pop()
    return lines


def _hits(wanted: Pattern, text: str, lines: list[str]) -> Iterable[tuple[int, int]]:
    """Line and column, both from 1, of each line with a match."""
    regex = wanted.compiled()
    if not wanted.multiline:
        for number, line in enumerate(lines, 1):
            match = regex.search(line)
            if match:
                yield number, match.start() + 1
        return
    number, line_start, last = 1, 0, 0
    for match in regex.finditer(text):
        if match.start() == len(text) and text[-1:] in ("", "\n"):
            return
        while True:
            line_end = text.find("\n", line_start)
            if line_end < 0 or match.start() <= line_end:
                break
            number += 1
            line_start = line_end + 1
        if number != last:
            yield number, match.start() - line_start + 1
            last = number
