"""The kernel as a process of its own: descriptors, signals, and the end of the host."""

from __future__ import annotations

import os
import signal
import sys

from fathom.channel import Channel, end_process
from fathom.interrupts import Interrupts
from fathom.session import Session

_LIFELINE = 3
"""A descriptor that stays silent and closes with the host, however that ends."""


def main() -> None:
    """Takes the protocol off descriptors 0 and 1, gives up what it does not need, and serves the host."""
    source, sink = os.dup(0), os.dup(1)
    _seal_standard_descriptors()
    _die_with_host(_LIFELINE)
    interrupts = Interrupts()
    interrupts.install()
    _confine(sys.argv[1:], [_LIFELINE, source, sink])
    Session(Channel(source, sink, interrupts), interrupts).serve()


def _confine(arguments: list[str], keep: list[int]) -> None:
    """Does as the host says: ``confined MEMORY THREADS``, ``limited``, or ``unconfined``.

    With ``unexplained`` at the end what is missing fails as the system lets it fail.
    """
    sys.argv[1:] = []
    if arguments == ["unconfined"]:
        return
    # Not imported without need: it loads ctypes.
    from fathom import confinement, manners

    explained = arguments[-1:] != ["unexplained"]
    arguments = arguments if explained else arguments[:-1]
    try:
        if arguments == ["limited"]:
            confinement.limit(keep)
        else:
            word, memory, threads = arguments
            if word != "confined":
                raise ValueError(word)
            confinement.confine(sys.path, keep, confinement.Limits(int(memory), int(threads)))
        if explained:
            manners.explain_what_is_missing()
    except (ValueError, confinement.ConfinementError) as error:
        raise SystemExit(f"Not started, because it is not confined: {error}") from None


def _seal_standard_descriptors() -> None:
    """Nothing that user code prints, C code and child processes included, can reach the protocol.

    What they print goes to the host's standard-error pipe and counts as output of the cell.
    """
    null = os.open(os.devnull, os.O_RDONLY)
    os.dup2(null, 0)
    os.close(null)
    os.dup2(2, 1)


def _die_with_host(lifeline: int) -> None:
    """Ends this process, and those it started, as soon as the host is gone."""
    os.set_inheritable(lifeline, False)
    if sys.platform == "linux":
        # The operating system does it: even in the middle of a long C call that holds the interpreter's
        # lock. Closing the other end counts as input on this one, and the signal sent for input is SIGKILL
        # to the whole process group.
        import fcntl

        if os.getpgrp() == os.getpid():
            fcntl.fcntl(lifeline, fcntl.F_SETOWN, -os.getpid())
        else:
            fcntl.fcntl(lifeline, fcntl.F_SETOWN, os.getpid())
        fcntl.fcntl(lifeline, fcntl.F_SETSIG, signal.SIGKILL)
        fcntl.fcntl(lifeline, fcntl.F_SETFL, fcntl.fcntl(lifeline, fcntl.F_GETFL) | fcntl.FASYNC)
        import select

        if select.select([lifeline], [], [], 0)[0]:
            end_process()  # It closed before the signal was armed.
        return
    from _thread import interrupt_main, start_new_thread

    def watch() -> None:
        # Windows has no SIGINT for one process: there, a byte means "interrupt the cell".
        while os.read(lifeline, 1):
            interrupt_main()
        if hasattr(os, "killpg") and os.getpgrp() == os.getpid():
            os.killpg(0, signal.SIGKILL)
        end_process()

    start_new_thread(watch, ())
