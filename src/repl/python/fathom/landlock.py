"""Landlock: no file, no TCP port, no signal and no abstract socket beyond this process. Linux 5.13.

The second of two walls: the list of system calls in `seccomp` already has nothing that takes a path.
"""

from __future__ import annotations

import ctypes
from struct import pack

# The same numbers on all machines.
_CREATE_RULESET = 444
_RESTRICT_SELF = 446
_VERSION = 1  # LANDLOCK_CREATE_RULESET_VERSION

# Rights in the order in which they came: with each ABI, how many there are (linux/landlock.h).
_FILE_RIGHTS = {1: 13, 2: 14, 3: 15, 4: 15, 5: 16}
_TCP_RIGHTS = 0b11  # bind and connect, from ABI 4
_SCOPES = 0b11  # abstract Unix sockets and signals, from ABI 6


def abi(libc: ctypes.CDLL) -> int:
    """The version of Landlock that this Linux has; 0 where there is none."""
    return max(0, libc.syscall(_CREATE_RULESET, None, 0, _VERSION))


def forbid_everything(libc: ctypes.CDLL) -> int:
    """Denies the calling thread every right that this Linux knows. Returns the ABI; 0: nothing was done.

    :raises OSError: when Landlock is there and refuses.
    """
    version = abi(libc)
    if version == 0:
        return 0
    attributes = pack("=Q", (1 << _FILE_RIGHTS.get(version, 16)) - 1)
    if version >= 4:
        attributes += pack("=Q", _TCP_RIGHTS)
    if version >= 6:
        attributes += pack("=Q", _SCOPES)
    ruleset = libc.syscall(_CREATE_RULESET, attributes, len(attributes), 0)
    # No rule is added to it, and what no rule allows is denied.
    if ruleset < 0 or libc.syscall(_RESTRICT_SELF, ruleset, 0) != 0:
        number = ctypes.get_errno()
        raise OSError(number, "Landlock could not be applied")
    libc.close(ruleset)
    return version
