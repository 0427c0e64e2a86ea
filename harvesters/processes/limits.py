"""What a process may use; for a parser set before a foreign byte is read."""

from __future__ import annotations

import resource


def limit(memory: int, cpu: int = resource.RLIM_INFINITY) -> None:
    """Cap address space (bytes) and processor time (seconds); no core dumps."""
    _lower(resource.RLIMIT_AS, memory)
    _lower(resource.RLIMIT_CPU, cpu)
    _lower(resource.RLIMIT_CORE, 0)


def close_the_doors(descriptors: int) -> None:
    """Nothing beyond the first ``descriptors``, all in use: no file, no socket can be opened."""
    _lower(resource.RLIMIT_NOFILE, descriptors)


def _lower(what: int, value: int) -> None:
    _, hard = resource.getrlimit(what)
    if value == resource.RLIM_INFINITY:
        return
    if hard != resource.RLIM_INFINITY:
        value = min(value, hard)
    resource.setrlimit(what, (value, value))
