"""Check datasets that were merged from several portals."""

from __future__ import annotations

from collections.abc import Iterator

import ckan.plugins.toolkit as tk

from ckanext.hanse.dedup import groups
from ckanext.hanse.monitoring.doctor.finding import DoctorFinding, ok, warn


def merged() -> Iterator[DoctorFinding]:
    """Check that no merge rests on reasons that are no longer sufficient."""
    found = groups.grouped(groups.doubtful())
    if not found:
        yield ok("duplicates-ok")
        return
    yield warn(
        "duplicates-doubtful",
        number=sum(map(len, found)),
        pairs="; ".join(f"{' + '.join(group[0].sources)}: {len(group)}" for group in found),
        url=str(tk.config.get("ckan.site_url") or "").rstrip("/"),
    )
