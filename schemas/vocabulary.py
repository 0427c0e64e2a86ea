"""Read ``vocabularies/*.tsv``: controlled vocabularies in a compact format of our own.

A file begins with comment lines ``# scheme: <IRI>``, ``# base: <IRI prefix>`` and,
if there are labels in other languages than German and English, ``# languages: de en pl``;
then a header line and one tab-separated line per concept.  Columns: ``code``,
``iri`` (only if it is not base + code), the labels by language, ``same`` (other
IRIs and spellings of the same concept, separated by ``|``), then attributes
of the vocabulary (``open`` for licences …).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from importlib.resources import files
from itertools import zip_longest

from hanse_schemas.language import pick

_OWN = {"code", "iri", "same"}
_NAME = re.compile(r"[a-z0-9-]{1,60}")


@dataclass(frozen=True, slots=True)
class Concept:
    """An entry: canonical IRI, short code, labels, equivalent spellings, attributes."""

    iri: str
    code: str
    labels: Mapping[str, str]
    same: tuple[str, ...] = ()
    attributes: Mapping[str, str] = field(default_factory=dict)

    def label(self, language: str) -> str:
        """Return the label for a reader of ``language``, else the code."""
        return pick(self.labels, language) or self.code


def fold(text: str) -> str:
    """Return the form in which spellings are compared.

    Lower case, no scheme, no ``www.``, no trailing slash or ``#``, runs of blanks
    as one, ``_`` as ``-``, no leading dot (``.csv``).
    """
    text = " ".join(text.split()).casefold().replace("_", "-").lstrip(".")
    for prefix in ("https://", "http://", "www."):
        text = text.removeprefix(prefix)
    return text.rstrip("/#")


class Vocabulary:
    """Concepts by IRI, code and spelling."""

    def __init__(self, name: str, scheme: str, concepts: list[Concept], base: str = "") -> None:
        self.name = name
        self.scheme = scheme
        self.base = base
        self._concepts = concepts
        self._by_iri = {concept.iri: concept for concept in concepts}

    @cached_property
    def _by_spelling(self) -> dict[str, Concept]:
        found: dict[str, Concept] = {}
        for concept in self._concepts:  # canonical names take precedence over other spellings
            for text in (concept.iri, concept.code):
                found.setdefault(fold(text), concept)
        for concept in self._concepts:
            for text in (*concept.labels.values(), *concept.same):
                if text:
                    found.setdefault(fold(text), concept)
        return found

    def by_iri(self, iri: str) -> Concept | None:
        """Return the concept with exactly this canonical IRI, None if there is none."""
        return self._by_iri.get(iri)

    def find(self, text: str) -> Concept | None:
        """Return the concept for an IRI, code, label or known spelling; None if unknown."""
        return self._by_iri.get(text) or self._by_spelling.get(fold(text))

    def __iter__(self) -> Iterator[Concept]:
        return iter(self._by_iri.values())

    def __len__(self) -> int:
        return len(self._by_iri)


@cache
def vocabulary(name: str) -> Vocabulary:
    """Return the vocabulary in ``vocabularies/<name>.tsv``; raise FileNotFoundError if missing.

    Whatever ``name`` is, no other file is read: it may come from a client's issue.
    """
    if not _NAME.fullmatch(name):
        raise FileNotFoundError(name[:100])
    text = files("hanse_schemas").joinpath("vocabularies", f"{name}.tsv").read_text("utf-8")
    head: dict[str, str] = {}
    body: list[str] = []
    for line in text.splitlines():
        if line.startswith("#"):
            key, _, value = line[1:].partition(":")
            head.setdefault(key.strip(), value.strip())
        elif line.strip():
            body.append(line)
    concepts = []
    languages = head.get("languages", "de en").split()
    own = {*_OWN, *languages}
    columns = body[0].split("\t") if body else []
    for line in body[1:]:
        cells = line.split("\t")
        row = {key: cell.strip() for key, cell in zip_longest(columns, cells, fillvalue="") if key}
        concepts.append(
            Concept(
                iri=row.get("iri") or head.get("base", "") + row["code"],
                code=row["code"],
                labels={language: row[language] for language in languages if row.get(language)},
                same=tuple(item.strip() for item in row.get("same", "").split("|") if item.strip()),
                attributes={k: v for k, v in row.items() if k not in own and v},
            )
        )
    return Vocabulary(name, head.get("scheme", ""), concepts, head.get("base", ""))


def address_of(name: str) -> str:
    """Return " (address)" of a vocabulary, "" of one without address or an unknown one."""
    try:
        scheme = vocabulary(name).scheme
    except FileNotFoundError:
        return ""
    return f" ({scheme})" if scheme else ""
