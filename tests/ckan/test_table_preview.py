"""An uploaded table on its way into the DataStore, and as its page shows it."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator
from io import BytesIO
from typing import Any

import ckan.plugins.toolkit as tk
import openpyxl
import pytest
from ckan import model
from ckan.lib import jobs
from ckan.lib.redis import connect_to_redis
from ckan.tests.helpers import call_action
from ckanext.xloader import jobs as xloader
from visitors import Visitor
from walks import Listed, act, harvest, record, source
from werkzeug.serving import make_server

from ckanext.hanse.tables import job as tables

CSV = "Straße;Bäume\nLange Straße;12\nSteinstraße;7\n".encode()
MIXED = "Ort;Einwohner;Dichte;Stand;Jahr\n" + "".join(
    f"Ort {n};{n + 1}.234;{n},50;{n + 1}.12.2025;{2000 + n}\n" for n in range(30)
)
Load = Callable[..., dict[str, Any]]


@pytest.fixture
def queue() -> Iterator[Any]:
    """The queue of tables, empty before and after."""
    found = jobs.get_queue("tables")
    found.empty()
    yield found
    found.empty()


@pytest.fixture
def xloader_token(clean: None) -> Iterator[None]:
    """The token by which xloader reports."""
    user = call_action("get_site_user")
    token = call_action("api_token_create", {"user": user["name"]}, user=user["name"], name="x")
    before = tk.config.get("ckanext.xloader.api_token")
    tk.config["ckanext.xloader.api_token"] = token["token"]
    yield
    tk.config["ckanext.xloader.api_token"] = before


@pytest.fixture
def served(site: Any) -> Iterator[str]:
    """The site as a real web server, which xloader fetches the file from."""
    server = make_server("127.0.0.1", 0, site.flask_app, threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    address = f"http://127.0.0.1:{server.server_port}"
    before = tk.config.get("ckanext.xloader.site_url")
    tk.config["ckanext.xloader.site_url"] = address
    yield address
    tk.config["ckanext.xloader.site_url"] = before
    server.shutdown()


@pytest.fixture
def load(upload: Any, queue: Any, xloader_token: None, served: str) -> Load:
    """Uploads a file and does the worker's job; the resource, with its page as ``page``."""

    def run(name: str, content: str | bytes) -> dict[str, Any]:
        raw = content.encode() if isinstance(content, str) else content
        resource = upload(name, raw)["result"]
        model.Session.remove()
        (job,) = queue.get_jobs()
        job.perform()
        queue.empty()
        model.Session.remove()
        return {**resource, "page": f"/dataset/selbst/resource/{resource['id']}"}

    return run


def rows(resource: dict[str, Any], **options: Any) -> list[dict[str, Any]]:
    """The table's rows as the data interface gives them."""
    return call_action("datastore_search", resource_id=resource["id"], **options)["records"]


def cells(html: str) -> list[list[str]]:
    """The rows of the page's table."""
    body = html.partition('class="hanse-rows-scroll"')[2].partition("<tbody>")[2]
    body = body.partition("</tbody>")[0]
    return [
        [re.sub(r"<[^>]+>", "", cell).strip() for cell in re.findall(r"<td.*?</td>", row, re.S)]
        for row in body.split("<tr>")[1:]
    ]


def test_only_uploads_to_datasets_made_here_are_loaded(
    upload: Any, queue: Any, cities: dict[str, Any], xloader_token: None
) -> None:
    row = source(cities["rostock"]["id"])
    harvest(row, Listed(record("b", "Bäume", "liste")))
    moved = record("b", "Bäume", "liste")
    moved.dataset["resources"][0] |= {
        "url": "https://daten.example.org/neu.csv",
        "download_url": "https://daten.example.org/neu.csv",
    }
    moved.normalised = "anders"
    harvest(row, Listed(moved))
    act("resource_create", package_id="selbst", url="http://10.0.0.1/innen.csv", format="CSV")
    others = jobs.get_queue()
    before = others.count
    assert queue.count == 0

    upload("baeume.csv", CSV)
    assert (queue.count, others.count) == (1, before)


def test_a_table_gets_a_preview_and_a_data_api(load: Load, site: Any) -> None:
    resource = load("baeume.csv", CSV)
    assert [(row["Straße"], row["Bäume"]) for row in rows(resource)] == [
        ("Lange Straße", 12),
        ("Steinstraße", 7),
    ]
    views = call_action("resource_view_list", id=resource["id"])
    assert [view["view_type"] for view in views] == ["datatables_view"]
    page = site.get(resource["page"]).get_data(as_text=True)
    assert "<iframe" not in page
    assert cells(page) == [["Lange Straße", "12"], ["Steinstraße", "7"]]
    framed = site.get(f"{resource['page']}/view/{views[0]['id']}").get_data(as_text=True)
    assert cells(framed) == cells(page)
    assert rows(resource, q="steinstraße")[0]["Bäume"] == 7


def test_types_and_the_words_of_each_language(load: Load, site: Any) -> None:
    resource = load("orte.csv", MIXED)
    fields = call_action("datastore_search", resource_id=resource["id"], limit=0)["fields"]
    assert [field["type"] for field in fields[1:]] == [
        *("text", "numeric", "numeric", "date", "numeric")
    ]
    german = site.get(resource["page"]).get_data(as_text=True)
    english = site.get("/en" + resource["page"]).get_data(as_text=True)
    assert cells(german)[0] == ["Ort 0", "1.234", "0,50", "01.12.2025", "2000"]
    assert cells(english)[0] == ["Ort 0", "1,234", "0.50", "Dec 1, 2025", "2000"]
    assert "Zeilen 1–25 von 30" in german
    assert "Rows 1–25 of 30" in english
    assert 'scope="col"' in german


def test_pages_order_and_words_by_address_alone(load: Load, site: Any) -> None:
    resource = load("orte.csv", MIXED)

    def shown(query: str) -> tuple[list[list[str]], str]:
        page = site.get(f"{resource['page']}?{query}")
        assert page.status_code == 200
        return cells(page.get_data(as_text=True)), page.get_data(as_text=True)

    assert [row[0] for row in shown("page=2")[0]] == [f"Ort {n}" for n in range(25, 30)]
    assert shown("page=999999")[0] == shown("page=2")[0]
    found, page = shown("sort=Einwohner&order=desc")
    assert [row[1] for row in found[:2]] == ["30.234", "29.234"]
    assert 'aria-sort="descending"' in page
    assert "sort=Einwohner&amp;order=desc&amp;page=2" in page
    assert [row[4] for row in shown("q=2007")[0]] == ["2007"]
    assert "Keine Zeile enthält diese Wörter" in shown("q=xyzzy")[1]
    plain = shown("")[0]
    for odd in ("page=-1", "page=x", "sort=weg&order=x", "sort=%22;--"):
        assert shown(odd)[0] == plain
    for odd in ("q=%00", "q=%ED%A0%80", "page=%00", "sort=%00"):
        assert site.get(f"{resource['page']}?{odd}").status_code < 500
    for odd in ("q=%27", "q=%22", "q=a%26b|!(:*)", "q=" + "x" * 5000):
        shown(odd)


def test_more_rows_count_against_the_limit_the_page_alone_does_not(
    load: Load, site: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    resource = load("orte.csv", MIXED)
    monkeypatch.setitem(tk.config, "hanse.limits.preview", "3 per minute")
    monkeypatch.setitem(tk.config, "hanse.limits.exempt", [])
    connect_to_redis().flushdb()
    crawler = Visitor(site, "203.0.113.7", {})
    assert {crawler.get(resource["page"]).status_code for _ in range(5)} == {200}
    ways = ("page=2", "sort=Ort", "q=x", "order=desc", "page=1")
    seen = [crawler.get(f"{resource['page']}?{way}").status_code for way in ways]
    assert seen == [200, 200, 200, 429, 429]
    assert crawler.get(resource["page"]).status_code == 200
    connect_to_redis().flushdb()


def test_what_a_file_says_is_text_on_the_page(load: Load, site: Any) -> None:
    resource = load(
        "boese.csv",
        'a;<b>\n<script>alert(1)</script>;javascript:alert(1)\n'
        f"https://example.org/x;{'lang ' * 200}\n",
    )  # fmt: skip
    page = site.get(resource["page"]).get_data(as_text=True)
    assert "<script>alert(1)" not in page
    assert "&lt;b&gt;" in page
    assert 'href="javascript:' not in page
    assert 'href="https://example.org/x"' in page
    assert "lang " * 100 in " ".join(cells(page)[1][1].replace("…", "").split()) + " "


def test_columns_with_odd_names_are_loaded_sorted_and_shown(load: Load, site: Any) -> None:
    names = ("100 %", "a:b", "x,y", "(c)", "it's", "_id", "rank", "order by")
    resource = load("namen.csv", ";".join(names) + "\n" + ";".join("12345678") + "\n")
    page = site.get(resource["page"]).get_data(as_text=True)
    assert cells(page) == [list("12345678")]
    for href in re.findall(r'href="(\?sort=[^"]+)"', page):
        found = site.get(resource["page"] + href.replace("&amp;", "&")).get_data(as_text=True)
        assert cells(found) == [list("12345678")]
        assert 'aria-sort="ascending"' in found
    assert cells(site.get(resource["page"] + "?q=1").get_data(as_text=True)) == [list("12345678")]


def test_of_a_workbook_the_other_sheets_are_named(load: Load, site: Any) -> None:
    book = openpyxl.Workbook()
    book.active.title = "Einwohner"
    book.active.append(["Ort", "Zahl"])
    book.active.append(["Rostock", 209191.5])
    book.create_sheet("Haushalte").append([1])
    file = BytesIO()
    book.save(file)
    resource = load("zahlen.xlsx", file.getvalue())
    page = site.get(resource["page"]).get_data(as_text=True)
    assert "Gezeigt wird das Blatt „Einwohner“. Die Datei enthält außerdem: „Haushalte“." in page
    assert cells(page) == [["Rostock", "209.191,5"]]
    assert "also has: “Haushalte”." in site.get("/en" + resource["page"]).get_data(as_text=True)


def test_names_of_columns_alone_are_an_empty_table(load: Load, site: Any) -> None:
    resource = load("kopf.csv", "Ort;Zahl\n")
    page = site.get(resource["page"]).get_data(as_text=True)
    assert "Die Tabelle hat Spaltennamen, aber keine Zeilen." in page
    assert cells(page) == []
    assert "Zahl" in page


def test_a_file_that_is_no_table_is_a_sentence_to_its_readers_not_a_fault_of_the_worker(
    load: Load, site: Any, upload: Any, queue: Any, caplog: pytest.LogCaptureFixture
) -> None:
    resource = load("seite.csv", "<html><table><tr><td>1</td></tr></table></html>")
    assert "Traceback" not in caplog.text
    assert not [item for item in caplog.records if item.exc_info]
    page = site.get(resource["page"]).get_data(as_text=True)
    assert "keine Tabelle, wie auch immer sie heißt" in page
    assert "no table, whatever it is called" in site.get("/en" + resource["page"]).get_data(True)
    assert 'class="hanse-rows' not in page
    with pytest.raises(tk.ObjectNotFound):
        rows(resource)


def replaced(resource: dict[str, Any], content: bytes, queue: Any) -> None:
    """Upload another file in the place of the first, and do the worker's job."""
    from werkzeug.datastructures import FileStorage

    act("resource_patch", id=resource["id"], upload=FileStorage(BytesIO(content), "neu.csv"))
    model.Session.remove()
    for job in queue.get_jobs():
        job.perform()
    queue.empty()
    model.Session.remove()


def test_another_file_takes_the_place_of_the_first(load: Load, queue: Any, site: Any) -> None:
    resource = load("baeume.csv", CSV)
    act("datastore_create", resource_id=resource["id"], force=True, fields=[
        {"id": "Straße", "type": "text", "info": {"label": "Name der Straße", "notes": "amtlich"}},
        {"id": "Bäume", "type": "numeric"},
    ])  # fmt: skip
    replaced(resource, "Straße;Bäume\nNeu;1\n".encode(), queue)
    assert [(row["_id"], row["Straße"]) for row in rows(resource)] == [(1, "Neu")]
    page = site.get(resource["page"]).get_data(as_text=True)
    assert "Name der Straße" in page
    assert "1 von 1" in page

    replaced(resource, "Straße;Fläche\nNeu;1,5\n".encode(), queue)
    (row,) = rows(resource)
    assert (row["Straße"], row["Fläche"]) == ("Neu", 1.5)
    assert "Name der Straße" in site.get(resource["page"]).get_data(as_text=True)

    replaced(resource, b"PK\x03\x04 kaputt", queue)
    page = site.get(resource["page"]).get_data(as_text=True)
    assert "lässt sich nicht als Arbeitsmappe öffnen" in page
    with pytest.raises(tk.ObjectNotFound):
        rows(resource)


@pytest.mark.parametrize("moment", ["before", "while"])
def test_a_load_that_comes_after_a_deletion_brings_nothing_back(
    upload: Any, queue: Any, xloader_token: None, served: str, monkeypatch: Any, moment: str
) -> None:
    resource = upload("baeume.csv", CSV)["result"]
    read = tables.normalise
    if moment == "before":
        act("package_delete", id="selbst")
    else:

        def then_deleted(*args: Any, **options: Any) -> Any:
            found = read(*args, **options)
            act("package_delete", id="selbst")
            return found

        monkeypatch.setattr(tables, "normalise", then_deleted)
    model.Session.remove()
    (job,) = queue.get_jobs()
    job.perform()
    assert act("package_show", id="selbst")["state"] == "deleted"
    assert call_action("package_search")["count"] == 0
    with pytest.raises(tk.ObjectNotFound):
        rows(resource)


def test_a_page_says_that_its_table_is_being_read(upload: Any, site: Any, queue: Any,
                                                  xloader_token: None) -> None:  # fmt: skip
    resource = upload("baeume.csv", CSV)["result"]
    page = site.get(f"/dataset/selbst/resource/{resource['id']}").get_data(as_text=True)
    assert "wird gerade eingelesen" in page


def test_what_is_tried_again_stays_in_its_queue(
    upload: Any, queue: Any, xloader_token: None, served: str, monkeypatch: Any
) -> None:
    upload("baeume.csv", CSV)
    others = jobs.get_queue()
    before = others.count

    def busy(*args: Any) -> None:
        raise xloader.XLoaderTimeoutError("later")

    monkeypatch.setattr(tables.store, "replace", busy)
    model.Session.remove()
    (job,) = queue.get_jobs()
    queue.empty()
    job.perform()
    assert (queue.count, others.count) == (1, before)
