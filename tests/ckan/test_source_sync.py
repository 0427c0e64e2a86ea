"""Cities and sources come from a file: made, changed, never deleted."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import ckan.plugins.toolkit as tk
import pytest
from ckan.tests.helpers import call_action
from walks import act

from ckanext.hanse.harvest import open_source
from ckanext.hanse.sources.sync import sync
from ckanext.hanse.store import lists, sources
from hanse_harvesters.errors import AddressRefused, ConfigError
from hanse_harvesters.settings.load import load_file

CITIES = """
organizations:
  rostock:
    title: Hanse- und Universitätsstadt Rostock
    title_en: Hanseatic and University City of Rostock
    description: Offene Daten der Stadt.
    description_en: Open data of the city.
    image: hanse/emblems/rostock.svg
    ars: "130030000000"
    contributor_id: http://dcat-ap.de/def/contributors/openDataHRO
  wismar:
    title: Hansestadt Wismar
"""
SOURCE = """
sources:
  rostock:
    kind: rdf
    url: https://daten.example.org/catalog.ttl
    organization: rostock
    title: OpenData.HRO
    schedule: "15 3 * * *"
    inferred: true
    options:
      max_pages: 7
"""

Write = Callable[[str], Path]


@pytest.fixture
def write(tmp_path: Path, clean: None) -> Write:
    def file(text: str) -> Path:
        path = tmp_path / "sources.yaml"
        path.write_text(text, encoding="utf-8")
        return path

    return file


def test_cities_become_organisations_and_portals_sources(write: Write) -> None:
    done = sync(write(CITIES + SOURCE))

    assert done.organizations == {"created": ["rostock", "wismar"]}
    assert done.sources == {"created": ["rostock"]}
    assert done.silent == ["wismar"]
    city = call_action("organization_show", id="rostock")
    assert city["title"] == "Hanse- und Universitätsstadt Rostock"
    assert city["title_translated"]["en"] == "Hanseatic and University City of Rostock"
    assert city["description_translated"]["en"] == "Open data of the city."
    assert city["image_display_url"].endswith("/hanse/emblems/rostock.svg")
    shown = call_action("hanse_source_show", id="rostock")
    assert shown["organization"]["name"] == "rostock"
    assert (shown["options"], shown["schedule"]) == ({"max_pages": 7}, "15 3 * * *")
    assert shown["inferred"]


def test_what_is_stored_is_what_the_line_gets(write: Write) -> None:
    path = write(CITIES + SOURCE)
    sync(path)
    (wanted,) = load_file(path).sources
    assert sources.settings_of(sources.get("rostock")) == wanted


def test_a_second_sync_changes_nothing(write: Write, watch: Callable[[], Any]) -> None:
    path = write(CITIES + SOURCE)
    sync(path)
    with watch() as seen:
        done = sync(path)
    assert done.organizations == {"unchanged": ["rostock", "wismar"]}
    assert done.sources == {"unchanged": ["rostock"]}
    assert seen.writes == []


def test_a_change_in_the_file_arrives_and_what_people_wrote_stays(write: Write) -> None:
    sync(write(CITIES + SOURCE))
    act("organization_patch", id="wismar", description="Von Hand geschrieben.")
    done = sync(write((CITIES + SOURCE).replace("Hansestadt Wismar", "Wismar")))

    assert done.organizations == {"unchanged": ["rostock"], "updated": ["wismar"]}
    wismar = call_action("organization_show", id="wismar")
    assert wismar["title"] == "Wismar"
    assert wismar["description"] == "Von Hand geschrieben."


def test_what_the_file_no_longer_names_is_kept_and_said(write: Write) -> None:
    sync(write(CITIES + SOURCE))
    other = (CITIES + SOURCE).replace("  rostock:\n    kind", "  anders:\n    kind")
    done = sync(write(other))
    assert done.foreign == ["rostock"]
    assert not sources.get("rostock").from_file
    assert sync(write(CITIES + SOURCE)).sources == {"updated": ["rostock"]}


def test_a_deleted_city_comes_back(write: Write) -> None:
    sync(write(CITIES + SOURCE))
    act("organization_delete", id="rostock")
    with pytest.raises(ConfigError, match="rostock"):
        sources.settings_of(sources.get("rostock"))
    assert sync(write(CITIES + SOURCE)).organizations["updated"] == ["rostock"]
    assert sources.settings_of(sources.get("rostock")).organization == "rostock"


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("sources: [\n", ":2", ""),
        (CITIES + SOURCE.replace("kind: rdf", "kind: ftp"), ":16", "ftp"),
        (CITIES + SOURCE.replace("title: Open", "titel: Open"), ":19", "titel"),
        (SOURCE, ":6", "rostock"),
        (
            CITIES + SOURCE.replace("https://daten.example.org", "http://10.0.0.1"),
            ":17",
            "10.0.0.1",
        ),
        *(
            (CITIES + SOURCE.replace("https://daten.example.org", f"http://{host}"), ":17", host)
            for host in ("2130706433", "0x7f.1", "0")
        ),
        (CITIES + SOURCE.replace("https://daten", "ftp://daten"), ":17", "ftp"),
        (CITIES + SOURCE.replace('"15 3 * * *"', "nightly"), ":20", "nightly"),
    ],
)
def test_a_wrong_file_changes_nothing_and_says_where(
    write: Write, watch: Callable[[], Any], text: str, line: str, words: str
) -> None:
    path = write(text)
    with watch() as seen, pytest.raises((ConfigError, AddressRefused)) as refusal:
        sync(path)
    assert f"sources.yaml{line}" in str(refusal.value)
    assert words in str(refusal.value)
    assert refusal.value.remedy
    assert seen.writes == []


def test_a_missing_file_is_said(tmp_path: Path, clean: None) -> None:
    with pytest.raises(ConfigError, match=r"fehlt\.yaml"):
        sync(tmp_path / "fehlt.yaml")


def test_the_shipped_file_names_the_four_cities(clean: None) -> None:
    done = sync()
    assert done.organizations["created"] == ["luebeck", "rostock", "stralsund", "wismar"]
    assert done.silent == []
    inferred = {row.name for row in sources.every() if row.inferred}
    assert inferred == {"luebeck", "stralsund-geoportal-mv", "wismar-geoportal-mv"}


def test_by_action_a_wrong_file_is_a_validation_error(
    write: Write, monkeypatch: pytest.MonkeyPatch, sysadmin: dict[str, Any]
) -> None:
    monkeypatch.setitem(tk.config, "hanse.sources", str(write("sources: 3")))
    with pytest.raises(tk.ValidationError, match=r"sources\.yaml"):
        call_action("hanse_source_sync", {"user": sysadmin["name"], "ignore_auth": False})


def test_the_file_may_name_a_folder_of_lists_and_nobody_else(write: Write, tmp_path: Path) -> None:
    folder = tmp_path / "listen"
    folder.mkdir()
    (folder / "baeume.csv").write_text("Titel;Datei\nBäume;https://x.example/a.csv\n", "utf-8")
    named = {"kind": "table", "url": f"{folder.as_uri()}/", "organization": "rostock"}
    sync(write(f"{CITIES}\nsources: {{listen: {json.dumps({**named, 'title': 'Listen'})}}}\n"))
    source = sources.get("listen")
    with open_source.walk(sources.settings_of(source)) as run:
        assert [record.dataset["title"] for record in run] == ["Bäume"]
    # A link to it would lead every reader into her own machine.
    assert lists.web_address(source.url) == ""
    with pytest.raises(tk.ValidationError) as caught:
        act("hanse_source_create", name="meine", title="Meine", **named)
    assert "url" in caught.value.error_dict
