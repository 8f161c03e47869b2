"""Frames between kernel and host, for any number of threads.

A frame is one line of JSON, then as many raw bytes as its ``bytes`` field says. There is no reader
thread: whichever thread waits for the host reads, and hands the others theirs. A call from the main
thread is thus one write and one read, without a switch of threads.
"""

from __future__ import annotations

import os
from _thread import allocate_lock, get_ident, start_new_thread
from itertools import count
from json import JSONDecoder, JSONEncoder

from fathom.errors import NotAvailable, exception_for
from fathom.interrupts import Interrupts

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable, NoReturn, Protocol

    class Loop(Protocol):
        """What is needed of an asyncio event loop."""

        def call_soon_threadsafe(self, callback: Callable[..., object], *args: object) -> object: ...

        def create_future(self) -> Any: ...


MAX_HEADER_BYTES = 16 * 1024 * 1024
"""The host ends a kernel that sends a longer header line."""

MAX_BODY_BYTES = 256 * 1024 * 1024
"""The host ends a kernel that sends a larger body."""

encode = JSONEncoder(separators=(",", ":")).encode
decode = JSONDecoder().decode

_COMMAND = 0
_PUMP = -1


class _Waiter:
    """A thread that waits for a frame."""

    __slots__ = ("frame", "_lock")

    def __init__(self) -> None:
        self.frame: tuple[dict[str, Any], bytes] | None = None
        self._lock = allocate_lock()
        self._lock.acquire()

    def sleep(self) -> None:
        self._lock.acquire()

    def wake(self) -> None:
        try:
            self._lock.release()
        except RuntimeError:
            pass  # Awake already.

    def deliver(self, frame: tuple[dict[str, Any], bytes]) -> None:
        self.frame = frame
        self.wake()


class _Future:
    """An asyncio future that waits for a frame."""

    __slots__ = ("_loop", "future", "_settled")

    frame = None

    def __init__(self, loop: Loop, settled: Callable[[], None]) -> None:
        self._loop = loop
        self.future = loop.create_future()
        self._settled = settled

    def wake(self) -> None:
        pass

    def deliver(self, frame: tuple[dict[str, Any], bytes]) -> None:
        self._settled()
        try:
            self._loop.call_soon_threadsafe(self._resolve, frame)
        except RuntimeError:
            pass  # Its event loop is closed; nobody waits any more.

    def _resolve(self, frame: tuple[dict[str, Any], bytes]) -> None:
        if not self.future.done():
            self.future.set_result(frame)


class Channel:
    """The kernel's only way out."""

    def __init__(self, source: int, sink: int, interrupts: Interrupts) -> None:
        self._source = open(source, "rb", buffering=65536)
        self._sink = sink
        self._interrupts = interrupts
        self._reading = allocate_lock()
        self._writing = allocate_lock()
        self._writer = 0
        self._deferred: list[bytes] = []
        self._waiting: dict[int, _Waiter | _Future] = {}
        self._commands: list[tuple[dict[str, Any], bytes]] = []
        self._ids = count(1)
        self._futures = 0
        self._pumping = False
        self._pump_state = allocate_lock()
        self._detached = False
        self.before_call: Callable[[], None] = _nothing
        """Called before each host call; output that was printed before it is sent first."""
        if hasattr(os, "register_at_fork"):
            os.register_at_fork(after_in_child=self._detach)

    def next_command(self) -> tuple[dict[str, Any], bytes]:
        """Waits for the host's next command. Only for the main thread, between cells."""
        if self._detached:
            end_process()
        waiter = _Waiter()
        self._waiting[_COMMAND] = waiter
        while not self._commands:
            if self._reading.acquire(False):
                try:
                    while not self._commands:
                        self._deliver(self._read())
                finally:
                    self._reading.release()
                    self._promote()
            else:
                waiter.sleep()
        self._waiting.pop(_COMMAND, None)
        return self._commands.pop(0)

    @property
    def detached(self) -> bool:
        """True in a process that user code forked."""
        return self._detached

    def send(self, header: dict[str, Any], body: bytes = b"") -> None:
        """Sends one frame. From any thread."""
        if self._detached:
            return
        header["bytes"] = len(body)
        line = encode(header).encode("ascii") + b"\n"
        if len(line) > MAX_HEADER_BYTES:
            raise ValueError(f"The arguments are too long: {len(line):,} bytes, at most 16 MB.")
        if len(body) > MAX_BODY_BYTES:
            raise ValueError(f"That is too much at once: {len(body):,} bytes, at most 256 MB.")
        thread = get_ident()
        if self._writer == thread:
            # A finalizer or signal handler prints in the middle of a frame: after it, please.
            self._deferred.append(line + body)
            return
        self._interrupts.mask()
        try:
            with self._writing:
                self._writer = thread
                try:
                    if len(body) < 65536:
                        self._write(line + body)
                    else:
                        self._write(line)
                        self._write(body)
                    while self._deferred:
                        self._write(self._deferred.pop(0))
                finally:
                    self._writer = 0
        finally:
            self._interrupts.unmask()

    def call(self, method: str, args: dict[str, Any], body: bytes = b"") -> tuple[Any, bytes]:
        """Asks the host and waits. Raises the exception that it answers with."""
        self._check_attached(method)
        self.before_call()
        identifier = next(self._ids)
        waiter = _Waiter()
        # The stream must never be left in the middle of a frame. A person's Stop still ends the wait at
        # once: the host answers every open call when it interrupts a cell.
        self._interrupts.mask()
        try:
            self._waiting[identifier] = waiter
            try:
                self._send_call(identifier, method, args, body)
            except BaseException:
                del self._waiting[identifier]
                raise
            header, reply = self._wait(identifier, waiter)
            if "exception" in header:
                self._interrupts.settle()
        finally:
            self._interrupts.unmask()
        return _result(header, reply)

    async def call_async(self, method: str, args: dict[str, Any], body: bytes = b"") -> tuple[Any, bytes]:
        """Asks the host without blocking the event loop."""
        from asyncio import get_running_loop

        self._check_attached(method)
        self.before_call()
        identifier = next(self._ids)
        with self._pump_state:
            self._futures += 1
        waiter = _Future(get_running_loop(), self._settle_future)
        self._waiting[identifier] = waiter
        try:
            self._send_call(identifier, method, args, body)
        except BaseException:
            del self._waiting[identifier]
            self._settle_future()
            raise
        self._start_pump()
        return _result(*await waiter.future)

    def _send_call(self, identifier: int, method: str, args: dict[str, Any], body: bytes) -> None:
        self.send({"type": "call", "id": identifier, "method": method, "args": args}, body)

    def _wait(self, identifier: int, waiter: _Waiter) -> tuple[dict[str, Any], bytes]:
        """Reads until the waiter's frame is there, or sleeps while another thread reads."""
        while waiter.frame is None:
            if self._reading.acquire(False):
                try:
                    while waiter.frame is None:
                        self._deliver(self._read())
                finally:
                    self._reading.release()
                    self._promote()
            else:
                waiter.sleep()
        return waiter.frame

    def _deliver(self, frame: tuple[dict[str, Any], bytes]) -> None:
        header = frame[0]
        if header["type"] != "result":
            # The main thread may not wait for it yet: it has only just sent the end of a cell, and this is
            # another thread that reads. First the frame, then the call, so that one of the two is seen.
            self._commands.append(frame)
            command = self._waiting.get(_COMMAND)
            if command is not None:
                command.wake()
            return
        waiter = self._waiting.pop(header["id"], None)
        if waiter is not None:
            waiter.deliver(frame)

    def _promote(self) -> None:
        """Wakes a thread that waits, so that it reads from now on."""
        if self._waiting:
            for waiter in list(self._waiting.values()):
                if isinstance(waiter, _Waiter):
                    waiter.wake()
                    return

    def _settle_future(self) -> None:
        with self._pump_state:
            self._futures -= 1

    def _start_pump(self) -> None:
        with self._pump_state:
            if self._pumping or not self._futures:
                return
            self._pumping = True
        start_new_thread(self._pump, ())

    def _pump(self) -> None:
        """Reads for asyncio, while the event loop minds its own business."""
        waiter = _Waiter()
        while True:
            with self._pump_state:
                if not self._futures:
                    self._pumping = False
                    self._waiting.pop(_PUMP, None)
                    break
            self._waiting[_PUMP] = waiter
            if self._reading.acquire(False):
                try:
                    self._deliver(self._read())
                finally:
                    self._reading.release()
            else:
                waiter.sleep()
        self._promote()

    def _read(self) -> tuple[dict[str, Any], bytes]:
        line = self._source.readline()
        if not line.endswith(b"\n"):
            end_process()
        header = decode(line.decode("utf-8"))
        size = header["bytes"]
        body = b""
        if size:
            body = self._source.read(size)
            if len(body) < size:
                end_process()
        return header, body

    def _write(self, data: bytes) -> None:
        try:
            written = os.write(self._sink, data)
            if written < len(data):
                view = memoryview(data)
                while written < len(data):
                    written += os.write(self._sink, view[written:])
        except OSError:
            end_process()

    def _check_attached(self, method: str) -> None:
        if self._detached:
            raise NotAvailable(f"{method} can't be used in a forked process; use threads or a batch.")

    def _detach(self) -> None:
        """A forked process must not speak on its parent's line."""
        self._detached = True
        os.close(self._sink)


def end_process() -> NoReturn:
    """The host is gone, or wants this kernel gone."""
    os._exit(0)


def _result(header: dict[str, Any], body: bytes) -> tuple[Any, bytes]:
    if "exception" in header:
        raise exception_for(header["exception"], header["message"])
    return header.get("value"), body


def _nothing() -> None:
    pass
