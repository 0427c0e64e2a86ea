"""The score in words: ``words.yaml``, in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.resources import files

import yaml

from hanse_harvesters.texts import CORE, Text
from hanse_schemas.table import LOADER


@cache
def _words() -> Mapping[tuple[str, str], Text]:
    text = files("hanse_harvesters.quality").joinpath("words.yaml").read_text("utf-8")
    return {
        (id, part): Text.of(CORE, id, part, words)
        for id, entry in yaml.load(text, LOADER).items()
        for part, words in entry.items()
    }


def _said(id: str, part: str, language: str) -> str:
    return _words()[id, part].filled(language, {})


def metric(id: str, language: str) -> str:
    """Return the name of a metric."""
    return _said(f"metric-{id}", "short", language)


def dimension(id: str, language: str) -> str:
    """Return the name of a dimension."""
    return _said(f"dimension-{id}", "short", language)


def rating(id: str, language: str) -> str:
    """Return the name of a rating."""
    return _said(f"rating-{id}", "short", language)


def action(id: str, language: str) -> str:
    """Return a suggestion as a sentence."""
    return _said(f"action-{id}", "what", language)


def subject(id: str, language: str) -> str:
    """Return what a suggestion is about: "theme"."""
    return _said(f"action-{id}", "short", language)
