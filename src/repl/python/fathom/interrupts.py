"""When a KeyboardInterrupt may be raised: only in a running cell, and never inside a frame."""

from __future__ import annotations

import signal
from _thread import get_ident

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Callable


class Interrupts:
    """Turns SIGINT into KeyboardInterrupt at moments when that can break nothing.

    An interrupt that comes late, after its cell, is dropped: the host sends none after it has seen the
    cell's end, so whatever is pending when the next cell is armed belongs to an earlier one.
    """

    def __init__(self) -> None:
        self._main = get_ident()
        self._armed = False
        self._masked = 0
        self._pending = False

    def install(self) -> None:
        """Catches SIGINT, again before each cell: a cell may have set a handler of its own."""
        if signal.getsignal(signal.SIGINT) != self._handle:
            signal.signal(signal.SIGINT, self._handle)
        if hasattr(signal, "pthread_sigmask"):
            signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})

    def arm(self) -> None:
        """From here on an interrupt raises. What was still on its way is delivered first and dropped."""
        self._armed = False
        if hasattr(signal, "pthread_sigmask"):
            # A system call that makes the interpreter run the handlers of signals it has received.
            signal.pthread_sigmask(signal.SIG_BLOCK, ())
        self._pending = False
        self._masked = 0
        self._armed = True

    def disarm(self) -> None:
        """From here on an interrupt does nothing."""
        self._armed = False
        self._pending = False

    def mask(self) -> None:
        """Holds interrupts back until `unmask`. Nests. Does nothing in other threads."""
        if get_ident() == self._main:
            self._masked += 1

    def unmask(self) -> None:
        """Ends `mask` and raises what was held back."""
        if get_ident() == self._main:
            self._masked -= 1
            if self._pending and not self._masked:
                self._pending = False
                if self._armed:
                    raise KeyboardInterrupt

    def settle(self) -> None:
        """Forgets an interrupt held back, because the same one is about to be raised otherwise."""
        if get_ident() == self._main:
            self._pending = False

    def call_later(self, seconds: float, action: Callable[[], None]) -> bool:
        """Calls something between two steps of the running cell, where there are no threads to do it.

        False: it will not be called.
        """
        return False

    def on_main_thread(self) -> bool:
        """Whether the caller runs on the thread that runs cells."""
        return get_ident() == self._main

    def _handle(self, signum: int, frame: object) -> None:
        if not self._armed:
            return
        if self._masked:
            self._pending = True
            return
        raise KeyboardInterrupt
