"""What a piece of work did to the services: SQL writes, Solr requests, activities."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import requests
import sqlalchemy as sa
from ckan import model
from ckan.model import meta
from ckanext.activity.model import Activity

from ckanext.hanse.store.bulk import rows

_READS = ("SELECT", "BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE", "SHOW")


@dataclass
class Observed:
    """``writes`` are SQL statements that changed rows, ``solr`` requested addresses."""

    writes: list[str] = field(default_factory=list)
    queries: list[str] = field(default_factory=list)
    solr: list[str] = field(default_factory=list)
    activities: int = 0

    def writes_to(self, table: str) -> list[str]:
        """The writes that name ``table``."""
        return [text for text in self.writes if table in text]

    def queries_of(self, table: str) -> list[str]:
        """The queries that name ``table``."""
        return [text for text in self.queries if table in text]

    @property
    def beside_the_run(self) -> list[str]:
        """The writes but those that say that a run took place, and who holds the source."""
        return [
            text
            for text in self.writes
            if "hanse_run" not in text and not text.startswith("UPDATE hanse_source SET lease_")
        ]


@contextmanager
def observed() -> Iterator[Observed]:
    """Watch everything this process does within the block."""
    seen = Observed()
    before = _activities()

    def note(conn: Any, cursor: Any, statement: str, *rest: Any) -> None:
        if statement.lstrip().upper().startswith(_READS):
            seen.queries.append(statement)
        elif cursor.rowcount > 0:
            seen.writes.append(statement)

    send, copy = requests.Session.send, rows.copy

    def copied(table: sa.Table, given: Sequence[dict[str, Any]]) -> None:
        copy(table, given)
        seen.writes.append(f"COPY {table.name} (")

    def watched(self: Any, request: Any, **keywords: Any) -> Any:
        if "/solr/" in request.url:
            seen.solr.append(request.url)
        return send(self, request, **keywords)

    sa.event.listen(meta.engine, "after_cursor_execute", note)
    requests.Session.send = watched  # type: ignore[method-assign]
    rows.copy = copied
    try:
        yield seen
    finally:
        requests.Session.send = send  # type: ignore[method-assign]
        rows.copy = copy
        sa.event.remove(meta.engine, "after_cursor_execute", note)
        seen.activities = _activities() - before


def _activities() -> int:
    return model.Session.scalar(sa.select(sa.func.count()).select_from(Activity)) or 0
