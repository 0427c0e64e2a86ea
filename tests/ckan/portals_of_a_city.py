"""A city whose datasets two or three portals have, each a stand-in catalogue on loopback."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from ckan import model
from ckan.tests.helpers import call_action
from stand_in import Entry, StandIn, catalogue

from ckanext.hanse.harvest import engine
from ckanext.hanse.model import HarvestSource, Link, SourceRecord
from ckanext.hanse.sources.sync import sync
from ckanext.hanse.store import sources
from ckanext.hanse.store.report import Report

#: Portal → level and city; "else" is another city's.
PORTALS = {
    "stadt": ("city", "luebeck"),
    "geo": ("city", "luebeck"),
    "land": ("state", "luebeck"),
    "bund": ("federal", "luebeck"),
    "else": ("city", "wismar"),
}
_FILE = """\
organizations:
  luebeck: {title: Lübeck}
  wismar: {title: Wismar}
sources:
"""


@dataclass
class Portals:
    """``serve`` a portal's datasets, ``harvest`` it; both at once with ``run``."""

    server: StandIn
    levels: dict[str, str] = field(default_factory=dict)

    def sync(self, folder: Path) -> None:
        """Bring the sources into the catalogue."""
        entries = [
            f"  {name}: {{kind: rdf, url: {self.server.url(f'/{name}.ttl')}, organization: {city},"
            f" level: {self.levels.get(name, level)}, title: Portal {name}}}\n"
            for name, (level, city) in PORTALS.items()
        ]
        file = folder / "sources.yaml"
        file.write_text(_FILE + "".join(entries), encoding="utf-8")
        sync(file)

    def serve(self, name: str, *entries: Entry, base: str = "https://daten.example.org") -> None:
        """What the portal has from now on, with IRIs below ``base``."""
        self.server.turtle(f"/{name}.ttl", catalogue(*entries, base=base))

    def harvest(self, name: str, **keywords: Any) -> Report:
        """A run of the portal's source."""
        report = engine.harvest(name, **keywords)
        assert report.message == "", report.message
        return report

    def run(self, name: str, *entries: Entry, base: str = "https://daten.example.org") -> Report:
        """Serve and harvest."""
        self.serve(name, *entries, base=base)
        return self.harvest(name)


def named(key: str, title: str, *, publisher: str = "Lübeck", number: str = "", **more: Any) -> Any:
    """A dataset with publisher and, if given, an identifier."""
    said = f'dcterms:publisher [ a foaf:Agent ; foaf:name "{publisher}" ] ;'
    said += f' dcterms:identifier "{number}" ;' if number else ""
    return Entry(key, title, extra=said, **more)


def titles() -> dict[str, str]:
    """Name → title of every dataset that a search finds."""
    found = call_action("package_search", rows=100)["results"]
    return {row["name"]: row["title"] for row in found}


def show(name: str) -> dict[str, Any]:
    """A dataset."""
    return call_action("package_show", id=name)


def record_id(portal: str, key: str = "") -> int:
    """The record of a portal whose identity ends with ``key``."""
    query = (
        sa.select(SourceRecord.id)
        .join(HarvestSource, HarvestSource.id == SourceRecord.source_id)
        .where(HarvestSource.name == portal, SourceRecord.identity.endswith(key))
    )
    model.Session.expire_all()
    return model.Session.execute(query).scalar_one()


def source_id(portal: str) -> int:
    """The id of a portal's source."""
    return sources.get(portal).id


def links() -> list[tuple[str, list[str]]]:
    """Verdict and rules of every pair."""
    rows = model.Session.scalars(sa.select(Link).order_by(Link.id))
    return [(row.verdict, [reason["rule"] for reason in row.reasons]) for row in rows]
