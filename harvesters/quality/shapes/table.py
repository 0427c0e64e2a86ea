"""Places in a dataset dict and the properties of the table at them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from hanse_harvesters.mapping.namespaces import canonical
from hanse_harvesters.mapping.property_names import names_of
from hanse_schemas.table import Class, Property, classes

_STEP = re.compile(r"([^.\[\]]+)(?:\[\d+\])?")


@dataclass(frozen=True, slots=True)
class Place:
    """A property at a place of a dataset.

    ``path``   of the object that has the property: "" for the dataset, ``resources[2]``.
    ``cls``    the object's class, None for a place that the table does not know.
    ``prop``   None if the class has no such property.
    ``field``  path of the property's field, as issues name it; that of the object without one.
    """

    path: str
    cls: Class | None
    prop: Property | None
    field: str


@lru_cache(maxsize=8192)
def property_of(path: str, predicate: str) -> Place:
    """Return the place of a predicate (full IRI) of the object at ``path``."""
    cls: Class | None = classes()["dataset"]
    parent, outer = "", {}
    for match in _STEP.finditer(path):
        prop = _by_field(cls, match[1]) if cls else None
        cls = classes()[prop.of] if prop and prop.kind == "object" else None
        parent, outer = path[: match.start()], dict(prop.flatten) if prop else {}
    prop = _by_term(cls, predicate) if cls else None
    if prop is None and not path:  # the catalogue itself is judged at the same place
        prop = _by_term(classes()["catalog"], predicate)
        cls = classes()["catalog"] if prop else cls
    if prop is None:
        return Place(path, cls, None, path)
    if prop.field in outer:  # flat in the dict: the nested object has no place of its own
        return Place(path, cls, prop, parent + outer[prop.field])
    return Place(path, cls, prop, f"{path}.{prop.field}" if path else prop.field)


def _by_field(cls: Class, field: str) -> Property | None:
    return next((prop for prop in cls.properties if prop.field == field), None)


def _by_term(cls: Class, term: str) -> Property | None:
    """Return the property with this IRI: one that is written, else read, else of this old name."""
    known = [prop for prop in cls.properties if not prop.more_of]
    same = [prop for prop in known if prop.term == term]
    same = same or [prop for prop in known if canonical(term) in names_of(prop)]
    return next((prop for prop in same if prop.write), same[0] if same else None)
