"""``data.json``: a catalogue in one document, by Project Open Data 1.1 or DCAT-US 3.

DKAN, ArcGIS Hub and Junar publish it.  Its mapping is ``schemas/mappings/data-json.yaml``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from hanse_harvesters.mapping.jsontable import JsonTable, read
from hanse_harvesters.mapping.result import ReadResult
from hanse_harvesters.sources import json_walk
from hanse_harvesters.sources.base import RawRecord, Source, completeness
from hanse_harvesters.sources.fetch import Validators
from hanse_harvesters.sources.identities import IdentityIndex
from hanse_harvesters.sources.sample import DocumentSample

_TABLE = "data-json"


class DataJsonSource(Source):
    """Reads one document; a large one in a stream."""

    kind = "data-json"
    parser = json_walk.PARSER

    def __iter__(self) -> Iterator[RawRecord]:
        answer = self.ask(self.settings.url, conditional=True)
        if answer.not_modified:
            self.unchanged()
            return
        table, seen = JsonTable.shipped(_TABLE), IdentityIndex()
        left_out = frozenset({"modified"}) if self.settings.modified_is_file_time else frozenset()
        for item in self.parse(answer, path=table.records):
            if item[0] == "rest":
                json_walk.report_repairs(self, item[2])
                continue
            record = json_walk.record(item[1], table, mapped, left_out)
            if seen.admit(record):
                yield record
        self.completeness = completeness(len(seen))
        if self.completeness.complete:
            self.found_validators = Validators.of(answer)

    @classmethod
    def recognises(cls, sample: DocumentSample) -> float:
        """Return 0.9 for a document with the keys of DCAT-US."""
        return 0.9 if sample.refusal and sample.refusal.id == "document-datajson" else 0.0

    @classmethod
    def is_single(cls, url: str) -> bool:
        """Return True: a catalogue is one document."""
        return True


def mapped(item: Mapping[str, Any], *, language: str) -> ReadResult:
    """Map an entry of the list; ``language`` is not needed: texts have the source's."""
    return read(item, JsonTable.shipped(_TABLE))
