"""A dataset's page and the list of results lead on: editions of one thing, datasets like it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import ckan.plugins.toolkit as tk
import pytest
from kept import kept
from walks import Listed, harvest, record, source

from ckanext.hanse.presentation.editions import Editions, Item
from hanse_schemas.model_datasets import BASE

TREES = f"{BASE}floraUndFauna/baumbestand/baumkataster"


def _kept(cities: dict[str, Any]) -> None:
    harvest(
        source(cities["rostock"]["id"]),
        Listed(
            record("h19", "Haushaltsplan 2019"),
            record("h20", "Haushaltsplan 2020"),
            record("h21", "Haushaltsplan 2021/2022"),
            record("b", "Straßenbäume", references=[TREES],
                   tags=[{"name": "Bäume"}, {"name": "Grünfläche"}]),
            record("w", "Neue Bäume am Wall", references=[TREES]),
            record("g", "Pflege der Parks", tags=[{"name": "Bäume"}, {"name": "Grünfläche"}]),
            record("p", "Parkscheinautomaten", tags=[{"name": "Bäume"}]),
        ),
    )  # fmt: skip
    harvest(
        source(cities["stralsund"]["id"], "portal-stralsund"),
        Listed(
            record("s19", "Haushaltsplan 2019", "x"),
            record("sb", "Bestand der Gehölze", references=[TREES]),
        ),
    )


@pytest.fixture
def filled(cities: dict[str, Any]) -> None:
    kept("leading on", lambda: _kept(cities))


def _part(page: str, anchor: str) -> str:
    """The section with this heading, "" if the page has none."""
    start = page.find(f'aria-labelledby="{anchor}"')
    return page[start : page.index("</section>", start)] if start >= 0 else ""


def test_a_dataset_names_its_other_editions_in_order_and_the_newest(
    filled: None, site: Any
) -> None:
    part = _part(site.get("/en/dataset/haushaltsplan-2019").body, "dataset-editions")
    assert part.index(">2019</strong>") < part.index(">2020</a>") < part.index(">2021/2022</a>")
    assert "There is a newer edition" in part
    assert "no editions" not in part  # only for who decides
    newest = _part(site.get("/en/dataset/haushaltsplan-2021-2022").body, "dataset-editions")
    assert newest
    assert "newer edition" not in newest
    assert not _part(site.get("/en/dataset/strassenbaeume").body, "dataset-editions")


def test_a_list_shows_editions_as_one_entry_with_its_years(filled: None, site: Any) -> None:
    page = site.get("/en/dataset/?q=Haushaltsplan").body
    assert "4 datasets" in page
    assert page.count("hanse-card-title") == 2  # one a city
    assert "and 2 more editions:" in page
    assert page.index(">Haushaltsplan 2021/2022</a>") < page.index(">2020</a>")  # the newest
    asked = site.get("/en/dataset/?q=Haushaltsplan+2019").body
    assert ">Haushaltsplan 2021/2022</a>" not in asked  # a link of the entry that was asked for


def test_an_officer_says_that_they_are_editions_or_none_and_takes_it_back(
    filled: None, site: Any, officer: Callable[..., Any], ask: Callable[..., Any], api: Any
) -> None:
    editor, path = officer("rostock"), "/dataset/haushaltsplan-2019"
    for somebody in (None, officer("stralsund"), officer("rostock", "member")):
        with pytest.raises(tk.NotAuthorized):
            api(somebody, "hanse_editions_decide", id="haushaltsplan-2019", verdict="refused")
    assert ask(editor, f"{path}/editions").status_code == 405
    assert ask(editor, f"{path}/editions", "POST", verdict="refused").status_code == 302
    assert not _part(site.get("/en" + path).body, "dataset-editions")
    assert site.get("/en/dataset/?q=Haushaltsplan").body.count("hanse-card-title") == 4
    assert "Take the decision back" in ask(editor, "/en" + path).body
    ask(editor, f"{path}/editions", "POST", verdict="undo")
    assert "by their titles" in _part(site.get("/en" + path).body, "dataset-editions")
    ask(editor, f"{path}/editions", "POST", verdict="confirmed")
    confirmed = _part(site.get("/en" + path).body, "dataset-editions")
    assert ">2020</a>" in confirmed
    assert "by their titles" not in confirmed
    with pytest.raises(tk.ValidationError):
        api(editor, "hanse_editions_decide", id="haushaltsplan-2019", verdict="maybe")
    with pytest.raises(tk.ValidationError, match="keine Ausgabe"):
        api(editor, "hanse_editions_decide", id="strassenbaeume", verdict="refused")


def test_similar_datasets_have_words_in_common_and_stand_nowhere_else_on_the_page(
    filled: None, site: Any
) -> None:
    part = _part(site.get("/en/dataset/strassenbaeume").body, "dataset-similar")
    assert part.index("Neue Bäume am Wall") < part.index("Pflege der Parks")
    assert "the same model dataset" in part
    assert "Bestand der Gehölze" not in part  # Stralsund's, of the same model: in a box of its own
    assert "the same keywords: Bäume, Grünfläche" in part
    assert "Parkscheinautomaten" not in part  # one keyword in common is too little
    budget = _part(site.get("/en/dataset/haushaltsplan-2020").body, "dataset-similar")
    assert "haushaltsplan-2019" in budget  # Stralsund's
    assert "Haushaltsplan 2021/2022" not in budget  # an edition of its own


def test_of_many_editions_those_of_about_the_datasets_time_are_shown_at_once() -> None:
    items = [Item(str(year), "", "", str(year), (year,)) for year in range(1990, 2020)]
    found = Editions(items, items[-1], "", own=10)
    assert [item.label for item in found.near] == [str(year) for year in range(1995, 2006)]
    assert Editions(items, items[-1], "", own=0).near[0].label == "1990"
    assert Editions(items[:15], items[14], "", own=7).near == items[:15]
