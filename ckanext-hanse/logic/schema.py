"""Schemas of actions: what each may be given, so that nothing else reaches the database.

Every action of ours is decorated with :func:`takes`; what its schema does not name it never
sees.  A value that does not fit is a ValidationError that names the field.
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

#: Issues that one answer may hold; all of them are had by the downloads.
MOST_ISSUES = 1000
#: Records a preview may look at, and by default.
MOST_PREVIEWED, PREVIEWED = 200, 20


def takes(
    fields: Callable[[], Schema], *, others: bool = False
) -> Callable[[ActionFunction], ActionFunction]:
    """An action that is given what the schema ``fields`` makes of its data.

    ``others``: what the schema does not name is given too, for the action to refuse by name.
    """

    def decorate(action: ActionFunction) -> ActionFunction:
        @wraps(action)
        def checked(context: dict[str, Any], data_dict: dict[str, Any]) -> Any:
            schema, given = fields(), data_dict or {}
            # Only what is named: navl has keys of its own ("__junk"), which anybody might send.
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


# --- What actions take --------------------------------------------------------------------------


def nothing() -> Schema:
    """An action that is given nothing."""
    return {}


def only_language() -> Schema:
    """An action that is given the language of its words."""
    return {"language": _language_of_answer()}


def only_id() -> Schema:
    """An action that is given a name or id."""
    return {"id": [*f.needed(), f.named]}


def of_id() -> Schema:
    """One thing, by its name, id or number, in a language."""
    return only_id() | only_language()


def rows_of_id() -> Schema:
    """A part of what belongs to one thing."""
    return of_id() | f.part()


def city_datasets() -> Schema:
    """A part of the datasets of a city."""
    return (
        only_id()
        | f.part()
        | {
            "show": [*f.optional(), f.one_of(("own", "harvested", "hidden"))],
            "q": f.words(),
        }
    )


def city_findings() -> Schema:
    """A part of the datasets of a city that break a rule."""
    return only_id() | f.part() | {"rule": [*f.needed(), f.named], "field": f.words()}


def alerts() -> Schema:
    """A source and who is told of it."""
    return only_id() | {"alerts": [tk.get_validator("not_missing"), f.mapping, f.storable]}


def harvest() -> Schema:
    """A run that is waited for."""
    limit = [*f.optional(), f.number(0, LARGEST)]
    return of_id() | {"dry_run": f.flag(False), "limit": limit}


def preview() -> Schema:
    """A run that writes nothing."""
    limit = [f.default(PREVIEWED), f.number(1, MOST_PREVIEWED)]
    return of_id() | {"limit": limit}


def asked() -> Schema:
    """A check, or with a limit a preview, that a worker does."""
    return looked_at() | {"limit": [f.default(0), f.number(0, MOST_PREVIEWED)]}


def shown_in() -> Schema:
    """One thing by its id; ``lang``: of the answer's words."""
    return only_id() | {"lang": _language_of_answer()}


def corrections() -> Schema:
    """A dataset whose corrections are listed."""
    return of_id() | {"history": f.flag(False)}


def correction() -> Schema:
    """A field of a dataset and its value; the field's own kind decides what that may be."""
    field = [*f.needed(), f.named]
    return of_id() | {"field": field, "value": [f.given, f.storable], "reason": f.text()}


def reasoned() -> Schema:
    """Something done to a dataset, and why."""
    return of_id() | {"reason": f.text()}


def confirmed() -> Schema:
    """Something done to a dataset that has to be agreed to."""
    return of_id() | {"confirm": f.flag(False)}


def links() -> Schema:
    """A part of the pairs of datasets."""
    return only_language() | f.part() | {"source": f.words(), "verdict": f.words()}


def link_groups() -> Schema:
    """All the pairs of datasets, by their sources."""
    return only_language() | {"source": f.words(), "verdict": f.words()}


def link_decision() -> Schema:
    """A pair, by number or by its datasets, and what is said of it."""
    return only_language() | {
        "id": [*f.optional(), f.named],
        "datasets": [*f.optional(), f.listed, f.storable],
        "verdict": [*f.needed(), f.named],
        "reason": f.text(),
    }


def link_decisions() -> Schema:
    """What is said of the pairs of two sources."""
    return {
        "sources": [*f.needed(), f.listed, f.storable],
        "of": f.words(),
        "rule": f.words(),
        "verdict": [*f.needed(), f.named],
        "reason": f.text(),
    }


def withdrawals() -> Schema:
    """Records of a source that are let go."""
    return only_id() | {"records": [*f.optional(), f.records], "now": f.flag(False)}


def restored() -> Schema:
    """Records of a source that are brought back."""
    return only_id() | {"records": [tk.get_validator("not_missing"), f.records]}


def removal() -> Schema:
    """A source to be removed, and what becomes of its datasets."""
    return only_id() | {
        "confirm": f.text(), "datasets": f.words(), "to": f.text(), "lang": _language_of_answer(),
    }  # fmt: skip


def source_issues() -> Schema:
    """A part of the issues of a source."""
    limit = [f.default(f.ROWS * 5), f.number(0, MOST_ISSUES)]
    words = {name: f.words() for name in ("rule", "severity", "field", "q")}
    return rows_of_id() | {"limit": limit} | words


def source() -> Schema:
    """What is said of a source; ``language`` is of its texts, ``lang`` of the answer's words."""
    texts = ("title", "kind", "url", "portal", "schedule", "timezone", "language", "note")
    return {
        **{name: f.text() for name in texts},
        "modified_is_file_time": f.flag(),
        "options": [*f.optional(), f.mapping, f.storable],
        "lang": _language_of_answer(),
    }


def new_source() -> Schema:
    """A source to be made."""
    return source() | {"organization": [*f.needed(), f.named], "name": f.text()}


def changed_source() -> Schema:
    """A source there is, and what changes."""
    return source() | only_id()


def looked_at() -> Schema:
    """A source there is, or what is said of one that is only thought of."""
    return source() | {
        "id": [*f.optional(), f.named],
        "organization": [*f.optional(), f.named],
        "name": f.text(),
    }


def _language_of_answer() -> list[Any]:
    return [*f.optional(), f.one_of(CORE.languages())]
