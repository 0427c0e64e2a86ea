"""Which identifiers are one everywhere by their form, and in how many spellings."""

from __future__ import annotations

import pytest

from ckanext.hanse.store.identifiers import global_form, is_global_iri

UUID = "8d3f7a52-1c44-4b0e-9f6d-2e5a7b9c1d03"


@pytest.mark.parametrize(
    "spellings",
    [
        (UUID, UUID.upper(), f"{{{UUID}}}", f"urn:uuid:{UUID}", f" URN:UUID:{UUID} "),
        (
            "10.5281/zenodo.7341099",
            "doi:10.5281/Zenodo.7341099",
            "https://doi.org/10.5281/zenodo.7341099",
            "http://dx.doi.org/10.5281%2Fzenodo.7341099".replace("%2F", "/"),
        ),
        ("urn:nbn:de:gbv:9-1", "URN:NBN:de:gbv:9-1"),
        ("https://opendata.wismar.de/dataset/7", "http://opendata.wismar.de:80/dataset/7"),
    ],
)
def test_its_spellings_meet(spellings: tuple[str, ...]) -> None:
    (form,) = {global_form(item) for item in spellings}
    assert ":" in form
    assert global_form(form) == form or form.startswith("uuid:")


@pytest.mark.parametrize(
    "identifier",
    [
        "", "1", "17", "007", "wahl-2024", "Hansestadt Wismar/3", "a:b", "10.5", "2024/05",
        "00000000-0000-0000-0000-000000000000",
        "00000000-0000-0000-0000-000000000017",
        "ffffffff-ffff-ffff-ffff-ffffffffffff",
        "11111111-1111-4111-8111-111111111111",
        "12345678-1234-1234-1234-123456789abc",
        "urn:uuid:00000000-0000-0000-0000-000000000000",
        "urn:uuid:None", "urn:example:17", "urn:x:1",
        "http://localhost/dataset/1", "http://localhost:5000/dataset/1",
        "http://127.0.0.1/dataset/1", "http://[::1]/dataset/1", "http://10.1.2.3/dataset/1",
        "http://ckan/dataset/1", "http://portal.local/dataset/1", "http://gdi.intern/dataset/1",
        "http://example.org/", "http://example.org/dataset/1", "https://www.example.com/d/1",
        "https://opendata.wismar.de", "https://opendata.wismar.de/",
        "https://opendata.wismar.de/index.html", "https://opendata.wismar.de/dataset/",
        "https://opendata.wismar.de/dataset/None", "https://opendata.wismar.de/dataset/undefined",
        "https://opendata.wismar.de/dataset/{id}", "https://opendata.wismar.de/dataset/%7Bid%7D",
        "https://opendata.wismar.de/dataset/00000000-0000-0000-0000-000000000000",
        "https://[broken/dataset/1", "file:///C:/daten/1.csv", "mailto:amt@wismar.de",
    ],
)  # fmt: skip
def test_what_says_nothing_elsewhere(identifier: str) -> None:
    assert global_form(identifier) == ""
    assert not is_global_iri(identifier)


def test_a_very_long_one_fits_into_an_index_and_stays_itself() -> None:
    long = "https://opendata.wismar.de/" + "ä" * 5000
    assert len(global_form(f"{long}1")) < 600
    assert global_form(f"{long}1") != global_form(f"{long}2")


@pytest.mark.parametrize("number", ["17", UUID, "10.5281/zenodo.7341099"])
def test_a_bare_number_is_no_iri(number: str) -> None:
    assert not is_global_iri(number)
