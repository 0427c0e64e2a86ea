"""A person's word on two datasets is done at once, lasts, and can be taken back."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import ckan.plugins.toolkit as tk
import pytest
import sqlalchemy as sa
from ckan import model
from ckan.lib.redis import connect_to_redis
from ckan.tests import factories
from ckan.tests.helpers import call_action
from click.testing import CliRunner
from portals_of_a_city import Portals, links, named, record_id, show, source_id, titles
from stand_in import Entry, StandIn

from ckanext.hanse.cli import hanse
from ckanext.hanse.dedup import decide as deciding
from ckanext.hanse.dedup import merge
from ckanext.hanse.harvest import lease, withdrawal
from ckanext.hanse.model import Link, SourceRecord
from ckanext.hanse.monitoring import doctor
from ckanext.hanse.scheduler import jobs

LAND = "https://land.example"
Api = Callable[..., Any]
CITY, STATE = named("a", "Bäume"), named("b", "Bäume")


@pytest.fixture
def portals(portal: StandIn, tmp_path: Path, clean: None) -> Portals:
    found = Portals(portal)
    found.sync(tmp_path)
    return found


@pytest.fixture
def pair(portals: Portals) -> int:
    """Two datasets of the same title, suggested."""
    portals.run("stadt", CITY)
    portals.run("land", STATE, base=LAND)
    ((verdict, _),) = links()
    assert verdict == "suggested"
    return the_pair()["id"]


def the_pair(**wanted: Any) -> dict[str, Any]:
    (only,) = call_action("hanse_link_list", **wanted)["results"]
    return only


def decide(pair: int, verdict: str) -> dict[str, Any]:
    return call_action("hanse_link_decide", id=pair, verdict=verdict, reason="gesehen")


def again(portals: Portals) -> None:
    """Both portals change something and are harvested again."""
    for number in ("1", "2"):
        portals.run("land", named("b", "Bäume", keywords=(f"neu {number}",)), base=LAND)
        portals.run("stadt", named("a", "Bäume", keywords=(f"neu {number}",)))


def test_the_list_says_what_and_why(pair: int) -> None:
    found = the_pair(language="de")
    assert [side["source"] for side in found["datasets"]] == ["stadt", "land"]
    assert [side["name"] for side in found["datasets"]] == ["baeume", "baeume-2"]
    assert found["reasons"][0]["text"] == "Die Titel sind gleich."
    assert the_pair(language="en")["reasons"][0]["text"] == "The titles are the same."
    assert call_action("hanse_link_list", source="bund")["count"] == 0
    assert call_action("hanse_link_list", source="land", verdict="suggested")["count"] == 1
    assert call_action("hanse_link_list", verdict="different")["count"] == 0


def test_the_same_leaves_one_and_the_other_address_leads_there(
    portals: Portals, pair: int, site: Any
) -> None:
    found = decide(pair, "same")
    assert (found["verdict"], found["merged"]) == ("same", True)
    assert titles() == {"baeume": "Bäume"}
    answer = site.get("/dataset/baeume-2", follow_redirects=False)
    assert (answer.status_code, answer.headers["Location"].split("/")[-1]) == (301, "baeume")
    answer = site.get("/dataset/baeume-2.ttl", follow_redirects=False)
    assert (answer.status_code, answer.headers["Location"].split("/")[-1]) == (301, "baeume.ttl")
    origins = call_action("hanse_origin_show", id="baeume")["origins"]
    assert [(item["source"], item["prevails"]) for item in origins] == [
        ("stadt", True),
        ("land", False),
    ]
    assert "Portal land" in site.get("/dataset/baeume").get_data(as_text=True)

    again(portals)
    assert list(titles()) == ["baeume"]


def test_the_one_takes_over_from_the_other_after_such_a_word(portals: Portals, pair: int) -> None:
    decide(pair, "same")
    withdrawal.withdraw([record_id("stadt")])
    portals.run("land", named("b", "Bäume laut Land"), base=LAND)
    assert titles() == {"baeume": "Bäume laut Land"}


def test_not_the_same_lasts_and_is_not_suggested_again(portals: Portals, pair: int) -> None:
    decide(pair, "different")
    again(portals)
    assert sorted(titles()) == ["baeume", "baeume-2"]
    assert [verdict for verdict, _ in links()] == ["different"]
    assert call_action("hanse_link_list", verdict="suggested")["count"] == 0


def test_a_word_is_taken_back(portals: Portals, pair: int, site: Any) -> None:
    second = show("baeume-2")
    decide(pair, "same")
    decide(pair, "different")
    assert sorted(titles()) == ["baeume", "baeume-2"]
    assert show("baeume-2")["resources"] == second["resources"]
    assert site.get("/dataset/baeume-2", follow_redirects=False).status_code == 200
    again(portals)
    assert show("baeume-2")["tags"][0]["name"] == "neu 2"
    decide(pair, "same")
    again(portals)
    assert list(titles()) == ["baeume"]


def test_what_was_merged_by_itself_is_parted_for_good(portals: Portals) -> None:
    portals.run("stadt", Entry("a", "Bäume"))
    portals.run("land", Entry("a", "Baumkataster"))
    assert list(titles()) == ["baeume"]
    found = the_pair()
    assert (found["verdict"], found["by_itself"]) == ("same", True)
    assert [side["title"] for side in found["datasets"]] == ["Bäume", "Baumkataster"]

    decide(found["id"], "different")
    portals.harvest("land")
    assert titles() == {"baeume": "Bäume", "baumkataster": "Baumkataster"}
    portals.run("land", Entry("a", "Baumkataster", keywords=("neu",)))
    portals.run("stadt", Entry("a", "Bäume", keywords=("neu",)))
    assert sorted(titles()) == ["baeume", "baumkataster"]


def test_corrections_come_along_where_they_fit_and_go_back(portals: Portals, api: Api) -> None:
    """Both portals have the same wrong text; the title is right in the city's."""
    portals.run("stadt", named("a", "Bäume", notes="lorem"))
    portals.run("land", named("b", "Bäume", notes="lorem", publisher="Land"), base=LAND)
    user = member("luebeck", "editor")
    file = show("baeume-2")["resources"][0]["id"]
    fixed = {
        "notes": "Alle Bäume.",
        "publisher": [{"name": "Landesamt"}],
        f"resources[{file}].description": "Mit Standort.",
    }
    for field, value in fixed.items():
        api(user, "hanse_correction_create", id="baeume-2", field=field, value=value, reason="x")

    call_action("hanse_link_decide", datasets=["baeume", "baeume-2"], verdict="same")
    here = show("baeume")
    assert (here["notes"], here["publisher"][0]["name"]) == ("Alle Bäume.", "Lübeck")
    assert here["resources"][0]["description"] == "Mit Standort."
    rows = api(user, "hanse_correction_list", id="baeume")
    assert {row["field"].rpartition(".")[2] for row in rows} == {"notes", "description"}
    assert {row["author"] for row in rows} == {user["fullname"]}
    portals.run("stadt", named("a", "Bäume", notes="lorem", keywords=("neu",)))
    assert show("baeume")["notes"] == "Alle Bäume."

    call_action("hanse_link_decide", id=the_pair()["id"], verdict="different")
    assert show("baeume-2")["notes"] == "Alle Bäume."
    assert show("baeume-2")["publisher"][0]["name"] == "Landesamt"


def test_two_datasets_that_nobody_suggested(portals: Portals) -> None:
    portals.run("stadt", named("a", "Bäume"))
    portals.run("land", named("b", "Grünflächen"), base=LAND)
    call_action("hanse_link_decide", datasets=["baeume", "gruenflaechen"], verdict="same")
    assert list(titles()) == ["baeume"]


def test_while_a_portal_is_harvested_nothing_is_decided(portals: Portals, pair: int) -> None:
    held = lease.take(source_id("land"), seconds=60)
    assert held
    with pytest.raises(tk.ValidationError):
        decide(pair, "same")
    held.release()
    assert [verdict for verdict, _ in links()] == ["suggested"]
    assert len(titles()) == 2
    decide(pair, "same")
    assert len(titles()) == 1


def test_nonsense_is_refused(pair: int) -> None:
    for wrong in ({"id": pair, "verdict": "maybe"}, {"verdict": "same"}, {"id": pair}):
        with pytest.raises(tk.ValidationError):
            call_action("hanse_link_decide", **wrong)
    with pytest.raises(tk.ObjectNotFound):
        call_action("hanse_link_decide", id="99999999", verdict="same")
    with pytest.raises(tk.ValidationError):
        call_action("hanse_link_decide", datasets=["baeume", "baeume"], verdict="same")


# --- Many at once, and what an earlier rule merged -------------------------------------------


PAIRS = {"1": ("Bäume", "Einwohner"), "2": ("Pläne", "Haushalt"), "3": ("Spiele", "Wahlen")}


@pytest.fixture
def merged(portals: Portals) -> Portals:
    """Datasets of two portals that an earlier release made one by counter and publisher.

    The first was a dataset of its own before; the others never were.
    """
    portals.run("stadt", *(named(n, here, number=n) for n, (here, _) in PAIRS.items()))
    portals.run("geo", named("g1", PAIRS["1"][1], number="1"), base=LAND)
    model.Session.execute(sa.delete(Link))
    merge.merge(record_id("stadt", "/1"), record_id("geo", "/g1"))
    for n, (_, there) in PAIRS.items():
        if n != "1":
            row = {"source_id": source_id("geo"), "identity": f"{LAND}/datensatz/g{n}"}
            bound = model.Session.get(SourceRecord, record_id("stadt", f"/{n}")).dataset_id
            model.Session.add(SourceRecord(**row, title=there, dataset_id=bound))
    model.Session.flush()
    for n in PAIRS:
        first, second = sorted((record_id("stadt", f"/{n}"), record_id("geo", f"/g{n}")))
        reasons = [{"rule": "same-identifier", "value": ""}]
        model.Session.add(Link(first_id=first, second_id=second, verdict="same", reasons=reasons))
    model.Session.commit()
    portals.serve(
        "geo", *(named(f"g{n}", there, number=n) for n, (_, there) in PAIRS.items()), base=LAND
    )
    assert len(titles()) == 3
    return portals


def group_of(kind: str) -> dict[str, Any]:
    (only,) = call_action("hanse_link_groups", verdict=kind, language="en")
    return only


def decide_all(kind: str, verdict: str, **more: Any) -> dict[str, Any]:
    return call_action(
        "hanse_link_decide_all", sources=["geo", "stadt"], of=kind, verdict=verdict, **more
    )


def test_what_an_earlier_rule_merged_is_listed_and_comes_back_with_one_word(
    merged: Portals, site: Any, sysadmin: dict[str, Any]
) -> None:
    finding = next(item for item in doctor.examine() if item.id == "duplicates-doubtful")
    assert "geo + stadt: 3" in finding.what("de")
    assert "/harvest/duplicates?verdict=doubtful" in finding.remedy("en")
    said = CliRunner().invoke(hanse, ["duplicates", "list", "--language", "de"]).output
    assert "geo + stadt: 3 Paare" in said
    group = group_of("doubtful")
    assert (group["count"], len(group["sample"])) == (3, 3)
    assert [item["rule"] for item in group["reasons"]] == ["same-identifier"]
    text = page(site, sysadmin, verdict="doubtful").get_data(as_text=True)
    assert 'name="verdict" value="different">' in text

    done = decide_all("doubtful", "different")
    assert (done["count"], done["at_next_run"]) == (3, 2)
    assert set(titles().values()) == {"Bäume", "Pläne", "Spiele", "Einwohner"}
    merged.harvest("geo")
    assert len(titles()) == 6
    assert {item.id for item in doctor.examine()} >= {"duplicates-ok"}
    merged.run("stadt", *(named(n, here, number=n, notes="neu") for n, (here, _) in PAIRS.items()))
    assert len(titles()) == 6


def test_the_command_parts_them_too(merged: Portals) -> None:
    answer = CliRunner().invoke(hanse, ["duplicates", "part", "stadt", "geo"])
    assert answer.exit_code == 0, answer.output
    merged.harvest("geo")
    assert len(titles()) == 6
    assert CliRunner().invoke(hanse, ["duplicates", "part", "stadt", "nirgends"]).exit_code == 1


def test_one_of_them_is_parted_by_a_click_and_the_page_says_when_it_is_back(
    merged: Portals, site: Any, sysadmin: dict[str, Any]
) -> None:
    found = call_action("hanse_link_list", verdict="doubtful")["results"]
    assert all(item["doubtful"] for item in found)
    (last,) = (item for item in found if item["datasets"][0]["title"] == "Spiele")
    headers = {"Authorization": sysadmin["token"]}
    answer = site.post(
        f"/harvest/duplicates/{last['id']}",
        data={"verdict": "different", "shown_verdict": "doubtful"},
        headers=headers,
    )
    text = answer.get_data(as_text=True)
    assert "Wahlen" in text
    assert "Portal geo" in text
    assert call_action("hanse_link_list", verdict="doubtful")["count"] == 2


def test_what_is_one_by_todays_rule_is_not_doubtful(portals: Portals) -> None:
    number = "8d3f7a52-1c44-4b0e-9f6d-2e5a7b9c1d03"
    portals.run("stadt", Entry("a", "Bäume"), named("b", "Wahl", number=number))
    portals.run("land", Entry("a", "Baumkataster"))
    portals.run("geo", named("c", "Wahl", number=number), base=LAND)
    assert len(titles()) == 2
    assert call_action("hanse_link_list", verdict="same")["count"] == 2
    assert call_action("hanse_link_groups", verdict="doubtful") == []


THINGS = ("Bäume", "Denkmale", "Haushalt", "Wahlkreise")


@pytest.fixture
def alike(portals: Portals) -> Portals:
    """Two portals with four datasets of the same titles."""
    portals.run("stadt", *(named(f"s{n}", title) for n, title in enumerate(THINGS)))
    portals.run("geo", *(named(f"g{n}", title) for n, title in enumerate(THINGS)), base=LAND)
    return portals


def test_suggestions_between_two_sources_are_decided_together_and_taken_back(
    alike: Portals,
) -> None:
    group = group_of("suggested")
    assert (group["sources"], group["count"], len(group["sample"])) == (["geo", "stadt"], 4, 3)
    assert decide_all("suggested", "same", rule="same-download")["count"] == 0
    assert decide_all("suggested", "different", rule="same-title")["count"] == 4
    assert call_action("hanse_link_groups", verdict="suggested") == []
    assert decide_all("different", "suggested")["count"] == 4
    assert group_of("suggested")["count"] == 4

    assert decide_all("suggested", "same", reason="gesehen")["count"] == 4
    assert len(titles()) == 4
    done = decide_all("same", "different")
    assert (done["count"], done["at_next_run"], done["in_background"]) == (4, 0, 0)
    assert len(titles()) == 8
    for wrong in (
        {"sources": ["geo"], "of": "suggested", "verdict": "same"},
        {"sources": ["geo", "stadt"], "of": "all", "verdict": "same"},
        {"sources": ["geo", "stadt"], "of": "same", "verdict": "suggested"},
    ):
        with pytest.raises(tk.ValidationError):
            call_action("hanse_link_decide_all", **wrong)


def test_what_a_run_stands_in_the_way_of_is_done_by_the_next(alike: Portals) -> None:
    held = lease.take(source_id("stadt"), seconds=60)
    assert held
    assert decide_all("suggested", "same")["at_next_run"] == 4
    held.release()
    assert len(titles()) == 8
    alike.harvest("geo")
    assert len(titles()) == 4


def test_what_is_too_much_for_one_answer_follows_in_the_background(
    alike: Portals, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(deciding, "AT_ONCE", 1)
    connect_to_redis().flushdb()
    assert decide_all("suggested", "same")["in_background"] == 3
    assert len(titles()) == 7
    (job,) = jobs.queue().jobs
    job.func(**job.kwargs)
    assert len(titles()) == 4
    connect_to_redis().flushdb()


def test_no_word_for_all_makes_several_datasets_of_one_portal_one(portals: Portals) -> None:
    portals.run("stadt", named("a", "Bäume"), named("b", "Wahl"))
    portals.run("geo", named("c", "Bäume"), named("d", "Bäume"), named("e", "Wahl"), base=LAND)
    done = decide_all("suggested", "same")
    assert (done["count"], done["undecided"]) == (1, 2)
    assert sorted(titles().values()) == ["Bäume", "Bäume", "Bäume", "Wahl"]
    assert group_of("suggested")["count"] == 2


def test_only_editors_of_both_cities_decide_together(portals: Portals, api: Api) -> None:
    portals.run("stadt", Entry("a", "Bäume"))
    portals.run("else", Entry("a", "Baumkataster"))
    word = {"sources": ["else", "stadt"], "of": "suggested", "verdict": "different"}
    one, both = member("luebeck", "editor"), member("luebeck", "editor")
    call_action("organization_member_create", id="wismar", username=both["id"], role="editor")
    assert api(one, "hanse_link_groups", verdict="suggested")[0]["may_decide"] is False
    for user in (one, member("luebeck", "member"), None):
        with pytest.raises(tk.NotAuthorized):
            api(user, "hanse_link_decide_all", **word)
    assert api(both, "hanse_link_decide_all", **word)["count"] == 1


# --- Who may -----------------------------------------------------------------------------------


def member(city: str, role: str) -> dict[str, Any]:
    user = factories.UserWithToken()
    call_action("organization_member_create", id=city, username=user["id"], role=role)
    return user


ROLES: dict[str, Callable[[], dict[str, Any] | None]] = {
    "nobody": lambda: None,
    "stranger": factories.UserWithToken,
    "member": lambda: member("luebeck", "member"),
    "editor elsewhere": lambda: member("wismar", "editor"),
    "editor": lambda: member("luebeck", "editor"),
    "admin": lambda: member("luebeck", "admin"),
    "sysadmin": factories.SysadminWithToken,
}
MAY = {"editor", "admin", "sysadmin"}


@pytest.mark.parametrize("role", ROLES)
def test_who_may_decide(pair: int, api: Api, role: str) -> None:
    user = ROLES[role]()
    if role in MAY:
        assert api(user, "hanse_link_list")["results"][0]["may_decide"]
        assert api(user, "hanse_link_show", id=pair)["id"] == pair
        assert api(user, "hanse_link_decide", id=pair, verdict="same")["author"]
        return
    for action in ("hanse_link_decide", "hanse_link_show"):
        with pytest.raises(tk.NotAuthorized):
            api(user, action, id=pair, verdict="same")
    if user:
        assert api(user, "hanse_link_list") == {"count": 0, "results": []}
    else:
        with pytest.raises(tk.NotAuthorized):
            api(user, "hanse_link_list")
    assert len(titles()) == 2


@pytest.mark.parametrize(
    ("cities", "allowed"),
    [(("luebeck",), False), (("wismar",), False), (("luebeck", "wismar"), True)],
)
def test_between_two_cities_both_must_agree(
    portals: Portals, api: Api, cities: tuple[str, ...], allowed: bool
) -> None:
    portals.run("stadt", Entry("a", "Bäume"))
    portals.run("else", Entry("a", "Baumkataster"))
    user = member(cities[0], "editor")
    for city in cities[1:]:
        call_action("organization_member_create", id=city, username=user["id"], role="editor")
    (found,) = api(user, "hanse_link_list")["results"]
    assert found["may_decide"] is allowed
    if not allowed:
        with pytest.raises(tk.NotAuthorized):
            api(user, "hanse_link_decide", id=found["id"], verdict="same")
        return
    before = show("baeume")["organization"]["name"]
    api(user, "hanse_link_decide", id=found["id"], verdict="same")
    assert list(titles()) == ["baeume"]
    assert show("baeume")["organization"]["name"] == before


# --- The page ----------------------------------------------------------------------------------


def page(site: Any, user: dict[str, Any] | None, **query: str) -> Any:
    headers = {"Authorization": user["token"]} if user else {}
    return site.get(
        "/harvest/duplicates", query_string=query, headers=headers, follow_redirects=False
    )


def test_the_page_shows_both_and_marks_what_differs(
    portals: Portals, site: Any, sysadmin: dict[str, Any]
) -> None:
    portals.run("stadt", named("a", "Bäume", notes="Hier."))
    portals.run("land", named("b", "Bäume", notes="<script>alert(1)</script>Dort."), base=LAND)
    text = page(site, sysadmin).get_data(as_text=True)
    assert "Portal stadt" in text
    assert "Portal land" in text
    assert "<script>alert" not in text
    marked = [row for row in text.split("<tr")[1:] if "hanse-differs" in row.split(">")[0]]
    assert any("Hier." in row and "Dort." in row for row in marked)
    assert not any("Bäume" in row and "Titel" in row for row in marked)


def test_a_click_decides_and_a_get_does_not(
    portals: Portals, pair: int, site: Any, sysadmin: dict[str, Any]
) -> None:
    headers = {"Authorization": sysadmin["token"]}
    address = f"/harvest/duplicates/{pair}"
    assert site.get(address, headers=headers).status_code in (404, 405)
    assert len(titles()) == 2
    site.post(address, data={"verdict": "same", "reason": "ja"}, headers=headers)
    assert len(titles()) == 1
    text = page(site, sysadmin, verdict="same").get_data(as_text=True)
    assert "ja" in text
    assert '<button class="btn btn-secondary" name="verdict" value="different">' in text
    assert 'name="verdict" value="same">' not in text


def test_the_empty_page_says_so_and_strangers_are_sent_away(
    portals: Portals, site: Any, sysadmin: dict[str, Any]
) -> None:
    assert page(site, sysadmin).status_code == 200
    assert 'class="empty"' in page(site, sysadmin).get_data(as_text=True)
    assert page(site, sysadmin, page="x", verdict="?").status_code == 200
    answer = page(site, None)
    assert answer.status_code == 302
    assert "login" in answer.headers["Location"]
    assert model.Session.is_active
