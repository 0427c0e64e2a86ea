"""Editions of one thing that name no series: "Haushaltsplan 2019", "Haushaltsplan 2020", …

Found by the title (``hanse_edition`` in the index), as the reader may see.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import ckan.plugins.toolkit as tk
from ckan.lib.search.common import SearchError, SolrConnectionError

from ckanext.hanse.model import EditionSaid
from ckanext.hanse.search.exact import edition_key
from ckanext.hanse.store import editions
from hanse_harvesters.editions import edition

Dataset = Mapping[str, Any]

_MOST = 1000
"""Editions that are looked up: the minutes of a council have hundreds."""
_FEW, _BESIDE = 15, 5
"""So many editions are shown at once; of more those beside the dataset, on each side."""
_YEAR = re.compile(r"(?:18|19|20)\d\d")
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

    ``newer``  the newest, None if the dataset is of the same time.
    ``own``    position of the dataset in ``items``.
    ``said``   "confirmed" or "refused" by a person, "" by nobody.  If refused, they are shown to
               nobody but editors.
    """

    items: list[Item]
    newer: Item | None
    said: str
    own: int

    @property
    def near(self) -> list[Item]:
        """Those that are shown at once: all, or those of about the dataset's time."""
        if len(self.items) <= _FEW:
            return self.items
        return self.items[max(self.own - _BESIDE, 0) : self.own + _BESIDE + 1]


@dataclass(frozen=True, slots=True)
class Folded:
    """A page of results with the editions of one thing as one entry, where the first of them is.

    ``shown``   of editions the newest, or the first if the question names a year.
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
    except (SearchError, SolrConnectionError, tk.ValidationError):  # the page needs no search
        return None
    items = {item.id: item for other in [*found, dataset] if (item := _item(other))}
    ordered = sorted(items.values(), key=lambda item: (item.order, item.title))
    own = items.get(dataset["id"])
    if own is None or ordered[0].order == ordered[-1].order:
        return None
    newer = ordered[-1] if ordered[-1].order > own.order else None
    said = editions.verdicts([key]).get(key)
    return Editions(ordered, newer, said.value if said else "", ordered.index(own))


def folded(datasets: Sequence[Dataset], question: str) -> Folded:
    """Return a page of the results of ``question`` with the editions of one thing as one entry."""
    named = bool(_YEAR.search(question))
    keys = {dataset["id"]: edition_key(dataset) for dataset in datasets}
    of_key: dict[str, list[Dataset]] = {}
    for dataset in datasets:
        of_key.setdefault(keys[dataset["id"]] or dataset["id"], []).append(dataset)
    several = {key for key, same in of_key.items() if len({_order(other) for other in same}) > 1}
    said = editions.verdicts(several)
    together = {key for key in several if said.get(key) is not EditionSaid.REFUSED}
    shown: list[Dataset] = []
    others: dict[str, list[Item]] = {}
    for dataset in datasets:
        key = keys[dataset["id"]]
        same = of_key[key] if key in together else [dataset]
        if same[0] is not dataset:
            continue
        items = [item for other in same if (item := _item(other))]
        newest = max(items, key=lambda item: item.order, default=None)
        face = dataset if named or newest is None else _of(same, newest.id)
        shown.append(face)
        rest = [item for item in items if item.id != face["id"]]
        if rest:
            others[face["id"]] = sorted(rest, key=lambda item: item.order, reverse=True)
    return Folded(shown, others)


def _of(datasets: Sequence[Dataset], id: str) -> Dataset:
    return next(dataset for dataset in datasets if dataset["id"] == id)


def _order(dataset: Dataset) -> tuple[Any, ...]:
    item = _item(dataset)
    return item.order if item else ()


def _item(dataset: Dataset) -> Item | None:
    title = str(dataset.get("title") or "")
    found = edition(title)
    if found is None:
        return None
    return Item(dataset["id"], dataset["name"], title, found.label, found.order)
