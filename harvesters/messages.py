"""The words of errors: ``messages.yaml``, filled in for a reader of German or English."""

from __future__ import annotations

import string
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from hanse_schemas.table import LOADER

LANGUAGES = ("de", "en")

_NONE = {"de": "keine", "en": "none"}
_GERMAN_NUMBER = str.maketrans(",.", ".,")


@dataclass(frozen=True, slots=True)
class Message:
    """A message of ``messages.yaml``; the texts are language → text with named placeholders."""

    id: str
    whats: Mapping[str, str]
    remedies: Mapping[str, str]

    def what(self, language: str, params: Mapping[str, Any]) -> str:
        """What happened."""
        return fill(self.whats, language, params)

    def remedy(self, language: str, params: Mapping[str, Any]) -> str:
        """What to do about it."""
        return fill(self.remedies, language, params)


def fill(texts: Mapping[str, str], language: str, params: Mapping[str, Any]) -> str:
    """The text in ``language`` (English where there is none) with its placeholders filled in."""
    known = language if language in texts else "en"
    return _Words(known).vformat(texts[known], (), params)


class _Words(string.Formatter):
    """Fills in placeholders as a reader of one language expects it.

    Numbers have the language's marks, a list is joined by commas, a mapping gives its
    text in the language.  Characters that steer a terminal become blanks, since
    portals have a say in the values; a parameter that is missing is empty.
    """

    def __init__(self, language: str) -> None:
        self._language = language

    def get_value(self, key: int | str, args: Sequence[Any], kwargs: Mapping[str, Any]) -> Any:
        return kwargs.get(str(key), "")

    def format_field(self, value: Any, format_spec: str) -> str:
        if isinstance(value, Mapping):
            value = value.get(self._language, value.get("en", ""))
        if isinstance(value, list):
            value = ", ".join(value) or _NONE[self._language]
        text = format(value, format_spec)
        if isinstance(value, str):
            return "".join(c if c.isprintable() else " " for c in text)
        return text.translate(_GERMAN_NUMBER) if self._language == "de" else text


def storable(value: object) -> Any:
    """A parameter as JSON can keep it: what is no number, list or mapping becomes text."""
    if isinstance(value, str):
        return value[:2000]
    if isinstance(value, int | float):
        return value
    if isinstance(value, Mapping):
        return {str(key): str(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [str(item) for item in value]
    return str(value)


@cache
def messages() -> Mapping[str, Message]:
    """The messages of ``messages.yaml``, id → message."""
    text = files("hanse_harvesters").joinpath("messages.yaml").read_text(encoding="utf-8")
    return {
        key: Message(key, entry["what"], entry["remedy"])
        for key, entry in yaml.load(text, LOADER).items()
    }
