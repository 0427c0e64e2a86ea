"""Check by title or file whether two records with one identifier describe one dataset.

The DOI of a whole collection, or a UUID copied along with a form, occurs in several datasets.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from ckan import model
from ckan.model import meta

from ckanext.hanse.dedup.features import Reason
from ckanext.hanse.store import identifiers, match_key
from ckanext.hanse.store.resources import normalised_url
from hanse_harvesters.record import DatasetDict


@dataclass(frozen=True, slots=True)
class MatchFeatures:
    """What is compared of a record: its normalised titles and the URLs of its files.

    ``dataset_id``  the dataset that it has by now, "" for none.
    """

    titles: frozenset[str]
    files: frozenset[str]
    dataset_id: str = ""


def of_dataset(dataset: DatasetDict, dataset_id: str | None) -> MatchFeatures:
    """Return the features of a record being processed."""
    translated = dataset.get("title_translated")
    titles = [dataset.get("title"), *(translated.values() if isinstance(translated, dict) else ())]
    urls = (item.get("url") for item in dataset.get("resources") or [] if isinstance(item, dict))
    return MatchFeatures(_words(titles), _addresses(urls), dataset_id or "")


def of_stored(dataset_id: str) -> MatchFeatures:
    """Return the features of a record from its stored dataset."""
    with meta.engine.connect() as connection:
        title = connection.scalar(
            sa.select(model.Package.title).where(model.Package.id == dataset_id)
        )
        return MatchFeatures(_words([title]), _files(connection, dataset_id), dataset_id)


def found(mine: MatchFeatures, titles: Iterable[str], dataset_id: str) -> Reason | None:
    """Return why our record and one with these titles and dataset are the same; None if not.

    Queries the database only if the titles differ.
    """
    if shared := mine.titles & _words(titles):
        return {"rule": "same-title", "value": min(shared)}
    if not mine.files:
        return None
    with meta.engine.connect() as connection:
        for address in sorted(mine.files & _files(connection, dataset_id)):
            if not _is_common(connection, address, {mine.dataset_id, dataset_id}):
                return {"rule": "same-download", "value": address}
    return None


def _is_common(connection: sa.Connection, address: str, but: set[str]) -> bool:
    """Return whether other datasets have the URL too, such as that of a service."""
    resource = model.Resource
    query = sa.select(
        sa.exists().where(
            resource.url.in_(match_key.spellings(address)),
            resource.state == "active",
            resource.package_id.not_in(but),
        )
    )
    return bool(connection.scalar(query))


def _files(connection: sa.Connection, dataset_id: str) -> frozenset[str]:
    query = sa.select(model.Resource.url).where(
        model.Resource.package_id == dataset_id, model.Resource.state == "active"
    )
    return _addresses(connection.scalars(query))


def _addresses(urls: Iterable[Any]) -> frozenset[str]:
    given = (url for url in urls if isinstance(url, str))
    return frozenset(normalised_url(url) for url in given if identifiers.names_something(url))


def _words(titles: Iterable[Any]) -> frozenset[str]:
    return frozenset(_comparable(titles))


def _comparable(titles: Iterable[Any]) -> Iterator[str]:
    for title in titles:
        if isinstance(title, str) and (words := match_key.words(title)):
            yield words
