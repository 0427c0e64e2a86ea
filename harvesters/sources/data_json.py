"""``data.json``: a catalogue in one document, by Project Open Data 1.1 or DCAT-US 3.

DKAN, ArcGIS Hub and Junar publish it.  Its mapping is ``schemas/mappings/data-json.yaml``.
"""

from __future__ import annotations

from hanse_harvesters.sources.json_walk import JsonSource
from hanse_harvesters.sources.sample import DocumentSample


class DataJsonSource(JsonSource):
    """Reads one document; a large one in a stream."""

    kind = "data-json"

    @classmethod
    def recognises(cls, sample: DocumentSample) -> float:
        """Return 0.9 for a document with the keys of DCAT-US."""
        return 0.9 if sample.refusal and sample.refusal.id == "document-datajson" else 0.0

    @classmethod
    def is_single(cls, url: str) -> bool:
        """Return True: a catalogue is one document."""
        return True
