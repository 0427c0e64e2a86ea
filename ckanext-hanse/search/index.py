"""Completes CKAN's Solr document with our fields and makes it safe to send."""

from __future__ import annotations

import json
from typing import Any

from ckanext.hanse.language import of_data
from ckanext.hanse.search.document import search_fields
from ckanext.hanse.search.exact import exact_fields

LONGEST_TERM = 32_766
"""Maximum bytes of a term in Lucene; it refuses a whole document with a longer one."""

_ANALYSED = frozenset(
    {
        *("title", "notes", "author", "author_email", "maintainer", "maintainer_email"),
        *("res_name", "res_description", "data_dict", "validated_data_dict"),
    }
)
_ANALYSED_BEGINNINGS = ("extras_", "res_extras_")


def before_dataset_index(pkg_dict: dict[str, Any]) -> dict[str, Any]:
    """Add our search and facet fields to the document that CKAN built for Solr.

    They are built from the validated dataset in it; a document of another type, or without
    one, is built from its plain fields.
    """
    dataset = json.loads(pkg_dict.get("validated_data_dict") or pkg_dict.get("data_dict") or "{}")
    language = of_data()
    found = search_fields(dataset, language=language) | exact_fields(dataset)
    return {**_sendable(pkg_dict), **found}


def _sendable(document: dict[str, Any]) -> dict[str, Any]:
    """Return ``document`` without what Solr would refuse: over-long terms, nested objects."""
    kept: dict[str, Any] = {}
    for name, value in document.items():
        if name in _ANALYSED or name.startswith(_ANALYSED_BEGINNINGS):
            kept[name] = value
        elif isinstance(value, list):
            kept[name] = [item for item in value if _is_term(item)]
        elif _is_term(value):
            kept[name] = value
    return kept


def _is_term(value: Any) -> bool:
    if isinstance(value, dict | list):
        return False
    return not isinstance(value, str) or len(value.encode()) <= LONGEST_TERM
