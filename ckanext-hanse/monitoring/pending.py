"""Pending tasks of a city's officers, at its sources and in its datasets."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from ckanext.hanse.dedup import groups
from ckanext.hanse.model import LinkVerdict
from ckanext.hanse.monitoring import city

PendingItem = dict[str, Any]


def at_sources(sources: Iterable[Mapping[str, Any]], *, may: bool) -> Iterator[PendingItem]:
    """Yield withdrawals to approve, runs that failed, rejected records.

    ``sources`` as ``hanse_source_list`` returns them; ``may``: whether the user manages them.
    """
    for source in sources:
        last = source["last_run"] or {}
        if source["held"]:
            yield _entry("held", source["waiting"], source, may=may)
        if source["enabled"] and last.get("status") in ("failed", "partial"):
            yield _entry(last["status"], 1, source, text=last["message"], may=may)
        if rejected := source["records"].get("rejected", 0):
            yield _entry("rejected", rejected, source)


def at_datasets(organization_id: str) -> Iterator[PendingItem]:
    """Yield corrected fields that the portal changed, and duplicates to decide."""
    if flagged := city.flagged(organization_id):
        yield _entry("flagged", len(flagged), datasets=flagged)
    for kind in (groups.DOUBTFUL, LinkVerdict.SUGGESTED.value):
        if pairs := groups.pairs(lambda owner: owner == organization_id, kind=kind):
            yield _entry(kind, len(pairs))


def _entry(
    kind: str,
    number: int,
    source: Mapping[str, Any] | None = None,
    *,
    text: str = "",
    may: bool = True,
    datasets: Iterable[Mapping[str, Any]] = (),
) -> PendingItem:
    source = source or {}
    name = source.get("name", "")
    return {
        "kind": kind,
        "number": number,
        "source": name,
        "title": source.get("title") or name,
        "text": text,
        "may": may,
        "datasets": list(datasets),
    }
