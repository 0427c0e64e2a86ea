"""Keywords: themes, categories and legislation where they come from a known list, else tags."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache

from hanse_harvesters.mapping.iso19139.reading import Reading
from hanse_harvesters.mapping.iso19139.simple import short
from hanse_harvesters.mapping.iso19139.table import Step, listed, pattern
from hanse_harvesters.mapping.iso19139.values import Group, Value, href, text
from hanse_schemas.vocabulary import vocabulary

_LAYOUT = re.compile(r"\r?\n[ \t]{2,}")
_TOPICS, _INSPIRE = "iso-topics", "inspire-themes"


def keywords(reading: Reading, values: Sequence[Group], step: Step) -> None:
    """All groups of keywords of a record."""
    fields = step["fields"]
    tags: dict[str, dict[str, None]] = {}
    laws: dict[str, None] = {}
    for group in values:
        thesaurus = " ".join(map(text, group.get("thesaurus", ())))
        links = " ".join(map(href, group.get("thesaurus", ())))
        plain = False
        for value in group.get("keyword", ()):
            kind, code = purpose(
                _on_one_line(text(value)), href(value), f"{thesaurus} {links}".strip()
            )
            if kind not in {"category", "law"}:
                reading.keep(step["value"], href(value))
            if kind in {"word", "hvd"} or (kind not in fields and kind in {"category", "law"}):
                _tag(tags, reading.words(value))
                laws |= {code: None} if kind == "hvd" else {}
                plain = True
                continue
            if kind in {"inspire", "topic", "theme"}:
                _tag(tags, reading.words(value))
                reading.put(fields["theme"], code.split(","))
            else:
                reading.put(fields[kind], [code])
        if plain:
            reading.keep(step["value"], thesaurus)
    if fields.get("category") in reading.entity:  # the word alone is no statement of the law
        reading.put(fields["law"], laws)
    _put_tags(reading, fields["word"], tags)


def topics(reading: Reading, values: Sequence[Value], step: Step) -> None:
    """ISO topic categories as themes; an unknown one is left to the normaliser to report."""
    for value in values:
        if name := text(value) or href(value):
            found = _themes(_TOPICS, name)
            reading.put(step["field"], found.split(",") if found else [name])


@lru_cache(maxsize=8192)
def purpose(word: str, link: str, thesaurus: str) -> tuple[str, str]:
    """Return what a keyword is for, and the code it stands for.

    ``("theme", "ENVI,REGI")``, ``("category", IRI)``, ``("law", IRI)``, ``("hvd", IRI of the law)``
    for a word that says so and no more, or ``("word", "")``.
    """
    for entry in listed("thesauri"):
        match = pattern(entry["iri"]).search(link) if link else None
        if match or (thesaurus and pattern(entry["title"]).search(thesaurus)):
            code = match.groupdict().get("code", link) if match else word
            if found := _READ[entry["for"]](code) or (match and _READ[entry["for"]](word)):
                return entry["for"], found
    if word.strip().casefold() in listed("hvd")["words"]:
        return "hvd", listed("hvd")["law"]
    return "word", ""


@lru_cache(maxsize=2048)
def _themes(name: str, word: str) -> str:
    """Return the EU themes of an INSPIRE theme or ISO topic, separated by commas."""
    known = vocabulary(name)
    # geocat.ch divides the topics: planningCadastre_Cadastre
    forms = (word, short(word), word.partition("_")[0])
    found = next(filter(None, map(known.find, forms)), None)
    return found.attributes.get("themes", "") if found else ""


def _theme(word: str) -> str:
    found = vocabulary("data-themes").find(word)
    group = vocabulary("ogd-groups").find(word)
    return found.code if found else group.attributes.get("themes", "") if group else ""


def _category(word: str) -> str:
    found = vocabulary("hvd-categories").find(word)
    return found.iri if found else ""


_READ: Mapping[str, Callable[[str], str]] = {
    "inspire": lambda word: _themes(_INSPIRE, word),
    "topic": lambda word: _themes(_TOPICS, word),
    "theme": _theme,
    "category": _category,
    "law": str,
}


def _on_one_line(word: str) -> str:
    """Join lines that are indented, as a document is laid out; others may be several keywords."""
    return _LAYOUT.sub(" ", word) if "\n" in word else word


def _tag(tags: dict[str, dict[str, None]], words: Mapping[str, str]) -> None:
    for language, word in words.items():
        tags.setdefault(language, {})[_on_one_line(word)] = None


def _put_tags(reading: Reading, field: str, tags: Mapping[str, Mapping[str, None]]) -> None:
    """Store tags by language, or a plain list where the class has one."""
    if not tags:
        return
    if reading.property(field).kind != "keyword":
        reading.put(field, [word for words in tags.values() for word in words])
        return
    main = reading.language or reading.site
    chosen = tags.get(reading.site) or tags.get(main) or next(iter(tags.values()))
    reading.entity[field] = [{"name": word} for word in chosen]
    if set(tags) != {reading.site}:
        reading.entity[f"{field}_translated"] = {name: list(tags[name]) for name in tags}
