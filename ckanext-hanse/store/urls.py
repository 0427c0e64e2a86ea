"""The addresses of datasets, kept up whenever a dataset is written.

Two statements a chunk of datasets, whatever its size; an unchanged dataset costs none.  Nothing
is requested here (link_checks/rounds.py).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from uuid import UUID

import sqlalchemy as sa
from ckan import model

from ckanext.hanse import settings
from ckanext.hanse.store import pg_text
from hanse_harvesters.errors import HanseError
from hanse_harvesters.links import Declared, Target, host_of, key_of, of_dataset
from hanse_harvesters.links.walk import origin_of
from hanse_harvesters.record import DatasetDict

#: Held, shared, while addresses are stored; alone, while unused ones are deleted: one that was
#: there when it was stored is still there when its use is.
_LOCK = "hanse: addresses"
#: No server takes a longer address.
_LONGEST = 8000
_PLAIN = re.compile("[!-~]*")
#: Scheme and server of an address; nothing that is read otherwise by one who normalises.
_PLACE = re.compile(r"https?://[A-Za-z0-9.:-]{1,255}/(?=[!-~]*$)")

_STORE = sa.text(
    """
    INSERT INTO hanse_url (id, url, host, origin, kind, service)
    SELECT * FROM unnest(
        CAST(:ids AS uuid[]), CAST(:urls AS text[]), CAST(:hosts AS text[]),
        CAST(:origins AS text[]), CAST(:kinds AS text[]), CAST(:services AS text[])
    ) ON CONFLICT (id) DO NOTHING
    """
)
_USE = sa.text(
    """
    WITH wanted AS (
        SELECT * FROM unnest(CAST(:datasets AS text[]), CAST(:used AS uuid[]))
        AS given (dataset_id, url_id)
    ), gone AS (
        DELETE FROM hanse_url_use AS kept
        WHERE kept.dataset_id = ANY(CAST(:every AS text[])) AND NOT EXISTS (
            SELECT FROM wanted
            WHERE wanted.dataset_id = kept.dataset_id AND wanted.url_id = kept.url_id
        )
    )
    INSERT INTO hanse_url_use (dataset_id, url_id) SELECT * FROM wanted ON CONFLICT DO NOTHING
    """
)
_UNUSED = sa.text(
    """
    DELETE FROM hanse_url WHERE id IN (
        SELECT id FROM hanse_url AS kept
        WHERE NOT EXISTS (SELECT FROM hanse_url_use WHERE url_id = kept.id) LIMIT :most
    )
    """
)


def row_id(url: str) -> UUID:
    """Return the id of an address in ``hanse_url``."""
    return UUID(key_of(url)[:32])


def keep(datasets: Mapping[str, DatasetDict]) -> None:
    """Store the addresses of these datasets, by id, instead of those they had; no commit."""
    found: dict[UUID, Target] = {}
    uses: set[tuple[str, UUID]] = set()
    own = _own()
    for dataset_id, dataset in datasets.items():
        for target in (item.target for item in _checked(dataset, own)):
            name = row_id(target.url)
            found.setdefault(name, target)
            uses.add((dataset_id, name))
    model.Session.execute(sa.select(sa.func.pg_advisory_xact_lock_shared(_lock())))
    if found:
        # In one order, so that two transactions with the same addresses do not lock each other.
        rows = sorted(found.items())
        values = {
            "ids": [str(name) for name, _ in rows],
            "urls": [item.url for _, item in rows],
            "hosts": [_server(item.url)[0] for _, item in rows],
            "origins": [_server(item.url)[1] for _, item in rows],
            "kinds": [item.kind.value for _, item in rows],
            "services": [item.service for _, item in rows],
        }
        model.Session.execute(_STORE, values)
    ordered = sorted(uses)
    values = {
        "datasets": [dataset_id for dataset_id, _ in ordered],
        "used": [str(name) for _, name in ordered],
        "every": list(datasets),
    }
    model.Session.execute(_USE, values)


def forget_unused(*, most: int = 5000) -> int:
    """Delete addresses that no dataset has any more; return how many.  Commits.

    Does nothing while a dataset is being written: then the next time.
    """
    free = model.Session.scalar(sa.select(sa.func.pg_try_advisory_xact_lock(_lock())))
    gone = model.Session.execute(_UNUSED, {"most": most}).rowcount if free else 0
    model.Session.commit()
    return int(gone)


def declared(dataset: DatasetDict) -> Iterator[Declared]:
    """Yield the links of a dataset that are checked: none that this site serves itself."""
    yield from _checked(dataset, _own())


def _own() -> tuple[str, ...]:
    return tuple(f"{address.rstrip('/')}/" for address in settings.own_addresses())


def _checked(dataset: DatasetDict, own: tuple[str, ...]) -> Iterator[Declared]:
    for item in of_dataset(dataset):
        url = item.target.url
        if len(url) > _LONGEST or f"{url}/".startswith(own):
            continue
        if _PLAIN.fullmatch(url) or pg_text.text(url) == url:
            yield item


def _server(url: str) -> tuple[str, str]:
    """Return host and origin of an address; what follows its server does not matter for them."""
    place = _PLACE.match(url)
    return _host_and_origin(place[0]) if place else _found(url)


@lru_cache(maxsize=4096)
def _host_and_origin(place: str) -> tuple[str, str]:
    return _found(place)


def _found(url: str) -> tuple[str, str]:
    try:
        return host_of(url), origin_of(url)
    except HanseError:  # no address of a server; the check says so
        return host_of(url), ""


def _lock() -> sa.Function[int]:
    return sa.func.hashtext(_LOCK)
