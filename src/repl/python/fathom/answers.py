"""How an answer is submitted."""

from __future__ import annotations

import sys

from fathom.answer_dict import Answer, is_answer
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
        self.answer: dict[str, Any] = Answer()
        self._told = False

    def reset(self, content: object = "", ready: object = False) -> None:
        """Starts over, for the next question or after an answer was held back."""
        self.answer.clear()
        self.answer["content"] = content
        self.answer["ready"] = ready

    def adopt(self, value: object) -> str | None:
        """Takes what the user's code bound to ``answer``. Returns a note for the model, if one is due."""
        if value is self.answer:
            return None
        if is_answer(value):
            self.answer.update(value)
            return None
        if isinstance(value, str):
            self.answer["content"] = value
            if self._told:
                return None
            self._told = True
            return '`answer` is a dict; your text was put in answer["content"]. Submit it with answer["ready"] = True.'
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
        return ready.strip().lower() in ("true", "yes", "1", "ready", "done") if isinstance(ready, str) else bool(ready)

    def functions(self, namespace: dict[str, Any]) -> dict[str, Callable[..., None]]:
        """``FINAL`` and ``FINAL_VAR``."""

        def FINAL(value: object) -> None:
            """Submits a value as the answer."""
            # FINAL(answer): what was put there, not the dict that it is put in.
            if isinstance(value, dict) and (value is self.answer or set(value) == {"content", "ready"}):
                value = value.get("content")
            self.reset(value, True)
            namespace["answer"] = self.answer

        def FINAL_VAR(name: str) -> None:
            """Submits the value of the variable of that name: FINAL_VAR("report")."""
            if isinstance(name, str):
                key = name.strip().strip("\"'")
                if key in namespace:
                    FINAL(namespace[key])
                    return
                if key.isidentifier() and _is_written(name, sys._getframe(1)):
                    known = ", ".join(k for k in namespace if not k.startswith("_")) or "none"
                    raise NameError(
                        f"FINAL_VAR: there is no variable {key!r}. Variables: {known}. "
                        f"FINAL({key!r}) submits a text."
                    )
            # Not a name: the value itself, as in FINAL_VAR(report).
            FINAL(name)

        for function in (FINAL, FINAL_VAR):
            function.__qualname__ = function.__name__
        return {"FINAL": FINAL, "FINAL_VAR": FINAL_VAR}


def _is_written(text: str, frame: Any) -> bool:
    """Whether code has a text as a literal, and no variable has it as its value."""
    if text not in frame.f_code.co_consts:
        return False
    values = [*frame.f_globals.values(), *frame.f_locals.values()]
    return not any(type(value) is str and value == text for value in values)


def as_text(value: object) -> str:
    """An answer's content as text: None is nothing. Code that is quoted in it has no line numbers."""
    if value is None:
        return ""
    return without_numbers(value if type(value) is str else str(value))
