"""What sub-LMs reply: texts that know whether their call failed, and that read as JSON."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Iterable, Iterator, NoReturn

_BEGINNING = 200
"""So much of a reply is shown where it can't be read, in characters."""

_MOST_PLACES = 200
"""Places in a reply where JSON might begin that are tried."""


class Reply(str):
    """A reply: a str. ``failed`` says whether the call went wrong; the text then says why.

    reply.json() is the JSON in it, also in a fence or between words. reply.doubts are the places that it cites
    and that were not in its prompt, a line of text for each.
    """

    failed = False
    doubts: tuple[str, ...] = ()

    def __new__(cls, text: str = "", doubts: Iterable[str] = ()) -> Reply:
        made = str.__new__(cls, text)
        if doubts:
            made.doubts = tuple(doubts)
        return made

    def json(self) -> Any:
        """The JSON value in the reply: all of it, in a fence, or between words."""
        if self.failed:
            raise ValueError(f"This call failed, so there is no JSON in it: {self._beginning()}")
        import re

        fences = re.findall(r"```[^\n`]*\n(.*?)```", self, re.DOTALL)
        for text in (str(self), *fences):
            try:
                return _value(text.strip())
            except (ValueError, SyntaxError):
                continue
        found = _longest(self)
        if found is None:
            raise ValueError(
                "There is no JSON in this reply, or it is broken or cut off. Ask for JSON and nothing else. "
                f"It begins: {self._beginning()}"
            )
        return found[0]

    def _beginning(self) -> str:
        rest = len(self) - _BEGINNING
        return repr(str(self[:_BEGINNING])) + (f" and {rest:,} characters more" if rest > 0 else "")

    def __getitem__(self, key: Any) -> str:
        if isinstance(key, str):
            raise TypeError(
                f"A reply is a str, with no [{key!r}]. Ask for JSON and use reply.json()[{key!r}]."
            )
        return str.__getitem__(self, key)

    def __getattr__(self, name: str) -> NoReturn:
        raise AttributeError(
            f"A reply is a str and has no {name!r}: use it as it is. It also has .failed, .doubts and .json()."
        )

    def __await__(self) -> Iterator[Any]:
        # The call is over; models await it all the same.
        return self
        yield


class FailedReply(Reply):
    """A slot of a batch that failed; starts with ``Error:``."""

    failed = True


class Replies(list):  # type: ignore[type-arg]
    """The replies of a batch, in order. A list that may be awaited, though it is there already."""

    def __await__(self) -> Iterator[Any]:
        return self
        yield


def _value(text: str) -> Any:
    """A text as JSON, or as Python writes it: with single quotes, True and None."""
    import json

    try:
        return json.loads(text)
    except ValueError:
        if not text.startswith(("{", "[")):
            raise
    import ast

    try:
        return ast.literal_eval(text)
    except (RecursionError, MemoryError, TypeError) as error:
        raise ValueError(str(error)) from None


def _longest(text: str) -> tuple[Any] | None:
    """The longest JSON object or list that stands in a text, in a tuple."""
    import json
    import re

    decoder = json.JSONDecoder()
    best: tuple[Any] | None = None
    longest = after = 0
    for tried, match in enumerate(re.finditer(r"[{\[]", text)):
        start = match.start()
        if tried == _MOST_PLACES:
            break
        if start < after:
            continue
        try:
            value, after = decoder.raw_decode(text, start)
        except (ValueError, RecursionError):
            continue
        # `[1]` in prose is a footnote.
        if after - start > max(longest, 3):
            best, longest = (value,), after - start
    return best
