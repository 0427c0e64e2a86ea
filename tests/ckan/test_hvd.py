"""High-value datasets: what is shown to whom, what an editor decides, and that it lasts."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from typing import Any

import ckan.plugins.toolkit as tk
import pytest
from kept import kept
from repairing import Repair, repairing
from walks import record

Api = Callable[..., Any]

LAW = "http://data.europa.eu/eli/reg_impl/2023/138/oj"
ADDRESSES = "http://data.europa.eu/bna/c_c3de25e4"
OPEN = "http://dcat-ap.de/def/licenses/dl-by-de/2.0"


def records() -> list[Any]:
    """One that says so, two that may be, one that is nothing of the kind."""
    file = {"access_url": "https://x.example/a", "download_url": "https://x.example/a.csv"}
    return [
        record("h", "Höhenpunkte", hvd_category=[ADDRESSES], applicable_legislation=[LAW],
               resources=[{**file, "license": OPEN, "applicable_legislation": [LAW]}]),
        record("a", "Adressen der Stadt", resources=[{**file, "license": OPEN}]),
        record("l", "Lärmkarten", resources=[file]),
        record("t", "Hundesteuer"),
    ]  # fmt: skip


@pytest.fixture
def rostock(cities: dict[str, Any], officer: Callable[..., Any], api: Api) -> Repair:
    user = kept("rostock", lambda: officer("rostock"))
    repair = repairing(cities["rostock"]["id"], user, api)
    kept("hvd of Rostock", lambda: repair.run(*records()))
    return repair


def listed(api: Api, user: Any, **asked: Any) -> dict[str, Any]:
    found: dict[str, Any] = api(user, "hanse_hvd_list", id="rostock", **asked)
    return found


def names(found: dict[str, Any]) -> list[str]:
    return [item["name"] for item in found["results"]]


def decide(rostock: Repair, verdict: str, *datasets: str, **more: Any) -> dict[str, Any]:
    found: dict[str, Any] = rostock.api(
        rostock.user, "hanse_hvd_decide", id="rostock", datasets=list(datasets), verdict=verdict,
        reason="Weil.", **more,
    )  # fmt: skip
    return found


def shown(name: str) -> dict[str, Any]:
    found: dict[str, Any] = tk.get_action("package_show")({"ignore_auth": True}, {"id": name})
    return found


def test_visitors_see_what_says_so_and_what_it_lacks(rostock: Repair, api: Api) -> None:
    found = listed(api, None, language="de")
    assert names(found) == ["hoehenpunkte"]
    (item,) = found["results"]
    assert item["category"] == [ADDRESSES]
    assert [name for name, met in item["criteria"].items() if not met] == [
        "api", "documentation", "contact"
    ]  # fmt: skip
    assert found["fails"] == {"api": 1, "documentation": 1, "contact": 1}
    assert found["categories"] == {"c_ac64a52d": 1}
    assert "Keine Schnittstelle (API) führt zu den Daten" in item["issues"][0]["message"]
    assert names(listed(api, None, fails="licence")) == []
    assert names(listed(api, None, fails="api", category="c_ac64a52d")) == ["hoehenpunkte"]


def test_editors_see_what_may_be_one(rostock: Repair, api: Api) -> None:
    found = listed(api, rostock.user, show="offered")
    assert names(found) == ["adressen-der-stadt", "laermkarten"]
    assert found["results"][0]["offered"] == {"category": ADDRESSES, "word": "adressen"}


@pytest.mark.parametrize("show", ["offered", "rejected"])
def test_others_do_not_see_what_is_offered(
    rostock: Repair, api: Api, officer: Callable[..., Any], show: str
) -> None:
    for somebody in (None, officer("stralsund")):
        with pytest.raises(tk.NotAuthorized):
            listed(api, somebody, show=show)


def test_only_the_citys_editors_decide(
    rostock: Repair, api: Api, officer: Callable[..., Any]
) -> None:
    for somebody in (None, officer("stralsund"), officer("rostock", "member")):
        with pytest.raises(tk.NotAuthorized):
            api(somebody, "hanse_hvd_decide", id="rostock", datasets=["laermkarten"],
                verdict="confirmed")  # fmt: skip
    with pytest.raises(tk.ObjectNotFound):  # of another city
        api(officer("stralsund"), "hanse_hvd_decide", id="stralsund", datasets=["laermkarten"],
            verdict="confirmed")  # fmt: skip
    assert not shown("laermkarten").get("hvd_category")


def test_confirmed_it_stays_so_after_a_harvest_and_can_be_taken_back(
    rostock: Repair, api: Api
) -> None:
    before = shown("adressen-der-stadt")
    (dry,) = decide(rostock, "confirmed", "adressen-der-stadt", dry_run=True)["results"]
    assert [(item["field"].partition("[")[0], item["after"]) for item in dry["changes"]] == [
        ("hvd_category", [ADDRESSES]), ("applicable_legislation", [LAW]), ("resources", [LAW]),
    ]  # fmt: skip
    assert not shown("adressen-der-stadt").get("hvd_category")

    (done,) = decide(rostock, "confirmed", "adressen-der-stadt")["results"]
    assert not done["error"]
    assert names(listed(api, None)) == ["adressen-der-stadt", "hoehenpunkte"]
    mine = listed(api, rostock.user)["results"][0]
    assert (mine["decided"]["verdict"], mine["decided"]["reason"]) == ("confirmed", "Weil.")
    assert listed(api, None)["results"][0]["decided"] is None

    changed = [item for item in records() if item.dataset["title"] != "Adressen der Stadt"]
    rostock.run(*changed, record("a", "Adressen der Stadt", notes="neu",
                                 resources=[
                                     {"access_url": "https://x.example/a", "license": OPEN,
                                      "download_url": "https://x.example/a.csv"}]))  # fmt: skip
    after = shown("adressen-der-stadt")
    assert after["hvd_category"] == [ADDRESSES]
    assert after["applicable_legislation"] == [LAW]
    assert after["resources"][0]["applicable_legislation"] == [LAW]
    assert after["resources"][0]["id"] == before["resources"][0]["id"]

    assert not decide(rostock, "undo", "adressen-der-stadt")["results"][0]["error"]
    after = shown("adressen-der-stadt")
    assert not after.get("hvd_category")
    assert not after.get("applicable_legislation")
    assert names(listed(api, rostock.user, show="offered"))[0] == "adressen-der-stadt"


def test_rejected_it_is_not_offered_again_until_that_is_taken_back(
    rostock: Repair, api: Api
) -> None:
    decide(rostock, "rejected", "laermkarten", "hoehenpunkte")
    assert names(listed(api, None)) == []
    assert names(listed(api, rostock.user, show="offered")) == ["adressen-der-stadt"]
    assert names(listed(api, rostock.user, show="rejected")) == ["hoehenpunkte", "laermkarten"]

    rostock.run(*records())
    assert names(listed(api, None)) == []
    assert names(listed(api, rostock.user, show="rejected")) == ["hoehenpunkte", "laermkarten"]

    decide(rostock, "undo", "laermkarten", "hoehenpunkte")
    rostock.run(*records())
    assert names(listed(api, None)) == ["hoehenpunkte"]
    assert shown("hoehenpunkte")["applicable_legislation"] == [LAW]
    assert "laermkarten" in names(listed(api, rostock.user, show="offered"))


def test_a_dataset_that_is_kept_here_is_decided_too(rostock: Repair, api: Api) -> None:
    own = api(
        rostock.user, "package_create", name="eigene-biotope", title="Biotope", notes="x",
        owner_org="rostock",
    )  # fmt: skip
    assert not decide(rostock, "confirmed", own["id"])["results"][0]["error"]
    assert shown("eigene-biotope")["hvd_category"]
    decide(rostock, "rejected", own["id"])
    assert not shown("eigene-biotope").get("hvd_category")
    assert "eigene-biotope" in names(listed(api, rostock.user, show="rejected"))
    decide(rostock, "undo", own["id"])
    assert "eigene-biotope" in names(listed(api, rostock.user, show="offered"))


def test_what_cannot_be_decided_is_said_and_the_others_are_done(rostock: Repair) -> None:
    tax, noise = decide(rostock, "confirmed", "hundesteuer", "laermkarten")["results"]
    assert "Hundesteuer" in tax["error"]
    assert not noise["error"]
    with pytest.raises(tk.ValidationError, match="Unfug"):
        decide(rostock, "confirmed", "laermkarten", category="Unfug")
    (again,) = decide(rostock, "undo", "hundesteuer")["results"]
    assert "Hundesteuer" in again["error"]


def test_pages_and_files_have_the_columns_of_the_report(rostock: Repair, site: Any) -> None:
    page = site.get("/en/hvd", status=200).body
    for column in ("Licence open", "Interface (API)", "Bulk download", "Documentation", "Contact"):
        assert column in page
    assert "Höhenpunkte" in page
    assert "To decide" not in page
    city = site.get("/en/organization/rostock/hvd?fails=licence", status=200).body
    assert "No dataset fits." in city
    site.get("/hvd?category=unfug", status=404)

    answer = site.get("/en/organization/rostock/hvd.csv", status=200)
    rows = list(csv.DictReader(io.StringIO(answer.body.lstrip("\ufeff"))))
    assert [row["Title"] for row in rows] == ["Höhenpunkte"]
    assert (rows[0]["Licence open"], rows[0]["Interface (API)"]) == ("yes", "no")
    assert rows[0]["Licences"] == OPEN

    nt = site.get("/hvd.nt", status=200).body
    assert f"<http://data.europa.eu/r5r/applicableLegislation> <{LAW}>" in nt
    assert nt.count("<http://www.w3.org/ns/dcat#dataset>") == 1


def test_a_decision_is_shown_first_and_then_stored(rostock: Repair, site: Any) -> None:
    headers = {"Authorization": rostock.user["token"]}
    tab = site.get("/en/organization/rostock/hvd?show=offered", headers=headers, status=200).body
    assert "Lärmkarten" in tab
    assert "because of “lärmkarten”" in tab
    noise = shown("laermkarten")["id"]
    form = {"datasets": noise, "verdict": "confirmed", "category": "", "reason": "Ja."}
    where = "/en/organization/rostock/hvd/decide"
    asked = site.post(where, data=form, headers=headers, status=200).body
    assert "Confirm as high-value data?" in asked
    assert not shown("laermkarten").get("hvd_category")
    site.post(where, data={**form, "step": "do"}, headers=headers, status=200)
    assert shown("laermkarten")["hvd_category"]
    site.get(where, headers=headers, status=405)
