"""Selected facet values: alternatives within one facet, all facets combined.

CKAN's pages join every value with AND, so that no dataset matches two cities, and count a facet
within its own selection, so that one value hides the others.  Here such a facet is counted
without its own selection: one more search each, by ``package_search`` as the searching
user, since CKAN does not allow excluding a filter from a facet (``{!ex}``, ``json.facet``).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ckanext.hanse.search.typos import Search

"""``package_search`` as one user."""

Choices = dict[str, list[str]]
"""Solr field → its selected values."""


def narrowed(
    asked: Mapping[str, Any], arguments: Iterable[tuple[str, str]]
) -> tuple[dict[str, Any], Choices]:
    """Separate the selection in the URL's ``arguments`` from ``asked``, a search of CKAN's page.

    The values are removed from ``fq``, where CKAN wrote each as ``field:"value"``.
    """
    fields = asked.get("facet.field") or ()
    fq = str(asked.get("fq") or "")
    chosen: Choices = {}
    for field, value in arguments:
        written = f'{field}:"{value}"'
        if value and field in fields and written in fq:
            fq = fq.replace(written, "", 1)
            values = chosen.setdefault(field, [])
            if value not in values:
                values.append(value)
    return ({**asked, "fq": fq.strip()} if chosen else dict(asked)), chosen


def search(ask: Search, asked: Mapping[str, Any], chosen: Choices) -> dict[str, Any]:
    """Return the result of ``asked`` within ``chosen``; its facets keep every value to choose."""
    filters = {field: _filter(field, values) for field, values in chosen.items()}
    others = list(asked.get("fq_list") or ())
    found = ask({**asked, "fq_list": [*others, *filters.values()]})
    if str(asked.get("facet", "true")).lower() == "false":
        return found
    for field in chosen:
        without = [reported for other, reported in filters.items() if other != field]
        counted = ask(
            {**asked, "fq_list": [*others, *without], "facet.field": [field], "rows": 0, "start": 0}
        )
        for part in ("facets", "search_facets"):
            if field in counted.get(part, {}):
                found[part][field] = counted[part][field]
    return found


def _filter(field: str, values: Iterable[str]) -> str:
    quoted = ('"' + value.replace("\\", r"\\").replace('"', r"\"") + '"' for value in values)
    return f"{field}:({' OR '.join(quoted)})"
