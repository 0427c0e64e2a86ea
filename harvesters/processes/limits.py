"""Resource limits of a process; a parser sets them before it reads its document."""

from __future__ import annotations

import resource


def limit(memory: int, cpu: int = resource.RLIM_INFINITY) -> None:
    """Limit address space (bytes) and processor time (seconds); disable core dumps."""
    _lower(resource.RLIMIT_AS, memory)
    _lower(resource.RLIMIT_CPU, cpu)
    _lower(resource.RLIMIT_CORE, 0)


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
