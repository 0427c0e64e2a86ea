"""Words, keywords, numbers and shapes."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hanse_harvesters.normalise import (
    dates,
    formats,
    geometry,
    keywords,
    licences,
    mail,
    numbers,
    text,
    urls,
)


def _rules(outcome: text.Outcome[object]) -> list[str]:
    return [said.rule for said in outcome.findings]


# --- words


def test_what_a_database_cannot_store_is_taken_out_of_words() -> None:
    outcome = text.words("Bäume\x00 der\x96Stadt\ud800\r\nRostock ")
    assert outcome.value == "Bäume der–Stadt�\nRostock"
    assert _rules(outcome) == ["text-control-characters"]


@pytest.mark.parametrize("came", ["<p>Bäume</p>", "B&auml;ume", 'siehe <a href="x">hier</a>'])
def test_html_is_kept_and_said(came: str) -> None:
    outcome = text.words(came)
    assert outcome.value == came
    assert _rules(outcome) == ["description-html"]


@pytest.mark.parametrize("came", ["Lärm < 55 dB & > 40 dB", "# Titel\n\n*Bäume* & `x < y`"])
def test_markdown_and_signs_are_no_html(came: str) -> None:
    outcome = text.words(came)
    assert outcome.value == came
    assert _rules(outcome) == []


def test_broken_umlauts_are_said() -> None:
    assert _rules(text.words("StraÃŸen und BÃ¤ume")) == ["text-mojibake"]
    assert _rules(text.words("São Tomé, Ångström, À la carte")) == []


def test_endless_text_is_cut_and_said() -> None:
    outcome = text.words("ä" * 2_000, longest=1_000)
    assert outcome.value == "ä" * 1_000
    assert _rules(outcome) == ["text-too-long"]


def test_blank_words_are_missing_words() -> None:
    assert text.words(" \n\t\N{NO-BREAK SPACE}") == text.Outcome(None)
    assert text.words("null").value is None


def test_an_identifier_is_never_altered() -> None:
    odd = " https://www.stadt.example/daten satz\n"
    outcome = text.identifier(odd)
    assert outcome.value == odd
    assert _rules(outcome) == ["identifier-odd"]
    assert text.identifier("StaNord_CMS:49918") == text.Outcome("StaNord_CMS:49918")


# --- keywords


def test_keywords_are_trimmed_and_stand_once() -> None:
    came = ["Bäume ", " Bäume", "bäume", "", "null", "Umwelt:  Luft", "Bau/Wohnen", "Lärm (Tag)"]
    outcome = keywords.keywords(came)
    assert outcome.value == ["Bäume", "bäume", "Umwelt: Luft", "Bau/Wohnen", "Lärm (Tag)"]
    assert outcome.findings == ()


@pytest.mark.parametrize(
    ("came", "read"),
    [
        ("Lärm; Verkehr", ["Lärm", "Verkehr"]),
        ("Lärm\nVerkehr", ["Lärm", "Verkehr"]),
        ("Bauen, Wohnen, Umwelt", ["Bauen", "Wohnen", "Umwelt"]),
    ],
)
def test_a_list_in_one_keyword_is_taken_apart(came: str, read: list[str]) -> None:
    outcome = keywords.keywords([came])
    assert outcome.value == read
    assert _rules(outcome) == ["keyword-list"]


def test_one_comma_belongs_to_the_keyword() -> None:
    assert keywords.keywords(["Schulen, öffentliche"]).value == ["Schulen, öffentliche"]


def test_a_keyword_longer_than_ckan_stores_is_cut() -> None:
    outcome = keywords.keywords(["x" * 150])
    assert outcome.value == ["x" * 100]
    assert _rules(outcome) == ["keyword-too-long"]


# --- numbers


@pytest.mark.parametrize(
    ("came", "read"),
    [
        (1234, 1234),
        ("1234", 1234),
        ("1234.0", 1234),
        (1234.0, 1234),
        ("1.234.567", 1234567),
        ("1,234,567", 1234567),
        ("1234 Bytes", 1234),
        ("1234 B", 1234),
        ("1234 octets", 1234),
        (0, 0),
    ],
)
def test_a_size_is_a_whole_number_of_bytes(came: object, read: int) -> None:
    assert numbers.size(came) == numbers.Outcome(read)


@pytest.mark.parametrize("came", ["1,2 MB", "-5", "12,5", True, 2**63, "9" * 30, "groß"])
def test_what_is_no_size_is_said(came: object) -> None:
    assert numbers.size(came).value is None
    assert _rules(numbers.size(came)) == ["size-invalid"]


def test_numbers_durations_and_checksums_in_the_form_of_the_standard() -> None:
    assert numbers.decimal("10 m").value == "10"
    assert numbers.decimal("0,5").value == "0.5"
    assert numbers.duration("pt15m").value == "PT15M"
    assert numbers.duration("P1W").value == "P7D"
    assert numbers.checksum("sha256:9E107D9D").value == "9E107D9D"
    assert numbers.hash_algorithm("sha256:9E107D9D") == "sha256"
    assert _rules(numbers.decimal("viel")) == ["number-invalid"]
    assert _rules(numbers.duration("täglich")) == ["duration-invalid"]
    assert _rules(numbers.checksum("keine")) == ["checksum-invalid"]


# --- shapes

BOX_JSON = json.dumps(
    {
        "type": "Polygon",
        "coordinates": [[[12, 54], [12, 54.25], [12.5, 54.25], [12.5, 54], [12, 54]]],
    }
)
BOX_WKT = "POLYGON((12 54, 12 54.25, 12.5 54.25, 12.5 54, 12 54))"


def test_types_are_written_as_the_standard_has_them() -> None:
    outcome = geometry.geometry(BOX_JSON.replace("Polygon", "polygon"))
    assert outcome.value == BOX_JSON
    assert geometry.geometry("point(12 54)").value == "POINT(12 54)"
    lower = '{"type": "multipolygon", "coordinates": [[[[1, 2], [3, 4], [5, 6], [1, 2]]]]}'
    assert geometry.geometry(lower).value == lower.replace("multipolygon", "MultiPolygon")


def test_the_same_shape_is_known_in_both_writings() -> None:
    assert geometry.same(BOX_JSON, BOX_WKT)
    assert not geometry.same(BOX_JSON, BOX_WKT.replace("54.25", "54.26"))


@pytest.mark.parametrize("came", ["ENVELOPE(12, 12.5, 54.25, 54)", "12, 54, 12.5, 54.25"])
def test_boxes_of_services_are_shapes(came: str) -> None:
    assert geometry.geometry(came).value == "POLYGON((12 54,12.5 54,12.5 54.25,12 54.25,12 54))"


@pytest.mark.parametrize(
    ("came", "rule"),
    [
        ("POINT(54.1 12.1)", "geometry-axes-swapped"),
        ("POINT(33312345 5998765)", "geometry-not-wgs84"),
        ("<http://www.opengis.net/def/crs/EPSG/0/25833> POINT(33312345 5998765)", ""),
        ('{"type": "Polygon", "coordinates": []}', "geometry-unknown"),
        ('{"type": "Polygon", "coordinates": [[', "geometry-unknown"),
        ("MULTIPOLYGON EMPTY", "geometry-unknown"),
    ],
)
def test_odd_shapes_are_said_and_kept(came: str, rule: str) -> None:
    outcome = geometry.geometry(came)
    assert outcome.value == came
    assert _rules(outcome) == ([rule] if rule else [])


def test_a_shape_of_a_megabyte_becomes_its_box() -> None:
    ring = [[12 + i / 1e6, 54 + (i % 7) / 1e6] for i in range(40_000)]
    huge = json.dumps({"type": "Polygon", "coordinates": [[*ring, ring[0]]]})
    outcome = geometry.geometry(huge)
    assert outcome.value == ("POLYGON((12 54,12.039999 54,12.039999 54.000006,12 54.000006,12 54))")
    assert _rules(outcome) == ["geometry-too-large"]


@pytest.mark.timeout(10)
@pytest.mark.parametrize("came", ["[" * 100_000, '{"type":"Polygon","coordinates":' + "[" * 90_000])
def test_nesting_without_end_is_no_shape_and_no_crash(came: str) -> None:
    assert _rules(geometry.geometry(came)) == ["geometry-unknown"]


_WORDS = st.text(max_size=60)
_SHAPES = st.lists(
    st.sampled_from([*"{}[](), :", "1", "12.5", "54", "-7e3", "POINT", "POLYGON", '"type"']),
    max_size=14,
).map("".join)


@given(st.one_of(_WORDS, _SHAPES, st.floats().map(str)))
def test_doing_it_twice_is_doing_it_once(came: str) -> None:
    for normaliser in (
        text.words,
        text.plain,
        text.identifier,
        numbers.decimal,
        numbers.duration,
        numbers.checksum,
        geometry.geometry,
    ):
        once = normaliser(came).value
        assert once is None or normaliser(once).value == once, normaliser


@given(st.lists(st.one_of(_WORDS, st.text(alphabet="a,; \n", max_size=12)), max_size=6))
def test_keywords_twice_are_keywords_once(came: list[str]) -> None:
    once = keywords.keywords(came).value
    assert once is None or keywords.keywords(once).value == once


_MANY = 60_000
_LONG = {
    "letters": "a" * _MANY,
    "host": "a@" + "a." * (_MANY // 2),
    "digits": "1" * _MANY,
    "dots": "1." * (_MANY // 2),
    "endings": "csv" + "-datei" * (_MANY // 6),
    "encoded": "%25" * (_MANY // 3),
    "prefixes": "tel:" * (_MANY // 4),
    "tails": "http://a.example/" + "legalcode/" * (_MANY // 10),
}


@pytest.mark.timeout(20)
@pytest.mark.parametrize("came", _LONG.values(), ids=_LONG)
def test_no_value_keeps_a_normaliser_busy(came: str) -> None:
    for normaliser in (
        dates.date,
        formats.file_format,
        formats.media_type,
        geometry.geometry,
        licences.licence,
        mail.email,
        mail.phone,
        numbers.decimal,
        numbers.size,
        text.words,
        urls.url,
    ):
        normaliser(came)
