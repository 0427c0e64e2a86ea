"""Is a record this city's?  A test of what a catalogue service has sent.

A filter by word or box also finds what only mentions the city, and every record of the state.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from hanse_harvesters.issue import Issue, issue
from hanse_harvesters.mapping.iso19139 import RecordFacts
from hanse_harvesters.sources.csw_options import Box, Options, box

_WORDS = re.compile(r"[^\W_]+")
_PARTS = re.compile(r"[,;/()|]")
_DIGITS = re.compile(r"\d+")
_ARS = 12


class CityTest:
    """The test as configured; ``holds`` names what keeps a record."""

    def __init__(self, options: Options) -> None:
        names = options.city_organizations or options.organizations
        self._organizations = [_like(name) for name in names]
        self._keys = {key for given in options.city_keys for key in _keys(given)}
        self._names = {_plain(name) for name in options.city_names}
        self._box = box(options.city_box, "city_box")
        self._share = options.city_share

    @property
    def is_configured(self) -> bool:
        """Whether there is anything to test."""
        return bool(self._organizations or self._keys or self._names or self._box)

    def holds(self, record: RecordFacts) -> str:
        """Return the first test that the record passes, "" for none."""
        if any(self._is_ours(name) for name in record.organizations):
            return "organization"
        if self._keys and any(self._is_key(text) for text in record.geographic):
            return "key"
        if self._names and any(self._is_name(text) for text in record.geographic):
            return "name"
        if self._box and self._most_of(record) >= self._share:
            return "box"
        return ""

    def reason(self, record: RecordFacts) -> Issue:
        """Return why a record was left out."""
        return issue(
            "csw-not-this-city",
            "",
            record.title or record.identity,
            organizations=_listed(record.organizations),
            places=_listed(record.geographic),
            share=round(self._most_of(record)) if self._box and record.boxes else "–",
        )

    def _is_ours(self, name: str) -> bool:
        plain = f" {_plain(name)} "
        return any(pattern.search(plain) for pattern in self._organizations)

    def _is_key(self, text: str) -> bool:
        return any(number in self._keys for number in _DIGITS.findall(text))

    def _is_name(self, text: str) -> bool:
        return any(_plain(part) in self._names for part in (text, *_PARTS.split(text)))

    def _most_of(self, record: RecordFacts) -> float:
        """Return the largest share of one of the record's boxes in the city's, in per cent."""
        assert self._box is not None
        return max((100 * share(found, self._box) for found in record.boxes), default=0.0)


def share(inner: Box, outer: Box) -> float:
    """Return which part of a box lies in another, from 0 to 1; a point or line has length only."""
    parts = []
    for low, high in ((0, 2), (1, 3)):
        length = inner[high] - inner[low]
        common = min(inner[high], outer[high]) - max(inner[low], outer[low])
        parts.append(max(0.0, common) / length if length > 0 else float(common >= 0))
    return parts[0] * parts[1]


def _like(name: str) -> re.Pattern[str]:
    """Return a pattern for an organisation's name: whole words, ``*`` for any characters."""
    parts = [re.escape(_plain(part)) for part in name.split("*")]
    inner = ".*".join(parts)
    start = "" if name.strip().startswith("*") else " "
    end = "" if name.strip().endswith("*") else " "
    return re.compile(f"{start}{inner}{end}")


def _plain(text: str) -> str:
    """Return the words of a text in one spelling: small letters, no marks, single blanks."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return " ".join(_WORDS.findall(folded))


def _keys(given: str) -> Iterable[str]:
    """Yield a regional key (12 digits) and the municipal key (8 digits) in it, or what is given."""
    key = "".join(_DIGITS.findall(given))
    yield key
    if len(key) == _ARS:
        yield key[:5] + key[9:]


def _listed(values: tuple[str, ...], most: int = 3) -> str:
    return "; ".join(values[:most])[:300] or "–"
