"""Yearly editions that name no series: "Haushaltsplan 2019", "Haushaltsplan 2020".  Pure.

An edition is known by its title: what remains without the time in it is the same for all of them.
A year counts only where it is a time; "Agenda 2030", "Nr. 2019" and "1:2000" are a name,
a number and a scale.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from hanse_harvesters.german.letters import fold

Day = tuple[int, int, int]

_MONTHS = """
januar january jan jänner januari|februar february feb|märz maerz march mrz mär mar|april apr
|mai may|juni june jun|juli july jul|august aug|september sept sep|oktober october okt oct
|november nov|dezember december dez dec
"""
_MONTH = {
    fold(name): number
    for number, names in enumerate(_MONTHS.split("|"), 1)
    for name in names.split()
}
_NAMES = "|".join(sorted((name for names in _MONTHS.split("|") for name in names.split()),
                         key=len, reverse=True))  # fmt: skip
_YEAR = r"(?:18|19|20)\d\d"
_NUMBER = r"(?:[1-4]|I{1,3}|IV)"
_KIND = "Quartal|Vierteljahr|Halbjahr"
_TIME = re.compile(
    rf"""(?<![\w,.:/§])(?<!\d-)(?:
      (?P<day>\d{{1,2}})\.\s?(?P<day_month>\d{{1,2}})\.\s?(?P<day_year>{_YEAR})
    | (?P<iso_year>{_YEAR})-(?P<iso_month>0[1-9]|1[0-2])(?:-(?P<iso_day>\d\d))?
    | (?P<compact>{_YEAR}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01]))
    | (?P<days>\d{{1,2}})\.(?:[ ]?(?:[/+–-]|bis|und)[ ]?\d{{1,2}}\.)?[ ]?
        (?P<days_name>{_NAMES})\.?[ ](?P<days_year>{_YEAR})
    | (?:(?P<from_name>{_NAMES})\.?[ ]?(?:[/–-]|bis|und|to|and)[ ]?)?
        (?P<name>{_NAMES})\.?[ /-]{{1,3}}(?P<name_year>{_YEAR})
    | (?P<month>0[1-9]|1[0-2])/(?P<month_year>{_YEAR})
    | Q(?P<q>[1-4])[ /-]?(?P<q_year>{_YEAR})
    | (?P<part>{_NUMBER})\.?[ ]?(?P<kind>{_KIND})[ /-]{{1,3}}(?P<part_year>{_YEAR})
    | (?P<before>{_YEAR})[ ,/-]{{1,3}}(?:Q(?P<q_after>[1-4])
        |(?P<part_after>{_NUMBER})\.?[ ]?(?P<kind_after>{_KIND}))
    | (?P<first>{_YEAR})(?:
        (?:[ ]?(?:/|-|–|—|bis|to|und|and|\+)[ ]?|(?P<no_dash>[ ]))(?P<last>{_YEAR})
        |[/–—-](?P<short>\d\d))
    | (?P<year>{_YEAR})
    )(?!\w|[.,:/]\d|-[^\W\d])""",
    re.IGNORECASE | re.VERBOSE,
)
#: Words before a year that make it a part of a name, a number, a scale or an amount.
_NO_TIME_AFTER = re.compile(
    r"(?:agenda|\bvision|horizon|horizont|masterplan|strategie|strategy|leitbild|zukunft|zielbild"
    r"|perspektive|roadmap|ziele?|goals?|smart city|olympia|szenario|scenario|prognose|forecast"
    r"|vorausberechnung|projektion|projection|\bnr\.?(?:\s*[^\W\d_]{1,4})?|nummer"
    r"|\bnumber|\bno\.?|\bblatt|kachel|\bsheet|\bwz|\bkldb|\bnace|\bisced|\bisco|\bicd|\bdhhn"
    r"|baujahr|geburtsjahr|jahrgang|\bseit|\bsince|\bab|\bbis|\buntil"
    r"|\bb-plan|bebauungsplan|drucksache|vorlage|beschluss|aktenzeichen|\baz\.?|\bdin|\ben|\biso"
    r"|\bepsg|\bplz|postleitzahl|§|\b1 ?:|\büber|\bunter|\bmehr als|\bmindestens|\brund|\betwa"
    r"|\bca\.?)(?:\s(?:zum|dem|the))?(?:\s(?:jahr|year))?[\s:#]*$"
    r"|\b(?:gegenüber|im vergleich zur?|verglichen mit|compared (?:to|with))(?:\s+\S+){0,2}\s+$",
    re.IGNORECASE,
)
_UNIT_AFTER = re.compile(
    r"\s*(?:m|km|cm|mm|m²|m2|qm|ha|kg|t|watt|kw|kwh|euro|eur|€|%|meter)(?!\w)", re.IGNORECASE
)
_AROUND = re.compile(
    r"\b(?:stand|stichtag|version|edition|ausgabe)\b:?"
    r"|\b(?:im|für das|des|in the|for the)?\s*(?:jahr|jahre|jahres|year)\b"
    r"|\b(?:vom|am|zum|per|aus|in|im|von|für|for|from|as of|of)\s*$",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W_]+")
_COUNT = {"I": 1, "II": 2, "III": 3, "IV": 4, "1": 1, "2": 2, "3": 3, "4": 4}
_SHORTEST = 3
"""Letters of the longest word of what remains; "A 2019" is no title of editions."""


@dataclass(frozen=True, slots=True)
class Edition:
    """What a title is an edition of, and of which time.

    ``key``    the title without its time, folded; of months, quarters, half-years and of spans of
               more than two years also that: the years 2015–2019 are no edition beside 2016.
    ``label``  the time as the title has it: "2021/22", "März 2021".
    ``end``, ``start``  (year, month, day) to order by; 0 for what the title does not say.
    """

    key: str
    label: str
    end: Day
    start: Day

    @property
    def order(self) -> tuple[Day, Day]:
        """The position among the editions of one thing, the oldest first."""
        return self.end, self.start


def edition(title: str) -> Edition | None:
    """Return the edition that ``title`` names; None if it has no time, or nothing but a time.

    >>> edition("Haushaltsplan 2019").key, edition("Bebauungsplan Nr. 11"), edition("Agenda 2030")
    ('haushaltsplan', None, None)
    """
    text = title.replace("_", " ")
    times = [found for found in _TIME.finditer(text) if _is_time(text, found)]
    if not times:
        return None
    kept: list[str] = []
    end = 0
    for found in times:
        kept.append(_AROUND.sub(" ", text[end : found.start()]))
        end = found.end()
    kept.append(_AROUND.sub(" ", text[end:]))
    words = _WORD.findall(fold(" ".join(kept)))
    if max((len(word) for word in words if word.isalpha()), default=0) < _SHORTEST:
        return None
    start, last, kind = _read(times[0])
    key = " ".join([*words, *([f"({kind})"] if kind else [])])
    return Edition(key, " ".join(times[0][0].split()), last, start)


def _is_time(text: str, found: re.Match[str]) -> bool:
    """Return whether this is a time and no name, number, scale or amount."""
    before, after = text[: found.start()], text[found.end() :]
    if found["first"] and _span(found) is None:
        return False
    if found["year"] or found["first"] or found["month"] or found["compact"]:
        amount = found["year"] and _UNIT_AFTER.match(after)
        return not amount and not _NO_TIME_AFTER.search(before[-40:])
    return True


def _read(found: re.Match[str]) -> tuple[Day, Day, str]:
    """Return beginning and end of a time, and what part of a year it is."""
    if found["day"]:
        day = int(found["day_year"]), int(found["day_month"]), int(found["day"])
        return day, day, ""
    if found["iso_year"]:
        day = int(found["iso_year"]), int(found["iso_month"]), int(found["iso_day"] or 0)
        return day, day, "" if found["iso_day"] else "month"
    if compact := found["compact"]:
        day = int(compact[:4]), int(compact[4:6]), int(compact[6:])
        return day, day, ""
    if found["days"]:
        day = int(found["days_year"]), _MONTH.get(fold(found["days_name"]), 0), int(found["days"])
        return day, day, ""
    if found["name"]:
        year, month = int(found["name_year"]), _MONTH.get(fold(found["name"]), 0)
        first = _MONTH.get(fold(found["from_name"] or ""), month)
        return (year, first, 0), (year, month, 0), "months" if found["from_name"] else "month"
    if found["month"]:
        day = int(found["month_year"]), int(found["month"]), 0
        return day, day, "month"
    if found["first"]:
        first, last = _span(found) or (0, 0)
        return (first, 0, 0), (last, 0, 0), "years" if last - first > 1 else ""
    if found["year"]:
        day = int(found["year"]), 0, 0
        return day, day, ""
    return _part_of_year(found)


def _part_of_year(found: re.Match[str]) -> tuple[Day, Day, str]:
    number = found["q"] or found["q_after"] or found["part"] or found["part_after"]
    year = int(found["q_year"] or found["part_year"] or found["before"])
    kind = (found["kind"] or found["kind_after"] or "Quartal").lower()
    months = 6 if kind == "halbjahr" else 3
    day = year, months * _COUNT.get(number.upper(), 0), 0
    return day, day, "half" if months == 6 else "quarter"


def _span(found: re.Match[str]) -> tuple[int, int] | None:
    """Return first and last year of "2021/22", "2019–2025"; None if it runs backwards.

    Without a dash, "2021 2022", they follow each other: as of an address that lost its slash.
    """
    first, last = int(found["first"]), int(found["last"] or found["short"])
    if found["short"]:
        last += first // 100 * 100
        last += 100 if last < first else 0
    longest = 1 if found["no_dash"] else 99
    return (first, last) if first < last <= first + longest else None
