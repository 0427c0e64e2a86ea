"""What a check found: data, with its words in ``words.yaml``."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from ckanext.hanse.language import DOMAIN
from hanse_harvesters.messages import storable
from hanse_harvesters.texts import Text


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
        return words()[self.id].what.filled(language, self.params)

    def remedy(self, language: str) -> str:
        """What to do about it; "" where there is nothing to do."""
        remedy = words()[self.id].remedy
        return remedy.filled(language, self.params) if remedy else ""

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


@dataclass(frozen=True, slots=True)
class Words:
    """An entry of ``words.yaml``; ``remedy`` is None where nothing is to be done."""

    what: Text
    remedy: Text | None


@cache
def words() -> Mapping[str, Words]:
    """The entries of ``words.yaml``, by id."""
    text = (
        files("ckanext.hanse.monitoring.doctor").joinpath("words.yaml").read_text(encoding="utf-8")
    )
    return {id: _words(id, entry) for id, entry in yaml.safe_load(text).items()}


def _words(id: str, entry: Mapping[str, Any]) -> Words:
    remedy = entry.get("remedy")
    return Words(
        Text.of(DOMAIN, id, "what", entry["what"]),
        Text.of(DOMAIN, id, "remedy", remedy) if remedy else None,
    )
