"""What cells print: stdout and stderr in order, streamed to the host in batches."""

from __future__ import annotations

import io
import os
import sys
from _thread import RLock, start_new_thread
from time import monotonic, sleep

from fathom.channel import Channel, encode
from fathom.interrupts import Interrupts
from fathom.numbered import shown_text

HEAD_CHARACTERS = 20_000
"""Up to here everything is sent: the host shows that much of a cell uncut."""

TAIL_CHARACTERS = 10_000
"""Beyond that, the host shows only this much of the end."""

KEPT_CHARACTERS = 5_000_000
"""So much of a cell's output is kept here, to be handed to the user's code when it was cut."""

BATCH_SECONDS = 0.05
SLOW_BATCH_SECONDS = 0.2
"""Once output is longer than is shown, there is less hurry."""


class Output:
    """Collects what is printed and sends it on, holding no more than can be shown.

    Text that can no longer be shown is counted and not sent, so printing without end costs no traffic,
    and no more memory than `KEPT_CHARACTERS`.
    """

    def __init__(self, channel: Channel, interrupts: Interrupts) -> None:
        self._channel = channel
        self._interrupts = interrupts
        self._lock = RLock()  # A finalizer may print while a print is under way.
        self._parts: list[str] = []
        self._length = 0
        self._skipped = 0
        self._position = 0
        self._flushed_at = 0.0
        self._flush_scheduled = False
        self._kept: list[str] = []
        self._printed = 0

    def start_cell(self) -> None:
        """Sends what threads printed since the last cell, and counts afresh."""
        self.flush()
        self._position = 0
        self._kept = []
        self._printed = 0

    def whole(self) -> str | None:
        """The cell's output, or its beginning, when it is too long to be shown; else None."""
        if self._printed <= HEAD_CHARACTERS // 2:
            return None
        kept = "".join(self._kept)
        # The host counts UTF-16 units, of which some characters have two.
        if self._printed <= HEAD_CHARACTERS and max(kept) <= "\uffff":
            return None
        self._kept = [kept]
        return kept

    def write(self, text: str) -> None:
        """Takes text from any thread."""
        if self._channel.detached:
            os.write(1, text.encode("utf-8", "backslashreplace"))
            return
        self._interrupts.mask()
        try:
            with self._lock:
                if self._printed < KEPT_CHARACTERS:
                    self._kept.append(text[: KEPT_CHARACTERS - self._printed])
                self._printed += len(text)
                self._parts.append(text)
                self._length += len(text)
                shown = self._position + self._skipped + self._length <= HEAD_CHARACTERS
                if not shown and self._length > 2 * TAIL_CHARACTERS:
                    self._drop_unshown()
                now = monotonic()
                pause = BATCH_SECONDS if shown else SLOW_BATCH_SECONDS
                # `print` writes its line end apart from the text.
                if text.endswith("\n") and now - self._flushed_at >= pause:
                    self._flush(now)
                elif not self._flush_scheduled:
                    self._schedule_flush()
        finally:
            self._interrupts.unmask()

    def flush(self) -> None:
        """Sends what is held back."""
        if self._parts:
            self._interrupts.mask()
            try:
                with self._lock:
                    self._flush(monotonic())
            finally:
                self._interrupts.unmask()

    def flush_shown(self) -> None:
        """Sends what is held back if it can still be shown: for ``flush=True``."""
        if self._position + self._skipped + self._length <= HEAD_CHARACTERS:
            self.flush()

    def _take(self) -> str:
        # A finalizer may print between any two of these steps; not a part may get lost.
        parts = self._parts
        self._parts = []
        self._length = 0
        return "".join(parts)

    def _drop_unshown(self) -> None:
        text = self._take()
        if self._position < HEAD_CHARACTERS and not self._skipped:
            room = HEAD_CHARACTERS - self._position
            self._send(text[:room], 0)
            text = text[room:]
        dropped = max(0, len(text) - TAIL_CHARACTERS)
        self._skipped += dropped
        self._parts.insert(0, text[dropped:])
        self._length += len(text) - dropped

    def _flush(self, now: float) -> None:
        self._flushed_at = now
        if self._parts:
            text = self._take()
            skipped = self._skipped
            self._skipped = 0
            self._send(text, skipped)

    def _send(self, text: str, skipped: int) -> None:
        self._position += skipped + len(text)
        try:
            body = text.encode("utf-8")
            escaped = False
        except UnicodeEncodeError:
            body = encode(text).encode("ascii")
            escaped = True
        self._channel.send({"type": "output", "skipped": skipped, "escaped": escaped}, body)

    def _schedule_flush(self) -> None:
        try:
            start_new_thread(self._flush_later, ())
            self._flush_scheduled = True
        except RuntimeError:
            # No threads here, or no more.
            self._flush_scheduled = self._interrupts.call_later(BATCH_SECONDS, self._flush_late)

    def _flush_later(self) -> None:
        sleep(BATCH_SECONDS)
        self._flush_late()

    def _flush_late(self) -> None:
        with self._lock:
            self._flush_scheduled = False
            self._flush(monotonic())


class Stream(io.TextIOBase):
    """``sys.stdout`` or ``sys.stderr`` of user code."""

    encoding = "utf-8"
    errors = "backslashreplace"

    def __init__(self, output: Output, name: str, descriptor: int) -> None:
        self._output = output
        self._descriptor = descriptor
        self.name = name
        self.mode = "w"
        self.buffer = _Bytes(self)

    def write(self, text: str) -> int:
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text).__name__}")
        if text or type(text) is not str:
            text = shown_text(text)
            self._output.write(text if type(text) is str else str.__str__(text))
        return len(text)

    def flush(self) -> None:
        self._output.flush_shown()

    def writable(self) -> bool:
        return True

    def isatty(self) -> bool:
        return False

    def fileno(self) -> int:
        return self._descriptor

    def reconfigure(self, **options: object) -> None:
        """Accepted and ignored, as the encoding is fixed."""

    def close(self) -> None:
        """Stays open: a later cell prints here."""

    def __repr__(self) -> str:
        return f"<{self.name} of the cell>"


class _Bytes(io.RawIOBase):
    """``sys.stdout.buffer``."""

    def __init__(self, stream: Stream) -> None:
        self._stream = stream

    def write(self, data: object) -> int:
        data = bytes(data)  # type: ignore[call-overload]
        self._stream.write(data.decode("utf-8", "backslashreplace"))
        return len(data)

    def writable(self) -> bool:
        return True

    def close(self) -> None:
        pass


def redirect_output(stdout: Stream, stderr: Stream) -> None:
    """Makes them the standard streams, again before each cell: a cell may have replaced them."""
    sys.stdout = sys.__stdout__ = stdout  # type: ignore[assignment,misc]
    sys.stderr = sys.__stderr__ = stderr  # type: ignore[assignment,misc]
