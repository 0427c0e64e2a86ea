"""DCAT as RDF: one document, or the pages of a hydra collection."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Options:
    """``max_pages`` ends a walk as incomplete; ``page_retries`` for a page whose content fails."""

    max_pages: int = 10_000
    page_retries: int = 1


class RdfSource:
    """Its walk follows."""

    kind = "rdf"
    Options = Options
