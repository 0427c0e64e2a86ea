"""Where a dataset comes from, and what is kept of one that was made here."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import ckan.plugins.toolkit as tk
import pytest
from ckan import model
from ckan.tests import factories
from ckan.tests.helpers import call_action
from walks import Listed, act, harvest, record, source

from ckanext.hanse import local_datasets
from ckanext.hanse.model import DatasetState
from hanse_harvesters.issue import issue


def test_a_harvested_dataset_carries_its_origin(cities: dict[str, Any]) -> None:
    row = source(cities["rostock"]["id"])
    harvest(row, Listed(record("b", "Bäume", "liste")))
    harvest(row, Listed(record("b", "Bäume", "liste")))

    origin = call_action("hanse_origin_show", id="baeume")
    (only,) = origin.pop("origins")
    assert (only["source"], only["level"], only["prevails"]) == ("portal", "city", True)
    times = {key: origin.pop(key) for key in list(origin) if key.endswith(("ested", "confirmed"))}
    assert origin == {
        "source": "portal",
        "portal_title": "Portal der Stadt",
        "portal_url": "https://daten.example.org",
        "page": "https://daten.example.org/datensatz/b.html",
        "identity": "https://daten.example.org/datensatz/b",
        "organization": "rostock",
        "state": "active",
        "missing_since": None,
    }
    moments = {key: datetime.fromisoformat(text) for key, text in times.items()}
    assert moments["first_harvested"] == moments["last_harvested"] <= moments["last_confirmed"]


def test_a_missing_one_says_since_when(cities: dict[str, Any]) -> None:
    row = source(cities["rostock"]["id"])
    harvest(row, Listed(record("b", "Bäume")))
    harvest(row, Listed(record("c", "Cafés")))
    origin = call_action("hanse_origin_show", id="baeume")
    assert origin["state"] == "missing"
    assert datetime.fromisoformat(origin["missing_since"])


def test_its_issues_are_kept_in_both_languages(cities: dict[str, Any]) -> None:
    found = record("b", "Bäume")
    found.issues.append(issue("type-missing", "contact", "Böe"))
    harvest(source(cities["rostock"]["id"]), Listed(found))

    (german,) = call_action("hanse_dataset_issues", id="baeume", language="de")
    (english,) = call_action("hanse_dataset_issues", id="baeume", language="en")
    assert (german["rule"], german["field"], german["value"]) == ("type-missing", "contact", "Böe")
    assert german["message"] != english["message"]


def test_a_dataset_made_here_has_no_origin_and_is_judged(cities: dict[str, Any]) -> None:
    dataset = factories.Dataset(
        name="selbst", title="Selbst", notes="", owner_org=cities["rostock"]["id"], resources=[]
    )
    assert call_action("hanse_origin_show", id="selbst") == {}
    fields = {item["field"] for item in call_action("hanse_dataset_issues", id="selbst")}
    assert "notes" in fields

    act("package_patch", id=dataset["id"], notes="Nun beschrieben.")
    fields = {item["field"] for item in call_action("hanse_dataset_issues", id="selbst")}
    assert "notes" not in fields
    state = model.Session.get(DatasetState, dataset["id"])
    assert not state.harvested


def test_judging_never_costs_a_save(
    cities: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(record: Any) -> None:
        raise RuntimeError("a fault of ours")

    monkeypatch.setattr(local_datasets, "judge", broken)
    factories.Dataset(name="selbst", owner_org=cities["rostock"]["id"])
    assert call_action("package_show", id="selbst")["name"] == "selbst"


def test_the_origin_of_a_hidden_dataset_is_hidden(
    cities: dict[str, Any], api: Callable[..., Any]
) -> None:
    harvest(source(cities["rostock"]["id"]), Listed(record("b", "Bäume")))
    assert api(None, "hanse_origin_show", id="baeume")["source"] == "portal"
    package = model.Package.get("baeume")
    package.private = True
    model.Session.commit()
    with pytest.raises(tk.NotAuthorized):
        api(None, "hanse_origin_show", id="baeume")


def test_harvested_links_get_no_preview(cities: dict[str, Any]) -> None:
    harvest(source(cities["rostock"]["id"]), Listed(record("b", "Bäume", "liste")))
    assert model.Session.query(model.ResourceView).count() == 0
