"""Resource limits of a process; a parser sets them before it reads its document."""

from __future__ import annotations

import ctypes
import errno
import platform
import resource

#: malloc.h of glibc.
_M_ARENA_MAX = -8
#: prctl(2), seccomp(2), and how the kernel knows a machine: its number, socket(2), connect(2).
_NO_NEW_PRIVS, _SECCOMP, _FILTER = 38, 22, 2
_MACHINES = {"x86_64": (0xC000003E, 41, 42), "aarch64": (0xC00000B7, 198, 203)}
_IO_URING_SETUP, _X32 = 425, 0x40000000
_ALLOW, _REFUSE = 0x7FFF0000, 0x00050000 | errno.EACCES
#: Instructions of classic BPF: load a word, jump if equal, jump if not less, return.
_LOAD, _EQUAL, _NOT_LESS, _RETURN = 0x20, 0x15, 0x35, 0x06


def limit(memory: int, cpu: int = resource.RLIM_INFINITY) -> None:
    """Limit address space (bytes) and processor time (seconds); disable core dumps."""
    _lower(resource.RLIMIT_AS, memory)
    _lower(resource.RLIMIT_CPU, cpu)
    _lower(resource.RLIMIT_CORE, 0)


def share_heaps(number: int) -> None:
    """Let all threads allocate from ``number`` heaps; call it before there are further threads.

    glibc reserves 128 MB of address space for each thread that allocates, which counts against
    :func:`limit`: a library that starts several for a moment then sometimes cannot.
    """
    if mallopt := getattr(ctypes.CDLL(None), "mallopt", None):
        mallopt(_M_ARENA_MAX, number)


def limit_files(size: int) -> None:
    """Limit the size of every file that is written (bytes): writing beyond raises OSError."""
    _lower(resource.RLIMIT_FSIZE, size)


class _Instruction(ctypes.Structure):
    _fields_ = (
        ("code", ctypes.c_ushort),
        ("then", ctypes.c_ubyte),
        ("otherwise", ctypes.c_ubyte),
        ("value", ctypes.c_uint32),
    )


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("first", ctypes.POINTER(_Instruction)))


def forbid_network() -> bool:
    """Let this process make no socket from now on, nor its further threads (seccomp(2)).

    Returns False where the kernel takes no such filter.
    """
    machine = _MACHINES.get(platform.machine())
    if machine is None:
        return False
    number, socket, connect = machine
    rules = (
        (_LOAD, 0, 0, 4),
        (_EQUAL, 0, 6, number),
        (_LOAD, 0, 0, 0),
        (_NOT_LESS, 4, 0, _X32),
        *((_EQUAL, 3 - place, 0, call) for place, call in enumerate((socket, connect))),
        (_EQUAL, 1, 0, _IO_URING_SETUP),
        (_RETURN, 0, 0, _ALLOW),
        (_RETURN, 0, 0, _REFUSE),
    )
    program = _Program(
        len(rules), (_Instruction * len(rules))(*(_Instruction(*rule) for rule in rules))
    )
    prctl = ctypes.CDLL(None).prctl
    if prctl(_NO_NEW_PRIVS, 1, 0, 0, 0):
        return False
    return not prctl(_SECCOMP, _FILTER, ctypes.byref(program), 0, 0)


def close_the_doors(descriptors: int) -> None:
    """Allow no more than ``descriptors``, all in use, so that no file or socket can be opened."""
    _lower(resource.RLIMIT_NOFILE, descriptors)


def _lower(what: int, value: int) -> None:
    _, hard = resource.getrlimit(what)
    if value == resource.RLIM_INFINITY:
        return
    if hard != resource.RLIM_INFINITY:
        value = min(value, hard)
    resource.setrlimit(what, (value, value))
