"""Signposting: what a page is about, as typed links for programs that read no HTML.

FAIR signposting profile, level 1 (https://signposting.org/FAIR/) in the header ``Link``; what finds
no room there is in the link set (RFC 9264), to which the header leads.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from ckanext.hanse.export.description import Description, is_address

LINKSET = "application/linkset+json"
_TYPES = ("https://schema.org/AboutPage", "https://schema.org/Dataset")
#: Bytes of the header: proxies take 4 or 8 KB of all headers together, and answer 502 beyond.
_LONGEST = 2200
_MEDIA = re.compile(r"[A-Za-z0-9!#$&^_.+-]+/[A-Za-z0-9!#$&^_.+-]+")
#: What may stand in an address within the header; blanks, brackets and letters outside of ASCII
#: would end or break it.
_ALLOWED = "%/:=&?~#+!$,;'@()*[]"


@dataclass(frozen=True, slots=True)
class Link:
    """A typed link from the page of a dataset."""

    relation: str
    href: str
    type: str = ""

    @property
    def written(self) -> str:
        """The link as in a header (RFC 8288)."""
        kind = f'; type="{self.type}"' if self.type else ""
        return f'<{self.href}>; rel="{self.relation}"{kind}'


def links(found: Description, described: Mapping[str, str]) -> list[Link]:
    """Return the links of a dataset's page, the most telling first.

    ``described``  addresses of the metadata → their media types.
    """
    made = [
        Link("cite-as", found.cited),
        *(Link("type", iri) for iri in _TYPES),
        *(Link("license", item.url) for item in found.licences),
        *(Link("author", party.uri or party.url) for party in found.authors),
        *(Link("describedby", href, media) for href, media in described.items()),
        *(Link("item", item.content, _media(item.media)) for item in found.files),
    ]
    safe = (Link(one.relation, quote(one.href, safe=_ALLOWED), one.type) for one in made)
    return list(dict.fromkeys(one for one in safe if is_address(one.href)))


def header(made: Sequence[Link], linkset: str) -> str:
    """Return as many of the links as there is room for, and the one to all of them."""
    whole = Link("linkset", linkset, LINKSET).written
    room = _LONGEST - len(whole)
    kept = []
    for one in made:
        room -= len(one.written) + 2
        if room < 0:
            break
        kept.append(one.written)
    return ", ".join([*kept, whole])


def linkset(made: Iterable[Link], page: str) -> dict[str, Any]:
    """Return all links of the page at ``page`` as a link set."""
    context: dict[str, Any] = {"anchor": page}
    for one in made:
        target = {"href": one.href, **({"type": one.type} if one.type else {})}
        context.setdefault(one.relation, []).append(target)
    return {"linkset": [context]}


def _media(media: str) -> str:
    """Return a media type that is one, "" for anything that would break the header."""
    return media if _MEDIA.fullmatch(media) else ""
