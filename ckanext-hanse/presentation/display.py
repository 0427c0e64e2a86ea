"""Turns a dataset dict into what a page shows: labelled facts with texts and safe links.

Only the table (``hanse_schemas.table``) defines which fields there are, their
labels and how to read them; no property of DCAT-AP.de is named here, except
the nested classes that need a layout of their own.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from ckanext.hanse.language import of_data
from ckanext.hanse.presentation import areas, words
from ckanext.hanse.presentation.text import safe_link
from hanse_schemas.language import pick
from hanse_schemas.table import Property, classes


@dataclass(frozen=True, slots=True)
class DisplayValue:
    """One value: its text, its link ("" for none), its language, its parts.

    ``title`` is what the text stands for (the IRI behind a label); ``prose``
    marks a long text that may hold Markdown or HTML.
    """

    text: str
    href: str = ""
    lang: str = ""
    title: str = ""
    prose: bool = False
    facts: tuple[Fact, ...] = ()


@dataclass(frozen=True, slots=True)
class Fact:
    """A filled field with its label and help in the page's language."""

    field: str
    label: str
    help: str
    values: tuple[DisplayValue, ...]


def facts(
    data: Mapping[str, Any], name: str, language: str, skip: Collection[str] = ()
) -> list[Fact]:
    """Return every filled field of class ``name`` in ``data``, in table order, without ``skip``."""
    found = []
    seen = set(skip)
    for prop in classes()[name].properties:
        if prop.field in seen:
            continue
        seen.add(prop.field)
        values = tuple(_values(prop, data, language))
        if values:
            label, help_ = pick(prop.label, language), pick(prop.help, language)
            found.append(Fact(prop.field, label, help_, values))
    return found


def form_facts(
    fields: Sequence[Mapping[str, Any]], data: Mapping[str, Any], language: str
) -> list[Fact]:
    """Return every filled field of a scheming form: an organization is no class of the table."""
    found = []
    for field in fields:
        text = str(translated(data, field["field_name"], language)[0])
        if not text or "label" not in field:
            continue
        known = words.concept(field.get("vocabulary", ""), text)
        scheme = "mailto:" if field.get("form_type") == "email" else ""
        value = (
            DisplayValue(known.label(language), title=known.iri)
            if known
            else DisplayValue(text, href=safe_link(scheme + text))
        )
        help_ = field.get("help_text", {}).get(language, "")
        found.append(Fact(field["field_name"], field["label"][language], help_, (value,)))
    return found


def translated(data: Mapping[str, Any], field: str, language: str) -> tuple[Any, str]:
    """Return ``field`` in ``language``, else untranslated, each with its language.

    The language is "" if it is the page's or unknown.  In the site's language
    the plain field is used, because editors edit that one.
    """
    site = of_data()
    plain = data.get(field) or ""
    versions = data.get(f"{field}_translated")
    if not isinstance(versions, Mapping):
        return plain, "" if language == site else site
    if language == site and plain and versions.get(language):
        return plain, ""
    if versions.get(language):
        return versions[language], ""
    return plain, next((tag for tag, text in versions.items() if text == plain), "")


def _values(prop: Property, data: Mapping[str, Any], language: str) -> Iterator[DisplayValue]:
    if prop.kind == "keyword":
        for tag in data.get(prop.field) or ():
            name = tag.get("display_name") or tag.get("name") if isinstance(tag, dict) else tag
            yield DisplayValue(str(name))
        return
    if prop.kind == "text" and not prop.multiple:
        text, lang = translated(data, prop.field, language)
        if text and not isinstance(text, list):
            yield DisplayValue(str(text), lang=lang, prose=len(str(text)) > 80)
            return
    raw = data.get(prop.field)
    show = _SHOWN.get(prop.kind, _literal)
    for item in raw if isinstance(raw, list) else [raw]:
        if item is None or item in ("", {}):
            continue
        value = show(prop, item, language)
        if value.text or value.facts:
            yield value


def _literal(prop: Property, item: Any, language: str) -> DisplayValue:
    text = str(item)
    return DisplayValue(text, href=safe_link(text), prose=prop.kind == "text" and len(text) > 80)


def _link(prop: Property, item: Any, language: str) -> DisplayValue:
    return DisplayValue(str(item), href=safe_link(item))


def _concept(prop: Property, item: Any, language: str) -> DisplayValue:
    found = words.concept(prop.vocabulary, item)
    if not found:
        return _literal(prop, item, language)
    return DisplayValue(found.label(language), title=found.iri)


def _statement(prop: Property, item: Any, language: str) -> DisplayValue:
    """Return a concept that leads to what is stated: the register of a reference system."""
    return replace(_concept(prop, item, language), href=safe_link(item))


def _area(prop: Property, item: Any, language: str) -> DisplayValue:
    for name in (prop.vocabulary, *areas.VOCABULARIES):
        if found := words.concept(name, item):
            return DisplayValue(found.label(language), title=found.iri)
    return _link(prop, item, language)


def _object(prop: Property, item: Any, language: str) -> DisplayValue:
    if not isinstance(item, Mapping):
        return _literal(prop, item, language)
    special = _SPECIAL.get(prop.of)
    if special:
        return special(prop, item, language)
    return DisplayValue(
        _head(item, language), href=safe_link(item.get("url")), facts=_rest(prop, item, language)
    )


def _head(item: Mapping[str, Any], language: str) -> str:
    for field in ("name", "title", "text"):
        text, _ = translated(item, field, language)
        if text:
            return str(text)
    return ""


def _rest(prop: Property, item: Mapping[str, Any], language: str) -> tuple[Fact, ...]:
    inner = tuple(facts(item, prop.of, language, skip=("name", "title", "text", "url", "uri")))
    if not inner and not _head(item, language) and item.get("uri"):
        iri = str(item["uri"])
        return (Fact("uri", "", "", (DisplayValue(iri, href=safe_link(iri)),)),)
    return inner


def _period(prop: Property, item: Mapping[str, Any], language: str) -> DisplayValue:
    return DisplayValue(words.period(item.get("start"), item.get("end"), language))


def _location(prop: Property, item: Mapping[str, Any], language: str) -> DisplayValue:
    name = areas.place_name(item, language)
    iri = str(item.get("uri") or "")
    return DisplayValue(name, title=iri) if name else _link(prop, iri, language)


_SPECIAL: Mapping[str, Callable[[Property, Mapping[str, Any], str], DisplayValue]] = {
    "period": _period,
    "location": _location,
}
_SHOWN: Mapping[str, Callable[[Property, Any, str], DisplayValue]] = {
    "string": _concept,  # kept as it came: "DEU"
    "iri": _area,
    "concept": _concept,
    "statement": _statement,
    "object": _object,
    "mailto": lambda p, item, lang: DisplayValue(str(item), href=safe_link(f"mailto:{item}")),
    "tel": lambda p, item, lang: DisplayValue(str(item), href=f"tel:{str(item).replace(' ', '')}"),
    "date": lambda p, item, lang: DisplayValue(words.day(item, lang)),
    "integer": lambda p, item, lang: DisplayValue(
        words.size(item, lang) if p.field == "size" else words.number(item, lang)
    ),
    "decimal": lambda p, item, lang: DisplayValue(words.number(item, lang)),
    "duration": lambda p, item, lang: DisplayValue(words.duration(item, lang)),
}
