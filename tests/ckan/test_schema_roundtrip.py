"""What goes into CKAN comes out of it: every field of the table, unchanged."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any, ClassVar

import ckan.plugins.toolkit as tk
import pytest
from ckan import model
from ckan.lib import search
from ckan.tests import helpers

from ckanext.hanse.store import package_dict
from hanse_schemas.table import Class, Property, classes
from hanse_schemas.vocabulary import vocabulary

_PLAIN = {
    "string": "StaNord_CMS:{}",
    "iri": "https://daten.example/ä%20b/{}?c=d&e=%7Bf%7D",
    "statement": "Ohne Gewähr, {}. Ausgabe\nzweite Zeile",
    "mailto": "stelle+{}@stadt.example",
    "tel": "+49 381 {}",
    "date": "2024-0{}",
    "decimal": "0.5{}",
    "duration": "P{}Y",
    "hex": "9e107d9d37{}0",
    "geometry": '{{"type":"Point","coordinates":[12.1,54.{}]}}',
}


class Filled:
    """A dataset with every field of the table filled, values all different."""

    def __init__(self) -> None:
        self._count = itertools.count(1)

    def dataset(self) -> dict[str, Any]:
        return self._object(classes()["dataset"])

    def _object(self, cls: Class) -> dict[str, Any]:
        found: dict[str, Any] = {"uri": self._value("iri")}
        for prop in cls.properties:
            found.update(self._property(prop))
        if cls.name == "distribution":
            found["url"] = found["download_url"]
        return found

    def _property(self, prop: Property) -> dict[str, Any]:
        if prop.flatten:
            nested = classes()[prop.of]
            return {
                field: [self._single(nested.property(inner))]
                if prop.multiple
                else self._single(nested.property(inner))
                for inner, field in prop.flatten.items()
            }
        if prop.kind == "keyword":
            names = ["Straße: A/B (neu)", "ß", f"Baum {next(self._count)}"]
            return {
                "tags": [{"name": name} for name in sorted(names)],
                "tags_translated": {"de": names, "en": ["tree"]},
            }
        if prop.kind == "object":
            nested = [self._object(classes()[prop.of]) for _ in range(2)]
            return {prop.field: nested if prop.multiple else nested[0]}
        if prop.kind == "text":
            text = f"Wörter „{next(self._count)}“\n\n* [x](y) <b>"
            translated = {"de": text, "en": "words", "pl": "słowa"}
            return {prop.field: text, f"{prop.field}_translated": translated}
        values = [self._single(prop) for _ in range(2)]
        return {prop.field: values if prop.multiple else values[0]}

    def _single(self, prop: Property) -> Any:
        number = next(self._count)
        if prop.kind == "integer":
            return 2**40 + number
        if prop.kind == "concept":
            known = list(vocabulary(prop.vocabulary))
            concept = known[number % len(known)]
            return concept.code if prop.store == "code" else concept.iri
        return self._value(prop.kind)

    def _value(self, kind: str) -> str:
        return _PLAIN[kind].format(next(self._count))


def _act(action: str, /, **data: Any) -> Any:
    """An action as the site itself."""
    user = tk.get_action("get_site_user")({"ignore_auth": True}, {})
    return helpers.call_action(action, {"user": user["name"]}, **data)


def _create(owner: str, dataset: dict[str, Any], **more: Any) -> dict[str, Any]:
    package = package_dict.new_package(dataset, name="baumkataster", owner_org=owner) | more
    return _act("package_create", **package)


def _show(name: str = "baumkataster") -> dict[str, Any]:
    return _act("package_show", id=name)


@pytest.fixture
def rostock(cities: dict[str, dict[str, Any]]) -> str:
    return str(cities["rostock"]["id"])


def test_every_field_of_the_table_comes_back_as_it_went_in(rostock: str) -> None:
    dataset = Filled().dataset()
    _create(rostock, dataset)
    assert package_dict.dataset_of(_show()) == dataset


def test_a_dataset_with_every_field_is_in_the_index(rostock: str) -> None:
    package = _create(rostock, Filled().dataset())
    found = search.query_for(model.Package).run({"q": f"id:{package['id']}"})
    assert found["results"] == ["baumkataster"]


def test_an_update_with_what_was_shown_changes_nothing(rostock: str) -> None:
    _create(rostock, Filled().dataset())
    shown = _show()
    _act("package_update", **shown)
    again = _show()
    assert again["metadata_modified"] == shown["metadata_modified"]
    assert again == shown


def test_an_update_empties_what_it_does_not_name(rostock: str) -> None:
    _create(rostock, Filled().dataset())
    bare = {"title": "Nur das Nötige", "notes": "x", "publisher": [{"name": "Stadt"}]}
    _act("package_update", **package_dict.new_package(bare, name="baumkataster", owner_org=rostock))
    assert package_dict.dataset_of(_show()) == bare


def test_a_patch_of_one_field_leaves_all_others(rostock: str) -> None:
    dataset = Filled().dataset()
    package = _create(rostock, dataset)
    _act("package_patch", id=package["id"], version="3")
    assert package_dict.dataset_of(_show()) == dataset | {"version": "3"}


def test_a_harvested_dataset_needs_no_more_than_a_title(rostock: str) -> None:
    package = _create(rostock, {"title": "T"})
    _act("package_patch", id=package["id"], version="2")
    assert package_dict.dataset_of(_show()) == {"title": "T", "version": "2"}


@pytest.mark.parametrize(
    ("dataset", "field"),
    [
        ({"title": ""}, "title"),
        ({"title": "T", "url": "javascript:alert(1)"}, "url"),
        (
            {"title": "T", "documentation": ["https://a.example", " JavaScript\t:x"]},
            "documentation",
        ),
        ({"title": "T", "publisher": [{"name": "N", "url": "data:text/html,x"}]}, "publisher"),
        ({"title": "T", "resources": [{"url": "java\nscript:x"}]}, "resources"),
        ({"title": "T", "resources": [{"url": "https://a.example", "size": "viel"}]}, "resources"),
        ({"title": "T", "tags": [{"name": "x" * 101}]}, "tags"),
    ],
)
def test_what_cannot_be_stored_safely_is_refused(
    rostock: str, dataset: dict[str, Any], field: str
) -> None:
    package = {"name": "baumkataster", "owner_org": rostock, "type": "dataset", **dataset}
    with pytest.raises(tk.ValidationError) as refused:
        _act("package_create", **package)
    assert field in refused.value.error_dict


def test_no_organisation_is_refused(clean: None) -> None:
    with pytest.raises(tk.ValidationError) as refused:
        _act("package_create", name="a", title="T")
    assert "owner_org" in refused.value.error_dict


def test_invalid_addresses_stay_as_they_came(rostock: str) -> None:
    dataset = {"title": "T", "documentation": ["http://10.61.0.1/a b{ü}", "#distribution_"]}
    _create(rostock, dataset)
    assert package_dict.dataset_of(_show()) == dataset


class TestPublishing:
    """An editor keeps a draft as bare as she likes; publishing asks for what is mandatory."""

    COMPLETE: ClassVar[dict[str, Any]] = {
        "notes": "Alle Bäume",
        "publisher": [{"name": "Stadt"}],
        "resources": [
            {"url": "https://a.example", "license": "http://dcat-ap.de/def/licenses/cc-zero"}
        ],
    }

    @pytest.fixture
    def draft(self, officer: Callable[..., dict[str, Any]]) -> Callable[..., dict[str, Any]]:
        """Makes a draft as the form of a new dataset does."""
        editor = officer("rostock")

        def make(**fields: Any) -> dict[str, Any]:
            context = {"user": editor["name"], "allow_state_change": True, "ignore_auth": False}
            package = helpers.call_action(
                "package_create", context, name="baumkataster", title="Bäume", state="draft",
                owner_org="rostock", **fields,
            )  # fmt: skip
            return package | {"editor": editor}

        return make

    def test_a_draft_needs_a_title_only(self, draft: Callable[..., dict[str, Any]]) -> None:
        assert draft()["state"] == "draft"

    def test_publishing_says_what_is_missing(
        self, draft: Callable[..., dict[str, Any]], api: Callable[..., Any]
    ) -> None:
        package = draft(resources=[{"url": "https://a.example"}])
        with pytest.raises(tk.ValidationError) as refused:
            api(package["editor"], "package_patch", id=package["id"], state="active")
        assert set(refused.value.error_dict) == {"notes", "publisher", "license"}
        assert "https://a.example" in str(refused.value.error_dict["license"])

    def test_a_complete_draft_is_published(
        self, draft: Callable[..., dict[str, Any]], api: Callable[..., Any]
    ) -> None:
        package = draft(**self.COMPLETE)
        published = api(package["editor"], "package_patch", id=package["id"], state="active")
        assert published["state"] == "active"

    def test_a_published_dataset_keeps_what_is_mandatory(
        self, draft: Callable[..., dict[str, Any]], api: Callable[..., Any]
    ) -> None:
        package = draft(**self.COMPLETE)
        api(package["editor"], "package_patch", id=package["id"], state="active")
        with pytest.raises(tk.ValidationError) as refused:
            api(package["editor"], "package_patch", id=package["id"], publisher=[])
        assert set(refused.value.error_dict) == {"publisher"}


def test_a_form_sends_lines_repeated_fields_and_json(rostock: str) -> None:
    _act(
        "package_create",
        **{
            "name": "baumkataster",
            "title": "T",
            "owner_org": rostock,
            "tag_string": "Baum, Straße: A/B",
            "theme": ["http://publications.europa.eu/resource/authority/data-theme/ENVI", ""],
            "documentation": "https://a.example\r\nhttps://b.example",
            "title_translated": '{"de": "T", "en": "t"}',
            "publisher-0-name": "Stadt",
            "publisher-0-email": "",
            "version": "  ",
        },
    )
    shown = package_dict.dataset_of(_show())
    assert shown == {
        "title": "T",
        "title_translated": {"de": "T", "en": "t"},
        "tags": [{"name": "Baum"}, {"name": "Straße: A/B"}],
        "theme": ["http://publications.europa.eu/resource/authority/data-theme/ENVI"],
        "documentation": ["https://a.example", "https://b.example"],
        "publisher": [{"name": "Stadt"}],
    }
    # CKAN tells drafts and published ones apart by state alone.
    assert _show()["state"] == "active"


def test_an_edited_title_is_the_title_in_its_language_too(rostock: str) -> None:
    texts = {"de": "Bäume", "en": "Trees"}
    _create(rostock, {"title": "Bäume", "title_translated": texts})
    _act("package_patch", id=_show()["id"], title="Straßenbäume")
    assert _show()["title_translated"] == {"de": "Straßenbäume", "en": "Trees"}


def test_an_uploaded_files_format_is_known_by_its_ending(rostock: str) -> None:
    resource = {"url": "bäume.GeoJSON", "url_type": "upload"}
    _create(rostock, {"title": "T", "resources": [resource]})
    assert _show()["resources"][0]["format"] == "GEOJSON"


def test_a_city_keeps_all_its_fields(clean: None) -> None:
    city = {
        "title": "Hansestadt Stralsund",
        "title_translated": {"de": "Hansestadt Stralsund", "en": "City of Stralsund"},
        "description": "Welterbe",
        "description_translated": {"de": "Welterbe", "en": "World heritage"},
        "url": "https://www.stralsund.de",
        "email": "opendata@stralsund.de",
        "dcat_type": "http://purl.org/adms/publishertype/LocalAuthority",
        "ars": "130730088088",
        "contributor_id": "http://dcat-ap.de/def/contributors/mecklenburgVorpommern",
        "identifier": "x:1",
        "uri": "https://www.stralsund.de/#city",
    }
    _act("organization_create", name="stralsund", **city)
    shown = _act("organization_show", id="stralsund")
    assert {key: shown[key] for key in city} == city
    _act("organization_patch", id="stralsund", email="neu@stralsund.de")
    shown = _act("organization_show", id="stralsund")
    assert {key: shown[key] for key in city} == city | {"email": "neu@stralsund.de"}
