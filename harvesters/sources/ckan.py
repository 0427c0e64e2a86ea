"""CKAN's action API: ``package_search`` walked in a stable order."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Options:
    """Which datasets, and how many at a time.

    ``organization``, ``groups``, ``tags``  names; several of one kind mean any of them.
    ``fq``    further Solr filter queries, all of which must hold.
    ``rows``  datasets a page; halved by the connector where a page fails.
    """

    organization: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    fq: tuple[str, ...] = ()
    rows: int = 100


class CkanSource:
    """Its walk follows."""

    kind = "ckan"
    Options = Options
