"""The links of a dataset, how each is asked for, and what the dataset declares about it."""

from __future__ import annotations

import enum
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any


class Kind(enum.Enum):
    """What a link leads to, which decides how it is asked for."""

    FILE = "file"
    PAGE = "page"
    SERVICE = "service"


@dataclass(frozen=True, slots=True)
class Target:
    """A link to be checked.

    ``service``  ``wms``, ``wfs``, ``wmts``, ``wcs``, ``csw``, ``sparql``, ``ogc-api``, ``atom``,
                 ``rest``; "" if ``kind`` is no service or it is not known which.
    """

    url: str
    kind: Kind = Kind.FILE
    service: str = ""


@dataclass(frozen=True, slots=True)
class Declared:
    """What a dataset says about one of its links; "" or None where it says nothing.

    ``field``   place in the dataset: ``resources[2].download_url``, ``url``, ``documentation``.
    ``format``, ``compress_format``, ``package_format``  codes or media types, as stored.
    """

    field: str
    target: Target
    format: str = ""
    media_type: str = ""
    compress_format: str = ""
    package_format: str = ""
    size: int | None = None
    modified: str = ""


def key_of(url: str) -> str:
    """Return 64 hex digits by which a URL is known, without its fragment: for a unique index."""
    raise NotImplementedError


def host_of(url: str) -> str:
    """Return the host name in lower case, by which politeness is kept; "" if there is none."""
    raise NotImplementedError


def of_dataset(dataset: Mapping[str, Any]) -> Iterator[Declared]:
    """Yield every link of a dataset dict: of its resources, services, pages and documentation.

    The same URL may come several times, declared differently in different places.
    """
    raise NotImplementedError
