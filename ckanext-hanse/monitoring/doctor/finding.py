"""What a check found: data, with its words in ``words.yaml`` in German and English."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from hanse_harvesters.messages import Message, fill, storable


class Level(str, enum.Enum):
    """How bad it is: ``ERROR`` something does not work, ``WARN`` something will or may not."""

    OK = "ok"
    WARN = "warn"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class Finding:
    """``id`` names an entry of ``words.yaml``; ``params`` are what its placeholders stand for.

    A mapping of language → text among them is shown in the reader's language.
    """

    id: str
    level: Level = Level.OK
    params: Mapping[str, Any] = field(default_factory=dict)

    def what(self, language: str) -> str:
        """What was found."""
        return fill(words()[self.id].whats, language, self.params)

    def remedy(self, language: str) -> str:
        """What to do about it; "" where there is nothing to do."""
        remedies = words()[self.id].remedies
        return fill(remedies, language, self.params) if remedies else ""

    def as_json(self, language: str) -> dict[str, Any]:
        """``{"id", "level", "what", "remedy", "params"}``."""
        return {
            "id": self.id,
            "level": self.level.value,
            "what": self.what(language),
            "remedy": self.remedy(language),
            "params": {name: storable(value) for name, value in self.params.items()},
        }


def ok(id: str, /, **params: Any) -> Finding:
    """All is well here."""
    return Finding(id, Level.OK, params)


def warn(id: str, /, **params: Any) -> Finding:
    """Somebody should look."""
    return Finding(id, Level.WARN, params)


def error(id: str, /, **params: Any) -> Finding:
    """Something does not work."""
    return Finding(id, Level.ERROR, params)


@cache
def words() -> Mapping[str, Message]:
    """The entries of ``words.yaml``, id → message."""
    text = (
        files("ckanext.hanse.monitoring.doctor").joinpath("words.yaml").read_text(encoding="utf-8")
    )
    return {
        key: Message(key, entry["what"], entry.get("remedy") or {})
        for key, entry in yaml.safe_load(text).items()
    }
