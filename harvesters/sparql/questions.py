"""The questions of the query page: ``words.yaml``, in the reader's language."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import yaml

from hanse_harvesters.texts import CORE, Text
from hanse_schemas.table import LOADER


@dataclass(frozen=True, slots=True)
class Question:
    """A question that people ask of the catalogue, and the query that answers it."""

    id: str
    text: Text
    query: str

    def words(self, language: str) -> str:
        """Return the question in the reader's language."""
        return self.text.filled(language, {})


@cache
def questions() -> tuple[Question, ...]:
    """Return the questions in the order of the page."""
    text = files("hanse_harvesters.sparql").joinpath("words.yaml").read_text("utf-8")
    return tuple(
        Question(id, Text.of(CORE, id, "short", entry["short"]), entry["query"])
        for id, entry in yaml.load(text, LOADER).items()
    )
