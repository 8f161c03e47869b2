"""grep and its like when ``context`` is a plain value: they work on the texts in it."""

from __future__ import annotations

import re
from fnmatch import fnmatchcase

from fathom.errors import NoSuchFile, NotAvailable
from fathom.repository import METHODS
from fathom.results import Chunk, File, Listing, Match, Matches, Piece, path_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable, Iterable, NoReturn


class Documents:
    """The texts in a plain context, by name: ``context``, ``context[2]`` or ``context['key']``."""

    def __init__(self, context: object) -> None:
        self._context = context

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
        """Lines of `context` that match a regular expression (Python's re), or plain text with fixed=True.

        Returns a list of Match(path, line, column, text), where path is "context" or, for instance,
        "context[2]". `before` and `after` add lines around each match, with column 0.
        """
        regex = _regex(pattern, ignore_case, fixed, word, multiline)
        found = Matches()
        total = 0
        for name, text in self._select(glob, path).items():
            lines = text.split("\n")
            shown = 0  # Lines of this text that are in the result already.
            for number, column in _hits(regex, text, lines, multiline):
                total += 1
                if total > max_count:
                    continue
                for around in range(max(shown + 1, number - before), number):
                    found.append(Match(name, around, 0, lines[around - 1]))
                if found and found[-1][:2] == (name, number):
                    continue
                if number <= shown:
                    # It was added as a line after an earlier match.
                    place = next(i for i in reversed(range(len(found))) if found[i][:2] == (name, number))
                    found[place] = Match(name, number, column, lines[number - 1])
                    first = shown + 1
                else:
                    found.append(Match(name, number, column, lines[number - 1]))
                    first = number + 1
                shown = max(shown, number)
                for around in range(first, min(number + after, len(lines)) + 1):
                    found.append(Match(name, around, 0, lines[around - 1]))
                    shown = around
        found.total = total
        found.truncated = total > max_count
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
        regex = _regex(pattern, ignore_case, fixed, word, multiline)
        counts = {
            name: sum(1 for _ in _hits(regex, text, text.split("\n"), multiline))
            for name, text in self._select(glob, path).items()
        }
        return {name: number for name, number in counts.items() if number}

    def files(self, glob: str | None = None) -> list[File]:
        """The texts in `context`: a list of File(path, size, language), size in characters."""
        return Listing(File(name, len(text), "") for name, text in self._select(glob, None).items())

    def read(self, path: str = "context", start: int = 1, end: int | None = None) -> str:
        """The text of lines `start` to `end` (from 1, both included; None is the last)."""
        lines = self._text(path_of(path)).splitlines(keepends=True)
        if start < 1:
            raise ValueError(f"start must be 1 or more, not {start}")
        return "".join(lines[start - 1 : end])

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
            start = line = 1
            size = 0
            for length in map(len, self._text(name).splitlines(keepends=True)):
                if used + size + length > max_chars and (size or pieces):
                    if size:
                        pieces.append(Piece(name, start, line - 1))
                    chunks.append(Chunk(pieces, used + size, self.read))
                    pieces, used, size, start = [], 0, 0, line
                size += length
                line += 1
            if size:
                pieces.append(Piece(name, start, line - 1))
                used += size
        if pieces:
            chunks.append(Chunk(pieces, used, self.read))
        return chunks

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

    def _texts(self) -> dict[str, str]:
        context = self._context
        if isinstance(context, str):
            return {"context": context}
        if isinstance(context, dict):
            entries = [(f"context[{key!r}]", value) for key, value in context.items()]
        elif isinstance(context, list):
            entries = [(f"context[{index}]", value) for index, value in enumerate(context)]
        else:
            entries = []
        return {name: value for name, value in entries if isinstance(value, str)}

    def _text(self, name: str) -> str:
        texts = self._texts()
        if name in texts:
            return texts[name]
        if isinstance(self._context, dict) and isinstance(self._context.get(name), str):
            return self._context[name]  # type: ignore[no-any-return]
        known = ", ".join(list(texts)[:10]) or "none"
        raise NoSuchFile(f"There is no text {name!r} in context; texts: {known}")

    def _select(self, glob: str | None, path: str | None) -> dict[str, str]:
        if path is not None:
            name = path_of(path)
            return {name: self._text(name)}
        texts = self._texts()
        if glob is None or glob in ("*", "**"):
            return texts
        # Keys are what a pattern is meant for; brackets in `context[2]` are not.
        keys = {name: name[9:-2] if name.startswith("context['") else name for name in texts}
        return {name: text for name, text in texts.items() if fnmatchcase(keys[name], glob) or name == glob}


def document_functions(context: object) -> dict[str, Callable[..., Any]]:
    """The plain functions for a plain context."""
    documents = Documents(context)
    return {name: documents.function(name) for name in METHODS}


def _regex(pattern: Any, ignore_case: bool, fixed: bool, word: bool, multiline: bool) -> re.Pattern[str]:
    if isinstance(pattern, re.Pattern):
        return pattern
    if not isinstance(pattern, str):
        raise TypeError(f"pattern must be a string, not {type(pattern).__name__}")
    source = re.escape(pattern) if fixed else pattern
    if word:
        source = rf"\b(?:{source})\b"
    flags = (re.IGNORECASE if ignore_case else 0) | (re.MULTILINE | re.DOTALL if multiline else 0)
    try:
        return re.compile(source, flags)
    except re.error as error:
        raise ValueError(f"Bad regular expression {pattern!r}: {error}") from None


def _hits(regex: re.Pattern[str], text: str, lines: list[str], multiline: bool) -> Iterable[tuple[int, int]]:
    """Line and column, both from 1, of each line with a match."""
    if not multiline:
        for number, line in enumerate(lines, 1):
            match = regex.search(line)
            if match:
                yield number, match.start() + 1
        return
    number, line_start, last = 1, 0, 0
    for match in regex.finditer(text):
        while True:
            line_end = text.find("\n", line_start)
            if line_end < 0 or match.start() <= line_end:
                break
            number += 1
            line_start = line_end + 1
        if number != last:
            yield number, match.start() - line_start + 1
            last = number
