"""Frequencies given as a time span: ``P1Y``, ``alle 2 Jahre``, ``365 Tage``."""

from __future__ import annotations

import re
from collections.abc import Iterator

_UNITS = (
    ("H", "stunde hour std h"),
    ("D", "tag day d"),
    ("W", "woche week"),
    ("M", "monat month"),
    ("Y", "jahr year"),
)
_NUMBERS = {"zwei": 2, "drei": 3, "vier": 4, "fünf": 5, "sechs": 6, "zehn": 10, "zwölf": 12}
_SPAN = re.compile(
    r"(?:alle|jede[rns]?|every|ca\.?)?\s*(?P<count>\d{1,3}|[a-zäöüß]{4,5})?[\s-]*"
    r"(?P<unit>stunde|hour|std|tag|day|woche|week|monat|month|jahr|year)(?:e?n?|s|lich|ly)?\.?",
    re.IGNORECASE,
)
#: Spans that equal one of another unit.
_SAME = {"P365D": "P1Y", "P12M": "P1Y", "P7D": "P1W", "P14D": "P2W", "P24H": "P1D", "P30D": "P1M"}


def durations(text: str) -> Iterator[str]:
    """Yield the repeating interval (ISO 8601) of a span, given in ISO 8601 or in words.

    >>> list(durations("alle 2 Jahre"))
    ['R/P2Y']
    """
    text = text.strip()
    if re.fullmatch(r"P[\dTYMWDHS.]+", text):
        yield f"R/{text}"
    match = _SPAN.fullmatch(text)
    if not match:
        return
    count = match["count"] or "1"
    number = int(count) if count.isdigit() else _NUMBERS.get(count.lower())
    unit = next(code for code, names in _UNITS if match["unit"].lower() in names.split())
    if number:
        span = _SAME.get(f"P{number}{unit}", f"P{number}{unit}")
        yield (
            f"R/{span}".replace("R/P", "R/PT")
            if unit == "H" and span.endswith("H")
            else f"R/{span}"
        )
