"""The registry of connectors, found by the entry point group ``hanse.sources``."""

from __future__ import annotations

from functools import cache
from importlib.metadata import EntryPoint, entry_points
from typing import TYPE_CHECKING

from hanse_harvesters.connector_texts import GROUP
from hanse_harvesters.errors import ConfigError
from hanse_harvesters.messages import messages

if TYPE_CHECKING:
    from hanse_harvesters.sources.base import Source

#: Our kinds that are none of RDF.  Whether a document of :data:`_RDF` is theirs is not asked: the
#: modules of all kinds take longer to load than such a document to be read.
_NO_RDF = frozenset(
    ("ckan", "csw", "data-json", "dkan", "folder", "json", "ogc-records", "push", "table")
)
#: Formats of documents (``DocumentSample.format``) that are RDF and nothing else; JSON-LD may be.
_RDF = frozenset(("rdfxml", "turtle", "nquads"))


@cache
def _entries() -> dict[str, EntryPoint]:
    return {entry.name: entry for entry in entry_points(group=GROUP)}


def kinds(format: str = "") -> list[str]:
    """Return the names of the registered kinds, sorted; of those for a document of this format."""
    return sorted(_entries().keys() - (_NO_RDF if format in _RDF else ()))


def connector(kind: str, *, where: str = "") -> type[Source]:
    """Return the connector class of ``kind``; raise ConfigError that lists the known kinds."""
    entry = _entries().get(kind)
    if entry is None:
        message = "kind-unknown" if kinds() else "kinds-none"
        raise ConfigError(message, where=where, kind=kind, known=kinds())
    found: type[Source] = entry.load()
    return found


def label(kind: str, language: str) -> str:
    """Return what people call a kind: the connector's message ``<kind>-name``, else its name."""
    message = messages().get(f"{kind}-name")
    return message.what(language, {}) if message else kind


def option_words(kind: str, option: str, language: str) -> tuple[str, str]:
    """Return label and help of an option: the connector's message ``<kind>-option-<option>``."""
    message = messages().get(f"{kind}-option-{option}")
    if message is None:
        return option, ""
    return message.what(language, {}), message.remedy(language, {})
