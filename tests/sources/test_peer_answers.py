"""What real software answered (``make test-peers RECORD=1``) is read again, without it."""

from __future__ import annotations

from typing import Any

from portals.recorded import Replay

from hanse_harvesters.detection.run import detect
from hanse_harvesters.pipeline import Run
from hanse_harvesters.record import Record
from hanse_harvesters.settings.source import SourceSettings
from hanse_harvesters.sources.places import Wish
from hanse_harvesters.testing.portal import Portal

_BASE = "https://opendata.stadt.example"
#: Identity → title and names of the files, of what tests/peers/staticat_portal.py writes.
STATICAT = {
    f"{_BASE}/baeume": ("Straßenbäume", ["bäume 2023.csv"]),
    f"{_BASE}/online": ("Stadtplan", ["Darstellungsdienst"]),
    f"{_BASE}/verkehr/haltestellen": ("Haltestellen", ["Darstellungsdienst", "halte.json"]),
    f"{_BASE}/verkehr/z%C3%A4hlung": (
        "Zählung & Messung <Rad>",
        ["2022.csv", "2023.csv", "lies mich.txt"],
    ),
}


def told(record: Record) -> tuple[str, list[str]]:
    """Title and names of the files of a record."""
    names = (item["name"] for item in record.dataset["resources"])
    return record.dataset["title"], sorted(names)


def test_the_recorded_answers_of_a_staticat_are_read(patient: Any) -> None:
    replay = Replay("staticat")
    with Portal({"/": replay, "/catalog.ttl": replay}) as portal:
        client = patient(portal.endpoint, tries=1)
        best = detect(portal.url("/"), client, Wish(())).best
        assert best is not None
        assert (best.kind, best.url, best.count) == ("rdf", portal.url("/catalog.ttl"), 4)
        walk = Run(SourceSettings("stadt", best.kind, best.url, "stadt"), client=client, workers=0)
        assert {record.identity: told(record) for record in walk} == STATICAT
    assert walk.completeness.complete
