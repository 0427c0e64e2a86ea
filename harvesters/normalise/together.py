"""Rules for several fields of one class: format and media type, a place, a period …

Each class that needs them has a function before and after its own values are
normalised.  All are pure: they return a new dict, and findings by field.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from hanse_harvesters.normalise import concepts, formats, licences, numbers, periods, places, urls
from hanse_harvesters.normalise.context import as_list, as_text
from hanse_harvesters.normalise.outcome import Finding, finding
from hanse_harvesters.record import EntityDict
from hanse_schemas.table import Class

#: Pairs of a field and a finding about it.
PlacedFindings = list[tuple[str, Finding]]


def _before_distribution(came: EntityDict) -> tuple[EntityDict, PlacedFindings]:
    """Use one field of a resource for another, while the values are still as written."""
    done, _ = _attribution(came)
    done, reported = _misplaced(done, "license")
    kind, media = done.get("format"), done.get("mimetype")
    if isinstance(kind, str) and isinstance(media, str) and formats.swapped(kind, media):
        done["format"], done["mimetype"] = media, kind
    named = numbers.hash_algorithm(str(done.get("hash", "")))
    if named and not done.get("hash_algorithm"):
        done["hash_algorithm"] = named
    return done, reported


#: Other fields in which portals write the licence, the most frequent first.
_LICENCE_ELSEWHERE = ("rights", "access_rights", "conforms_to")


def _misplaced(came: EntityDict, field: str) -> tuple[EntityDict, PlacedFindings]:
    """Move a licence from another field to its own, if that contains only its URL or name."""
    if came.get(field):
        return came, []
    for other in _LICENCE_ELSEWHERE:
        values = came.get(other)
        for value in values if isinstance(values, list) else [values]:
            if isinstance(value, str) and (iri := licences.named(value)):
                reported = finding("license-misplaced", value, read=iri)
                return {**came, field: iri}, [(other, reported)]
    return came, []


def _before_dataset(came: EntityDict) -> tuple[EntityDict, PlacedFindings]:
    return _misplaced(_subjects(_attribution(came)[0]), "license_id")


def _before_service(came: EntityDict) -> tuple[EntityDict, PlacedFindings]:
    return _misplaced(_subjects(_attribution(came)[0]), "license")


def _subjects(came: EntityDict) -> EntityDict:
    """Keep the IRIs of themes of other lists that are replaced by themes of the EU."""
    themes = [text for text in as_list(came.get("theme")) if isinstance(text, str)]
    if foreign := concepts.foreign_themes(themes):
        return {**came, "subject": [*as_list(came.get("subject")), *foreign]}
    return came


def _attribution(came: EntityDict) -> tuple[EntityDict, PlacedFindings]:
    """Extract the attribution text (``quelle``) from a licence given as JSON."""
    licence = came.get("license") or came.get("license_id")
    words = licences.attribution(licence) if isinstance(licence, str) else ""
    if words and not came.get("license_attribution_by_text"):
        return {**came, "license_attribution_by_text": words}, []
    return dict(came), []


def _after_distribution(done: EntityDict, _: str) -> tuple[EntityDict, PlacedFindings]:
    done, found = formats.derived(done)
    address = done.get("download_url") or done.get("access_url")
    if address:
        done["url"] = address
    elif "url" in done:
        done["url"] = urls.url(str(done["url"])).value
        if done["url"] is not None and done["url"] == done.get("uri"):
            done["url"] = None  # an identifier is not a download link
    return done, [("format", item) for item in found]


def _before_period(came: EntityDict) -> tuple[EntityDict, PlacedFindings]:
    done, found = periods.split(came)
    return done, [("start", item) for item in found]


def _after_dataset(done: EntityDict, _: str) -> tuple[EntityDict, PlacedFindings]:
    """Copy the dataset's licence and attribution to all resources that lack their own."""
    resources = [item for item in done.get("resources", []) if isinstance(item, dict)]
    licence = done.get("license_id")
    without = [item for item in resources if not item.get("license")] if licence else []
    words = done.get("license_attribution_by_text")
    for resource in without:
        resource["license"] = licence
    for resource in resources:
        if words and not resource.get("license_attribution_by_text"):
            resource["license_attribution_by_text"] = words
    if not without:
        return done, []
    return done, [("license_id", finding("license-from-dataset", licence, count=len(without)))]


def _after_contact(done: EntityDict, _: str) -> tuple[EntityDict, PlacedFindings]:
    """Move a web address from the field for an e-mail address to the one for URLs.

    A contact without a name is named after its organisation.
    """
    if done.get("organization") and not (done.get("name") or done.get("name_translated")):
        done = {**done, "name": done["organization"]}
    address = done.get("email")
    if not isinstance(address, str) or urls.scheme(address) not in {"http", "https"}:
        return done, []
    rest = {key: value for key, value in done.items() if key != "email"}
    if rest.get("url") not in (None, address):
        return done, []
    return {**rest, "url": address}, [("email", finding("email-is-url", address))]


def _after_location(done: EntityDict, language: str) -> tuple[EntityDict, PlacedFindings]:
    done, found = places.located(done, language)
    return done, [("uri", item) for item in found]


_BEFORE: Mapping[str, Callable[[EntityDict], tuple[EntityDict, PlacedFindings]]] = {
    "data_service": _before_service,
    "dataset": _before_dataset,
    "distribution": _before_distribution,
    "period": _before_period,
}
_AFTER: Mapping[str, Callable[[EntityDict, str], tuple[EntityDict, PlacedFindings]]] = {
    "dataset": _after_dataset,
    "distribution": _after_distribution,
    "contact": _after_contact,
    "agent": _after_contact,
    "location": _after_location,
}


def wrapped(cls: Class, value: Any) -> EntityDict:
    """Return a bare value as an object: its IRI, or the field for its text."""
    came = as_text(value).strip()
    fields = {item.field: item.kind for item in cls.properties}
    if urls.scheme(came) in {"http", "https", "urn"} and " " not in came:
        return {"access_url" if "access_url" in fields else "uri": came}
    if "email" in fields and "@" in came and " " not in came:
        return {"email": came}
    if cls.words:
        return {cls.words: came}
    if set(fields.values()) == {"date"}:
        found = periods.read(came) or (came, "")
        return dict(zip(fields, found, strict=True))
    return {"name": came} if "name" in fields and isinstance(value, str) else {}


def before(name: str, came: EntityDict) -> tuple[EntityDict, PlacedFindings]:
    """Return an object of class ``name`` with misplaced values moved to their fields."""
    step = _BEFORE.get(name)
    return step(came) if step else (came, [])


def after(name: str, done: EntityDict, language: str) -> tuple[EntityDict, PlacedFindings]:
    """Return the object with fields derived from its normalised values, and findings."""
    step = _AFTER.get(name)
    return step(done, language) if step else (done, [])


def distinct(name: str, entities: list[EntityDict]) -> list[EntityDict]:
    """Return the objects of class ``name`` without duplicates in another notation."""
    return places.distinct(entities) if name == "location" else entities
