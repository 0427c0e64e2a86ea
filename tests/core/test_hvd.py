"""High-value datasets: what is offered as one, and what one lacks by the EU's reporting."""

from __future__ import annotations

from typing import Any

import pytest

from hanse_harvesters.quality import hvd, hvd_offers
from hanse_schemas.vocabulary import vocabulary

LAW = "http://data.europa.eu/eli/reg_impl/2023/138/oj"
BASE = "http://data.europa.eu/bna/"
LICENCE = "http://dcat-ap.de/def/licenses/"
THEME = "http://publications.europa.eu/resource/authority/data-theme/"
CONTACT = {"name": "Geodaten", "email": "geodaten@stadt.example"}


def complete() -> dict[str, Any]:
    service = {
        "uri": "https://geo.example/wfs",
        "endpoint_url": ["https://geo.example/wfs"],
        "documentation": ["https://geo.example/wfs/anleitung"],
        "contact": [CONTACT],
    }
    file = {
        "access_url": "https://geo.example/adressen",
        "download_url": "https://geo.example/adressen.csv",
        "format": "CSV",
        "license": f"{LICENCE}dl-by-de/2.0",
        "applicable_legislation": [LAW],
        "access_services": [service],
    }
    return {
        "title": "Adressen",
        "hvd_category": [f"{BASE}c_c3de25e4"],
        "applicable_legislation": [LAW],
        "contact": [CONTACT],
        "resources": [file],
    }


def without(path: str, *, value: Any = None) -> dict[str, Any]:
    """A complete dataset with one field emptied, or set to another value."""
    dataset = complete()
    *way, last = path.split(".")
    here: Any = dataset
    for step in way:
        here = here[step][0]
    here.pop(last)
    if value is not None:
        here[last] = value
    return dataset


def test_a_complete_dataset_meets_every_criterion() -> None:
    assert hvd.assess(complete()).issues == ()
    assert hvd.declared(complete())


SERVICE = "resources.access_services"


@pytest.mark.parametrize(
    ("dataset", "criterion", "rule", "field"),
    [
        (without("hvd_category"), "category", "hvd-category-missing", "hvd_category"),
        (without("applicable_legislation"), "legislation", "hvd-legislation-missing",
         "applicable_legislation"),
        (without("resources.applicable_legislation"), "legislation",
         "hvd-distribution-legislation-missing", "resources[0].applicable_legislation"),
        (without("resources.license"), "licence", "hvd-licence-missing", "resources[0].license"),
        (without("resources.license", value=f"{LICENCE}cc-by-sa/4.0"), "licence",
         "hvd-licence-stricter", "resources[0].license"),
        (without("resources.license", value="https://stadt.example/nutzung"), "licence",
         "hvd-licence-stricter", "resources[0].license"),
        (without(f"{SERVICE}.endpoint_url"), "api", "hvd-api-missing",
         "resources[0].access_services"),
        (without("resources.download_url"), "bulk", "hvd-bulk-missing", "resources"),
        (without(f"{SERVICE}.documentation"), "documentation", "hvd-documentation-missing",
         "resources[0].access_services[0].documentation"),
        (without("contact"), "contact", "hvd-contact-missing", "contact"),
        (without("contact", value=[{"name": "Amt"}]), "contact", "hvd-contact-missing", "contact"),
        (without(f"{SERVICE}.contact"), "contact", "hvd-service-contact-missing",
         "resources[0].access_services[0].contact"),
    ],
)  # fmt: skip
def test_what_is_missing_fails_its_criterion_and_no_other(
    dataset: dict[str, Any], criterion: str, rule: str, field: str
) -> None:
    found = hvd.assess(dataset)
    assert found.fails == (criterion,)
    (said,) = found.of(criterion)
    assert (said.rule, said.field) == (rule, field)


@pytest.mark.parametrize("code", ["cc-zero", "dl-zero-de/2.0", "cc-by/4.0", "geonutz/20130319"])
def test_licences_as_free_as_cc_by_are_open(code: str) -> None:
    assert hvd.assess(without("resources.license", value=f"{LICENCE}{code}")).fails == ()


@pytest.mark.parametrize("code", ["odbl", "cc-by-nc/4.0", "cc-by-nd", "gpl/3.0", "other-open"])
def test_licences_that_ask_for_more_than_cc_by_are_not(code: str) -> None:
    assert hvd.assess(without("resources.license", value=f"{LICENCE}{code}")).fails == ("licence",)


def test_only_the_files_that_name_the_regulation_count() -> None:
    dataset = complete()
    dataset["resources"].append({"access_url": "https://geo.example/x", "format": "PDF"})
    assert hvd.assess(dataset).fails == ()


def test_an_interface_described_as_a_file_is_no_interface_and_no_download() -> None:
    dataset = without("resources.access_services")
    dataset["resources"][0]["format"] = "WFS_SRVC"
    dataset["documentation"] = ["https://geo.example/anleitung"]
    found = hvd.assess(dataset)
    assert [item.rule for item in found.issues] == ["hvd-api-as-file", "hvd-bulk-missing"]


def test_a_note_names_the_licence_in_both_languages() -> None:
    (said,) = hvd.assess(without("resources.license", value=f"{LICENCE}odbl")).issues
    assert "ODbL 1.0" in said.message("en")
    assert said.message("de").startswith("„ODbL 1.0“ verlangt mehr als CC BY 4.0")


@pytest.mark.parametrize(
    ("title", "category"),
    [
        ("Adressen der Stadt", "c_c3de25e4"),
        ("Biotopkartierung 2019", "c_c3919aec"),
        ("STRASSENVERZEICHNIS", "c_6c2bb82d"),
        ("Lärmkarten", "c_e4358335"),
        ("Einwohnerzahlen nach Stadtteilen", "c_f2b50efd"),
        ("Road network", "c_4b74ea13"),
        ("Hundesteuer", None),
        ("Notrufsäulen", None),
        ("E-Mail-Adressenliste", None),
    ],
)
def test_words_of_the_title_offer_a_category(title: str, category: str | None) -> None:
    found = hvd_offers.offer({"title": title})
    assert (found.category if found else None) == (category and BASE + category)


def test_keywords_offer_too_and_the_word_is_named() -> None:
    found = hvd_offers.offer({"title": "Karte 4", "tags": [{"name": "Orthofotos 2021"}]})
    assert found == hvd_offers.Offer(f"{BASE}c_91185a85", "orthofotos")


def test_a_theme_that_contradicts_offers_nothing() -> None:
    dataset = {"title": "Adressen der Theater", "theme": [f"{THEME}EDUC"]}
    assert hvd_offers.offer(dataset) is None
    assert hvd_offers.offer(dataset | {"theme": [f"{THEME}REGI"]})


def test_every_category_of_the_offers_and_every_licence_is_known() -> None:
    known = {concept.code for concept in vocabulary("hvd-categories")}
    themes = {concept.code for concept in vocabulary("data-themes")}
    for item in hvd_offers.facts()["offers"]:
        assert item["category"] in known, item
        assert set(item["themes"]) <= themes, item
        assert all(len(word.rstrip("*")) >= hvd_offers._KEY for word in item["words"]), item
    assert hvd._open_licences()


def test_a_category_belongs_to_one_of_six() -> None:
    assert hvd.top_categories([f"{BASE}c_407951ff", f"{BASE}c_b79e35eb", "urn:x"]) == (
        "c_b79e35eb",
    )
    assert len(hvd.main_categories()) == 6


@pytest.mark.parametrize(
    "dataset",
    [{}, {"resources": None, "contact": "x", "tags": "y", "theme": 3},
     {"resources": [None, {"access_services": "x", "format": 4}], "title": 7}],
)  # fmt: skip
def test_values_out_of_place_are_passed_over(dataset: dict[str, Any]) -> None:
    assert "category" in hvd.assess(dataset).fails
    assert hvd_offers.offer(dataset) is None
