"""Detect the kind of a portal from its URL, by asking all registered kinds."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

from hanse_harvesters.errors import NotACatalogue
from hanse_harvesters.http import BadStatus, Client
from hanse_harvesters.http.local import LocalClient
from hanse_harvesters.sources import registry
from hanse_harvesters.sources.base import Source
from hanse_harvesters.sources.fetch import Fetches
from hanse_harvesters.sources.sample import DocumentSample

T = TypeVar("T")

_log = logging.getLogger(__name__)


def is_address(target: str) -> bool:
    """Return whether ``target`` is a URL rather than a file name."""
    return "://" in target


def local(target: str, remote: Client | None = None) -> tuple[str, str, Fetches]:
    """Return (kind, URL for errors, client) for a file.

    For a file that only describes a portal, these are the portal's URL and the client ``remote``.
    """
    path = Path(target)
    client = LocalClient.of(path)
    address = f"file:///{path.name}"
    with client.get(address) as answer:
        sample = DocumentSample.of(answer, str(path))
        kind = _recognised(sample) or _refused(sample)
        leads = registry.connector(kind).leads_to(sample) if remote else ""
    if remote and leads:
        client.close()
        return kind, leads, remote
    return kind, address, client


def remote(url: str, client: Client) -> tuple[str, Fetches]:
    """Return (kind, client) for a URL; raise NotACatalogue if no kind recognises it.

    A document that is complete needs no second request: the client returned serves it.
    Users enter the URL that their browser shows, so every kind may also look behind it.
    """
    try:
        answer = client.get(url)
    except BadStatus as error:
        if kind := _behind(url, error.status, client):
            return kind, client
        raise
    sample = DocumentSample.of(answer, url)
    kind = _recognised(sample)
    if kind and answer.file is not None and registry.connector(kind).is_single(url):
        return kind, LocalClient(answer.file, answer.size)
    answer.close()
    return kind or _behind(url, answer.status, client) or _refused(sample), client


def _recognised(sample: DocumentSample) -> str:
    """Return the most likely kind, the first by name if several are equal; "" for none."""
    found = [(_asked(kind, lambda c: c.recognises(sample), 0.0), kind) for kind in registry.kinds()]
    likely, kind = max(found, key=lambda item: item[0], default=(0.0, ""))
    return kind if likely > 0 else ""


def _behind(url: str, status: int, client: Fetches) -> str:
    return next(_all_behind(url, status, client), "")


def _all_behind(url: str, status: int, client: Fetches) -> Iterator[str]:
    for kind in registry.kinds():
        if _asked(kind, lambda connector: connector.is_behind(url, status, client), False):
            yield kind


def _asked(kind: str, question: Callable[[type[Source]], T], otherwise: T) -> T:
    """Return a kind's answer, or ``otherwise`` if it fails, so that the other kinds are asked."""
    try:
        return question(registry.connector(kind))
    except Exception:  # an external connector may raise anything
        _log.exception("%s cannot tell whether it knows a portal", kind)
        return otherwise


def _refused(sample: DocumentSample) -> str:
    raise sample.refusal or NotACatalogue("document-unknown", where=sample.url, detail="…")
