"""``context`` when the question is about a repository: a lazy mapping from path to text."""

from __future__ import annotations

from collections.abc import ItemsView, Mapping, ValuesView

from fathom.channel import Channel, decode
from fathom.errors import NoSuchFile
from fathom.language import LanguageQueries
from fathom.numbered import NumberedText, lines_text, named_lines, no_lines
from fathom.pattern import Pattern, Shown, integer, string
from fathom.results import Chunk, Commit, File, Listing, Match, Matches, Piece, RankedFile, path_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Iterable, Iterator


class Repository(LanguageQueries, Mapping):
    """A repository: a read-only mapping from path to text. Nothing is read before it is asked for.

    context[path] is a whole file; len(context), iteration and `path in context` work. It also has
    grep, count, files, tree, read, search, chunks, git_log, git_blame, git_show and git_diff, and, in an
    editor, symbols, outline, definition, references, callers and diagnostics. They are there as plain
    functions, too. help(grep) shows how to use one.
    """

    def __init__(self, channel: Channel, name: str, max_file_size: int) -> None:
        self._call = channel.call
        self._name = name
        #: In bytes; larger files are listed, but neither searched nor read.
        self.max_file_size = max_file_size
        self._listing: dict[str, File] | None = None

    # The mapping.

    def __getitem__(self, path: str) -> str:
        if isinstance(path, (slice, int)):
            raise TypeError(
                "context is a mapping from path to text, not a text: use context[path], "
                "context.grep(...) or context.chunks(...)"
            )
        return self.read(path)

    def __iter__(self) -> Iterator[str]:
        return iter(self._files())

    def __len__(self) -> int:
        return len(self._files())

    def __bool__(self) -> bool:
        return True

    def __contains__(self, path: object) -> bool:
        return path_of(path) in self._files()

    def items(self) -> ItemsView:
        """Pairs of path and text; files that are not text are passed over."""
        return _TextItems(self)

    def values(self) -> ValuesView:
        """The texts; files that are not text are passed over."""
        return _Texts(self)

    def __repr__(self) -> str:
        return f"<repository {self._name!r}: context[path] is a file's text; see help(context)>"

    def _files(self) -> dict[str, File]:
        """The listing, fetched at most once in a cell."""
        if self._listing is None:
            self._listing = {file.path: file for file in self._list(None)}
        return self._listing

    def _list(self, glob: str | None) -> list[File]:
        return [File._make(row) for row in _json(self._call("files", {"glob": glob})[1])]

    def forget_listing(self) -> None:
        """Makes the next cell see files that came or went."""
        self._listing = None

    # Its methods.

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
        """Lines that match a regular expression (ripgrep's syntax), or plain text with fixed=True.

        Returns a list of Match(path, line, column, text) that prints as "path:line: text" and has
        .total, .truncated, .by_file() and .paths(). `glob` ("*.py", "src/**") and `path` (a folder or
        file) narrow the search; `before` and `after` add lines around each match, with column 0.
        """
        wanted = Pattern.of(pattern, ignore_case, fixed, word, multiline)
        shown = Shown.of(before, after, max_count)
        args = {**wanted.arguments(), **_within(glob, path), **shown.arguments()}
        value, body = self._call("grep", args)
        found = Matches(map(Match._make, _json(body)), value["total"], value["truncated"])
        found.left_out = value.get("leftOut", [])
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
        """How many lines match in each file that has any: {path: lines}. Takes grep's arguments."""
        wanted = Pattern.of(pattern, ignore_case, fixed, word, multiline)
        args = {**wanted.arguments(), **_within(glob, path)}
        counts: dict[str, int] = _json(self._call("count", args)[1])
        return counts

    def files(self, glob: str | None = None) -> list[File]:
        """The files, sorted: a list of File(path, size, language), size in bytes.

        `glob` is like "*.py" (anywhere), "src/**/*.ts" or a list of such.
        """
        if glob is None:
            return Listing(self._files().values())
        return Listing(self._list(_glob(glob)))

    def tree(self, path: str = "", depth: int = 2) -> str:
        """An indented listing of a folder with sizes and file counts. Print it."""
        body = self._call("tree", {"path": path_of(path), "depth": integer("depth", depth)})[1]
        return _Text(_text(body))

    def read(self, path: str, start: int = 1, end: int | None = None) -> str:
        """The text of lines `start` to `end` (from 1, both included; None is the last).

        A plain str for code. Printed, in an f-string, in a sum or as a prompt it has its path and line
        numbers: "=== path:start-end ===", then each line after its number and a tab.
        """
        first = integer("start", start)
        last = None if end is None else integer("end", end)
        name = path_of(path)
        try:
            return self._read(name, first, last)
        except NoSuchFile:
            named = named_lines(name) if first == 1 and last is None else None
            if named is None:
                raise
            return self._read(*named)

    def _read(self, path: str, start: int, end: int | None) -> NumberedText:
        value, body = self._call("read", {"path": path, "start": start, "end": end})
        name = value.get("path", path)
        return lines_text(_text(body), name, start) if body else no_lines(name, value.get("totalLines"), start, end)

    def search(self, words: str, k: int = 20) -> list[RankedFile]:
        """The `k` files that fit some words best (BM25), best first: RankedFile(path, score, hits)."""
        if not isinstance(words, str):
            words = " ".join(words)
        body = self._call("search", {"words": words, "k": integer("k", k)})[1]
        return Listing(map(RankedFile._make, _json(body)))

    def chunks(self, paths_or_glob: str | Iterable[str], max_chars: int = 100_000) -> list[Chunk]:
        """Cuts files into prompt-sized pieces: small files packed together, big ones split on line ends.

        Takes a glob, a path, or a list of paths, File or Match. str(chunk) is the text, each piece after
        a line "=== path:start-end ===", with line numbers as `read` has them; .paths, .pieces and .chars
        tell what is in it.
        """
        limit = integer("max_chars", max_chars)
        if isinstance(paths_or_glob, str):
            if any(mark in paths_or_glob for mark in "*?[{!"):
                return self._chunks(None, paths_or_glob, limit)
            try:
                return self._chunks([paths_or_glob], None, limit)
            except (FileNotFoundError, ValueError):
                # Not a file; perhaps a folder.
                chunks = self._chunks(None, paths_or_glob.rstrip("/") + "/**", limit)
                if not chunks:
                    raise
                return chunks
        if hasattr(paths_or_glob, "path"):
            return self._chunks([path_of(paths_or_glob)], None, limit)
        return self._chunks(list(dict.fromkeys(map(path_of, paths_or_glob))), None, limit)

    def _chunks(self, paths: list[str] | None, glob: str | None, max_chars: int) -> list[Chunk]:
        body = self._call("chunks", {"paths": paths, "glob": glob, "maxChars": max_chars})[1]
        return Listing(
            Chunk(map(Piece._make, pieces), chars, self.read) for chars, pieces in _json(body)
        )

    def git_log(self, path: str | None = None, n: int = 20) -> list[Commit]:
        """The last `n` commits (of a path): a list of Commit(hash, author, date, subject)."""
        args = {"path": None if path is None else path_of(path), "n": integer("n", n)}
        return Listing(map(Commit._make, _json(self._call("git_log", args)[1])))

    def git_blame(self, path: str, start: int, end: int | None = None) -> str:
        """Who last changed lines `start` to `end`, and in which commit."""
        first = integer("start", start)
        args = {
            "path": path_of(path),
            "start": first,
            "end": first if end is None else integer("end", end),
        }
        return _Text(_text(self._call("git_blame", args)[1]))

    def git_show(self, rev: str, path: str | None = None) -> str:
        """A commit with its changes; with `path`, that file as it was then."""
        args = {"rev": string("rev", rev), "path": None if path is None else path_of(path)}
        return _Text(_text(self._call("git_show", args)[1]))

    def git_diff(self, a: str, b: str | None = None, path: str | None = None) -> str:
        """The changes from revision `a` to `b` (None: the files as they are now)."""
        args = {
            "a": string("a", a),
            "b": None if b is None else string("b", b),
            "path": None if path is None else path_of(path),
        }
        return _Text(_text(self._call("git_diff", args)[1]))


METHODS = (
    "grep count files tree read search chunks git_log git_blame git_show git_diff "
    "symbols outline definition references callers diagnostics"
).split()
"""The methods that are plain functions, too."""


class _Text(str):
    """A text of several lines that is echoed as it is, not quoted."""

    __slots__ = ()

    __repr__ = str.__str__


class _TextItems(ItemsView):
    def __iter__(self) -> Iterator[tuple[str, str]]:
        mapping: Repository = self._mapping  # type: ignore[attr-defined]
        for path in mapping:
            try:
                text = mapping.read(path)
            except (ValueError, OSError):
                continue
            yield path, text

    def __repr__(self) -> str:
        return f"<items of {self._mapping!r}>"  # type: ignore[attr-defined]


class _Texts(ValuesView):
    def __iter__(self) -> Iterator[str]:
        for _, text in _TextItems(self._mapping):  # type: ignore[attr-defined]
            yield text

    def __repr__(self) -> str:
        return f"<values of {self._mapping!r}>"  # type: ignore[attr-defined]


def _within(glob: object, path: object) -> dict[str, Any]:
    return {
        "glob": None if glob is None else _glob(glob),
        "path": None if path is None else path_of(path),
    }


def _glob(glob: object) -> str:
    if isinstance(glob, str):
        return glob
    if isinstance(glob, (list, tuple, set)) and glob and all(isinstance(item, str) for item in glob):
        return next(iter(glob)) if len(glob) == 1 else "{" + ",".join(glob) + "}"
    raise TypeError(f"glob must be a string such as '*.py', not {type(glob).__name__}")


def _text(body: bytes) -> str:
    return body.decode("utf-8", "replace")


def _json(body: bytes) -> Any:
    return decode(body.decode("utf-8"))
