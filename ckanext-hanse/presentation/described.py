"""A dataset as search engines, reference managers and other tools get it, in one language."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from textwrap import shorten
from typing import Any

import ckan.plugins.toolkit as tk
from flask import g
from jinja2.utils import htmlsafe_json_dumps
from markupsafe import Markup

from ckanext.hanse import language
from ckanext.hanse.export import croissant, package_to_rdf, schema_org
from ckanext.hanse.export.description import Description, FileOf, LicenceOf, Party, is_address
from ckanext.hanse.presentation import areas, licences, words
from ckanext.hanse.presentation.display import translated
from ckanext.hanse.presentation.text import plain, safe_link
from ckanext.hanse.search.filters import SERVICE, groups_of
from ckanext.hanse.store.rdf import home, site

Dataset = Mapping[str, Any]

#: Files that a page's own data tell of; all of them are at addresses of their own.
_MOST_ON_PAGE = 50
#: A reader's excerpt; schema.org takes 5,000 characters.
_LONGEST_TEXT = 5_000
_LONGEST_NOTE = 500
_MOST_FILES = 5_000
_MARKUP = re.compile(r"[<>&*_`\[\\#]")
#: Of the list of access rights: who may have the data.
_RIGHTS = {"PUBLIC": True, "RESTRICTED": False, "NON_PUBLIC": False, "CONFIDENTIAL": False}


def description(dataset: Dataset, lang: str, most: int = _MOST_FILES) -> Description:
    """Return a dataset, as ``package_show`` returns it, for readers of ``lang``.

    ``most``  files and services that are described at most.
    """
    title, other = translated(dataset, "title", lang)
    at = site()
    known = licences.licences(dataset, lang)
    area = areas.dataset_area(dataset, lang)
    box = area.box
    return Description(
        name=str(dataset["name"]),
        page=page(dataset),
        title=_line(title) or str(dataset["name"]),
        subject=str(dataset.get("uri") or home(dataset["id"], at)),
        text=plain(str(translated(dataset, "notes", lang)[0]), _LONGEST_TEXT),
        language=(other or lang).replace("_", "-"),
        languages=_codes(dataset.get("language")),
        keywords=tuple(_line(tag.get("name")) for tag in dataset.get("tags") or ()),
        creators=_parties(dataset, "creator", lang),
        publishers=_parties(dataset, "publisher", lang) or _city(dataset),
        licences=tuple(map(_licence, known)),
        issued=str(dataset.get("issued") or ""),
        modified=str(dataset.get("modified") or ""),
        added=package_to_rdf.utc(dataset["metadata_created"]),
        changed=package_to_rdf.utc(dataset["metadata_modified"]),
        version=_line(dataset.get("version")),
        identifiers=tuple(dict.fromkeys(_identifiers(dataset))),
        landing=_address(dataset.get("url")),
        series=tuple(iri for iri in dataset.get("in_series") or () if is_address(iri)),
        places=area.names,
        box=(box.west, box.south, box.east, box.north) if box else None,
        periods=tuple(_periods(dataset)),
        free=_is_free(dataset, known),
        files=tuple(_files(dataset, lang, most)),
        catalogue=str(tk.config.get("ckan.site_title") or ""),
        home=at,
    )


def of_page(dataset: Dataset) -> Description:
    """Return the dataset of the page that is made, with its first files, once a request."""
    kept: Description | None = g.get("hanse_described")
    if kept is None or kept.name != dataset["name"]:
        kept = g.hanse_described = description(dataset, language.of_page(), _MOST_ON_PAGE)
    return kept


def on_page() -> Description | None:
    """Return the dataset that :func:`json_ld` has put into the page, None if there was none."""
    found: Description | None = g.get("hanse_described_in_page")
    return found


def json_ld(dataset: Dataset) -> Markup:
    """Return a public dataset as the content of a script element; "" for any other.

    As Croissant, which is schema.org with files to load, or where none can be loaded as
    schema.org alone, without services.  Signs that could end the element are escaped.
    """
    if not is_public(dataset):
        return Markup("")
    found = g.hanse_described_in_page = of_page(dataset)
    document = croissant.document(found) or schema_org.document(found, downloads=True)
    return htmlsafe_json_dumps(
        document, dumps=json.dumps, ensure_ascii=False, separators=(",", ":")
    )


def is_public(dataset: Dataset) -> bool:
    """Return whether everybody may see a dataset."""
    return not dataset.get("private") and dataset.get("state") == "active"


def page(dataset: Dataset) -> str:
    """Return the address of a dataset's page without a language: what others should remember."""
    return package_to_rdf.page(str(dataset["name"]), site())


def _files(dataset: Dataset, lang: str, most: int) -> Iterator[FileOf]:
    for item in list(dataset.get("resources") or ())[:most]:
        kind = words.concept("file-types", item.get("format"))
        media = words.concept("media-types", item.get("mimetype"))
        is_service = SERVICE in groups_of(str(item.get("format") or ""))
        access = _address(item.get("access_url") or item.get("url"))
        content = _address(item.get("download_url"))
        if item.get("url_type") == "upload":
            content = _address(item.get("url"))
        # Most portals name the file as the access URL.  What has a format and is no service is
        # taken for it.
        if not content and kind and not is_service and kind.code != "HTML":
            content = access
        said = licences.licence(item["license"], lang) if item.get("license") else None
        yield FileOf(
            key=str(item["id"]),
            name=_line(translated(item, "name", lang)[0]) or _last(content or access),
            description=_note(str(translated(item, "description", lang)[0])),
            content=content,
            access="" if access == content else access,
            media=media.code if media else kind.attributes.get("media", "") if kind else "",
            format=kind.label(lang) if kind else _line(item.get("format")),
            size=_size(item.get("size")),
            checksums=dict(_checksums(item)),
            modified=str(item.get("modified") or ""),
            licence=_licence(said) if said else None,
        )


def _parties(dataset: Dataset, field: str, lang: str) -> tuple[Party, ...]:
    """Return the bodies in a field that have a name."""
    found = []
    for item in dataset.get(field) or ():
        if isinstance(item, Mapping) and (name := _line(translated(item, "name", lang)[0])):
            mail = str(item.get("email") or "").removeprefix("mailto:")
            uri, url = _address(item.get("uri")), _address(item.get("url"))
            found.append(Party(name, uri, url, mail))
    return tuple(found)


def _city(dataset: Dataset) -> tuple[Party, ...]:
    city = dataset.get("organization") or {}
    if not city.get("title"):
        return ()
    return (Party(str(city["title"]), url=f"{site()}/organization/{city['name']}"),)


def _identifiers(dataset: Dataset) -> Iterator[str]:
    yield str(dataset.get("identifier") or dataset["id"])
    for name in ("other_identifiers", "alternate_identifier"):
        yield from (str(item) for item in dataset.get(name) or ())


def _periods(dataset: Dataset) -> Iterator[tuple[str, str]]:
    for item in dataset.get("temporal_coverage") or ():
        if isinstance(item, Mapping) and (item.get("start") or item.get("end")):
            yield str(item.get("start") or ""), str(item.get("end") or "")


def _checksums(item: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield name of the algorithm and value of a distribution's checksum, if both are known."""
    known = words.concept("checksum-algorithms", item.get("hash_algorithm"))
    if known and item.get("hash"):
        yield known.code, str(item["hash"]).lower()


def _is_free(dataset: Dataset, known: Iterable[licences.Licence]) -> bool | None:
    """Return what the access rights say, else whether a licence is open; None if neither does."""
    said = words.concept("access-rights", dataset.get("access_rights"))
    if said and said.code in _RIGHTS:
        return _RIGHTS[said.code]
    return True if any(item.open for item in known) else None


def _licence(found: licences.Licence) -> LicenceOf:
    return LicenceOf(found.label, _address(found.href) or _address(found.iri))


def _codes(values: Any) -> tuple[str, ...]:
    """Return ISO 639-1 codes; of languages that have none, nothing."""
    listed = values if isinstance(values, list) else [values]
    known = (words.concept("languages", value) for value in listed)
    return tuple(
        dict.fromkeys(iso for item in known if item and (iso := item.attributes.get("iso")))
    )


def _address(value: Any) -> str:
    """Return an address that a page may link to over http(s), "" for any other."""
    found = safe_link(value)
    return found if is_address(found) else ""


def _size(value: Any) -> int:
    try:
        return max(0, int(float(str(value))))
    except (ValueError, OverflowError):
        return 0


def _last(address: str) -> str:
    """Return the last part of an address's path: the name of a file that has no title."""
    return address.partition("?")[0].rstrip("/").rpartition("/")[2] or address


def _note(text: str) -> str:
    """Return the beginning of a text without markup; one that has none costs no parsing."""
    if _MARKUP.search(text[: 2 * _LONGEST_NOTE]):
        return plain(text, _LONGEST_NOTE)
    return shorten(text[: 4 * _LONGEST_NOTE], _LONGEST_NOTE, placeholder=" …")


def _line(value: Any) -> str:
    return " ".join(str(value or "").split())
