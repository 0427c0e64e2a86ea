"""A source of kind csw in the catalogue: its form, its preview, what a run does about it."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import ckan.plugins.toolkit as tk
import pytest
import sqlalchemy as sa
from ckan import model
from portals.csw import Quirks, serve
from portals.iso import dataset, service

from ckanext.hanse.harvest import engine
from ckanext.hanse.model import HarvestRun, SourceRecord
from ckanext.hanse.sources.preview.job import work_off
from ckanext.hanse.store import sources
from hanse_harvesters.testing.portal import Portal

Ask = Callable[..., Any]
Officer = Callable[..., dict[str, Any]]

LAND = "Landesamt für innere Verwaltung"
STATE = (10.5, 53.1, 14.5, 54.7)
OURS = [dataset(f"b{number}", title=f"Bestand {number}") for number in range(9)]
STOCK = [
    *OURS,
    dataset("wald", title="Wald in MV, auch bei Stralsund", organisation=LAND, box=STATE),
    service("karte", ["b0"]),
]
FORM = {
    "organization": "stralsund", "title": "Geodaten des Landes", "kind": "csw",
    "schedule_kind": "daily", "schedule_time": "03:15", "timezone": "Europe/Berlin",
    "language": "de",
    "option-csw-anytext": "Stralsund",
    "option-csw-city_organizations": "Hansestadt Stralsund\r\nStralsund, Der Oberbürgermeister",
    "option-csw-city_box": "12.97, 54.26, 13.16, 54.36",
    "option-csw-city_share": "80",
}  # fmt: skip


@pytest.fixture
def allow() -> Any:
    """Allow a portal's address in the ini for this test."""

    def allowed(portal: Portal) -> str:
        tk.config["hanse.allowed_private_hosts"] = [portal.endpoint]
        return portal.url("/csw")

    yield allowed
    tk.config["hanse.allowed_private_hosts"] = []


def made(ask: Ask, admin: Any, url: str) -> None:
    """Fill in the form of a new source."""
    answer = ask(admin, "/harvest/source/new", "POST", **FORM, url=url)
    assert answer.status_code == 302, answer.body


def states() -> dict[str, str]:
    """Identity → state of every record."""
    rows = model.Session.execute(sa.select(SourceRecord.identity, SourceRecord.state))
    return dict(rows.all())


def test_the_form_offers_the_filter_and_the_test(
    cities: Any, officer: Officer, ask: Ask, allow: Any
) -> None:
    admin = officer("stralsund", "admin")
    with serve(STOCK) as portal:
        made(ask, admin, allow(portal))
    options = sources.get("geodaten-des-landes").settings["options"]
    assert options == {
        "anytext": ["Stralsund"],
        "city_organizations": ["Hansestadt Stralsund", "Stralsund, Der Oberbürgermeister"],
        "city_box": "12.97, 54.26, 13.16, 54.36",
        "city_share": 80,
    }
    body = ask(admin, "/harvest/source/geodaten-des-landes/edit").body
    assert "Katalogdienst für Geodaten" in body
    assert "Stralsund, Der Oberbürgermeister" in body
    overview = ask(admin, "/harvest/source/geodaten-des-landes").body
    facts = overview.partition('class="hanse-source-facts"')[2].partition("</dl>")[0]
    assert "<dd>Stralsund, Der Oberbürgermeister</dd>" in facts
    assert not re.search("city_|anytext", facts), "a name of the program's"
    wrong = FORM | {"title": "Zwei", "option-csw-bbox": "12 54"}
    answer = ask(admin, "/harvest/source/new", "POST", **wrong, url="https://a.example/csw")
    assert answer.status_code == 200
    told = answer.body.partition('id="field-option-csw-bbox-error"')[2].partition("</p>")[0]
    assert "ist kein Rechteck. West, Süd, Ost, Nord" in told
    assert "bbox" not in told.casefold(), "a name of the program's"
    assert "option-ogc-records-bbox-error" not in answer.body, "of another kind"


def test_a_preview_tells_what_each_test_keeps_and_why_the_rest_is_left_out(
    cities: Any, officer: Officer, ask: Ask, allow: Any
) -> None:
    admin = officer("stralsund", "admin")
    with serve(STOCK) as portal:
        made(ask, admin, allow(portal))
        begun = ask(admin, "/harvest/source/geodaten-des-landes/preview", "POST", limit="50")
        work_off()
        page = begun.headers["Location"].partition("/harvest")[2]
        german = ask(admin, f"/harvest{page}").body
        english = ask(admin, f"/en/harvest{page}").body
    chosen = german.partition('id="report-selection"')[2].partition("</section>")[0]
    assert "behalten nach ihrer Organisation" in chosen
    assert "Wald in MV, auch bei Stralsund" in chosen
    assert LAND in chosen
    assert "was left out as not the city’s" in english
    assert model.Session.scalar(sa.select(sa.func.count()).select_from(HarvestRun)) == 0


def test_a_dataset_that_is_no_longer_the_citys_is_missing_only_after_a_whole_walk(
    cities: Any, officer: Officer, ask: Ask, allow: Any
) -> None:
    moved = [
        dataset("b3", title="Bestand 3 (Stralsund)", organisation=LAND, box=STATE),
        *OURS[:3],
        *OURS[4:],
    ]
    with serve(STOCK) as portal:
        made(ask, officer("stralsund", "admin"), allow(portal))
        assert engine.harvest("geodaten-des-landes").message == ""
        first = states()
    assert set(first.values()) == {"active"}
    assert len(first) == 9

    def harvested(stock: list[str], quirks: Quirks) -> Any:
        with serve(stock, quirks=quirks) as portal:
            row = sources.get("geodaten-des-landes")
            row.url = allow(portal)
            model.Session.commit()
            return engine.harvest("geodaten-des-landes")

    cut = harvested(moved, Quirks(bad=frozenset({"b7"})))
    assert cut.status.value == "partial"
    assert set(states().values()) == {"active"}
    whole = harvested(moved, Quirks())
    assert (whole.missing_count, whole.selection.left_out) == (1, 1)
    assert [name for name, state in states().items() if state == "missing"] == ["b3"]


def test_a_dataset_has_the_services_that_operate_on_it(
    cities: Any, officer: Officer, ask: Ask, allow: Any, api: Any
) -> None:
    with serve(STOCK) as portal:
        made(ask, officer("stralsund", "admin"), allow(portal))
        engine.harvest("geodaten-des-landes")
    found = api(None, "package_search", q="title:Bestand", rows=20)["results"]
    ways = {item["title"]: [r["url"] for r in item["resources"]] for item in found}
    assert len(ways) == 9
    assert any("REQUEST=GetCapabilities" in url for url in ways["Bestand 0"])
    assert not any("GetCapabilities" in url for url in ways["Bestand 1"])
