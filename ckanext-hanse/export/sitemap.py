"""The map of the site for search engines: an index, and parts with every page in every language.

https://www.sitemaps.org/protocol.html; alternates in other languages as in
https://developers.google.com/search/docs/specialty/international/localized-versions#sitemap
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple
from urllib.parse import quote
from xml.sax.saxutils import escape, quoteattr

MEDIA_TYPE = "application/xml"
#: A part may have 50,000 addresses and 50 MB.  Each address names those in all languages, so the
#: number of these counts: 30,000 of them are 6 MB at most, two languages are 5,000 datasets a part.
_MOST_ALTERNATES = 30_000
_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
_SITEMAP = "http://www.sitemaps.org/schemas/sitemap/0.9"
_XHTML = "http://www.w3.org/1999/xhtml"

Bases = Mapping[str, str]
"""Language (BCP 47) → the beginning of the site's addresses in it, the site's own first."""


class Page(NamedTuple):
    """A page: its path without a language, and when it changed last (UTC; "" if unknown)."""

    path: str
    modified: str = ""


class Part(NamedTuple):
    """A part: its address, and the last change of any of its pages ("" if unknown)."""

    address: str
    modified: str = ""


def datasets_of_part(languages: int) -> int:
    """Return how many datasets a part has on a site with so many languages."""
    return max(1, _MOST_ALTERNATES // (languages * (languages + 1)))


def index(parts: Iterable[Part]) -> str:
    """Return the index of the parts."""
    lines = (f"<sitemap>{_place(part.address, part.modified)}</sitemap>\n" for part in parts)
    return f'{_HEAD}<sitemapindex xmlns="{_SITEMAP}">\n{"".join(lines)}</sitemapindex>\n'


def part(pages: Iterable[Page], bases: Bases) -> Iterator[str]:
    """Yield a part: each page in each language, with all of these as its alternates."""
    several = len(bases) > 1
    space = f' xmlns:xhtml="{_XHTML}"' if several else ""
    yield f'{_HEAD}<urlset xmlns="{_SITEMAP}"{space}>\n'
    for page in pages:
        path = quote(page.path, safe="/")
        alternates = "".join(_alternates(path, bases)) if several else ""
        for base in bases.values():
            place = _place(base + path, page.modified)
            yield f"<url>{place}{alternates}</url>\n"
    yield "</urlset>\n"


def _alternates(path: str, bases: Bases) -> Iterator[str]:
    """Yield the page in each language, and the one for readers of any other: the site's own."""
    own = next(iter(bases.values()))
    for language, base in (*bases.items(), ("x-default", own)):
        target = f"hreflang={quoteattr(language)} href={quoteattr(base + path)}"
        yield f'<xhtml:link rel="alternate" {target}/>'


def _place(address: str, modified: str) -> str:
    when = f"<lastmod>{modified}</lastmod>" if modified else ""
    return f"<loc>{escape(address)}</loc>{when}"
