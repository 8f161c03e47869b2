"""Tells the model why something is not to be had here, and what to do instead.

Only a courtesy: audit hooks can be got around. What holds is in `confinement`.
"""

from __future__ import annotations

import sys

from fathom.errors import NotAvailable

_FILES = (
    "this REPL has no files of its own. Use read(path) or context[path] for the text of a file, "
    "files(glob) and tree() to list, grep(pattern) to search"
)
_PROGRAMS = (
    "this REPL can't start programs or processes. grep(pattern), read(path), files(glob) and git_log() are "
    "functions here; threads and the batched calls work"
)
_NETWORK = (
    "this REPL has no network. llm_query and what looks at the context (grep, read, files) are all there is "
    "outside"
)

_REASONS = {
    "open": _FILES,
    "glob.glob": _FILES,
    "os.chdir": _FILES,
    "os.link": _FILES,
    "os.listdir": _FILES,
    "os.mkdir": _FILES,
    "os.remove": _FILES,
    "os.rename": _FILES,
    "os.rmdir": _FILES,
    "os.scandir": _FILES,
    "os.symlink": _FILES,
    "os.truncate": _FILES,
    "os.utime": _FILES,
    "pathlib.Path.glob": _FILES,
    "pathlib.Path.rglob": _FILES,
    "os.exec": _PROGRAMS,
    "os.fork": _PROGRAMS,
    "os.forkpty": _PROGRAMS,
    "os.posix_spawn": _PROGRAMS,
    "os.system": _PROGRAMS,
    "subprocess.Popen": _PROGRAMS,
    "socket.bind": _NETWORK,
    "socket.connect": _NETWORK,
    "socket.getaddrinfo": _NETWORK,
    "socket.gethostbyname": _NETWORK,
}

_LISTINGS = frozenset({"glob.glob", "os.scandir", "pathlib.Path.glob", "pathlib.Path.rglob"})
"""Of these os.walk and glob would swallow a PermissionError and show an empty folder."""


def explain_what_is_missing() -> None:
    """From here on, what can't be had raises an exception that says what can."""
    get_reason = _REASONS.get

    def hook(event: str, arguments: tuple[object, ...]) -> None:
        reason = get_reason(event)
        if reason is None:
            return
        if event == "open" and isinstance(arguments[0], int):
            return  # A descriptor that is open already, a pipe for instance.
        if event in _LISTINGS:
            raise NotAvailable(f"Not available: {reason}.")
        raise PermissionError(1, f"Not available: {reason}.")

    sys.addaudithook(hook)
