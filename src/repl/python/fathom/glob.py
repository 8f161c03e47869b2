"""Globs over the names of documents, as the host has them over paths."""

from __future__ import annotations

import re

_PART = re.compile(r"\*\*/|\*+|\?|\[!?.[^\]]*\]|[{},]|\\.|.", re.DOTALL)


def glob_pattern(glob: str) -> re.Pattern[str]:
    """A regular expression for the names that a glob means.

    Without a slash it names documents or folders at any depth; a folder means all that is in it; a leading
    "!" inverts. Raises ValueError for one that means nothing.
    """
    inverted = glob.startswith("!")
    body = re.sub(r"^(\./)+", "", glob[1:] if inverted else glob).rstrip("/")
    if not body:
        raise ValueError(f"The glob {glob!r} is empty; write one such as '*.md' or 'docs/**'.")
    if "/" not in body:
        body = f"**/{body}"
    braces = 0
    parts: list[str] = []
    for part in _PART.findall(body.lstrip("/")):
        if part == "**/":
            parts.append("(?:.*/)?")
        elif part[0] == "*":
            parts.append("[^/]*" if part == "*" else ".*")
        elif part == "?":
            parts.append("[^/]")
        elif part[0] == "[" and len(part) > 1:
            inner = part[1:-1].replace("\\", "\\\\").replace("[", "\\[")
            parts.append(f"[^{inner[1:]}]" if inner[0] == "!" else f"[{inner}]")
        elif part == "{":
            braces += 1
            parts.append("(?:")
        elif part == "}" and braces:
            braces -= 1
            parts.append(")")
        elif part == "," and braces:
            parts.append("|")
        else:
            parts.append(re.escape(part[-1]))
    pattern = "".join(parts) + ")" * braces
    named = rf"/?(?:{pattern})(?:/.*)?\Z"
    try:
        return re.compile(rf"(?!{named})" if inverted else named, re.DOTALL)
    except re.error as error:
        raise ValueError(f"Bad glob {glob!r}: {error.msg}") from None
