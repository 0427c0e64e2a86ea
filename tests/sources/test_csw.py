"""A catalogue service (CSW): the contract, paging, filters, services, what is the city's."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, ClassVar

import pytest
from click.testing import CliRunner
from portals.csw import DEEGREE, GEONETWORK, INGRID, PYCSW, Csw, Quirks, serve
from portals.iso import BASE, dataset, service
from portals.recorded import Replay

from hanse_harvesters.cli import main
from hanse_harvesters.errors import ConfigError, NotACatalogue, StopRun
from hanse_harvesters.pipeline import Run
from hanse_harvesters.preview_table import Overview
from hanse_harvesters.sandbox.items import decode
from hanse_harvesters.settings.source import SourceSettings
from hanse_harvesters.testing import Contract, Patient
from hanse_harvesters.testing.portal import Asked, Portal, Reply, Script


class OfAService(Contract):
    kind = "csw"
    path = "/csw"

    def scripts(self, names: list[str]) -> dict[str, Script]:
        return {self.path: Csw([dataset(name) for name in names])}

    def test_a_limit_ends_the_walk_and_asks_for_no_more(self, run: Any) -> None:
        with Portal(self.scripts([f"{number:03}" for number in range(50)])) as portal:
            walk = run(portal, limit=1)
            assert len(list(walk)) == 1
            # Capabilities, one record, and the services that may belong to it.
            assert len(portal.asked) == 3
        assert walk.completeness.reason == "walk-limited"


class TestByGet(OfAService):
    options: ClassVar[dict[str, Any]] = {"rows": 3, "method": "GET"}


class TestByPost(OfAService):
    options: ClassVar[dict[str, Any]] = {"rows": 3}


class TestOneAnswer(Contract):
    kind = "csw"
    path = "/antwort.xml"

    def scripts(self, names: list[str]) -> dict[str, Script]:
        stand_in = Csw([dataset(name) for name in names])
        found = stand_in._response(stand_in.stored, len(names), 1)
        return {self.path: Reply(found.encode(), headers={"Content-Type": "application/xml"})}


@pytest.fixture
def run(patient: Any) -> Callable[..., Run]:
    def make(portal: Portal, path: str = "/csw", limit: int | None = None, **options: Any) -> Run:
        source = SourceSettings("stadt", "csw", portal.url(path), "stadt", options=options)
        return Run(source, client=patient(portal.endpoint, tries=2), limit=limit, workers=0)

    return make


def arrived(walk: Run) -> list[str]:
    return sorted(record.identity for record in walk)


def rules(walk: Run) -> set[str]:
    return {found.rule for found in walk.issues}


STOCK = [dataset(f"{number:03}") for number in range(95)]
ALL = [f"{number:03}" for number in range(95)]


# --- Paging -----------------------------------------------------------------------------------


@pytest.mark.parametrize("quirks", [GEONETWORK, DEEGREE, INGRID, PYCSW])
@pytest.mark.parametrize("rows", [0, 10])
def test_a_service_with_the_habits_of_its_software_is_walked_whole(
    quirks: Quirks, rows: int, run: Any
) -> None:
    with serve(STOCK, quirks=quirks) as portal:
        walk = run(portal, rows=rows)
        assert arrived(walk) == ALL
    assert walk.completeness.complete
    assert not rules(walk) - {"csw-unsorted"}


@pytest.mark.parametrize(
    "quirks",
    [
        Quirks(next=kind, past_end=end, returned=more, most=most)
        for kind in ("right", "absent", "zero", "one", "wrong")
        for end, more, most in (("empty", 0, 1000), ("exception", 7, 20))
    ],
)
def test_whatever_it_says_of_the_next_page_every_record_arrives_once(
    quirks: Quirks, run: Any
) -> None:
    with serve(STOCK, quirks=quirks) as portal:
        walk = run(portal, rows=30)
        assert arrived(walk) == ALL
        assert len(portal.asked) < 10
    assert walk.completeness.complete


@pytest.mark.parametrize("end", ["empty", "exception"])
def test_without_a_total_the_walk_goes_to_the_first_page_without_records(
    end: str, run: Any
) -> None:
    with serve(STOCK, quirks=Quirks(matched=False, past_end=end)) as portal:
        walk = run(portal, rows=50)
        assert arrived(walk) == ALL
    assert walk.completeness.complete


def test_records_that_repeat_across_pages_are_found_in_the_second_pass(run: Any) -> None:
    with serve(STOCK[:30], quirks=Quirks(sorts=False, shuffles=True)) as portal:
        walk = run(portal, rows=10)
        found = arrived(walk)
    assert len(set(found)) == len(found)
    # In an order that changes with each request nothing is certain, and nothing is claimed.
    assert walk.completeness.complete == (len(found) == 30)


def test_one_bad_record_costs_that_record_alone_and_is_named_by_its_position(run: Any) -> None:
    for fails in (200, 500, "broken"):
        quirks = Quirks(bad=frozenset({"041"}), fails=fails)
        with serve(STOCK, quirks=quirks) as portal:
            walk = run(portal)
            assert arrived(walk) == [name for name in ALL if name != "041"]
            assert len(portal.asked) < 70
        (told,) = (item for item in walk.issues if item.rule == "csw-record-failed")
        assert told.value == "42"
        assert walk.completeness.reason == "csw-record-failed"


def test_a_service_that_ignores_the_position_ends_as_incomplete(run: Any) -> None:
    with serve(STOCK, quirks=Quirks(start=False)) as portal:
        walk = run(portal, rows=10)
        assert len(arrived(walk)) == 10
        assert len(portal.asked) < 6
    assert walk.completeness.reason == "page-repeated"


def test_a_cap_ends_the_walk(run: Any) -> None:
    with serve(STOCK) as portal:
        walk = run(portal, rows=10, max_pages=3)
        assert len(arrived(walk)) == 30
    assert walk.completeness.reason == "page-cap"


def test_a_service_asked_to_wait_for_is_waited_for(patient: Any) -> None:
    with serve(STOCK, quirks=Quirks(busy=2)) as portal:
        client = patient(portal.endpoint, tries=3)
        source = SourceSettings("stadt", "csw", portal.url("/csw"), "stadt", options={"rows": 50})
        walk = Run(source, client=client, workers=0)
        assert arrived(walk) == ALL
    assert client.waits
    assert min(client.waits) >= 0.75


# --- Asking -----------------------------------------------------------------------------------


def test_a_constraint_is_always_sent(run: Any) -> None:
    for quirks in (Quirks(constraint=True), Quirks(constraint=True, methods=("GET",))):
        stand_in = Csw(STOCK, quirks)
        with Portal({"/csw": stand_in}) as portal:
            assert arrived(run(portal)) == ALL
        assert all(a["constraint"] for a in stand_in.seen if a["request"] == "GetRecords")


@pytest.mark.parametrize(
    "quirks",
    [
        Quirks(prefixes=("gmd:",)),
        Quirks(prefixes=("",)),
        Quirks(prefixes=("",), silent=True),
        Quirks(prefixes=("apiso:",), sorts=False, status=400),
        Quirks(methods=("GET",)),
        Quirks(methods=("POST",)),
        Quirks(inside="10.1.2.3:8080"),
    ],
)
def test_it_is_asked_as_it_wants_to_be(quirks: Quirks, run: Any) -> None:
    with serve(STOCK, quirks=quirks) as portal:
        walk = run(portal)
        assert arrived(walk) == ALL
        assert len(portal.asked) < 8
    assert walk.completeness.complete
    assert ("csw-address-mended" in rules(walk)) == bool(quirks.inside)


def test_queryables_that_are_not_said_are_found_out(run: Any) -> None:
    """The capabilities name prefixes that the service itself does not understand."""

    class Wrong(Csw):
        def _capabilities(self, asked: Any) -> str:
            return super()._capabilities(asked).replace("<ows:Value>gmd:", "<ows:Value>apiso:")

    for silent in (False, True):
        with Portal({"/csw": Wrong(STOCK, Quirks(prefixes=("gmd:",), silent=silent))}) as portal:
            assert arrived(run(portal)) == ALL


def test_filters_are_evaluated_by_the_service(run: Any) -> None:
    stock = [
        dataset("a", organisation="Hansestadt Stralsund, Bauamt"),
        dataset("b", organisation="Stralsund, Der Oberbürgermeister", modified="2020-01-01"),
        dataset("c", organisation="Land", keywords=["opendata", "Wasser & Wind"]),
        dataset("d", organisation="Land", title="Häfen in Stralsund", level="series"),
        dataset("e", organisation="Land", keywords=["Wasser"], box=(9.0, 53.0, 9.5, 53.5)),
    ]
    names = ["Hansestadt Stralsund", "Stralsund, Der Oberbürgermeister"]
    with serve(stock) as portal:

        def found(**options: Any) -> str:
            return "".join(arrived(run(portal, **options)))

        assert found(organizations=names) == "ab"
        recent = run(portal, organizations=names, modified="2023-05-05")
        assert arrived(recent) == ["a"]
        # What was not asked for did not vanish.
        assert recent.completeness.reason == "csw-since"
        assert found(anytext=["Stralsund"]) == "abd"
        assert found(anytext=["*Stralsund, Der*meister*", "in Stralsund"]) == "bd"
        assert found(subjects=["Wasser & Wind"]) == "c"
        assert found(types=["series"]) == "d"
        assert found(bbox="12, 54, 14, 55") == "abcd"
        assert found(bbox="9 53 10 54", subjects=["Wasser"]) == "e"


def test_a_filter_cannot_break_out_of_its_place(run: Any) -> None:
    for method in ("GET", "POST"):
        with serve(STOCK) as portal:
            walk = run(portal, anytext=['</ogc:Literal>"&<x>?\\ \x01'], method=method)
            assert arrived(walk) == []


def test_settings_that_cannot_be_used_are_refused(run: Any) -> None:
    with serve([]) as portal:
        for options in ({"bbox": "1 2 3"}, {"city_box": "5 5 4 6"}, {"method": "PUT"}):
            with pytest.raises(ConfigError) as caught:
                run(portal, **options)
            assert caught.value.where.startswith("sources.stadt.options.")


# --- Services ---------------------------------------------------------------------------------


def services_of(walk: Run) -> dict[str, list[str]]:
    return {
        raw.identity: [item["id"] for item in decode(raw.text).get("services", [])]
        for raw in walk._source
    }


@pytest.mark.parametrize(
    ("by", "reference"),
    [
        ("uuidref", "{name}"),
        ("uuidref", BASE + "{name}"),
        ("href", BASE + "{name}"),
        ("href", "https://x.example/csw?Service=CSW&REQUEST=GetRecordById&ID={name}&version=2.0.2"),
        ("code", BASE + "{name}"),
    ],
)
def test_services_are_joined_to_what_they_operate_on(by: str, reference: str, run: Any) -> None:
    one, two = (reference.format(name=name) for name in ("baeume", "wege"))
    stock = [
        dataset("baeume"),
        dataset("wege"),
        dataset("allein"),
        service("a-wms", [one, two], by=by),
        service("z-wfs", [one], by=by, kind="download"),
    ]
    with serve(stock) as portal:
        walk = run(portal, rows=2)
        found = services_of(walk)
    assert found == {"allein": [], "baeume": ["a-wms", "z-wfs"], "wege": ["a-wms"]}
    assert walk.issues == []
    assert walk.completeness.complete


def test_a_change_of_the_service_changes_its_data_sets(run: Any) -> None:
    def fingerprints(title: str) -> dict[str, str]:
        stock = [dataset("a"), dataset("b"), service("s", ["a"], title=title)]
        with serve(stock) as portal:
            return {record.identity: record.fingerprint for record in run(portal)}

    before, after = fingerprints("Karte"), fingerprints("Karte der Bäume")
    assert before["b"] == after["b"]
    assert before["a"] != after["a"]


def test_a_service_that_operates_on_nothing_is_reported(run: Any) -> None:
    stock = [dataset("a"), service("s", ["gone"], title="Alte Karte"), service("t", title="Ohne")]
    with serve(stock) as portal:
        walk = run(portal)
        assert arrived(walk) == ["a"]
    (told,) = walk.issues
    assert told.rule == "csw-service-alone"
    assert "Alte Karte; Ohne" in told.message("en")
    assert told.message("en").startswith("2 services")
    assert walk.completeness.complete


def test_a_service_of_the_whole_state_brings_each_data_set_its_own_reference(run: Any) -> None:
    stock = [dataset(f"{n:04}") for n in range(300)]
    stock.append(service("land", [f"{n:04}" for n in range(300)]))
    with serve(stock) as portal:
        walk = run(portal)
        items = {raw.identity: decode(raw.text) for raw in walk._source}
    assert len(items) == 300
    for name, item in items.items():
        (land,) = item["services"]
        assert [group["uuid"] for group in land["values"]["operates_on"]] == [[name]]


@pytest.mark.parametrize("by", ["uuidref", "href"])
def test_services_that_the_filter_leaves_out_are_asked_for(by: str, run: Any) -> None:
    of_city, of_state = "Hansestadt Musterstadt", "Landesamt"
    stock = [
        *(dataset(f"stadt-{n:02}", organisation=of_city) for n in range(25)),
        dataset("anderswo", organisation=of_state),
        service("eigener", ["stadt-00"], organisation=of_city),
        service("land-wms", ["stadt-01", "stadt-24", "anderswo"], by=by, organisation=of_state),
        service("land-wfs", ["anderswo"], by=by, organisation=of_state),
    ]
    with serve(stock) as portal:
        walk = run(portal, organizations=["Musterstadt"])
        found = services_of(walk)
    assert len(found) == 25
    assert {name: joined for name, joined in found.items() if joined} == {
        "stadt-00": ["eigener"],
        "stadt-01": ["land-wms"],
        "stadt-24": ["land-wms"],
    }
    assert (walk.issues, walk.completeness.complete) == ([], True)
    assert walk.completeness.found == 26


def test_a_service_that_cannot_be_asked_for_what_operates_is_left_in_peace(run: Any) -> None:
    stock = [dataset(f"stadt-{n:03}", organisation="Stadt") for n in range(200)]
    for quirks in (Quirks(unknown=("OperatesOn",)), Quirks()):
        with serve(stock, quirks=quirks) as portal:
            walk = run(portal, organizations=["Stadt"])
            assert len(arrived(walk)) == 200
            assert walk.completeness.complete
            assert walk.issues == []
            assert len(portal.asked) <= 8


def test_a_limited_walk_fetches_the_services_of_its_data_sets(run: Any) -> None:
    stock = [*STOCK, service("zz", ["000"])]
    with serve(stock) as portal:
        walk = run(portal, limit=3)
        found = services_of(walk)
    assert list(found) == ["000", "001", "002"]
    assert found["000"] == ["zz"]


# --- Is it the city's? ------------------------------------------------------------------------

CITY = {
    "city_organizations": ["Hansestadt Stralsund", "Stralsund, Der Oberbürgermeister"],
    "city_keys": ["130730088088"],
    "city_names": ["Stralsund"],
    "city_box": "12.97, 54.26, 13.16, 54.36",
}
LAND = "Landesamt für innere Verwaltung"
STATE = (10.5, 53.1, 14.5, 54.7)
MIXED = [
    dataset("org", organisation="HANSESTADT  STRALSUND - Bauamt", box=None),
    dataset("key", organisation=LAND, box=STATE, place="http://x.example/ags/13073088"),
    dataset("name", organisation=LAND, box=STATE, place="Stralsund, Hansestadt"),
    dataset("box", organisation=LAND, box=(13.0, 54.3, 13.1, 54.33)),
    dataset("point", organisation=LAND, box=(13.0, 54.3, 13.0, 54.3)),
    dataset("state", organisation=LAND, box=STATE, title="Wald in MV (Stralsund u. a.)"),
    dataset("half", organisation=LAND, box=(13.1, 54.3, 13.22, 54.33)),
    dataset("other", organisation="Stadt Neustralsund", box=None),
    service("wms", ["org", "state"], organisation=LAND, box=STATE),
    service("far", ["elsewhere"], organisation=LAND, box=STATE),
]


def test_what_is_not_the_citys_is_left_out_with_its_reason(run: Any) -> None:
    with serve(MIXED) as portal:
        walk = run(portal, **CITY)
        assert arrived(walk) == ["box", "key", "name", "org", "point"]
        chosen = walk.selection
    assert chosen.kept == {"organization": 1, "key": 1, "name": 1, "box": 2}
    named = {reason.value: reason.message("en") for reason in chosen.named}
    assert set(named) == {"Wald in MV (Stralsund u. a.)", "half", "other", "far"}
    assert LAND in named["half"]
    assert "50 %" in named["half"]
    assert chosen.left_out == 4
    # Everything was seen: a data set that the test no longer keeps is missing like any other.
    assert walk.completeness.complete
    assert walk.completeness.found == len(MIXED)
    (told,) = walk.issues
    assert told.rule == "csw-left-out"
    assert walk.summary()["selection"]["kept"]["box"] == 2
    assert walk.summary()["selection"]["left_out"] == 4


def test_without_a_city_nothing_is_left_out(run: Any) -> None:
    with serve(MIXED) as portal:
        walk = run(portal)
        assert len(arrived(walk)) == 8
        assert "selection" not in walk.summary()


def test_a_record_that_is_no_data_set_is_named(run: Any) -> None:
    stock = [dataset("a"), dataset("b", title="Stadtplan zum Tippen", level="application")]
    with serve(stock) as portal:
        walk = run(portal, **CITY)
        assert arrived(walk) == ["a"]
    (told,) = walk.issues
    assert told.message("en") == (
        "1 record describes no data set and was left out: Stadtplan zum Tippen (application)"
    )
    assert walk.completeness.complete


def test_a_walk_that_keeps_nothing_withdraws_nothing(run: Any) -> None:
    with serve(STOCK[:4]) as portal:
        walk = run(portal, city_names=["Wismar"])
        assert arrived(walk) == []
    assert walk.completeness.reason == "walk-empty"


# --- What is no catalogue ---------------------------------------------------------------------

WMS = b"""<?xml version="1.0"?><WMS_Capabilities version="1.3.0"
xmlns="http://www.opengis.net/wms"><Service><Name>WMS</Name><Title>Stadtplan</Title></Service>
</WMS_Capabilities>"""
BOMB = b"""<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>
<gmd:MD_Metadata xmlns:gmd="http://www.isotc211.org/2005/gmd">&b;</gmd:MD_Metadata>"""
LATE = BOMB.replace(b"<!DOCTYPE", b"<!--" + b"x" * 200_000 + b"--><!DOCTYPE")


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (WMS, "this is WMS.*Stadtplan"),
        (WMS.replace(b"WMS", b"WFS"), "this is WFS"),
        (BOMB, "DOCTYPE"),
        (LATE, "DOCTYPE|CSW"),
        (b"<!DOCTYPE html><html><body>Anmeldung</body></html>", "HTML"),
        (b"<feed xmlns='http://www.w3.org/2005/Atom'/>", "no answer of a catalogue service"),
        (
            b'<ows:ExceptionReport xmlns:ows="http://www.opengis.net/ows"><ows:Exception '
            b'exceptionCode="X"><ows:ExceptionText>Wartung bis 8 Uhr</ows:ExceptionText>'
            b"</ows:Exception></ows:ExceptionReport>",
            "Wartung bis 8 Uhr",
        ),
    ],
)
def test_what_is_no_catalogue_is_named(body: bytes, words: str, run: Any) -> None:
    with Portal({"/csw": Reply(body)}) as portal, pytest.raises(StopRun, match=words) as caught:
        list(run(portal))
    assert caught.value.remedy
    assert caught.value.what_in("de") != caught.value.what


@pytest.mark.parametrize(("schema", "said"), [("mdb", "iso19115-3"), ("dc", "dublin-core")])
def test_records_of_another_standard_are_told_of(schema: str, said: str, run: Any) -> None:
    with serve(STOCK[:5], quirks=Quirks(other_schema=schema)) as portal:
        walk = run(portal)
        found = list(walk)
    assert len(found) == 5
    assert not any(record.usable for record in found)
    (told,) = (item for item in walk.issues if item.rule == "csw-standard")
    assert told.value == said


def test_a_bomb_inside_a_page_harms_nothing(run: Any) -> None:
    stand_in = Csw(STOCK[:3])
    text = stand_in._response(stand_in.stored, 3, 0)
    evil = text.replace("<csw:SearchStatus/>", '<!DOCTYPE x [<!ENTITY a "b">]>&a;')
    with (
        Portal({"/antwort.xml": Reply(evil.encode())}) as portal,
        pytest.raises(StopRun),
    ):
        list(run(portal, "/antwort.xml"))


def test_an_exception_inside_a_200_says_what_the_service_says(run: Any) -> None:
    with (
        serve(STOCK, quirks=Quirks(unknown=("AnyText", "OrganisationName"))) as portal,
        pytest.raises(NotACatalogue, match="Invalid PropertyName"),
    ):
        list(run(portal, organizations=["Stralsund"]))


# --- The command and files --------------------------------------------------------------------


#: One without a declaration, whose words are those of a list's columns.
MAPS = (
    b'<WMS_Capabilities version="1.3.0" xmlns="http://www.opengis.net/wms"><Service>'
    b"<Name>WMS</Name><Title>Karte</Title></Service></WMS_Capabilities>"
)


def previewed(*arguments: str) -> tuple[int, list[dict[str, Any]], str]:
    """Exit code, lines and errors of ``hanse preview``."""
    done = CliRunner().invoke(main, ["preview", "--format", "jsonl", "--lang", "en", *arguments])
    return done.exit_code, [json.loads(line) for line in done.stdout.splitlines()], done.stderr


def test_saved_answers_are_previewed(tmp_path: Path) -> None:
    stand_in = Csw([dataset("a"), dataset("b"), service("s", ["a"])])
    page = stand_in._response(stand_in.stored, 3, 1)
    by_id = f"<csw:GetRecordByIdResponse xmlns:csw='x'>{dataset('a')}</csw:GetRecordByIdResponse>"
    for text, names in ((page, "ab"), (by_id, "a"), (dataset("a"), "a")):
        path = tmp_path / "antwort.xml"
        path.write_text(text, encoding="utf-8")
        code, lines, _ = previewed(str(path))
        assert code == 0
        assert [line["identity"] for line in lines[:-1]] == list(names)
        assert lines[-1]["summary"]["complete"]


@pytest.mark.parametrize("charset", ["utf-16", "utf-16-le", "iso-8859-2", "utf-8-sig"])
def test_an_answer_in_another_encoding_is_read(charset: str, tmp_path: Path) -> None:
    stand_in = Csw([dataset("a", title="Spielplätze")])
    told = charset.removesuffix("-le").removesuffix("-sig")
    text = f'<?xml version="1.0" encoding="{told}"?>' + stand_in._response(stand_in.stored, 1, 0)
    path = tmp_path / "antwort.xml"
    path.write_bytes(text.encode(charset, "xmlcharrefreplace"))
    code, lines, _ = previewed(str(path))
    assert code == 0
    assert lines[0]["dataset"]["title"] == "Spielplätze"


def test_a_page_of_a_longer_answer_is_not_all(tmp_path: Path) -> None:
    stand_in = Csw([dataset(name) for name in "abc"])
    path = tmp_path / "antwort.xml"
    path.write_text(stand_in._response(stand_in.stored, 216, 85), encoding="utf-8")
    code, lines, _ = previewed(str(path))
    assert code == 4
    assert not lines[-1]["summary"]["complete"]


def test_a_file_that_breaks_off_gives_what_is_before(tmp_path: Path) -> None:
    stand_in = Csw([dataset(name) for name in "abc"])
    text = stand_in._response(stand_in.stored, 3, 0)
    path = tmp_path / "antwort.xml"
    path.write_text(text[: text.index("Beschreibung von c")], encoding="utf-8")
    code, lines, _ = previewed(str(path))
    assert code == 4
    assert [line["identity"] for line in lines[:-1]] == ["a", "b"]
    assert "page-failed" in lines[-1]["summary"]["issues"]


def test_capabilities_in_a_file_lead_to_the_service(tmp_path: Path) -> None:
    with serve([dataset("a"), dataset("b")]) as portal:
        path = tmp_path / "capabilities.xml"
        path.write_bytes(
            Csw()(Asked("/csw?request=GetCapabilities", {"host": portal.endpoint}, 0)).body
        )
        code, lines, _ = previewed(str(path), "--allow-private", portal.endpoint)
        assert code == 0
        assert [line["identity"] for line in lines[:-1]] == ["a", "b"]
        # Where it leads is not trusted: a private address has to be allowed.
        code, _, told = previewed(str(path))
        assert code != 0
        assert portal.endpoint in told


def test_whatever_address_of_a_service_is_given_it_is_recognised() -> None:
    with serve([dataset("a")]) as portal:
        for query in ("", "?", "?service=CSW&request=GetCapabilities", "?service=WMS&map=x"):
            code, lines, told = previewed(portal.url("/csw" + query))
            assert (code, told) == (0, "")
            assert lines[0]["identity"] == "a"


@pytest.mark.parametrize(
    ("body", "words"),
    [(WMS, "this is WMS"), (BOMB, "DOCTYPE"), (b"<x/>", "no RDF"), (MAPS, "this is WMS")],
)
def test_a_file_that_is_something_else_is_named(body: bytes, words: str, tmp_path: Path) -> None:
    path = tmp_path / "etwas.xml"
    path.write_bytes(body)
    code, _, told = previewed(str(path))
    assert code == 1
    assert words in told


def test_the_overview_tells_how_many_each_test_kept(capsys: Any) -> None:
    with serve(MIXED) as portal:
        source = SourceSettings("s", "csw", portal.url("/csw"), "s", options=CITY)
        shown = Overview("en")
        with Patient(portal.endpoint) as client:
            walk = Run(source, client=client, workers=0)
            for record in walk:
                shown.record(record)
            shown.end(walk)
    told = " ".join(capsys.readouterr().out.split())
    assert "1 kept by organisation, 1 by regional key, 1 by name of the place, 2 by box" in told
    assert "4 left out" in told
    assert "Wald in MV" in told


# --- Answers of real software -----------------------------------------------------------------


def test_the_recorded_answers_of_a_pycsw_are_read(run: Any) -> None:
    with Portal({"/csw": Replay("pycsw")}) as portal:
        walk = run(portal, rows=4)
        assert services_of(walk) == {"a": ["s"], "b": [], "c": ["s"], "d": [], "e": []}
        names = ["Hansestadt Stralsund", "Stralsund, Der Oberbürgermeister"]
        city = run(portal, organizations=names)
        assert arrived(city) == ["a", "b"]
        assert city.completeness.complete
