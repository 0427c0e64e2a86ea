"""Dates as portals write them → gYear, gYearMonth, date or dateTime (XML Schema, part 2).

A date without zone stays without one: the portal did not say it, and a guess
would look like knowledge.  What cannot be read is kept as it came.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from datetime import date as Date
from email.utils import parsedate_to_datetime

from hanse_harvesters.normalise.outcome import Finding, Outcome, finding
from hanse_harvesters.normalise.text import clean, is_nothing

#: Years that stand for "open" or "unknown" (quirk 5: 9999-01-01; .NET's and Java's least date).
PLACEHOLDER_YEARS = frozenset({"0001", "2999", "9998", "9999"})

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "januar jan january jänner", "februar feb february", "märz mär mrz march mar maerz",
            "april apr", "mai may", "juni jun june", "juli jul july", "august aug",
            "september sep sept", "oktober okt october oct", "november nov",
            "dezember dez december dec",
        ),
        start=1,
    )
    for name in names.split()
}  # fmt: skip

_XSD = re.compile(
    r"(?P<year>\d{4})(?:-(?P<month>\d\d)(?:-(?P<day>\d\d)"
    r"(?P<time>T(?P<hour>\d\d):(?P<minute>\d\d):(?P<second>\d\d)(?:\.\d+)?)?)?)?"
    r"(?P<zone>Z|[+-]\d\d:\d\d)?",
    re.ASCII,
)
# 2021-01-28 01:51, 2021-1-8T1:51:03.123 +0100, 2021-01-28 GMT 01:51:03.34919300, 2021/01/28
_LOOSE = re.compile(
    r"(?P<year>\d{4})(?P<sep>[-/.])(?P<month>\d{1,2})(?P=sep)(?P<day>\d{1,2})"
    r"(?:(?:[Tt]|\s+)?(?P<gmt>\s*(?:GMT|UTC)\s*)?(?P<time>\d{1,2}:\d\d(?::\d\d)?(?:[.,]\d+)?)?)?"
    r"\s*(?P<zone>[Zz]|GMT|UTC|[+-]\d\d(?::?\d\d)?)?",
    re.ASCII,
)
_DAY_FIRST = re.compile(
    r"(?P<day>\d{1,2})\s*(?P<sep>[./-])\s*(?P<month>\d{1,2})\s*(?P=sep)\s*(?P<year>\d{4})"
    r"(?:[T,\s]+(?P<time>\d{1,2}:\d\d(?::\d\d)?(?:[.,]\d+)?)(?:\s*Uhr)?)?",
    re.ASCII,
)
_MONTH_YEAR = re.compile(r"(?P<month>\d{1,2})\s*[./]\s*(?P<year>\d{4})", re.ASCII)
_WORDS = re.compile(r"(?:(?P<day>\d{1,2})\.?\s+)?(?P<month>[a-zä]{3,9})\.?,?\s+(?P<year>\d{4})")
_US_WORDS = re.compile(r"(?P<month>[a-z]{3,9})\.?\s+(?P<day>\d{1,2}),?\s+(?P<year>\d{4})")
_COMPACT = re.compile(r"(?P<year>(?:1[6-9]|20)\d\d)(?P<month>\d\d)(?P<day>\d\d)", re.ASCII)
_YEAR_MONTH = re.compile(r"(?P<year>\d{4})[-/](?P<month>\d{1,2})", re.ASCII)
_SHORT_YEAR = re.compile(r"(?P<day>\d{1,2})\.(?P<month>\d{1,2})\.(?P<year>\d\d)", re.ASCII)
_PROGRAM = re.compile(
    r"[A-Z][a-z]{2} (?P<month>[A-Z][a-z]{2}) +(?P<day>\d{1,2}) (?P<time>\d\d:\d\d:\d\d)"
    r"(?: (?P<zone>[A-Z]{3,4}))? (?P<year>\d{4})",
    re.ASCII,
)
_ZONES = {"UTC": "Z", "GMT": "Z", "CET": "+01:00", "MEZ": "+01:00", "CEST": "+02:00"}
_ZONES |= {"MESZ": "+02:00", "EET": "+02:00", "EEST": "+03:00"}
_RANGE = re.compile(r"\s*(?:\s(?:-|–|—|bis|to)\s|–|—|\.\.|/)\s*|(?<=^\d{4})-(?=\d{4}$)")


def is_xsd(text: str) -> bool:
    """True for a gYear, gYearMonth, date or dateTime that the calendar has."""
    match = _XSD.fullmatch(text)
    if not match or (match["zone"] and not match["day"]):
        return False
    return _in_calendar(match) and _on_clock(match)


def _in_calendar(match: re.Match[str]) -> bool:
    try:
        Date(int(match["year"]), int(match["month"] or 1), int(match["day"] or 1))
    except ValueError:
        return False
    return True


def _on_clock(match: re.Match[str]) -> bool:
    if not match["time"]:
        return True
    hour, minute, second = (int(match[part]) for part in ("hour", "minute", "second"))
    return (hour < 24 and minute < 60 and second < 60) or (hour, minute, second) == (24, 0, 0)


def _zone(text: str | None) -> str:
    """``+01``, ``+0100``, ``GMT`` … as XML Schema writes a zone, "" for none."""
    if not text:
        return ""
    if text.strip().upper() in {"Z", "GMT", "UTC"}:
        return "Z"
    digits = text[1:].replace(":", "").ljust(4, "0")
    return f"{text[0]}{digits[:2]}:{digits[2:]}"


def _time(text: str | None) -> str:
    """``1:51`` … as ``T01:51:00``, microseconds at most; "" for none."""
    if not text:
        return ""
    clock, _, fraction = text.replace(",", ".").partition(".")
    hour, minute, second = [*clock.split(":"), "00"][:3]
    fraction = fraction[:6].rstrip("0")
    return f"T{hour:0>2}:{minute}:{second}" + (f".{fraction}" if fraction else "")


def _day(year: str, month: str | int, day: str | int) -> str:
    return f"{year}-{int(month):02d}-{int(day):02d}"


def _loose(text: str) -> str | None:
    match = _LOOSE.fullmatch(text)
    if not match:
        return None
    time = _time(match["time"])
    return _day(match["year"], match["month"], match["day"]) + (
        time + _zone(match["gmt"] or match["zone"]) if time else ""
    )


def _day_first(text: str) -> str | None:
    match = _DAY_FIRST.fullmatch(text)
    if not match:
        return None
    day, month = int(match["day"]), int(match["month"])
    if match["sep"] == "/" and month > 12 >= day:
        day, month = month, day
    return _day(match["year"], month, day) + _time(match["time"])


def _short_year(text: str) -> str | None:
    """``01.02.19``: this century up to next year, the last one beyond."""
    match = _SHORT_YEAR.fullmatch(text)
    if not match:
        return None
    century = 2000 if 2000 + int(match["year"]) <= Date.today().year + 1 else 1900
    return _day(str(century + int(match["year"])), match["month"], match["day"])


def _month_year(text: str) -> str | None:
    match = _MONTH_YEAR.fullmatch(text) or _YEAR_MONTH.fullmatch(text)
    return f"{match['year']}-{int(match['month']):02d}" if match else None


def _in_words(text: str) -> str | None:
    match = _WORDS.fullmatch(text.lower()) or _US_WORDS.fullmatch(text.lower())
    month = _MONTHS.get(match["month"]) if match else None
    if not match or not month:
        return None
    if match["day"]:
        return _day(match["year"], month, match["day"])
    return f"{match['year']}-{month:02d}"


def _compact(text: str) -> str | None:
    match = _COMPACT.fullmatch(text)
    return _day(match["year"], match["month"], match["day"]) if match else None


def _mail_date(text: str) -> str | None:
    """``Thu, 28 Jan 2021 01:51:03 GMT`` (RFC 5322, as HTTP servers send it)."""
    if not re.match(r"[A-Za-z]{3},", text):
        return None
    try:
        return parsedate_to_datetime(text).isoformat().replace("+00:00", "Z")
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def _epoch(text: str) -> str | None:
    """Milliseconds since 1970, as ArcGIS writes times; of the years in which there was a web."""
    if not re.fullmatch(r"[0-9]{12,13}", text):
        return None
    moment = datetime.fromtimestamp(int(text) / 1000, UTC)
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ") if 1990 <= moment.year <= 2100 else None


def _of_program(text: str) -> str | None:
    """``Thu Jan 28 01:51:03 CET 2021``, as programs in Java and C print a time."""
    match = _PROGRAM.fullmatch(text)
    month = _MONTHS.get(match["month"].lower()) if match else None
    if not match or not month:
        return None
    zone = _ZONES.get(match["zone"] or "", "")
    return f"{_day(match['year'], month, match['day'])}T{match['time']}{zone}"


_READERS: tuple[Callable[[str], str | None], ...] = (
    _loose, _day_first, _month_year, _in_words, _compact, _mail_date, _epoch,
    _of_program, _short_year,
)  # fmt: skip


def read(text: str) -> str | None:
    """The XML Schema form of a date in any writing known here, None if it is none."""
    if is_xsd(text):
        return re.sub(r"(?<=^\d{4}-\d\d-\d\d)(?:Z|[+-]\d\d:\d\d)$", "", text)
    for reader in _READERS:
        found = reader(text)
        if found is not None:
            return found if is_xsd(found) else None
    return None


def date(text: str) -> Outcome[str]:
    """One date.  Placeholders (``null``, 9999-01-01) go; what is no date stays and is said."""
    came = " ".join(clean(text).split())
    if is_nothing(came):
        return Outcome(None, (finding("value-placeholder", text),) if came else ())
    found = read(came)
    if found is None:
        looks = _XSD.fullmatch(came) or any(reader(came) for reader in _READERS)
        return Outcome(came, (finding("date-impossible" if looks else "date-unknown", text),))
    if found[:4] in PLACEHOLDER_YEARS:
        return Outcome(None, (finding("date-placeholder", text),))
    return Outcome(found, _rewritten(came, found))


def _rewritten(came: str, found: str) -> tuple[Finding, ...]:
    """Says how a date was read that is not in the form of the standard."""
    if came == found or is_xsd(came):
        return ()
    match = _DAY_FIRST.fullmatch(came)
    if _SHORT_YEAR.fullmatch(came):
        return (finding("date-short-year", came, read=found),)
    ambiguous = match and match["sep"] == "/" and max(int(match["day"]), int(match["month"])) <= 12
    return (finding("date-ambiguous" if ambiguous else "date-format", came, read=found),)


def span(text: str) -> tuple[str, str] | None:
    """``2010-2015``, ``1.1.2010 bis 31.12.2015``, ``2010-01-01/2015-12-31`` → start and end."""
    came = " ".join(clean(text).split())
    if read(came) is not None:
        return None
    parts = _RANGE.split(came)
    if len(parts) != 2:
        return None
    start, end = read(parts[0].strip()), read(parts[1].strip())
    return (start, end) if start and end else None
