"""Model datasets: what a dataset says, what an officer decides, and the cities compared by it."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import ckan.plugins.toolkit as tk
import openpyxl
import pytest
import sqlalchemy as sa
from ckan import model
from kept import kept
from repairing import Repair, repairing
from walks import record

from ckanext.hanse.model import AssignedHow, ModelAssignment
from ckanext.hanse.model_datasets import automatic
from ckanext.hanse.store import index
from hanse_schemas.model_datasets import BASE

Api = Callable[..., Any]

TREES, PARKING = "floraUndFauna/baumbestand/baumkataster", "verkehr/kfz/parkplatz"
EVIL = "=cmd|' /C calc'!A0"


def records() -> list[Any]:
    """One that says so by a reference of V1, one by its keywords, two that say nothing."""
    file = {"access_url": "https://x.example/a", "format": "CSV",
            "license": "http://dcat-ap.de/def/licenses/dl-by-de/2.0"}  # fmt: skip
    return [
        record("b", "Grünes in der Stadt", references=[BASE + TREES], resources=[file],
               contact=[{"name": "Grünamt", "email": "gruen@example.org"}]),
        record("p", EVIL, tags=[{"name": "Verkehr"}, {"name": "Kfz - Parkplatz"}]),
        record("w1", "Wahlergebnisse der Kommunalwahl 2019"),
        record("w2", "Wahlergebnisse der Kommunalwahl 2024"),
    ]  # fmt: skip


@pytest.fixture
def rostock(cities: dict[str, Any], officer: Callable[..., Any], api: Api) -> Repair:
    user = kept("rostock", lambda: officer("rostock"))
    repair = repairing(cities["rostock"]["id"], user, api)
    kept("models of Rostock", lambda: looked_at(repair))
    return repair


def looked_at(repair: Repair) -> None:
    repair.run(*records())
    automatic.keep_up(seconds=60)
    index.drain()


def found(iri: str) -> list[str]:
    answer = tk.get_action("package_search")({"ignore_auth": True}, {"fq": f'hanse_model:"{iri}"'})
    return sorted(item["name"] for item in answer["results"])


def ids(repair: Repair, *names: str) -> list[str]:
    return [repair.show(name)["id"] for name in names]


def decide(repair: Repair, verdict: str, names: list[str], **more: str) -> dict[str, Any]:
    done: dict[str, Any] = repair.api(
        repair.user, "hanse_model_datasets_decide", id="rostock", verdict=verdict,
        datasets=ids(repair, *names), **more,
    )  # fmt: skip
    model.Session.expire_all()
    return done


WAHLEN = ["wahlergebnisse-der-kommunalwahl-2019", "wahlergebnisse-der-kommunalwahl-2024"]


def test_what_a_dataset_says_is_found_by_it(rostock: Repair, api: Api) -> None:
    assert found(BASE + TREES) == ["gruenes-in-der-stadt"]
    assert len(found(BASE + PARKING)) == 1
    shown = api(None, "hanse_model_datasets_show", id="gruenes-in-der-stadt", language="en")
    assert [(item["how"], item["path"]) for item in shown["models"]] == [("reference", TREES)]
    assert "suggested" not in shown  # only for who decides


def test_like_titles_are_confirmed_together_survive_a_harvest_and_are_taken_back(
    rostock: Repair, site: Any, officer: Callable[..., Any]
) -> None:
    listed = rostock.api(rostock.user, "hanse_model_datasets_list", id="rostock", show="open")
    sizes = {len(group["datasets"]) for group in listed["results"]}
    assert sizes == {2} or listed["numbers"]["machine"]
    vote = "politischePartizipation/wahl/kommunalwahl"
    assert decide(rostock, "confirmed", WAHLEN, model=vote)["number"] == 2
    assert found(BASE + vote) == WAHLEN

    text = site.get(f"/dataset/{WAHLEN[0]}.ttl").body
    assert f"<{BASE}{vote}>" in text
    assert '"Politische Partizipation"' in text

    rostock.run(*records()[:2], record("w1", "Ergebnisse der Wahl"), records()[3])
    automatic.keep_up(seconds=60)
    index.drain()
    assert found(BASE + vote) == WAHLEN

    assert decide(rostock, "undo", WAHLEN)["number"] == 2
    assert BASE + vote not in site.get(f"/dataset/{WAHLEN[1]}.ttl").body


def test_none_of_these_is_kept_too(rostock: Repair) -> None:
    decide(rostock, "refused", ["gruenes-in-der-stadt"])
    assert found(BASE + TREES) == []
    decide(rostock, "undo", ["gruenes-in-der-stadt"])
    assert found(BASE + TREES) == ["gruenes-in-der-stadt"]


def test_only_the_citys_editors_decide(rostock: Repair, officer: Callable[..., Any]) -> None:
    for somebody in (None, officer("stralsund"), officer("rostock", "member")):
        with pytest.raises(tk.NotAuthorized):
            rostock.api(somebody, "hanse_model_datasets_decide", id="rostock", verdict="refused",
                        datasets=ids(rostock, WAHLEN[0]))  # fmt: skip
    with pytest.raises(tk.ObjectNotFound):  # of another city
        rostock.api(officer("stralsund"), "hanse_model_datasets_decide", id="stralsund",
                    verdict="refused", datasets=ids(rostock, WAHLEN[0]))  # fmt: skip
    with pytest.raises(tk.ValidationError, match="Zeppeline"):
        decide(rostock, "confirmed", WAHLEN, model="Zeppeline")


def test_the_machines_word_is_not_handed_on_unless_the_operator_says_so(
    rostock: Repair, site: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    (dataset,) = ids(rostock, WAHLEN[0])
    iri = BASE + "politischePartizipation/wahl/kommunalwahl"
    row = model.Session.get(ModelAssignment, (dataset, False))
    before = row.iri, row.how
    model.Session.execute(
        sa.update(ModelAssignment)
        .where(ModelAssignment.dataset_id == dataset)
        .values(iri=iri, how=AssignedHow.MACHINE.value)
    )
    index.mark([dataset])
    model.Session.commit()
    index.drain()
    assert WAHLEN[0] in found(iri)
    assert "by machine" in site.get("/en/vergleich").body
    assert iri not in site.get(f"/dataset/{WAHLEN[0]}.ttl").body
    monkeypatch.setitem(tk.config, "hanse.models.export_machine", True)
    assert iri in site.get(f"/dataset/{WAHLEN[0]}.ttl").body
    row = model.Session.get(ModelAssignment, (dataset, False))
    row.iri, row.how = before
    model.Session.commit()


def test_the_cities_side_by_side(rostock: Repair, site: Any, api: Api) -> None:
    page = site.get("/vergleich").body
    assert "Grünes in der Stadt" in page
    assert "fehlt hier" in page
    assert "Grünes in der Stadt" not in site.get("/vergleich?shared=two").body
    everyday = site.get("/vergleich?q=Müllabfuhr").body  # no model dataset has the word
    assert "/vergleich/datensatz/abfallentsorgung/abfallkalender" in everyday
    side = site.get(f"/vergleich/datensatz/{TREES}").body
    assert "mailto:gruen@example.org" in side
    assert "Stralsund" in side
    with pytest.raises(tk.NotAuthorized):
        api(rostock.user, "hanse_model_absence_set", id="stralsund", model=TREES, reason="x")
    api(rostock.user, "hanse_model_absence_set", id="rostock", reason="Hier fährt <b>keine</b>.",
        model="verkehr/kfz/autobahn")  # fmt: skip
    assert "entfällt, weil: Hier fährt &lt;b&gt;keine&lt;/b&gt;." in site.get("/vergleich").body
    assert site.get("/compare/rostock", follow_redirects=False).status_code in (301, 302)


def test_the_list_for_the_next_meeting_runs_no_formula(rostock: Repair, site: Any) -> None:
    book = openpyxl.load_workbook(io.BytesIO(site.get("/vergleich/stralsund.xlsx").data))
    cells = [cell for row in book.active.iter_rows() for cell in row]
    assert not [cell for cell in cells if cell.data_type == "f"]
    texts = " ".join(str(cell.value) for cell in cells)
    assert EVIL in texts
    assert "Grünflächenamt" in texts


@pytest.mark.parametrize("path", ["nie/gewesen", "x" * 3000, "%F0%9F%8C%B3", "../../etc"])
def test_what_never_existed_is_said_so(clean: None, site: Any, path: str) -> None:
    answer = site.get(f"/vergleich/datensatz/{path}", status=404)
    assert "/vergleich" in answer.body


def test_filters_that_do_not_exist_are_none(clean: None, site: Any) -> None:
    assert site.get("/vergleich?theme=nie&shared=x&q=%22)%20OR%20%F0%9F%8C%B3").status_code == 200
    site.get("/vergleich/atlantis", status=404)
