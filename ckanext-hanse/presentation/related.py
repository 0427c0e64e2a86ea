"""Series and data services: which datasets belong together, found by the index.

A series is a dataset, a service is described at the files that it delivers: neither has a table of
its own.  They are found by exact fields of the index (search/exact.py), as the reader may see.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import ckan.plugins.toolkit as tk
from ckan.lib.search.common import SearchError, SolrConnectionError

from ckanext.hanse.search import choices
from ckanext.hanse.search.exact import service_key, services
from ckanext.hanse.store.rdf import site
from hanse_harvesters.quality.judge import SERIES
from hanse_harvesters.series import ordered

Dataset = Mapping[str, Any]

#: Members of a series that are listed; datasets of a service that are looked up by their IRI.
_MOST_MEMBERS, _MOST_SERVED = 500, 100


@dataclass(frozen=True, slots=True)
class Series:
    """A series of which a dataset is part, or which it is itself.

    ``dataset``  the series, None if it is not in the catalogue; ``iri`` names it then.
    ``members``  in order.  ``elsewhere``  IRIs of members that are not in the catalogue.
    ``previous``, ``next``  neighbours of the dataset.
    """

    iri: str
    dataset: Dataset | None
    members: list[Dataset]
    elsewhere: list[str]
    previous: Dataset | None = None
    next: Dataset | None = None


def series_of(dataset: Dataset) -> list[Series]:
    """Return the series itself if the dataset is one, and those it is part of."""
    found = []
    if dataset.get("rdf_type") == SERIES:
        found.append(_series(str(dataset.get("uri") or ""), dataset))
    for iri in _texts(dataset.get("in_series")):
        whole = _series(iri, _one(iri))
        ids = [item["id"] for item in whole.members]
        if dataset["id"] not in ids:
            found.append(whole)
            continue
        place = ids.index(dataset["id"])
        before = whole.members[place - 1] if place else None
        after = whole.members[place + 1] if place + 1 < len(whole.members) else None
        found.append(
            Series(whole.iri, whole.dataset, whole.members, whole.elsewhere, before, after)
        )
    return found


def _series(iri: str, dataset: Dataset | None) -> Series:
    names = [name for name in (iri, *(_addresses(dataset) if dataset else ())) if name]
    stated = _stated(dataset or {})
    found = _find("hanse_series", names, _MOST_MEMBERS) + _find("hanse_iri", stated, _MOST_MEMBERS)
    found = list({item["id"]: item for item in found}.values())
    known = {name for item in found for name in _addresses(item)}
    return Series(iri, dataset, ordered(found), [name for name in stated if name not in known])


def _stated(series: Dataset) -> list[str]:
    """Return the IRIs of the members that a series names itself."""
    fields = ("series_members", "series_first", "series_last")
    named = dict.fromkeys(iri for field in fields for iri in _texts(series.get(field)))
    return list(named)[:_MOST_MEMBERS]


def _one(iri: str) -> Dataset | None:
    """Return the dataset with this IRI, or with this address here; None if there is none."""
    found = _find("hanse_iri", [iri], 1)
    home = f"{site()}/dataset/"
    if not found and iri.startswith(home):
        name = iri[len(home) :].rstrip("/")
        found = _find("id", [name], 1) or _find("name", [name], 1)
    return found[0] if found else None


def _addresses(dataset: Dataset) -> list[str]:
    home = f"{site()}/dataset/"
    own = [f"{home}{dataset['id']}", f"{home}{dataset['name']}"]
    return [*_texts(dataset.get("uri")), *own]


@dataclass(frozen=True, slots=True)
class Service:
    """A data service, with the datasets that it delivers.

    ``described``  the description with the most fields of those at its datasets.  ``datasets``
    a part of those that name it, ``count`` of all of them; ``served`` those that only the service
    names, ``elsewhere`` the IRIs of such that are not in the catalogue.
    """

    key: str
    described: Dataset
    datasets: list[Dataset]
    count: int
    served: list[Dataset]
    elsewhere: list[str]


def key_of(service: Dataset) -> str:
    """Return the key of a service's page, "" for one without an address."""
    return service_key(service) if service.get("uri") or service.get("endpoint_url") else ""


def service(key: str, *, limit: int, offset: int) -> Service | None:
    """Return a service by its key, None if no dataset that the reader may see names it."""
    if not key.isalnum():
        return None
    asked = {"fq": f'hanse_service:"{key}"', "rows": limit, "start": offset}
    found = _search({**asked, "sort": "title_string asc, id asc"})
    first = found["results"] or _search({**asked, "rows": 1, "start": 0})["results"]
    described = [
        item for dataset in first for item in services(dataset) if service_key(item) == key
    ]
    if not described:
        return None
    whole = max(described, key=lambda item: sum(bool(value) for value in item.values()))
    named = list(dict.fromkeys(iri for item in described for iri in _texts(
        item.get("serves_dataset"))))[:_MOST_SERVED]  # fmt: skip
    served = _find("hanse_iri", named, _MOST_SERVED)
    known = {name for item in served for name in _addresses(item)}
    only = [item for item in served if key not in map(service_key, services(item))]
    elsewhere = [iri for iri in named if iri not in known]
    return Service(key, whole, found["results"], found["count"], only, elsewhere)


def serving(dataset: Dataset) -> list[Dataset]:
    """Return the services that say they deliver the dataset, while it does not name them."""
    iris = _addresses(dataset)
    mine = set(map(service_key, services(dataset)))
    found = {
        service_key(item): item
        for other in _find("hanse_served", iris, _MOST_SERVED)
        for item in services(other)
        if set(_texts(item.get("serves_dataset"))) & set(iris)
    }
    return [item for key, item in found.items() if key not in mine]


def _find(field: str, values: Iterable[str], most: int) -> list[Dataset]:
    known = list(values)
    if not known:
        return []
    asked = {"fq": choices.any_of(field, known), "rows": most, "sort": "title_string asc"}
    found: list[Dataset] = _search(asked)["results"]
    return found


def _search(asked: dict[str, Any]) -> dict[str, Any]:
    """Search as the reader; an index that does not answer finds nothing."""
    try:
        found: dict[str, Any] = tk.get_action("package_search")({}, {"facet": "false", **asked})
    except (SearchError, SolrConnectionError, tk.ValidationError):
        return {"count": 0, "results": []}
    return found


def _texts(value: Any) -> list[str]:
    items = value if isinstance(value, list) else [value]
    return [item for item in items if isinstance(item, str) and item]
