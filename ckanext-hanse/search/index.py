"""Completes CKAN's Solr document with our fields and makes it safe to send."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, cast

import sqlalchemy as sa
from ckan import model

from ckanext.hanse.language import of_data
from ckanext.hanse.model import DatasetState
from ckanext.hanse.search import models, withheld
from ckanext.hanse.search.document import search_fields
from ckanext.hanse.search.exact import exact_fields
from ckanext.hanse.search.filters import filter_fields

LONGEST_TERM = 32_766
"""Maximum bytes of a term in Lucene; it refuses a whole document with a longer one."""


@dataclass(frozen=True, slots=True)
class Beside:
    """What our tables say of a dataset, for its document.

    ``points``    of its score, None before it is judged.
    ``withheld``  whether it is withheld from other catalogues.
    ``dataset``   itself, if it is at hand, as it stands in CKAN's document.
    """

    points: float | None = None
    models: models.Stored = models.NOTHING
    withheld: bool = False
    dataset: Mapping[str, Any] | None = None


_ANALYSED = frozenset(
    {
        *("title", "notes", "author", "author_email", "maintainer", "maintainer_email"),
        *("res_name", "res_description", "data_dict", "validated_data_dict"),
    }
)
_EXTRA, _EXTRA_OF_FILES = "extras_", "res_extras_"
LONGEST_EXTRA = 300
"""Characters; CKAN indexes an extra as ``extras_<key>`` and again as ``<key>``.  The second is for
facets and filters and is left out where it can be neither: a longer text, JSON."""

_known: ContextVar[Beside] = ContextVar("known")


@contextmanager
def known(beside: Beside) -> Iterator[None]:
    """Index a dataset with what our tables say of it known, so that it is not queried."""
    token = _known.set(beside)
    try:
        yield
    finally:
        _known.reset(token)


def beside(ids: Sequence[str]) -> dict[str, Beside]:
    """Return dataset id → what our tables say of it, in three queries."""
    query = sa.select(DatasetState.dataset_id, DatasetState.score)
    points = dict(model.Session.execute(query.where(DatasetState.dataset_id.in_(ids))).all())
    said, kept_back = models.stored(ids), withheld.of(ids)
    return {
        key: Beside(points.get(key), said.get(key, models.NOTHING), key in kept_back) for key in ids
    }


def before_dataset_index(pkg_dict: dict[str, Any]) -> dict[str, Any]:
    """Add our search and facet fields to the document that CKAN built for Solr.

    They are built from the validated dataset in it; a document of another type, or without
    one, is built from its plain fields.
    """
    said = _beside(pkg_dict["id"])
    dataset = said.dataset or _read(pkg_dict)
    found = search_fields(dataset, language=of_data()) | exact_fields(dataset)
    ours = filter_fields(dataset, said.points) | models.model_field(dataset, said.models)
    if said.withheld:
        ours[withheld.FIELD] = "true"
    return {**_sendable(pkg_dict), **found, **ours}


def _read(document: Mapping[str, Any]) -> Mapping[str, Any]:
    text = document.get("validated_data_dict") or document.get("data_dict") or "{}"
    return cast(Mapping[str, Any], json.loads(text))


def _beside(dataset_id: str) -> Beside:
    try:
        return _known.get()
    except LookupError:
        return beside([dataset_id])[dataset_id]


def _sendable(document: dict[str, Any]) -> dict[str, Any]:
    """Return ``document`` without what Solr would refuse or nobody can ask for.

    That is: over-long terms, nested objects, and extras twice, see :data:`LONGEST_EXTRA`.
    """
    kept: dict[str, Any] = {}
    for name, value in document.items():
        if name in _ANALYSED or name.startswith((_EXTRA, _EXTRA_OF_FILES)):
            kept[name] = value
        elif f"{_EXTRA}{name}" in document and not _is_short(value):
            continue
        elif isinstance(value, list):
            kept[name] = [item for item in value if _is_term(item)]
        elif _is_term(value):
            kept[name] = value
    return kept


def _is_short(value: Any) -> bool:
    text = str(value)
    return len(text) <= LONGEST_EXTRA and not text.startswith(("[", "{"))


def _is_term(value: Any) -> bool:
    if isinstance(value, dict | list):
        return False
    return not isinstance(value, str) or len(value.encode()) <= LONGEST_TERM
