"""The list of a search's results as a file: CSV, JSON, RDF.

Only public datasets, in the search's order, and at most :data:`MOST`; read in parts, so that
memory does not grow with the list.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import ckan.plugins.toolkit as tk
from werkzeug.datastructures import MultiDict

from ckanext.hanse.export import fragments
from ckanext.hanse.presentation import display, licences, text, words
from ckanext.hanse.presentation.cells import harmless, separator
from ckanext.hanse.search import choices, document, parameters
from ckanext.hanse.store.rdf import site
from hanse_harvesters.mapping import adapters

MOST = 5_000
"""Datasets in a file."""
_PART = 200
_CHANGED = ("modified", "issued", "metadata_modified")
_LONGEST_TEXT = 1_000

Dataset = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class ResultList:
    """The results of a search: how many there are, and those of the file, in parts."""

    count: int
    parts: Iterator[list[Dataset]]


def result_list(arguments: MultiDict[str, str]) -> ResultList:
    """Return the results of the search that an address asks for.

    Raises SearchError or ValidationError as ``package_search`` does.
    """
    asked = parameters.read(arguments.items(multi=True))
    order = parameters.sort(arguments.get("sort")) or parameters.SORTS["relevance"]
    search = {
        "q": arguments.get("q", "") or "*:*",
        "partial": True,
        "understand": parameters.EXACT not in arguments,
        "fq": f"{parameters.in_fq(dict(arguments.lists()))} +dataset_type:dataset".strip(),
        "sort": order if "id asc" in order else f"{order}, id asc",
        "facet": "false",
        "rows": _PART,
    }

    def ask(data: dict[str, Any]) -> dict[str, Any]:
        context = {"user": "", "auth_user_obj": None}
        found: dict[str, Any] = tk.get_action("package_search")(context, data)
        return found

    def part(start: int) -> dict[str, Any]:
        rows = min(_PART, MOST - start)
        return choices.search(ask, {**search, "start": start, "rows": rows}, asked.choices)

    first = part(0)

    def parts() -> Iterator[list[Dataset]]:
        yield first["results"]
        for start in range(_PART, min(first["count"], MOST), _PART):
            yield part(start)["results"]

    return ResultList(first["count"], parts())


def as_csv(found: ResultList, language: str) -> Iterator[str]:
    """Yield a sheet for spreadsheets: UTF-8 with BOM, and the separator of the language."""
    out = io.StringIO()
    out.write("\ufeff")
    writer = csv.writer(out, delimiter=separator(language), lineterminator="\r\n")
    writer.writerow(columns())
    for part in found.parts:
        for dataset in part:
            writer.writerow([harmless(cell) for cell in cells(dataset, language)])
        yield out.getvalue()
        out.seek(0)
        out.truncate()


def as_json(found: ResultList) -> Iterator[str]:
    """Yield ``{"count": n, "results": [dataset, …]}``, datasets as ``package_show`` gives them."""
    yield f'{{"count": {found.count}, "results": ['
    between = ""
    for part in found.parts:
        for dataset in part:
            yield between + json.dumps(dataset, ensure_ascii=False)
            between = ",\n"
    yield "]}\n"


def as_turtle(found: ResultList) -> Iterator[bytes]:
    """Yield the datasets as DCAT-AP.de; names of blank nodes depend on content, not on the part."""
    for part in found.parts:
        ids = [dataset["id"] for dataset in part]
        known = fragments.of_ids(ids)
        text = "".join(known[key].text for key in ids if key in known)
        yield adapters.serialize(adapters.parse(text.encode(), "nt"), "turtle")


def columns() -> list[str]:
    """Return the heads of the sheet."""
    return [
        tk._("Title"),
        tk._("Description"),
        tk._("City"),
        tk._("Themes"),
        tk._("Keywords"),
        tk._("Formats"),
        tk._("Licences"),
        tk._("Years covered"),
        tk._("Changed"),
        tk._("Page"),
        tk._("Files"),
    ]


def cells(dataset: Dataset, language: str) -> list[str]:
    """Return a dataset's row, in the order of :func:`columns`."""

    def translated(field: str) -> str:
        return str(display.translated(dataset, field, language)[0] or "")

    files = dataset.get("resources") or []
    city = tk.h.hanse_city((dataset.get("organization") or {}).get("name", ""))
    covered = document.years(dataset)
    return [
        translated("title") or str(dataset["name"]),
        text.plain(translated("notes"), _LONGEST_TEXT),
        city.title if city else "",
        ", ".join(words.label("data-themes", iri, language) for iri in dataset.get("theme") or ()),
        ", ".join(tag["name"] for tag in dataset.get("tags") or ()),
        ", ".join(dict.fromkeys(str(item["format"]) for item in files if item.get("format"))),
        ", ".join(licence.short for licence in licences.licences(dataset, language)),
        "–".join(dict.fromkeys((covered[0], covered[-1]))) if covered else "",
        next((str(dataset[name])[:10] for name in _CHANGED if dataset.get(name)), ""),
        f"{site()}/dataset/{dataset['name']}",
        " ".join(str(item["url"]) for item in files if item.get("url")),
    ]
