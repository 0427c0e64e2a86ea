"""Dates as portals write them → gYear, gYearMonth, date or dateTime (XML Schema, part 2).

A date without a time zone is kept without one: the portal did not state it, and a guess
would look like a fact.  An unreadable date is kept as it was.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date as Date
from datetime import timedelta

from hanse_harvesters.normalise.date_readings import (
    DAY_FIRST,
    READERS,
    SHORT_YEAR,
    XSD,
    is_xsd,
)
from hanse_harvesters.normalise.outcome import Finding, Outcome, finding
from hanse_harvesters.normalise.text import is_nothing, without_markup

#: Years that mean "open" or "unknown" (9999-01-01; the minimum date of .NET and Java).
PLACEHOLDER_YEARS = frozenset({"0001", "2999", "9998", "9999"})

# A weekday before a date adds nothing to it; neither do "Stand:" and "am".
_WEEKDAY = re.compile(
    r"(?:(?:mo|di|mi|do|fr|sa|so|mon|tue|wed|thu|fri|sat|sun|tues|thur|thurs)\b\.?"
    r"|(?:montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonnabend|sonntag|monday|tuesday|"
    r"wednesday|thursday|friday|saturday|sunday)\b),?\s*(?:(?:den|dem|the)\s+)?(?=\w)",
    re.IGNORECASE,
)
_LABEL = re.compile(
    r"(?:stand|datum|date (?:changed|created)|date|zuletzt geändert|geändert am|erstellt am"
    r"|aktualisiert|vom|am|as of)(?:\s*:\s*|\s+)(?=\w)",
    re.I,
)


def read(text: str) -> str | None:
    """Return the XML Schema form of a date in any known format, None if it is not a date."""
    for form in _forms(text):
        if is_xsd(form):
            return _next_day(re.sub(r"(?<=^\d{4}-\d\d-\d\d)(?:Z|[+-]\d\d:\d\d)$", "", form))
        for reader in READERS:
            found = reader(form)
            if found is not None:
                return _next_day(found) if is_xsd(found) else None
    return None


def _forms(text: str) -> Iterator[str]:
    """Yield a date as written, and without the words before it."""
    yield text
    bare = _LABEL.sub("", text, count=1) if _LABEL.match(text) else text
    if bare != text:
        yield bare
    if _WEEKDAY.match(bare):
        yield _WEEKDAY.sub("", bare, count=1)


def _next_day(found: str) -> str:
    """Convert ``2019-07-01T24:00:00`` to the next day: many programs refuse hour 24."""
    day, clock, rest = found.partition("T24:00:00")
    if not clock:
        return found
    try:
        return f"{Date.fromisoformat(day) + timedelta(1)}T00:00:00{rest}"
    except OverflowError:
        return found


def date(text: str) -> Outcome[str]:
    """Normalise one date; drop placeholders (``null``, 9999-01-01), keep and report non-dates."""
    came = without_markup(text)
    if is_nothing(came):
        return Outcome(None, (finding("value-placeholder", text),) if came else ())
    found = read(came)
    if found is None:
        looks = any(XSD.fullmatch(form) or any(r(form) for r in READERS) for form in _forms(came))
        return Outcome(came, (finding("date-impossible" if looks else "date-unknown", text),))
    if found[:4] in PLACEHOLDER_YEARS:
        return Outcome(None, (finding("date-placeholder", text),))
    return Outcome(found, _rewritten(came, found))


def _rewritten(came: str, found: str) -> tuple[Finding, ...]:
    """Report how a date was read if it was not in a standard form."""
    if came == found or (is_xsd(came) and "T24:" not in came):
        return ()
    match = DAY_FIRST.fullmatch(came)
    if SHORT_YEAR.fullmatch(came):
        return (finding("date-short-year", came, read=found),)
    ambiguous = match and match["sep"] == "/" and max(int(match["day"]), int(match["month"])) <= 12
    return (finding("date-ambiguous" if ambiguous else "date-format", came, read=found),)
