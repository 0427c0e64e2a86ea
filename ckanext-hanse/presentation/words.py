"""Values as text in a language: codes, dates, sizes, durations."""

from __future__ import annotations

import re
from datetime import date, datetime

from babel.dates import format_date, format_datetime
from babel.numbers import format_decimal
from babel.units import format_unit

from ckanext.hanse.language import texts_in
from hanse_schemas.vocabulary import Concept, vocabulary

_YEAR = re.compile(r"^\d{4}$")
_YEAR_MONTH = re.compile(r"^\d{4}-\d{2}$")
_DURATION = re.compile(
    r"^P(?:(?P<year>\d+)Y)?(?:(?P<month>\d+)M)?(?:(?P<week>\d+)W)?(?:(?P<day>\d+)D)?"
    r"(?:T(?:(?P<hour>\d+)H)?(?:(?P<minute>\d+)M)?(?:(?P<second>\d+(?:\.\d+)?)S)?)?$"
)


def concept(name: str, value: object) -> Concept | None:
    """Return the entry of vocabulary ``name`` that ``value`` means; None if either is unknown."""
    if not name or not isinstance(value, str) or not value:
        return None
    try:
        return vocabulary(name).find(value)
    except FileNotFoundError:
        return None


def label(name: str, value: object, language: str) -> str:
    """Return the label of ``value``; unchanged if the vocabulary does not have it."""
    found = concept(name, value)
    return found.label(language) if found else str(value)


def day(value: object, language: str, width: str = "long") -> str:
    """Format a gYear, gYearMonth, date or dateTime; anything else is returned unchanged.

    The time of day is left out, as a catalogue's reader needs only the day.
    """
    if isinstance(value, datetime):
        return str(format_date(value.date(), width, locale=language))
    text = str(value or "").strip()
    if _YEAR.match(text):
        return text
    try:
        if _YEAR_MONTH.match(text):
            first = date.fromisoformat(f"{text}-01")
            return str(format_date(first, "MMMM yyyy", locale=language))
        return str(format_date(date.fromisoformat(text[:10]), width, locale=language))
    except ValueError:
        return text


def moment(value: object, language: str) -> str:
    """Format a point in time with hours and minutes, without conversion (UTC in our records)."""
    text = str(value or "").strip()
    try:
        parsed = datetime.fromisoformat(text.replace("Z", "+00:00"))
    except ValueError:
        return text
    # Date format symbols of Babel: https://babel.pocoo.org/en/latest/dates.html#date-fields
    shape = texts_in(language).pgettext("shape of date and time", "MMM d, y, h:mm:ss\u202fa")
    return str(format_datetime(parsed, shape, locale=language))


def size(value: object, language: str) -> str:
    """Format a number of bytes: 1536 → "1,5 KB"; empty if it is not a number."""
    try:
        amount = float(str(value))
    except ValueError:
        return ""
    for unit in ("Bytes", "KB", "MB", "GB"):
        if amount < 1000 or unit == "GB":
            pattern = "#,##0.#" if unit != "Bytes" and amount < 100 else "#,##0"
            return f"{format_decimal(amount, pattern, locale=language)} {unit}"
        amount /= 1000
    return ""


def number(value: object, language: str) -> str:
    """Format a number with the language's separators; anything else is returned unchanged."""
    try:
        return str(format_decimal(str(value), locale=language))
    except (ValueError, ArithmeticError):
        return str(value)


def duration(value: object, language: str) -> str:
    """Format an xsd:duration: "P1Y6M" → "1 Jahr, 6 Monate"; else return it unchanged."""
    match = _DURATION.match(str(value))
    if not match:
        return str(value)
    parts = [
        format_unit(float(amount) if "." in amount else int(amount), f"duration-{unit}",
                    length="long", locale=language)
        for unit, amount in match.groupdict().items()
        if amount
    ]  # fmt: skip
    return ", ".join(parts) or str(value)


def period(start: object, end: object, language: str) -> str:
    """Format a period; an open end is stated."""
    first, last = (day(item, language) if item else "" for item in (start, end))
    if first and last:
        return first if first == last else f"{first} – {last}"
    if first:
        return texts_in(language).gettext("since {day}", day=first)
    return texts_in(language).gettext("until {day}", day=last) if last else ""
