"""The kernel's own wall around the worker: a short list of system calls, "not permitted" for all others.

No file, no socket, no other program, no signal to somebody else: only computing, memory, threads, and the pipes that
are open already. Linux on x86-64 and ARM64; elsewhere the limits of `worker` stand alone.

Source: the kernel's Documentation/userspace-api/seccomp_filter.rst; the numbers of the calls are those of
arch/x86/entry/syscalls/syscall_64.tbl and include/uapi/asm-generic/unistd.h.
"""

from __future__ import annotations

import ctypes
import errno
import os
from dataclasses import dataclass
from typing import Final

PR_SET_NO_NEW_PRIVS, PR_SET_SECCOMP, SECCOMP_MODE_FILTER = 38, 22, 2
_ALLOW, _ERRNO, _KILL_PROCESS = 0x7FFF0000, 0x00050000, 0x80000000
_CLONE_THREAD = 0x10000
# Classic BPF: load a word at an offset, jump if equal, and, return.
_LOAD, _JUMP_EQUAL, _AND, _RETURN = 0x20, 0x15, 0x54, 0x06
# struct seccomp_data: number of the call, architecture, first argument (its lower half).
_AT_NUMBER, _AT_ARCHITECTURE, _AT_ARGUMENT = 0, 4, 16


@dataclass(frozen=True)
class _Machine:
    """One architecture: its audit number, the calls that need a look at their argument, the plain ones."""

    audit: int
    clone: int
    clone3: int
    tgkill: int
    prlimit: int
    plain: dict[str, int]


_MACHINES: Final = {
    "x86_64": _Machine(
        audit=0xC000003E,
        clone=56,
        clone3=435,
        tgkill=234,
        prlimit=302,
        plain={
            "read": 0,
            "write": 1,
            "close": 3,
            "fstat": 5,
            "poll": 7,
            "lseek": 8,
            "mmap": 9,
            "mprotect": 10,
            "munmap": 11,
            "brk": 12,
            "rt_sigaction": 13,
            "rt_sigprocmask": 14,
            "rt_sigreturn": 15,
            "sched_yield": 24,
            "mremap": 25,
            "madvise": 28,
            "nanosleep": 35,
            "getpid": 39,
            "exit": 60,
            "getrusage": 98,
            "sysinfo": 99,
            "sigaltstack": 131,
            "gettid": 186,
            "futex": 202,
            "sched_getaffinity": 204,
            "restart_syscall": 219,
            "clock_gettime": 228,
            "clock_getres": 229,
            "clock_nanosleep": 230,
            "exit_group": 231,
            "ppoll": 271,
            "set_robust_list": 273,
            "getrandom": 318,
            "membarrier": 324,
            "rseq": 334,
        },
    ),
    "aarch64": _Machine(
        audit=0xC00000B7,
        clone=220,
        clone3=435,
        tgkill=131,
        prlimit=261,
        plain={
            "close": 57,
            "lseek": 62,
            "read": 63,
            "write": 64,
            "ppoll": 73,
            "fstat": 80,
            "exit": 93,
            "exit_group": 94,
            "futex": 98,
            "set_robust_list": 99,
            "nanosleep": 101,
            "clock_gettime": 113,
            "clock_getres": 114,
            "clock_nanosleep": 115,
            "sched_getaffinity": 123,
            "sched_yield": 124,
            "restart_syscall": 128,
            "sigaltstack": 132,
            "rt_sigaction": 134,
            "rt_sigprocmask": 135,
            "rt_sigreturn": 139,
            "getrusage": 165,
            "getpid": 172,
            "gettid": 178,
            "sysinfo": 179,
            "brk": 214,
            "munmap": 215,
            "mremap": 216,
            "mmap": 222,
            "mprotect": 226,
            "madvise": 233,
            "getrandom": 278,
            "membarrier": 283,
            "rseq": 293,
        },
    ),
}


class _Step(ctypes.Structure):
    _fields_ = (("code", ctypes.c_ushort), ("jt", ctypes.c_ubyte), ("jf", ctypes.c_ubyte), ("k", ctypes.c_uint))


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("steps", ctypes.POINTER(_Step)))


def wall_in() -> bool:
    """Forbid this thread, and every one that it starts, all but the listed calls; return whether that worked."""
    machine = _MACHINES.get(os.uname().machine)
    if machine is None:
        return False
    steps = _steps(machine, os.getpid())
    program = _Program(len(steps), (_Step * len(steps))(*steps))
    system = ctypes.CDLL(None)
    if system.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0:
        return False
    done: int = system.prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, ctypes.byref(program), 0, 0)
    return done == 0


def _steps(machine: _Machine, pid: int) -> list[_Step]:
    refuse = _Step(_RETURN, 0, 0, _ERRNO | errno.EPERM)
    steps = [
        _Step(_LOAD, 0, 0, _AT_ARCHITECTURE),
        _Step(_JUMP_EQUAL, 1, 0, machine.audit),
        _Step(_RETURN, 0, 0, _KILL_PROCESS),
        _Step(_LOAD, 0, 0, _AT_NUMBER),
        # Its flags lie in memory, where nobody can check them: the C library then takes the old call.
        _Step(_JUMP_EQUAL, 0, 1, machine.clone3),
        _Step(_RETURN, 0, 0, _ERRNO | errno.ENOSYS),
    ]
    # A thread, not a process; a signal to ourselves (abort); our own limits.
    for number, mask, value in (
        (machine.clone, _CLONE_THREAD, _CLONE_THREAD),
        (machine.tgkill, 0xFFFFFFFF, pid),
        (machine.prlimit, 0xFFFFFFFF, 0),
    ):
        steps += [
            _Step(_JUMP_EQUAL, 0, 5, number),
            _Step(_LOAD, 0, 0, _AT_ARGUMENT),
            _Step(_AND, 0, 0, mask),
            _Step(_JUMP_EQUAL, 0, 1, value),
            _Step(_RETURN, 0, 0, _ALLOW),
            refuse,
        ]
    for number in machine.plain.values():
        steps += [_Step(_JUMP_EQUAL, 0, 1, number), _Step(_RETURN, 0, 0, _ALLOW)]
    return [*steps, refuse]
