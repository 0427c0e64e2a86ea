"""Records whose datasets were erased, by a digest of their identities: harvests pass them over."""

from __future__ import annotations

import hashlib

import sqlalchemy as sa
from ckan import model

from ckanext.hanse.model import Erasure
from ckanext.hanse.store.record_rows import identity_key


def digest(identity: str) -> str:
    """Return what is stored of a record's identity at its portal."""
    return hashlib.sha256(identity_key(identity).encode()).hexdigest()


def digests() -> frozenset[str]:
    """Return those of all erased records."""
    query = sa.select(sa.func.unnest(Erasure.records))
    return frozenset(model.Session.scalars(query))
