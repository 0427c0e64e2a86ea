"""A catalogue service that lies about its records, or sends what would stop a harvest."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from portals.csw import Csw, Quirks
from portals.iso import BASE, dataset, service

from hanse_harvesters.errors import StopRun
from hanse_harvesters.pipeline import Run
from hanse_harvesters.settings.source import SourceSettings
from hanse_harvesters.testing.portal import Asked, Portal, Reply

STOCK = [dataset(f"{number:03}") for number in range(65)]
ALL = [f"{number:03}" for number in range(65)]
RECORD = b"<gmd:MD_Metadata"


@pytest.fixture
def run(patient: Any) -> Callable[..., Run]:
    def make(portal: Portal, **options: Any) -> Run:
        source = SourceSettings("stadt", "csw", portal.url("/csw"), "stadt", options=options)
        return Run(source, client=patient(portal.endpoint, tries=1), workers=0)

    return make


def changed(stand_in: Csw, change: Callable[[bytes], bytes]) -> Callable[[Asked], Reply]:
    """Return the service with its pages of records changed."""

    def script(asked: Asked) -> Reply:
        reply = stand_in(asked)
        body = change(reply.body) if b"GetRecordsResponse" in reply.body else reply.body
        return Reply(body, reply.status, reply.headers)

    return script


def matched(count: Callable[[bytes], int]) -> Callable[[bytes], bytes]:
    """Return the change of what a page declares as the number of all records."""

    def change(body: bytes) -> bytes:
        number = str(count(body)).encode()
        return re.sub(rb'(numberOfRecordsMatched=")\d+', rb"\g<1>" + number, body)

    return change


def on_page(body: bytes) -> int:
    return body.count(RECORD)


# --- How many there are ---------------------------------------------------------------------------


@pytest.mark.parametrize("follows", ["right", "absent", "zero", "one", "wrong"])
@pytest.mark.parametrize("count", [on_page, lambda _: 30, lambda _: 10, lambda _: 0])
def test_a_total_that_is_too_low_ends_no_walk(
    follows: str, count: Callable[[bytes], int], run: Any
) -> None:
    script = changed(Csw(STOCK, Quirks(next=follows)), matched(count))
    with Portal({"/csw": script}) as portal:
        assert sorted(record.identity for record in run(portal, rows=30)) == ALL


@pytest.mark.parametrize("follows", ["right", "wrong"])
def test_a_page_of_the_services_own_length_ends_no_walk_that_goes_on(
    follows: str, run: Any
) -> None:
    script = changed(Csw(STOCK, Quirks(next=follows, most=20)), matched(on_page))
    with Portal({"/csw": script}) as portal:
        assert sorted(record.identity for record in run(portal)) == ALL


@pytest.mark.parametrize("end", ["empty", "exception"])
def test_a_full_last_page_is_the_end_if_nothing_is_behind_it(end: str, run: Any) -> None:
    with Portal({"/csw": Csw(STOCK[:60], Quirks(past_end=end))}) as portal:
        walk = run(portal, rows=30)
        assert len(list(walk)) == 60
        assert len(portal.asked) == 4  # capabilities, two pages, a look behind the last
    assert walk.completeness.complete


def test_a_total_that_is_too_high_withdraws_nothing(run: Any) -> None:
    with Portal({"/csw": changed(Csw(STOCK), matched(lambda _: 500))}) as portal:
        walk = run(portal, rows=30)
        assert len(list(walk)) == 65
        assert len(portal.asked) < 30
    assert not walk.completeness.complete


# --- Capabilities that lead elsewhere -------------------------------------------------------------


@pytest.mark.parametrize(
    "address",
    [
        "http://[bad",
        "gopher://127.0.0.1:1/csw",
        "file:///etc/passwd",
        "http://user:word@127.0.0.1:1/csw",
        "http://127.0.0.1:99999/csw",
        "//inside.example/csw",
        "javascript:alert(1)",
        "/csw",
    ],
)
def test_an_address_that_cannot_be_used_is_not_the_services(address: str, run: Any) -> None:
    stand_in = Csw(STOCK[:3])

    def script(asked: Asked) -> Reply:
        reply = stand_in(asked)
        body = re.sub(rb'xlink:href="[^"]*"', f'xlink:href="{address}"'.encode(), reply.body)
        return Reply(body, reply.status, reply.headers)

    with Portal({"/csw": script}) as portal:
        assert len(list(run(portal))) == 3


def test_a_private_address_of_the_capabilities_is_never_asked(run: Any) -> None:
    stand_in = Csw(STOCK[:3], Quirks(inside="127.0.0.1:9"))

    def script(asked: Asked) -> Reply:
        return Reply(b"", 404) if asked.content is not None else stand_in(asked)

    with Portal({"/csw": script}) as portal, pytest.raises(StopRun, match="private"):
        list(run(portal, method="POST"))


# --- Records that would stop a harvest ------------------------------------------------------------


def many(element: str, number: int) -> Callable[[bytes], bytes]:
    """Return the change of each record to one with so many of an element more."""
    inner = "".join(element.format(n) for n in range(number)).encode()
    return lambda body: body.replace(b"<gmd:abstract>", inner + b"<gmd:abstract>")


def text(name: str, value: str = "w{0}") -> str:
    return f"<gmd:{name}><gco:CharacterString>{value}</gco:CharacterString></gmd:{name}>"


KEYWORD = (
    f"<gmd:descriptiveKeywords><gmd:MD_Keywords>{text('keyword')}"
    "</gmd:MD_Keywords></gmd:descriptiveKeywords>"
)
CONTACT = (
    f"<gmd:pointOfContact><gmd:CI_ResponsibleParty>{text('organisationName')}"
    "</gmd:CI_ResponsibleParty></gmd:pointOfContact>"
)
SCALE = (
    "<gmd:spatialResolution><gmd:MD_Resolution><gmd:equivalentScale>"
    "<gmd:MD_RepresentativeFraction><gmd:denominator><gco:Integer>x{0}</gco:Integer>"
    "</gmd:denominator></gmd:MD_RepresentativeFraction></gmd:equivalentScale></gmd:MD_Resolution>"
    "</gmd:spatialResolution>"
)


@pytest.mark.parametrize("element", [KEYWORD, CONTACT, SCALE])
def test_a_record_with_thousands_of_values_is_read(element: str, run: Any) -> None:
    with Portal({"/csw": changed(Csw(STOCK[:1]), many(element, 20_000))}) as portal:
        (record,) = list(run(portal))
    assert record.usable


def test_a_record_without_an_end_is_rejected_by_its_name_and_costs_no_other(run: Any) -> None:
    heavy, light = dataset("heavy"), dataset("light")
    whole = many("<b/>", 200_001)(heavy.encode()).decode()
    with Portal({"/csw": Csw([whole, light])}) as portal:
        walk = run(portal)
        found = {record.identity: record for record in walk}
    assert found["light"].usable
    assert not found["heavy"].usable
    assert "iso-record-unread" in {issue.rule for issue in found["heavy"].issues}
    assert walk.completeness.complete


def test_a_depth_without_an_end_costs_that_record_alone(run: Any) -> None:
    deep = f"<gmd:purpose>{'<gmd:a><gmd:A>' * 300}x{'</gmd:A></gmd:a>' * 300}</gmd:purpose>"
    records = [dataset("a"), dataset("b").replace("<gmd:abstract>", f"{deep}<gmd:abstract>")]
    stand_in = Csw([dataset("a"), dataset("b"), dataset("c")])
    good, bad = stand_in.stored[1].text, records[1]

    def change(body: bytes) -> bytes:
        return body.replace(good.encode(), bad[bad.index("<gmd:MD_Metadata") :].encode())

    with Portal({"/csw": changed(stand_in, change)}) as portal:
        walk = run(portal)
        assert sorted(record.identity for record in walk) == ["a", "c"]
    assert not walk.completeness.complete


@pytest.mark.parametrize("before", ["", f"<!--{'x' * 200_000}-->"])
@pytest.mark.parametrize(
    "doctype",
    [
        '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE a [<!ENTITY % p SYSTEM "{url}"> %p;]>',
        '<!DOCTYPE a SYSTEM "{url}">',
    ],
)
def test_an_entity_of_a_page_is_neither_read_nor_fetched(
    before: str, doctype: str, run: Any
) -> None:
    stand_in = Csw(STOCK[:3])
    with Portal({"/csw": Reply()}) as portal:
        given = before + doctype.replace("{url}", portal.url("/x.dtd"))

        def change(body: bytes) -> bytes:
            body = body.replace(b"?>\n", b"?>\n" + given.encode(), 1)
            return body.replace(b"<gco:CharacterString>", b"<gco:CharacterString>&x;", 1)

        portal.scripts["/csw"] = changed(stand_in, change)
        with pytest.raises(StopRun, match="DOCTYPE"):
            list(run(portal))
        assert "/x.dtd" not in portal.targets()


# --- Who a record is ------------------------------------------------------------------------------


def two(first: str, second: str) -> list[str]:
    """Return two records of one file identifier."""
    return [dataset("same", title=title, identifier=BASE + title) for title in (first, second)]


def test_two_records_of_one_identifier_are_who_they_are_on_any_page(run: Any) -> None:
    names = []
    for order in (("Bäume", "Wege"), ("Wege", "Bäume")):
        with Portal({"/csw": Csw([*two(*order), dataset("z")], Quirks(sorts=False))}) as portal:
            names.append({record.dataset["title"]: record.identity for record in run(portal)})
    assert names[0] == names[1]


def test_services_stand_in_one_order_on_any_page(run: Any) -> None:
    services = [service("q", ["a"], kind="view"), service("p", ["a"], kind="download")]
    found = []
    for order in (services, services[::-1]):
        with Portal({"/csw": Csw([dataset("a"), *order], Quirks(sorts=False))}) as portal:
            (record,) = list(run(portal))
            found.append((record.fingerprint, record.dataset["resources"]))
    assert found[0] == found[1]


@pytest.mark.parametrize("reference", ["{0D9F4C6E-52A1-4B7F-8C3E-71A5E2B96D04}", "urn:uuid:{0}"])
def test_spellings_of_a_uuid_are_one(reference: str, run: Any) -> None:
    uuid = "0d9f4c6e-52a1-4b7f-8c3e-71a5e2b96d04"
    named = reference.replace("{0}", uuid)
    for own, other in ((uuid, named), (named, uuid)):
        records = [dataset(own), service("s", [other], by="uuidref")]
        with Portal({"/csw": Csw(records)}) as portal:
            (record,) = list(run(portal))
        assert record.identity == own
        assert any("access_services" in file for file in record.dataset["resources"])


def test_records_without_any_identifier_are_kept_apart(run: Any) -> None:
    records = [re.sub("<gmd:fileIdentifier>.*?</gmd:fileIdentifier>", "", one) for one in STOCK[:3]]
    with Portal({"/csw": Csw(records)}) as portal:
        found = list(run(portal))
    assert len(found) == 3
    assert len({record.identity for record in found}) == 3


def test_two_records_of_one_identifier_are_two_of_the_total(run: Any) -> None:
    with Portal({"/csw": Csw([*two("Bäume", "Wege"), *STOCK[:30]])}) as portal:
        walk = run(portal, rows=40)
        assert len(list(walk)) == 32
        assert len(portal.asked) == 2  # no second pass for what is whole
    assert walk.completeness.complete


def test_a_record_that_changes_between_pages_hides_none_that_was_missed(run: Any) -> None:
    stand_in = Csw(STOCK[:40])
    pages = iter(range(100))

    def change(body: bytes) -> bytes:
        if next(pages) % 2:  # the second page repeats 000, changed, in place of 030
            changed_one = dataset("000", title=f"Neu {len(body)}").encode()
            return body.replace(dataset("030").encode(), changed_one)
        return body

    with Portal({"/csw": changed(stand_in, change)}) as portal:
        walk = run(portal, rows=30)
        assert "030" not in {record.identity for record in walk}
    assert not walk.completeness.complete


def test_an_identifier_is_the_same_however_the_document_is_laid_out(run: Any) -> None:
    laid_out = dataset("Stadt Plan 7").replace("Stadt Plan 7", "\n  Stadt Plan\n   7 ", 1)
    with Portal({"/csw": Csw([laid_out])}) as portal:
        assert [record.identity for record in run(portal)] == ["Stadt Plan 7"]


def test_a_record_that_changes_while_pages_shift_is_one(run: Any) -> None:
    stand_in = Csw(STOCK[:40])
    pages = iter(range(100))

    def change(body: bytes) -> bytes:
        if next(pages) % 2:  # it moves to the second page, with a newer stamp
            moved = dataset("000", modified="2026-01-01").encode()
            return body.replace(dataset("030").encode(), moved + dataset("030").encode())
        return body

    with Portal({"/csw": changed(stand_in, change)}) as portal:
        walk = run(portal, rows=30)
        found = [record.identity for record in walk]
    assert sorted(found) == ALL[:40]


@pytest.mark.parametrize(("kind", "told"), [("brief", True), ("summary", True), ("full", False)])
def test_excerpts_of_records_are_told_of(kind: str, told: bool, run: Any) -> None:
    def change(body: bytes) -> bytes:
        return body.replace(b'elementSet="full"', f'elementSet="{kind}"'.encode())

    with Portal({"/csw": changed(Csw(STOCK[:9]), change)}) as portal:
        walk = run(portal, rows=2)
        assert len(list(walk)) == 9
    assert [issue.rule for issue in walk.issues].count("csw-not-full") == told
