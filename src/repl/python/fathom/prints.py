"""Which `print` wrote which part of a cell's output, so that the longest are cut when it is too long."""

from __future__ import annotations

import sys

from fathom.cells import is_cell

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Union

    Source = Union[str, tuple[str, int]]

SHOWN_CHARACTERS = 20_000
"""So much of a cell's output is shown, but for the notes of what is left out."""

LEAST_SHOWN = 1000
"""At least so much of a print that is cut; where there are too many for that, the middle of all is left out."""

MOST_PRINTS = 20_000
"""Of a cell that prints more often, it is not known what printed what."""

NEAR_LINE_END = 200
"""A cut is made at a line end when there is one so near, in characters."""


_frame = sys._getframe


def printing_line() -> Source:
    """Cell and line of the code that prints right now."""
    frame = _frame(2)
    while frame is not None:
        if is_cell(frame.f_code.co_filename):
            return frame.f_code.co_filename, frame.f_lineno
        frame = frame.f_back  # type: ignore[assignment]
    return "code outside of the cell"


class Prints:
    """The prints of one cell, in order."""

    def __init__(self) -> None:
        self._starts: list[int] = []
        self._sources: list[Source] = []
        self._open = False

    @property
    def too_many(self) -> bool:
        """Whether there are more prints than are told apart."""
        return len(self._starts) > MOST_PRINTS

    def wrote(self, at: int, text: str, source: Source) -> None:
        """Takes note of a write that begins at that character of the output."""
        if not self._open or self._sources[-1] != source:
            if self.too_many:
                return
            self._starts.append(at)
            self._sources.append(source)
        # `print` writes its end apart from its text.
        self._open = text != "\n" and not isinstance(source, str)

    def cut(self, text: str, cell: str, name: str) -> str | None:
        """The output as it is shown; None when it is not known what printed what.

        :param cell: the file name of the cell that has run.
        :param name: of the variable that has all of the output.
        """
        if not self._starts or self.too_many:
            return None
        bounds = [0, *self._starts[1:], len(text)]
        sizes = [end - start for start, end in zip(bounds, bounds[1:])]
        most = _level(sizes, SHOWN_CHARACTERS)
        if most < LEAST_SHOWN:
            half = SHOWN_CHARACTERS // 2
            first = sum(1 for start in bounds[1:-1] if start <= half)
            last = sum(1 for start in bounds[1:-1] if start <= len(text) - half)
            what = " of " + _described(self._sources[first : last + 1], cell)
            return _middle_cut(text, SHOWN_CHARACTERS, what, name)
        shown: list[str] = []
        for start, end, source in zip(bounds, bounds[1:], self._sources):
            part = text[start:end]
            what = f" of {_described([source], cell)}"
            shown.append(part if len(part) <= most else _middle_cut(part, most, what, name))
        return "".join(shown)


def _level(sizes: list[int], room: int) -> int:
    """The most that each may have so that all have room, with those that need less left whole."""
    left = room
    for index, size in enumerate(sorted(sizes)):
        share = left // (len(sizes) - index)
        if size > share:
            return share
        left -= size
    return room


def _middle_cut(text: str, most: int, what: str, name: str) -> str:
    head, tail = most // 2, len(text) - most // 2
    line_end = text.rfind("\n", max(0, head - NEAR_LINE_END), head) + 1
    line_start = text.find("\n", tail - 1, tail + NEAR_LINE_END) + 1
    head, tail = line_end or head, line_start or tail
    mark = "" if text[head - 1 : head] == "\n" else "\n"
    return (
        f"{text[:head]}{mark}[... {tail - head:,} of {len(text):,} characters{what} left out; "
        f"all of it is in the variable {name} ...]\n{text[tail:]}"
    )


def _described(sources: list[Source], cell: str) -> str:
    known = list(dict.fromkeys(sources))
    if len(known) > 1 or not isinstance(known[0], str):
        lines = [_line(source, cell) for source in known[:3]]
        more = f" and {len(known) - 3} more" if len(known) > 3 else ""
        prints = "the print" if len(sources) == 1 else f"{len(sources):,} prints"
        return f"{prints} in {', '.join(lines)}{more}"
    return known[0]


def _line(source: Source, cell: str) -> str:
    if isinstance(source, str):
        return source
    file, line = source
    return f"line {line}" if file == cell else f"line {line} of {file.strip('<>')}"
