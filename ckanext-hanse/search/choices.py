"""Selected facet values: alternatives within one facet, all facets combined.

CKAN's pages join every value with AND, so that no dataset matches two cities, and count a facet
within its own selection, so that one value hides the others.  Here such a facet is counted
without its own selection: one more search each, by ``package_search`` as the searching
user, since CKAN does not allow excluding a filter from a facet (``{!ex}``, ``json.facet``).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ckanext.hanse.search import parameters
from ckanext.hanse.search.parameters import Choices, Expression
from ckanext.hanse.search.typos import Search

MOST_COUNTED = 500
"""Values of a facet that a page gets; CKAN's own limit would cut off years and formats."""


def narrowed(
    asked: Mapping[str, Any], arguments: Iterable[tuple[str, str]]
) -> tuple[dict[str, Any], Choices]:
    """Separate the selection in the URL's ``arguments`` from ``asked``, a search of CKAN's page.

    The values are removed from ``fq``, where CKAN wrote each as ``name:"value"``; another search
    of the same page, whose ``fq`` has none of them, is not narrowed.
    """
    found = dict(asked)
    if found.get("facet.field"):
        found.setdefault("facet.limit", MOST_COUNTED)
    if found.get("sort"):
        found["sort"] = parameters.sort(found["sort"])
    selection = parameters.read(arguments)
    fq = f" {found.get('fq') or ''}"
    for name, value in selection.written:
        written = f' {name}:"{value}"'
        if written not in fq:
            return found, {}
        fq = fq.replace(written, "", 1)
    return {**found, "fq": fq.strip()}, selection.choices


def search(ask: Search, asked: Mapping[str, Any], chosen: Choices) -> dict[str, Any]:
    """Return the result of ``asked`` within ``chosen``; its facets keep every value to choose."""
    filters = {field: any_of(field, values) for field, values in chosen.items()}
    others = list(asked.get("fq_list") or ())
    found = ask({**asked, "fq_list": [*others, *filters.values()]})
    if str(asked.get("facet", "true")).lower() == "false":
        return found
    for field in set(chosen).intersection(asked.get("facet.field") or ()):
        without = [reported for other, reported in filters.items() if other != field]
        counted = ask(
            {**asked, "fq_list": [*others, *without], "facet.field": [field], "rows": 0, "start": 0}
        )
        for part in ("facets", "search_facets"):
            if field in counted.get(part, {}):
                found[part][field] = counted[part][field]
    return found


def any_of(field: str, values: Iterable[str]) -> str:
    """Return the filter for any of the values, of which there is at least one."""
    return f"{field}:({' OR '.join(map(quoted, values))})"


def quoted(value: str) -> str:
    """Return a value as Solr reads it as text; an :class:`Expression` as it is."""
    if isinstance(value, Expression):
        return str(value)
    return '"' + value.replace("\\", r"\\").replace('"', r"\"") + '"'
