"""The error of values that were given for a source and cannot be used."""

from __future__ import annotations

from dataclasses import dataclass

from hanse_harvesters.errors import ConfigError


@dataclass(slots=True)
class InvalidSource(Exception):
    """Errors by the field they concern: ``url``, ``options.rows`` …"""

    errors: dict[str, ConfigError]
