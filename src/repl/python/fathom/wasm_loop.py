"""asyncio without threads and sockets: the event loop waits by reading what the host sends."""

from __future__ import annotations

import asyncio
from asyncio import base_events, events

from fathom.wasm import WasmChannel, sleep

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable


class _Selector:
    """What the event loop waits with."""

    def __init__(self, loop: WasmLoop) -> None:
        self._loop = loop

    def select(self, timeout: float | None) -> list[object]:
        channel = self._loop.channel
        if channel is not None and channel.has_futures:
            channel.deliver_next(timeout)
        elif timeout is None:
            raise RuntimeError(
                "All tasks wait for each other or for something that can't happen here: they would wait"
                " for ever."
            )
        elif timeout > 0:
            sleep(timeout)
        return []

    def close(self) -> None:
        pass


class WasmLoop(base_events.BaseEventLoop):
    """Runs callbacks and timers; besides them only calls to the host can be awaited."""

    channel: WasmChannel | None = None

    def __init__(self) -> None:
        super().__init__()
        self._selector = _Selector(self)

    def _process_events(self, event_list: object) -> None:
        pass

    def _write_to_self(self) -> None:
        pass

    def run_in_executor(self, executor: object, func: Callable[..., Any], *args: object) -> Any:
        """There are no threads: calls the function at once."""
        future = self.create_future()
        try:
            future.set_result(func(*args))
        except Exception as error:
            future.set_exception(error)
        return future


class _Policy(events._BaseDefaultEventLoopPolicy):  # type: ignore[name-defined,misc]
    _loop_factory = WasmLoop


def install() -> None:
    """Makes `asyncio.run` and `asyncio.new_event_loop` use this loop. Part of the image."""
    events._set_event_loop_policy(_Policy())  # type: ignore[attr-defined]
    asyncio.EventLoop = asyncio.SelectorEventLoop = WasmLoop  # type: ignore[attr-defined,misc]
