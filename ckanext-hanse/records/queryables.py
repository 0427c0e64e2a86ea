"""What records can be filtered and sorted by, and the Solr fields behind it.

A queryable is a parameter of the same name (OGC API – Features, part 3, "Queryables as Query
Parameters"); of several values, separated by commas, any may fit.  Does not depend on CKAN.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from ckanext.hanse.records.problem import Problem
from ckanext.hanse.search import parameters
from hanse_harvesters.german.letters import fold
from hanse_schemas.vocabulary import vocabulary

_FLAGS = {"true": "true", "false": "false", "yes": "true", "no": "false"}
_YEAR = re.compile(r"\d{4}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Queryable:
    """A property to filter by: its name, its Solr field, and its values.

    ``kind``     ``text``, ``folded`` (case and accents do not count), ``flag`` or ``year``.
    ``choices``  the only values there are; none if there may be any.
    """

    name: str
    field: str
    kind: str = "text"
    choices: tuple[str, ...] = ()

    @property
    def schema(self) -> dict[str, Any]:
        """The JSON schema of a value."""
        if self.kind == "flag":
            return {"type": "boolean"}
        if self.kind == "year":
            return {"type": "string", "pattern": r"^\d{4}$"}
        return {"type": "string", **({"enum": list(self.choices)} if self.choices else {})}

    @property
    def _stored(self) -> set[str]:
        return {parameters.stored_value(self.field, choice) for choice in self.choices}

    def stored(self, value: str) -> str:
        """Return the value that Solr has for ``value``; raise Problem if it cannot be one."""
        if self.kind == "folded":
            return fold(value).strip()
        if self.kind == "flag":
            if value.lower() not in _FLAGS:
                raise Problem("flag", name=self.name, value=value)
            return _FLAGS[value.lower()]
        if self.kind == "year" and not _YEAR.fullmatch(value):
            raise Problem("year", name=self.name, value=value)
        found = parameters.stored_value(self.field, value)
        if self.choices and found not in self._stored:
            raise Problem("choice", name=self.name, value=value, known=", ".join(self.choices))
        return found


_THEMES = tuple(concept.code for concept in vocabulary("data-themes"))
_GROUPS = ("table", "map", "service", "document", "data", "image")

QUERYABLES: dict[str, Queryable] = {
    item.name: item
    for item in (
        Queryable("title", "title_string", "folded"),
        Queryable("keywords", "tags"),
        Queryable("themes", "hanse_theme", choices=_THEMES),
        Queryable("formats", "res_format"),
        Queryable("license", "hanse_licence"),
        Queryable("resourceLanguages", "hanse_language"),
        Queryable("organization", "organization"),
        Queryable("kind", "hanse_group", choices=_GROUPS),
        Queryable("open", "hanse_open", "flag"),
        Queryable("api", "hanse_api", "flag"),
        Queryable("hvd", "hanse_hvd", choices=("declared", "offered")),
        Queryable("model", "hanse_model"),
        Queryable("year", "hanse_year", "year"),
    )
}

SORTABLES: dict[str, tuple[str, dict[str, Any]]] = {
    "id": ("id", {"type": "string"}),
    "title": ("title_string", {"type": "string"}),
    "created": ("metadata_created", {"type": "string", "format": "date-time"}),
    "updated": ("metadata_modified", {"type": "string", "format": "date-time"}),
    "modified": ("hanse_changed", {"type": "string", "format": "date-time"}),
    "quality": ("hanse_points", {"type": "number"}),
    "relevance": ("score", {"type": "number"}),
}
"""Name → Solr field and JSON schema."""


def order(wanted: Iterable[str]) -> list[str]:
    """Return ``sortby`` as Solr's order; raise Problem for what records cannot be sorted by.

    >>> order(["-updated", "title"])
    ['metadata_modified desc', 'title_string asc']
    """
    found: dict[str, str] = {}
    for text in wanted:
        name = text.strip().removeprefix("+")
        backwards = name.startswith("-")
        name = name.removeprefix("-")
        if name not in SORTABLES:
            raise Problem("sortby", value=text, known=", ".join(SORTABLES))
        found.setdefault(SORTABLES[name][0], "desc" if backwards else "asc")
    return [f"{field} {direction}" for field, direction in found.items()]
