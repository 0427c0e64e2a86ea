"""Constraints: the licence and the attribution text, access rights, and what else was said.

A licence stands as JSON, as a link, by its name, or in prose, in ``otherConstraints`` or in
``useLimitation``; the sentence that no conditions apply is none.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from hanse_harvesters.mapping.iso19139.reading import Reading
from hanse_harvesters.mapping.iso19139.simple import is_web, short
from hanse_harvesters.mapping.iso19139.table import Step, listed, pattern
from hanse_harvesters.mapping.iso19139.values import Group, Value, href, text
from hanse_harvesters.normalise import licences
from hanse_schemas.vocabulary import vocabulary

#: How sure it is that a statement is the licence, best first: as JSON, by its name, named in prose,
#: an unknown one that calls itself a licence, another condition, another limitation, none.
_JSON, _NAMED, _PROSE, _CALLED, _UNKNOWN, _LIMITATION, _NONE = range(7)

#: Maximum length in characters of a sentence that is read; a longer one has further conditions.
_LONGEST_SENTENCE = 300


@dataclass(frozen=True, slots=True)
class _Statement:
    """A sentence about access or use.

    ``rank``     how sure it is that it is the licence; ``licence`` what is stored then.
    ``means``    access right, "attribution", or "nothing" for what is none.
    ``link``     what the words link to.
    """

    words: str
    rank: int
    licence: str = ""
    means: str = ""
    attribution: str = ""
    link: str = ""


def constraints(reading: Reading, values: Sequence[Group], step: Step) -> None:
    """All constraints of a record."""
    fields = step["fields"]
    found = list(dict.fromkeys(item for group in values for item in _statements(reading, group)))
    best = min((item for item in found if item.licence), key=_certainty, default=None)
    if best:
        reading.put(fields["licence"], [best.licence])
        reading.keep("constraints", best.words if best.link else "")
        _report_others(reading, found, best, fields["licence"])
    _put_attribution(reading, fields["attribution"], best, found)
    _put_rights(reading, fields["rights"], [item for item in found if item != best])
    access = [item.means for item in found if item.means.isupper()]
    codes = [listed("access").get(short(code), "") for code in _codes(values)]
    reading.put(fields["access"], sorted(filter(None, (*access, *codes)), key=_strictness)[:1])
    reading.keep("constraints", *dict.fromkeys(c for c in _codes(values) if _says(c)))


def _certainty(item: _Statement) -> tuple[int, bool]:
    return item.rank, not item.link


def _put_attribution(
    reading: Reading, field: str, best: _Statement | None, found: Sequence[_Statement]
) -> None:
    """Store the attribution that the licence asks for, else the first one; keep the others."""
    came = [best.attribution] if best and best.attribution else []
    came += [item.attribution for item in found if item.attribution not in ("", *came)]
    reading.put(field, came[:1])
    reading.keep("constraints", *came[1:])


def _strictness(right: str) -> int:
    return ("NON_PUBLIC", "RESTRICTED", "PUBLIC").index(right)


def _codes(values: Sequence[Group]) -> Iterator[str]:
    for group in values:
        for name in ("access", "use", "classification"):
            yield from map(text, group.get(name, ()))


def _says(code: str) -> bool:
    """Return whether a code says more than the statements beside it."""
    return short(code) not in {"otherrestrictions", "license", *listed("access")}


def _report_others(
    reading: Reading, found: Sequence[_Statement], best: _Statement, field: str
) -> None:
    """Report a second licence that is another one."""
    for item in found:
        if item.rank <= _NAMED and _iri(item) != _iri(best):
            reading.note("values-several", field, item.licence)
            reading.keep("constraints", item.licence)


def _iri(item: _Statement) -> str | None:
    return licences.licence(item.licence).value


def _put_rights(reading: Reading, field: str, found: Sequence[_Statement]) -> None:
    """Store the sentences that are neither licence nor attribution; keep what says nothing."""
    rights: dict[str, None] = {}
    for item in found:
        if item.rank in (_JSON, _NAMED) or item.means == "attribution":
            continue
        if item.means in {"PUBLIC", "nothing"}:
            reading.keep("constraints", item.words)
        elif item.words:
            rights[item.words] = None
            reading.keep("constraints", item.link if item.link not in item.words else "")
    if rights:
        many = reading.property(field).multiple
        reading.put(field, rights if many else ["\n\n".join(rights)])


def _statements(reading: Reading, group: Group) -> Iterator[_Statement]:
    codes = {short(code) for code in _codes((group,))}
    about_access = bool(group.get("access")) and not group.get("use") and "license" not in codes
    of_security = bool(group.get("classification"))
    for name in ("other", "limitation"):
        for value in group.get(name, ()):
            words = reading.text(value)
            limitation = name == "limitation"
            about = of_security if limitation else about_access or of_security
            yield _statement(words, _link(value), limitation, about)
            reading.keep_others("constraints", value)


def _link(value: Value) -> str:
    link = href(value)
    return link if is_web(link) else ""


@lru_cache(maxsize=4096)
def _statement(words: str, link: str, limitation: bool, about_access: bool) -> _Statement:
    """Read one sentence.

    ``limitation``    it stands in useLimitation, ``about_access`` beside access constraints only.
    """
    if found := _in_json(words):
        return found
    label = pattern(listed("labels")).match(words)
    inner = words[label.end() :] if label else words
    about_access = bool(label["access"]) if label else about_access
    named = licences.named(link) or licences.named(inner)
    if named:
        return _Statement(words, _NAMED, named, link=link if licences.named(link) else "")
    if means := _means(inner, link, about_access):
        return _Statement(words or link, _NONE, means=means)
    if label := pattern(listed("attribution")).match(words):
        return _Statement(words, _NONE, means="attribution", attribution=words[label.end() :])
    read = licences.licence(inner).value if inner else None
    if read and vocabulary("licences").by_iri(read):
        return _Statement(words, _PROSE, words)
    if about_access or (read is None and not link):
        return _Statement(words or link, _NONE, means="" if read or link else "nothing", link=link)
    rank = _LIMITATION if limitation and not link else _UNKNOWN
    if pattern(listed("called")).search(f"{words} {link}"):
        rank = _CALLED
    return _Statement(words, rank, link or words, link=link)


def _means(words: str, link: str, about_access: bool) -> str:
    """Return what a sentence or the code behind it means that names no licence, else ""."""
    for entry in listed("conditions"):
        for form in (link, words if len(words) <= _LONGEST_SENTENCE else ""):
            if form and pattern(entry["match"]).search(form):
                return str(
                    entry["means"] if about_access else entry.get("elsewhere", entry["means"])
                )
    return ""


def _in_json(words: str) -> _Statement | None:
    """Read the JSON that GDI-DE asks for; one without a known licence is kept as it is."""
    if next(licences.objects(words), None) is None:
        return None
    attribution = licences.attribution(words)
    read = licences.licence(words).value or ""
    known = vocabulary("licences").by_iri(read)
    licence = read if known else next(_named_in(words), words)
    return _Statement("", _JSON, licence, attribution=attribution)


def _named_in(words: str) -> Iterator[str]:
    """Yield the address and the name of an unknown licence in JSON."""
    for value in licences.objects(words):
        for key in ("url", "name", "id"):
            if isinstance(value.get(key), str) and value[key].strip():
                yield value[key].strip()
