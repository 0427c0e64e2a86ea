"""Schemas of actions: their parameters, so that nothing else reaches the database.

Every action is decorated with :func:`takes` and receives only the keys that its schema
names.  An invalid value raises a ValidationError that names the field.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

import ckan.plugins.toolkit as tk
from ckan.types import Context, DataDict

from ckanext.hanse.logic import fields as f
from ckanext.hanse.store.pg_text import LARGEST
from hanse_harvesters.texts import CORE

Schema = dict[str, list[Any]]
ActionFunction = Callable[[Context, DataDict], Any]

#: Issues in one response; the downloads have all of them.
MOST_ISSUES = 1000
#: Days for which a token may hold.
MOST_DAYS = 3650
#: Maximum number of records of a preview, and the default.
MOST_PREVIEWED, PREVIEWED = 200, 20


def takes(
    fields: Callable[[], Schema], *, others: bool = False
) -> Callable[[ActionFunction], ActionFunction]:
    """Return a decorator that validates an action's data with the schema ``fields``.

    ``others``: pass keys that are not in the schema too, for the action to refuse by name.
    """

    def decorate(action: ActionFunction) -> ActionFunction:
        @wraps(action)
        def checked(context: dict[str, Any], data_dict: dict[str, Any]) -> Any:
            schema, given = fields(), data_dict or {}
            # Only known keys: navl has special keys ("__junk"), which any client could send.
            named = {key: given[key] for key in schema if key in given}
            found, errors = tk.navl_validate(named, schema, context)
            beside = {key: value for key, value in given.items() if key not in schema}
            if others:
                errors |= f.unstorable(beside)
                found |= beside
            if errors:
                raise tk.ValidationError(errors)
            return action(context, found)

        checked.hanse_fields = fields  # type: ignore[attr-defined]
        return checked

    return decorate


# --- Parameters of the actions ------------------------------------------------------------------


def nothing() -> Schema:
    """Return the schema of an action without parameters."""
    return {}


def only_language() -> Schema:
    """Return the schema with only the language of the texts."""
    return {"language": _language_of_answer()}


def only_id() -> Schema:
    """Return the schema with only a name or id."""
    return {"id": [*f.needed(), f.named]}


def of_id() -> Schema:
    """Return the schema for one object by name, id or number, with a language."""
    return only_id() | only_language()


def rows_of_id() -> Schema:
    """Return the schema for a part of a list that belongs to one object."""
    return of_id() | f.part()


def city_datasets() -> Schema:
    """Return the schema for a part of a city's datasets."""
    return (
        only_id()
        | f.part()
        | {
            "show": [*f.optional(), f.one_of(("own", "harvested", "hidden"))],
            "q": f.words(),
        }
    )


def city_findings() -> Schema:
    """Return the schema for a part of a city's datasets that break a rule."""
    return only_id() | f.part() | {"rule": [*f.needed(), f.named], "field": f.words()}


def alerts() -> Schema:
    """Return the schema for a source and its alerts."""
    return only_id() | {"alerts": [tk.get_validator("not_missing"), f.mapping, f.storable]}


def harvest() -> Schema:
    """Return the schema for a synchronous run."""
    limit = [*f.optional(), f.number(0, LARGEST)]
    return of_id() | {"dry_run": f.flag(False), "limit": limit}


def preview() -> Schema:
    """Return the schema for a run that writes nothing."""
    limit = [f.default(PREVIEWED), f.number(1, MOST_PREVIEWED)]
    return of_id() | {"limit": limit}


def asked() -> Schema:
    """Return the schema for a background check or, with a limit or a list, preview."""
    return looked_at() | {
        "limit": [f.default(0), f.number(0, MOST_PREVIEWED)],
        "upload": [*f.optional(), f.named],
        "detect": f.flag(False),
    }


def uploaded() -> Schema:
    """Return the schema for a list to upload, for a source or for one that is planned."""
    return {
        "id": [*f.optional(), f.named],
        "organization": [*f.optional(), f.named],
        "upload": [tk.get_validator("ignore_missing")],
        "lang": _language_of_answer(),
    }


def list_of_source() -> Schema:
    """Return the schema for a source and one of its uploaded lists."""
    return only_id() | {"upload": [*f.needed(), f.named], "lang": _language_of_answer()}


def list_name() -> Schema:
    """Return the schema for an uploaded list."""
    return {"name": [*f.needed(), f.named]}


def push_begin() -> Schema:
    """Return the schema for the beginning of a push."""
    protocol = [*f.needed(), f.number(0, LARGEST)]
    return shown_in() | {"protocol": protocol, "table": f.text(), "version": f.text()}


def push_named() -> Schema:
    """Return the schema for a push that was begun."""
    return shown_in() | {"push": [*f.needed(), f.named]}


def push_part() -> Schema:
    """Return the schema for a part of a push."""
    number = [*f.needed(), f.number(-1, LARGEST)]  # a part below 0 is refused, not taken as 0
    return push_named() | {"number": number, "upload": [*f.optional(), f.file]}


def push_complete() -> Schema:
    """Return the schema for the end of a push."""
    records = [*f.needed(), f.number(0, LARGEST)]
    return push_named() | {"records": records, "incomplete": f.text()}


def push_token() -> Schema:
    """Return the schema for a new token."""
    return shown_in() | {"title": f.text(), "days": [f.default(365), f.number(0, MOST_DAYS)]}


def push_token_named() -> Schema:
    """Return the schema for a token of a source."""
    return shown_in() | {"number": [*f.needed(), f.number(0, LARGEST)]}


def shown_in() -> Schema:
    """Return the schema for one object by its id; ``lang``: of the response's texts."""
    return only_id() | {"lang": _language_of_answer()}


def corrections() -> Schema:
    """Return the schema for listing a dataset's corrections."""
    return of_id() | {"history": f.flag(False)}


def correction() -> Schema:
    """Return the schema for a field of a dataset and its value, validated by the field's kind."""
    field = [*f.needed(), f.named]
    return of_id() | {"field": field, "value": [f.given, f.storable], "reason": f.text()}


def reasoned() -> Schema:
    """Return the schema for a change of a dataset, with its reason."""
    return of_id() | {"reason": f.text()}


def confirmed() -> Schema:
    """Return the schema for a change of a dataset that must be confirmed."""
    return of_id() | {"confirm": f.flag(False)}


def links() -> Schema:
    """Return the schema for a part of the pairs of datasets."""
    return only_language() | f.part() | {"source": f.words(), "verdict": f.words()}


def link_groups() -> Schema:
    """Return the schema for all the pairs of datasets, by source."""
    return only_language() | {"source": f.words(), "verdict": f.words()}


def link_decision() -> Schema:
    """Return the schema for a pair, by number or by datasets, and the verdict."""
    return only_language() | {
        "id": [*f.optional(), f.named],
        "datasets": [*f.optional(), f.listed, f.storable],
        "verdict": [*f.needed(), f.named],
        "reason": f.text(),
    }


def link_decisions() -> Schema:
    """Return the schema for the verdict on the pairs of two sources."""
    return {
        "sources": [*f.needed(), f.listed, f.storable],
        "of": f.words(),
        "rule": f.words(),
        "verdict": [*f.needed(), f.named],
        "reason": f.text(),
    }


def withdrawals() -> Schema:
    """Return the schema for records of a source whose withdrawal is approved."""
    return only_id() | {"records": [*f.optional(), f.records], "now": f.flag(False)}


def restored() -> Schema:
    """Return the schema for records of a source to restore."""
    return only_id() | {"records": [tk.get_validator("not_missing"), f.records]}


def removal() -> Schema:
    """Return the schema for a source to remove, and what happens to its datasets."""
    return only_id() | {
        "confirm": f.text(), "datasets": f.words(), "to": f.text(), "lang": _language_of_answer(),
    }  # fmt: skip


def source_issues() -> Schema:
    """Return the schema for a part of the issues of a source."""
    limit = [f.default(f.ROWS * 5), f.number(0, MOST_ISSUES)]
    words = {name: f.words() for name in ("rule", "severity", "field", "q")}
    return rows_of_id() | {"limit": limit} | words


def source() -> Schema:
    """Return a source's fields; ``language`` is that of its texts, ``lang`` of the response."""
    texts = ("title", "kind", "url", "portal", "schedule", "timezone", "language", "note")
    return {
        **{name: f.text() for name in texts},
        "modified_is_file_time": f.flag(),
        "deliver": f.flag(),
        "options": [*f.optional(), f.mapping, f.storable],
        "lang": _language_of_answer(),
    }


def new_source() -> Schema:
    """Return the schema for a source to create."""
    return source() | {"organization": [*f.needed(), f.named], "name": f.text()}


def changed_source() -> Schema:
    """Return the schema for an existing source and its changes."""
    return source() | only_id()


def looked_at() -> Schema:
    """Return the schema for an existing source, or the values of a planned one."""
    return source() | {
        "id": [*f.optional(), f.named],
        "organization": [*f.optional(), f.named],
        "name": f.text(),
    }


def _language_of_answer() -> list[Any]:
    return [*f.optional(), f.one_of(CORE.languages())]
