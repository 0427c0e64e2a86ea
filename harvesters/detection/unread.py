"""Catalogues that are known but that no connector reads yet; each with advice on what to do."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import ClassVar

from hanse_harvesters.sources.places import LINKED, Place, PortalPage, Reason, usual
from hanse_harvesters.sources.sample import DocumentSample

_OGC = "http://www.opengis.net/spec/ogcapi"
_RELATIONS = {"conformance", "data", "http://www.opengis.net/def/rel/ogc/1.0/conformance"}


class Unread:
    """A kind of catalogue without a connector, asked like one.

    ``kind``    name by which people know it.
    ``advice``  message that says what to do.
    ``leads``   whether a page of it may lead to a catalogue that a connector reads.
    """

    kind: ClassVar[str]
    advice: ClassVar[str]
    leads: ClassVar[bool] = False

    @classmethod
    def recognises(cls, sample: DocumentSample) -> float:
        """Return how likely a document is of this kind, from 0 to 1."""
        return 0.0

    @classmethod
    def places(cls, page: PortalPage) -> Iterable[Place]:
        """Yield where a catalogue of this kind may be."""
        return ()


class OgcApi(Unread):
    """An OGC API: it serves data, unless one of its collections holds records."""

    kind = "OGC API"
    advice = "unread-ogc-api"
    leads = True

    @classmethod
    def recognises(cls, sample: DocumentSample) -> float:
        """Return 0.8 for a landing page, a list of conformance classes or collections."""
        if sample.format != "ckan" or sample.head.get("kind") != "other":
            return 0.0
        page = sample.page()
        related = {relation for link in page.links for relation in link.rel}
        conforms = any(str(item).startswith(_OGC) for item in page.facts["conforms"])
        return 0.8 if conforms or len(related & _RELATIONS) > 1 else 0.0

    @classmethod
    def places(cls, page: PortalPage) -> Iterator[Place]:
        """Yield links to a landing page, and its usual addresses."""
        for link in page.links:
            text = f"{link.url} {link.text}".lower()
            if "ogcapi" in text or "ogc api" in text or "ogc-api" in text:
                why = Reason.of("place-link-like", text=link.text or link.url)
                yield Place(link.url, LINKED - 0.05, why)
        for path in ("/?f=json", "/ogcapi?f=json"):
            yield from usual(page, [path], "place-usual", less=0.15)


UNREAD: tuple[type[Unread], ...] = (OgcApi,)
