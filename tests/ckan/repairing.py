"""An editor who repairs what a portal sends, and the runs in between."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from ckan import model
from ckan.tests.helpers import call_action
from walks import Listed, harvest, source

from ckanext.hanse.model import HarvestSource, SourceRecord
from ckanext.hanse.store.report import Report
from hanse_harvesters.errors import HanseError
from hanse_harvesters.mapping.fingerprint import fingerprint_json
from hanse_harvesters.normalise import normalise
from hanse_harvesters.quality.judge import judge
from hanse_harvesters.record import Record
from hanse_harvesters.settings.source import SourceSettings


class Interrupted(Listed):
    """A walk during which something happens before its last record."""

    def __init__(
        self,
        *records: Record,
        meanwhile: Callable[[], Any] | None = None,
        error: HanseError | None = None,
    ) -> None:
        super().__init__(*records, error=error)
        self._meanwhile = meanwhile
        self._last = records[-1]

    def __iter__(self) -> Iterator[Record]:
        for item in super().__iter__():
            if self._meanwhile and item is self._last:
                self._meanwhile()
            yield item


@dataclass
class Repair:
    """A source, an editor with her token, and what she does over HTTP."""

    organization_id: str
    user: dict[str, Any]
    api: Callable[..., Any]

    @property
    def source(self) -> HarvestSource:
        """The source's row; each request ends the session that one was read in."""
        return source(self.organization_id)

    @property
    def site_user(self) -> str:
        return str(call_action("get_site_user")["name"])

    def run(self, *records: Record, meanwhile: Callable[[], Any] | None = None) -> Report:
        """One run over these records; ``meanwhile`` happens before the last is written."""
        return harvest(self.source, Interrupted(*records, meanwhile=meanwhile))

    def run_judged(self, *records: Record, normalised: bool = False) -> Report:
        """One run over these records, judged as the line judges them."""
        settings = SourceSettings("p", "rdf", "https://daten.example.org", organization="rostock")
        for item in records:
            if normalised:
                normalise(item, settings)
            judge(item)
            item.normalised = fingerprint_json(item.dataset)
        return self.run(*records)

    def correct(self, name: str, field: str, value: Any, reason: str = "Weil.") -> dict[str, Any]:
        found: dict[str, Any] = self.api(
            self.user,
            "hanse_correction_create",
            id=name,
            field=field,
            value=value,
            reason=reason,
            language="de",
        )
        model.Session.expire_all()
        return found

    def withdraw(self, number: int) -> dict[str, Any]:
        found: dict[str, Any] = self.api(self.user, "hanse_correction_withdraw", id=number)
        model.Session.expire_all()
        return found

    def corrections(self, name: str, *, history: bool = False) -> list[dict[str, Any]]:
        found = self.api(self.user, "hanse_correction_list", id=name, history=history)
        return list(found)

    def issues(self, name: str) -> list[dict[str, Any]]:
        return list(self.api(self.user, "hanse_dataset_issues", id=name))

    def show(self, name: str) -> dict[str, Any]:
        model.Session.expire_all()
        found: dict[str, Any] = call_action("package_show", id=name, use_cache=False)
        return found

    def forget(self) -> None:
        """As if the records had changed: the next run writes them."""
        model.Session.execute(sa.update(SourceRecord).values(fingerprint="", normalised=""))
        model.Session.commit()


def repairing(organization_id: str, user: dict[str, Any], api: Callable[..., Any]) -> Repair:
    """Rostock's portal and who repairs it."""
    return Repair(organization_id, user, api)
