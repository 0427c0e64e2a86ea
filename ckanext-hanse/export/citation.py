"""How a dataset is cited: as a sentence, and for reference managers.

BibTeX (``@misc``, which every style knows), RIS (https://en.wikipedia.org/wiki/RIS_(file_format),
type DATA) and CSL-JSON (https://github.com/citation-style-language/schema, version 1.0.2).
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from ckanext.hanse.export.description import Description, known_date

#: Characters of a description that a reference manager gets.
_ABSTRACT = 2000
#: What TeX would read as a command; the rest of Unicode is left to it.
_TEX = {
    "\\": r"\textbackslash{}",
    "{": r"\textbraceleft{}",  # BibTeX counts braces after a backslash too
    "}": r"\textbraceright{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    **{sign: f"\\{sign}" for sign in "#$%&_"},
}
_TEX_SIGN = re.compile("[" + re.escape("".join(_TEX)) + "]")
#: In an address only these would end it or unbalance the entry.
_URL_SIGN = re.compile(r"[{}\\\s]")
_DATE = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?")


class CitationFormat(NamedTuple):
    """A format of reference managers: its name, media type, and how it is written."""

    name: str
    media_type: str
    write: Callable[[Description], str]


def text(found: Description) -> str:
    """Return author (year): title. Version. Catalogue. Address. Licence – as far as known."""
    year = _date(found)[:1]
    head = ", ".join(party.name for party in found.authors)
    head += f" ({year[0]})" if year else ""
    parts = [
        f"{head}: {found.title}" if head else found.title,
        f"Version {found.version}" if found.version else "",
        found.catalogue,
        found.cited,
        _licences(found),
    ]
    return ". ".join(part.rstrip(".") for part in parts if part) + "."


def bibtex(found: Description) -> str:
    """Return the entry; names of bodies are in braces of their own, so that none is taken apart."""
    date = _date(found)
    fields = {
        "author": " and ".join(f"{{{_tex(party.name)}}}" for party in found.authors),
        "title": f"{{{_tex(found.title)}}}",
        "year": date[0] if date else "",
        "date": "-".join(date) if len(date) > 1 else "",
        "publisher": " and ".join(_tex(party.name) for party in found.publishers),
        "version": _tex(found.version),
        "doi": _URL_SIGN.sub(_percent, found.doi),
        "url": _URL_SIGN.sub(_percent, found.cited),
        "howpublished": _tex(found.catalogue),
        "note": _tex(_licences(found)),
        "keywords": ", ".join(_tex(word) for word in found.keywords),
        "language": found.language,
        "type": "Dataset",
    }
    lines = [f"  {name} = {{{value}}}" for name, value in fields.items() if value]
    return f"@misc{{{_key(found)},\n" + ",\n".join(lines) + "\n}\n"


def ris(found: Description) -> str:
    """Return the record; each line is a tag, two blanks, a hyphen and the value."""
    return "".join(f"{tag}  - {_line(value)}\r\n" for tag, value in _ris(found))


def csl(found: Description) -> str:
    """Return a list with the one item, as reference managers import it."""
    date = [int(part) for part in _date(found)]
    item: dict[str, Any] = {
        "id": found.name,
        "type": "dataset",
        "title": _line(found.title),
        "author": [{"literal": _line(party.name)} for party in found.authors],
        "issued": {"date-parts": [date]} if date else None,
        "publisher": ", ".join(party.name for party in found.publishers),
        "version": found.version,
        "DOI": found.doi,
        "URL": found.cited,
        "source": found.catalogue,
        "abstract": found.text[:_ABSTRACT],
        "keyword": ", ".join(found.keywords),
        "language": found.language,
        "note": _licences(found),
    }
    known = {name: value for name, value in item.items() if value}
    return json.dumps([known], ensure_ascii=False, indent=1) + "\n"


#: File extension → format.
FORMATS = {
    "bib": CitationFormat("BibTeX", "application/x-bibtex", bibtex),
    "ris": CitationFormat("RIS", "application/x-research-info-systems", ris),
    "json": CitationFormat("CSL-JSON", "application/vnd.citationstyles.csl+json", csl),
}


def _ris(found: Description) -> Iterator[tuple[str, str]]:
    date = _date(found)
    yield "TY", "DATA"
    yield from (("AU", party.name) for party in found.authors)
    one = {
        "TI": found.title,
        "PY": date[0] if date else "",
        "DA": "/".join([*date, *[""] * (3 - len(date))]) + "/" if date else "",
        "PB": ", ".join(party.name for party in found.publishers),
        "ET": found.version,
        "DO": found.doi,
        "UR": found.cited,
        "DB": found.catalogue,
        "AB": found.text[:_ABSTRACT],
        "LA": found.language,
        "N1": _licences(found),
    }
    yield from ((tag, value) for tag, value in one.items() if value)
    yield from (("KW", word) for word in found.keywords)
    yield "ER", ""


def _date(found: Description) -> list[str]:
    """Return year, month and day of the last change of the data, else of their publication."""
    match = _DATE.match(known_date(found.modified) or known_date(found.issued))
    return [part for part in match.groups() if part] if match else []


def _licences(found: Description) -> str:
    return ", ".join(item.name for item in found.licences)


def _key(found: Description) -> str:
    """Return a key that every program takes: letters, digits, hyphen and underscore."""
    return re.sub(r"[^A-Za-z0-9_-]+", "-", found.name).strip("-") or "dataset"


def _tex(value: str) -> str:
    return _TEX_SIGN.sub(lambda sign: _TEX[sign[0]], _line(value))


def _percent(sign: re.Match[str]) -> str:
    return f"%{ord(sign[0]):02X}"


def _line(value: str) -> str:
    """Return a value on one line: what came with line ends must not begin another tag."""
    return " ".join(value.split())
