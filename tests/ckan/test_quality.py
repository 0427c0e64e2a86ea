"""Scores on the site: action, page, files, badge, a point a day, who sees what."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from typing import Any

import ckan.plugins.toolkit as tk
import pytest
import sqlalchemy as sa
from ckan import model
from ckan.tests import factories
from ckan.tests.helpers import call_action
from walks import Listed, harvest, record, source

from ckanext.hanse.model import DatasetState, HarvestRun, ScoreKind, ScorePoint
from ckanext.hanse.scores import history
from hanse_harvesters.quality.mqa import measure

Api = Callable[..., Any]
Officer = Callable[..., dict[str, Any]]

THEME = "http://publications.europa.eu/resource/authority/data-theme/ENVI"
BY = "http://dcat-ap.de/def/licenses/dl-by-de/2.0"
#: 30 (keyword) + 30 (theme), and with the file 20 + 20 + 20 (CSV) + 20 (download) + 30 (licence).
BARE = {"tags": [{"name": "Baum"}], "theme": [THEME]}
FILE = {"format": "CSV", "license": BY, "download_url": "https://a.example/1.csv"}
WITH_FILE = {**BARE, "resources": [FILE]}


def judge(dataset_id: str, dataset: dict[str, Any]) -> None:
    """What the line does when it writes a dataset."""
    score = measure(dataset, compliant=True)
    values = {"mqa": score.as_json(), "score": float(score.points)}
    done = model.Session.execute(
        sa.update(DatasetState).where(DatasetState.dataset_id == dataset_id).values(**values)
    )
    if not done.rowcount:
        model.Session.add(DatasetState(dataset_id=dataset_id, harvested=False, **values))
    model.Session.commit()


def unjudge() -> None:
    model.Session.execute(sa.update(DatasetState).values(mqa={}, score=None))
    model.Session.commit()


@pytest.fixture
def rostock(cities: dict[str, Any]) -> dict[str, Any]:
    """Two public datasets of 90 and 200 points, and a private one that has more."""
    for name, dataset in (("bare", BARE), ("full", WITH_FILE)):
        judge(factories.Dataset(name=name, title=name, owner_org="rostock")["id"], dataset)
    hidden = factories.Dataset(name="hidden", owner_org="rostock", private=True)
    judge(hidden["id"], WITH_FILE)
    return cities["rostock"]


def show(kind: str, id: str = "", **more: Any) -> dict[str, Any]:
    found: dict[str, Any] = call_action("hanse_quality_show", kind=kind, id=id, **more)
    return found


def test_a_dataset_says_its_points_and_what_would_raise_them(rostock: dict[str, Any]) -> None:
    found = show("dataset", "full", language="de")
    assert (found["score"]["points"], found["score"]["of"]) == (200, 325)
    assert found["score"]["rating_label"] == "ausreichend"
    assert found["score"]["stars"] == 3
    assert [part["points"] for part in found["score"]["dimensions"]] == [60, 20, 90, 30, 0]
    assert found["advice"][0]["text"] == "Geben Sie an, um welchen Ort es geht."
    assert {item["points"] for item in found["advice"][:3]} == {20}


def test_a_city_is_the_mean_of_its_public_datasets(rostock: dict[str, Any]) -> None:
    found = show("city", "rostock", language="en")
    assert found["score"]["datasets"] == 2
    assert (found["score"]["mean"], found["score"]["min"], found["score"]["max"]) == (145, 90, 200)
    assert found["score"]["metrics"]["licenceAvailability"]["yes"] == 1
    assert found["advice"][0]["words"] == "1 dataset: a file or an address (+130)"
    assert "2 datasets: place (+20 each)" in [item["words"] for item in found["advice"]]
    assert show("site")["score"]["mean"] == 145


def test_nothing_judged_is_said_and_not_shown_as_nothing_reached(
    cities: dict[str, Any], site: Any
) -> None:
    factories.Dataset(name="fresh", owner_org="rostock")
    unjudge()
    assert show("dataset", "fresh")["judged"] is False
    assert show("city", "rostock")["judged"] is False
    assert show("city", "rostock")["score"]["mean"] is None
    for path in (
        "/dataset/fresh",
        "/dataset/fresh/quality",
        "/organization/rostock/quality",
        "/quality",
    ):
        assert site.get(path).status_code == 200
    assert "not judged yet" in site.get("/dataset/fresh/quality.svg?lang=en").body
    for ending in ("json", "csv", "ttl"):
        assert site.get(f"/dataset/fresh/quality.{ending}").status_code == 200
        assert site.get(f"/organization/rostock/quality.{ending}").status_code == 200


def test_a_private_dataset_is_not_shown_to_others(
    rostock: dict[str, Any], site: Any, api: Api, officer: Officer
) -> None:
    for ending in ("", ".json", ".csv", ".ttl", ".svg"):
        site.get(f"/dataset/hidden/quality{ending}", status=404)
    with pytest.raises(tk.NotAuthorized):
        call_action(
            "hanse_quality_show", {"user": "", "ignore_auth": False}, kind="dataset", id="hidden"
        )
    stranger = officer("stralsund")
    assert site.get(
        "/dataset/hidden/quality.json", headers={"Authorization": stranger["token"]}, status=404
    )
    editor = officer("rostock")
    assert api(editor, "hanse_quality_show", kind="dataset", id="hidden")["score"]["points"] == 200
    seen = site.get("/dataset/hidden/quality.svg", headers={"Authorization": editor["token"]})
    assert "no-store" in seen.headers["Cache-Control"]
    assert "Access-Control-Allow-Origin" not in seen.headers


def test_a_source_is_for_people_with_an_account(
    cities: dict[str, Any], site: Any, api: Api, officer: Officer
) -> None:
    harvest(source(cities["rostock"]["id"]), Listed(record("d1", "Baumkataster", "x")))
    for ending in ("", ".json", ".svg"):
        assert site.get(f"/harvest/source/portal/quality{ending}", status=403)
    editor = officer("rostock")
    headers = {"Authorization": editor["token"]}
    assert site.get("/harvest/source/portal/quality", headers=headers).status_code == 200
    assert api(editor, "hanse_quality_show", kind="source", id="portal")["kind"] == "source"


@pytest.mark.parametrize("path", ["/dataset/nobody", "/organization/nobody"])
def test_what_does_not_exist_is_not_found(cities: dict[str, Any], site: Any, path: str) -> None:
    for ending in ("", ".json", ".svg"):
        site.get(f"{path}/quality{ending}", status=404)


def test_the_badge_can_be_embedded_and_kept(
    rostock: dict[str, Any], visitor: Callable[..., Any]
) -> None:
    answer = visitor("/organization/rostock/quality.svg?lang=de")
    assert answer.headers["Content-Type"].startswith("image/svg+xml")
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert set(answer.headers["Cache-Control"].split(", ")) == {"public", "max-age=3600"}
    assert "MQA 145 / 325 · ausreichend" in answer.text
    again = visitor(
        "/organization/rostock/quality.svg?lang=de", If_None_Match=answer.headers["ETag"]
    )
    assert again.status_code == 304
    page = visitor("/organization/rostock/quality").text
    assert re.search(r"&lt;img src=\S+/organization/rostock/quality\.svg\?lang=", page)


def test_json_csv_and_rdf_say_the_same(rostock: dict[str, Any], site: Any) -> None:
    found = site.get("/dataset/full/quality.json").json
    text = site.get("/dataset/full/quality.csv").body.lstrip("\ufeff")
    separator = ";" if ";" in text.splitlines()[0] else ","
    rows = {row["metric"]: row for row in csv.DictReader(io.StringIO(text), delimiter=separator)}
    assert rows["scoring"]["points"] == str(found["score"]["points"]) == "200"
    assert rows["keywordAvailability"]["reached"] == "yes"
    turtle = site.get("/dataset/full/quality.ttl").body
    assert "<https://piveau.eu/ns/voc#scoring>" in turtle
    assert "http://www.w3.org/ns/dqv#QualityMeasurement" in turtle
    city = site.get("/organization/rostock/quality.ttl").body
    assert "145.0" in city


def test_the_page_of_a_dataset_shows_its_score(rostock: dict[str, Any], site: Any) -> None:
    page = site.get("/dataset/full").body
    assert "/dataset/full/quality" in page
    assert "200" in re.sub(r"<[^>]+>", " ", page)
    assert "/organization/rostock/quality" in site.get("/organization/rostock").body


def test_a_day_has_one_point_however_often_it_is_written(rostock: dict[str, Any]) -> None:
    assert history.keep_up() >= 3  # two cities and the site
    assert history.keep_up() == 0  # nothing ran since
    judge(model.Package.get("bare").id, WITH_FILE)
    history.write(ScoreKind.CITY, rostock["id"])
    model.Session.commit()
    points = history.points(ScoreKind.CITY, rostock["id"])
    assert [(point.datasets, point.mean) for point in points] == [(2, 200.0)]
    assert show("city", "rostock")["history"][0]["mean"] == 200.0


def test_a_run_brings_the_points_up_to_date(cities: dict[str, Any]) -> None:
    unjudge()
    history.keep_up()
    portal = source(cities["rostock"]["id"])
    harvest(portal, Listed(record("d1", "Baumkataster", "x")))
    model.Session.execute(sa.update(HarvestRun).values(finished=sa.func.clock_timestamp()))
    model.Session.commit()
    for row in model.Session.scalars(sa.select(DatasetState.dataset_id)).all():
        judge(row, WITH_FILE)
    assert history.keep_up() == 3  # the source, its city, the site
    (point,) = history.points(ScoreKind.CITY, cities["rostock"]["id"])
    assert (point.datasets, point.mean) == (1, 200.0)
    assert history.keep_up() == 0


def test_a_dataset_has_a_point_only_when_its_score_changed(rostock: dict[str, Any]) -> None:
    history.keep_up()
    dataset = model.Package.get("bare").id
    yesterday(dataset)
    model.Session.execute(sa.delete(ScorePoint).where(ScorePoint.kind == "site"))
    model.Session.commit()
    history.keep_up()
    assert len(history.points(ScoreKind.DATASET, dataset)) == 1
    judge(dataset, WITH_FILE)
    model.Session.execute(sa.delete(ScorePoint).where(ScorePoint.kind == "site"))
    model.Session.commit()
    history.keep_up()
    assert [p.mean for p in history.points(ScoreKind.DATASET, dataset)] == [90.0, 200.0]


def yesterday(owner: str) -> None:
    """Move the points of an owner back by a day."""
    model.Session.execute(
        sa.update(ScorePoint)
        .where(ScorePoint.owner == owner)
        .values(day=ScorePoint.day - sa.cast("1", sa.Integer))
    )
    model.Session.commit()


def test_two_days_are_a_curve_with_words_and_a_table(rostock: dict[str, Any], site: Any) -> None:
    history.keep_up()
    assert "hanse-curve" not in site.get("/organization/rostock/quality").body
    yesterday(rostock["id"])
    history.write(ScoreKind.CITY, rostock["id"])
    model.Session.commit()
    page = site.get("/organization/rostock/quality").body
    assert '<svg class="hanse-curve"' in page
    assert "<title id=" in page
    assert "<desc id=" in page
    assert page.count("<polyline") == 1


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"kind": "planet"}, "kind"),
        ({}, "kind"),
        ({"kind": "city"}, "id"),
        ({"kind": "site", "days": "x"}, "days"),
    ],
)
def test_bad_parameters_are_named(
    cities: dict[str, Any], given: dict[str, Any], field: str
) -> None:
    with pytest.raises(tk.ValidationError) as caught:
        call_action("hanse_quality_show", **given)
    assert field in caught.value.error_dict
