"""Codes of controlled vocabularies: every known spelling → the canonical one.

Values that no vocabulary contains are kept and reported.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from urllib.parse import unquote

from hanse_harvesters.normalise import formats, frequencies, licences, places, spellings, urls
from hanse_harvesters.normalise.outcome import Outcome, finding
from hanse_harvesters.normalise.text import is_nothing, one_line
from hanse_schemas.table import Property
from hanse_schemas.vocabulary import Concept, vocabulary

#: Vocabulary → the rule for values it does not contain; the others use ``code-unknown``.
_RULES: Mapping[str, str] = {
    "data-themes": "theme-unknown",
    "languages": "language-unknown",
    "frequencies": "frequency-unknown",
    "licences": "license-unknown",
    "file-types": "format-unknown",
    "media-types": "mimetype-unknown",
}
#: Vocabularies whose values need more than a look-up.
_OWN: Mapping[str, Callable[[str], Outcome[str]]] = {
    "licences": licences.licence,
    "file-types": formats.file_format,
    "media-types": formats.media_type,
}
_EU_THEMES = "http://publications.europa.eu/resource/authority/data-theme/"
#: Maximum length in characters of a code, or of a text in its place.
LONGEST = 2_000
_AUTHORITY = re.compile(
    r"https?://publications\.europa\.eu/(?:resource/(?:authority|dataset)|mdr/.*)/[\w-]+[/#](?P<code>[^/#?]+)/?",
    re.IGNORECASE,
)


#: External code lists whose URLs end in the code: INSPIRE, ISO 19139, Library of Congress.
_CODE_LIST = re.compile(
    r"https?://(?:[\w.]+/)*(?:metadata-codelist/\w+/|[\w.]*codelists?\.xml#(?:\w+_)?|vocabulary/iso\d+-\d/)"
    r"(?P<code>[A-Za-z]+)/?",
    re.IGNORECASE,
)


#: Separators between URLs that were joined into one value.
_JOINED = re.compile(r"(?<!\s)(?:\s*+[,;|]\s*+|\s++)(?=https?://)")


def _forms(name: str, text: str) -> Iterator[str]:
    """Yield the forms to look up: as written, percent-decoded, the code at the end of an IRI."""
    yield text
    yield unquote(text)
    for pattern in (_AUTHORITY, _CODE_LIST):
        if match := pattern.fullmatch(text):
            yield unquote(match["code"])
    if name == "languages" and ";" in text:  # with a country: "eng; CAN" (North American profile)
        yield text.partition(";")[0].strip()
    if name == "frequencies":
        yield from frequencies.durations(text)


def find(name: str, text: str) -> Concept | None:
    """Return the concept of vocabulary ``name`` that ``text`` denotes, None if there is none."""
    words = vocabulary(name)
    for form in _forms(name, text):
        if concept := spellings.find(words, form):
            return concept
    return None


def _looked_up(prop: Property, text: str) -> Outcome[str]:
    came = one_line(text)
    if is_nothing(came) or came.lower().startswith("urn:placeholder"):
        return Outcome(None, (finding("value-placeholder", text),) if came else ())
    # A key is one by its form; to look for it among the names of 1,900 places takes longer.
    if prop.vocabulary == places.KEYS and (key := places.canonical_key(came)):
        return Outcome(key)
    if concept := find(prop.vocabulary, came):
        return Outcome(concept.iri if prop.store == "iri" else concept.code)
    if prop.vocabulary == places.KEYS and (place := places.key_concept(came)):
        return Outcome(place.iri)
    if canonical := places.canonical_key(came):
        return Outcome(canonical)
    return Outcome(came, (finding(rule_of(prop), text, vocabulary=prop.vocabulary),))


def rule_of(prop: Property) -> str:
    """Return the rule for a value that the property's vocabulary does not contain."""
    if rule := _RULES.get(prop.vocabulary):
        return rule
    return "code-unknown" if prop.vocabulary_obligation == "mandatory" else "code-unlisted"


def concept(prop: Property, text: str) -> Outcome[str]:
    """Return the IRI or code (``prop.store``) of ``text`` in the property's vocabulary."""
    if urls.runs(text):
        return Outcome(None, (finding("url-unsafe", text),))
    if len(text) > LONGEST:
        reported = finding("text-too-long", text, length=len(text), longest=LONGEST)
        return Outcome(one_line(text[:LONGEST]), (reported,))
    own = _OWN.get(prop.vocabulary)
    return own(text) if own else _looked_up(prop, text)


def spread(prop: Property, came: list[str]) -> list[str]:
    """Split the values of a list property into single values.

    Joined URLs are separated; a theme of OGD, INSPIRE or ISO is replaced by the EU's.
    """
    came = [part for text in came for part in _JOINED.split(text.strip())]
    if prop.vocabulary != "data-themes":
        return came
    return [code for text in came for code in _themes(text)]


#: Vocabularies of other themes, with the EU's that they belong to.
_THEMES = ("ogd-groups", "inspire-themes", "iso-topics")


@lru_cache(maxsize=4096)
def _themes(text: str) -> tuple[str, ...]:
    """Return the EU themes of a theme of another list; one of no known list is unchanged."""
    came = one_line(text)
    if came.startswith(_EU_THEMES) or vocabulary("data-themes").find(came):
        return (text,)
    for name in _THEMES:
        if entry := vocabulary(name).find(came):
            codes = entry.attributes.get("themes", "").split(",")
            return tuple(code.strip() for code in codes if code.strip()) or (text,)
    return (text,)


def foreign_themes(came: list[str]) -> list[str]:
    """Return the IRIs among themes that :func:`spread` replaces by themes of the EU."""
    return [text for text in came if "://" in text and _themes(text) != (text,)]
