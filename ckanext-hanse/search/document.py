"""Maps a dataset to Solr's search and facet fields.

The fields of Solr are defined in ``config/services/solr/conf/schema.xml``.  The table defines
which fields of a dataset they are filled from (``search`` and ``facet``, see :mod:`.plan`);
only CKAN's own keys of a package are named here.  Does not depend on CKAN: a bulk writer builds
its documents with :func:`search_fields` too.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain
from typing import Any

from ckanext.hanse.search.plan import (
    ByLanguage,
    Entity,
    Plan,
    Words,
    dicts,
    objects,
    plan_of,
    values,
)
from ckanext.hanse.search.synonyms import synonyms
from hanse_harvesters.german.compounds import parts_of
from hanse_harvesters.german.letters import compose, fold

Dataset = Mapping[str, Any]

ENGLISH = "en"
FACETS = {"theme": "hanse_theme", "licence": "hanse_licence", "year": "hanse_year"}
"""Facet of the table → Solr field.  CKAN fills that of the format, ``res_format``."""
MOST_YEARS = 300
"""A longer coverage is geological or an error; only its first and last year are indexed."""

_YEAR = re.compile(r"\s*(\d{4})(?!\d)")


def search_fields(dataset: Dataset, *, language: str = "de") -> dict[str, Any]:
    """Return the Solr fields of ``dataset``, a dict as ``package_show`` returns it.

    ``language`` is the site's: that of untranslated text, whose compounds are split.
    Empty fields are absent; every other value is a list of strings, ``title_string`` a string.
    """
    plan = plan_of("dataset")
    titles = _words(plan.titles, dataset, language)
    tags = _words(plan.tags, dataset, language)
    parts = objects(dataset, plan.parts)
    names = _merge(_words(its.titles, part, language) for part, its in parts)
    words = _merge(_body(dataset, plan, language))
    who = _unique(_names(dataset, plan))
    meant = synonyms().of([*_all(titles), *_all(tags), *_all(names)])
    sort_key = fold(" ".join(titles.get(language) or _all(titles)[:1])).strip()
    fields: dict[str, Any] = {
        **_title_fields(titles, language),
        **_tag_fields(tags, language),
        "res_de": [*_all(names), *_codes(parts, language)],
        "org_x": who,
        "ids_x": list(_identifiers(dataset, plan)),
        "text": _text(titles, tags, names, words, who, meant.get("de", []), language),
        "text_en": words.get(ENGLISH, []),
        "text_parts": _text_parts(words, names, language),
        "syn_de": meant.get("de", []),
        "syn_en": meant.get("en", []),
        "spell": _spelled(dataset, [titles, tags, names, words], who),
        **_facets(dataset, plan, parts),
        "title_string": sort_key,
    }
    return {name: value for name, value in fields.items() if value}


def spelling(dataset: Dataset, *, language: str = "de") -> list[str]:
    """Return the texts used for spelling correction; none of a dataset that is not public."""
    plan = plan_of("dataset")
    own = [_words(plan.titles, dataset, language), _words(plan.tags, dataset, language)]
    parts = objects(dataset, plan.parts)
    names = [_words(its.titles, part, language) for part, its in parts]
    texts = [*own, *names, *_body(dataset, plan, language)]
    return _spelled(dataset, texts, _names(dataset, plan))


def _spelled(dataset: Dataset, texts: Iterable[ByLanguage], names: Iterable[str]) -> list[str]:
    if dataset.get("private") or dataset.get("state", "active") != "active":
        return []
    return _unique([*_all(_merge(texts)), *names])


def _facets(
    dataset: Dataset, plan: Plan, parts: Iterable[tuple[Entity, Plan]]
) -> dict[str, list[str]]:
    """Return the facets' values: vocabulary entries as stored, years with four digits."""
    found: dict[str, list[str]] = {}
    for entity, its in [(dataset, plan), *parts]:
        for facet, fields in its.counted.items():
            if facet in FACETS:
                found.setdefault(FACETS[facet], []).extend(values(entity, *fields))
    return {
        **{name: _unique(reported) for name, reported in found.items()},
        FACETS["year"]: years(dataset),
    }


def years(dataset: Dataset) -> list[str]:
    """Return the years that ``dataset`` covers, else the year it was issued or modified.

    A coverage without an end lasts until the dataset's last change.
    """
    plan = plan_of("dataset")
    dated = [year for field in plan.dates if (year := _year(dataset.get(field)))]
    last_change = dated[-1] if dated else None
    covered: set[int] = set()
    for start, end in _periods(dataset, plan):
        if start is None and end is None:
            continue
        if end is None:
            end = max(last_change or 0, start or 0)
        first, last = sorted((end if start is None else start, end))
        covered.update(range(first, last + 1) if last - first < MOST_YEARS else (first, last))
    if not covered and dated:
        covered = {dated[0]}
    return [f"{year:04d}" for year in sorted(covered)]


def _periods(dataset: Dataset, plan: Plan) -> Iterator[tuple[int | None, int | None]]:
    """Yield the first and the last year of each period, None for an open end."""
    for field, of in plan.periods:
        if dates := plan_of(of).dates:
            for period in dicts(dataset.get(field)):
                yield _year(period.get(dates[0])), _year(period.get(dates[-1]))


def _title_fields(titles: ByLanguage, language: str) -> dict[str, list[str]]:
    return {
        "title_x": _all(titles),
        "title_de": _other_than(titles, ENGLISH),
        "title_en": titles.get(ENGLISH, []),
        "title_parts": _compounds(titles.get(language, [])),
    }


def _tag_fields(tags: ByLanguage, language: str) -> dict[str, list[str]]:
    return {
        "tags_x": _all(tags),
        "tags_de": _all(tags),  # tags rarely have a language
        "tags_parts": _compounds(tags.get(language, [])),
    }


def _words(read: Iterable[Words], entity: Entity, language: str) -> ByLanguage:
    """Return the words of some properties of ``entity``."""
    found = [words(entity, language) for words in read]
    return found[0] if len(found) == 1 else _merge(found)


def _body(
    entity: Entity, plan: Plan, language: str, *, whole: bool = False
) -> Iterator[ByLanguage]:
    """Yield all text: own, nested, labels; if ``whole``, also titles and tags.

    A part's own title and tags are excluded; those of other nested objects are included.
    """
    for words in (*plan.titles, *plan.tags, *plan.text) if whole else plan.text:
        yield words(entity, language)
    for field, of, is_part in plan.within:
        for item in dicts(entity.get(field)):
            yield from _body(item, plan_of(of), language, whole=whole or not is_part)
    for words in plan.labels:
        yield words(entity, language)


def _text_parts(words: ByLanguage, names: ByLanguage, language: str) -> list[str]:
    """Return parts of compounds in running text and resource names, and synonyms of the text."""
    text = _compounds(words.get(language, []), nouns_only=True)
    return [*text, *_compounds(_all(names)), *_all(synonyms().of(_all(words)))]


def _text(
    titles: ByLanguage,
    tags: ByLanguage,
    names: ByLanguage,
    words: ByLanguage,
    who: Iterable[str],
    meant: Iterable[str],
    language: str,
) -> list[str]:
    """Return all words; CKAN's default field, which "tags:Umwelt Baum" is asked in."""
    own = [*_all(titles), *_all(tags), *_all(names), *_all(words), *who]
    parts = chain.from_iterable(_compounds(of.get(language, [])) for of in (titles, tags))
    return _unique([*own, *parts, *meant])


def _codes(parts: Iterable[tuple[Entity, Plan]], language: str) -> Iterator[str]:
    """Yield the tags of parts, which are indexed as written, neither split nor with synonyms."""
    for part, plan in parts:
        for words in plan.tags:
            yield from chain.from_iterable(words(part, language).values())


def _names(dataset: Dataset, plan: Plan) -> Iterator[str]:
    """Yield the names behind a dataset: its organization, and people and offices by the table."""
    organization = dataset.get("organization")
    if isinstance(organization, dict) and organization.get("title"):
        yield compose(organization["title"])
    for somebody, its in objects(dataset, plan.names):
        yield from _all(_words(its.titles, somebody, ""))


def _identifiers(dataset: Dataset, plan: Plan) -> Iterator[str]:
    """Yield the identifiers of a dataset; of an IRI its last segment."""
    known = values(dataset, "name", "id", *plan.identifiers)
    yield from _unique(value.rstrip("/#").rsplit("/", 1)[-1] for value in known)


def _compounds(texts: Iterable[str], *, nouns_only: bool = False) -> list[str]:
    found = (" ".join(parts_of(text, nouns_only=nouns_only)) for text in texts)
    return [parts for parts in found if parts]


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


def _year(value: Any) -> int | None:
    """Return the year of a date in its lexical form; None if there is none, or it is BC."""
    found = _YEAR.match(value) if isinstance(value, str) else None
    return int(found[1]) if found else None
