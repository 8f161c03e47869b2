"""A list of the system calls that confined code may make; all others fail. Linux, x86-64 and arm64.

The list holds what an interpreter needs that already has everything open: memory, threads, time, signals
to itself, and reading and writing descriptors. Nothing on it takes a path, makes a descriptor for a file
or a network, or names another process. A filter can't read a path, so this is the only way to keep code
from probing which files exist, and it works where Landlock does not.
"""

from __future__ import annotations

from errno import ENOSYS, EPERM
from struct import pack

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Sequence

    Instruction = tuple[int, int, int, int]
    """Code, how many to skip if true, how many if false, and a constant."""

# Classic BPF (linux/bpf_common.h), as far as it is used here.
_LOAD = 0x20  # BPF_LD | BPF_W | BPF_ABS
_AND = 0x54  # BPF_ALU | BPF_AND | BPF_K
_IF_EQUAL = 0x15  # BPF_JMP | BPF_JEQ | BPF_K
_IF_GREATER = 0x25  # BPF_JMP | BPF_JGT | BPF_K
_IF_AT_LEAST = 0x35  # BPF_JMP | BPF_JGE | BPF_K
_RETURN = 0x06  # BPF_RET | BPF_K

# What a filter may return (linux/seccomp.h).
_ALLOW = 0x7FFF0000
_KILL_PROCESS = 0x80000000
_ERRNO = 0x00050000

# Offsets in struct seccomp_data; arguments are 64 bits wide, low word first on both machines.
_NUMBER = 0
_ARCHITECTURE = 4
_ARGUMENTS = 16

# Linux's AUDIT_ARCH_* constants.
_ARCHITECTURES = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}

_X32_BIT = 0x40000000
"""The x32 system calls of x86-64, the same calls under other numbers."""

_FIRST_UNIFIED = 424
"""From here on calls have the same number everywhere. C libraries try them first and fall back to older
ones when they hear that there is no such call (clone3, for one, whose flags a filter can't see)."""

# By name, the numbers on x86-64 and arm64; None where the machine has no such call.
_ALLOWED: dict[str, tuple[int | None, int | None]] = {
    # The busiest first: the filter is searched from the top.
    "read": (0, 63),
    "write": (1, 64),
    "futex": (202, 98),
    "munmap": (11, 215),
    "brk": (12, 214),
    "mremap": (25, 216),
    "madvise": (28, 233),
    "poll": (7, None),
    "ppoll": (271, 73),
    "select": (23, None),
    "pselect6": (270, 72),
    "epoll_wait": (232, None),
    "epoll_pwait": (281, 22),
    "epoll_ctl": (233, 21),
    "epoll_create": (213, None),
    "epoll_create1": (291, 20),
    "eventfd2": (290, 19),
    "close": (3, 57),
    "fstat": (5, 80),
    "lseek": (8, 62),
    "pread64": (17, 67),
    "readv": (19, 65),
    "writev": (20, 66),
    "recvfrom": (45, 207),
    "shutdown": (48, 210),
    "getsockname": (51, 204),
    "getpeername": (52, 205),
    "getsockopt": (55, 209),
    "pipe": (22, None),
    "pipe2": (293, 59),
    "dup": (32, 23),
    "dup2": (33, None),
    "dup3": (292, 24),
    "msync": (26, 227),
    "membarrier": (324, 283),
    "rt_sigaction": (13, 134),
    "rt_sigprocmask": (14, 135),
    "rt_sigreturn": (15, 139),
    "rt_sigpending": (127, 136),
    "rt_sigtimedwait": (128, 137),
    "rt_sigsuspend": (130, 133),
    "sigaltstack": (131, 132),
    "restart_syscall": (219, 128),
    "pause": (34, None),
    "nanosleep": (35, 101),
    "getitimer": (36, 102),
    "setitimer": (38, 103),
    "alarm": (37, None),
    "gettimeofday": (96, 169),
    "time": (201, None),
    "times": (100, 153),
    "getrusage": (98, 165),
    "getrlimit": (97, 163),
    "getrandom": (318, 278),
    "sched_yield": (24, 124),
    "sched_getaffinity": (204, 123),
    "set_robust_list": (273, 99),
    "set_tid_address": (218, 96),
    "rseq": (334, 293),
    "getpid": (39, 172),
    "getppid": (110, 173),
    "gettid": (186, 178),
    "getuid": (102, 174),
    "getgid": (104, 176),
    "geteuid": (107, 175),
    "getegid": (108, 177),
    "getcwd": (79, 17),
    "exit": (60, 93),
    "exit_group": (231, 94),
}

# Calls that are allowed for some arguments only.
_MMAP = (9, 222)
_MPROTECT = (10, 226)
_IOCTL = (16, 29)
_FCNTL = (72, 25)
_CLONE = (56, 220)
_SOCKETPAIR = (53, 199)
_SENDTO = (44, 206)
_KILL = (62, 129)
_TGKILL = (234, 131)
_PRCTL = (157, 167)
_PRLIMIT = (302, 261)
_CLOCK_GETTIME = (228, 113)
_CLOCK_GETRES = (229, 114)
_CLOCK_NANOSLEEP = (230, 115)

_PROT_EXEC = 0x4
_THREAD_FLAGS = 0x003D0F00
"""What the C libraries start a thread with: VM, FS, FILES, SIGHAND, THREAD, SYSVSEM, SETTLS,
PARENT_SETTID, CHILD_CLEARTID. Any other combination makes a process or a namespace."""
_CLONE_DETACHED = 0x00400000
"""Ignored by Linux; musl sets it."""
_IOCTLS = (
    0x5401,  # TCGETS: isatty
    0x541B,  # FIONREAD
    0x5421,  # FIONBIO: socket.setblocking
    0x5450,  # FIONCLEX
    0x5451,  # FIOCLEX: os.set_inheritable
)
_FCNTLS = (0, 1, 2, 3, 4, 1030)
"""F_DUPFD, F_GETFD, F_SETFD, F_GETFL, F_SETFL, F_DUPFD_CLOEXEC. F_SETOWN would send signals to others."""
_PRCTLS = (15, 16)
"""PR_SET_NAME and PR_GET_NAME: the name of a thread. PR_SET_PDEATHSIG would outlive the host."""
_AF_UNIX = 1
_SOCK_STREAM = 1
_SOCK_FLAGS = 0x80800
"""SOCK_CLOEXEC | SOCK_NONBLOCK"""
_LAST_CLOCK = 11
"""CLOCK_TAI. Higher and negative clock ids are those of devices and of other processes."""

_DENY: list[Instruction] = [(_RETURN, 0, 0, _ERRNO | EPERM)]
_PASS: list[Instruction] = [(_RETURN, 0, 0, _ALLOW)]


def _low(argument: int) -> Instruction:
    return (_LOAD, 0, 0, _ARGUMENTS + 8 * argument)


def _high(argument: int) -> Instruction:
    return (_LOAD, 0, 0, _ARGUMENTS + 8 * argument + 4)


def _when_equal(value: int) -> list[Instruction]:
    """Allows if the value that was loaded is this one, else goes on. All checks end with a return."""
    return [(_IF_EQUAL, 0, 1, value), *_PASS]


def _one_of(argument: int, values: Sequence[int]) -> list[Instruction]:
    """Linux takes all of these as 32-bit numbers, so that the upper half must not matter."""
    check = [_low(argument)]
    for value in values:
        check += _when_equal(value)
    return check + _DENY


def _without(argument: int, bits: int, value: int) -> list[Instruction]:
    """Allows if the argument without these bits has this value."""
    return [_low(argument), (_AND, 0, 0, ~bits & 0xFFFFFFFF), *_when_equal(value), *_DENY]


def _no_bit(argument: int, bit: int) -> list[Instruction]:
    return [_low(argument), (_AND, 0, 0, bit), *_when_equal(0), *_DENY]


def _null(argument: int) -> list[Instruction]:
    """Allows if the argument is a null pointer."""
    return [_low(argument), (_IF_EQUAL, 0, 3, 0), _high(argument), *_when_equal(0), *_DENY]


def _at_most(argument: int, value: int) -> list[Instruction]:
    return [_low(argument), (_IF_GREATER, 1, 0, value), *_PASS, *_DENY]


def _own_pid_and(pid: int, check: list[Instruction]) -> list[Instruction]:
    """Goes on to the check if the first argument is this process, by number or as 0."""
    return [_low(0), (_IF_EQUAL, 2, 0, 0), (_IF_EQUAL, 1, 0, pid), *_DENY, *check]


def _checks(pid: int) -> dict[tuple[int, int], list[Instruction]]:
    # Memory that is executable can't be had: what code there is, is what was loaded before.
    not_executable = _no_bit(2, _PROT_EXEC)
    plain_clock = _at_most(0, _LAST_CLOCK)
    return {
        _MMAP: not_executable,
        _MPROTECT: not_executable,
        _IOCTL: _one_of(1, _IOCTLS),
        _FCNTL: _one_of(1, _FCNTLS),
        _CLONE: _without(0, _CLONE_DETACHED, _THREAD_FLAGS),
        # asyncio wakes itself through one. A stream can't be sent to an address, unlike a datagram.
        _SOCKETPAIR: [
            _low(0),
            (_IF_EQUAL, 1, 0, _AF_UNIX),
            *_DENY,
            *_without(1, _SOCK_FLAGS, _SOCK_STREAM),
        ],
        _SENDTO: _null(4),
        _KILL: _one_of(0, (pid,)),
        _TGKILL: _one_of(0, (pid,)),
        _PRCTL: _one_of(0, _PRCTLS),
        # Limits may be read, not set: root may raise even hard ones.
        _PRLIMIT: _own_pid_and(pid, _null(2)),
        _CLOCK_GETTIME: plain_clock,
        _CLOCK_GETRES: plain_clock,
        _CLOCK_NANOSLEEP: plain_clock,
    }


def instructions(machine: str, pid: int) -> list[Instruction]:
    """The filter for this machine and for the process of this number.

    :raises ValueError: for a machine whose system calls are not known here.
    """
    if machine not in _ARCHITECTURES:
        raise ValueError(f"no list of system calls for {machine}")
    column = 0 if machine == "x86_64" else 1
    program: list[Instruction] = [
        # The same number means another call in another mode (32-bit code in a 64-bit process).
        (_LOAD, 0, 0, _ARCHITECTURE),
        (_IF_EQUAL, 1, 0, _ARCHITECTURES[machine]),
        (_RETURN, 0, 0, _KILL_PROCESS),
        (_LOAD, 0, 0, _NUMBER),
    ]
    for numbers in _ALLOWED.values():
        number = numbers[column]
        if number is not None:
            program += _when_equal(number)
    for numbers, check in _checks(pid).items():
        program += [(_IF_EQUAL, 0, len(check), numbers[column]), *check]
    program += [
        (_IF_AT_LEAST, 2, 0, _X32_BIT),
        (_IF_AT_LEAST, 0, 1, _FIRST_UNIFIED),
        (_RETURN, 0, 0, _ERRNO | ENOSYS),
        *_DENY,
    ]
    return program


def assemble(program: Sequence[Instruction]) -> bytes:
    """The filter as an array of struct sock_filter."""
    return b"".join(pack("=HBBI", *instruction) for instruction in program)
