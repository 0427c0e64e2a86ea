"""The links of a dataset, how each is asked for, and what the dataset declares about it."""

from __future__ import annotations

import enum
import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urldefrag, urlsplit

from hanse_harvesters import ip
from hanse_harvesters.links import services


class Kind(enum.Enum):
    """What a link leads to, which decides how it is asked for."""

    FILE = "file"
    PAGE = "page"
    SERVICE = "service"


@dataclass(frozen=True, slots=True)
class Target:
    """A link to be checked.

    ``service``  a key of :data:`hanse_harvesters.links.services.FORMATS` (``wms``, ``csw``,
                 ``sparql`` …); "" if ``kind`` is no service or it is not known which.
    """

    url: str
    kind: Kind = Kind.FILE
    service: str = ""


@dataclass(frozen=True, slots=True)
class Declared:
    """What a dataset says about one of its links; "" or None where it says nothing.

    ``field``   place in the dataset: ``resources[2].download_url``, ``url``, ``documentation[0]``.
    ``format``, ``compress_format``, ``package_format``  codes or media types, as stored.
    ``direct``  True for a download URL: it must lead to the file itself, not to a page about it.
    """

    field: str
    target: Target
    format: str = ""
    media_type: str = ""
    compress_format: str = ""
    package_format: str = ""
    size: int | None = None
    modified: str = ""
    direct: bool = False


def key_of(url: str) -> str:
    """Return 64 hex digits by which a URL is known, without its fragment: for a unique index."""
    plain = urldefrag(url.strip()).url if "#" in url else url.strip()
    scheme, colon, rest = plain.partition("://")
    place, slash, path = rest.partition("/")
    same = f"{scheme.lower()}{colon}{place.lower()}{slash or '/'}{path}"
    return hashlib.sha256(same.encode("utf-8", "surrogatepass")).hexdigest()


def host_of(url: str) -> str:
    """Return the host name in lower case, by which politeness is kept; "" if there is none."""
    try:
        host = (urlsplit(url.strip()).hostname or "").rstrip(".")
    except ValueError:
        return ""
    return ip.ascii_name(host) or host


def of_dataset(dataset: Mapping[str, Any]) -> Iterator[Declared]:
    """Yield every link of a dataset dict: of its resources, services, pages and documentation.

    A URL may come several times, declared differently in different places.
    """
    for field in ("url", "other_landing_pages", "documentation"):
        yield from _pages(dataset, field, field)
    for number, resource in enumerate(_objects(dataset.get("resources"))):
        yield from _of_resource(resource, f"resources[{number}]")


def _of_resource(resource: Mapping[str, Any], at: str) -> Iterator[Declared]:
    if resource.get("url_type") == "upload":  # a file that is kept here
        return
    downloads = list(_urls(resource, "download_url", at))
    downloads += _urls(resource, "other_download_urls", at)
    known = {url for _, url in downloads}
    for field, url in downloads:
        yield _of_file(resource, field, url, direct=True)
    accesses = [*_urls(resource, "access_url", at), *_urls(resource, "other_access_urls", at)]
    if not accesses and not downloads:
        accesses = list(_urls(resource, "url", at))
    for field, url in accesses:
        if url in known:  # the same link twice would be the same finding twice
            continue
        service = services.named(_text(resource, "format"), url)
        if downloads and not service:
            yield Declared(field, Target(url, Kind.PAGE))
        else:
            yield _of_file(resource, field, url, direct=False)
    yield from _pages(resource, "documentation", f"{at}.documentation")
    for number, entity in enumerate(_objects(resource.get("access_services"))):
        yield from _of_service(entity, f"{at}.access_services[{number}]")


def _of_file(resource: Mapping[str, Any], field: str, url: str, *, direct: bool) -> Declared:
    kind = _text(resource, "format")
    service = services.named(kind, url)
    size = resource.get("size")
    return Declared(
        field,
        Target(url, Kind.SERVICE if service else Kind.FILE, service),
        kind,
        _text(resource, "mimetype"),
        _text(resource, "compress_format"),
        _text(resource, "package_format"),
        size if isinstance(size, int) and not isinstance(size, bool) else None,
        _text(resource, "modified"),
        direct,
    )


def _of_service(service: Mapping[str, Any], at: str) -> Iterator[Declared]:
    kind = _text(service, "format")
    for field in ("endpoint_url", "endpoint_description"):
        for place, url in _urls(service, field, at):
            name = services.named(kind, url) if field == "endpoint_url" else ""
            yield Declared(place, Target(url, Kind.SERVICE, name), kind if name else "")
    for field in ("landing_page", "documentation"):
        yield from _pages(service, field, f"{at}.{field}")


def _pages(entity: Mapping[str, Any], field: str, at: str) -> Iterator[Declared]:
    for place, url in _urls(entity, field, at.rpartition(".")[0]):
        yield Declared(place, Target(url, Kind.PAGE))


def _urls(entity: Mapping[str, Any], field: str, at: str) -> Iterator[tuple[str, str]]:
    """Yield place and URL of a field with one or several; values that are no text are left."""
    place = f"{at}.{field}" if at else field
    value = entity.get(field)
    if isinstance(value, str) and value.strip():
        yield place, value.strip()
    elif isinstance(value, list):
        for number, item in enumerate(value):
            if isinstance(item, str) and item.strip():
                yield f"{place}[{number}]", item.strip()


def _objects(value: Any) -> Iterator[Mapping[str, Any]]:
    yield from (item for item in value or () if isinstance(item, Mapping))


def _text(entity: Mapping[str, Any], field: str) -> str:
    value = entity.get(field)
    return value.strip() if isinstance(value, str) else ""
