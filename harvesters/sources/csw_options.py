"""The options of a catalogue service: what is asked for, and which records are the city's."""

from __future__ import annotations

from dataclasses import dataclass

from hanse_harvesters.errors import ConfigError

#: West, south, east, north in degrees.
Box = tuple[float, float, float, float]

METHODS = ("", "GET", "POST")


@dataclass(frozen=True, slots=True)
class Options:
    """The filter that the service evaluates, the test of what it sends, and how it is asked.

    Filter: several values of one option are joined by OR, the options by AND; ``*`` in a value
    stands for any characters.

    ``organizations``  names of the organisation that is the contact of the data.
    ``anytext``        words anywhere in the record.
    ``subjects``       keywords.
    ``types``          dataset, series, nonGeographicDataset; services always come along.
    ``bbox``           "west, south, east, north" in degrees; the record's box overlaps it.
    ``modified``       only records changed since this day (2024-12-31).

    Test (a record is kept if one holds; no value at all: every record is):

    ``city_organizations``  name of an organisation of any role; else ``organizations`` are taken.
    ``city_keys``           regional keys (12 or 8 digits).
    ``city_names``          names of the place.
    ``city_box``            "west, south, east, north"; ``city_share`` per cent of a box lie in it.

    ``rows``       records per page; 0 for 100, and more while the service is fast.
    ``max_pages``  at this number the walk ends as incomplete.
    ``method``     GET or POST; "" as the capabilities offer it.
    """

    organizations: tuple[str, ...] = ()
    anytext: tuple[str, ...] = ()
    subjects: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    bbox: str = ""
    modified: str = ""
    city_organizations: tuple[str, ...] = ()
    city_keys: tuple[str, ...] = ()
    city_names: tuple[str, ...] = ()
    city_box: str = ""
    city_share: int = 90
    rows: int = 0
    max_pages: int = 10_000
    method: str = ""

    def __post_init__(self) -> None:
        for name in ("bbox", "city_box"):
            box(getattr(self, name), name)
        if self.method.upper() not in METHODS:
            raise ConfigError("csw-method", where="method", value=self.method)
        if not 0 < self.city_share <= 100:
            key = "city_share"
            raise ConfigError("csw-share", where=key, value=self.city_share)


def box(text: str, name: str = "bbox") -> Box | None:
    """Return the box that an option describes, None for none; raise ConfigError if invalid."""
    if not text.strip():
        return None
    wrong = ConfigError("csw-box", where=name, value=text)
    try:
        west, south, east, north = map(float, text.replace(",", " ").replace(";", " ").split())
    except ValueError:
        raise wrong from None
    if not (-180 <= west < east <= 180 and -90 <= south < north <= 90):
        raise wrong
    return west, south, east, north
