"""The walk over a portal, with the operator's limits."""

from __future__ import annotations

from ckanext.hanse import settings
from ckanext.hanse.catalogue.harvest import Walk
from hanse_harvesters.http.client import Client
from hanse_harvesters.settings import SourceSettings


def walk(source: SourceSettings, *, limit: int | None = None) -> Walk:
    """A run of the line over ``source``, up to compare; iterate it for its records."""
    from hanse_harvesters.pipeline import Run

    client = Client(
        allowed_private=settings.allowed_private_hosts(),
        limits=settings.http_limits(),
        contact=settings.contact(),
        proxy=settings.http_proxy(),
    )
    return Run(source, client=client, limit=limit)
