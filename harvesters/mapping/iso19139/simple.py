"""Values that need no more than their own text: words, codes, dates, identifiers, links."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache

from hanse_harvesters.mapping.iso19139.facts import codes
from hanse_harvesters.mapping.iso19139.reading import Reading
from hanse_harvesters.mapping.iso19139.table import Step, listed
from hanse_harvesters.mapping.iso19139.values import Group, Value, first, href, spoken, text

_WEB = ("http://", "https://")


def is_web(address: str) -> bool:
    """Return whether a text is a web address."""
    return address[:8].lower().startswith(_WEB) and len(address.split(maxsplit=1)) == 1


@lru_cache(maxsize=1024)
def short(code: str) -> str:
    """Return the code of a code list in lower case, without the IRI before it."""
    return code.rpartition("/")[2].rpartition("#")[2].replace("_", "").casefold().strip()


def words(reading: Reading, values: Sequence[Value], step: Step) -> None:
    """A text and its translations; a second one is reported."""
    found = [item for item in map(reading.words, values) if item]
    if not found:
        return
    reading.put_words(step["field"], found[0])
    for more in found[1:]:
        if more != found[0]:
            reading.note("values-several", step["field"], next(iter(more.values())))
            reading.keep(step["value"], *more.values())


def plain(reading: Reading, values: Sequence[Value], step: Step) -> None:
    """Texts as they are written."""
    reading.put(step["field"], filter(None, map(text, values)))


def code(reading: Reading, values: Sequence[Value], step: Step) -> None:
    """A code; its label or IRI is understood by the normaliser of the field."""
    known = listed(step["list"]) if "list" in step else {}
    found = [item for item in map(text, values) if item]
    reading.put(step["field"], (known.get(short(item), item) for item in found))


def identifiers(reading: Reading, values: Sequence[Group], step: Step) -> None:
    """Identifiers of the data, unchanged; without one the record's own is theirs."""
    found = [form for group in values if (form := next(codes(group), ""))]
    links = [form for group in values for form in codes(group) if is_web(form)]
    for group in values:
        reading.keep(step["value"], first(group, "authority"))
    record = first(reading.values, "id")
    if not found and record:
        found = [record]
    reading.put(step["field"], found)
    if "iri" in step:
        reading.put(step["iri"], links[:1])
    if "record" in step and record and record not in found:
        reading.put(step["record"], [record])


def dates(reading: Reading, values: Sequence[Group], step: Step) -> None:
    """Dates of the data, each into the field of its type; a field has the first type listed."""
    for kind, field in step["fields"].items():
        for group in values:
            date = first(group, "date")
            if not date or short(first(group, "type")) != kind:
                continue
            if field not in reading.entity:
                reading.entity[field] = date
            elif reading.entity[field] != date:
                reading.keep(f"date {kind}", date)
    for group in values:
        kind = short(first(group, "type"))
        if kind not in step["fields"]:
            reading.keep(f"date {kind}", first(group, "date"))


def prose(reading: Reading, values: Sequence[Value], step: Step) -> None:
    """One text of several elements, a paragraph each."""
    more = (value for name in step.get("also", ()) for value in reading.values.get(name, ()))
    came = [*values, *more]
    paragraphs = dict.fromkeys(filter(None, map(reading.text, came)))
    for value in came:
        reading.keep_others(step["value"], value)
    if paragraphs:
        reading.put(step["field"], ["\n\n".join(paragraphs)])


def links(reading: Reading, values: Sequence[Value], step: Step) -> None:
    """Web addresses; other references are kept."""
    for value in values:
        reference = href(value) or text(value)
        if is_web(reference):
            reading.put(step["field"], [reference])
        else:
            reading.keep(step["value"], reference)


def graphics(reading: Reading, values: Sequence[Group], step: Step) -> None:
    """Pictures of the data on the web; file names of the author's computer are kept."""
    for group in values:
        name = first(group, "url")
        words = [item for value in group.get("description", ()) for item in spoken(value)]
        if is_web(name):
            reading.put(step["field"], [name])
            reading.keep(f"{step['value']} {name}", *words)
        else:
            reading.keep(step["value"], name, *words)


def relations(reading: Reading, values: Sequence[Group], step: Step) -> None:
    """Relations to other data whose IRI is given, by their type; others are kept."""
    for group in values:
        kind = short(first(group, "type"))
        iri = next(filter(is_web, _references(group)), "")
        if iri and kind in step["fields"]:
            reading.put(step["fields"][kind], [iri])
            reading.keep(f"{step['value']} {iri}", first(group, "name"))
        else:
            reading.keep(step["value"], " ".join(filter(None, (kind, *_references(group)))))


def _references(group: Group) -> Iterator[str]:
    for value in (*group.get("code", ()), *group.get("name", ())):
        yield from filter(None, (href(value), text(value)))
