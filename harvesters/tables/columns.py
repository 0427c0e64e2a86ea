"""The columns of a list (``schemas/mappings/table.yaml``), and how their headers are recognised."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any

import yaml

from hanse_schemas.kinds import TableError
from hanse_schemas.language import pick
from hanse_schemas.table import LOADER, Class, Property, classes
from hanse_schemas.vocabulary import vocabulary

_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "æ": "ae", "ø": "oe"})
_BRACKETS = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")
#: What stands around a name: a number before it or after it, and that it is asked for.
_NUMBERED = re.compile(
    r"^\s*(?:\d{1,2}(?:\.\d{1,2})*\s*[.):–-]?\s+|\d{1,2}\s*[.):]|[A-Za-z][.)]\s*)|\s+\d{1,2}\s*$"
    r"|\b(?:pflicht(?:feld|angabe)?|optional|mandatory|required)\b", re.IGNORECASE,
)  # fmt: skip
#: How alike a header must be to be named as the nearest one.
_ALIKE = 0.75


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a list.

    ``path``       field of the dataset or of the file; of an object: field and inner field.
    ``prop``       the property of that field: kind, vocabulary, number of values.
    ``obligation`` mandatory, recommended or optional: what DCAT-AP.de asks for.
    ``several``    whether a cell may hold several values.
    ``of_file``    whether each row may have its own value.
    ``from_above`` whether an empty cell takes the value of the file above.
    ``choice``     codes that the template offers in a drop-down, () for none.
    ``fills``      another field of the file that takes the value if it has none, "" for none.
    ``to_files``   field of every file that takes the value of the dataset, "" for none.
    ``without_file``  field of the dataset for the value if the dataset has no file, "" for none.
    ``example``    by language.
    """

    key: str
    path: tuple[str, ...]
    prop: Property
    obligation: str
    several: bool
    of_file: bool
    block: str
    header: Mapping[str, str]
    also: tuple[str, ...]
    help: Mapping[str, str]
    example: Mapping[str, str]
    width: int
    from_above: bool
    choice: tuple[str, ...]
    fills: str
    without_file: str
    to_files: str

    @property
    def is_mandatory(self) -> bool:
        """Whether DCAT-AP.de asks for a value."""
        return self.obligation == "mandatory"

    def choices(self, language: str) -> list[str]:
        """Return the labels that a drop-down offers, [] for free text."""
        if not self.choice:
            return []
        by_code = {concept.code: concept for concept in vocabulary(self.prop.vocabulary)}
        return list(dict.fromkeys(by_code[code].label(language) for code in self.choice))

    def shown_example(self, language: str) -> str:
        """Return the example in a language; a code as its label."""
        example = pick(self.example, language)
        known = vocabulary(self.prop.vocabulary).find(example) if self.choice and example else None
        return known.label(language) if known else example

    @property
    def field(self) -> str:
        """The field as issues name it: ``publisher.name``, ``resources.license``."""
        return ".".join(("resources", *self.path) if self.of_file else self.path)


@dataclass(frozen=True, slots=True)
class Block:
    """A band over some columns: its title and help by language."""

    title: Mapping[str, str]
    help: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Identity:
    """The keys of the columns by which a dataset is known."""

    title: str
    identifier: str
    uuid: str


@cache
def _document() -> Mapping[str, Any]:
    text = files("hanse_schemas").joinpath("mappings", "table.yaml").read_text(encoding="utf-8")
    loaded: Mapping[str, Any] = yaml.load(text, LOADER)
    return loaded


@cache
def columns() -> Mapping[str, Column]:
    """Return all columns, key → column, in the order of the template."""
    return {key: _column(key, raw) for key, raw in _document()["columns"].items()}


@cache
def blocks() -> Mapping[str, Block]:
    """Return the bands over the columns, name → block, in order."""
    return {name: Block(**raw) for name, raw in _document()["blocks"].items()}


@cache
def identity() -> Identity:
    """Return the columns by which a dataset is known."""
    return Identity(**_document()["identity"])


def is_example(identifier: str, title: str) -> bool:
    """Return whether a dataset is the template's example row."""
    known = columns()[identity().title].example.values()
    marks = {fold(text) for text in _document()["example_identifiers"]}
    return fold(identifier) in marks and fold(title) in map(fold, known)


def _column(key: str, raw: Mapping[str, Any]) -> Column:
    of_file = raw["of"] == "file"
    path = tuple(raw["field"].split("."))
    owner = classes()["distribution" if of_file else "dataset"]
    prop, several = _property(owner, path, f"mappings/table.yaml, column {key!r}")
    example = raw.get("example", {})
    return Column(
        key=key,
        path=path,
        prop=prop,
        obligation=raw.get("obligation") or _obligation(owner.property(path[0]), prop),
        several=several,
        of_file=of_file,
        block=raw["block"],
        header=raw["header"],
        also=tuple(raw.get("also", ())),
        help=raw["help"],
        example=example if isinstance(example, dict) else {"de": example, "en": example},
        width=raw.get("width", 20),
        from_above=raw.get("above", False),
        choice=_choice(raw.get("choice", False), prop),
        fills=raw.get("fills", ""),
        without_file=raw.get("without_file", ""),
        to_files=raw.get("to_files", ""),
    )


def _choice(choice: bool | list[str], prop: Property) -> tuple[str, ...]:
    """Return the codes of a drop-down: all that a form offers, preferred ones first."""
    if not choice:
        return ()
    found = [
        concept for concept in vocabulary(prop.vocabulary) if concept.attributes.get("form") != "no"
    ]
    known = [concept.code for concept in found]
    if isinstance(choice, list):
        if missing := set(choice) - set(known):
            raise TableError(f"mappings/table.yaml: {sorted(missing)} are not in {prop.vocabulary}")
        return tuple(choice)
    return tuple(dict.fromkeys([*(code for code in prop.preferred if code in known), *known]))


def _obligation(outer: Property, inner: Property) -> str:
    """Return what is asked for of a value inside an object: no more than of the object."""
    asked = ("optional", "recommended", "mandatory")
    weights = (
        asked.index(each) if each in asked else 0 for each in (outer.obligation, inner.obligation)
    )
    return asked[min(weights)]


def _property(owner: Class, path: tuple[str, ...], where: str) -> tuple[Property, bool]:
    """Return the property at a path, and whether the table keeps several values of it."""
    try:
        first = owner.property(path[0])
        if len(path) == 2:
            return classes()[first.of].property(path[1]), False
        if first.flatten:
            inner = next(name for name, field in first.flatten.items() if field == path[0])
            return classes()[first.of].property(inner), first.multiple
    except KeyError as error:
        raise TableError(f"{where}: {error}") from error
    return first, first.multiple


def fold(text: str) -> str:
    """Return the form in which headers are compared: letters and digits, no umlauts, no case.

    >>> fold("Schlagwörter") == fold("SCHLAGWOERTER") == fold("Schlagworter ")
    True
    """
    plain = text.casefold().translate(_UMLAUTS)
    plain = unicodedata.normalize("NFKD", plain)
    plain = "".join(sign for sign in plain if sign.isalnum() and ord(sign) < 128)
    return re.sub("([aou])e", r"\1", plain)


def _forms(header: str) -> Iterator[str]:
    """Yield a header as it is, without what stands around the name, and the parts of one in two.

    ``Titel (Pflicht)``, ``3. Titel``, ``Titel / Title``.
    """
    yield fold(header)
    bare = _BRACKETS.sub(" ", header)
    yield fold(bare)
    bare = _NUMBERED.sub(" ", bare)
    yield fold(bare)
    for part in re.split(r"[/|\n]", bare):
        yield fold(part)


@cache
def _known() -> Mapping[str, Column]:
    """Return the folded header → column; a column's own header prevails over further ones."""
    found: dict[str, Column] = {}
    for names in (
        lambda column: column.header.values(),
        lambda column: column.also,
        lambda column: (column.key,),
        lambda column: ("_".join(column.path), column.field),
    ):
        for column in columns().values():
            for name in names(column):
                found.setdefault(fold(name), column)
    return found


@lru_cache(maxsize=4096)
def recognised(header: str) -> Column | None:
    """Return the column that a header names, None if there is none."""
    for form in _forms(header):
        if form and (column := _known().get(form)):
            return column
    return None


def is_own(header: str, column: Column) -> bool:
    """Return whether a header is the column's own, and not only a further one."""
    own = {fold(name) for name in column.header.values()}
    return not own.isdisjoint(_forms(header))


def nearest(header: str) -> Column | None:
    """Return the column whose header is most like an unknown one, None if none is alike."""
    close = difflib.get_close_matches(fold(header), _known(), 1, _ALIKE)
    return _known()[close[0]] if close else None


@cache
def sheet_names() -> frozenset[str]:
    """Return the names of the sheets that our workbooks have beside the list."""
    sheets: Mapping[str, Mapping[str, str]] = _document()["sheets"]
    return frozenset(
        name for key, names in sheets.items() if key != "list" for name in names.values()
    )


def sheet_name(key: str, language: str) -> str:
    """Return the name of a sheet of our workbooks: ``list``, ``help``, ``choices``, ``summary``."""
    names: Mapping[str, str] = _document()["sheets"][key]
    return pick(names, language)
