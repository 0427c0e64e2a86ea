"""The table says all of DCAT-AP.de 3.0, in both languages, and nothing that cannot be."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from hanse_schemas import table
from hanse_schemas.table import Class, Property, TableError, classes, expand
from hanse_schemas.vocabulary import vocabulary

PROPERTIES = [
    pytest.param(cls, prop, id=f"{cls.name}.{prop.field}")
    for cls in classes().values()
    for prop in cls.properties
]
OBLIGATIONS = {
    "Pflicht": "mandatory",
    "Empfohlen": "recommended",
    "empfohlen": "recommended",
    "Optional": "optional",
}
#: Where the specification's box and its change log disagree, the shapes decide.
CARDINALITY_BY_SHAPES = {("dataset", "temporal_resolution")}


def specified(shapes_folder: Path) -> list[tuple[Class, dict[str, str]]]:
    """Every property the specification lists, with our class for it."""
    by_term = {cls.term: cls for cls in classes().values()}
    text = (shapes_folder / "dcat-ap-de-3.0" / "properties.json").read_text(encoding="utf-8")
    return [
        (by_term[expand(item["uri"].strip("`"))], prop)
        for item in json.loads(text)
        for prop in item["props"]
    ]


def test_every_property_of_the_specification_is_read(shapes_folder: Path) -> None:
    listed = specified(shapes_folder)
    assert len(listed) == 147
    missing = [
        (cls.name, raw["URI"])
        for cls, raw in listed
        if not any(
            expand(raw["URI"].strip("`")) in (prop.term, *prop.also) for prop in cls.properties
        )
    ]
    assert missing == []


def test_obligation_and_cardinality_are_the_specifications(shapes_folder: Path) -> None:
    wrong = []
    for cls, raw in specified(shapes_folder):
        found = [p for p in cls.properties if p.term == expand(raw["URI"].strip("`"))]
        if not found or found[0].obligation == "deprecated":
            continue
        wanted = (OBLIGATIONS[raw["Verbindlichkeit"]], raw["Multiplizität"].strip("`[]"))
        got = (found[0].obligation, found[0].cardinality)
        if got != wanted and (cls.name, found[0].field) not in CARDINALITY_BY_SHAPES:
            wrong.append((cls.name, found[0].field, got, wanted))
    assert wrong == []


@pytest.mark.parametrize(("cls", "prop"), PROPERTIES)
def test_a_property_can_be_understood_and_stored(cls: Class, prop: Property) -> None:
    for language in ("de", "en"):
        assert prop.label[language].strip()
        assert prop.help[language].rstrip().endswith((".", "?"))
    assert prop.example, "a data officer wants an example"
    if prop.of:
        assert prop.of in classes()
    if prop.kind == "concept" and prop.vocabulary:
        assert len(vocabulary(prop.vocabulary))
    if prop.replaced_by:
        assert cls.property(prop.replaced_by)
    if prop.more:
        more = cls.property(prop.more)
        assert (more.term, more.multiple, more.more_of) == (prop.term, True, prop.field)
        assert not prop.multiple
    for inner in prop.flatten:
        assert classes()[prop.of].property(inner)


@pytest.mark.parametrize("cls", classes().values(), ids=lambda cls: cls.name)
def test_no_two_fields_claim_the_same_property(cls: Class) -> None:
    claimed: dict[str, str] = {}
    for prop in cls.properties:
        if prop.more_of:
            continue
        for term in (prop.term, *prop.also):
            assert term not in claimed, f"{term}: {claimed.get(term)} and {prop.field}"
            claimed[term] = prop.field


@pytest.mark.parametrize("cls", classes().values(), ids=lambda cls: cls.name)
def test_words_in_the_place_of_a_node_have_a_field(cls: Class) -> None:
    if cls.words:
        assert cls.property(cls.words).kind in ("text", "string", "hex")


def test_what_hangs_behind_an_older_name_is_written_under_the_new_one() -> None:
    dataset = classes()["dataset"]
    for old, field in {
        "dcatde:originator": "originator",
        "dcatde:maintainer": "custodian",
        "owl:versionInfo": "version",
        "dcterms:hasVersion": "has_version",
    }.items():
        prop = dataset.property(field)
        assert expand(old) in prop.also
        assert prop.term != expand(old)
    assert (
        expand("dcatde:plannedAvailability")
        in classes()["distribution"].property("availability").also
    )


def test_the_keys_of_a_dict_are_known() -> None:
    keys = classes()["distribution"].keys()
    assert {"uri", "hash", "hash_algorithm", "name_translated", "access_services"} <= keys
    assert "checksum" not in keys
    keys = classes()["dataset"].keys()
    assert "tags_translated" in keys


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ("kind: text", "kind: texts"),
        ("term: dcterms:title", "term: dct:title"),
        ("label: {de: Titel, en: Title}", "label: {de: Titel}"),
        ("section: needed", "sektion: needed"),
        ("obligation: mandatory", "obligation: must"),
        ("field: title", "field: notes"),
        ("search: title", "search: titles"),
        ("search: title", "search: part"),
        ("facet: theme", "facet: topic"),
        ("facet: theme", "facet: year"),
        ("search: names", "search: title"),
        ("section: needed", "section: wanted"),
    ],
)
def test_a_fault_in_the_table_is_named(change: str, says: str) -> None:
    text = (Path(table.__file__).parent / "classes" / "dataset.yaml").read_text(encoding="utf-8")
    assert change in text
    with pytest.raises(TableError) as error:
        table._class("dataset", text.replace(change, says, 1))
    assert "dataset.yaml" in str(error.value) or "dct:title" in str(error.value)


def test_the_version_tells_one_table_from_another() -> None:
    assert len(table.version()) == 16


@pytest.mark.parametrize(
    ("entry", "says"),
    [
        ("kind: date\n    search: text", "nothing for the kind 'date'"),
        ("kind: concept\n    search: text", "no labels"),
        ("kind: concept\n    search: tags", "an IRI is no word"),
        ("kind: string\n    facet: theme", "nothing for the kind 'string'"),
    ],
)
def test_what_cannot_be_searched_is_refused(entry: str, says: str) -> None:
    text = f"""
class: dcat:Dataset
label: {{}}
help: {{}}
properties:
  - field: colour
    term: dcterms:colour
    {entry}
    cardinality: 0..1
    obligation: optional
    label: {{de: Farbe, en: Colour}}
    help: {{de: Farbe., en: Colour.}}
"""
    with pytest.raises(TableError, match=says):
        table._class("dataset", text)


def test_words_are_found_unless_the_table_says_otherwise() -> None:
    dataset = classes()["dataset"]
    assert dataset.property("notes").search == "text"
    assert dataset.property("tags").search == "tags"
    assert dataset.property("frequency").search == "none"
    assert dataset.property("version_notes").search == "none"
