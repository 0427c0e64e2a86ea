"""What kind of portal stands behind an address: the registered kinds are asked."""

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
    """Whether ``target`` is to be fetched rather than opened."""
    return "://" in target


def local(target: str) -> tuple[str, str, Fetches]:
    """(kind, address for errors, client) for a file."""
    path = Path(target)
    client = LocalClient.of(path)
    address = f"file:///{path.name}"
    with client.get(address) as answer:
        sample = DocumentSample.of(answer, str(path))
        return _recognised(sample) or _refused(sample), address, client


def remote(url: str, client: Client) -> tuple[str, Fetches]:
    """(kind, client) for an address; NotACatalogue if it is no portal that is known.

    An answer that is all there is needs no second request: the client returned holds it.
    People give the address they see in their browser, so every kind may also look behind it.
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
    """The kind that is surest of it, of equals the first by name; "" for none."""
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
    """What a kind answers; one that fails keeps no other from its own."""
    try:
        return question(registry.connector(kind))
    except Exception:  # whatever a connector from elsewhere does
        _log.exception("%s cannot tell whether it knows a portal", kind)
        return otherwise


def _refused(sample: DocumentSample) -> str:
    raise sample.refusal or NotACatalogue("document-unknown", where=sample.url, detail="…")
