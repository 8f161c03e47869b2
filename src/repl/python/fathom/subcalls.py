"""Sub-LM calls."""

from __future__ import annotations

from fathom.channel import Channel

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable, Iterable


class Reply(str):
    """One reply of a batch. ``failed`` says whether the call went wrong; the text then says why."""

    failed = False


class FailedReply(Reply):
    """A slot of a batch that failed; starts with ``Error:``."""

    failed = True


def subcall_functions(channel: Channel) -> dict[str, Callable[..., Any]]:
    """``llm_query`` and ``llm_query_batched``, each with an ``aio`` twin for ``await``."""

    def llm_query(prompt: str, model: str | None = None) -> str:
        """Asks a sub-LM and returns its reply. It sees nothing but the prompt.

        Raises SubcallError when the call fails. `await llm_query.aio(prompt)` does the same in asyncio.
        """
        body = _prompt_bytes(prompt, "prompt")
        return channel.call("llm_query", {"model": _model(model)}, body)[1].decode("utf-8", "replace")

    async def llm_query_aio(prompt: str, model: str | None = None) -> str:
        """Asks a sub-LM: `await llm_query.aio(prompt)`."""
        body = _prompt_bytes(prompt, "prompt")
        reply = await channel.call_async("llm_query", {"model": _model(model)}, body)
        return reply[1].decode("utf-8", "replace")

    def llm_query_batched(prompts: Iterable[str], model: str | None = None) -> list[str]:
        """Asks sub-LMs concurrently and returns their replies in order.

        Never raises for one slot: a reply that failed starts with "Error:" and has `.failed == True`.
        `await llm_query_batched.aio(prompts)` does the same in asyncio.
        """
        lengths, body = _batch(prompts)
        if not lengths:
            return []
        args = {"lengths": lengths, "model": _model(model)}
        return _replies(*channel.call("llm_query_batched", args, body))

    async def llm_query_batched_aio(prompts: Iterable[str], model: str | None = None) -> list[str]:
        """Asks sub-LMs concurrently: `await llm_query_batched.aio(prompts)`."""
        lengths, body = _batch(prompts)
        if not lengths:
            return []
        args = {"lengths": lengths, "model": _model(model)}
        return _replies(*await channel.call_async("llm_query_batched", args, body))

    llm_query.aio = llm_query_aio  # type: ignore[attr-defined]
    llm_query_batched.aio = llm_query_batched_aio  # type: ignore[attr-defined]
    for function in (llm_query, llm_query_batched):
        function.__qualname__ = function.__name__
    return {"llm_query": llm_query, "llm_query_batched": llm_query_batched}


def _prompt_bytes(prompt: object, name: str) -> bytes:
    if not isinstance(prompt, str):
        if type(prompt).__name__ == "Chunk":
            prompt = str(prompt)
        else:
            raise TypeError(
                f"{name} must be a str, not {type(prompt).__name__}; put the text itself in it, "
                'for example f"...question...\\n\\n{text}"'
            )
    return prompt.encode("utf-8", "backslashreplace")


def _batch(prompts: object) -> tuple[list[int], bytes]:
    if isinstance(prompts, (str, bytes)):
        raise TypeError("llm_query_batched takes a list of prompts; use llm_query for a single one.")
    bodies = [_prompt_bytes(prompt, f"prompts[{i}]") for i, prompt in enumerate(prompts)]  # type: ignore[arg-type,var-annotated]
    return [len(body) for body in bodies], b"".join(bodies)


def _model(model: object) -> str | None:
    if model is None or isinstance(model, str):
        return model
    raise TypeError(f"model must be a name or None, not {type(model).__name__}")


def _replies(value: Any, body: bytes) -> list[str]:
    replies: list[str] = []
    start = 0
    for slot in value["slots"]:
        end = start + slot["length"]
        text = body[start:end].decode("utf-8", "replace")
        replies.append(FailedReply(text) if slot["failed"] else Reply(text))
        start = end
    return replies
