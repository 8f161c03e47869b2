"""The dictionary ``answer``."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_CONTENT = ("answer", "text", "final", "final_answer", "value", "result", "response", "body", "message", "output")
_READY = ("final", "done", "complete", "completed", "finished", "submit", "submitted", "is_ready")
"""What models call the two keys."""


class Answer(dict):  # type: ignore[type-arg]
    """``{"content": "", "ready": False}``.

    Also understands ``answer.content``, other spellings of the keys, and ``answer(text)``, which submits.
    """

    __slots__ = ()

    def __init__(self) -> None:
        super().__init__(content="", ready=False)

    def __setitem__(self, key: object, value: object) -> None:
        super().__setitem__(_meant(key, value), value)

    def __missing__(self, key: object) -> Any:
        meant = _meant(key, None)
        if meant in ("content", "ready"):
            return self.get(meant, "")
        raise KeyError(f'{key!r}; answer has "content" and "ready"')

    def update(self, *others: Any, **values: Any) -> None:
        """As of a dict."""
        for key, value in dict(*others, **values).items():
            self[key] = value

    def __getattr__(self, name: str) -> Any:
        if name == "ready" or _meant(name, None) == "content":
            return self[name]
        raise AttributeError(f'answer has no {name!r}: set answer["content"] and answer["ready"]')

    def __setattr__(self, name: str, value: object) -> None:
        if not _is_meant(name):
            raise AttributeError(f'answer has no {name!r}: set answer["content"] and answer["ready"]')
        self[name] = value

    def __call__(self, value: object) -> None:
        self["content"] = value
        self["ready"] = True


def is_answer(value: object) -> bool:
    """Whether a dict has what an answer has."""
    return isinstance(value, dict) and any(
        _meant(key, one) in ("content", "ready") for key, one in value.items()
    )


def _meant(key: object, value: object) -> object:
    """The key that is meant, by its spelling and by what it is set to."""
    if not isinstance(key, str):
        return key
    name = key.strip().lower()
    if name in ("content", "ready"):
        return name
    if name in _READY and (isinstance(value, bool) or name not in _CONTENT):
        return "ready"
    return "content" if name in _CONTENT and not isinstance(value, bool) else key


def _is_meant(name: str) -> bool:
    return _meant(name, None) in ("content", "ready")
