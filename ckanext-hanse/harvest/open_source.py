"""Start the walk over a portal, within the operator's limits."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace

from ckanext.hanse import settings
from ckanext.hanse.harvest.pushed import pushed
from ckanext.hanse.store import lists, secrets
from hanse_harvesters.http import Client, local
from hanse_harvesters.http.local import FolderClient, LocalClient
from hanse_harvesters.pipeline import IsKnown, Run
from hanse_harvesters.settings.source import SourceSettings
from hanse_harvesters.sources import folder_local, registry
from hanse_harvesters.sources.fetch import Validators


@contextmanager
def walk(
    source: SourceSettings,
    *,
    limit: int | None = None,
    seconds: int | None = None,
    same: IsKnown | None = None,
    validators: Validators | None = None,
) -> Iterator[Run]:
    """Run the pipeline over ``source``, up to compare; iterate the result for its records.

    ``seconds`` is the time limit, unless the operator's bounds are stricter; ``same`` and
    ``validators`` as in :class:`hanse_harvesters.pipeline.Run`.
    """
    bounds = settings.run_bounds()
    if seconds is not None:
        bounds = replace(bounds, seconds=min(seconds, bounds.seconds))
    with closing(client(source)) as fetches:
        yield Run(
            source,
            client=fetches,
            limit=limit,
            same=same,
            validators=validators,
            bounds=bounds,
        )


def client(source: SourceSettings) -> Client | LocalClient | FolderClient:
    """Return a client for the portal, or for the list in its place: uploaded, or on this machine.

    Only the operator's file names files (:func:`hanse_harvesters.settings.check.check_source`).
    """
    if local.is_local(source.url):
        return folder_local.client_of(source.url, source.kind)
    if registry.connector(source.kind).receives:
        return pushed(source.name)
    if lists.name_in(source.url):
        return lists.client(source.url, organization=source.organization)
    found = Client(
        allowed_private=settings.allowed_private_hosts(),
        limits=settings.http_limits(),
        contact=settings.contact(),
        proxy=settings.http_proxy(),
    )
    found.secret = secrets.secret_of(source)
    return found
