"""All that a report shows, whatever its form."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from hanse_harvesters.checking.check import Check
from hanse_harvesters.checking.official import Count
from hanse_harvesters.checking.tally import Tally
from hanse_harvesters.issue import Issue


@dataclass(frozen=True, slots=True)
class Report:
    """The results of a check.

    ``source``    the catalogue's name for a heading: host or file name; ``address`` in full.
    ``is_own``    whether the source's own RDF was judged, rather than what we make of it.
    ``issues``    of the walk as a whole, as that it is not complete.
    ``versions``  of the shapes: ``{"name", "version", "file"}``.
    ``official``  what the official validator counts in the source's own RDF.
    """

    source: str
    address: str
    tally: Tally
    is_own: bool
    issues: Sequence[Issue]
    versions: Sequence[Mapping[str, str]]
    official: Sequence[Count] = ()

    @classmethod
    def of(cls, target: str, check: Check, tally: Tally) -> Report:
        """Return the report of a finished check; counts the issues of the catalogue itself."""
        source = _name(target)
        tally.add_of_catalogue(check.catalogue, source)
        return cls(
            source,
            target,
            tally,
            check.is_own,
            check.run.issues,
            check.stack.versions(),
            check.official.ordered(),
        )


def _name(target: str) -> str:
    if "://" in target:
        return urlsplit(target).hostname or target
    return unquote(target.replace("\\", "/").rstrip("/").rpartition("/")[2]) or target
