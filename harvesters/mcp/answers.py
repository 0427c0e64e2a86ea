"""The shape of what an assistant gets.

Every answer is a dict with ``about`` (:func:`about`) beside what was asked.  Every dataset in it
carries its source (:func:`source`): address, licence, origin, and how to cite it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timezone
from typing import Any

from hanse_harvesters.mcp import quoted
from hanse_harvesters.mcp.quoted import clean, date, link, marked, text_of
from hanse_schemas.vocabulary import vocabulary

Answer = dict[str, Any]

#: Files of a dataset, and keywords, that are told.
MOST_FILES, MOST_KEYWORDS = 50, 20
#: Fields of a dataset with an IRI of a list → the list.
_LISTED = {
    "theme": "data-themes",
    "frequency": "frequencies",
    "language": "languages",
    "availability": "availability",
    "access_rights": "access-rights",
    "hvd_category": "hvd-categories",
}
_PARTIES = ("publisher", "creator", "contact")


def about(catalogue: str, page: str, language: str, **more: Any) -> Answer:
    """Return what stands with every answer.

    ``catalogue``  its address.  ``page``  where a person sees the same.
    """
    return {
        "catalogue": catalogue,
        "address": page,
        "asked_at": datetime.now(timezone.utc).isoformat(timespec="seconds"),
        "quoted_texts": quoted.warning(language),
        **more,
    }


def source(reference: Mapping[str, Any]) -> Answer:
    """Return address, licence, origin and citation of a dataset, from ``hanse_reference_list``.

    A licence that no list has is the portal's words.
    """
    licences = [item for item in reference.get("licences") or () if isinstance(item, dict)]
    origin = reference.get("origin") or {}
    city = reference.get("city") or {}
    return {
        "id": reference.get("id"),
        "name": reference.get("name"),
        "address": reference.get("address"),
        "city": {key: city.get(key) for key in ("name", "title")},
        "licence": [_licence(item) for item in licences if item.get("open") is not None],
        "origin": {
            "portal": origin.get("portal_title"),
            "portal_address": link(origin.get("portal_url")),
            "address": link(origin.get("page")),
            "last_confirmed": origin.get("last_confirmed"),
        }
        if origin
        else None,
        **marked(
            title=clean(reference.get("title")),
            citation=clean(reference.get("citation"), 1000),
            licence=[clean(item.get("label")) for item in licences if item.get("open") is None],
        ),
    }


def _licence(item: Mapping[str, Any]) -> Answer:
    known = {"iri": item.get("iri"), "name": item.get("label"), "open": item.get("open")}
    return known | {"address": link(item.get("address"))}


def hit(package: Mapping[str, Any], reference: Mapping[str, Any], language: str) -> Answer:
    """Return a dataset as a search lists it."""
    found = source(reference)
    files = _files(package)
    found[quoted.KEY] |= {
        "description": text_of(package, "notes", language, quoted.SHORT),
        "keywords": _keywords(package),
    }
    return found | {
        "files": len(files),
        "formats": sorted({label for item in files if (label := _format(item, language))}),
        "data_changed": date(package.get("modified")),
    }


def dataset(package: Mapping[str, Any], reference: Mapping[str, Any], language: str) -> Answer:
    """Return a dataset with its files."""
    found = source(reference)
    files = _files(package)
    found[quoted.KEY] |= {
        "description": text_of(package, "notes", language, quoted.LONG),
        "keywords": _keywords(package),
        "rights": clean(package.get("rights")),
        "version": clean(package.get("version")),
        **{party: _parties(package.get(party)) for party in _PARTIES if package.get(party)},
    }
    found |= {
        name: labels(list_, package.get(name), language)
        for name, list_ in _LISTED.items()
        if package.get(name)
    }
    return found | {
        "issued": date(package.get("issued")),
        "data_changed": date(package.get("modified")),
        "periods": [
            {key: date(item.get(key)) for key in ("start", "end")}
            for item in _dicts(package.get("temporal_coverage"))
        ],
        "page_at_the_portal": link(package.get("url")),
        "files": [_file(item, language) for item in files[:MOST_FILES]],
        "files_in_all": len(files),
    }


def _file(item: Mapping[str, Any], language: str) -> Answer:
    known = vocabulary("licences").find(str(item.get("license") or ""))
    return {
        "address": link(item.get("download_url")) or link(item.get("url")),
        "access_address": link(item.get("access_url")),
        "format": _format(item, language),
        "bytes": size if isinstance(size := item.get("size"), int) else None,
        "changed": date(item.get("modified")),
        "licence": {"iri": known.iri, "name": known.label(language)} if known else None,
        **marked(
            name=text_of(item, "name", language),
            description=text_of(item, "description", language),
            licence="" if known else clean(item.get("license")),
            format="" if _format(item, language) else clean(item.get("format")),
            media_type=clean(item.get("mimetype"), 80),
        ),
    }


def _format(item: Mapping[str, Any], language: str) -> str:
    """Return the label of a file's format, "" for one that no list has."""
    return next(iter(labels("file-types", item.get("format"), language)), "")


def _files(package: Mapping[str, Any]) -> list[dict[str, Any]]:
    return list(_dicts(package.get("resources")))


def _dicts(value: object) -> Iterator[dict[str, Any]]:
    for item in value if isinstance(value, list) else ():
        if isinstance(item, dict):
            yield item


def _keywords(package: Mapping[str, Any]) -> list[str]:
    tags = list(_dicts(package.get("tags")))[:MOST_KEYWORDS]
    return [clean(tag.get("display_name") or tag.get("name"), 80) for tag in tags]


def _parties(value: object) -> list[dict[str, str]]:
    return [
        {key: clean(item.get(key)) for key in ("name", "email", "url") if item.get(key)}
        for item in _dicts(value)
    ][:5]


def labels(name: str, value: object, language: str) -> list[str]:
    """Return the labels of IRIs of a list; what it does not have is left out."""
    values: Sequence[object] = value if isinstance(value, list) else [value]
    concepts = (vocabulary(name).find(str(item)) for item in values)
    return [item.label(language) for item in concepts if item]


def told(result: Mapping[str, Any], names: Iterable[str]) -> Answer:
    """Return what a search says of how it understood a question, as far as it says it."""
    return {name: result[name] for name in names if result.get(name)}
