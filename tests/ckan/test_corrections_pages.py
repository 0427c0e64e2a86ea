"""The pages on which an officer repairs a harvested dataset, without scripts."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import pytest
from ckan.tests.helpers import call_action
from repairing import Repair, repairing
from walks import file, record

THEMES = "http://publications.europa.eu/resource/authority/data-theme/"
DL_ZERO = "http://dcat-ap.de/def/licenses/dl-zero-de/2.0"


@pytest.fixture
def rostock(cities: dict[str, Any], officer: Callable[..., Any], api: Any) -> Repair:
    return repairing(cities["rostock"]["id"], officer("rostock"), api)


@pytest.fixture
def baeume(rostock: Repair) -> dict[str, Any]:
    base = "https://daten.example.org/datensatz/b"
    rostock.run_judged(
        record(
            "b",
            "Bäume",
            notes="Alt.",
            tags=[{"name": "Baum"}],
            resources=[file(f"{base}/karte", "karte"), file(f"{base}/liste", "liste")],
        )
    )
    return rostock.show("baeume")


@pytest.fixture
def visit(site: Any, rostock: Repair) -> Callable[..., Any]:
    """A page as the officer gets it, or what she sends to it."""

    def go(path: str, *, user: dict[str, Any] | None = rostock.user, **data: Any) -> Any:
        headers = {"Authorization": user["token"]} if user else {}
        if data:
            status = data.pop("status", None)
            return site.post(path, data=data, headers=headers, status=status)
        return site.get(path, headers=headers, follow_redirects=False)

    return go


def test_the_dataset_leads_to_its_corrections(baeume: dict[str, Any], visit: Any) -> None:
    assert "/dataset/baeume/corrections" in visit("/dataset/baeume").body
    assert "/dataset/baeume/corrections" not in visit("/dataset/baeume", user=None).body


def test_each_issue_leads_to_its_field(baeume: dict[str, Any], visit: Any) -> None:
    page = visit("/dataset/baeume/corrections").body
    assert "/dataset/baeume/corrections/new?field=publisher" in page
    first = baeume["resources"][0]["id"]
    assert f"/dataset/baeume/corrections/new?field={quote(f'resources[{first}].license')}" in page
    form = visit("/dataset/baeume/corrections/new?field=publisher").body
    assert 'name="publisher-0-name"' in form


def _answered(page: str, words: str) -> bool:
    return words in re.sub(r"\s+", " ", page)


def test_a_text_is_corrected_through_its_form(
    rostock: Repair, baeume: dict[str, Any], visit: Any
) -> None:
    form = visit("/dataset/baeume/corrections/new?field=notes").body
    assert "<textarea" in form
    assert "Alt." in form
    done = visit(
        "/dataset/baeume/corrections/new", field="notes", notes="Neu.", reason="Zu <b>knapp</b>"
    )
    assert done.status_code == 200
    assert rostock.show("baeume")["notes"] == "Neu."
    page = visit("/dataset/baeume/corrections").body
    assert "Zu &lt;b&gt;knapp&lt;/b&gt;" in page
    assert "Neu." in page
    assert rostock.user["fullname"] in page
    shown = visit("/dataset/baeume", user=None).body
    assert "hanse-corrected" in shown
    (made,) = rostock.corrections("baeume")
    visit(f"/dataset/baeume/corrections/{made['id']}/withdraw", sent="1")
    assert rostock.show("baeume")["notes"] == "Alt."
    assert "hanse-corrected" not in visit("/dataset/baeume", user=None).body


@pytest.mark.parametrize(
    ("field", "sent", "stored"),
    [
        ("tags", {"tag_string": "Baum, Stadtgrün"}, [{"name": "Baum"}, {"name": "Stadtgrün"}]),
        ("theme", {"theme": [f"{THEMES}ENVI", f"{THEMES}REGI"]},
         [f"{THEMES}ENVI", f"{THEMES}REGI"]),
        ("publisher", {"publisher-0-name": "Amt für Stadtgrün", "publisher-0-email": "",
                       "publisher-2-name": "Zweite Stelle"},
         [{"name": "Amt für Stadtgrün"}, {"name": "Zweite Stelle"}]),
        ("conforms_to", {"conforms_to": ["Norm A", "", "Norm B"]}, ["Norm A", "Norm B"]),
        ("issued", {"issued": "31.05.2026"}, "2026-05-31"),
        ("frequency", {"frequency": "http://publications.europa.eu/resource/authority/frequency/ANNUAL"},
         "http://publications.europa.eu/resource/authority/frequency/ANNUAL"),
        ("url", {"url": "https://rostock.example/baeume"}, "https://rostock.example/baeume"),
    ],
)  # fmt: skip
def test_every_kind_of_field_has_its_widget(
    rostock: Repair,
    baeume: dict[str, Any],
    visit: Any,
    field: str,
    sent: dict[str, Any],
    stored: Any,
) -> None:
    form = visit(f"/dataset/baeume/corrections/new?field={field}")
    for name in sent:
        if not re.search(r"-[1-9]-", name):
            assert f'name="{name}"' in form.body
    visit("/dataset/baeume/corrections/new", field=field, reason="Weil.", **sent)
    (made,) = rostock.corrections("baeume")
    key = repr
    assert sorted(made["value"], key=key) == sorted(stored, key=key)
    again = visit(f"/dataset/baeume/corrections/new?field={field}").body
    assert "hanse-versus" in again


def test_a_field_of_a_file(rostock: Repair, baeume: dict[str, Any], visit: Any) -> None:
    second = baeume["resources"][1]["id"]
    form = visit(f"/dataset/baeume/corrections/new?file={second}&field=license").body
    assert "liste" in form
    visit(
        "/dataset/baeume/corrections/new",
        field=f"resources[{second}].license",
        license=DL_ZERO,
        reason="Laut Amt.",
    )
    stored = rostock.show("baeume")["resources"]
    assert [item.get("license") for item in stored] == [None, DL_ZERO]


def test_what_is_wrong_is_said_at_the_form_and_kept_there(
    rostock: Repair, baeume: dict[str, Any], visit: Any
) -> None:
    bad = visit(
        "/dataset/baeume/corrections/new",
        field="url",
        url="javascript:alert(1)",
        reason="Weil.",
        status=400,
    )
    assert "javascript:alert(1)" in bad.body
    assert 'value="Weil."' in bad.body
    no_reason = visit("/dataset/baeume/corrections/new", field="notes", notes="Neu.", status=400)
    assert "Neu.</textarea>" in no_reason.body
    empty = visit(
        "/dataset/baeume/corrections/new", field="notes", notes=" ", reason="Weil.", status=400
    )
    assert "hanse-field-error" in empty.body
    assert rostock.corrections("baeume") == []
    visit("/dataset/baeume/corrections/new", field="notes", empty="1", reason="Weil.")
    assert not rostock.show("baeume").get("notes")


def test_fields_that_nobody_corrects_have_no_form(baeume: dict[str, Any], visit: Any) -> None:
    for field in ("uri", "identifier", "name", "owner_org", "id", "resources", "x.y", "private"):
        path = f"/dataset/baeume/corrections/new?field={field}"
        assert visit(path).status_code == 400, field


def test_hiding_and_showing_again(rostock: Repair, baeume: dict[str, Any], visit: Any) -> None:
    visit("/dataset/baeume/corrections/hide", reason="Enthält Namen.")
    assert visit("/dataset/baeume", user=None).status_code in (403, 404)
    assert call_action("package_search")["count"] == 0
    page = visit("/dataset/baeume/corrections").body
    assert "Enthält Namen." in page
    visit("/dataset/baeume/corrections/show", sent="1")
    assert visit("/dataset/baeume", user=None).status_code == 200
    assert call_action("package_search")["count"] == 1


def test_detaching_asks_first(rostock: Repair, baeume: dict[str, Any], visit: Any) -> None:
    assert "<form" in visit("/dataset/baeume/detach").body
    assert call_action("hanse_origin_show", id="baeume")
    visit("/dataset/baeume/detach", sent="1", status=400)
    assert call_action("hanse_origin_show", id="baeume")
    visit("/dataset/baeume/detach", reason="Portal zieht um.")
    assert call_action("hanse_origin_show", id="baeume") == {}
    assert visit("/dataset/edit/baeume").status_code == 200
    assert "/dataset/baeume/reattach" in visit("/dataset/baeume/corrections").body
    visit("/dataset/baeume/reattach", sent="1", status=400)
    visit("/dataset/baeume/reattach", confirm="true")
    assert call_action("hanse_origin_show", id="baeume")


def test_strangers_see_none_of_it(
    baeume: dict[str, Any], visit: Any, officer: Callable[..., Any]
) -> None:
    other = officer("stralsund")
    for path in ("corrections", "corrections/new?field=notes", "detach", "reattach"):
        for user in (None, other):
            assert visit(f"/dataset/baeume/{path}", user=user).status_code in (302, 401, 403), path
    for user in (None, other):
        assert visit("/harvest/source/portal/corrections", user=user).status_code in (302, 401, 403)
        assert visit("/harvest/source/portal/corrections.csv", user=user).status_code != 200


# --- The list for the keeper of the portal ---------------------------------------------------


def test_a_source_gives_its_corrections_as_table_and_json(
    rostock: Repair, baeume: dict[str, Any], visit: Any
) -> None:
    second = baeume["resources"][1]["id"]
    rostock.correct("baeume", f"resources[{second}].license", DL_ZERO, "Laut Amt")
    rostock.correct("baeume", "notes", '=HYPERLINK("http://x";"Klick")', "+49")
    page = visit("/harvest/source/portal/corrections").body
    assert "Laut Amt" in page
    answer = visit("/harvest/source/portal/corrections.csv")
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert answer.data.startswith(b"\xef\xbb\xbf")
    head, *rows = csv.reader(io.StringIO(answer.data.decode("utf-8-sig")), delimiter=";")
    assert len(head) == len(rows[0]) == 10
    of_file, notes = rows
    assert of_file[:4] == [
        "https://daten.example.org/datensatz/b",
        "Bäume",
        "https://daten.example.org/datensatz/b.html",
        "liste",
    ]
    assert of_file[5:7] == ["", "Datenlizenz Deutschland – Zero – Version 2.0"]
    assert notes[5] == "Alt."
    assert notes[6].startswith("'=")
    assert notes[7] == "'+49"
    (first, other) = json.loads(visit("/harvest/source/portal/corrections.json").data)
    assert {first["field"], other["field"]} == {f"resources[{second}].license", "notes"}


def test_words_of_a_portal_cannot_break_out_of_the_page(rostock: Repair, visit: Any) -> None:
    evil = "<script>alert(1)</script>"
    rostock.run_judged(record("b", "Bäume", "liste", version=evil, provenance=evil))
    rostock.correct("baeume", "version", "2")
    rostock.correct("baeume", "provenance", f"{evil} neu", evil)
    for path in ("/dataset/baeume/corrections", "/harvest/source/portal/corrections"):
        assert evil not in visit(path).body
