"""What a check found: data, with its words in ``words.yaml``."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any

from ckanext.hanse.language import DOMAIN
from hanse_harvesters.messages import Message, read, storable


class Level(str, enum.Enum):
    """How bad it is: ``ERROR`` something does not work, ``WARN`` something will or may not."""

    OK = "ok"
    WARN = "warn"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class DoctorFinding:
    """``id`` names an entry of ``words.yaml``; ``params`` are what its placeholders stand for.

    A mapping of language → text among them is shown in the reader's language.
    """

    id: str
    level: Level = Level.OK
    params: Mapping[str, Any] = field(default_factory=dict)

    def what(self, language: str) -> str:
        """What was found."""
        return words()[self.id].what(language, self.params)

    def remedy(self, language: str) -> str:
        """What to do about it; "" where there is nothing to do."""
        return words()[self.id].remedy(language, self.params)

    def as_json(self, language: str) -> dict[str, Any]:
        """``{"id", "level", "what", "remedy", "params"}``."""
        return {
            "id": self.id,
            "level": self.level.value,
            "what": self.what(language),
            "remedy": self.remedy(language),
            "params": {name: storable(value) for name, value in self.params.items()},
        }


def ok(id: str, /, **params: Any) -> DoctorFinding:
    """All is well here."""
    return DoctorFinding(id, Level.OK, params)


def warn(id: str, /, **params: Any) -> DoctorFinding:
    """Somebody should look."""
    return DoctorFinding(id, Level.WARN, params)


def error(id: str, /, **params: Any) -> DoctorFinding:
    """Something does not work."""
    return DoctorFinding(id, Level.ERROR, params)


@cache
def words() -> Mapping[str, Message]:
    """The entries of ``words.yaml``, by id."""
    return read(files("ckanext.hanse.monitoring.doctor").joinpath("words.yaml"), DOMAIN)
