"""Reads for workers that end badly; imported over there by name."""

from __future__ import annotations

import os
import time
from typing import Any

from hanse_harvesters.mapping.result import ReadResult


def die(*, language: str) -> ReadResult:
    """As a parser library that crashes."""
    os._exit(7)


def hang(*, language: str) -> ReadResult:
    """As an expression that never ends."""
    time.sleep(600)
    raise AssertionError


def fail(*, language: str) -> ReadResult:
    """A fault of ours."""
    raise KeyError("kaputt")


def read(dataset: dict[str, Any], *, language: str) -> ReadResult:
    """A dataset."""
    return ReadResult({**dataset, "language_of_site": language, "pid": os.getpid()})
