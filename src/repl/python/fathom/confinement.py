"""What the runtime does to itself before any code of a model runs. It can't be undone.

Afterwards this process can compute, use memory up to a limit, run threads, and read and write the
descriptors that it has. It can't name a file, a process or a network address. On Linux that needs no
privilege and nothing installed. On macOS the host wraps the process in a profile and this adds limits.
"""

from __future__ import annotations

import ctypes
import os
import sys

from fathom import landlock, seccomp
from fathom.standard_library import StandardLibrary

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Callable, Sequence


class ConfinementError(Exception):
    """The process could not be confined; the message says which step failed. Nothing may run in it."""


class Limits:
    """What a kernel may use."""

    __slots__ = ("memory", "threads")

    def __init__(self, memory: int, threads: int = 512) -> None:
        """
        :param memory: bytes of address space beyond what the interpreter has at its start.
        :param threads: how many threads more than the user now runs, as far as Linux counts them.
        """
        self.memory = memory
        self.threads = threads


# From linux/prctl.h.
_PR_SET_PDEATHSIG = 1
_PR_SET_DUMPABLE = 4
_PR_SET_NO_NEW_PRIVS = 38

_SIGKILL = 9

# From asm-generic/resource.h; the same on x86-64 and arm64.
_RLIMIT_FSIZE = 1
_RLIMIT_CORE = 4
_RLIMIT_NPROC = 6
_RLIMIT_NOFILE = 7
_RLIMIT_MEMLOCK = 8
_RLIMIT_AS = 9
_RLIMIT_MSGQUEUE = 12

_SECCOMP_SET_MODE_FILTER = 1
_SECCOMP_FILTER_FLAG_TSYNC = 1
_SECCOMP_NUMBER = {"x86_64": 317, "aarch64": 277}
_CLOSE_RANGE = 436
_OPEN_FILES = 2048
"""Enough for the files of some five hundred modules, and for pipes."""

_CAPABILITY_VERSION_3 = 0x20080522
_CAPSET_NUMBER = {"x86_64": 126, "aarch64": 91}

_M_ARENA_MAX = -8
_FIRST_FREE_UID = 0x70000000
"""Far above what systems give to users and services, with room for three random bytes."""
_NOBODY = 65534


class _Rlimit(ctypes.Structure):
    _fields_ = [("soft", ctypes.c_ulong), ("hard", ctypes.c_ulong)]


class _Filter(ctypes.Structure):
    _fields_ = [("length", ctypes.c_ushort), ("instructions", ctypes.c_char_p)]


def confine(folders: Sequence[str], keep: Sequence[int], limits: Limits) -> dict[str, object]:
    """Gives up everything but memory, threads and the descriptors to keep.

    :param folders: where the standard library is; only its modules can be imported afterwards.
    :param keep: the descriptors that stay open, besides those of modules.
    :returns: what holds this process, for the report of the self-test.
    :raises ConfinementError: the process must end at once, for part of it may be done.
    """
    if not sys.platform.startswith("linux"):
        raise ConfinementError(f"{sys.platform} has no way for a process to confine itself.")
    machine = os.uname().machine
    if machine not in _SECCOMP_NUMBER or sys.maxsize < 2**32:
        raise ConfinementError(f"Fathom has no list of system calls for {machine}.")
    try:
        return _confine(machine, folders, keep, limits)
    except (OSError, AttributeError) as error:
        raise ConfinementError(f"The process could not be confined: {error}.") from error


def limit(keep: Sequence[int]) -> None:
    """Where the host has wrapped the process in a sandbox already: closes descriptors, sets limits.

    :param keep: the descriptors that stay open.
    :raises ConfinementError: the process must end at once.
    """
    import resource

    try:
        wanted = sorted({0, 1, 2, *keep})
        for low, high in zip(wanted, [*wanted[1:], 4096]):
            os.closerange(low + 1, high)
        for name in (resource.RLIMIT_CORE, resource.RLIMIT_FSIZE):
            resource.setrlimit(name, (0, 0))
        # No process more than the user has now. Threads don't count on macOS.
        resource.setrlimit(resource.RLIMIT_NPROC, (0, 0))
    except (OSError, ValueError) as error:
        raise ConfinementError(f"The process could not be limited: {error}.") from error


def _confine(
    machine: str, folders: Sequence[str], keep: Sequence[int], limits: Limits
) -> dict[str, object]:
    libc = ctypes.CDLL(None, use_errno=True)
    os.chdir("/")
    _close_all_but(libc, keep)
    _settle(libc)
    _raise_open_files(libc)
    library = StandardLibrary(folders, _loader(libc))
    library.install()

    threads = 1 if _leave_root() else _count_own_threads()
    _prctl(libc, _PR_SET_NO_NEW_PRIVS, 1)
    _prctl(libc, _PR_SET_DUMPABLE, 0)
    _prctl(libc, _PR_SET_PDEATHSIG, _SIGKILL)
    _limit(libc, limits, threads)
    _drop_capabilities(libc, machine)
    version = landlock.forbid_everything(libc)
    _filter_calls(libc, machine)
    _name_no_machine(machine)
    return {"seccomp": True, "landlock": version, "uid": os.geteuid()}


def _count_own_threads() -> int | None:
    """How many threads of the user Linux compares with RLIMIT_NPROC; None if that can't be known."""
    if not os.path.exists("/proc/self"):
        # In a user namespace of its own, which has its own count since Linux 5.14.
        major, minor = os.uname().release.split(".")[:2]
        return 1 if (int(major), int(minor.split("-")[0])) >= (5, 14) else None
    user = os.getuid()
    total = 0
    try:
        for entry in os.listdir("/proc"):
            if entry[0].isdigit():
                try:
                    status = os.stat(f"/proc/{entry}/task")
                except OSError:
                    continue
                if status.st_uid == user:
                    total += status.st_nlink - 2
    except OSError:
        return None
    return total


def _close_all_but(libc: ctypes.CDLL, keep: Sequence[int]) -> None:
    """Closes what was inherited by accident."""
    wanted = sorted({0, 1, 2, *keep})
    for low, high in zip(wanted, [*wanted[1:], 2**31]):
        if high - low > 1 and libc.syscall(_CLOSE_RANGE, low + 1, high - 1, 0) != 0:
            # Before Linux 5.9.
            for name in os.listdir("/proc/self/fd"):
                if low < int(name) < high:
                    try:
                        os.close(int(name))
                    except OSError:
                        pass  # The one that listed the folder.


def _settle(libc: ctypes.CDLL) -> None:
    """Does now what the C library would do later with files that it could then not open."""
    import time

    # bubblewrap adds one variable, Python another.
    os.environ.clear()
    os.putenv("TZ", "UTC0")
    time.tzset()
    try:
        # Ending a thread unwinds its stack with this library.
        ctypes.CDLL("libgcc_s.so.1")
    except OSError:
        pass  # musl has no need of it.
    if hasattr(libc, "mallopt"):
        # Each arena reserves 64 MB of address space, of which there is a limited amount.
        libc.mallopt(_M_ARENA_MAX, 2)


def _loader(libc: ctypes.CDLL) -> Callable[[str], object]:
    """Loads the file of an extension module, so that importing it later opens no file.

    glibc knows what is loaded by its path. musl would open the file again to see that it is the same:
    there, the module is imported at once.
    """
    from _ctypes import dlopen

    if hasattr(libc, "gnu_get_libc_version"):
        return lambda path: dlopen(path, os.RTLD_LAZY)
    return lambda path: __import__(os.path.basename(path).partition(".")[0])


def _leave_root() -> bool:
    """Root is not held by RLIMIT_NPROC and owns files: becomes a user who has nothing else.

    :returns: whether it did. False for an ordinary user, who stays, and where the right to is missing.
    """
    if os.geteuid() != 0:
        return False
    for user in (_FIRST_FREE_UID + int.from_bytes(os.urandom(3), "big"), _NOBODY):
        try:
            os.setgroups([])
            os.setresgid(user, user, user)
            # The saved id stays: by it parent and host may still signal this process. To get back to
            # it takes a system call that will be denied, and it will have no capabilities.
            os.setresuid(user, user, 0)
            return user != _NOBODY
        except OSError:
            continue  # A container with fewer users, or root without that right.
    return False


def _prctl(libc: ctypes.CDLL, option: int, value: int) -> None:
    if libc.prctl(option, ctypes.c_ulong(value), *[ctypes.c_ulong(0)] * 3) != 0:
        number = ctypes.get_errno()
        raise OSError(number, f"prctl({option}) failed: {os.strerror(number)}")


def _raise_open_files(libc: ctypes.CDLL) -> None:
    now = _Rlimit()
    libc.getrlimit(_RLIMIT_NOFILE, ctypes.byref(now))
    wanted = min(_OPEN_FILES, now.hard)
    libc.setrlimit(_RLIMIT_NOFILE, ctypes.byref(_Rlimit(wanted, wanted)))


def _limit(libc: ctypes.CDLL, limits: Limits, threads: int | None) -> None:
    used = _address_space(libc)
    values = {
        _RLIMIT_AS: used + limits.memory,
        _RLIMIT_FSIZE: 0,
        _RLIMIT_CORE: 0,
        _RLIMIT_MEMLOCK: 0,
        _RLIMIT_MSGQUEUE: 0,
    }
    if threads is not None:
        values[_RLIMIT_NPROC] = threads + limits.threads
    for name, value in values.items():
        now = _Rlimit()
        libc.getrlimit(name, ctypes.byref(now))
        value = min(value, now.hard)
        if libc.setrlimit(name, ctypes.byref(_Rlimit(value, value))) != 0:
            number = ctypes.get_errno()
            raise OSError(number, f"setrlimit({name}) failed: {os.strerror(number)}")


def _address_space(libc: ctypes.CDLL) -> int:
    """Bytes of address space in use, to the mebibyte; at most 1 GiB is seen.

    Where there is no /proc to say it: the least limit under which there is room for one page more.
    """
    try:
        with open("/proc/self/statm", "rb", buffering=0) as file:
            return int(file.read(64).split()[0]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        pass
    before = _Rlimit()
    libc.getrlimit(_RLIMIT_AS, ctypes.byref(before))
    libc.mmap.restype = ctypes.c_void_p
    size = ctypes.c_size_t(65536)
    low, high = 0, 1024
    while high - low > 1:
        middle = (low + high) // 2
        libc.setrlimit(_RLIMIT_AS, ctypes.byref(_Rlimit(middle << 20, before.hard)))
        # Readable, private, anonymous.
        address = libc.mmap(None, size, 1, 0x22, -1, ctypes.c_long(0))
        if address == ctypes.c_void_p(-1).value:
            low = middle
        else:
            libc.munmap(ctypes.c_void_p(address), size)
            high = middle
    libc.setrlimit(_RLIMIT_AS, ctypes.byref(before))
    return high << 20


def _drop_capabilities(libc: ctypes.CDLL, machine: str) -> None:
    header = (ctypes.c_uint32 * 2)(_CAPABILITY_VERSION_3, 0)
    none = (ctypes.c_uint32 * 6)()
    if libc.syscall(_CAPSET_NUMBER[machine], header, none) != 0:
        number = ctypes.get_errno()
        raise OSError(number, f"capset failed: {os.strerror(number)}")


def _filter_calls(libc: ctypes.CDLL, machine: str) -> None:
    program = seccomp.instructions(machine, os.getpid())
    filter = _Filter(len(program), seccomp.assemble(program))
    if (
        libc.syscall(
            _SECCOMP_NUMBER[machine],
            _SECCOMP_SET_MODE_FILTER,
            _SECCOMP_FILTER_FLAG_TSYNC,
            ctypes.byref(filter),
        )
        != 0
    ):
        number = ctypes.get_errno()
        raise OSError(number, f"seccomp failed: {os.strerror(number)}")


def _name_no_machine(machine: str) -> None:
    """uname is denied, for the host's name; modules that ask at import (platform, uuid) get the rest."""
    import posix

    answer = os.uname_result(("Linux", "localhost", "", "", machine))
    posix.uname = os.uname = lambda: answer
