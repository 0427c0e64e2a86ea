"""What the child may use; set before a foreign byte is read."""

from __future__ import annotations

import resource


def limit(memory: int, cpu: int) -> None:
    """Cap address space (bytes) and processor time (seconds); no core dumps."""
    _lower(resource.RLIMIT_AS, memory)
    _lower(resource.RLIMIT_CPU, cpu)
    _lower(resource.RLIMIT_CORE, 0)


def close_the_doors() -> None:
    """No descriptor beyond the three standard ones: no file, no socket can be opened."""
    _lower(resource.RLIMIT_NOFILE, 3)


def _lower(what: int, value: int) -> None:
    _, hard = resource.getrlimit(what)
    if hard != resource.RLIM_INFINITY:
        value = min(value, hard)
    resource.setrlimit(what, (value, value))
