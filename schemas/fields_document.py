"""Generate the field documentation in German and English, as Markdown, from the table."""

from __future__ import annotations

from collections.abc import Iterator

from hanse_schemas.table import PREFIXES, Class, Property, classes

_OBLIGATIONS = {
    "mandatory": "Pflicht / mandatory",
    "recommended": "empfohlen / recommended",
    "optional": "optional",
    "deprecated": "veraltet / deprecated",
}
#: Order of the classes: from those that a city describes to those nested in them.
_ORDER = (
    "dataset", "distribution", "data_service", "dataset_series", "catalog", "catalog_record",
    "agent", "contact", "location", "period", "relationship", "attribution", "activity",
    "identifier", "checksum",
)  # fmt: skip
_INTRODUCTION = """\
# Felder / Fields

<!-- Made from schemas/classes by `python -m hanse_schemas.make`; do not edit. -->

Alle Felder des Katalogs nach DCAT-AP.de 3.0: wie sie in CKAN heißen, für welche Eigenschaft
sie stehen, und was hineingehört. Felder, die andere Sprachen kennen, haben daneben
`<Feld>_translated` mit `{"de": …, "en": …}`; verschachtelte Angaben tragen ihre Adresse unter
`uri`.

All fields of the catalogue by DCAT-AP.de 3.0: their names in CKAN, the property they stand
for, and what belongs into them. Fields that know other languages have `<field>_translated`
beside them with `{"de": …, "en": …}`; nested objects keep their address under `uri`.
"""


def document() -> str:
    """Return the whole document."""
    known = classes()
    names = [*_ORDER, *sorted(set(known) - set(_ORDER))]
    return "\n".join([_INTRODUCTION, *(_section(known[name]) for name in names)])


def _section(cls: Class) -> str:
    rows = [_row(prop) for prop in cls.properties]
    return "\n".join(
        [
            f"## {cls.label['de']} / {cls.label['en']} (`{_curie(cls.term)}`)",
            "",
            f"{cls.help['de']} / {cls.help['en']}",
            "",
            "| Feld / Field | Eigenschaft / Property | Angabe / Obligation | Deutsch | English |",
            "|---|---|---|---|---|",
            *rows,
            "",
        ]
    )


def _row(prop: Property) -> str:
    obligation = f"{_OBLIGATIONS[prop.obligation]}, {prop.cardinality}"
    words = [f"**{prop.label[lang]}.** {prop.help[lang]}" for lang in ("de", "en")]
    if prop.example:
        words = [f"{text} _{prefix}: {prop.example}_" for text, prefix in _with("z. B.", words)]
    cells = [", ".join(_names(prop)), _property(prop), obligation, *words]
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _with(german: str, words: list[str]) -> Iterator[tuple[str, str]]:
    return zip(words, (german, "e.g."), strict=True)


def _names(prop: Property) -> list[str]:
    return [f"`{name}`" for name in (prop.flatten.values() or (prop.field,))]


def _property(prop: Property) -> str:
    """Return the term, its alternatives when reading, and the source of its values."""
    text = f"`{_curie(prop.term)}`"
    if prop.also:
        text += " (" + ", ".join(f"`{_curie(term)}`" for term in prop.also) + ")"
    if prop.vocabulary:
        text += f" → {prop.vocabulary}"
    if prop.of:
        text += f" → {classes()[prop.of].label['de']} / {classes()[prop.of].label['en']}"
    return text


def _curie(iri: str) -> str:
    for prefix, base in PREFIXES.items():
        if iri.startswith(base):
            return f"{prefix}:{iri.removeprefix(base)}"
    return iri
