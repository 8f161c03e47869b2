"""What grep and its like look for, whoever searches: the host, or this Python."""

from __future__ import annotations

import re
from collections import namedtuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class Pattern(namedtuple("Pattern", "text flags ignore_case fixed word multiline")):
    """A pattern with the options that belong to it. ``flags`` are those that a compiled one brought."""

    __slots__ = ()

    @classmethod
    def of(
        cls, pattern: Any, ignore_case: bool, fixed: bool, word: bool, multiline: bool
    ) -> Pattern:
        """:param pattern: a text, or a compiled regular expression."""
        flags = 0
        if isinstance(pattern, re.Pattern):
            flags = pattern.flags & ~re.DEBUG
            pattern = pattern.pattern
        text = string("pattern", pattern)
        ignore_case = bool(ignore_case or flags & re.IGNORECASE)
        return cls(text, flags, ignore_case, bool(fixed), bool(word), bool(multiline))

    def arguments(self) -> dict[str, Any]:
        """As the host takes it. Of the flags it knows ignore_case alone."""
        return {
            "pattern": self.text,
            "ignoreCase": self.ignore_case,
            "fixed": self.fixed,
            "word": self.word,
            "multiline": self.multiline,
        }

    def compiled(self) -> re.Pattern[str]:
        """As this Python takes it."""
        source = re.escape(self.text) if self.fixed else self.text
        if self.word:
            source = rf"\b(?:{source})\b"
        flags = self.flags | (re.IGNORECASE if self.ignore_case else 0)
        if self.multiline:
            flags |= re.MULTILINE | re.DOTALL
        try:
            return re.compile(source, flags)
        except re.error as error:
            raise ValueError(f"Bad regular expression {self.text!r}: {error}") from None


class Shown(namedtuple("Shown", "before after max_count")):
    """What is shown of what is found: lines around each match, and how many matches."""

    __slots__ = ()

    @classmethod
    def of(cls, before: object, after: object, max_count: object) -> Shown:
        """:raises TypeError: where one is no whole number."""
        return cls(
            integer("before", before), integer("after", after), integer("max_count", max_count)
        )

    def arguments(self) -> dict[str, int]:
        """As the host takes them."""
        return {"before": self.before, "after": self.after, "maxCount": self.max_count}


def integer(name: str, value: object) -> int:
    """An argument that must be a whole number."""
    if isinstance(value, int):
        return int(value)
    if isinstance(value, float) and value.is_integer():
        return int(value)
    raise TypeError(f"{name} must be a whole number, not {type(value).__name__}: {value!r:.80}")


def string(name: str, value: object) -> str:
    """An argument that must be a text."""
    if isinstance(value, str):
        return value
    raise TypeError(f"{name} must be a string, not {type(value).__name__}: {value!r:.80}")
