"""The records that a request asks for, by the site's own search.

Only what everybody may see, without what is withheld from other catalogues.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

import ckan.plugins.toolkit as tk
from ckan.lib.search.common import SearchError, SolrConnectionError

from ckanext.hanse.export import rows
from ckanext.hanse.export.cities import contributors
from ckanext.hanse.export.package_to_rdf import CatalogEntry
from ckanext.hanse.presentation import display
from ckanext.hanse.records.asked import Asked
from ckanext.hanse.records.entry import Entry
from ckanext.hanse.records.feature import DATASET, SERIES_TYPE
from ckanext.hanse.records.problem import Problem
from ckanext.hanse.search import choices, withheld
from ckanext.hanse.search.area import area_query
from ckanext.hanse.search.times import time_query
from ckanext.hanse.store.rdf import site
from hanse_harvesters.model_datasets.assignment import with_model
from hanse_harvesters.quality.judge import SERIES
from hanse_schemas.model_datasets import model_datasets

Package = dict[str, Any]

_SERIES = f'rdf_type:"{SERIES}"'
_TYPES = {DATASET: f"(*:* -{_SERIES})", SERIES_TYPE: _SERIES}
#: What a search says where it guessed: found is not what was asked for, and a program cannot know.
_GUESSES = ("partial", "similar", "left_out", "elsewhere")


@dataclass(frozen=True, slots=True)
class Page:
    """A page of records.

    ``total``  of all pages.  ``following``, ``previous``  their paging parameters, None for none.
    """

    total: int
    entries: list[Entry]
    following: dict[str, str] | None
    previous: dict[str, str] | None


def page(asked: Asked, language: str) -> Page:
    """Return the records that a request asks for; raise Problem if Solr cannot be asked for them.

    In the order of identifiers a page begins behind the last record of the one before, so that a
    walk meets every record once, however many change or go meanwhile.
    """
    search = _search(asked)
    found = _ask(search, asked)
    walks = asked.by_id and not asked.offset
    total = found["count"]
    if asked.after and walks:
        total = _ask({**_search(replace(asked, after="")), "rows": 0}, asked)["count"]
    packages = found["results"]
    further = found["count"] > asked.offset + len(packages) and bool(packages)
    following: dict[str, str] | None = None
    if further:
        after = {"after": packages[-1]["id"]}
        following = after if walks else {"offset": str(asked.offset + len(packages))}
    previous = None
    if asked.offset:
        previous = {"offset": str(max(0, asked.offset - asked.limit))}
    return Page(total, _entries(packages, language), following, previous)


def one(name: str, language: str) -> Entry:
    """Return the record with an identifier, or with a dataset's name; raise Problem (404)."""
    try:
        package = tk.get_action("package_show")(_anonymous(), {"id": name})
    except (tk.ObjectNotFound, tk.NotAuthorized, tk.ValidationError) as error:
        raise Problem("record-unknown", status=404, value=name) from error
    for entry in _entries([package], language):
        return entry
    raise Problem("record-unknown", status=404, value=name)


def _anonymous() -> dict[str, Any]:
    return {"user": "", "auth_user_obj": None}


def _search(asked: Asked) -> dict[str, Any]:
    """Return the arguments of ``package_search``."""
    usual = ["id asc"] if asked.by_id else ["score desc", "metadata_modified desc", "id asc"]
    order = [*asked.order, "id asc"] if asked.order else usual
    return {
        "q": _words(asked.terms),
        "understand": len(asked.terms) == 1,
        "fq": "+dataset_type:dataset",
        "fq_list": list(_filters(asked)),
        "sort": ", ".join(dict.fromkeys(order)),
        "rows": asked.limit,
        "start": asked.offset,
        "facet": "false",
    }


def _words(terms: tuple[str, ...]) -> str:
    """Return a question as it was typed; alternatives as phrases, joined with OR."""
    if len(terms) == 1:
        return terms[0]
    phrases = (term.replace("\\", " ").replace('"', " ").strip() for term in terms)
    return " OR ".join(f'"{phrase}"' for phrase in phrases if phrase) or "*:*"


def _filters(asked: Asked) -> Iterable[str]:
    yield withheld.LEFT_OUT
    if asked.box:
        yield area_query(asked.box)
    if asked.time:
        yield time_query(asked.time)
    if asked.types is not None:
        yield " OR ".join(_TYPES[name] for name in asked.types if name in _TYPES) or "-*:*"
    if asked.ids is not None:
        yield choices.any_of("id", asked.ids)
    if asked.external is not None:
        yield choices.any_of("hanse_identifier", asked.external)
    if asked.after and asked.by_id and not asked.offset:
        yield f"id:{{{choices.quoted(asked.after)} TO *]"


def _ask(search: dict[str, Any], asked: Asked) -> dict[str, Any]:
    def ask(data: dict[str, Any]) -> dict[str, Any]:
        found: dict[str, Any] = tk.get_action("package_search")(_anonymous(), data)
        return found

    try:
        found = choices.search(ask, search, {name: [*v] for name, v in asked.choices.items()})
    except SolrConnectionError as error:
        raise Problem("no-answer", status=503) from error
    except (SearchError, tk.ValidationError) as error:
        if "(HTTP 5" in str(error):  # as pysolr words it
            raise Problem("no-answer", status=503) from error
        raise Problem("search", name="q") from error
    if any(found.get(name) for name in _GUESSES):
        return {**found, "count": 0, "results": []}
    return found


def _entries(packages: list[Package], language: str) -> list[Entry]:
    """Return the records of datasets; without those that meanwhile are not handed on."""
    stored, home = rows.delivered_rows([package["id"] for package in packages]), site()
    own = contributors()
    entries = []
    for package in packages:
        row = stored.get(package["id"])
        if row is None:
            continue
        found = CatalogEntry(package, home, row.harvested)
        dataset = found.dataset()
        if row.model and (model := model_datasets().by_iri(row.model)):
            dataset = with_model(dataset, model)
        if contributor := own(row.organization):
            dataset.setdefault("contributor_id", [contributor])
        entries.append(
            Entry(
                dataset=dataset,
                package=package,
                subject=found.subject,
                page=found.page,
                title=str(display.translated(package, "title", language)[0] or package["name"]),
                description=str(display.translated(package, "notes", language)[0] or ""),
            )
        )
    return entries
