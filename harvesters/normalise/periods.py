"""Periods that portals write into one field → start and end.

``2017``, ``2010 bis 2015``, ``start=2001-05-01; end=2003-06-30`` (DCMI Period),
``2010-01-01/P1Y`` (ISO 8601), ``3. Quartal 2018``, ``seit 2010`` …  An open side
has no date.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable
from datetime import date as Date
from datetime import timedelta
from typing import Any, TypeAlias

from hanse_harvesters.normalise import dates
from hanse_harvesters.normalise.date_readings import week
from hanse_harvesters.normalise.outcome import Finding, finding
from hanse_harvesters.normalise.text import one_line

#: Start and end in XML Schema's forms, "" for an open side.
Span: TypeAlias = tuple[str, str]

#: Maximum length of a period in characters; a longer text is a description.
LONGEST = 200
_BETWEEN = re.compile(
    r"\s*(?:–|—|→|\.\.+|…|--|/)\s*|\s+(?:-|bis(?:\s+(?:zum|einschließlich))?|to|until|till|through|"
    r"und|and|a[uż]?|do|tot|til)\s+|\s*-\s+|\s+-\s*|;\s*|(?<=^\d{4})-(?=\d{4}$)|(?<=\d{4})-(?=\d{1,2}\.)|(?<=\d\.)-(?=\d)"
    r"|(?<=\d\d)\s(?=\d{4}-\d\d)",
    re.IGNORECASE,
)
#: A hyphen without blanks, which separates two dates if both sides are dates.
_HYPHEN = re.compile(r"-")
_FROM = re.compile(r"(?:von|vom|from)\s", re.IGNORECASE)
_OPEN = re.compile(
    r"(?:\.\.|…|\*|offen|open|unbekannt|unknown|heute|jetzt|now|today|present|current|aktuell|laufend|"
    r"fortlaufend|fortl\.|ongoing|gegenwart|dato|unbegrenzt|null|none|-|\?|)",
    re.IGNORECASE,
)
_ONLY_START = re.compile(
    r"(?:ab(?:\s+dem)?|seit(?:\s+dem)?|since|from|von)\s+(?P<date>.+?)(?:\s+an)?"
    r"|(?P<later>.+?)\s*(?:-|–|\.\.|ff\.?|\+|/)",
    re.IGNORECASE,
)
_ONLY_END = re.compile(
    r"(?:bis(?:\s+zum)?|until|till|to|before|vor|-|–|\.\.|/)\s*(?P<date>.+)", re.I
)
_AROUND = re.compile(
    r"(?:(?:vo[nm]|from|between|zwischen|zeitraum|period|jahre?|years?|jahrgänge?|im|in|dem|den)\b:?\s+)+",
    re.I,
)
_DCMI = re.compile(
    r"\b(?P<key>start|begin|beginn|von|from|end|ende|bis|to)\s*[=:]\s*(?P<value>[^;,=]*?)\s*"
    r"(?=[;,]|$|\b(?:start|begin|beginn|von|from|end|ende|bis|to|scheme|name)\s*[=:])",
    re.IGNORECASE,
)
_STARTS = frozenset({"start", "begin", "beginn", "von", "from"})
_QUARTER = re.compile(
    r"(?:(?P<number>[1-4]|IV|I{1,3})\.?\s*(?:/\s*(?=\d)|Q(?:uartal|uarter)?\b\.?\s*)|Q(?P<second>[1-4])[\s/-]*)"
    r"(?P<year>\d{4})|(?P<first_year>\d{4})[\s/-]*Q(?P<third>[1-4])",
    re.IGNORECASE,
)
_HALF = re.compile(
    r"(?P<number>1|2|I{1,2})\.?\s*(?:Halbjahr|HJ)\.?\s*(?P<year>\d{4})", re.IGNORECASE
)
_WEEK = re.compile(r"(?:KW|Kalenderwoche|week)\s*(?P<week>\d{1,2})[\s/,-]+(?P<year>\d{4})", re.I)
_ISO_WEEK = re.compile(r"(?P<year>\d{4})-?W(?P<week>\d\d)")
_SCHOOL_YEAR = re.compile(r"(?:(?P<word>\D+)\s+)?(?P<year>\d{4})\s?/\s?(?P<next>\d\d)")
_DURATION = re.compile(
    r"P(?=\d)(?:(?P<years>\d{1,3})Y)?(?:(?P<months>\d{1,4})M)?(?:(?P<weeks>\d{1,4})W)?(?:(?P<days>\d{1,5})D)?"
)
_YEARS = re.compile(r"\d{4}(?:\s*[,;]\s*\d{4})+")
_ROMAN = {"I": 1, "II": 2, "III": 3, "IV": 4}


def read(text: str) -> Span | None:
    """Return start and end of ``text``, None if it is not a period.  A single date is both."""
    came = one_line(text)
    if not came or len(came) > LONGEST:
        return None
    for reader in _READERS:
        found = reader(came)
        if found is not None:
            return found if any(found) else None
    return None


def _dcmi(text: str) -> Span | None:
    reported = {match["key"].lower(): match["value"] for match in _DCMI.finditer(text)}
    if not reported:
        return None
    start = next((value for key, value in reported.items() if key in _STARTS), "")
    end = next((value for key, value in reported.items() if key not in _STARTS), "")
    return _sides(start, end)


def _named(text: str) -> Span | None:
    """Read a quarter, a half-year, a week or a school year."""
    if match := _QUARTER.fullmatch(text):
        number = _counted(match["number"] or match["second"] or match["third"])
        return _months(match["year"] or match["first_year"], 3 * number - 2, 3 * number)
    if match := _HALF.fullmatch(text):
        number = _counted(match["number"])
        return _months(match["year"], 6 * number - 5, 6 * number)
    if match := _WEEK.fullmatch(text) or _ISO_WEEK.fullmatch(text):
        return week(int(match["year"]), int(match["week"]))
    match = _SCHOOL_YEAR.fullmatch(text)
    if not match or not (match["word"] or int(match["next"]) > 12):
        return None
    following = str(int(match["year"]) + 1)
    return (match["year"], following) if following.endswith(match["next"]) else None


def _counted(text: str) -> int:
    return _ROMAN.get(text.upper()) or int(text)


def _months(year: str, first: int, last: int) -> Span:
    return f"{year}-{first:02d}", f"{year}-{last:02d}"


def _single(text: str) -> Span | None:
    found = _date(text)
    if not found:
        return None
    return found, "" if _FROM.match(text) else found


def _date(text: str) -> str:
    """Return a date in XML Schema's form, "" for a placeholder or if it is not a date."""
    found = dates.read(_AROUND.sub("", text.strip(" ,"), count=1)) or ""
    return "" if found[:4] in dates.PLACEHOLDER_YEARS else found


def _duration(text: str) -> Span | None:
    """Read ``2010-01-01/P1Y``: a start and a duration; the end is its last day."""
    start, _, length = text.partition("/")
    match, first = _DURATION.fullmatch(length.strip()), _date(start)
    if not match or not first:
        return None
    parts = {key: int(value or 0) for key, value in match.groupdict().items()}
    day = (f"{first[:10]}-01-01" if len(first) == 4 else f"{first[:10]}-01")[:10]
    return (first, end) if (end := _after(Date.fromisoformat(day), parts)) else None


def _after(day: Date, parts: dict[str, int]) -> str:
    months = day.year * 12 + day.month - 1 + parts["years"] * 12 + parts["months"]
    try:
        end = Date(months // 12, months % 12 + 1, min(day.day, 28)) + timedelta(
            day.day - min(day.day, 28) + 7 * parts["weeks"] + parts["days"] - 1
        )
    except (ValueError, OverflowError):
        return ""
    return end.isoformat()


def _years(text: str) -> Span | None:
    """Read ``2017, 2018, 2019`` as the period from the first to the last year."""
    if not _YEARS.fullmatch(text):
        return None
    found = sorted(re.findall(r"\d{4}", text))
    return found[0], found[-1]


def _two(text: str) -> Span | None:
    bare = _AROUND.sub("", text, count=1)
    for match in itertools.chain(_BETWEEN.finditer(bare), _HYPHEN.finditer(bare)):
        start, end = bare[: match.start()].strip(), bare[match.end() :].strip()
        if (found := _sides(start, end)) is not None:
            return found
    return None


def _sides(start: str, end: str) -> Span | None:
    """Read both sides; the second completes a partial first one (``1.1. - 31.12.2018``)."""
    last = "" if _is_open(end) else _date(end)
    if not last and not _is_open(end):
        return None
    if _is_open(start):
        return "", last
    first = _date(start)
    if not first and last:
        first = _completed(start, last)
    return (first, last) if first else None


def _completed(start: str, last: str) -> str:
    """Complete ``1.``, ``1.1.`` or ``Januar`` with the month and year of the end."""
    year, month = last[:4], last[5:7]
    if re.fullmatch(r"\d{1,2}\.", start):
        return _date(f"{start}{month}.{year}") if month else ""
    return _date(f"{start} {year}") or _date(f"{start}{year}")


def _is_open(text: str) -> bool:
    """Return whether a side is open, stated by a word or by a placeholder date."""
    if _OPEN.fullmatch(text):
        return True
    return text[:4] in dates.PLACEHOLDER_YEARS and dates.read(text) is not None


def _open(text: str) -> Span | None:
    if match := _ONLY_START.fullmatch(text):
        found = _date(match["date"] or match["later"])
        return (found, "") if found else None
    match = _ONLY_END.fullmatch(text)
    found = _date(match["date"]) if match else ""
    return ("", found) if found else None


_READERS: tuple[Callable[[str], Span | None], ...] = (
    _named, _single, _dcmi, _duration, _years, _two, _open,
)  # fmt: skip


def split(period: dict[str, Any]) -> tuple[dict[str, Any], tuple[Finding, ...]]:
    """Split ``{"start": "2010-2015"}`` into start 2010 and end 2015; keep any other period."""
    start, end = _reported(period.get("start")), _reported(period.get("end"))
    whole = start if not end or end == start else end if not start else ""
    if not whole or dates.read(one_line(whole)) is not None:
        return period, ()
    found = read(whole)
    if found is None:
        return period, ()
    kept = {key: value for key, value in period.items() if key not in ("start", "end")}
    sides = {key: date for key, date in zip(("start", "end"), found, strict=True) if date}
    return {**kept, **sides}, (finding("period-split", whole),)


def _reported(value: Any) -> str:
    """Return a date as written, "" if it is missing or a placeholder."""
    return value if isinstance(value, str) and dates.date(value).value else ""
