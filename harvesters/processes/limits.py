"""Resource limits of a process; a parser sets them before it reads its document."""

from __future__ import annotations

import ctypes
import resource

#: malloc.h of glibc.
_M_ARENA_MAX = -8


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
