"""A real service taken away for a while, and given back."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from hanse_config.services.instance import current
from hanse_config.services.service import Service


@contextmanager
def stopped(kind: type[Service]) -> Iterator[None]:
    """``with stopped(Redis):`` it does not run; afterwards it does."""
    service = kind(current())
    service.stop()
    try:
        yield
    finally:
        service.launch()
        service.wait()
        service.settle()
