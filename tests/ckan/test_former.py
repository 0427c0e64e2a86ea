"""A source removed and made again, in whatever way, finds its datasets, makes none twice."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from ckan import model
from ckan.tests.helpers import call_action
from kept import kept
from walks import Listed, act, file, harvest

from ckanext.hanse import provenance
from ckanext.hanse.model import DatasetState, Former, HarvestSource
from ckanext.hanse.sources import edit, remove
from ckanext.hanse.sources.sync import sync
from ckanext.hanse.store import sources
from ckanext.hanse.store.report import Report
from hanse_harvesters.mapping.fingerprint import fingerprint_json
from hanse_harvesters.record import Record

URL = "https://daten.example.org/catalog.ttl"
HOST = "https://daten.example.org"
TITLES = {"baeume": "Bäume", "parks": "Parks", "wege": "Wege"}


def made(name: str, city: str = "rostock", url: str = URL, kind: str = "rdf") -> HarvestSource:
    """A source made on the site."""
    values = {"title": name, "url": url, "kind": kind}
    return edit.create(values, organization=city, name=name, author="somebody")[0]


def removed(name: str) -> None:
    """The same source removed again; its datasets stay."""
    remove.remove(sources.get(name), confirm=name, fate="keep")


def described(key: str, title: str, identity: str, host: str = HOST) -> Record:
    """A record of a portal at ``host``, with a page and a file."""
    content: dict[str, Any] = {
        "title": title,
        "url": f"{host}/datensatz/{key}",
        "resources": [file(f"{host}/datensatz/{key}/liste", "liste")],
    }
    digest = fingerprint_json([content, identity])
    return Record(content, identity, digest, digest, origin=content["url"])


def portal(identity: Callable[[str], str], host: str = HOST) -> list[Record]:
    """Three records, named as ``identity`` says."""
    return [described(key, title, identity(key), host) for key, title in TITLES.items()]


def iri(key: str) -> str:
    return f"{HOST}/datensatz/{key}"


def ids() -> dict[str, str]:
    names = call_action("package_list")
    return {name: call_action("package_show", id=name)["id"] for name in names}


def run(name: str, records: list[Record]) -> Report:
    return harvest(sources.get(name), Listed(*records))


def kept_up(report: Report, before: dict[str, str], name: str) -> None:
    """Nothing was made twice: the same datasets, and the source has them all."""
    model.Session.expire_all()
    assert report.counts["created"] == 0
    assert ids() == before
    owner = sa.select(sa.func.count()).where(DatasetState.record_id.is_not(None))
    assert model.Session.scalar(owner) == len(before)
    assert all(provenance.is_harvested(key) for key in before.values())
    assert model.Session.scalar(sa.select(sa.func.count(Former.id))) == 0
    # And so it stays.
    assert run(name, list(_last)).counts["unchanged"] == len(before)


_last: list[Record] = []


def again(name: str, records: list[Record], before: dict[str, str]) -> None:
    _last[:] = records
    kept_up(run(name, records), before, name)


@pytest.fixture
def before(cities: dict[str, Any]) -> dict[str, str]:
    """The datasets of Rostock's source ``portal``, which was removed."""

    def make() -> dict[str, str]:
        made("portal")
        assert run("portal", portal(iri)).counts["created"] == 3
        found = ids()
        removed("portal")
        assert ids() == found
        return found

    return kept("a source that was removed", make)


def test_under_another_name_or_address_again_and_again(before: dict[str, str]) -> None:
    for name, url in (
        ("portal", URL),
        ("anders", URL),
        ("portal", URL.replace("https", "http")),
        ("anders", f"{URL}/"),
        ("anders", "https://www.neu.example.net/export.rdf"),
    ):
        made(name, url=url)
        again(name, portal(iri), before)
        removed(name)
    made("portal")
    again("portal", portal(iri), before)


def test_another_city_that_takes_the_name_takes_nothing_else(before: dict[str, str]) -> None:
    _, bound = edit.create(
        {"title": "Portal", "url": URL, "kind": "rdf"},
        organization="stralsund",
        name="portal",
        author="somebody",
    )
    assert bound == 0
    assert run("portal", portal(iri)).counts["created"] == 3
    assert not any(provenance.is_harvested(key) for key in before.values())
    removed("portal")
    for name in set(ids()) - set(before):
        act("dataset_purge", id=name)
    made("rostocks-portal")
    again("rostocks-portal", portal(iri), before)


def test_at_another_host_that_took_its_identities_along(before: dict[str, str]) -> None:
    new = "https://opendata.example.net"
    made("neu", url=f"{new}/catalog.ttl")
    again("neu", portal(lambda key: f"{new}/datensatz/{key}", new), before)


NUMBERS = {
    "baeume": "0b3b1a0e-8c0f-4a51-9d0e-2f9f5a1c7e01",
    "parks": "0b3b1a0e-8c0f-4a51-9d0e-2f9f5a1c7e02",
    "wege": "0b3b1a0e-8c0f-4a51-9d0e-2f9f5a1c7e03",
}


NAMINGS = [
    (NUMBERS.__getitem__, lambda key: f"https://x.example.org/dataset/{NUMBERS[key]}"),
    (lambda key: f"https://x.example.org/set/{NUMBERS[key]}", NUMBERS.__getitem__),
    (lambda key: key, iri),  # by title and page
    (lambda key: str(list(TITLES).index(key)), lambda key: f"nr-{key}"),
]


def test_of_another_kind_whose_identities_differ(cities: dict[str, Any]) -> None:
    for first, then in NAMINGS:
        made("portal", kind="ckan", url=HOST)
        run("portal", portal(first))
        found = ids()
        removed("portal")
        made("portal")
        again("portal", portal(then), found)
        removed("portal")
        for name in found:
            act("dataset_purge", id=name)


def test_of_another_kind_at_the_same_address(before: dict[str, str]) -> None:
    """Bound by its address first; then its records go by other identities."""
    made("portal", kind="ckan")
    again("portal", portal(NUMBERS.__getitem__), before)


def test_with_a_wrong_address_that_is_corrected_later(before: dict[str, str]) -> None:
    row = made("portal", url="https://falsch.example.org/catalog.ttl")
    run("portal", [])
    edit.update(row, {"url": URL}, author="somebody")
    assert all(provenance.is_harvested(key) for key in before.values())
    again("portal", portal(iri), before)


def test_with_a_wrong_address_removed_and_made_right(before: dict[str, str]) -> None:
    made("portal", url="https://falsch.example.org/catalog.ttl")
    removed("portal")
    made("portal")
    again("portal", portal(iri), before)


def test_removed_twice(before: dict[str, str]) -> None:
    made("portal")
    run("portal", portal(iri)[:2])
    removed("portal")
    made("zweites", url=f"{URL}?alles")
    again("zweites", portal(iri), before)


def test_what_the_portal_lost_meanwhile_counts_as_missing(before: dict[str, str]) -> None:
    made("portal")
    report = run("portal", portal(iri)[:2])
    assert (report.missing_count, report.counts["created"]) == (1, 0)


def test_in_the_operators_file(before: dict[str, str], tmp_path: Path) -> None:
    listed = tmp_path / "sources.yaml"
    listed.write_text(
        "organizations:\n  rostock: {title: Rostock}\n"
        f"sources:\n  amtlich: {{kind: rdf, url: {URL}, organization: rostock}}\n",
        encoding="utf-8",
    )
    sync(listed)
    assert all(provenance.is_harvested(key) for key in before.values())
    again("amtlich", portal(iri), before)


def test_a_source_that_was_there_all_along_takes_them_up(before: dict[str, str]) -> None:
    made("anderes", url="https://geo.example.org/catalog.ttl")
    run("anderes", [described("karte", "Karte", "https://geo.example.org/karte")])
    report = run(
        "anderes",
        [described("karte", "Karte", "https://geo.example.org/karte"), *portal(iri)],
    )
    assert report.counts["created"] == 0
    assert [item.rule for item in report.source_issues] == ["taken-up-again"]
    assert all(provenance.is_harvested(key) for key in before.values())


def test_a_preview_says_so_and_takes_nothing(before: dict[str, str]) -> None:
    row = made("anders", url="https://neu.example.net/export.rdf")
    report = harvest(row, Listed(*portal(iri)), dry_run=True)
    assert (report.counts["created"], report.counts["updated"]) == (0, 3)
    assert not any(provenance.is_harvested(key) for key in before.values())


def test_a_correction_counts_again(before: dict[str, str], sysadmin: dict[str, Any]) -> None:
    made("portal")
    run("portal", portal(iri))
    call_action(
        "hanse_correction_create",
        {"user": sysadmin["name"]},
        id="baeume",
        field="title",
        value="Alle Bäume",
        reason="So heißt es.",
    )
    removed("portal")
    made("anders", url="https://neu.example.net/export.rdf")
    run("anders", portal(iri))
    assert call_action("package_show", id="baeume")["title"] == "Alle Bäume"
    run("anders", portal(iri))
    assert call_action("package_show", id="baeume")["title"] == "Alle Bäume"


def test_what_was_made_ones_own_before_stays_so(before: dict[str, str], sysadmin: Any) -> None:
    made("portal")
    run("portal", portal(iri))
    call_action(
        "hanse_dataset_detach", {"user": sysadmin["name"]}, id="baeume", reason="Wir pflegen ihn."
    )
    act("package_patch", id="baeume", title="Von Hand")
    removed("portal")
    made("anders", url="https://neu.example.net/export.rdf")
    for _ in range(2):
        report = run("anders", portal(iri))
        assert report.counts["created"] == 0
        assert call_action("package_show", id="baeume")["title"] == "Von Hand"
    assert ids() == before


def test_a_weak_sign_takes_no_dataset(cities: dict[str, Any]) -> None:
    made("portal")
    run("portal", [described("baeume", "Bäume", "0")])
    removed("portal")
    made("anders", url="https://neu.example.net/export.rdf")
    weak = [
        described("x", "Bäume", "17", "https://fremd.example.org"),  # the title alone
        described("baeume", "Haushalt", "18"),  # page and file alone: a service many share
        described("y", "Haushalt", "0", "https://fremd.example.org"),  # a counter alone
    ]
    assert run("anders", weak).counts["created"] == 3


def test_signs_that_two_datasets_share_take_neither(cities: dict[str, Any]) -> None:
    made("portal")
    run("portal", [described("luft", "Luftbild", "a"), described("luft", "Luftbild", "b")])
    removed("portal")
    made("anders", url="https://neu.example.net/export.rdf")
    assert run("anders", [described("luft", "Luftbild", "c")]).counts["created"] == 1


NIL, COPIED = "00000000-0000-0000-0000-000000000000", "8d3f7a52-1c44-4b0e-9f6d-2e5a7b9c1d03"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("identity", NIL),
        ("identity", f"http://localhost:8080/dataset/{NIL}"),
        ("identity", f"urn:uuid:{NIL}"),
        ("uri", "http://localhost:5000/dataset/1"),
        ("uri", "https://daten.example.net/"),
        ("identifier", COPIED),
        ("identifier", "10.5281/zenodo.7341099"),
    ],
)
def test_what_a_program_fills_in_or_a_form_copies_takes_no_dataset(
    cities: dict[str, Any], field: str, value: str
) -> None:
    """Other data with the same identifier; its title, page and files are others too."""
    for name, key, title in (("geo", "baeume", "Bäume"), ("statistik", "wahl", "Wahlergebnisse")):
        host = f"https://{name}.wismar.de"
        named = value if field == "identity" else f"{host}/datensatz/{key}"
        record = described(key, title, named, host)
        if field != "identity":
            record.dataset[field] = value
        made(name, url=f"{host}/catalog.ttl")
        assert run(name, [record]).counts["created"] == 1
        removed(name)
