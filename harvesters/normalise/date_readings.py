"""Parsers for date formats, one function each: text → the form of XML Schema.

Each returns None for another format, and an invalid date for a date-like text that is none.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from datetime import date as Date
from email.utils import parsedate_to_datetime

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "januar jan january jänner jaenner januari styczeń stycznia",
            "februar feb february feber februari luty lutego",
            "märz mär mrz march mar maerz mars marts maart marzec marca",
            "april apr kwiecień kwietnia", "mai may maj mei maja",
            "juni jun june czerwiec czerwca", "juli jul july lipiec lipca",
            "august aug augusti augustus sierpień sierpnia",
            "september sep sept wrzesień września",
            "oktober okt october oct październik października",
            "november nov listopad listopada", "dezember dez december dec grudzień grudnia",
        ),
        start=1,
    )
    for name in names.split()
}  # fmt: skip

XSD = re.compile(
    r"(?P<year>\d{4})(?:-(?P<month>\d\d)(?:-(?P<day>\d\d)"
    r"(?P<time>T(?P<hour>\d\d):(?P<minute>\d\d):(?P<second>\d\d)(?:\.\d+)?)?)?)?"
    r"(?P<zone>Z|[+-]\d\d:\d\d)?",
    re.ASCII,
)
# 2021-01-28 01:51, 2021-1-8T1:51:03.123 +0100, 2021-01-28 GMT 01:51:03.34919300, 2021/01/28
_LOOSE = re.compile(
    r"(?P<year>\d{4})(?P<sep>[-/.])(?P<month>\d{1,2})(?P=sep)(?P<day>\d{1,2})"
    r"(?:(?:[Tt]|\s+)?(?P<gmt>\s*(?:GMT|UTC)\s*)?(?P<time>\d{1,2}:\d\d(?::\d\d)?(?:[.,]\d+)?)?)?"
    r"\s*(?P<zone>[Zz]|GMT|UTC|MESZ|MEZ|CEST|CET|[+-]\d\d(?::?\d\d)?)?",
    re.ASCII,
)
# A time of day after a date: 12:00, 12:00:03, 12.00 Uhr, 12 Uhr, 12:00 PM.
_CLOCK = (
    r"(?:(?:[T,;\s]+(?:um\s+|at\s+)?)(?P<time>\d{1,2}(?::\d\d(?::\d\d)?(?:[.,]\d+)?"
    r"|[.]\d\d(?=\s*Uhr)|(?=\s*Uhr)|(?=\s*[AaPp]\.?[Mm])))(?:\s*Uhr)?(?:\s*(?P<half>[AaPp])\.?[Mm]\.?)?"
    r"\s*(?P<zone>[Zz]|GMT|UTC|MESZ|MEZ|CEST|CET|[+-]\d\d:?\d\d)?)?"
)
DAY_FIRST = re.compile(
    r"(?P<day>\d{1,2})\s*(?P<sep>[./-])\s*(?P<month>\d{1,2})\s*(?P=sep)\s*(?P<year>\d{4})"
    r"(?:\s+-(?=\s+\d))?" + _CLOCK,
    re.ASCII | re.IGNORECASE,
)
_MONTH_YEAR = re.compile(r"(?P<month>\d{1,2})\s*[./]\s*(?P<year>\d{4})", re.ASCII)
_NAME = r"(?P<month>[^\W\d_]{3,12})"
_WORDS = re.compile(
    rf"(?:(?P<day>\d{{1,2}})(?:\.|st|nd|rd|th)?[\s-]*)?{_NAME}[.,]?[\s-]*(?P<year>\d{{4}}){_CLOCK}",
    re.IGNORECASE,
)
_US_WORDS = re.compile(
    rf"{_NAME}\.?\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<year>\d{{4}}){_CLOCK}",
    re.IGNORECASE,
)
_COMPACT = re.compile(
    r"(?P<year>(?:1[6-9]|20)\d\d)(?P<month>\d\d)(?P<day>\d\d)"
    r"(?:T?(?P<hour>\d\d)(?P<minute>\d\d)(?P<second>\d\d)?(?:[.,]\d+)?"
    r"(?P<zone>Z|[+-]\d\d(?::?\d\d)?)?)?",
    re.ASCII,
)
_WEEK = re.compile(r"(?P<year>\d{4})-?W(?P<week>\d\d)(?:-?(?P<day>[1-7]))?", re.ASCII)
_ORDINAL = re.compile(r"(?P<year>(?:19|20)\d\d)-(?P<day>[0-3]\d\d)", re.ASCII)
_IN_SCRIPT = re.compile(r"/?Date\((?P<number>-?\d{9,14})(?:[+-]\d{4})?\)/?")
_YEAR_MONTH = re.compile(r"(?P<year>\d{4})[-/](?P<month>\d{1,2})", re.ASCII)
# Wed, 05/08/2013 - 12:00: Drupal's date, in the order of the site's country.
_DRUPAL = re.compile(
    r"(?P<weekday>[^\W\d_]{2,10})\.?,?\s+(?P<a>\d\d)/(?P<b>\d\d)/(?P<year>\d{4})"
    r"(?:\s+-\s+(?P<time>\d\d:\d\d(?::\d\d)?))?"
)
#: How weekdays begin in German, English, French, Spanish and Dutch, Monday first.
_WEEKDAYS = (
    "mo|lun|maa|ma$", "di(?!m)|tu|mar", "mi|we|mer|wo", "do(?!m)|th|jeu|jue", "fr|ven|vie|vr",
    "sa|sá|za", "so|su|dim|dom|zo",
)  # fmt: skip
SHORT_YEAR = re.compile(r"(?P<day>\d{1,2})\.(?P<month>\d{1,2})\.(?P<year>\d\d)", re.ASCII)
_PROGRAM = re.compile(
    r"[A-Z][a-z]{2} (?P<month>[A-Z][a-z]{2}) +(?P<day>\d{1,2}) (?P<time>\d\d:\d\d:\d\d)"
    r"(?: (?P<zone>[A-Z]{3,4}))? (?P<year>\d{4})",
    re.ASCII,
)
_ZONES = {"Z": "Z", "UTC": "Z", "GMT": "Z", "CET": "+01:00", "MEZ": "+01:00", "CEST": "+02:00"}
_ZONES |= {"MESZ": "+02:00", "EET": "+02:00", "EEST": "+03:00"}


def is_xsd(text: str) -> bool:
    """Return whether the text is a valid gYear, gYearMonth, date or dateTime."""
    match = XSD.fullmatch(text)
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
    """Return a time zone (``+01``, ``+0100``, ``GMT`` …) in XML Schema's form, "" for none."""
    if not text:
        return ""
    named = text.strip().upper()
    if named in _ZONES:
        return _ZONES[named]
    digits = text[1:].replace(":", "").ljust(4, "0")
    return f"{text[0]}{digits[:2]}:{digits[2:]}"


def _clock(match: re.Match[str]) -> str:
    """Return the time and zone matched by a pattern with :data:`_CLOCK`, "" for none."""
    text, half = match["time"], (match["half"] or "").lower()
    if not text:
        return ""
    if ":" not in text:  # 12 Uhr, 12.30 Uhr, 12 PM
        text = text.replace(".", ":") if "." in text else f"{text}:00"
    if half:
        hour, rest = text.split(":", 1)
        text = f"{int(hour) % 12 + (12 if half == 'p' else 0)}:{rest}"
    return _time(text) + _zone(match["zone"])


def _time(text: str | None) -> str:
    """Return ``1:51`` … as ``T01:51:00``, at most with microseconds; "" for none."""
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
    match = DAY_FIRST.fullmatch(text)
    if not match:
        return None
    day, month = int(match["day"]), int(match["month"])
    american = match["half"] and day <= 12  # AM and PM are used with the month first
    if match["sep"] == "/" and (american or month > 12 >= day):
        day, month = month, day
    return _day(match["year"], month, day) + _clock(match)


def _drupal(text: str) -> str | None:
    """Read ``Wed, 05/08/2013 - 12:00``: the weekday tells whether day or month comes first."""
    match = _DRUPAL.fullmatch(text)
    if not match:
        return None
    for month, day in ((match["a"], match["b"]), (match["b"], match["a"])):
        try:
            weekday = Date(int(match["year"]), int(month), int(day)).weekday()
        except ValueError:
            continue
        if re.match(_WEEKDAYS[weekday], match["weekday"], re.IGNORECASE):
            return _day(match["year"], month, day) + _time(match["time"])
    return None


def _short_year(text: str) -> str | None:
    """Read ``01.02.19``: in this century up to next year, otherwise in the last one."""
    match = SHORT_YEAR.fullmatch(text)
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
        return _day(match["year"], month, match["day"]) + _clock(match)
    return f"{match['year']}-{month:02d}"


def _compact(text: str) -> str | None:
    match = _COMPACT.fullmatch(text)
    if not match:
        return None
    day = _day(match["year"], match["month"], match["day"])
    if not match["hour"]:
        return day
    second = match["second"] or "00"
    return f"{day}T{match['hour']}:{match['minute']}:{second}{_zone(match['zone'])}"


def week(year: int, number: int) -> tuple[str, str] | None:
    """Return Monday and Sunday of an ISO 8601 week, None if the year has no such week."""
    try:
        first, last = (Date.fromisocalendar(year, number, day) for day in (1, 7))
    except ValueError:
        return None
    return first.isoformat(), last.isoformat()


def _in_week(text: str) -> str | None:
    """Read ``2019-W27-1``; a week without a day is its Monday."""
    match = _WEEK.fullmatch(text)
    if not match:
        return None
    try:
        day = Date.fromisocalendar(int(match["year"]), int(match["week"]), int(match["day"] or 1))
    except ValueError:
        return "0"  # looks like a date, but is invalid
    return day.isoformat()


def _ordinal(text: str) -> str | None:
    """Read ``2019-182``, a day of the year (ISO 8601)."""
    match = _ORDINAL.fullmatch(text)
    if not match:
        return None
    day = Date(int(match["year"]), 1, 1) + timedelta(int(match["day"]) - 1)
    return day.isoformat() if str(day.year) == match["year"] and match["day"] != "000" else "0"


def _mail_date(text: str) -> str | None:
    """Read ``Thu, 28 Jan 2021 01:51:03 GMT`` (RFC 5322, as sent by HTTP servers)."""
    if not re.match(r"[A-Za-z]{3},", text):
        return None
    try:
        return parsedate_to_datetime(text).isoformat().replace("+00:00", "Z")
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def _epoch(text: str) -> str | None:
    """Read seconds or milliseconds since 1970 (ArcGIS, .NET's JSON), for 1990 to 2100 only."""
    if script := _IN_SCRIPT.fullmatch(text):
        text = script["number"]
    if not re.fullmatch(r"[0-9]{9,10}(?:\.[0-9]{1,9})?|[0-9]{12,13}", text):
        return None
    moment = datetime.fromtimestamp(
        float(text) / (1000 if len(text.split(".")[0]) > 11 else 1), UTC
    )
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ") if 1990 <= moment.year <= 2100 else None


def _of_program(text: str) -> str | None:
    """Read ``Thu Jan 28 01:51:03 CET 2021``, as printed by Java and C programs."""
    match = _PROGRAM.fullmatch(text)
    month = _MONTHS.get(match["month"].lower()) if match else None
    if not match or not month:
        return None
    zone = _ZONES.get(match["zone"] or "", "")
    return f"{_day(match['year'], month, match['day'])}T{match['time']}{zone}"


#: In order of precedence, the most specific first.
READERS: tuple[Callable[[str], str | None], ...] = (
    _drupal, _loose, _day_first, _month_year, _in_words, _compact, _mail_date, _epoch,
    _of_program, _short_year, _in_week, _ordinal,
)  # fmt: skip
