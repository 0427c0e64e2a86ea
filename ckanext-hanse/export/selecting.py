"""The parameters of a catalogue's address: which datasets it hands on.

``/catalog.ttl?organization=rostock&theme=TRAN&licence=cc-zero&hvd=yes&changed=2026-01-31``.
Unlike in a search, what is not understood is an error: a harvester would take too much for little.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from ckanext.hanse.export.changes import since
from ckanext.hanse.export.cities import City
from ckanext.hanse.export.selection import ANY, Selection
from ckanext.hanse.search.parameters import stored_value
from hanse_harvesters.quality.hvd import main_categories, top_categories
from hanse_schemas.vocabulary import vocabulary

#: Parameters that select, in the order in which addresses have them.
NAMES = ("organization", "theme", "licence", "hvd", "changed", "withheld")
_FIELDS = {"theme": "hanse_theme", "licence": "hanse_licence"}
_YES = ("yes", "1", "true", "declared")
_MOST = 50


class BadParameter(ValueError):
    """Raised for a value that is not understood; ``code`` names the remedy."""

    def __init__(self, name: str, value: str, code: str) -> None:
        super().__init__(f"{name}={value}")
        self.name, self.value, self.code = name, value, code


@dataclass(frozen=True, slots=True)
class Asked:
    """``query`` holds the same parameters for addresses, each value once, in a fixed order."""

    selection: Selection = field(default_factory=Selection)
    query: tuple[tuple[str, str], ...] = ()


def read(arguments: Iterable[tuple[str, str]], cities: Mapping[str, City], now: datetime) -> Asked:
    """Read the parameters of an address; :class:`BadParameter` for what is not understood.

    ``cities``  by id.  ``now``  with a time zone: nothing changed later than that.
    """
    given: dict[str, list[str]] = {name: [] for name in NAMES}
    for name, value in arguments:
        if name in given and (value := value.strip()) and value not in given[name]:
            given[name].append(value)
            if len(given[name]) > _MOST:
                raise BadParameter(name, value, "many")
    selection = Selection(
        organizations=tuple(_city(value, cities) for value in given["organization"]),
        themes=tuple(_concept("theme", value) for value in given["theme"]),
        licences=tuple(_concept("licence", value) for value in given["licence"]),
        hvd=_categories(given["hvd"]),
        since=_since(given["changed"], now),
        withheld=_flag("withheld", given["withheld"]),
    )
    return Asked(selection, tuple((name, value) for name in NAMES for value in given[name]))


def _city(value: str, cities: Mapping[str, City]) -> str:
    for city in cities.values():
        if value in (city.id, city.name):
            return city.id
    raise BadParameter("organization", value, "city")


def _concept(name: str, value: str) -> str:
    found = stored_value(_FIELDS[name], value)
    is_iri = value.startswith(("http://", "https://")) and value.isprintable()
    if found == value and not is_iri:
        raise BadParameter(name, value, name)
    return found


def _categories(values: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(_category(value) for value in values))


def _category(value: str) -> str:
    if value in _YES:
        return ANY
    concept = vocabulary("hvd-categories").find(value)
    codes = top_categories([concept.iri]) if concept else ()
    if codes:
        return codes[0]
    if value in main_categories():
        return value
    raise BadParameter("hvd", value, "hvd")


def _since(values: Sequence[str], now: datetime) -> datetime | None:
    if not values:
        return None
    if len(values) > 1:
        raise BadParameter("changed", values[1], "one")
    try:
        found = since.time(values[0])
    except ValueError:
        raise BadParameter("changed", values[0], "time") from None
    if found > now:
        raise BadParameter("changed", values[0], "future")
    return found


def _flag(name: str, values: Sequence[str]) -> bool:
    if values and values[0] not in ("yes", "1", "true", "no", "0", "false"):
        raise BadParameter(name, values[0], "flag")
    return bool(values) and values[0] in ("yes", "1", "true")
