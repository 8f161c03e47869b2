"""The exceptions that host calls raise."""

from __future__ import annotations


class NotAvailable(RuntimeError):
    """Something that can't be had here; the message says why."""


class SubcallError(RuntimeError):
    """A sub-LM call failed; the message says why."""


class NoSuchFile(FileNotFoundError, KeyError):
    """No such path in the context. Also a KeyError, because ``context`` is a mapping."""

    __str__ = FileNotFoundError.__str__


EXCEPTIONS: dict[str, type[BaseException]] = {
    "ValueError": ValueError,
    "TypeError": TypeError,
    "KeyError": KeyError,
    "FileNotFoundError": NoSuchFile,
    "PermissionError": PermissionError,
    "RuntimeError": RuntimeError,
    "SubcallError": SubcallError,
    "NotAvailable": NotAvailable,
    "KeyboardInterrupt": KeyboardInterrupt,
}


def exception_for(name: str, message: str) -> BaseException:
    """The exception that the host asked to raise."""
    return EXCEPTIONS.get(name, RuntimeError)(message)
