"""What an attack is, as data; and what the attacks are built from."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from hanse_harvesters.testing.portal import Reply, Script
from portals.documents import PREFIXES, dataset, distribution, turtle

#: The datasets before and behind the bad one in a hostile catalogue.
BEFORE, AFTER = "vorher", "nachher"
GOOD = (BEFORE, AFTER)


@dataclass(frozen=True)
class Stage:
    """Where an attack is played.

    ``home``    the portal's own address, ``inner`` one of this machine's inside that must
                never be asked, ``listed`` one that the operator lists for another source.
    ``secret``  a file that must never be read.
    """

    home: str
    inner: str
    listed: str
    secret: str


Serves = Callable[[Stage], Mapping[str, Script]]


@dataclass(frozen=True)
class Attack:
    """One attack.

    ``serves``    path → script of the portal.
    ``reported``  ids of the rules and messages of which every one must be reported; none for
                  what must pass without any effect.
    ``arrives``   names of the datasets that must arrive nonetheless, usable.
    ``stops``     whether the run ends with an error; None where either will do.
    ``resolves``  host → the addresses its name service gives, one list a time.
    ``address``   of the source, where it is not ``path`` at the portal.
    ``limits``, ``parse``, ``options``  where the tight ones of the suite do not fit.
    ``seconds``   it may take, ``parent`` and ``child`` MB that the processes may grow to,
    ``asked``     requests that it may cause, ``sent`` bytes that may leave the portal.
    """

    name: str
    serves: Serves
    reported: tuple[str, ...] = ()
    arrives: tuple[str, ...] = ()
    stops: bool | None = False
    kind: str = "rdf"
    path: str = "/catalog.ttl"
    address: Callable[[Stage], str] | None = None
    resolves: Mapping[str, list[list[str]]] = field(default_factory=dict)
    limits: Mapping[str, Any] = field(default_factory=dict)
    parse: Mapping[str, Any] = field(default_factory=dict)
    options: Mapping[str, Any] = field(default_factory=dict)
    records: int = 1000
    seconds: float = 6.0
    parent: int = 100
    child: int = 400
    asked: int = 12
    sent: int = 16 << 20


def at(script: Script, path: str = "/catalog.ttl") -> Serves:
    """Serves one thing at the source's address."""
    return lambda stage: {path: script}


def body(data: bytes | str, status: int = 200, **headers: str) -> Reply:
    """An answer of these bytes; ``content_type="x"`` is the header Content-Type."""
    named = {name.replace("_", "-").title(): value for name, value in headers.items()}
    return Reply(data.encode() if isinstance(data, str) else data, status, headers=named)


def raw(make: Callable[[], Iterable[bytes]]) -> Reply:
    """An answer made byte by byte, head and all."""
    return Reply(raw=make)


def among(evil: str, *more: str) -> Reply:
    """Turtle with ``evil`` between two good datasets."""
    return turtle(dataset(BEFORE), evil, *more, dataset(AFTER))


def text_among(evil: str) -> str:
    """The same as text."""
    return PREFIXES + dataset(BEFORE) + evil + dataset(AFTER)


_SPACES = {
    **dict(re.findall(r"@prefix (\w+): <([^>]+)>", PREFIXES)),
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "xi": "http://www.w3.org/2001/XInclude",
}
ROOT = "<rdf:RDF " + " ".join(f'xmlns:{name}="{iri}"' for name, iri in _SPACES.items()) + ">"


def xml_dataset(name: str, inner: str = "") -> str:
    """A dataset in RDF/XML."""
    base = "https://daten.stadt.example/dataset/"
    return (
        f'<dcat:Dataset rdf:about="{base}{name}"><dct:title xml:lang="de">{name}</dct:title>'
        f"{inner}</dcat:Dataset>\n"
    )


def xml(
    inner: str, *, doctype: str = "", declared: str = "UTF-8", encoding: str = "utf-8"
) -> bytes:
    """RDF/XML with a DOCTYPE, a declared encoding and the one it really has."""
    head = f'<?xml version="1.0" encoding="{declared}"?>\n' if declared else ""
    return f"{head}{doctype}{ROOT}\n{inner}</rdf:RDF>".encode(encoding)


def xml_among(evil: str) -> bytes:
    """RDF/XML with ``evil`` between two good datasets."""
    return xml(xml_dataset(BEFORE) + evil + xml_dataset(AFTER))


def naming(document: str) -> Any:
    """A document that names the stage's addresses."""

    def serves(stage: Stage) -> dict[str, Any]:
        text = document
        for name, value in vars(stage).items():
            text = text.replace(f"%{name}%", value)
        return {"/catalog.ttl": body(text)}

    return serves


#: What may be said of a document that nests too deep.
DEEP = ("document-deep|parse-memory|document-json-broken|document-memory|statement-broken",)

__all__ = [
    "AFTER",
    "BEFORE",
    "DEEP",
    "GOOD",
    "PREFIXES",
    "Attack",
    "Reply",
    "Stage",
    "among",
    "at",
    "body",
    "dataset",
    "distribution",
    "naming",
    "raw",
    "text_among",
    "turtle",
    "xml",
    "xml_among",
    "xml_dataset",
]
