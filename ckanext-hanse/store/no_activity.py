"""A switch for writing without recording an activity."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_quiet: ContextVar[bool] = ContextVar("hanse_quiet", default=False)


@contextmanager
def quiet(wanted: bool = True) -> Iterator[None]:
    """Record no activity within the block (``logic/actions/activity.py``)."""
    token = _quiet.set(wanted)
    try:
        yield
    finally:
        _quiet.reset(token)


def is_quiet() -> bool:
    """Return whether recording activities is switched off."""
    return _quiet.get()
