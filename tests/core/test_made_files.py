"""What is made from the table is committed, fresh, and what ckanext-scheming understands."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from hanse_schemas import make
from hanse_schemas.table import classes

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def schema() -> dict[str, Any]:
    """The committed schema of datasets."""
    text = (ROOT / "schemas" / "dcat_ap_de.yaml").read_text(encoding="utf-8")
    loaded: dict[str, Any] = yaml.safe_load(text)
    return loaded


def fields(found: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """All fields, those of nested objects too."""
    for field in found:
        yield field
        yield from fields(field.get("repeating_subfields", []))


def test_the_committed_files_are_fresh(capsys: pytest.CaptureFixture[str]) -> None:
    assert make.main(["--check"]) == 0, capsys.readouterr().err


def test_a_file_that_is_not_fresh_is_named(tmp_path: Path) -> None:
    for path, text in make.MADE.items():
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_text(text(), encoding="utf-8")
    assert make.stale(tmp_path) == []
    changed = tmp_path / "docs" / "fields.md"
    changed.write_text("by hand", encoding="utf-8")
    assert make.stale(tmp_path) == ["docs/fields.md"]


@pytest.mark.parametrize(
    ("part", "name", "apart"),
    [
        ("dataset_fields", "dataset", {"resources", "tags"}),
        ("resource_fields", "distribution", set()),
    ],
)
def test_every_key_of_the_table_has_a_field(
    schema: dict[str, Any], part: str, name: str, apart: set[str]
) -> None:
    made = {field["field_name"] for field in schema[part]}
    assert classes()[name].keys() - made == apart


def test_every_field_speaks_german_and_english(schema: dict[str, Any]) -> None:
    for field in fields(schema["dataset_fields"] + schema["resource_fields"]):
        assert set(field["label"]) == {"de", "en"}, field["field_name"]
        if "help_text" in field:
            assert set(field["help_text"]) == {"de", "en"}, field["field_name"]


def test_what_is_shown_in_a_form_says_how_it_is_stored(schema: dict[str, Any]) -> None:
    for field in fields(schema["dataset_fields"] + schema["resource_fields"]):
        assert {"validators", "preset", "repeating_subfields"} & set(field), field["field_name"]


def test_the_form_begins_with_what_is_needed(schema: dict[str, Any]) -> None:
    needed = [f["field_name"] for f in schema["dataset_fields"] if f.get("section") == "needed"]
    assert needed == [
        "title", "name", "owner_org", "notes", "tag_string", "theme", "publisher", "contact",
    ]  # fmt: skip
    needed = [f["field_name"] for f in schema["resource_fields"] if f.get("section") == "needed"]
    assert needed == ["url", "license", "license_attribution_by_text", "name", "format"]


def test_only_mandatory_properties_are_asked_for_on_publishing(schema: dict[str, Any]) -> None:
    asked = {
        part: [f["field_name"] for f in schema[part] if f.get("required_to_publish")]
        for part in ("dataset_fields", "resource_fields")
    }
    assert asked == {
        "dataset_fields": ["title", "notes", "publisher"],
        "resource_fields": ["url", "license"],
    }


def test_the_documentation_names_every_field() -> None:
    text = (ROOT / "docs" / "fields.md").read_text(encoding="utf-8")
    for cls in classes().values():
        for prop in cls.properties:
            for name in prop.flatten.values() or (prop.field,):
                assert f"`{name}`" in text
