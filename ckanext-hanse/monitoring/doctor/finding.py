"""The result of a check: data, with its texts in ``words.yaml``."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any

from ckanext.hanse.language import DOMAIN
from hanse_harvesters.errors import HanseError
from hanse_harvesters.messages import Message, read, storable
from hanse_harvesters.texts import CORE


class Level(str, enum.Enum):
    """Severity: ``ERROR`` something does not work, ``WARN`` something may not or will not."""

    OK = "ok"
    WARN = "warn"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class DoctorFinding:
    """``id`` names an entry of ``words.yaml``; ``params`` are the values of its placeholders.

    A parameter that maps language → text is shown in the reader's language.
    """

    id: str
    level: Level = Level.OK
    params: Mapping[str, Any] = field(default_factory=dict)

    def what(self, language: str) -> str:
        """Return what was found."""
        return words()[self.id].what(language, self.params)

    def remedy(self, language: str) -> str:
        """Return what to do about it; "" if nothing."""
        return words()[self.id].remedy(language, self.params)

    def as_json(self, language: str) -> dict[str, Any]:
        """Return ``{"id", "level", "what", "remedy", "params"}``."""
        return {
            "id": self.id,
            "level": self.level.value,
            "what": self.what(language),
            "remedy": self.remedy(language),
            "params": {name: storable(value) for name, value in self.params.items()},
        }


def reason_of(fault: HanseError) -> dict[str, str]:
    """Return the text of an error, by language, as a parameter of a finding."""
    return {language: fault.text(language) for language in CORE.languages()}


def ok(id: str, /, **params: Any) -> DoctorFinding:
    """Return a finding that all is well."""
    return DoctorFinding(id, Level.OK, params)


def warn(id: str, /, **params: Any) -> DoctorFinding:
    """Return a finding that should be looked at."""
    return DoctorFinding(id, Level.WARN, params)


def error(id: str, /, **params: Any) -> DoctorFinding:
    """Return a finding that something does not work."""
    return DoctorFinding(id, Level.ERROR, params)


@cache
def words() -> Mapping[str, Message]:
    """Return the entries of ``words.yaml``, by id."""
    return read(files("ckanext.hanse.monitoring.doctor").joinpath("words.yaml"), DOMAIN)
