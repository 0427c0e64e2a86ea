"""What of a dataset goes into which search and facet field of Solr.

The fields stand in ``config/services/solr/conf/schema.xml``.  Nothing here
needs CKAN: a bulk writer builds its documents with :func:`search_fields` too.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain
from typing import Any

from ckanext.hanse.search.compounds import parts_of
from ckanext.hanse.search.letters import compose, fold
from ckanext.hanse.search.synonyms import synonyms
from hanse_schemas.vocabulary import Concept, vocabulary

Dataset = Mapping[str, Any]
ByLanguage = dict[str, list[str]]

ENGLISH = "en"
AGENTS = ("publisher", "creator", "originator", "custodian", "contributor")
MOST_YEARS = 300
"""A coverage longer than this is geology or a slip; its first and last year must do."""

_YEAR = re.compile(r"\s*(\d{4})(?!\d)")


def search_fields(dataset: Dataset, *, language: str = "de") -> dict[str, Any]:
    """The Solr fields of ``dataset``, a dict as ``package_show`` gives it.

    ``language`` is the site's: the one of untranslated words, whose compounds are split.
    Empty fields are absent; every other value is a list of strings, ``title_string`` a string.
    """
    titles = _texts(dataset, "title", language)
    tags = _tags(dataset, language)
    resources = dataset.get("resources") or []
    names = _merge(_texts(resource, "name", language) for resource in resources)
    words = _merge(_body(dataset, resources, language))
    meant = synonyms().of([*_all(titles), *_all(tags), *_all(names)])
    sort_key = fold(" ".join(titles.get(language) or _all(titles)[:1])).strip()
    fields: dict[str, Any] = {
        **_title_fields(titles, language),
        **_tag_fields(tags, language),
        "res_de": [*_all(names), *_values(resources, "format")],
        "org_x": _unique(_agent_names(dataset)),
        "ids_x": list(_identifiers(dataset)),
        "text_de": _other_than(words, ENGLISH),
        "text_en": words.get(ENGLISH, []),
        "text_parts": _text_parts(words, names, language),
        "syn_de": meant.get("de", []),
        "syn_en": meant.get("en", []),
        "spell": _spelled(dataset, [titles, tags, names, words]),
        **facets(dataset),
        "title_string": sort_key,
    }
    return {name: value for name, value in fields.items() if value}


def facets(dataset: Dataset) -> dict[str, list[str]]:
    """``hanse_theme`` and ``hanse_licence`` (IRIs), ``hanse_year`` (four digits)."""
    licences = [*_values([dataset], "license_id"), *_values(dataset.get("resources"), "license")]
    return {
        "hanse_theme": _unique(_values([dataset], "theme")),
        "hanse_licence": _unique(licences),
        "hanse_year": years(dataset),
    }


def spelling(dataset: Dataset, *, language: str = "de") -> list[str]:
    """The texts whose words typos are corrected by; none of a dataset that is not public."""
    resources = dataset.get("resources") or []
    titles = [_texts(dataset, "title", language), _tags(dataset, language)]
    names = [_texts(resource, "name", language) for resource in resources]
    return _spelled(dataset, [*titles, *names, *_body(dataset, resources, language)])


def _spelled(dataset: Dataset, texts: Iterable[ByLanguage]) -> list[str]:
    if dataset.get("private") or dataset.get("state", "active") != "active":
        return []
    return _unique([*_all(_merge(texts)), *_agent_names(dataset)])


def years(dataset: Dataset) -> list[str]:
    """The years that ``dataset`` covers; if it does not say, when it was issued or modified.

    A coverage without an end goes on until the dataset was last changed.
    """
    last_change = _year(dataset.get("modified")) or _year(dataset.get("issued"))
    covered: set[int] = set()
    for period in _dicts(dataset.get("temporal_coverage")):
        start, end = _year(period.get("start")), _year(period.get("end"))
        if start is None and end is None:
            continue
        if end is None:
            end = max(last_change or 0, start or 0)
        first, last = sorted((end if start is None else start, end))
        covered.update(range(first, last + 1) if last - first < MOST_YEARS else (first, last))
    if not covered:
        issued = _year(dataset.get("issued")) or last_change
        covered = {issued} if issued else set()
    return [f"{year:04d}" for year in sorted(covered)]


def _title_fields(titles: ByLanguage, language: str) -> dict[str, list[str]]:
    return {
        "title_x": _all(titles),
        "title_de": _other_than(titles, ENGLISH),
        "title_en": titles.get(ENGLISH, []),
        "title_parts": _parts(titles.get(language, [])),
    }


def _tag_fields(tags: ByLanguage, language: str) -> dict[str, list[str]]:
    return {
        "tags_x": _all(tags),
        "tags_de": _all(tags),  # tags seldom tell their language
        "tags_parts": _parts(tags.get(language, [])),
    }


def _body(dataset: Dataset, resources: list[Any], language: str) -> Iterator[ByLanguage]:
    """Everything that is text and neither title, tag nor name of a resource."""
    yield _texts(dataset, "notes", language)
    yield _texts(dataset, "geocoding_description", language)
    for place in _dicts(dataset.get("spatial_coverage")):
        yield _texts(place, "text", language)
    for resource in resources:
        yield _texts(resource, "description", language)
        for service in _dicts(resource.get("access_services")):
            yield _texts(service, "title", language)
    for name, field in (("data-themes", "theme"), ("hvd-categories", "hvd_category")):
        for concept in _concepts(name, _values([dataset], field)):
            yield {key: [label] for key, label in concept.labels.items()}


def _text_parts(words: ByLanguage, names: ByLanguage, language: str) -> list[str]:
    """Parts of compounds in running text and in names of resources, and what text means too."""
    text = _parts(words.get(language, []), nouns_only=True)
    return [*text, *_parts(_all(names)), *_all(synonyms().of(_all(words)))]


def _concepts(name: str, values: Iterable[str]) -> Iterator[Concept]:
    known = vocabulary(name)
    return (concept for value in values if (concept := known.find(value)))


def _agent_names(dataset: Dataset) -> Iterator[str]:
    organization = dataset.get("organization")
    if isinstance(organization, Mapping) and organization.get("title"):
        yield compose(organization["title"])
    for role in AGENTS:
        for agent in _dicts(dataset.get(role)):
            yield from _all(_texts(agent, "name", ""))


def _identifiers(dataset: Dataset) -> Iterator[str]:
    """Names by which a dataset may be asked for; of an IRI its last piece."""
    known = _values([dataset], "name", "id", "identifier", "other_identifiers")
    yield from _unique(value.rstrip("/#").rsplit("/", 1)[-1] for value in known)


def _parts(texts: Iterable[str], *, nouns_only: bool = False) -> list[str]:
    found = (" ".join(parts_of(text, nouns_only=nouns_only)) for text in texts)
    return [parts for parts in found if parts]


def _texts(obj: Mapping[str, Any], field: str, language: str) -> ByLanguage:
    """``field`` and ``<field>_translated`` by language, in NFC."""
    found: ByLanguage = {}
    translated = obj.get(f"{field}_translated")
    for key, text in (translated if isinstance(translated, Mapping) else {}).items():
        if isinstance(text, str) and text.strip():
            found[key] = [compose(text)]
    text = obj.get(field)
    if isinstance(text, str) and text.strip() and [compose(text)] not in found.values():
        found.setdefault(language, []).append(compose(text))
    return found


def _tags(dataset: Dataset, language: str) -> ByLanguage:
    """Tags by language; a tag without one is in the site's."""
    translated = dataset.get("tags_translated")
    found = {
        key: [compose(tag) for tag in tags]
        for key, tags in (translated if isinstance(translated, Mapping) else {}).items()
    }
    known = set(_all(found))
    plain = [compose(tag["name"]) for tag in _dicts(dataset.get("tags")) if tag.get("name")]
    found[language] = [*found.get(language, []), *(tag for tag in plain if tag not in known)]
    return found


def _merge(parts: Iterable[ByLanguage]) -> ByLanguage:
    merged: ByLanguage = {}
    for language, texts in chain.from_iterable(part.items() for part in parts):
        merged.setdefault(language, []).extend(texts)
    return merged


def _all(texts: ByLanguage) -> list[str]:
    return _unique(chain.from_iterable(texts.values()))


def _other_than(texts: ByLanguage, language: str) -> list[str]:
    return _unique(chain.from_iterable(v for key, v in texts.items() if key != language))


def _unique(values: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(values))


def _values(objects: Any, *fields: str) -> list[str]:
    """The strings under ``fields`` of every object, single or listed."""
    found: list[str] = []
    for obj in _dicts(objects):
        for field in fields:
            value = obj.get(field)
            for item in value if isinstance(value, list) else [value]:
                if isinstance(item, str) and item.strip():
                    found.append(compose(item))
    return found


def _dicts(value: Any) -> list[Mapping[str, Any]]:
    return [item for item in value or () if isinstance(item, Mapping)] if value else []


def _year(value: Any) -> int | None:
    """The year of a date in its lexical form; None if there is none, or none of our era."""
    found = _YEAR.match(value) if isinstance(value, str) else None
    return int(found[1]) if found else None
