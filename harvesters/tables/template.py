"""Write the empty list, for a city to fill in."""

from __future__ import annotations

from typing import IO, Literal

#: ``xlsx`` with drop-downs, help and an example; ``csv`` the header and the example only.
Form = Literal["xlsx", "csv"]


def write(target: IO[bytes], *, language: str = "de", form: Form = "xlsx") -> None:
    """Write the template; ``language`` is that of headers, drop-downs and the first help sheet."""
    raise NotImplementedError
