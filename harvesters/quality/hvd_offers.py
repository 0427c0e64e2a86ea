"""Which datasets may be high-value datasets: offered by words, for people to decide.  Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from hanse_schemas.table import LOADER
from hanse_schemas.vocabulary import vocabulary

Entity = Mapping[str, Any]

#: Characters of titles and keywords that are searched.
_LONGEST = 3000
#: Letters by which the words of the offers are looked up; none is shorter.
_KEY = 3
_BEGINNINGS, _REST = re.compile(r"\b\w"), re.compile(r"\w*")


@dataclass(frozen=True, slots=True)
class Offer:
    """A category that a dataset may fall under, and the word of its title or keywords that says so.

    ``category`` is the IRI.
    """

    category: str
    word: str


def offer(dataset: Entity) -> Offer | None:
    """Return the category under which a dataset that says nothing may fall, None for none.

    A dataset is offered by words of its title and keywords, if its themes do not contradict.
    """
    text = "\n".join(_words(dataset))[:_LONGEST].lower()
    themes = {str(iri).rpartition("/")[2] for iri in _themes(dataset)}
    for number, word in sorted(_found(text).items()):
        category, fits = _offers()[number]
        if not themes or themes & fits:
            return Offer(category, word)
    return None


def _themes(dataset: Entity) -> list[Any]:
    value = dataset.get("theme")
    return value if isinstance(value, list) else [value] if value else []


def _found(text: str) -> dict[int, str]:
    """Return number of an offer → the word of ``text`` that fits it.

    Every dataset that is written is searched: the words are looked up by their first letters.
    """
    found: dict[int, str] = {}
    words = _by_beginning()
    for begin in _BEGINNINGS.finditer(text):
        start = begin.start()
        for word, whole, number in words.get(text[start : start + _KEY], ()):
            if text.startswith(word, start) and number not in found:
                rest = _REST.match(text, start + len(word))
                if rest and not (whole and rest.group()):
                    found[number] = text[start : rest.end()]
    return found


def _words(dataset: Entity) -> Iterator[str]:
    """Yield the title and the keywords, in every language."""
    for field in ("title", "title_translated", "tags", "tags_translated"):
        value = dataset.get(field)
        for text in value.values() if isinstance(value, dict) else (value,):
            for item in text if isinstance(text, list) else (text,):
                name = item.get("name") if isinstance(item, dict) else item
                if isinstance(name, str):
                    yield name


@cache
def facts() -> dict[str, Any]:
    """Return the facts of ``hvd.yaml``."""
    text = (files(__package__) / "hvd.yaml").read_text(encoding="utf-8")
    facts: dict[str, Any] = yaml.load(text, LOADER)
    return facts


@cache
def _offers() -> tuple[tuple[str, frozenset[str]], ...]:
    """Return (IRI of the category, codes of the themes it fits) in the order of the file."""
    base = vocabulary("hvd-categories").base
    return tuple(
        (f"{base}{item['category']}", frozenset(item["themes"])) for item in facts()["offers"]
    )


@cache
def _by_beginning() -> dict[str, list[tuple[str, bool, int]]]:
    """Return first letters → (word without "*", whether it must be whole, number of the offer)."""
    found: dict[str, list[tuple[str, bool, int]]] = {}
    for number, item in enumerate(facts()["offers"]):
        for written in item["words"]:
            word = str(written).rstrip("*").lower()
            found.setdefault(word[:_KEY], []).append((word, not written.endswith("*"), number))
    return found
