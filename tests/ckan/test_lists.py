"""A city uploads the list of its datasets: looked at first, taken over by a person, taken back."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import ckan.plugins.toolkit as tk
import pytest
import sqlalchemy as sa
import xlsxwriter
from ckan import model
from ckan.lib.redis import connect_to_redis
from ckan.tests import factories
from ckan.tests.helpers import call_action
from click.testing import CliRunner
from emptying import empty
from python_calamine import CalamineWorkbook
from stand_in import Page, StandIn
from walks import source

from ckanext.hanse.cli import hanse
from ckanext.hanse.harvest import engine, lease
from ckanext.hanse.model import HarvestSource, UploadedList
from ckanext.hanse.monitoring import doctor
from ckanext.hanse.sources.preview.job import work_off
from ckanext.hanse.store import lists, sources

User = dict[str, Any]
Send = Callable[..., Any]

HEADER = ("Titel", "Beschreibung", "Adresse der Datei", "Format", "Lizenz")
FORM = {
    "organization": "rostock", "title": "Datenliste", "kind": "", "portal": "", "url": "",
    "url_type": "upload", "schedule_kind": "daily", "schedule_time": "04:30",
    "timezone": "Europe/Berlin", "language": "de", "note": "", "name": "liste",
}  # fmt: skip


def sheet(*titles: str, header: tuple[str, ...] = HEADER, **notes: str) -> bytes:
    """A workbook with a dataset for each title; ``notes``: title → description."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        page = book.add_worksheet("Datensätze")
        page.write_row(0, 0, header)
        for number, title in enumerate(titles, 1):
            address = f"https://www.rostock.example/{title.lower()}.csv"
            text = notes.get(title, f"Alles zu {title}.")
            page.write_row(number, 0, (title, text, address, "CSV", "CC0 1.0"))
    return out.getvalue()


def bomb() -> bytes:
    """A workbook whose sheet is small, and a gigabyte once it is unpacked."""
    out = io.BytesIO(sheet("Bäume"))
    with (
        zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as package,
        package.open("xl/media/bild.xml", "w", force_zip64=True) as member,
    ):
        for _ in range(300):
            member.write(bytes(1 << 20))
    return out.getvalue()


@pytest.fixture(autouse=True)
def storage(tmp_path: Path, clean: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An empty storage and an empty Redis."""
    monkeypatch.setitem(tk.config, "ckan.storage_path", str(tmp_path))
    connect_to_redis().flushdb()
    yield tmp_path
    connect_to_redis().flushdb()


@pytest.fixture
def admin(officer: Callable[..., User]) -> User:
    return officer("rostock", "admin")


@pytest.fixture
def send(site: Any) -> Send:
    """``send(user, path, content, file, **form)``: a form with a file; no redirect followed."""

    def post(
        user: User, path: str, content: bytes = b"", file: str = "liste.xlsx", **form: str
    ) -> Any:
        files = {"upload": (io.BytesIO(content), file)} if file else {}
        return site.post(
            path,
            data={**form, **files},
            headers={"Authorization": user["token"]},
            content_type="multipart/form-data",
            follow_redirects=False,
        )

    return post


@pytest.fixture
def upload(send: Send) -> Send:
    """``upload(user, content, name, **fields)``: the API's answer to an upload."""

    def call(user: User, content: bytes, name: str = "liste.xlsx", **fields: str) -> Any:
        return send(user, "/api/3/action/hanse_list_upload", content, name, **fields).json

    return call


@pytest.fixture
def ours(upload: Send, admin: User, api: Send) -> HarvestSource:
    """A source of Rostock that was read from a list with two datasets."""
    row = upload(admin, sheet("Bäume", "Parks"), organization="rostock")["result"]
    api(
        admin, "hanse_source_create",
        organization="rostock", title="Datenliste", name="liste", url=row["url"],
    )  # fmt: skip
    assert engine.harvest("liste").status.value == "success"
    return sources.get("liste")


def titles() -> set[str]:
    found = call_action("package_search", rows=100)["results"]
    return {item["title"] for item in found}


def path_of(answer: Any) -> str:
    assert answer.status_code == 303, answer.body
    return re.sub(r"^https?://[^/]+", "", answer.headers["Location"])


def previewed(api: Send, user: User, name: str) -> dict[str, Any]:
    """What a preview of an uploaded list shows."""
    number = api(user, "hanse_preview_ask", id="liste", upload=name)["id"]
    work_off()
    return dict(api(user, "hanse_preview_show", id=number))


def taken_over(api: Send, user: User, name: str) -> None:
    """The list is looked at, taken over, and the source read from it."""
    assert previewed(api, user, name)["report"]["status"] in ("success", "held")
    assert api(user, "hanse_list_use", id="liste", upload=name)["run"]["state"] == "queued"
    connect_to_redis().flushdb()
    engine.harvest("liste")


# --- The way of a list --------------------------------------------------------------------------


def test_from_the_form_to_the_catalogue(admin: User, send: Send, ask: Send) -> None:
    new = "/harvest/source/new"
    checked = path_of(send(admin, new, sheet("Bäume", "Parks"), **FORM, check="1"))
    work_off()
    page = ask(admin, checked).body
    assert "Bäume" in page
    assert "liste.xlsx" in page
    (kept,) = set(re.findall(r'name="list" value="([^"]+)"', page))
    assert titles() == set()

    shown = path_of(send(admin, new, file="", **FORM, list=kept))
    row = sources.get("liste")
    assert (row.url, row.kind, row.author != "") == (kept, "table", True)
    work_off()
    page = ask(admin, shown).body
    assert "wären neu" in page
    (use,) = re.findall(r'action="([^"]+/use)"', page)
    assert titles() == set()

    assert ask(admin, use).status_code == 405
    assert ask(admin, use, "POST").status_code == 302
    assert engine.harvest("liste").status.value == "success"
    assert titles() == {"Bäume", "Parks"}
    assert "upload:" not in ask(None, "/dataset/baeume").body


def test_a_file_is_not_lost_where_another_field_is_wrong(admin: User, send: Send) -> None:
    wrong = send(admin, "/harvest/source/new", sheet("Bäume"), **{**FORM, "timezone": "Mond"})
    assert wrong.status_code == 200
    assert 'id="field-timezone-error"' in wrong.body
    (kept,) = re.findall(r'name="list" value="([^"]+)"', wrong.body)
    assert send(admin, "/harvest/source/new", file="", **FORM, list=kept).status_code == 303


def test_the_settings_of_a_source_keep_its_list(
    ours: HarvestSource, admin: User, send: Send, ask: Send
) -> None:
    page = ask(admin, "/harvest/source/liste/edit").body
    assert "liste.xlsx" in page
    (kept,) = re.findall(r'name="list" value="([^"]+)"', page)
    form = {key: value for key, value in FORM.items() if key not in ("url_type", "name")}
    form |= {"title": "Anders", "kind": "table", "list": kept}
    answer = send(admin, "/harvest/source/liste/edit", file="", **form)
    assert answer.status_code == 302, answer.body
    row = sources.get("liste")
    assert (row.title, row.url, row.kind) == ("Anders", kept, "table")


def test_a_new_list_changes_nothing_before_it_is_taken_over(
    ours: HarvestSource, admin: User, send: Send, ask: Send, api: Send
) -> None:
    content = sheet("Bäume", "Radwege", Bäume="Neu gezählt.")
    shown = path_of(send(admin, "/harvest/source/liste/list", content, "neu.xlsx"))
    work_off()
    page = ask(admin, f"/en{shown}").body
    for words in ("neu.xlsx", "Neu gezählt.", "Radwege", "Parks", "No longer in the list"):
        assert words in page, words
    before = lists.name_in(ours.url)
    assert [item["current"] for item in api(admin, "hanse_source_lists", id="liste")] == [
        False, True,
    ]  # fmt: skip
    assert lists.name_in(sources.get("liste").url) == before
    assert titles() == {"Bäume", "Parks"}

    (use,) = re.findall(r'action="(?:/en)?([^"]+/use)"', page)
    ask(admin, use, "POST")
    engine.harvest("liste")
    assert titles() == {"Bäume", "Parks", "Radwege"}
    assert call_action("package_show", id="baeume")["notes"] == "Neu gezählt."


def test_many_that_are_missing_wait_for_approval(
    ours: HarvestSource, admin: User, upload: Send, api: Send
) -> None:
    many = [f"Karte {number}" for number in range(12)]
    large = upload(admin, sheet(*many, "Bäume", "Parks"), id="liste")["result"]["name"]
    taken_over(api, admin, large)
    small = upload(admin, sheet("Bäume"), id="liste")["result"]["name"]
    shown = previewed(api, admin, small)["report"]
    assert shown["missing"] == 13
    api(admin, "hanse_list_use", id="liste", upload=small)
    connect_to_redis().flushdb()
    report = engine.harvest("liste")
    assert report.missing_count == 13
    assert len(titles()) == 14


def test_an_earlier_list_is_taken_back(
    ours: HarvestSource, admin: User, upload: Send, api: Send, ask: Send
) -> None:
    first = lists.name_in(ours.url)
    content = sheet("Bäume", "Parks", Bäume="Falsch.")
    taken_over(api, admin, upload(admin, content, id="liste")["result"]["name"])
    assert call_action("package_show", id="baeume")["notes"] == "Falsch."
    assert f"/list/{first}/preview" in ask(admin, "/harvest/source/liste/list").body
    taken_over(api, admin, first)
    assert call_action("package_show", id="baeume")["notes"] == "Alles zu Bäume."


# --- What cannot be a list ----------------------------------------------------------------------

HTML = b"<!DOCTYPE html><html><body><table><tr><td>Titel</td></tr></table></body></html>"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)


@pytest.mark.parametrize(
    ("name", "content", "remedy"),
    [
        ("liste.xlsm", sheet("Bäume"), "ohne Makros"),
        ("liste.xls", OLE, ".xlsx"),
        ("liste.pdf", b"%PDF-1.7", ".xlsx"),
        ("liste.xlsx", HTML, "Webseite"),
        ("liste.csv", HTML, "Webseite"),
        ("liste.xlsx", OLE, "Passwort"),
        ("liste.csv", sheet("Bäume"), "Tabellenprogramm"),
        ("liste.xlsx", b"Titel;Lizenz\n", "Tabellenprogramm"),
        ("liste.csv", b"\xef\xbb\xbf;;;\r\n", "leer"),
        ("liste.xlsx", b"", "leer"),
        ("", b"", "Wählen Sie"),
    ],
)
def test_what_is_no_list_is_refused_with_a_remedy(
    ours: HarvestSource, admin: User, send: Send, storage: Path, name: str, content: bytes,
    remedy: str,
) -> None:  # fmt: skip
    before = sorted(storage.rglob("*.*"))
    answer = send(admin, "/harvest/source/liste/list", content, name)
    assert answer.status_code == 200
    (words,) = re.findall(r'id="field-upload-error">(.+?)</p>', answer.body)
    assert remedy in words
    assert sorted(storage.rglob("*.*")) == before


def test_a_file_that_is_too_large_is_refused(
    admin: User, upload: Send, storage: Path, monkeypatch: pytest.MonkeyPatch, cities: Any
) -> None:
    monkeypatch.setitem(tk.config, "hanse.lists.megabytes", 1)
    content = b"Titel\n" + b"x" * (1 << 20)
    answer = upload(admin, content, "liste.csv", organization="rostock")
    assert "1 Megabyte" in answer["error"]["upload"][0]
    assert not any(path.is_file() for path in storage.rglob("*"))


BROKEN = {
    "wrong headers": sheet("Bäume", header=("Was", "Wozu", "Wo", "Wie", "Womit")),
    "a bomb": bomb(),
    "a broken package": sheet("Bäume")[:900],
    "another package": b"PK\x03\x04" + bytes(300),
    "no dataset": sheet(),
}


@pytest.mark.parametrize("kind", BROKEN)
def test_a_list_that_cannot_be_read_never_takes_the_place_of_one_that_can(
    ours: HarvestSource, admin: User, upload: Send, api: Send, ask: Send, kind: str
) -> None:
    name = upload(admin, BROKEN[kind], id="liste")["result"]["name"]
    number = api(admin, "hanse_preview_ask", id="liste", upload=name)["id"]
    work_off()
    page = ask(admin, f"/harvest/preview/{number}").body
    assert "Die bisherige bleibt in Gebrauch" in page
    assert f"{name}/use" not in page
    with pytest.raises(tk.ValidationError) as refusal:
        api(admin, "hanse_list_use", id="liste", upload=name)
    assert "Vorschau" in str(refusal.value.error_dict["upload"])
    assert sources.get("liste").url == ours.url
    assert engine.harvest("liste").status.value == "success"
    assert titles() == {"Bäume", "Parks"}


def test_a_list_is_not_taken_over_unseen_or_while_the_source_is_read(
    ours: HarvestSource, admin: User, upload: Send, api: Send
) -> None:
    row = upload(admin, sheet("Radwege"), id="liste")["result"]
    for action, data in (
        ("hanse_list_use", {"upload": row["name"]}),
        ("hanse_list_use", {"upload": "0" * 32 + ".xlsx"}),
        ("hanse_source_update", {"url": row["url"]}),
    ):
        with pytest.raises(tk.ValidationError):
            api(admin, action, id="liste", **data)
    previewed(api, admin, row["name"])
    held = lease.take(ours.id, seconds=60)
    assert held is not None
    with pytest.raises(tk.ValidationError, match="Lauf"):
        api(admin, "hanse_list_use", id="liste", upload=row["name"])
    held.release()
    assert api(admin, "hanse_list_use", id="liste", upload=row["name"])


# --- Whose it is --------------------------------------------------------------------------------


def test_who_may_do_what(
    ours: HarvestSource, admin: User, officer: Send, sysadmin: User, upload: Send, api: Send,
    ask: Send,
) -> None:  # fmt: skip
    name = upload(admin, sheet("Radwege"), id="liste")["result"]["name"]
    previewed(api, admin, name)
    file, page = f"/harvest/list/{name}/original", "/harvest/source/liste/list"
    editor, stranger = officer("rostock", "editor"), factories.UserWithToken()
    for user, sees in (
        (officer("stralsund", "admin"), False), (stranger, False), (editor, True),
        (officer("rostock", "member"), False),
    ):  # fmt: skip
        for fields in ({"id": "liste"}, {"organization": "rostock"}):
            answer = upload(user, sheet("Fremd"), **fields)
            assert answer["error"]["__type"] == "Authorization Error"
        with pytest.raises(tk.NotAuthorized):
            api(user, "hanse_list_use", id="liste", upload=name)
        for address in (file, page):
            assert (ask(user, address).status_code == 200) == sees
        assert ask(user, f"{page}/{name}/use", "POST").status_code == 403
    assert ask(None, file).status_code == 302
    assert "Hochladen" not in ask(editor, page).body
    assert model.Session.scalar(sa.select(sa.func.count()).select_from(UploadedList)) == 2
    assert upload(sysadmin, sheet("Bäume"), id="liste")["success"]


def test_no_city_reads_another_ones_list(
    ours: HarvestSource, admin: User, officer: Send, upload: Send, api: Send
) -> None:
    theirs = officer("stralsund", "admin")
    secret = upload(admin, sheet("Geheim"), organization="rostock")["result"]["url"]
    given = {"organization": "stralsund", "title": "Liste", "url": secret}
    for action in ("hanse_source_create", "hanse_source_check", "hanse_preview_ask"):
        with pytest.raises(tk.ValidationError) as refusal:
            api(theirs, action, **given)
        assert set(refusal.value.error_dict) == {"url"}
    # A second source of the same city is not read from the list of the first.
    with pytest.raises(tk.ValidationError):
        api(admin, "hanse_source_create", **{**given, "organization": "rostock", "url": ours.url})
    # Nor is one that was written into the database.
    row = upload(theirs, sheet("Kai"), organization="stralsund")["result"]
    made = api(theirs, "hanse_source_create", **{**given, "url": row["url"]})
    model.Session.execute(
        sa.update(HarvestSource).where(HarvestSource.name == made["name"]).values(url=secret)
    )
    model.Session.commit()
    assert engine.harvest(made["name"]).stopped.id == "list-unknown"  # type: ignore[union-attr]


def test_only_a_list_of_ours_is_a_file(admin: User, api: Send, cities: Any) -> None:
    given = {"organization": "rostock", "title": "Liste", "kind": "table"}
    for url in ("upload:../../etc/passwd", "upload:", "upload:x.csv", "file:///etc/passwd"):
        with pytest.raises(tk.ValidationError) as refusal:
            api(admin, "hanse_source_create", **given, url=url)
        assert "url" in refusal.value.error_dict


# --- Files to download --------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["de", "en"])
def test_the_template_is_filled_in_and_read(
    admin: User, ask: Send, upload: Send, api: Send, language: str
) -> None:
    answer = ask(admin, f"/harvest/template-{language}.xlsx")
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert CalamineWorkbook.from_filelike(io.BytesIO(answer.data)).sheet_names
    row = upload(admin, answer.data, organization="rostock")["result"]
    seen = api(admin, "hanse_source_check", organization="rostock", url=row["url"])
    assert seen["kind"] == "table"
    assert seen["error"] is None or seen["error"]["id"] != "list-unknown"


def test_a_list_goes_out_as_it_came_completed_and_with_its_errors(
    ours: HarvestSource, admin: User, upload: Send, ask: Send, api: Send
) -> None:
    content = sheet("Bäume", "Parks", "")
    name = upload(admin, content, "Meine „Liste“ 2026.xlsx", id="liste")["result"]["name"]
    found = {}
    for what in ("original", "completed", "errors"):
        answer = ask(admin, f"/harvest/list/{name}/{what}")
        assert answer.status_code == 200, what
        assert answer.headers["Content-Disposition"].startswith("attachment")
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert "sandbox" in answer.headers["Content-Security-Policy"]
        found[what] = answer.data
    assert found["original"] == content
    text = str([
        CalamineWorkbook.from_filelike(io.BytesIO(found["completed"])).get_sheet_by_index(0)
        .to_python()
    ])  # fmt: skip
    assert "Bäume" in text
    # The completed list is the same list: nothing new, nothing gone.
    again = upload(admin, found["completed"], id="liste")["result"]["name"]
    report = previewed(api, admin, again)["report"]
    assert (report["created"], report["missing"]) == (0, 0)


def test_errors_of_a_list_that_cannot_be_read_lead_back_to_its_page(
    ours: HarvestSource, admin: User, upload: Send, ask: Send
) -> None:
    name = upload(admin, BROKEN["wrong headers"], id="liste")["result"]["name"]
    answer = ask(admin, f"/harvest/list/{name}/errors")
    assert (answer.status_code, answer.headers["Location"][-26:]) == (
        302, "/harvest/source/liste/list",
    )  # fmt: skip


def test_a_list_that_is_read_from_an_address_is_completed_too(
    cities: Any, admin: User, officer: Send, portal: StandIn, ask: Send
) -> None:
    portal.pages["/liste.xlsx"] = Page(sheet("Bäume"), "application/octet-stream")
    row = source(cities["rostock"]["id"])
    row.kind, row.url = "table", portal.url("/liste.xlsx")
    model.Session.commit()
    for what in ("completed", "errors"):
        path = f"/harvest/source/portal/list/{what}"
        assert path in ask(admin, "/harvest/source/portal/list").body
        assert CalamineWorkbook.from_filelike(io.BytesIO(ask(admin, path).data)).sheet_names
        # The portal is asked, which is the administrators' to decide.
        assert ask(officer("rostock", "editor"), path).status_code == 403
    portal.pages.clear()
    assert ask(admin, path).status_code == 302


def test_a_city_without_a_source_finds_the_template(admin: User, ask: Send) -> None:
    for page in ("/harvest", "/desk/rostock", "/harvest/source/new"):
        body = ask(admin, page).body
        assert "/harvest/template-de.xlsx" in body, page
        assert "/harvest/template-en.xlsx" in body, page


# --- Kept, and brought back ---------------------------------------------------------------------


def test_the_last_ones_are_kept_and_the_one_in_use_always(
    ours: HarvestSource, admin: User, upload: Send, storage: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(tk.config, "hanse.lists.kept", 2)
    made = [upload(admin, sheet(title), id="liste")["result"]["name"] for title in "ABCD"]
    expected = {lists.name_in(ours.url), *made[2:]}
    assert {row.name for row in lists.of_source(ours.id)} == expected
    assert {path.name for path in (storage / lists.FOLDER).iterdir()} == expected


def test_a_missing_file_is_named_and_takes_no_dataset_away(
    ours: HarvestSource, storage: Path
) -> None:
    name = lists.name_in(ours.url)
    (storage / lists.FOLDER / name).unlink()
    report = engine.harvest("liste")
    assert report.stopped is not None
    assert report.stopped.id == "list-absent"
    assert "liste.xlsx" in report.message
    assert titles() == {"Bäume", "Parks"}
    (found,) = (item for item in doctor.examine() if item.id == "list-missing")
    assert name in found.what("de")
    done = CliRunner().invoke(hanse, ["backup", str(storage / "backups"), "--language", "en"])
    assert "1 uploaded list without its file" in done.output


def test_a_backup_brings_the_list_back(
    ours: HarvestSource, storage: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder, url = tmp_path_factory.mktemp("backups"), ours.url
    assert CliRunner().invoke(hanse, ["backup", str(folder)]).exit_code == 0
    empty()
    for path in (storage / lists.FOLDER).iterdir():
        path.unlink()
    (made,) = folder.iterdir()
    done = CliRunner().invoke(hanse, ["restore", str(made), "--language", "en"])
    assert done.exit_code == 0, done.output
    assert "without its file" not in done.output
    assert sources.get("liste").url == url
    report = engine.harvest("liste")
    assert (report.status.value, report.counts["unchanged"]) == ("success", 2)


def test_a_removed_source_leaves_its_list_for_one_that_follows(
    ours: HarvestSource, admin: User, api: Send, storage: Path
) -> None:
    url = ours.url
    before = call_action("package_show", id="baeume")["id"]
    api(admin, "hanse_source_delete", id="liste", confirm="liste", datasets="withdraw")
    assert (storage / lists.FOLDER / lists.name_in(url)).is_file()
    made = api(admin, "hanse_source_create", organization="rostock", title="Liste", url=url)
    assert made["again"] == 2
    assert engine.harvest(made["name"]).status.value == "success"
    assert call_action("package_show", id="baeume")["id"] == before
    assert titles() == {"Bäume", "Parks"}
