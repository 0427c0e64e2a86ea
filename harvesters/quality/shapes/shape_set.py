"""Shape files: which official set a file belongs to, told from what is in it.

DCAT-AP.de 3.0 is the EU's base of 3.0.0 plus German files that change and complete it; DCAT-AP
alone is the EU's file without ranges ("base zero"), else that base; HVD is a file of its own.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import Enum
from itertools import islice

import pyoxigraph as ox

from hanse_harvesters.errors import ConfigError

_SH = "http://www.w3.org/ns/shacl#"
_IMPORTS = "http://www.w3.org/2002/07/owl#imports"
_PATH, _PROPERTY, _VALUE = f"{_SH}path", f"{_SH}property", f"{_SH}hasValue"
_IN_SCHEME = "http://www.w3.org/2004/02/skos/core#inScheme"


#: Endings of shape files.
ENDINGS = frozenset((".ttl", ".nt"))
#: Largest shape file in bytes; the official ones have at most 180 kB.
LARGEST = 8 << 20
#: Most statements of one; the official ones have at most 6,000.
MOST = 100_000


class Role(Enum):
    """What a shape file is."""

    EU = "dcat-ap"
    BASE = "dcat-ap-base"
    GERMAN = "dcat-ap-de"
    HVD = "dcat-ap-hvd"
    OWN = "table"
    IMPORTS = "imports"


#: What stands before the local name in the IRIs of the shapes that a file defines.
_NAMESPACES: tuple[tuple[Role, re.Pattern[str]], ...] = (
    (Role.OWN, re.compile(r"urn:hanse:shape:()")),
    (Role.GERMAN, re.compile(r"https?://(?:www\.)?dcat-ap\.de/def/dcatde/([\d.]+)/shacl/")),
    (Role.HVD, re.compile(r".*/releases/([\d.]+)-hvd\b.*#")),
    (Role.EU, re.compile(r".*/DCAT-AP/releases/([\d.]+)/html/shacl/shapes\.ttl#")),
    (Role.BASE, re.compile(r".*/DCAT-AP/releases/([\d.]+)/shacl/.*#")),
)
#: Names of the sets for people, as their publishers write them.
NAMES: Mapping[Role, str] = {
    Role.EU: "DCAT-AP",
    Role.BASE: "DCAT-AP",
    Role.GERMAN: "DCAT-AP.de",
    Role.HVD: "DCAT-AP HVD",
    Role.OWN: "ckanext-hanse",
}


@dataclass(frozen=True)
class ShapeFile:
    """A file of shapes.

    ``file``     its name.
    ``text``     N-Triples with blank nodes of its own, without ``owl:imports``.
    ``version``  of the set, as its IRIs name it; "" if they do not.
    ``digest``   first 12 hex digits of the file's SHA-256, without what :mod:`.update` adds.
    ``outer``    IRI of a shape → the path under which it looks a value up in a vocabulary.
    ``source``   file or address it was taken from, "" if unknown; ``date``  of that (YYYY-MM-DD).
    """

    file: str
    role: Role
    version: str
    text: str
    outer: Mapping[str, str]
    digest: str = ""
    source: str = ""
    date: str = ""

    @property
    def name(self) -> str:
        """The set's name for people."""
        return NAMES.get(self.role, self.role.value)


def role_of(shape: str) -> Role | None:
    """Return the role of the file that defines the shape with this IRI, None if unknown."""
    return next((role for role, pattern in _NAMESPACES if pattern.match(shape)), None)


def parse(document: bytes, file: str, number: int = 0) -> ShapeFile:
    """Read a shape file in Turtle or N-Triples; raise ConfigError.

    RDF/XML is not read: the official files are Turtle, and XML may hold entities without end.

    ``number``  makes its blank nodes differ from those of other files.
    """
    if len(document) > LARGEST:
        raise too_large(file)
    try:
        triples = _triples(document)
        if len(triples) > MOST:
            raise too_large(file)
        found = of_triples(triples, file, number)
        digest = hashlib.sha256(_ADDED.sub(b"", document)).hexdigest()[:12]
        source, date = (_origin(document, key) for key in ("source", "date"))
        return replace(found, digest=digest, source=source, date=date)
    except (SyntaxError, ValueError) as error:
        raise ConfigError("shapes-unreadable", where=file, reason=str(error)) from error


_ADDED = re.compile(rb"\A(?:# (?:source|date): .+\n)+")


def _origin(document: bytes, key: str) -> str:
    """Return what :mod:`.update` wrote above the statements, "" if nothing."""
    added = _ADDED.match(document)
    found = (
        re.search(rf"^# {key}: (.+)$", added[0].decode("utf-8", "replace"), re.M) if added else None
    )
    return found[1] if found else ""


def _triples(document: bytes) -> list[ox.Triple]:
    found = ox.parse(document, format=ox.RdfFormat.TURTLE, base_iri="urn:hanse:shapes")
    some = islice(found, MOST + 1)
    return [quad if isinstance(quad, ox.Triple) else quad.triple for quad in some]


def too_large(where: str) -> ConfigError:
    """Return the error for a file that is larger than any of rules."""
    return ConfigError("shapes-large", where=where, most=LARGEST >> 20, statements=MOST)


def of_triples(triples: Iterable[ox.Triple], file: str, number: int = 0) -> ShapeFile:
    """Return the shape file with these statements; raise ConfigError if it is none."""
    kept = [triple for triple in triples if triple.predicate.value != _IMPORTS]
    role, version = _recognised(kept)
    if role is None:
        raise ConfigError("shapes-unknown", where=file)
    text = "".join(
        f"{_node(t.subject, number)} {t.predicate} {_node(t.object, number)} .\n" for t in kept
    )
    return ShapeFile(file, role, version, text, _outer(kept))


def _node(term: object, number: int) -> str:
    return f"_:f{number}{term.value}" if isinstance(term, ox.BlankNode) else str(term)


def _recognised(triples: list[ox.Triple]) -> tuple[Role | None, str]:
    """Return role and version by the namespaces of the shapes; None for no shapes at all.

    A file that only says more about the base's shapes belongs to who changes them.
    """
    shapes = [t for t in triples if t.predicate.value.startswith(_SH)]
    if not shapes:
        return (Role.IMPORTS, "") if not triples or _only_imports(triples) else (None, "")
    defines = {t.subject for t in shapes if t.predicate.value in (_PATH, _PROPERTY)}
    found: Counter[tuple[Role, str]] = Counter()
    for subject in {t.subject for t in shapes}:
        if not isinstance(subject, ox.NamedNode):
            continue
        for role, pattern in _NAMESPACES:
            if match := pattern.match(subject.value):
                changes = role is Role.BASE and subject not in defines
                found[(Role.GERMAN, "") if changes else (role, match[1])] += 1
                break
    if not found:
        return None, ""
    return max(found, key=lambda item: found[item])


def _only_imports(triples: list[ox.Triple]) -> bool:
    return len({t.subject for t in triples}) <= 1


def _outer(triples: list[ox.Triple]) -> dict[str, str]:
    """Return the shapes that look up their values' scheme in an inner shape, with their path."""
    paths = {t.subject: t.object for t in triples if t.predicate.value == _PATH}
    inner = {node for node, path in paths.items() if path == ox.NamedNode(_IN_SCHEME)}
    found = {}
    for t in triples:
        path = paths.get(t.subject)
        looks_up = t.predicate.value == _PROPERTY and t.object in inner
        if looks_up and isinstance(t.subject, ox.NamedNode) and isinstance(path, ox.NamedNode):
            found[t.subject.value] = path.value
    return found
