"""A dataset in one language, as search engines, reference managers and other tools need it.

Everything that is made for them (:mod:`.schema_org`, :mod:`.croissant`, :mod:`.citation`,
:mod:`.signposts`) is made of this.  Nothing here knows CKAN; it is filled by
:mod:`ckanext.hanse.presentation.described`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

#: https://www.doi.org/doi-handbook/HTML/doi-name-syntax.html, as far as DOIs are given out today.
_DOI = re.compile(r"(?:(?:https?://)?(?:dx\.)?doi\.org/|doi:\s*)?(10\.\d{4,9}/[^\s\"<>]+)", re.I)

#: What RFC 3987 does not allow in an IRI.
_FORBIDDEN = re.compile(r"[\s<>\"\\^`{|}\x00-\x1f\x7f]")
_YEAR_MONTH = re.compile(r"\d{4}(-\d{2})?")


@dataclass(frozen=True, slots=True)
class Party:
    """A person or body.  ``uri`` identifies it, ``url`` is its page; both http(s) or ""."""

    name: str
    uri: str = ""
    url: str = ""
    email: str = ""


@dataclass(frozen=True, slots=True)
class LicenceOf:
    """A licence: its name, and the address of its text or else its IRI ("" if it has neither)."""

    name: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class FileOf:
    """A file or service of the dataset.

    ``key``        unlike those of the dataset's other files; no blanks.
    ``content``    address that gives the file itself, "" if none is known to.
    ``access``     address of a page or service that leads to it.
    ``media``      media type, ``format`` its name for people; "" if unknown.
    ``size``       in bytes, 0 if unknown.
    ``checksums``  ``{"sha256": hex}``, names as in the list of algorithms.
    """

    key: str
    name: str
    description: str = ""
    content: str = ""
    access: str = ""
    media: str = ""
    format: str = ""
    size: int = 0
    checksums: Mapping[str, str] = field(default_factory=dict)
    modified: str = ""
    licence: LicenceOf | None = None


@dataclass(frozen=True, slots=True)
class Description:
    """A dataset.  Dates are as they came: ISO 8601, or only a year or month of it.

    ``name``       in our addresses; ``page`` the address of its page, without a language.
    ``subject``    its IRI in RDF.  ``landing`` its page at the portal it came from, "" for none.
    ``language``   of the texts here; ``languages`` of the data, ISO 639-1.
    ``text``       the description without markup.
    ``issued``, ``modified``  of the data; ``added``, ``changed`` of our record, always known.
    ``places``     in words; ``box`` west, south, east, north in degrees, None if unknown.
    ``periods``    first and last day of each, "" for an open end.
    ``free``       whether everybody may have the files; None if that is unknown.
    """

    name: str
    page: str
    title: str
    subject: str = ""
    text: str = ""
    language: str = ""
    languages: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    creators: tuple[Party, ...] = ()
    publishers: tuple[Party, ...] = ()
    licences: tuple[LicenceOf, ...] = ()
    issued: str = ""
    modified: str = ""
    added: str = ""
    changed: str = ""
    version: str = ""
    identifiers: tuple[str, ...] = ()
    landing: str = ""
    series: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    box: tuple[float, float, float, float] | None = None
    periods: tuple[tuple[str, str], ...] = ()
    free: bool | None = None
    files: tuple[FileOf, ...] = ()
    catalogue: str = ""
    home: str = ""

    @property
    def doi(self) -> str:
        """The first DOI among IRI and identifiers, ``10.…/…``; "" for none."""
        return first_doi((self.subject, *self.identifiers))

    @property
    def cited(self) -> str:
        """The address to cite: the DOI, else the IRI if it is an address, else our page."""
        if doi := self.doi:
            return f"https://doi.org/{doi}"
        is_ours = self.home and self.subject.startswith(f"{self.home}/")
        return self.subject if is_address(self.subject) and not is_ours else self.page

    @property
    def authors(self) -> tuple[Party, ...]:
        """Who made it; where nobody is named, who publishes it."""
        return self.creators or self.publishers


def is_address(iri: str) -> bool:
    """Return whether an IRI can be asked over http or https, and be written without escapes."""
    return iri.startswith(("http://", "https://")) and not _FORBIDDEN.search(iri)


def first_doi(identifiers: Iterable[str]) -> str:
    """Return the first that is a DOI, without what stands before it; "" if none is.

    >>> first_doi(["1234", "doi:10.5281/zenodo.7"]), first_doi(["https://doi.org/10.1000/182"])
    ('10.5281/zenodo.7', '10.1000/182')
    """
    found = (_DOI.fullmatch(item.strip()) for item in identifiers)
    return next((match[1] for match in found if match), "")


def known_date(text: str) -> str:
    """Return a date as ISO 8601 (year, month, day, moment); "" for anything else.

    >>> known_date("2024-02"), known_date("2024-02-01T08:00:00+01:00"), known_date("gestern")
    ('2024-02', '2024-02-01T08:00:00+01:00', '')
    """
    whole = text + "0000-01-01"[len(text) :] if _YEAR_MONTH.fullmatch(text) else text
    try:
        datetime.fromisoformat(whole)
    except ValueError:
        return ""
    return text
