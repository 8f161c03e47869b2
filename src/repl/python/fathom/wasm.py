"""The kernel in WebAssembly: no threads, no signals of the system, three descriptors.

An image of this Python is made when Fathom is built (``image.py``): everything up to `main` runs then, and
a kernel starts with `main`.
"""

from __future__ import annotations

import os
import select
import signal
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
    from typing import Any, Callable, NoReturn

SOURCE = 3
"""Frames from the host. The numbers are those of ``guestDescriptors`` in descriptors.ts."""

SINK = 4
"""Frames to the host."""

SIGNALS = 6
"""Milliseconds written to it make SIGALRM due then; reading it drops signals that were sent before."""

MAX_WAIT_SECONDS = 1000.0
"""The longest single wait; longer ones are made of several."""


FATAL_SIGNALS = frozenset({4, 6, 7, 8, 9, 11, 13, 14, 15})
"""Those that end a process unless it handles them, as on Linux; the last ones it might."""

EXITS_OF_SIGNALS = 128
"""As in shells: the exit code of a process that a signal ended is the signal's number and this."""


def set_timer(seconds: float) -> None:
    """Has SIGALRM sent, in place of ``signal.setitimer``, which this Python lacks."""
    os.write(SIGNALS, b"%d" % ceil(seconds * 1000))


class WasmInterrupts(Interrupts):
    """Interrupts that come over another line than frames, and may be overtaken by them."""

    def __init__(self) -> None:
        super().__init__()
        self._seen = False
        self._action: Callable[[], None] = _nothing

    def install(self) -> None:
        super().install()
        # An interrupt sent for the cell before may still be on its way, on a line of its own.
        os.read(SIGNALS, 1)
        if signal.getsignal(signal.SIGALRM) != self._alarm:
            signal.signal(signal.SIGALRM, self._alarm)

    def arm(self) -> None:
        super().arm()
        self._seen = False

    def expect(self) -> None:
        """Waits for the interrupt that the host says it has sent, so that it does not hit later."""
        end = time.monotonic() + 1.0
        nothing = select.poll()
        while not self._seen and self._armed and time.monotonic() < end:
            nothing.poll(2)

    def call_later(self, seconds: float, action: Callable[[], None]) -> bool:
        self._action = action
        set_timer(seconds)
        return True

    def _handle(self, signum: int, frame: object) -> None:
        self._seen = True
        super()._handle(signum, frame)

    def _alarm(self, signum: int, frame: object) -> None:
        if self._masked:
            set_timer(0.01)
            return
        self._action()


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

    def __init__(self, source: int, sink: int, interrupts: WasmInterrupts) -> None:
        super().__init__(source, sink, interrupts)
        self._signals = interrupts
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
            header = self._read_and_deliver()
            if header.get("exception") == "KeyboardInterrupt":
                self._interrupts.settle()  # The task that waits for it raises it.
        finally:
            self._interrupts.unmask()

    def _read_and_deliver(self) -> dict[str, Any]:
        frame = self._read()
        self._deliver(frame)
        return frame[0]

    def _deliver(self, frame: tuple[dict[str, Any], bytes]) -> None:
        if frame[0].get("exception") == "KeyboardInterrupt":
            self._signals.expect()
        super()._deliver(frame)

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


def kill(pid: int, signum: int, /) -> None:
    """Sends a signal to this process, the only one there is."""
    if pid not in (os.getpid(), 0, -1):
        raise ProcessLookupError(3, "No such process")
    if signum in FATAL_SIGNALS and signal.getsignal(signum) in (signal.SIG_DFL, None):
        os._exit(EXITS_OF_SIGNALS + signum)
    if signum:
        signal.raise_signal(signum)


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
    import warnings

    warnings.simplefilter("ignore")
    time.sleep = sleep
    os.kill = kill
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
    interrupts = WasmInterrupts()
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


def _nothing() -> None:
    pass


def _ignore(**options: object) -> None:
    pass
