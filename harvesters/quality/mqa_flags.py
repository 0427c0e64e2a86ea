"""Which metrics of the MQA a dataset and each of its distributions reach.

What counts is what the writer puts into our RDF (``mapping/writer.py``).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

from hanse_harvesters.mapping.terms_of import WRITERS
from hanse_harvesters.quality.mqa_facts import facts
from hanse_harvesters.record import DatasetDict, EntityDict
from hanse_schemas.table import classes
from hanse_schemas.vocabulary import vocabulary

#: State of a link: True it answers, False it does not, None not checked yet.
Links = Callable[[str], bool | None]
#: Whether each metric of one level is reached; None is pending.
Flags = tuple[bool | None, ...]

ACCESS, DOWNLOAD = "accessUrlStatusCode", "downloadUrlStatusCode"
BOTH = ("dateIssuedAvailability", "dateModifiedAvailability")
_EU_LICENCES = "http://publications.europa.eu/resource/authority/licence/"
_NOTHING: tuple[Any, ...] = (None, "", {}, [])

#: Metrics of the dataset, and of a distribution with those of links first: the order of flags.
OWN = (
    "keywordAvailability",
    "categoryAvailability",
    "spatialAvailability",
    "temporalAvailability",
    "dcatApCompliance",
    "accessRightsAvailability",
    "accessRightsVocabularyAlignment",
    "contactPointAvailability",
    "publisherAvailability",
)
FILE = (
    ACCESS,
    DOWNLOAD,
    "downloadUrlAvailability",
    "formatAvailability",
    "mediaTypeAvailability",
    "formatMediaTypeVocabularyAlignment",
    "formatMediaTypeNonProprietary",
    "formatMediaTypeMachineInterpretable",
    "licenceAvailability",
    "knownLicence",
    "rightsAvailability",
    "byteSizeAvailability",
    *BOTH,
)
NO_FILE: Flags = (False,) * len(FILE)


def of_dataset(dataset: DatasetDict, compliant: bool | None) -> Flags:
    """Return the flags of :data:`OWN`, and behind them those of :data:`BOTH`."""
    rights = dataset.get("access_rights") or ""
    return (
        _keywords(dataset),
        any(_written("dataset", "theme", theme) for theme in dataset.get("theme") or ()),
        _has(dataset.get("spatial_coverage")),
        _has(dataset.get("temporal_coverage")),
        compliant,
        _written("dataset", "access_rights", rights),
        _is_access_right(rights),
        _has(dataset.get("contact")),
        _has(dataset.get("publisher")),
        bool(dataset.get("issued")),
        bool(dataset.get("modified")),
    )


def of_file(file: EntityDict) -> Flags:
    """Return the flags of :data:`FILE`, those of links as if none answered."""
    get = file.get
    format, media, licence = get("format") or "", get("mimetype") or "", get("license") or ""
    listed, free, machine, _linked = _format(format)
    return (
        False,
        False,
        any(_written("distribution", "download_url", url) for url in _downloads(file)),
        _written("distribution", "format", format),
        _written("distribution", "mimetype", media),
        listed and _is_registered(media),
        free,
        machine,
        _written("distribution", "license", licence),
        _licence(licence)[0],
        _has(get("rights")),
        _written("distribution", "size", get("size")),
        bool(get("issued")),
        bool(get("modified")),
    )


def with_states(file: EntityDict, links: Links, flags: Flags) -> Flags:
    """Return the flags of a distribution with the states of its links."""
    access = _status(_urls(file, "access_url", "other_access_urls"), links)
    download = _status(_downloads(file), links)
    return (access, download, *flags[2:])


def _has(value: Any) -> bool:
    """Return whether the writer writes a value."""
    if isinstance(value, list):
        return any(item not in _NOTHING for item in value)
    return value not in _NOTHING


def _keywords(dataset: DatasetDict) -> bool:
    if any(tag.get("name") for tag in dataset.get("tags") or ()):
        return True
    return any(any(words) for words in (dataset.get("tags_translated") or {}).values())


def _urls(file: EntityDict, first: str, more: str) -> list[str]:
    found = [url for url in file.get(more) or () if url]
    return [file[first], *found] if file.get(first) else found


def _downloads(file: EntityDict) -> list[str]:
    return _urls(file, "download_url", "other_download_urls")


def _status(urls: list[str], links: Links) -> bool | None:
    """Return the best status of several URLs; False of none."""
    states = [links(url) for url in urls]
    return True if True in states else None if None in states else False


@lru_cache(maxsize=8192)
def _written(name: str, field: str, value: Any) -> bool:
    """Return whether the writer writes this value as this property of a class."""
    if value in (None, ""):
        return False
    prop = classes()[name].property(field)
    return WRITERS[prop.kind](prop, value) is not None


@lru_cache(maxsize=1024)
def _format(text: str) -> tuple[bool, bool, bool, bool]:
    """Return whether a format is listed, open, machine-readable, and one of linked data."""
    entry = vocabulary("file-types").find(text) if text else None
    if entry is None:
        return False, False, False, False
    says = entry.attributes
    free, machine = says.get("open") == "yes", says.get("machine_readable") == "yes"
    return True, free, machine, entry.code in facts().linked


@lru_cache(maxsize=1024)
def _is_registered(text: str) -> bool:
    entry = vocabulary("media-types").find(text) if text else None
    return entry is not None and entry.attributes.get("registered") == "yes"


@lru_cache(maxsize=256)
def _is_access_right(text: str) -> bool:
    return bool(text) and vocabulary("access-rights").find(text) is not None


@lru_cache(maxsize=1024)
def _licence(text: str) -> tuple[bool, bool]:
    """Return whether data.europa.eu knows a licence, and whether it is open."""
    if not text:
        return False, False
    entry = vocabulary("licences").find(text)
    iri = entry.iri if entry else text
    known = iri in facts().licences
    if entry:
        return known, entry.attributes.get("open") == "yes"
    return known, known and not iri.removeprefix(_EU_LICENCES).startswith(facts().restricted)


def stars_of(file: EntityDict) -> int:
    """Return the stars of one distribution (https://5stardata.info), as EDP counts them."""
    if not _licence(file.get("license") or "")[1]:
        return 0
    _listed, free, machine, linked = _format(file.get("format") or "")
    return 1 if not machine else 2 if not free else 4 if linked else 3
