"""A city's datasets by what is known of their model dataset, for who decides on them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from ckan import model
from sqlalchemy.orm import aliased

from ckanext.hanse.model import AssignedHow, ModelAssignment

#: To decide; found by the machine; said by the dataset; a person's word.
OPEN, MACHINE, SAID, CONFIRMED, REFUSED = "open", "machine", "said", "confirmed", "refused"
STATES = (OPEN, MACHINE, SAID, CONFIRMED, REFUSED)

#: Datasets of a city that are read for a list.
_MOST = 5000
_VARIES = re.compile(r"[\d\W_]+")


@dataclass(frozen=True, slots=True)
class Waiting:
    """A dataset: state, its model dataset's IRI ("" for none), suggestions with confidence."""

    id: str
    name: str
    title: str
    private: bool
    state: str
    iri: str
    suggested: tuple[tuple[str, float], ...]
    author: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """Datasets with like titles and the same best suggestion."""

    iri: str
    datasets: tuple[Waiting, ...]

    @property
    def suggested(self) -> tuple[tuple[str, float], ...]:
        return self.datasets[0].suggested


def datasets(organization_id: str, words: str = "") -> list[Waiting]:
    """Return the city's datasets by title; ``words`` must all be in the title."""
    read, said = aliased(ModelAssignment), aliased(ModelAssignment)
    package = model.Package
    query = (
        sa.select(
            package.id, package.name, package.title, package.private,
            read.how, read.iri, read.suggested, said.how, said.iri, said.author,
        )
        .outerjoin(read, sa.and_(read.dataset_id == package.id, ~read.decided))
        .outerjoin(said, sa.and_(said.dataset_id == package.id, said.decided))
        .where(
            package.owner_org == organization_id,
            package.state == model.State.ACTIVE,
            package.type == "dataset",
        )
    )  # fmt: skip
    for word in words.split():
        query = query.where(package.title.icontains(word, autoescape=True))
    rows = model.Session.execute(query.order_by(package.title, package.id).limit(_MOST))
    return [_waiting(row) for row in rows]


def _waiting(row: Any) -> Waiting:
    id_, name, title, private, how, iri, suggested, decided, chosen, author = row
    state = decided or _STATES.get(how or "", OPEN)
    shown = chosen if decided else iri if state != OPEN else ""
    pairs = tuple((str(item[0]), float(item[1])) for item in suggested or ())
    return Waiting(id_, name, title or name, private, state, shown or "", pairs, author or "")


_STATES = {
    AssignedHow.MACHINE.value: MACHINE,
    AssignedHow.REFERENCE.value: SAID,
    AssignedHow.KEYWORDS.value: SAID,
}


def numbers(found: Iterable[Waiting]) -> dict[str, int]:
    """Return how many datasets are in each state."""
    counted = dict.fromkeys(STATES, 0)
    for item in found:
        counted[item.state] += 1
    return counted


def groups(found: Iterable[Waiting]) -> list[Group]:
    """Return groups of like titles (the same but for numbers and signs), the largest first.

    Only datasets with the same best suggestion are together: they are decided on together.
    """
    together: dict[tuple[str, str], list[Waiting]] = {}
    for item in found:
        best = item.iri or (item.suggested[0][0] if item.suggested else "")
        like = _VARIES.sub(" ", item.title.casefold()).strip()
        together.setdefault((best, like), []).append(item)
    made = [Group(best, tuple(items)) for (best, _), items in together.items()]
    return sorted(made, key=lambda group: -len(group.datasets))
