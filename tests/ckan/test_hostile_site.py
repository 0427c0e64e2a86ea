"""A hostile portal's catalogue in ours: what readers, programs and other catalogues get of it."""

from __future__ import annotations

import csv
import io
import json
import os
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import quote

import ckan.plugins.toolkit as tk
import pyoxigraph as ox
import pytest
import sqlalchemy as sa
import yaml
from chaos import THROUGH, run_in_child, wait_for
from ckan import model
from ckan.lib import search
from ckan.tests import factories
from ckan.tests.helpers import call_action
from emptying import empty
from live_pages import Page
from lxml import etree
from portals.documents import BASE, turtle
from portals.documents import dataset as good
from portals.hostile import Attack, Stage, documents, links, packages, values
from portals.hostile.links import SCRIPT
from profiles import by_night

from ckanext.hanse.harvest import engine
from ckanext.hanse.model import RecordState, RunStatus, SourceRecord
from ckanext.hanse.sources.sync import sync
from ckanext.hanse.store import runs, sources
from ckanext.hanse.store.report import Report
from hanse_harvesters.errors import HanseError
from hanse_harvesters.testing.portal import Portal, Reply

#: Attacks that only cost time; ``tests/core/test_hostile.py`` plays them.
_HEAVY = {
    "a-million-distributions", "twenty-thousand-distributions", "a-hundred-thousand-resources",
    "a-hundred-thousand-extras", "thirty-five-thousand-keywords", "literal-of-megabytes",
    "one-keyword-of-thirty-five-thousand", "one-identity-for-all", "package-of-megabytes",
    "collections-nested-deep", "blank-nodes-nested-deep", "prefixes-that-unfold",
    "quotation-marks-without-end", "faults-without-end", "everything-in-named-graphs",
    "a-thousand-bases", "half-a-character-everywhere", "properties-of-our-own-invention",
    "titles-in-ten-thousand-languages",
}  # fmt: skip
CHOSEN = [
    attack
    for module in (links, values, packages, documents)
    for attack in module.ATTACKS
    if attack.name not in _HEAVY
]
_LINKS_OF_ONE_KIND = 6  # the others differ in how they are spelled only; the core plays them all


@dataclass
class Harvested:
    """The catalogue after the hostile portals were harvested, each beside the others."""

    reports: dict[str, Report] = field(default_factory=dict)
    neighbour: int = 0
    user: dict[str, Any] = field(default_factory=dict)
    names: list[str] = field(default_factory=list)
    """One dataset of each content: many portals put the same good ones around the hostile ones."""


def _chosen() -> list[Attack]:
    some = [a for a in CHOSEN if a.name.startswith("link-")][: _LINKS_OF_ONE_KIND * 3 : 3]
    return [a for a in CHOSEN if not a.name.startswith("link-")] + some


def _served(portal: Portal, attack: Attack) -> str:
    """Serve an attack under a path, and with IRIs, of its own; the address of its source."""
    stage = Stage("http://127.0.0.1:9", "http://127.0.0.1:9", "http://127.0.0.1:9", "/etc/hostname")
    for path, script in attack.serves(stage).items():
        assert isinstance(script, Reply)
        own = f"{BASE.removesuffix('dataset/')}{attack.name}/".encode()
        body = script.body.replace(BASE.encode(), own)
        portal.scripts[f"/{attack.name}{path}"] = replace(script, body=body)
    return portal.url(f"/{attack.name}{attack.path}")


@pytest.fixture(scope="module")
def harvested(database: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Harvested]:
    empty()
    with Portal() as portal:
        told = {
            f"a{number:02}": {"kind": a.kind, "url": _served(portal, a), "organization": "rostock"}
            for number, a in enumerate(_chosen())
        }
        portal.scripts["/nachbar.ttl"] = turtle(*(good(f"nachbar-{n}") for n in range(40)))
        told["nachbar"] = {
            "kind": "rdf", "url": portal.url("/nachbar.ttl"), "organization": "stralsund",
        }  # fmt: skip
        file = tmp_path_factory.mktemp("quellen") / "sources.yaml"
        organizations = {name: {"title": name.title()} for name in ("rostock", "stralsund")}
        file.write_text(yaml.safe_dump({"organizations": organizations, "sources": told}))
        options = ("hanse.allowed_private_hosts", "hanse.http.tries")
        kept = {key: tk.config.get(key) for key in options}
        tk.config["hanse.allowed_private_hosts"] = [portal.endpoint]
        tk.config["hanse.http.tries"] = 1
        try:
            sync(file)
            yield _harvest(list(told)[:-1])
        finally:
            tk.config.update(kept)
    model.Session.remove()


def _harvest(names: list[str]) -> Harvested:
    found = Harvested()
    child = run_in_child("nachbar", 0, lambda: None)
    for name in names:
        found.reports[name] = engine.harvest(name)
    found.neighbour = wait_for(child, seconds=120)
    search.commit()
    found.user = factories.SysadminWithToken()
    names = call_action("package_list", limit=1000)
    found.names = _of_each_content([name for name in names if not name.startswith("nachbar")])
    return found


_OWN = [re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}"), re.compile(r"\d{4}-\d\d-\d\dT[\d:.]+")]


def _of_each_content(names: list[str]) -> list[str]:
    """The first of those datasets that differ in ids, times of writing and portal only."""
    paths = "|".join(re.escape(f"/{attack.name}/") for attack in _chosen())
    first: dict[str, str] = {}
    for name in names:
        dataset = call_action("package_show", id=name)
        content = json.dumps({k: v for k, v in dataset.items() if k not in ("id", "name")})
        for own in (*_OWN, re.compile(paths)):
            content = own.sub("-", content)
        first.setdefault(content, name)
    return list(first.values())


@pytest.fixture
def ask(site: Any, harvested: Harvested) -> Callable[..., Any]:
    """``ask(path)``: the answer to a reader, with ``officer=True`` to a sysadmin."""

    def call(path: str, *, officer: bool = False, status: int = 200) -> Any:
        headers = {"Authorization": harvested.user["token"]} if officer else {}
        answer = site.get(path, headers=headers, follow_redirects=True)
        wanted = {status} if status else {200, 400}  # no order that there is: CKAN refuses it
        assert answer.status_code in wanted, (path, answer.status_code)
        return answer

    return call


def _is_safe(answer: Any, where: str) -> Page:
    page = Page(answer.get_data(as_text=True))
    assert page.faults == [], where
    policy = answer.headers["Content-Security-Policy"]
    assert "script-src 'self';" in policy, where
    assert answer.headers["X-Content-Type-Options"] == "nosniff", where
    assert answer.headers["Content-Type"].startswith("text/html"), where
    return page


def test_every_hostile_portal_is_harvested_and_none_breaks(harvested: Harvested) -> None:
    assert len(harvested.reports) >= 40
    for name, report in harvested.reports.items():
        assert report.status in (RunStatus.SUCCESS, RunStatus.PARTIAL, RunStatus.HELD), (
            name,
            report.message,
        )
        stopped = report.stopped
        assert not isinstance(stopped, HanseError) or stopped.id == "run-incomplete", report.message
        assert "not-storable" not in report.issues, (name, report.rejected)
        assert "record-failed" not in report.issues, (name, report.rejected)


def test_what_is_good_in_them_arrived(harvested: Harvested) -> None:
    for name, attack in zip(harvested.reports, _chosen(), strict=True):
        rows = model.Session.scalars(
            sa.select(SourceRecord.identity).where(
                SourceRecord.source_id == sources.get(name).id,
                SourceRecord.state == RecordState.ACTIVE.value,
            )
        )
        names = {row.rpartition("/")[2].removeprefix("id-") for row in rows}
        ours = {"x"} if attack.name == "a-catalogue-that-says-it-is-us" else set()
        assert names.isdisjoint(ours), "we harvest ourselves"
        assert set(attack.arrives) - ours <= names, attack.name


def test_the_neighbour_was_harvested_all_the_while(harvested: Harvested) -> None:
    assert os.WEXITSTATUS(harvested.neighbour) == THROUGH
    found = call_action("package_search", fq="organization:stralsund", rows=0)
    assert found["count"] == 40


@pytest.mark.parametrize("language", ["", "/en"])
def test_no_page_of_a_dataset_runs_or_leads_anywhere_it_should_not(
    harvested: Harvested, ask: Any, language: str
) -> None:
    for name in harvested.names:
        dataset = call_action("package_show", id=name)
        paths = [f"{language}/dataset/{name}"]
        if not language:  # the same page but for its own words
            paths += [f"/dataset/{name}/resource/{r['id']}" for r in dataset["resources"][:2]]
        for path in paths:
            _is_safe(ask(path), path)


def test_scripts_are_shown_as_words_where_words_are_shown(harvested: Harvested, ask: Any) -> None:
    seen = call_action("package_search", q="alert", rows=50)["results"]
    kept = [item for item in seen if SCRIPT in json.dumps(item["publisher"])]
    assert kept
    for item in kept:
        assert item["title"] == "alert(document.domain)"  # tags are none of a title's words
        html = ask(f"/dataset/{item['name']}").get_data(as_text=True)
        assert SCRIPT not in html
        assert "&lt;script&gt;alert(document.domain)" in html


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/dataset/",
        "/dataset/?rows=100",
        f"/dataset/?q={quote(SCRIPT)}",
        "/dataset/?q=script&sort=title_string+asc",
        f"/dataset/?tags={quote(SCRIPT)}&organization={quote(SCRIPT)}&res_format={quote(SCRIPT)}",
        "/dataset/?_organization_limit=0&_tags_limit=0&_res_format_limit=0&_license_id_limit=0"
        "&_hanse_theme_limit=0&_hanse_license_limit=0&_hanse_publisher_limit=0&_hanse_year_limit=0",
        "/organization/",
        "/organization/rostock",
        "/organization/rostock?_tags_limit=0&_res_format_limit=0&_hanse_publisher_limit=0",
        "/en/organization/rostock?page=2",
    ],
)
def test_no_list_runs_or_leads_anywhere_it_should_not(path: str, ask: Any) -> None:
    page = _is_safe(ask(path), path)
    assert page.links


@by_night  # the pages of visitors show the same values
def test_the_desks_pages_are_safe_too(harvested: Harvested, ask: Any) -> None:
    for turn, name in enumerate(harvested.reports):
        number = runs.latest(sources.get(name).id)[0].id
        paths = [
            f"/harvest/source/{name}",
            f"/harvest/source/{name}/issues",
            f"/harvest/run/{number}",
        ]
        if turn % 5 == 0:  # nothing is missing in any of them yet
            paths.append(f"/harvest/source/{name}/withdrawals")
        for path in paths:
            _is_safe(ask(path, officer=True), path)
    for path in ("/harvest", "/harvest/duplicates", "/harvest/duplicates?verdict=same"):
        _is_safe(ask(path, officer=True), path)
    for turn, name in enumerate(harvested.names):
        _is_safe(ask(f"/dataset/{name}/corrections", officer=True), name)
        if turn % 3 == 0:  # CKAN's own page, which shows but the title
            _is_safe(ask(f"/dataset/activity/{name}", officer=True), name)


def test_no_cell_of_the_issues_is_a_formula_and_no_file_is_a_page(
    harvested: Harvested, ask: Any
) -> None:
    for name in harvested.reports:
        answer = ask(f"/harvest/source/{name}/issues.csv", officer=True)
        assert answer.headers["Content-Type"].startswith("text/csv")
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert "attachment" in answer.headers["Content-Disposition"]
        text = answer.get_data(as_text=True).removeprefix("\ufeff")
        for row in csv.reader(io.StringIO(text), delimiter=";"):
            for cell in row:
                assert not re.match(r"\s*[=+\-@\uff1d\uff0b\uff0d\uff20]", cell), (name, cell)
        answer = ask(f"/harvest/source/{name}/issues.json", officer=True)
        assert answer.headers["Content-Type"].startswith("application/json")
        json.loads(answer.get_data(as_text=True))


_MEDIA = {
    "ttl": (ox.RdfFormat.TURTLE, "text/turtle"),
    "xml": (ox.RdfFormat.RDF_XML, "application/rdf+xml"),
    "nt": (ox.RdfFormat.N_TRIPLES, "application/n-triples"),
    "jsonld": (ox.RdfFormat.JSON_LD, "application/ld+json"),
}


@pytest.mark.parametrize("ending", list(_MEDIA))
def test_other_catalogues_can_read_what_came_of_it(
    harvested: Harvested, ask: Any, ending: str
) -> None:
    form, media_type = _MEDIA[ending]
    page, count = f"/catalog.{ending}", 0
    paths = [page, *(f"/dataset/{name}.{ending}?unknown=1" for name in harvested.names)]
    for path in paths:
        answer = ask(path)
        assert answer.headers["Content-Type"].startswith(media_type), path
        assert answer.headers["X-Content-Type-Options"] == "nosniff", path
        data = answer.get_data()
        if ending == "xml":
            assert b"<!DOCTYPE" not in data, path
            etree.fromstring(data)
        for quad in ox.parse(data, format=form, base_iri="http://test.ckan.net/"):  # strict
            count += 1
            scheme = quad.object.value.partition(":")[0].lower()
            if isinstance(quad.object, ox.NamedNode):
                assert scheme not in ("javascript", "vbscript", "data", "file"), (path, quad)
    assert count > 1000


def test_feeds_and_the_api_carry_it_as_data(harvested: Harvested, ask: Any) -> None:
    for path in ("/feeds/organization/rostock.atom", "/feeds/dataset.atom"):
        answer = ask(path)
        tree = etree.fromstring(answer.get_data())
        assert tree.tag.endswith("feed")
        assert not tree.findall(".//{*}script")
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
    for name in harvested.names:
        answer = ask(f"/api/3/action/package_show?id={name}")
        assert answer.headers["Content-Type"].startswith("application/json")
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.json["success"]
    answer = ask(f"/hanse/complete?q={quote('<script>alert')}")
    assert answer.headers["Content-Type"].startswith("application/json")


def test_no_dataset_carries_a_link_that_runs(harvested: Harvested) -> None:
    for name in harvested.names:
        for at, value in _strings(call_action("package_show", id=name)):
            assert not re.match(r"\s*(?:javascript|vbscript|data|file)\s*:(?!\s)", value, re.I) or (
                at in ("title", "notes", "name", "text", "version", "identifier")
            ), (name, at, value)


def _strings(value: Any, at: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield at, value
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from _strings(item, key)
    elif isinstance(value, list):
        for item in value:
            yield from _strings(item, at)


@pytest.mark.parametrize(
    "words",
    ["*:* OR id:*", "{!frange l=0}1", '"] TO [*', '_query_:"{!lucene}*:*"', "}} ; DROP ALL"],
)
def test_search_takes_solr_and_sparql_for_words(words: str, ask: Any) -> None:
    for parameter in ("q", "tags", "organization", "res_format"):
        path = f"/dataset/?{parameter}={quote(words)}"
        _is_safe(ask(path), path)
    path = f"/dataset/?sort={quote(words)}"
    assert Page(ask(path, status=0).get_data(as_text=True)).faults == []
