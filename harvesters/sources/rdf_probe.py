"""Find a DCAT catalogue from a page of its portal."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from urllib.parse import urljoin, urlsplit

import yaml

from hanse_harvesters.sources.places import (
    LINKED,
    NAMED,
    SOFTWARE,
    Link,
    Place,
    PortalPage,
    Reason,
    usual,
)
from hanse_schemas.table import LOADER

#: Media types of RDF, the best to read first.
_TYPES = (
    "text/turtle",
    "application/n-triples",
    "application/rdf+xml",
    "application/ld+json",
    "text/n3",
    "application/n-quads",
)
#: Endings of RDF files; a page of a portal may end in .xml or .json for other reasons.
_ENDINGS = (".ttl", ".nt", ".n3", ".rdf", ".jsonld", ".nq")
_PLAIN_ENDINGS = (".xml", ".json")
_USUAL = (
    "/catalog.ttl",
    "/catalog.rdf",
    "/catalog.xml",
    "/catalog.jsonld",
    "/dcat.ttl",
    "/all.rdf",
)
#: Words in a link or its text by which a catalogue is assumed.
_WORDS = re.compile(r"dcat|catalog|katalog|recursive=dcat", re.I)
#: The configuration of EntryScape's blocks in a page.
_STORE = re.compile(r"""entrystore["']?\s*:\s*["'](https?://[^"'\s]{3,300})["']""")
#: An answer that lists catalogues instead of being one: EntryStore's search, piveau's repository.
_ENTRY = re.compile(r"/search\?.*type=solr")
_REPOSITORY = re.compile(r"/catalogues\?valueType=identifiers$")
_MOST_OF_LIST = 4


@dataclass(frozen=True, slots=True)
class Software:
    """An entry of ``rdf_software.yaml``."""

    name: str
    marks: list[str]
    paths: list[str]


@cache
def software() -> list[Software]:
    """Return the software that is known."""
    text = files("hanse_harvesters.sources").joinpath("rdf_software.yaml").read_text("utf-8")
    return [Software(**entry) for entry in yaml.load(text, LOADER)]


def places(page: PortalPage) -> Iterator[Place]:
    """Yield where a catalogue may be: named by the page, published by its software, or usual."""
    yield from _listed(page)
    for link in page.links:
        if found := _linked(link):
            yield found
    yield from _published(page)
    yield from usual(page, _USUAL, "place-usual", less=0.01)


def _linked(link: Link) -> Place | None:
    parts = urlsplit(link.url)
    path = parts.path.lower()
    is_typed = link.type.partition(";")[0].strip() in _TYPES
    is_named = path.endswith(_ENDINGS) or (
        _WORDS.search(link.url) and path.endswith(_PLAIN_ENDINGS)
    )
    if "alternate" in link.rel and is_typed:
        why = Reason.of("place-alternate", type=link.type)
        return Place(link.url, NAMED + _better(link), why, _stem(link.url))
    if "script" in link.rel or not (is_typed or is_named or "recursive=dcat" in link.url):
        return None
    likely = NAMED if _WORDS.search(f"{link.url} {link.text}") else LINKED
    why = Reason.of("place-link", text=link.text or link.url)
    return Place(link.url, likely - 0.01 + _better(link), why, _stem(link.url))


def _better(link: Link) -> float:
    """Return a little more for the formats that are read best."""
    path = urlsplit(link.url).path.lower()
    number = next(
        (n for n, name in enumerate(_TYPES) if link.type.startswith(name)),
        next((n for n, ending in enumerate(_ENDINGS) if path.endswith(ending)), len(_TYPES)),
    )
    return 0.001 * (len(_TYPES) - number)


def _stem(url: str) -> str:
    """Return the address without its ending: the same catalogue in several formats."""
    parts = urlsplit(url)
    path = re.sub(r"\.(ttl|nt|n3|rdf|jsonld|nq|xml|json)$", "", parts.path, flags=re.I)
    return f"{parts.netloc}{path}"


def _published(page: PortalPage) -> Iterator[Place]:
    linked = {found.group for link in page.links if (found := _linked(link))}
    for known in software():
        if not page.says(*known.marks):
            continue
        why = Reason.of("place-software", software=known.name)
        for number, path in enumerate(known.paths):
            url = urljoin(page.folders()[0] + "/", path)
            stem = _stem(url)  # the page may link the same catalogue in another format
            group = stem if stem in linked else f"{known.name} {page.folders()[0]}"
            yield Place(url, SOFTWARE - 0.001 * (number + 1), why, group)
    for store in list(dict.fromkeys(_STORE.findall(page.start)))[:2]:
        path = next(item.paths[0] for item in software() if item.name == "EntryScape")
        search = store.rstrip("/").removesuffix("/store") + path
        yield Place(search, SOFTWARE, Reason.of("place-software", software="EntryScape"))


def _listed(page: PortalPage) -> Iterator[Place]:
    """Yield the catalogues in an answer that lists them."""
    if _ENTRY.search(page.url):
        base = page.url.partition("/search?")[0] + "/"
        found = [link.url for link in page.links if "entry" in link.rel]
        entries = [urljoin(base, "/".join(urlsplit(url).path.split("/")[-3:])) for url in found]
        addresses = [f"{entry}?recursive=dcat" for entry in entries]
    elif _REPOSITORY.search(page.url):
        base = page.url.partition("?")[0] + "/"
        names = [urlsplit(link.url).path.rpartition("/")[2] for link in page.links]
        addresses = [f"{base}{name}.ttl" for name in names]
    else:
        return
    why = Reason.of("place-listed", address=page.url.partition("?")[0], count=len(addresses))
    for number, url in enumerate(addresses[:_MOST_OF_LIST]):
        yield Place(url, NAMED - 0.001 * number, why)
