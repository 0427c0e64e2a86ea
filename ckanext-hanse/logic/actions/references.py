"""Action: what a statement about datasets rests on, as assistants need it."""

from __future__ import annotations

import re
from typing import Any

import ckan.plugins.toolkit as tk
from ckan.types import Context, DataDict

from ckanext.hanse import language
from ckanext.hanse.comparison import published
from ckanext.hanse.logic import fields as f
from ckanext.hanse.logic import schema
from ckanext.hanse.presentation.references import references

__all__ = ["hanse_reference_list"]

#: Datasets of one request.
MOST = 100
#: What an id can be; anything else belongs to no dataset.
_ID = re.compile(r"[\w-]{1,100}")


def _fields() -> schema.Schema:
    return schema.only_language() | {"datasets": [*f.needed(), f.one_or_more, f.storable]}


@tk.side_effect_free
@schema.takes(_fields)
def hanse_reference_list(context: Context, data_dict: DataDict) -> list[dict[str, Any]]:
    """Return address, licence, origin and citation of public datasets.

    ``datasets``: at most 100 ids, a list or one; ``language``: of the texts.  Returns for each that
    is public, in their order: ``id``, ``name``, ``title``, ``address``, ``city`` (``name``,
    ``title``), ``licences`` (``iri``, ``label``, ``open``: None for one that no list has,
    ``address``), ``origin`` (``portal_title``, ``portal_url``, ``page``, ``first_harvested``,
    ``last_confirmed``; {} if it is made here) and ``citation``.
    """
    tk.check_access("hanse_reference_list", context, data_dict)
    ids = [item for item in dict.fromkeys(data_dict["datasets"]) if _ID.fullmatch(item)]
    if len(ids) > MOST:
        message = tk._("At most {most} datasets at once.").format(most=MOST)
        raise tk.ValidationError({"datasets": [message]})
    lang = str(data_dict.get("language") or language.of_page())
    found = published.packages(ids)
    return references([found[id] for id in ids if id in found], lang)
