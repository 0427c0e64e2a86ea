"""``data.json``: a catalogue in one document, by Project Open Data 1.1 or DCAT-US 3.

DKAN, ArcGIS Hub, Junar and Socrata publish it.  Its mapping is ``schemas/mappings/data-json.yaml``.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from urllib.parse import urlsplit

from hanse_harvesters.mapping.ogcrecord.facts import listed, text
from hanse_harvesters.sandbox.items import parse_items
from hanse_harvesters.sources.csw_store import examples
from hanse_harvesters.sources.document_walk import DocumentWalk
from hanse_harvesters.sources.fetch import Fetches
from hanse_harvesters.sources.json_walk import JsonPage, JsonSource
from hanse_harvesters.sources.places import (
    LINKED,
    SOFTWARE,
    Contents,
    Place,
    PortalPage,
    Reason,
    Wish,
    usual,
)
from hanse_harvesters.sources.sample import DocumentSample

#: Portal software → how its pages are known.
_SOFTWARE = {
    "DKAN": ('content="dkan', "+ dkan", "/profiles/dkan", "/modules/dkan", "dkan-frontend"),
    "Junar": ("junar.com", "junar-cdn", "microsites/js"),
    "Socrata": ("socrata.com", "window.socrata", "tylertech.com/products/data-insights"),
}
_ENDINGS = ("/data.json", "/dcat-us/1.1.json", "/dcat-us/3.0.json")


class DataJsonSource(JsonSource):
    """Reads one document; a large one in a stream."""

    kind = "data-json"
    rank = 1
    merit = "merit-data-json"

    @classmethod
    def recognises(cls, sample: DocumentSample) -> float:
        """Return 0.9 for a document with the keys of DCAT-US."""
        return 0.9 if sample.refusal and sample.refusal.id == "document-datajson" else 0.0

    @classmethod
    def places(cls, page: PortalPage) -> Iterable[Place]:
        """Yield the links to such a file, and its usual address, likelier with some software."""
        for link in page.links:
            if urlsplit(link.url).path.endswith(_ENDINGS):
                yield Place(link.url, LINKED, Reason.of("place-link", text=link.text or link.url))
        for name, marks in _SOFTWARE.items():
            if page.says(*marks):
                why = Reason.of("place-software", software=name)
                # DCAT that the software may publish besides is asked first.
                yield Place(page.folders()[0] + "/data.json", SOFTWARE - 0.01, why)
        yield from usual(page, ["/data.json"], "place-usual", less=0.02)

    @classmethod
    def contents(cls, url: str, client: Fetches, wish: Wish) -> Contents:
        """Return how many datasets the document has, and the catalogue's title."""
        path = {"path": cls.shipped().records}
        with client.get(url) as answer:
            assert answer.file is not None, "no condition was sent"
            found = parse_items(
                answer.file, cls.parser, where=url, charset=answer.charset, arguments=path
            )
            _, rest, _, count = next(item for item in found if isinstance(item, list))
        title = rest.get("title") if isinstance(rest, dict) else ""  # one dataset has no rest
        return Contents(count, title=title if isinstance(title, str) else "")

    def _note(self, page: JsonPage, walk: DocumentWalk, head: list[Any]) -> None:
        """Take what stands beside the datasets: services of DCAT-US 3 are reported."""
        super()._note(page, walk, head)
        services = listed(page.rest.get("service")) if isinstance(page.rest, dict) else []
        names = [text(one.get("title")) for one in services if isinstance(one, dict)]
        if names := list(filter(None, names)):
            self.report("data-json-services", examples(names))

    @classmethod
    def is_single(cls, url: str) -> bool:
        """Return True: a catalogue is one document."""
        return True
