"""What a query asks for: a subject, and perhaps a city or a place in one.

"Wo kann ich in Wismar parken?" is the subject "parken" in the city of Wismar.  The names of
``places.yaml`` are recognised, also in other languages; of a name that several cities have,
only with its city ("Altstadt Stralsund").  A query that is nothing but a name is not narrowed:
it is searched as words, in all cities.  Does not depend on CKAN.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from ckanext.hanse.search.area import FIELD, TOUCHES, area_query
from ckanext.hanse.search.boxes import Box
from ckanext.hanse.search.named_areas import CITY, DISTRICT, every_place
from ckanext.hanse.search.query import SMALL_WORDS, WORD, only_words
from hanse_harvesters.german.compounds import is_noun
from hanse_harvesters.german.letters import compose, fold

LONGEST_NAME = 4
"""Words of a name."""
MOST_WORDS = 20
"""Only the first words of a longer query are read, such as a pasted page."""

_SMALL = """
    in im am an auf aus bei beim nach von vom zu zum zur um at near of der die das den dem des
    the stadt hansestadt universitätsstadt gemeinde city town i på w we
"""
_BEFORE_A_PLACE = frozenset(_SMALL.split())
_COMMON = "altstadt burgerpark gartenstadt hafeninsel innenstadt stadtmitte sudstadt westhafen"
_ANYWHERE = frozenset(_COMMON.split())
"""Names, folded, that other cities use as well: places only beside their city."""
_LOOSE_END = re.compile(r"^[\s.,;:–-]+|[\s.,;:–-]+(?=[?!]*$)")


@dataclass(frozen=True, slots=True)
class Place:
    """A city, or a place in one: its name, the organization's name, the place's box."""

    name: str
    city: str
    box: Box | None = None

    @property
    def filter(self) -> str:
        """Return the filter query for what is about it.

        That is what the city publishes and what names it; of a place in it, what touches it, or
        does not tell its area, and what names the place.
        """
        named = fold(" ".join(WORD.findall(self.name)))
        last = "org_x" if self.box is None else "text"
        by_name = " OR ".join(f'{field}:"{named}"' for field in ("title_x", "tags_x", last))
        own = f'organization:"{self.city}"'
        if self.box is not None:
            somewhere = area_query(self.box, TOUCHES)
            own = f"({own} AND ({somewhere} OR (*:* -{FIELD}__minX:[* TO *])))"
        return f"{own} OR {by_name}"


Places = dict[tuple[str, ...], tuple[Place, ...]]
"""By the folded words of a name."""


@dataclass(frozen=True, slots=True)
class Question:
    """A query of plain words.

    ``words``    of the subject, with small words, as typed.
    ``place``    what it is narrowed to, None for no place.
    ``subject``  the query without the place; equal to the query if there is none.
    ``named``    the place that is all the query names.
    """

    words: tuple[str, ...]
    place: Place | None
    subject: str
    named: Place | None = None


def question(query: str, cities: Mapping[str, str] | None = None) -> Question | None:
    """Return what ``query`` asks for; None if it has syntax or no words.

    ``cities``  name → organization's name, of those that ``places.yaml`` does not know.

    >>> question("Wo kann ich in Wismar parken?").place.city
    'wismar'
    >>> question("Wo kann ich in Wismar parken?").subject
    'Wo kann ich parken?'
    """
    if not only_words(query):
        return None
    query = compose(query)
    found = list(WORD.finditer(query))[:MOST_WORDS]
    words = [match[0] for match in found]
    more = {_key(name): (Place(name, city),) for name, city in (cities or {}).items()}
    place, taken = _place(words, {**more, **_places()} if more else _places())
    rest = [word for number, word in enumerate(words) if number not in taken]
    if place is None or not any(word.lower() not in SMALL_WORDS for word in rest):
        return Question(tuple(words), None, query, place)
    subject = query
    for number in sorted(taken, reverse=True):
        subject = subject[: found[number].start()] + subject[found[number].end() :]
    subject = _LOOSE_END.sub("", " ".join(subject.split()))
    return Question(tuple(rest), place, subject.replace(" ?", "?"))


def _place(words: Sequence[str], known: Places) -> tuple[Place | None, set[int]]:
    """Return the city or place of ``known`` that ``words`` name, and the numbers of its words.

    What stands before a name belongs to it: "in der Hansestadt Wismar".
    """
    named = _named(words, known)
    cities = {place.city for places, _ in named for place in places if place.box is None}
    if len(cities) > 1:  # a comparison: "Haushalt Lübeck Rostock"
        return None, set()
    chosen: Place | None = None
    taken: set[int] = set()
    for places, spot in named:
        if cities:
            places = [place for place in places if place.city in cities]
        elif fold(words[spot.start]) in _ANYWHERE:
            continue
        if len({place.city for place in places}) != 1:
            continue
        if chosen is None or (chosen.box is None and places[0].box is not None):
            chosen = places[0]
        elif places[0].box is not None:  # a second place stays a word of the subject
            continue
        taken.update(spot)
        before = spot.start - 1
        while before >= 0 and words[before].lower() in _BEFORE_A_PLACE:
            taken.add(before)
            before -= 1
    return chosen, taken


def _named(words: Sequence[str], known: Places) -> list[tuple[Sequence[Place], range]]:
    """Return the places that ``words`` name, the longest name at each word, with its numbers."""
    found: list[tuple[Sequence[Place], range]] = []
    number = 0
    while number < len(words):
        for length in range(min(LONGEST_NAME, len(words) - number), 0, -1):
            if places := known.get(tuple(map(fold, words[number : number + length]))):
                found.append((places, range(number, number + length)))
                number += length - 1
                break
        number += 1
    return found


def _is_subject(words: Sequence[str], kind: str) -> bool:
    """Return whether a name is rather what is asked for: "Hafen Wismar", "Innenstadt"."""
    if kind == CITY:
        return False
    return kind != DISTRICT if words[1:] else is_noun(words[0])


def _key(name: str) -> tuple[str, ...]:
    return tuple(map(fold, WORD.findall(name)))


@cache
def _places() -> Places:
    """Return the places by the folded words of each of their names."""
    found: Places = {}
    for area in every_place():
        place = Place(area.name("de"), area.city, None if area.kind == CITY else area.box)
        for name in (place.name, *area.also):
            key, words = _key(name), WORD.findall(name)
            if place not in found.get(key, ()) and not _is_subject(words, area.kind):
                found[key] = (*found.get(key, ()), place)
    return found
