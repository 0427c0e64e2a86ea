"""sources.yaml: read once, every error with its place and what to do."""

from __future__ import annotations

from pathlib import Path

import pytest

from hanse_harvesters.errors import ConfigError
from hanse_harvesters.settings.check import check_source
from hanse_harvesters.settings.load import load_file
from hanse_harvesters.settings.source import SourceSettings

GOOD = """\
organizations:
  rostock:
    title: Hanse- und Universitätsstadt Rostock
    title_en: Hanseatic and University City of Rostock
    url: https://www.rostock.de
    ars: "130030000000"
    contributor_id: http://dcat-ap.de/def/contributors/openDataHRO
sources:
  rostock:
    title: OpenData.HRO
    kind: ckan
    url: https://www.opendata-hro.de
    portal: https://www.opendata-hro.de
    organization: rostock
    schedule: 30 3 * * *
    options:
      rows: 50
      organization: [rostock, hro]
  luebeck:
    kind: rdf
    url: https://opendata.luebeck.de/catalog.ttl
    organization:
      name: luebeck
      title: Hansestadt Lübeck
    inferred: yes
    modified_is_file_time: true
    note: made by staticat
"""


@pytest.fixture
def write(tmp_path: Path):
    def make(text: str) -> Path:
        path = tmp_path / "sources.yaml"
        path.write_text(text, encoding="utf-8")
        return path

    return make


def test_sources_and_cities_are_read(write) -> None:
    found = load_file(write(GOOD))
    assert list(found.organizations) == ["rostock", "luebeck"]
    assert found.organizations["rostock"].ars == "130030000000"
    rostock, luebeck = found.sources
    assert (rostock.kind, rostock.organization, rostock.timezone) == (
        "ckan",
        "rostock",
        "Europe/Berlin",
    )
    assert rostock.options == {"rows": 50, "organization": ["rostock", "hro"]}
    assert (luebeck.organization, luebeck.inferred) == ("luebeck", True)
    assert luebeck.modified_is_file_time


def test_defaults_may_be_shared_by_an_anchor(write) -> None:
    text = GOOD.replace("  rostock:\n    title: Open", "  rostock: &all\n    title: Open")
    text += "  rostock-zwei:\n    <<: *all\n    title: Noch eine\n"
    assert load_file(write(text)).sources[2].schedule == "30 3 * * *"


@pytest.mark.parametrize(
    ("old", "new", "line", "said"),
    [
        ("kind: ckan", "kind: csv", 11, r"'csv' is no kind.*ckan, csw, .*rdf"),
        ("    kind: ckan\n", "", 9, "kind is missing"),
        ("title: OpenData", "titel: OpenData", 10, "unknown key 'titel'.*title"),
        ("rows: 50", "row: 50", 17, "unknown key 'row'.*rows"),
        ("rows: 50", "rows: many", 17, "whole number"),
        ("rows: 50", "rows: yes", 17, "whole number"),
        ("rows: 50", "rows: -1", 17, "too small.*0 or more"),
        ("rows: 50", "max_pages: 0", 17, "too small.*1 or more"),
        ("organization: rostock\n", "organization: kiel\n", 14, "'kiel' is not described"),
        ("    organization: rostock\n", "", 9, "organization is missing"),
        ("https://www.opendata-hro.de\n", "http://10.1.2.3/\n", 12, "private.*--allow-private"),
        ("https://www.opendata-hro.de\n", "http://localhost/\n", 12, "private"),
        ("https://www.opendata-hro.de\n", "ftp://x.example/\n", 12, "http or https"),
        ("https://www.opendata-hro.de\n", "www.opendata-hro.de\n", 12, "http or https"),
        ("https://www.opendata-hro.de\n", "https://a:b@x.example/\n", 12, "password"),
        ("    portal: https:", "    portal: ftp:", 13, "http or https"),
        ("    portal: https://", "    portal: ", 13, "http or https"),
        ("    portal: https://", "    portal: https://a:b@", 13, "password"),
        ("30 3 * * *", "30 25 * * *", 15, "no cron expression"),
        ("30 3 * * *", "'0 30 3 * * *'", 15, "no cron expression"),
        ("30 3 * * *", "nightly", 15, "no cron expression"),
        ("    schedule:", "    timezone: Europe/Rostock\n    schedule:", 15, "no time zone"),
        ("    schedule:", "    language: Deutsch\n    schedule:", 15, "no language tag"),
        ("  luebeck:\n    kind", "  rostock:\n    kind", 19, "'rostock' stands here twice"),
        ("  luebeck:\n    kind", "  Lübeck:\n    kind", 19, "is no name"),
        ("      name: luebeck\n", "", 22, "is no name"),
        ('"130030000000"', "010030000000", 6, "in quotes"),
        ('"130030000000"', '"Rostock"', 6, "no regional key"),
        ("    title_en", "    population: 1\n    title_en", 4, "unknown key 'population'"),
        ("kind: rdf", "kind: [rdf", 21, "no valid YAML"),
        ("inferred: yes", "inferred: maybe", 25, "true or false"),
        ("sources:\n", "sorces:\n", 8, "unknown key 'sorces'"),
    ],
)
def test_an_error_names_its_line_and_the_way_out(
    write, old: str, new: str, line: int, said: str
) -> None:
    assert old in GOOD
    path = write(GOOD.replace(old, new, 1))
    with pytest.raises(ConfigError, match=said) as caught:
        load_file(path)
    assert caught.value.where == f"{path}:{line}"
    assert caught.value.remedy


@pytest.mark.parametrize("text", ["", "- a\n", "sources:\n", "organizations: {}\n"])
def test_a_file_without_sources_is_an_error(write, text: str) -> None:
    with pytest.raises(ConfigError):
        load_file(write(text))


def test_a_file_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be read"):
        load_file(tmp_path / "none.yaml")


def test_an_address_the_operator_lists_may_be_private(
    write, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write(GOOD.replace("https://opendata.luebeck.de", "http://127.0.0.1:18410"))
    with pytest.raises(ConfigError, match=r"127\.0\.0\.1:18410"):
        load_file(path)
    assert load_file(path, allowed_private=frozenset({"127.0.0.1:18410"})).sources
    monkeypatch.setenv("HANSE_ALLOW_PRIVATE", "127.0.0.1:18410")
    assert load_file(path).sources


def test_a_source_from_elsewhere_is_checked_the_same_way() -> None:
    good = SourceSettings("rostock", "ckan", "https://www.opendata-hro.de", "rostock")
    check_source(good)
    with pytest.raises(ConfigError, match=r"sources\.rostock\.kind: 'odata' is no kind"):
        check_source(SourceSettings("rostock", "odata", good.url, "rostock"))
    with pytest.raises(ConfigError, match=r"sources\.rostock\.schedule: .*no cron"):
        check_source(SourceSettings("rostock", "ckan", good.url, "rostock", schedule="x"))


def test_who_may_join_stands_ready_and_is_switched_off() -> None:
    found = load_file(Path(__file__).parents[2] / "config" / "joiners.yaml")
    assert len(found.organizations) == 18
    assert {source.organization for source in found.sources} == set(found.organizations)
    assert not any(source.enabled for source in found.sources)
    languages = {source.language for source in found.sources}
    assert languages == {"de", "pl", "fi", "et", "lv", "sv", "da"}
    # A catalogue of a state or a country is asked with a filter, where the kind has one.
    wide = [s for s in found.sources if s.kind in ("ckan", "csw") and s.level != "city"]
    assert wide
    assert all(source.options for source in wide)
