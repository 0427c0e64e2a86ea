"""Write a list with its issues: cells coloured by severity, the remedy in a comment."""

from __future__ import annotations

from typing import IO

from hanse_harvesters.tables.checked import Checked


def write(target: IO[bytes], checked: Checked, *, language: str = "de") -> None:
    """Write an .xlsx in our layout: a summary sheet, then the list."""
    raise NotImplementedError
