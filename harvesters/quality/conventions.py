"""The conventions of DCAT-AP.de that stay in force with 3.0: K12, K13, K25, K26 and K40.

They are what GovData asks of a catalogue that it harvests.  All but the number of contributor
IDs only tell what is missing: this catalogue adds its own contributor ID, and never alters an
identifier (``tests/core/test_conventions.py`` shows both).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from hanse_harvesters.issue import Issue, issue
from hanse_harvesters.record import DatasetDict

#: GovData's list of those who deliver to it.
CONTRIBUTORS = "http://dcat-ap.de/def/contributors/"
_GERMAN = "http://dcat-ap.de/def/"
#: Kinds of sources whose records are ISO 19139.
ISO = frozenset(("csw",))


def conventions(dataset: DatasetDict, *, kind: str = "") -> Iterator[Issue]:
    """Yield what a dataset lacks of the conventions.

    ``kind``  of the source it came from.
    """
    if _is_german(dataset):
        yield from _contributor(dataset)
    yield from _identifier(dataset)
    if kind in ISO and not dataset.get("modified"):
        yield issue("modified-missing-iso", "modified")


def _is_german(dataset: DatasetDict) -> bool:
    """Return whether a dataset uses Germany's vocabularies, so that GovData may list it."""
    places = dataset.get("spatial_coverage") or ()
    return any(
        isinstance(value, str) and value.startswith(_GERMAN)
        for value in (
            dataset.get("license_id"),
            *_listed(dataset.get("contributor_id")),
            *_listed(dataset.get("political_geocoding_level_uri")),
            *_listed(dataset.get("political_geocoding_uri")),
            *(place.get("uri") for place in places if isinstance(place, dict)),
        )
    )


def _contributor(dataset: DatasetDict) -> Iterator[Issue]:
    """Check K12 and K13: exactly one contributor ID of GovData's list, besides any others."""
    given = _listed(dataset.get("contributor_id"))
    listed = [one for one in given if isinstance(one, str) and one.startswith(CONTRIBUTORS)]
    if len(listed) > 1:
        yield issue("contributor-several", "contributor_id", ", ".join(listed))
    elif not listed:
        yield issue("contributor-missing", "contributor_id", ", ".join(map(str, given)))


def _identifier(dataset: DatasetDict) -> Iterator[Issue]:
    """Check what K25 and K26 rest on: one identifier by which all catalogues know a dataset."""
    if not dataset.get("identifier"):
        yield issue("identifier-missing", "identifier")
    elif others := _listed(dataset.get("other_identifiers")):
        yield issue("identifier-several", "other_identifiers", ", ".join(map(str, others)))


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value] if value else []
