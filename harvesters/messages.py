"""The texts of errors: ``messages.yaml``, filled in for a reader of any language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any

import yaml

from hanse_harvesters.connector_texts import with_connectors
from hanse_harvesters.texts import CORE, Domain, Text
from hanse_schemas.table import LOADER

#: The parameter that holds the causing error, as returned by ``HanseError.as_json``.
CAUSE = "cause"


@dataclass(frozen=True, slots=True)
class Message:
    """A message of a YAML file; its texts have named placeholders.

    ``remedy`` is None if nothing needs to be done.  ``{what}`` and ``{remedy}`` are those of
    the error in the parameter ``cause``.
    """

    id: str
    whats: Text
    remedies: Text | None

    def what(self, language: str, params: Mapping[str, Any]) -> str:
        """Return what happened."""
        return self.whats.filled(language, _with_cause(language, params))

    def remedy(self, language: str, params: Mapping[str, Any]) -> str:
        """Return what to do about it, "" if nothing."""
        return (
            self.remedies.filled(language, _with_cause(language, params)) if self.remedies else ""
        )


def _with_cause(language: str, params: Mapping[str, Any]) -> Mapping[str, Any]:
    cause = params.get(CAUSE)
    if not isinstance(cause, Mapping) or cause.get("id") not in messages():
        return params
    message, given = messages()[cause["id"]], cause.get("params") or {}
    told = {"what": message.what(language, given), "remedy": message.remedy(language, given)}
    return {**told, **params}


def storable(value: object) -> Any:
    """Return a parameter as JSON can store it: all but numbers, lists and mappings become text."""
    if isinstance(value, str):
        return value[:2000]
    if isinstance(value, int | float):
        return value
    if isinstance(value, Mapping):
        return {str(key): storable(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [str(item) for item in value]
    return str(value)


def read(file: Traversable, domain: Domain) -> dict[str, Message]:
    """Read the messages of a YAML file, id → message; ``domain`` has them in other languages."""
    entries = yaml.load(file.read_text(encoding="utf-8"), LOADER)
    return {
        id: Message(
            id,
            Text.of(domain, id, "what", entry["what"]),
            Text.of(domain, id, "remedy", entry["remedy"]) if entry.get("remedy") else None,
        )
        for id, entry in entries.items()
    }


@cache
def messages() -> Mapping[str, Message]:
    """Return the messages of the core's ``messages.yaml`` and those of external connectors."""
    core = read(files("hanse_harvesters").joinpath("messages.yaml"), CORE)
    return with_connectors(core, "messages.yaml", read)
