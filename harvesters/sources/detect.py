"""Tell the kind of a document: a file, or what a URL leads to."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import quote

from hanse_harvesters.detection.findings import CERTAIN, Detection, Kind
from hanse_harvesters.detection.search import RESERVE, Search, recognised
from hanse_harvesters.detection.unread import Unread
from hanse_harvesters.detection.visit import MOST_REQUESTS, Visit
from hanse_harvesters.errors import HanseError, NotACatalogue
from hanse_harvesters.http import BadStatus
from hanse_harvesters.http.local import LocalClient
from hanse_harvesters.sources import registry
from hanse_harvesters.sources.fetch import Fetches
from hanse_harvesters.sources.sample import DocumentSample

if TYPE_CHECKING:
    from hanse_harvesters.http import Client

#: Requests of a search that somebody waits for, or that is only an explanation.
FEW = RESERVE + 6


class Recognised(NamedTuple):
    """A catalogue: its kind, its address, and the client to fetch it with."""

    kind: str
    url: str
    client: Fetches


def is_address(target: str) -> bool:
    """Return whether ``target`` is a URL rather than a file name."""
    return "://" in target


def local(
    target: str, remote: Callable[[], Client] | None = None, kind: str | None = None
) -> Recognised:
    """Return what a file or a folder is: of lists, or of descriptions; its address is for errors.

    For a file that only describes a portal, it is the portal's, and the client that ``remote``
    returns.
    A ``kind`` that is given is not doubted.
    """
    path = Path(target)
    if path.is_dir():
        from hanse_harvesters.sources import folder_local  # a file needs none of it

        kind = kind or folder_local.kind_of(path)
        address = f"file:///{quote(path.resolve().name)}/"
        return Recognised(kind, address, folder_local.opened(path, kind))
    client = LocalClient.of(path)
    address = f"file:///{path.name}"
    with client.get(address) as answer:
        sample = DocumentSample.of(answer, str(path))
        name = kind or _name(sample)
        leads = registry.connector(name).leads_to(sample) if remote else ""
    if remote and leads:
        client.close()
        return Recognised(name, leads, remote())
    return Recognised(name, address, client)


def drafted(target: str) -> tuple[str, dict[str, Any]]:
    """Return the kind of a file or a folder, and a draft of the options that the kind needs."""
    path = Path(target)
    if path.is_dir():
        from hanse_harvesters.sources import folder_local

        return folder_local.kind_of(path), {}
    with closing(LocalClient.of(path)) as client, client.get(f"file:///{path.name}") as answer:
        sample = DocumentSample.of(answer, str(path))
        _, name, kind = recognised(sample)
        if name not in registry.kinds():
            raise _refused(sample, kind)
        return name, dict(registry.connector(name).draft(sample))


def _name(sample: DocumentSample) -> str:
    """Return the kind of a document; raise NotACatalogue if none recognises it."""
    _, name, kind = recognised(sample)
    if name not in registry.kinds():
        raise _refused(sample, kind)
    if registry.connector(name).draft(sample):
        raise NotACatalogue("json-unmapped", where=sample.url)
    return name


def remote(url: str, client: Client, *, most: int = MOST_REQUESTS) -> Recognised:
    """Return the catalogue at a URL or behind it; raise NotACatalogue if there is none.

    Users enter the URL that their browser shows.  A document that is complete needs no second
    request: the client returned serves it.  ``most`` limits the requests of a search.
    """
    sample: DocumentSample | None = None
    try:
        answer = client.get(url)
        sample = DocumentSample.of(answer, url)
    except BadStatus as error:
        if not error.status:
            raise
    if sample is not None:
        likely, kind, _ = recognised(sample)
        if likely >= CERTAIN and kind in registry.kinds():
            if sample.answer.file is not None and registry.connector(kind).is_single(url):
                return Recognised(kind, url, LocalClient(sample.answer.file, sample.answer.size))
            sample.answer.close()
            return Recognised(kind, url, client)
    with Visit(client, url, most) as visit:
        found = Search(url, visit).run(sample)
    best = next((item for item in found.findings if item is found.best and not item.options), None)
    if best is None:
        raise refusal(found)
    return Recognised(best.kind, best.url, client)


def changed(kind: str, url: str, error: HanseError, client: Client) -> HanseError:
    """Return what to say of a source that is no catalogue of its kind: what it is, and where."""
    try:
        now = remote(url, client, most=FEW)
    except HanseError:
        return error
    if now.kind == kind:
        moved = now.url.rstrip("/") != url.rstrip("/")
        return NotACatalogue("catalogue-elsewhere", where=url, url=now.url) if moved else error
    return NotACatalogue("kind-changed", where=url, kind=kind, now=now.kind, url=now.url)


def refusal(found: Detection) -> HanseError:
    """Return the error that says why nothing can be harvested at an address."""
    unread = next((item for item in found.findings if item.advice), None)
    if unread is not None:
        return NotACatalogue(unread.advice, where=unread.url)
    if draft := next((item for item in found.findings if item.options), None):
        return NotACatalogue("json-unmapped", where=draft.url)
    error = found.refusal or NotACatalogue("document-unknown", where=found.url, detail="…")
    if error.id != "document-html":
        return error
    for hint in found.hints():
        if hint.id in _HINTED:
            return NotACatalogue(_HINTED[hint.id], where=found.url, **hint.params)
    return NotACatalogue("catalogue-not-found", where=found.url, count=len(found.tried))


#: What stood in the way → the error that says so.
_HINTED = {"hint-login": "page-login", "hint-wall": "page-wall", "hint-robots": "page-robots"}


def _refused(sample: DocumentSample, kind: Kind | None) -> HanseError:
    if kind is not None and issubclass(kind, Unread):
        return NotACatalogue(kind.advice, where=sample.url)
    return sample.refusal or NotACatalogue("document-unknown", where=sample.url, detail="…")
