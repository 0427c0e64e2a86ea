"""What kind of portal stands behind an address, by what it answers."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

from hanse_harvesters.errors import NotACatalogue, StopRun
from hanse_harvesters.http import Answer, BadStatus, Client
from hanse_harvesters.http.local import LocalClient
from hanse_harvesters.sandbox.document import Document, open_document
from hanse_harvesters.sources import ckan
from hanse_harvesters.sources.base import Fetches


def is_address(target: str) -> bool:
    """Whether ``target`` is to be fetched rather than opened."""
    return "://" in target


def local(target: str) -> tuple[str, str, Fetches]:
    """(kind, address for errors, client) for a file."""
    path = Path(target)
    client = LocalClient.of(path)
    address = f"file:///{path.name}"
    with client.get(address) as answer:
        return _kind(_opened(answer, str(path))), address, client


def remote(url: str, client: Client) -> tuple[str, Fetches]:
    """(kind, client) for an address; NotACatalogue if it is no portal that is known.

    A single answer of CKAN's API needs no second request: the client returned
    holds it.  Behind a page of HTML a CKAN is looked for, since people give the
    address they see in their browser.
    """
    try:
        answer = client.get(url)
    except BadStatus:  # CKAN has nothing at /api/3/action itself
        if "/api" in urlsplit(url).path and _has_action_api(url, client):
            return "ckan", client
        raise
    try:
        document = _opened(answer, url)
    except NotACatalogue as error:
        answer.close()
        if _has_action_api(url, client):
            return "ckan", client
        raise error
    kind = _kind(document)
    if kind == "ckan" and not _is_api(url) and answer.file is not None:
        return kind, LocalClient(answer.file, answer.size)
    answer.close()
    return kind, client


def _opened(answer: Answer, where: str) -> Document:
    assert answer.file is not None, "no condition was sent"
    return open_document(answer.file, where=where, base=answer.url, charset=answer.charset)


def _kind(document: Document) -> str:
    """The kind for a document, whose child is ended."""
    document.close()
    return "ckan" if document.format == "ckan" else "rdf"


def _is_api(url: str) -> bool:
    return "/api/" in urlsplit(url).path and not ckan.is_single(url)


def _has_action_api(url: str, client: Client) -> bool:
    try:
        with client.get(f"{ckan.api(url)}/package_search?rows=0") as answer:
            document = _opened(answer, url)
            document.close()
            return document.format == "ckan" and document.head["kind"] == "search"
    except StopRun:
        return False
