"""How the value of a cell's last expression is shown."""

from __future__ import annotations

from fathom.numbered import NumberedText

MAX_CHARACTERS = 16_000
"""About as much of one value is shown. Less than a cell's output may be: the notes must stay visible."""

WIDTH = 100
_INDENT = "  "
_MAX_DEPTH = 12

_BRACKETS = {list: ("[", "]"), tuple: ("(", ")"), set: ("{", "}"), frozenset: ("frozenset({", "})")}


def render(value: object) -> str:
    """``repr(value)``; containers that don't fit a line get a line per item, and huge values are cut.

    The work is bounded by what is shown, not by the size of the value.
    """
    return _Renderer().render(value, 0)


class _Renderer:
    def __init__(self) -> None:
        self._left = MAX_CHARACTERS
        self._open: set[int] = set()

    def render(self, value: object, depth: int) -> str:
        kind = type(value)
        if kind is NumberedText:
            if depth == 0:
                return _cut(value.shown()).removesuffix("\n")  # type: ignore[attr-defined]
            value, kind = str.__str__(value), str  # type: ignore[arg-type]
        if kind in (str, bytes):
            return self._take(_cut_text(value))  # type: ignore[arg-type]
        if kind is dict or kind in _BRACKETS:
            if not value:
                return self._take(repr(value))
            if id(value) in self._open or depth > _MAX_DEPTH:
                return self._take("...")
            self._open.add(id(value))
            try:
                return self._container(value, depth)
            finally:
                self._open.discard(id(value))
        return self._take(_cut(repr(value)))

    def _container(self, value: object, depth: int) -> str:
        is_dict = isinstance(value, dict)
        opening, closing = ("{", "}") if is_dict else _BRACKETS[type(value)]
        size = len(value)  # type: ignore[arg-type]
        items: list[str] = []
        for item in value.items() if is_dict else value:  # type: ignore[attr-defined]
            if self._left <= 0:
                items.append(f"... {size - len(items):,} more of {size:,}")
                break
            if is_dict:
                key = self.render(item[0], depth + 1)
                items.append(f"{key}: {self.render(item[1], depth + 1)}")
            else:
                items.append(self.render(item, depth + 1))
        if closing == ")" and size == 1:
            items[0] += ","
        length = sum(map(len, items)) + 2 * len(items) + len(_INDENT) * depth
        if length <= WIDTH and not any("\n" in item for item in items):
            return opening + ", ".join(items) + closing
        inner = "\n" + _INDENT * (depth + 1)
        return opening + inner + ("," + inner).join(items) + "\n" + _INDENT * depth + closing

    def _take(self, text: str) -> str:
        self._left -= len(text) + 2
        return text


def _cut_text(value: str | bytes) -> str:
    if len(value) <= MAX_CHARACTERS:
        return repr(value)
    half = MAX_CHARACTERS // 2
    unit = "characters" if isinstance(value, str) else "bytes"
    left_out = len(value) - 2 * half
    return f"{value[:half]!r} ... {left_out:,} of {len(value):,} {unit} left out ... {value[-half:]!r}"


def _cut(text: str) -> str:
    if len(text) <= MAX_CHARACTERS:
        return text
    half = MAX_CHARACTERS // 2
    return f"{text[:half]}\n... {len(text) - 2 * half:,} characters left out ...\n{text[-half:]}"
