"""The kernel in WebAssembly: no threads, no signals of the system, three descriptors.

An image of this Python is made when Fathom is built (``image.py``): everything up to `main` runs then, and
a kernel starts with `main`.
"""

from __future__ import annotations

import os
import select
import sys
import time
from math import ceil

from fathom.channel import Channel, end_process
from fathom.errors import NotAvailable
from fathom.interrupts import Interrupts
from fathom.manners import explain_what_is_missing
from fathom.session import Session

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import NoReturn

SOURCE = 3
"""Frames from the host. The numbers are those of ``guestDescriptors`` in descriptors.ts."""

SINK = 4
"""Frames to the host."""

MAX_WAIT_SECONDS = 1000.0
"""The longest single wait; longer ones are made of several."""


class Source:
    """A stream of which it is known whether reading it would block."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._data = b""
        self._position = 0
        self._poll = select.poll()
        self._poll.register(descriptor, select.POLLIN)

    def readable(self, timeout: float) -> bool:
        """Whether there is something to read; waits for that so many seconds. Interruptible."""
        if self._position < len(self._data):
            return True
        return bool(self._poll.poll(ceil(min(timeout, MAX_WAIT_SECONDS) * 1000)))

    def readline(self) -> bytes:
        """A line with its end; without it at the end of the stream."""
        end = self._data.find(b"\n", self._position)
        if end < 0:
            parts = [self._data[self._position :]]
            while end < 0:
                self._data = os.read(self._descriptor, 65536)
                if not self._data:
                    break
                end = self._data.find(b"\n")
                parts.append(self._data if end < 0 else self._data[: end + 1])
            self._position = end + 1
            return b"".join(parts)
        line = self._data[self._position : end + 1]
        self._position = end + 1
        return line

    def read(self, size: int) -> bytes:
        """So many bytes; fewer at the end of the stream."""
        part = self._data[self._position : self._position + size]
        self._position += len(part)
        missing = size - len(part)
        if not missing:
            return part
        parts = [part]
        while missing:
            # Into memory of the right size at once: bodies can be of many megabytes.
            part = os.read(self._descriptor, missing)
            if not part:
                break
            parts.append(part)
            missing -= len(part)
        return b"".join(parts)


class WasmChannel(Channel):
    """The channel of a kernel with one thread: who waits for the host reads."""

    def __init__(self, source: int, sink: int, interrupts: Interrupts) -> None:
        super().__init__(source, sink, interrupts)
        self._source = self._bytes = Source(source)  # type: ignore[assignment]

    @property
    def has_futures(self) -> bool:
        """Whether an asyncio task waits for the host."""
        return self._futures > 0

    def deliver_next(self, timeout: float | None) -> None:
        """Waits for a frame, without end or for so many seconds, and hands it to who waits for it."""
        if timeout is not None and not self._bytes.readable(timeout):
            return
        # A person's Stop ends this wait, too: the host answers every open call when it interrupts.
        self._interrupts.mask()
        try:
            self._deliver(self._read())
        finally:
            self._interrupts.unmask()

    def _start_pump(self) -> None:
        pass  # The event loop reads.


def sleep(seconds: float, /) -> None:
    """Does nothing for so many seconds."""
    if seconds < 0:
        raise ValueError("sleep length must be non-negative")
    end = time.monotonic() + seconds
    nothing = select.poll()
    while (left := end - time.monotonic()) > 0:
        nothing.poll(ceil(min(left, MAX_WAIT_SECONDS) * 1000))


def refuse_thread(*args: object, **options: object) -> NoReturn:
    """What starting a thread does here."""
    raise NotAvailable(
        "Not available: this Python runs as WebAssembly and has no threads. llm_query_batched runs"
        " prompts concurrently, and so does asyncio: await asyncio.gather(*map(llm_query.aio, prompts))."
    )


def adapt() -> None:
    """Makes up for what WebAssembly has not. Part of the image."""
    import _thread
    import threading

    time.sleep = sleep
    _thread.start_new_thread = _thread.start_new = refuse_thread
    _thread.start_joinable_thread = refuse_thread  # type: ignore[attr-defined]
    for name in ("_start_new_thread", "_start_joinable_thread"):
        if hasattr(threading, name):
            setattr(threading, name, refuse_thread)
    os.environ.clear()
    os.register_at_fork = _ignore
    explain_what_is_missing()


def main() -> None:
    """Serves the host."""
    from fathom.wasm_loop import WasmLoop

    _shuffle()
    interrupts = Interrupts()
    interrupts.install()
    channel = WasmChannel(SOURCE, SINK, interrupts)
    WasmLoop.channel = channel
    Session(channel, interrupts).serve()
    end_process()


def _shuffle() -> None:
    """Kernels come from one image; their random numbers should still differ."""
    random = sys.modules.get("random")
    if random is not None:
        random.seed()


def _ignore(**options: object) -> None:
    pass
