"""Editions of one thing that name no series: "Haushaltsplan 2019", "Haushaltsplan 2020", …

Found by the title (``hanse_edition`` in the index), as the reader may see.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import ckan.plugins.toolkit as tk
from ckan.lib.search import SearchError

from ckanext.hanse.search.exact import edition_key
from ckanext.hanse.store import editions
from hanse_harvesters.editions import edition

Dataset = Mapping[str, Any]

_MOST = 200
"""Editions that are looked up; more than a paper since 1850 has."""
_FIELDS = ["id", "name", "title"]


@dataclass(frozen=True, slots=True)
class Item:
    """One edition: ``label`` is its time as its title has it."""

    id: str
    name: str
    title: str
    label: str
    order: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Editions:
    """The editions that a dataset is one of, the oldest first, itself among them.

    ``newer``    the newest, None if the dataset is of the same time.
    ``refused``  a person said that they are none: shown to nobody but editors.
    """

    items: list[Item]
    newer: Item | None
    refused: bool


@dataclass(frozen=True, slots=True)
class Folded:
    """A page of results with the editions of one thing as one entry, the first of them.

    ``others``  dataset id of an entry → the other editions on this page, the newest first.
    """

    shown: list[Dataset]
    others: dict[str, list[Item]] = field(default_factory=dict)


def of_dataset(dataset: Dataset) -> Editions | None:
    """Return the editions that ``dataset`` is one of; None if it is the only one."""
    key = edition_key(dataset)
    if not key:
        return None
    asked = {"fq": f'hanse_edition:"{key}"', "fl": _FIELDS, "rows": _MOST, "facet": "false"}
    try:
        found = tk.get_action("package_search")({}, asked)["results"]
    except (SearchError, tk.ValidationError):  # the page needs no search
        return None
    items = {item.id: item for other in [*found, dataset] if (item := _item(other))}
    ordered = sorted(items.values(), key=lambda item: (item.order, item.title))
    own = items.get(dataset["id"])
    if own is None or ordered[0].order == ordered[-1].order:
        return None
    newer = ordered[-1] if ordered[-1].order > own.order else None
    return Editions(ordered, newer, bool(editions.refused([key])))


def folded(datasets: Sequence[Dataset]) -> Folded:
    """Return a page of results with the editions of one thing as one entry."""
    keys = {dataset["id"]: edition_key(dataset) for dataset in datasets}
    of_key: dict[str, list[Dataset]] = {}
    for dataset in datasets:
        of_key.setdefault(keys[dataset["id"]] or dataset["id"], []).append(dataset)
    several = [key for key, same in of_key.items() if len(same) > 1]
    apart = editions.refused(several)
    shown: list[Dataset] = []
    others: dict[str, list[Item]] = {}
    for dataset in datasets:
        key = keys[dataset["id"]]
        same = of_key[key] if key and key not in apart else [dataset]
        if same[0] is not dataset:
            continue
        shown.append(dataset)
        items = [item for other in same[1:] if (item := _item(other))]
        if items:
            others[dataset["id"]] = sorted(items, key=lambda item: item.order, reverse=True)
    return Folded(shown, others)


def _item(dataset: Dataset) -> Item | None:
    title = str(dataset.get("title") or "")
    found = edition(title)
    if found is None:
        return None
    return Item(dataset["id"], dataset["name"], title, found.label, found.order)
