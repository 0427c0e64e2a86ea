"""Records for tests of the writer, without a portal before them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from ckan import model
from ckan.tests.helpers import call_action

from ckanext.hanse.corrections.apply import Corrector
from ckanext.hanse.dedup.resolve import DuplicateResolver
from ckanext.hanse.harvest.engine import complete
from ckanext.hanse.harvest.run import Harvest
from ckanext.hanse.model import HarvestSource
from ckanext.hanse.store import runs
from ckanext.hanse.store.action_writer import ActionWriter
from ckanext.hanse.store.dry_writer import DryWriter
from ckanext.hanse.store.report import Report
from hanse_harvesters.errors import HanseError
from hanse_harvesters.issue import Issue, issue
from hanse_harvesters.mapping.fingerprint import fingerprint_json
from hanse_harvesters.pipeline import IsKnown
from hanse_harvesters.record import Completeness, Record
from hanse_harvesters.sources.fetch import Validators
from hanse_harvesters.sources.selection import Selection


def record(key: str, title: str, *files: str, **dataset: Any) -> Record:
    """A usable record with a distribution for each of ``files``."""
    subject = f"https://daten.example.org/datensatz/{key}"
    content: dict[str, Any] = {"title": title, "uri": subject, **dataset}
    if files:
        content["resources"] = [file(f"{subject}/{name}", name) for name in files]
    digest = fingerprint_json(content)
    return Record(content, subject, digest, digest, origin=f"{subject}.html")


def file(uri: str, name: str, **fields: Any) -> dict[str, Any]:
    """A distribution as the line gives it."""
    url = f"{uri}.csv"
    plain = {"uri": uri, "name": name, "url": url, "access_url": url, "download_url": url}
    return plain | {"format": "CSV"} | fields


def untitled(key: str) -> Record:
    """A record that the judge refused."""
    bad = Record({"notes": "?"}, f"https://daten.example.org/{key}", key, key)
    bad.issues.append(issue("title-missing", "title"))
    return bad


class Listed:
    """A walk over given records, complete unless told otherwise; may stop with an error."""

    def __init__(
        self, *records: Record, complete: bool = True, error: HanseError | None = None
    ) -> None:
        self._records = records
        self._error = error
        self.issues: list[Issue] = []
        self.not_modified = False
        self.validators = Validators()
        self.total: int | None = None
        self.selection = Selection()
        self.completeness = Completeness(complete, len(records))

    def without(self, known: IsKnown) -> Listed:
        """The same walk with the records left alone that are ``known``, as the line does it."""
        for record in self._records:
            record.same = known(record.identity, record.fingerprint)
        return self

    def __iter__(self) -> Iterator[Record]:
        yield from self._records
        if self._error:
            raise self._error


def source(organization_id: str, name: str = "portal") -> HarvestSource:
    """A source row."""
    found = model.Session.scalar(sa.select(HarvestSource).where(HarvestSource.name == name))
    if found is None:
        found = HarvestSource(
            name=name,
            kind="rdf",
            url="https://daten.example.org/catalog.ttl",
            organization_id=organization_id,
            title="Portal der Stadt",
            portal="https://daten.example.org",
        )
        model.Session.add(found)
        model.Session.commit()
    return found


def harvest(
    row: HarvestSource,
    walk: Listed,
    *,
    dry_run: bool = False,
    limited: bool = False,
    writer: type = ActionWriter,
) -> Report:
    """Run a walk as the engine does."""
    report = Report(row.name, dry_run=dry_run, run_id=None if dry_run else runs.begin(row.id))
    writer = (
        DryWriter()
        if report.run_id is None
        else writer(source_id=row.id, run_id=report.run_id, owner_org=row.organization_id or "")
    )
    run = Harvest(
        row.id,
        writer,
        report,
        DuplicateResolver(row.id, "city"),
        Corrector(row.id),
        limited=limited,
    )
    complete(run, walk.without(run.knows))
    if report.run_id is not None:
        runs.end(report)
    return report


def act(action: str, **data: Any) -> Any:
    """An action as the site's own user; CKAN's activities want every change made by somebody."""
    user = call_action("get_site_user")["name"]
    return call_action(action, {"user": user}, **data)
