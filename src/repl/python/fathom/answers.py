"""How an answer is submitted."""

from __future__ import annotations

from fathom.numbered import without_numbers

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable


class Submission:
    """The dictionary ``answer``, and the other ways to submit.

    Models assign to it in ways that were not meant. These are understood after each cell: ``answer``
    rebound to a dict with "content" or "ready" counts as setting those, rebound to a str as setting the
    content (not as ready).
    """

    def __init__(self) -> None:
        self.answer: dict[str, Any] = {"content": "", "ready": False}

    def reset(self, content: object = "", ready: object = False) -> None:
        """Starts over, for the next question or after an answer was held back."""
        self.answer.clear()
        self.answer["content"] = content
        self.answer["ready"] = ready

    def adopt(self, value: object) -> str | None:
        """Takes what the user's code bound to ``answer``. Returns a note for the model, if one is due."""
        if value is self.answer:
            return None
        if isinstance(value, dict) and ("content" in value or "ready" in value):
            self.answer.update(value)
            return None
        if isinstance(value, str):
            self.answer["content"] = value
            return '`answer` is a dict; your text was put in answer["content"].'
        return (
            f"`answer` is the dict to submit with; your {type(value).__name__} was not taken. "
            'Set answer["content"] and answer["ready"].'
        )

    @property
    def content(self) -> str:
        """The content as text."""
        return as_text(self.answer.get("content"))

    @property
    def ready(self) -> bool:
        """Whether it was submitted."""
        ready = self.answer.get("ready")
        return ready.strip().lower() in ("true", "yes", "1") if isinstance(ready, str) else bool(ready)

    def functions(self, namespace: dict[str, Any]) -> dict[str, Callable[..., None]]:
        """``FINAL`` and ``FINAL_VAR``."""

        def FINAL(value: object) -> None:
            """Submits a value as the answer."""
            self.reset(value, True)
            namespace["answer"] = self.answer

        def FINAL_VAR(name: str) -> None:
            """Submits the value of the variable of that name: FINAL_VAR("report")."""
            if isinstance(name, str):
                key = name.strip().strip("\"'")
                if key in namespace:
                    FINAL(namespace[key])
                    return
                if key.isidentifier():
                    known = ", ".join(k for k in namespace if not k.startswith("_")) or "none"
                    raise NameError(f"FINAL_VAR: there is no variable {key!r}. Variables: {known}")
            # Not a name at all: the value itself, by mistake.
            FINAL(name)

        for function in (FINAL, FINAL_VAR):
            function.__qualname__ = function.__name__
        return {"FINAL": FINAL, "FINAL_VAR": FINAL_VAR}


def as_text(value: object) -> str:
    """An answer's content as text: None is nothing. Code that is quoted in it has no line numbers."""
    if value is None:
        return ""
    return without_numbers(value if type(value) is str else str(value))
