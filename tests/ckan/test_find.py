"""The field "Address": a portal's catalogues found in the background, and taken over."""

from __future__ import annotations

import html as markup
import re
from collections.abc import Callable, Iterator
from typing import Any

import ckan.plugins.toolkit as tk
import pytest
import yaml
from ckan import model
from ckan.lib.redis import connect_to_redis
from portals.documents import dataset, json_reply, turtle
from portals.software import ckan as ckan_portal
from portals.software import html, ogc_features, organised

from ckanext.hanse.harvest import engine
from ckanext.hanse.model import HarvestSource
from ckanext.hanse.sources.preview.job import work_off
from hanse_harvesters.testing.portal import Portal, Reply

Ask = Callable[..., Any]
Find = Callable[..., str]


@pytest.fixture(autouse=True)
def empty(clean: None) -> Iterator[None]:
    """An empty Redis; it is the tests' own."""
    connect_to_redis().flushdb()
    yield
    connect_to_redis().flushdb()


@pytest.fixture
def portal(monkeypatch: pytest.MonkeyPatch) -> Iterator[Portal]:
    """A CKAN of several cities, in the operator's list of private hosts."""
    with Portal(ckan_portal(packages=organised(rostock=2, stralsund=3))) as found:
        monkeypatch.setitem(tk.config, "hanse.allowed_private_hosts", [found.endpoint])
        yield found


@pytest.fixture
def admin(officer: Any) -> dict[str, Any]:
    return officer("rostock", "admin")  # type: ignore[no-any-return]


@pytest.fixture
def find(ask: Ask, cities: Any) -> Find:
    """Type an address and press "Find"; gives the path of the page it leads to."""

    def press(user: dict[str, Any], address: str, city: str = "rostock") -> str:
        given = {"address": address, "organization": city}
        answer = ask(user, "/harvest/source/find", "POST", **given)
        assert answer.status_code == 303, answer.body
        found = re.search(r"/harvest/preview/[0-9a-f]{32}$", answer.headers["Location"])
        assert found
        return found[0]

    return press


def test_an_address_is_asked_in_the_background_and_its_page_shows_what_is_there(
    admin: Any, ask: Ask, find: Find, portal: Portal
) -> None:
    path = find(admin, portal.url("/"))
    assert portal.asked == []
    waiting = ask(admin, f"/en{path}").body
    assert f'hx-get="/en{path}/progress"' in waiting
    assert 'http-equiv="refresh"' in waiting.partition("<noscript>")[2].partition("</noscript>")[0]
    work_off()
    for language, words in (
        ("/en", ("Recommended", "CKAN portal", "Also possible", "5 datasets", "Take this over")),
        ("", ("CKAN-Portal", "Auch möglich", "5 Datensätze", "Dies übernehmen", "ohne Filter")),
    ):
        shown = ask(admin, f"{language}{path}").body
        for word in words:
            assert word in shown, word
    assert 'http-equiv="refresh"' not in shown
    # The city's own is ticked, with the numbers of all.
    assert re.search(r'name="only-organization" value="rostock" checked', shown)
    assert not re.search(r'value="stralsund" checked', shown)
    assert "kind: ckan" in shown
    assert model.Session.query(HarvestSource).count() == 0


def test_what_is_taken_over_fills_in_the_form_and_becomes_a_source(
    admin: Any, ask: Ask, find: Find, portal: Portal
) -> None:
    path = find(admin, portal.url("/"))
    work_off()
    number = path.rpartition("/")[2]
    query = f"found={number}&finding=0&only-organization=rostock&only-organization=stralsund"
    form = ask(admin, f"/harvest/source/new?{query}").body
    assert f'value="{portal.url("/")}"' in form
    assert re.search(r'<option value="ckan" selected', form)
    assert 'value="Europe/Berlin"' in form
    assert re.search(r"name=\"option-ckan-organization\"[^>]*>\s*rostock\nstralsund", form)
    fields = {
        "organization": "rostock", "url": portal.url("/"), "kind": "ckan", "title": "Portal",
        "schedule_kind": "hand", "timezone": "Europe/Berlin", "language": "de",
        "option-ckan-organization": "rostock",
    }  # fmt: skip
    assert ask(admin, "/harvest/source/new", "POST", **fields).status_code in (302, 303)
    row = model.Session.query(HarvestSource).one()
    assert (row.kind, row.settings["options"]) == ("ckan", {"organization": ["rostock"]})
    assert ask(admin, f"/harvest/source/new?found={number}&finding=7").status_code == 404


def test_a_home_page_saved_without_a_kind_leads_to_its_catalogue(
    admin: Any, ask: Ask, portal: Portal, cities: Any
) -> None:
    portal.scripts = {
        "/": html('<a href="/k.ttl">Katalog</a>'),
        "/k.ttl": turtle(dataset("a")),
    }
    fields = {
        "organization": "rostock", "url": portal.url("/"), "kind": "", "title": "Portal",
        "schedule_kind": "hand", "timezone": "Europe/Berlin", "language": "de",
    }  # fmt: skip
    assert ask(admin, "/harvest/source/new", "POST", **fields).status_code in (302, 303)
    row = model.Session.query(HarvestSource).one()
    assert (row.kind, row.url, row.portal) == ("rdf", portal.url("/k.ttl"), portal.url("/"))


def test_a_source_whose_portal_changed_its_kind_says_what_it_is_now(
    admin: Any, ask: Ask, portal: Portal, cities: Any
) -> None:
    fields = {
        "organization": "rostock", "url": portal.url("/k.ttl"), "kind": "rdf", "title": "Portal",
        "schedule_kind": "hand", "timezone": "Europe/Berlin", "language": "de", "name": "neu",
    }  # fmt: skip
    portal.scripts["/k.ttl"] = turtle(dataset("a"))
    ask(admin, "/harvest/source/new", "POST", **fields)
    portal.scripts["/k.ttl"] = portal.scripts["/"]
    checked = ask(admin, "/harvest/source/neu/check", "POST").headers["Location"]
    work_off()
    shown = markup.unescape(ask(admin, checked).body)
    assert "kein Katalog der Art rdf, sondern einer der Art ckan" in shown
    before = len(portal.asked)
    report = engine.harvest("neu")
    assert report.stopped is not None
    assert "one of the kind ckan" in report.stopped.what
    assert len(portal.asked) - before < 15


@pytest.mark.parametrize(
    ("scripts", "words"),
    [
        ({"/": html("Angelverein")}, ("kein Katalog gefunden", "Adressen wurden abgefragt")),
        (ogc_features(), ("OGC API", "kann noch nicht gelesen werden", "CSW")),
        ({"/robots.txt": Reply(b"User-agent: *\nDisallow: /")}, ("robots.txt", "ckanext-hanse")),
        ({"/": Reply(b"", 401)}, ("Passwort",)),
    ],
)
def test_what_cannot_be_found_is_said_with_what_to_do(
    admin: Any, ask: Ask, find: Find, portal: Portal, scripts: Any, words: tuple[str, ...]
) -> None:
    portal.scripts = scripts
    path = find(admin, portal.url("/"))
    work_off()
    shown = markup.unescape(ask(admin, path).body)
    for word in words:
        assert word in shown, word


def test_what_may_not_be_asked_is_said_at_the_field(admin: Any, ask: Ask, cities: Any) -> None:
    for address in ("http://169.254.169.254/latest", "http://10.0.0.1/", "ftp://a.example/", ""):
        given = {"address": address, "organization": "rostock"}
        answer = ask(admin, "/harvest/source/find", "POST", **given)
        assert answer.status_code == 200, address
        assert 'id="find-error"' in answer.body, address


def test_it_is_for_the_citys_administrators_alone(
    admin: Any, officer: Any, ask: Ask, find: Find, portal: Portal
) -> None:
    given = {"address": portal.url("/"), "organization": "rostock"}
    for user in (officer("rostock", "editor"), officer("stralsund", "admin")):
        assert ask(user, "/harvest/source/find", "POST", **given).status_code == 403
    assert ask(admin, "/harvest/source/find").status_code == 405
    path = find(admin, portal.url("/"))
    work_off()
    assert ask(officer("stralsund", "admin"), path).status_code == 404
    taken = f"/harvest/source/new?found={path.rpartition('/')[2]}&finding=0"
    assert ask(officer("stralsund", "admin"), taken).status_code == 404


def test_an_address_without_a_scheme_is_completed(admin: Any, ask: Ask, cities: Any) -> None:
    given = {"address": "daten.stadt.example", "organization": "rostock"}
    path = ask(admin, "/harvest/source/find", "POST", **given).headers["Location"]
    assert "https://daten.stadt.example" in ask(admin, path).body


def test_the_draft_for_a_list_of_its_own_fills_in_the_form(
    admin: Any, ask: Ask, find: Find, portal: Portal
) -> None:
    trees = [{"nr": n, "titel": f"Bäume {n}", "text": "Alle Bäume."} for n in range(3)]
    portal.scripts = {"/liste.json": json_reply({"daten": trees, "anzahl": 3})}
    path = find(admin, portal.url("/liste.json"))
    work_off()
    form = ask(admin, f"/harvest/source/new?found={path.rpartition('/')[2]}&finding=0").body
    written = re.search(r'name="option-json-mapping"[^>]*>(.*?)</textarea>', form, re.S)
    assert written is not None
    mapping = yaml.safe_load(markup.unescape(written[1]))
    assert (mapping["records"], mapping["fields"]["title"]) == ("daten", "titel")
    assert re.search(r'name="option-json-total"[^>]*value="anzahl"', form)


def test_where_nothing_is_found_the_page_says_what_is_there(
    admin: Any, ask: Ask, find: Find, portal: Portal
) -> None:
    portal.scripts = {"/zahlen.json": json_reply([1, 2, 3])}
    path = find(admin, portal.url("/zahlen.json"))
    work_off()
    shown = ask(admin, path).body
    assert "Dieses JSON enthält keine Datensätze" in shown
    assert "Die Adresse der Liste selbst angeben" in shown
