"""The long output: a report, and documents of their own."""

from __future__ import annotations

from _thread import allocate_lock

from fathom.channel import Channel, decode
from fathom.numbered import without_numbers

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Iterator

PIECE = 8 * 1024 * 1024
"""Characters that are sent to the host at once."""


class Section:
    """A section of the report. Its place is fixed; it may be written later, and from any thread."""

    __slots__ = ("_report", "_id", "title", "level")

    def __init__(self, report: Report, identifier: int, title: str, level: int) -> None:
        self._report = report
        self._id = identifier
        self.title = title
        self.level = level

    def fill(self, text: str) -> None:
        """Writes the section's text and finishes it: section.fill(llm_query(...))."""
        self._report._send(text, self._id, "fill", True)

    def write(self, text: str) -> None:
        """Adds text to the section, which stays open. `fill` or `close` finish it."""
        self._report._send(text, self._id, "write", False)

    def close(self) -> None:
        """Finishes the section. Sections that are open at the end of the run are finished then."""
        self._report._send("", self._id, "close", True)

    def __repr__(self) -> str:
        rows = self._report._rows(self._id)[1]
        state = _state(rows[0]) if rows else "not in this report"
        return f"<section {self.title!r}: {state}>"


class _Sections(list):  # type: ignore[type-arg]
    """A table of contents; prints as one."""

    def __init__(self, sections: list[Section], rows: list[Any]) -> None:
        super().__init__(sections)
        self._lines = [f"{'  ' * max(0, row[2] - 2)}{row[1]}: {_state(row)}" for row in rows]

    def __repr__(self) -> str:
        return "\n".join(self._lines) or "no sections yet"


class Report:
    """The report: a Markdown file of any length. What is written there is never shown to you again.

    report.write(text) adds text at the end, as it is.
    report.section(title, text) adds a section with a heading.
    report.section(title) reserves its place; fill it later with .fill(text), from any thread.
    report.sections() is the table of contents, len(report) the number of characters.
    """

    __slots__ = ("_channel", "_lock")

    def __init__(self, channel: Channel) -> None:
        self._channel = channel
        self._lock = allocate_lock()

    def write(self, text: str) -> None:
        """Adds text at the end of the report, as it is; put line ends in yourself."""
        self._send(text, None, "write", False)

    def section(self, title: str, text: str | None = None, level: int = 2) -> Section:
        """Adds a section at the end of the report: a heading, and the text.

        Without a text the place is reserved, and the section is filled later, in any order and from any
        thread: section.fill(text). `level` is the heading's, 1 to 6.
        """
        _check_text(title, "report.section", "the title")
        if text is not None:
            _check_text(text, "report.section", "the text")
            text = without_numbers(text)
        if not isinstance(level, int) or not 1 <= level <= 6:
            raise ValueError(f"level is a heading's, from 1 to 6, not {level!r}")
        name = " ".join(title.split()).lstrip("#").strip()
        if not name:
            raise ValueError("A section needs a title.")
        # A text that is sent in pieces is put in its place afterwards.
        whole = text is not None and len(text) <= PIECE
        args = {"title": name[:1000], "level": level, "close": whole}
        body = _encode(text) if text is not None and whole else b""
        with self._lock:
            value, _ = self._channel.call("report_section", args, body)
        section = Section(self, value["section"], name, level)
        if text is not None and not whole:
            section.fill(text)
        return section

    def sections(self) -> list[Section]:
        """The sections in order, those that are reserved included. Prints as a table of contents."""
        rows = self._rows("all")[1]
        return _Sections([Section(self, row[0], row[1], row[2]) for row in rows], rows)

    def __len__(self) -> int:
        return int(self._rows("none")[0]["chars"])

    def __bool__(self) -> bool:
        return True

    def __repr__(self) -> str:
        value = self._rows("none")[0]
        open_ = f", {value['open']} of them open" if value["open"] else ""
        return f"<report: {value['chars']:,} characters, {value['sections']:,} sections{open_}>"

    def _rows(self, rows: str | int) -> tuple[Any, list[Any]]:
        value, body = self._channel.call("report_sections", {"rows": rows})
        return value, decode(body.decode("utf-8"))

    def _send(self, text: str, section: int | None, name: str, close: bool) -> None:
        _check_text(text, f"report.{name}" if section is None else f"section.{name}", "the text")
        text = without_numbers(text)
        # The pieces of one text stay together, also when other threads write.
        with self._lock:
            for start, piece in _pieces(text):
                self._write(piece, section, close and start + PIECE >= len(text))

    def _write(self, text: str, section: int | None, close: bool) -> None:
        args = {"section": section, "close": close}
        self._channel.call("report_write", args, _encode(text))


def report_functions(channel: Channel) -> dict[str, Any]:
    """``report`` and ``open_document``."""

    def open_document(title: str, text: str, language: str | None = None) -> str:
        """Opens one more document beside the answer: a table, a diagram, a file that was asked for.

        `language` is its kind, for example "markdown" (the default), "python", "json" or "csv". Returns
        the name it was saved under. For long texts use `report`.
        """
        _check_text(title, "open_document", "the title")
        _check_text(text, "open_document", "the text")
        if language is not None:
            _check_text(language, "open_document", "the language")
        if not title.strip():
            raise ValueError("A document needs a title.")
        args = {"title": title[:1000], "language": None if language is None else language[:100]}
        value, _ = channel.call("open_document", args, _encode(without_numbers(text)))
        return str(value["name"])

    open_document.__qualname__ = open_document.__name__
    return {"report": Report(channel), "open_document": open_document}


def _encode(text: str) -> bytes:
    return text.encode("utf-8", "backslashreplace")


def _pieces(text: str) -> Iterator[tuple[int, str]]:
    for start in range(0, len(text) or 1, PIECE):
        yield start, text[start : start + PIECE]


def _state(row: Any) -> str:
    chars = f"{row[3]:,} characters"
    if not row[4]:
        return chars
    return f"{chars} so far" if row[3] else "reserved"


def _check_text(value: object, function: str, what: str) -> None:
    if isinstance(value, str):
        return
    hint = 'put it in a str, for example f"{value}" or "\\n".join(lines)'
    if isinstance(value, (list, tuple)):
        hint = 'join it first: "\\n".join(...)'
    elif isinstance(value, dict):
        hint = "make Markdown of it, or json.dumps(...)"
    elif value is None:
        hint = "a function without a return gives None"
    raise TypeError(f"{function}: {what} must be a str, not {type(value).__name__}; {hint}")
