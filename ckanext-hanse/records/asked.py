"""The parameters of a request for records; what is wrong with one is a Problem.

Strict where the search page is lenient: a program that misspells a filter must not be answered
with everything.  Does not depend on CKAN.
"""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from ckanext.hanse.records.problem import Problem
from ckanext.hanse.records.queryables import QUERYABLES, order
from ckanext.hanse.search.boxes import Box
from ckanext.hanse.search.times import Period, span

DEFAULT, MOST = 10, 500
"""Records of a page; a larger ``limit`` is no error (/req/core/fc-limit-response-1)."""
FARTHEST = 1_000_000
"""Records that an ``offset`` may leave out; Solr sorts all before."""
MOST_VALUES = 200
"""Values of one parameter; Solr's limit is 1,024 clauses a query."""
LONGEST_Q = 1_000
FORMATS = ("json", "html")
CORE = ("bbox", "datetime", "limit", "q", "ids", "type", "externalIds", "sortby")
PAGING = ("offset", "after")

_NUMBER = re.compile(r"[0-9]{1,1000}")
_DEGREES = re.compile(r"\s*[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,3})?\s*", re.ASCII)
_RFC3339 = re.compile(
    r"\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:Z|[+-]\d{2}:\d{2}))?", re.ASCII
)


@dataclass(frozen=True, slots=True)
class Asked:
    """What a request asks for.

    ``terms``    of ``q``, any of which may fit; one alone is read as people type it.
    ``types``    of resources; None for all.
    ``ids``, ``external``  identifiers, any of which may fit; None for all.
    ``choices``  Solr field → values, any of which may fit.
    ``order``    of Solr; empty for the usual one.
    ``after``    the identifier behind which a page in the order of identifiers begins.
    ``given``    the parameters as written, without those of paging and format.
    """

    terms: tuple[str, ...] = ()
    box: Box | None = None
    time: Period | None = None
    types: tuple[str, ...] | None = None
    ids: tuple[str, ...] | None = None
    external: tuple[str, ...] | None = None
    choices: Mapping[str, list[str]] = field(default_factory=dict)
    order: tuple[str, ...] = ()
    limit: int = DEFAULT
    offset: int = 0
    after: str = ""
    given: tuple[tuple[str, str], ...] = ()

    @property
    def by_id(self) -> bool:
        """Whether records come in the order of identifiers: a walk, stable while they change."""
        return not self.terms and not self.order


def single(pairs: Iterable[tuple[str, str]], known: Collection[str]) -> dict[str, str]:
    """Return parameter → value, without empty ones.

    Raises Problem for an unknown parameter (OGC 17-069r4, /req/core/query-param-unknown) and for
    one that is given twice.
    """
    found: dict[str, str] = {}
    for name, value in pairs:
        if name not in known:
            raise Problem("parameter-unknown", name=name[:100], known=", ".join(sorted(known)))
        if name in found:
            raise Problem("parameter-twice", name=name)
        found[name] = value.strip()
    if (form := found.get("f")) and form not in FORMATS:
        raise Problem("format", value=form, known=", ".join(FORMATS))
    return {name: value for name, value in found.items() if value}


def read(pairs: Iterable[tuple[str, str]]) -> Asked:
    """Return what a request for records asks for; raise Problem.

    >>> read([("q", "Baum,Strauch"), ("limit", "1000000000")]).limit
    500
    """
    found = single(pairs, {"f", *CORE, *PAGING, *QUERYABLES})
    kept = tuple((k, v) for k, v in found.items() if k not in PAGING and k not in ("f", "limit"))
    return Asked(
        terms=_terms(found.get("q", "")),
        box=_box(found["bbox"]) if "bbox" in found else None,
        time=_time(found["datetime"]) if "datetime" in found else None,
        types=_values("type", found["type"]) if "type" in found else None,
        ids=_values("ids", found["ids"], whole=True) if "ids" in found else None,
        external=(
            _values("externalIds", found["externalIds"], whole=True)
            if "externalIds" in found
            else None
        ),
        choices=_choices(found),
        order=tuple(order(_values("sortby", found["sortby"]))) if "sortby" in found else (),
        limit=_limit(found.get("limit", "")),
        offset=_offset(found.get("offset", "")),
        after=found.get("after", "")[:100],
        given=kept,
    )


def _terms(text: str) -> tuple[str, ...]:
    """Return the alternatives of ``q``: commas mean "or" (/req/record-core-query-parameters)."""
    if len(text) > LONGEST_Q:
        raise Problem("q-long", name="q", known=str(LONGEST_Q))
    return _values("q", text)


def _values(name: str, text: str, *, whole: bool = False) -> tuple[str, ...]:
    """Return the values between commas; ``whole``: also the text itself, which may have commas."""
    parts = [part.strip() for part in text.split(",")]
    found = tuple(dict.fromkeys(filter(None, [*([text] if whole else []), *parts])))
    if len(found) > MOST_VALUES:
        raise Problem("values-many", name=name, known=str(MOST_VALUES))
    return found


def _choices(found: Mapping[str, str]) -> dict[str, list[str]]:
    chosen: dict[str, list[str]] = {}
    for name, item in QUERYABLES.items():
        if name in found:
            # A title or a keyword may have commas; a word of a list has none.
            whole = not item.choices and item.kind in ("text", "folded")
            values = _values(name, found[name], whole=whole)
            chosen[item.field] = list(dict.fromkeys(map(item.stored, values)))
    return chosen


def _limit(text: str) -> int:
    if not text:
        return DEFAULT
    if not _NUMBER.fullmatch(text) or not int(text):
        raise Problem("limit", name="limit", value=text)
    return min(int(text), MOST)


def _offset(text: str) -> int:
    if not text:
        return 0
    if not _NUMBER.fullmatch(text) or int(text) > FARTHEST:
        raise Problem("offset", name="offset", value=text, known=str(FARTHEST))
    return int(text)


def _box(text: str) -> Box:
    """Return a box in CRS84; west of more than east crosses the date line (17-069r4, 7.15.3)."""
    parts = text.split(",")
    numbers = [float(part) for part in parts] if all(map(_DEGREES.fullmatch, parts)) else []
    if len(numbers) == 6:  # heights between
        numbers = [*numbers[:2], *numbers[3:5]]
    if len(numbers) != 4 or not all(map(math.isfinite, numbers)):
        raise Problem("bbox-numbers", name="bbox", value=text)
    west, south, east, north = numbers
    if max(abs(west), abs(east)) > 180 or max(abs(south), abs(north)) > 90:
        raise Problem("bbox-range", name="bbox", value=text)
    if south > north:
        raise Problem("bbox-south", name="bbox", value=text)
    return Box(west, south, east, north)


def _time(text: str) -> Period:
    """Return a time; "" for an open end."""
    parts = text.split("/")
    if len(parts) > 2 or all(part in ("", "..") for part in parts):
        raise Problem("datetime", name="datetime", value=text)
    first, last = _moment(parts[0], text), _moment(parts[-1], text)
    if len(parts) == 1 and not first:
        raise Problem("datetime", name="datetime", value=text)
    found = Period(first.start if first else "", last.end if last else "")
    if first and last and _instant(found.start, "T00:00:00Z") > _instant(found.end, "T23:59:59Z"):
        raise Problem("datetime-crossed", name="datetime", value=text)
    return found


def _instant(text: str, rest: str) -> str:
    return text if "T" in text else f"{text}{rest}"


def _moment(part: str, text: str) -> Period | None:
    """Return the day or moment of an end, None if it is open."""
    if part in ("", ".."):
        return None
    part = part.replace(" ", "+")  # what a "+" in an address becomes
    found = span(part) if _RFC3339.fullmatch(part) else None
    if found is None:
        raise Problem("datetime", name="datetime", value=text)
    return found
