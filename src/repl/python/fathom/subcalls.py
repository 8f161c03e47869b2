"""Sub-LM calls."""

from __future__ import annotations

from fathom.channel import Channel, encode
from fathom.numbered import shown_text
from fathom.replies import FailedReply, Replies, Reply

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable, Iterable


_REPOSITORY = "': context[path] is a file's text; see help(context)>"
"""How the repr of a repository ends, which says nothing to a sub-LM."""


def subcall_functions(channel: Channel) -> dict[str, Callable[..., Any]]:
    """``llm_query`` and ``llm_query_batched``, each with an ``aio`` twin for ``await``."""

    def llm_query(prompt: str, model: str | None = None) -> str:
        """Asks a sub-LM and returns its reply. It sees nothing but the prompt.

        Raises SubcallError when the call fails. `await llm_query.aio(prompt)` does the same in asyncio.
        """
        body = _prompt_bytes(prompt, "prompt")
        return _reply(channel.call("llm_query", {"model": _model(model)}, body))

    async def llm_query_aio(prompt: str, model: str | None = None) -> str:
        """Asks a sub-LM: `await llm_query.aio(prompt)`."""
        body = _prompt_bytes(prompt, "prompt")
        return _reply(await channel.call_async("llm_query", {"model": _model(model)}, body))

    def llm_query_batched(prompts: Iterable[str], model: str | None = None) -> list[str]:
        """Asks sub-LMs concurrently and returns their replies in order.

        Never raises for one slot: a reply that failed starts with "Error:" and has `.failed == True`.
        `await llm_query_batched.aio(prompts)` does the same in asyncio.
        """
        lengths, body = _batch(prompts)
        if not lengths:
            return Replies()
        args = {"lengths": lengths, "model": _model(model)}
        return _replies(*channel.call("llm_query_batched", args, body))

    async def llm_query_batched_aio(prompts: Iterable[str], model: str | None = None) -> list[str]:
        """Asks sub-LMs concurrently: `await llm_query_batched.aio(prompts)`."""
        lengths, body = _batch(prompts)
        if not lengths:
            return Replies()
        args = {"lengths": lengths, "model": _model(model)}
        return _replies(*await channel.call_async("llm_query_batched", args, body))

    llm_query.aio = llm_query_aio  # type: ignore[attr-defined]
    llm_query_batched.aio = llm_query_batched_aio  # type: ignore[attr-defined]
    functions: dict[str, Callable[..., Any]] = {
        "llm_query": llm_query,
        "llm_query_batched": llm_query_batched,
        **_child_functions(channel),
    }
    for function in functions.values():
        function.__qualname__ = function.__name__
    return functions


def _child_functions(channel: Channel) -> dict[str, Callable[..., Any]]:
    """``rlm_query`` and ``rlm_query_batched``, each with an ``aio`` twin for ``await``."""

    def rlm_query(prompt: str, context: Any = None, model: str | None = None) -> str:
        """Asks a child RLM, which explores its own context with its own REPL, and returns its answer.

        `context` is any JSON-able value; by default the child gets the context that you have. Raises
        SubcallError when the call fails. `await rlm_query.aio(...)` does the same in asyncio.
        """
        args, body = _child(prompt, context, model)
        return _reply(channel.call("rlm_query", args, body))

    async def rlm_query_aio(prompt: str, context: Any = None, model: str | None = None) -> str:
        """Asks a child RLM: `await rlm_query.aio(prompt, context)`."""
        args, body = _child(prompt, context, model)
        return _reply(await channel.call_async("rlm_query", args, body))

    def rlm_query_batched(
        prompts: Iterable[str], contexts: Iterable[Any] | None = None, model: str | None = None
    ) -> list[str]:
        """Asks child RLMs concurrently and returns their answers in order.

        `contexts` has one value for each prompt, or is None. Never raises for one slot: an answer that
        failed starts with "Error:" and has `.failed == True`.
        """
        args, body = _children(prompts, contexts, model)
        if not args["slots"]:
            return Replies()
        return _replies(*channel.call("rlm_query_batched", args, body))

    async def rlm_query_batched_aio(
        prompts: Iterable[str], contexts: Iterable[Any] | None = None, model: str | None = None
    ) -> list[str]:
        """Asks child RLMs concurrently: `await rlm_query_batched.aio(prompts, contexts)`."""
        args, body = _children(prompts, contexts, model)
        if not args["slots"]:
            return Replies()
        return _replies(*await channel.call_async("rlm_query_batched", args, body))

    rlm_query.aio = rlm_query_aio  # type: ignore[attr-defined]
    rlm_query_batched.aio = rlm_query_batched_aio  # type: ignore[attr-defined]
    return {"rlm_query": rlm_query, "rlm_query_batched": rlm_query_batched}


def _child(prompt: object, context: object, model: object) -> tuple[dict[str, Any], bytes]:
    question = _prompt_bytes(prompt, "prompt")
    value = _context_bytes(context, "context")
    sizes = _sizes(question, value)
    return {**sizes, "model": _model(model)}, question + (value or b"")


def _children(prompts: object, contexts: object, model: object) -> tuple[dict[str, Any], bytes]:
    if isinstance(prompts, (str, bytes)):
        raise TypeError("rlm_query_batched takes a list of prompts; use rlm_query for a single one.")
    questions = [_prompt_bytes(prompt, f"prompts[{i}]") for i, prompt in enumerate(prompts)]  # type: ignore[arg-type,var-annotated]
    values: list[bytes | None] = [None] * len(questions)
    if contexts is not None:
        if isinstance(contexts, (str, bytes, dict)):
            raise TypeError("contexts takes a list with one context for each prompt.")
        values = [_context_bytes(value, f"contexts[{i}]") for i, value in enumerate(contexts)]  # type: ignore[arg-type,var-annotated]
        if len(values) != len(questions):
            raise ValueError(f"There are {len(questions)} prompts but {len(values)} contexts.")
    slots = [_sizes(question, value) for question, value in zip(questions, values)]
    body = b"".join(question + (value or b"") for question, value in zip(questions, values))
    return {"slots": slots, "model": _model(model)}, body


def _sizes(question: bytes, value: bytes | None) -> dict[str, Any]:
    return {"prompt": len(question), "context": None if value is None else len(value)}


def _context_bytes(value: object, name: str) -> bytes | None:
    if value is None:
        return None
    if type(value).__name__ == "Chunk":
        # A child that reads only a part of a file can't count its lines.
        value = f"{value}"
    if type(value).__name__ == "LazyText":
        raise TypeError(
            f"{name} is a lazy text, too large to be passed on. Leave it out, and the child gets the context that "
            "you have; or pass a slice or a chunk."
        )
    try:
        return encode(value).encode("ascii")
    except (TypeError, ValueError) as error:
        raise TypeError(
            f"{name} must be a str, a list, a dict or another value that JSON can hold: {error}"
        ) from None


def _prompt_bytes(prompt: object, name: str) -> bytes:
    if not isinstance(prompt, str):
        if type(prompt).__name__ == "Chunk":
            prompt = str(prompt)
        else:
            raise TypeError(
                f"{name} must be a str, not {type(prompt).__name__}; put the text itself in it, "
                'for example f"...question...\\n\\n{text}"'
            )
    if _REPOSITORY in prompt and "<repository '" in prompt:
        raise ValueError(
            f"{name} has `context` in it, which is a repository and prints as its name. "
            "Put texts in: read(path), or str(chunk) for each of chunks(...)"
        )
    return shown_text(prompt).encode("utf-8", "backslashreplace")


def _batch(prompts: object) -> tuple[list[int], bytes]:
    if isinstance(prompts, (str, bytes)):
        raise TypeError("llm_query_batched takes a list of prompts; use llm_query for a single one.")
    bodies = [_prompt_bytes(prompt, f"prompts[{i}]") for i, prompt in enumerate(prompts)]  # type: ignore[arg-type,var-annotated]
    return [len(body) for body in bodies], b"".join(bodies)


def _model(model: object) -> str | None:
    if model is None:
        return None
    if isinstance(model, str) and len(model) <= 200 and "\n" not in model:
        return model
    raise TypeError(
        "model must be the name of a model: a text to ask about belongs in the prompt, "
        'for example llm_query(f"{question}\\n\\n{text}"), or in each prompt of a batch'
    )


def _reply(answer: tuple[Any, bytes]) -> Reply:
    value, body = answer
    return Reply(body.decode("utf-8", "replace"), (value or {}).get("doubts", ()))


def _replies(value: Any, body: bytes) -> list[str]:
    replies = Replies()
    start = 0
    for slot in value["slots"]:
        end = start + slot["length"]
        text = body[start:end].decode("utf-8", "replace")
        replies.append(FailedReply(text) if slot["failed"] else Reply(text, slot.get("doubts", ())))
        start = end
    return replies
