"""Check a portal before it is a source: what kind it is, and what records it would yield.

Uses the same pipeline as a run, for its first records and with time-outs for a user who
waits for a page.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

from ckanext.hanse import settings
from ckanext.hanse.store import lists, secrets
from hanse_harvesters.detection import run as detection
from hanse_harvesters.detection.findings import Detection
from hanse_harvesters.errors import HanseError, NotACatalogue
from hanse_harvesters.http import Client
from hanse_harvesters.issue import Issue
from hanse_harvesters.pipeline import Run
from hanse_harvesters.record import Record
from hanse_harvesters.settings.source import SourceSettings
from hanse_harvesters.sources import detect
from hanse_harvesters.sources.places import Wish

#: Number of records that are fetched.
SAMPLE = 5
#: Time-outs in seconds: to connect, to read, for one response.
_CONNECT, _READ, _DEADLINE = 8, 20, 45
_LONGEST_TITLE = 300
#: Issues that only result from ending the walk early, not from the portal.
_OF_A_SAMPLE = {"walk-limited", "walk-unfinished"}


@dataclass(slots=True)
class Looked:
    """The result of checking a portal.

    ``kind``     as given or guessed (``guessed``), "" if not recognised.
    ``count``    number of records the portal reports, None if it reports none.
    ``records``  the first ones, at most :data:`SAMPLE`.
    ``whole``    True if these are all.
    ``stopped``  why there are no records, or no more.
    """

    url: str
    kind: str = ""
    guessed: bool = False
    count: int | None = None
    whole: bool = False
    records: list[Record] = field(default_factory=list)
    source_issues: list[Issue] = field(default_factory=list)
    stopped: HanseError | None = None

    def as_json(self, language: str) -> dict[str, Any]:
        """Return a JSON-able dict in ``language``; ``licences`` and ``issues`` map to counts."""
        issues = [item for record in self.records for item in record.issues]
        return {
            "url": self.url,
            "kind": self.kind,
            "guessed": self.guessed,
            "reachable": bool(self.kind) and bool(self.records or self.stopped is None),
            "count": self.count,
            "whole": self.whole,
            "records": [_shown(record, language) for record in self.records],
            "licences": dict(Counter(iri for r in self.records for iri in _licences(r))),
            "issues": dict(Counter(item.rule for item in issues).most_common()),
            "source_issues": [item.as_json(language) for item in self.source_issues],
            "error": self.stopped.in_words(language) if self.stopped else None,
        }


def look(found: SourceSettings) -> Looked:
    """Fetch and map the first records; ``kind`` may be empty, then it is guessed.

    An error at the portal is part of the result.
    """
    seen = Looked(found.url, kind=found.kind)
    try:
        with _client_of(found) as client:
            fetches: Any = client
            if not found.kind:
                seen.kind, url, fetches = detect.remote(found.url, client)
                seen.guessed, found = True, replace(found, url=url)
                seen.url = url
                # Guessed from one response; the walk then starts anew, as in a run.
                fetches = client
            _walk(replace(found, kind=seen.kind), fetches, seen)
    except HanseError as error:
        seen.stopped = explained(found, error) if found.kind else error
    return seen


def explained(found: SourceSettings, error: HanseError) -> HanseError:
    """Return what to say of a source that ``error`` stops: what it is now, if that is known."""
    if not isinstance(error, NotACatalogue) or lists.name_in(found.url):
        return error
    with _client() as client:
        return detect.changed(found.kind, found.url, error, client)


def catalogue_at(url: str) -> tuple[str, str]:
    """Return kind and URL of the catalogue at a URL or behind it; raises the errors of a run."""
    with _client() as client:
        kind, found, _ = detect.remote(url, client, most=detect.FEW)
        return kind, found


def find(url: str, city: str) -> Detection:
    """Look for the catalogues behind an address as it was typed.

    ``city`` is the full name of whom they are to serve.
    """
    with _client() as client:
        return detection.detect(url, client, Wish.of(city))


def _walk(found: SourceSettings, client: Client, seen: Looked) -> None:
    run = Run(found, client=client, limit=SAMPLE + 1)
    try:
        records = list(run)
    finally:
        seen.count = run.total
        seen.source_issues = [item for item in run.issues if item.rule not in _OF_A_SAMPLE]
    seen.records = records[:SAMPLE]
    seen.whole = len(records) <= SAMPLE
    if seen.whole and seen.count is None:
        seen.count = len(records)


@contextmanager
def _client_of(found: SourceSettings) -> Iterator[Any]:
    """Yield a client for the portal, or for the uploaded list in its place."""
    if not lists.name_in(found.url):
        with _client() as client:
            client.secret = secrets.secret_of(found)
            yield client
        return
    with closing(lists.client(found.url, organization=found.organization)) as client:
        yield client


@contextmanager
def _client() -> Iterator[Client]:
    limits = settings.http_limits()
    limits = replace(
        limits,
        connect=min(limits.connect, _CONNECT),
        read=min(limits.read, _READ),
        deadline=min(limits.deadline, _DEADLINE),
        tries=1,
    )
    with Client(
        allowed_private=settings.allowed_private_hosts(),
        limits=limits,
        contact=settings.contact(),
        proxy=settings.http_proxy(),
    ) as client:
        yield client


def _shown(record: Record, language: str) -> dict[str, Any]:
    dataset = record.dataset
    resources = [item for item in dataset.get("resources") or [] if isinstance(item, dict)]
    return {
        "identity": record.identity,
        "title": str(dataset.get("title") or "")[:_LONGEST_TITLE],
        "page": record.origin,
        "usable": record.usable,
        "resources": len(resources),
        "formats": list(dict.fromkeys(str(r["format"]) for r in resources if r.get("format"))),
        "licences": _licences(record),
        "issues": [item.as_json(language) for item in record.issues],
    }


def _licences(record: Record) -> list[str]:
    found = [r.get("license") for r in record.dataset.get("resources") or []]
    return list(dict.fromkeys(str(item) for item in found if item))
