"""The walk over a portal, with the operator's limits."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from ckanext.hanse import settings
from hanse_harvesters.http import Client
from hanse_harvesters.pipeline import IsKnown, Run
from hanse_harvesters.settings.source import SourceSettings
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
    """A run of the line over ``source``, up to compare; iterate it for its records.

    ``seconds`` after which it is ended, where the operator's bounds do not end it before;
    ``same`` and ``validators`` as :class:`hanse_harvesters.pipeline.Run` takes them.
    """
    bounds = settings.run_bounds()
    if seconds is not None:
        bounds = replace(bounds, seconds=min(seconds, bounds.seconds))
    with Client(
        allowed_private=settings.allowed_private_hosts(),
        limits=settings.http_limits(),
        contact=settings.contact(),
        proxy=settings.http_proxy(),
    ) as client:
        yield Run(
            source,
            client=client,
            limit=limit,
            same=same,
            validators=validators,
            bounds=bounds,
        )
