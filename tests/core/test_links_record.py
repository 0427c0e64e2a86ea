"""What is known of a link over days, what it counts for, and what is told of it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from hanse_harvesters.issue import Issue
from hanse_harvesters.links import (
    Answer,
    Declared,
    Kind,
    Learned,
    LinkRecord,
    LinkState,
    Outcome,
    Target,
    advance,
    counts,
    findings,
    host_finding,
    is_silent,
    key_of,
    of_dataset,
)

URL = "https://daten.example/baeume.csv"
NIGHT = datetime(2026, 11, 2, 23, 0, tzinfo=UTC)
REASONS = {Outcome.ABSENT: "status-absent", Outcome.UNSURE: "status-passing",
           Outcome.REFUSED: "robots-disallowed"}  # fmt: skip


def answer(outcome: Outcome, hours: float = 0.0, **given: Any) -> Answer:
    reason = REASONS.get(outcome, "")
    words = {"status": 503, "host": "daten.example", "agent": "x"} if reason else {}
    moved = "https://neu.example/" if outcome is Outcome.MOVED else ""
    learned = Learned("CSV") if outcome in (Outcome.OK, Outcome.MOVED) else None
    fields: dict[str, Any] = {
        "reason": reason,
        "params": words,
        "learned": learned,
        "moved_to": moved,
        **given,
    }
    return Answer(URL, NIGHT + timedelta(hours=hours), outcome, **fields)


def after(*checks: tuple[Outcome, float]) -> LinkRecord:
    """Return the record after checks, each with its hours since the first night."""
    record: LinkRecord | None = None
    for outcome, hours in checks:
        record = advance(record, answer(outcome, hours))
        assert LinkRecord.from_json(record.as_json()) == record
    assert record is not None
    return record


OK, MOVED, UNSURE, ABSENT, REFUSED = (
    Outcome.OK, Outcome.MOVED, Outcome.UNSURE, Outcome.ABSENT, Outcome.REFUSED,
)  # fmt: skip


@pytest.mark.parametrize(
    ("checks", "state", "points"),
    [
        ([(OK, 0)], LinkState.OK, True),
        ([(MOVED, 0)], LinkState.MOVED, True),
        ([(UNSURE, 0)], LinkState.UNSURE, None),
        ([(REFUSED, 0)], LinkState.NOT_ASKED, None),
        ([(ABSENT, 0)], LinkState.UNSURE, None),
        # dead after three checks on three days
        ([(ABSENT, 0), (ABSENT, 24)], LinkState.UNSURE, None),
        ([(ABSENT, 0), (ABSENT, 24), (ABSENT, 48)], LinkState.DEAD, False),
        # not by asking three times in a night, or just before and after midnight
        ([(ABSENT, 0), (ABSENT, 0.2), (ABSENT, 0.4)], LinkState.UNSURE, None),
        ([(ABSENT, 0.8), (ABSENT, 1.2), (ABSENT, 25)], LinkState.UNSURE, None),
        # until then the points stay what they were
        ([(OK, 0), (ABSENT, 24), (ABSENT, 48)], LinkState.UNSURE, True),
        ([(OK, 0), (ABSENT, 24), (ABSENT, 48), (ABSENT, 72)], LinkState.DEAD, False),
        # what proves nothing changes nothing, and does not count as a day
        ([(OK, 0), (UNSURE, 24)], LinkState.UNSURE, True),
        ([(ABSENT, 0), (UNSURE, 24), (ABSENT, 48)], LinkState.UNSURE, None),
        ([(ABSENT, 0), (UNSURE, 24), (ABSENT, 48), (ABSENT, 72)], LinkState.DEAD, False),
        ([(ABSENT, 0), (ABSENT, 24), (ABSENT, 48), (UNSURE, 400)], LinkState.UNSURE, False),
        ([(ABSENT, 0), (ABSENT, 24), (ABSENT, 48), (UNSURE, 400), (ABSENT, 430)],
         LinkState.DEAD, False),
        # an answer ends all doubt
        ([(ABSENT, 0), (ABSENT, 24), (OK, 48), (ABSENT, 72)], LinkState.UNSURE, True),
        ([(ABSENT, 0), (ABSENT, 24), (ABSENT, 48), (OK, 400)], LinkState.OK, True),
        # what may not be asked any more has no points and costs none
        ([(OK, 0), (REFUSED, 700)], LinkState.NOT_ASKED, None),
        ([(REFUSED, 0), (OK, 700)], LinkState.OK, True),
    ],
)  # fmt: skip
def test_what_a_link_is_after_checks(
    checks: list[tuple[Outcome, float]], state: LinkState, points: bool | None
) -> None:
    record = after(*checks)
    assert (record.state, counts(record)) == (state, points)


def test_a_link_that_was_never_checked_is_pending() -> None:
    assert counts(None) is None
    assert findings(Declared("url", Target(URL)), None) == ()


def days_until_due(record: LinkRecord) -> float:
    return (record.due - record.checked) / timedelta(days=1)


def test_what_is_well_is_asked_again_after_a_month_and_what_is_not_sooner() -> None:
    assert 27 <= days_until_due(after((OK, 0))) <= 33
    assert 27 <= days_until_due(after((REFUSED, 0))) <= 33
    assert 0.5 < days_until_due(after((ABSENT, 0))) < 1
    assert 1.5 < days_until_due(after((UNSURE, 0))) < 2.5
    assert days_until_due(after((UNSURE, 0), (UNSURE, 24 * 60))) > 10
    dead = after((ABSENT, 0), (ABSENT, 24), (ABSENT, 48))
    assert 12 <= days_until_due(dead) <= 16


def test_a_retry_after_is_kept_over_nights_but_not_for_ever() -> None:
    asked = advance(None, answer(UNSURE, after=5 * 86400.0))
    assert days_until_due(asked) == 5
    assert days_until_due(advance(None, answer(UNSURE, after=1e15))) <= 30


def test_links_of_one_day_do_not_come_back_on_one_day() -> None:
    dues = {
        advance(None, Answer(f"https://d.example/{number}", NIGHT, OK)).due.date()
        for number in range(500)
    }
    assert len(dues) >= 6


def test_what_was_learned_is_kept_while_a_link_is_unsure() -> None:
    record = after((OK, 0), (UNSURE, 24))
    assert record.learned == Learned("CSV")


# --- What is told -------------------------------------------------------------------------------


def told(declared: Declared, record: LinkRecord) -> list[str]:
    found = findings(declared, record)
    for item in found:
        readable(item)
    return [item.rule for item in found]


def readable(item: Issue) -> None:
    for language in ("en", "de"):
        text = f"{item.message(language)} {item.remedy(language)}"
        assert not {"{", "}", "None", ": .", "  "} & {
            text[i : i + n] for n in (1, 2, 3, 4) for i in range(len(text))
        }


@pytest.mark.parametrize(
    ("checks", "rules"),
    [
        ([(OK, 0)], []),
        ([(MOVED, 0)], ["link-moved"]),
        ([(UNSURE, 0)], ["link-unsure"]),
        ([(REFUSED, 0)], ["link-robots"]),
        ([(ABSENT, 0)], ["link-failing"]),
        ([(ABSENT, 0), (ABSENT, 24), (ABSENT, 48)], ["link-dead"]),
    ],
)
def test_each_state_has_its_words(checks: list[tuple[Outcome, float]], rules: list[str]) -> None:
    assert told(Declared("resources[0].download_url", Target(URL)), after(*checks)) == rules


@pytest.mark.parametrize(
    ("reason", "rule"),
    [
        ("status-login", "link-closed"), ("status-forbidden", "link-closed"),
        ("link-challenge", "link-closed"), ("link-login", "link-closed"),
        ("tls-failed", "link-insecure"), ("link-exception", "link-instead"),
        ("link-home", "link-instead"), ("link-ring", "link-instead"),
        ("answer-slow", "link-unsure"), ("status-passing", "link-unsure"),
    ],
)  # fmt: skip
def test_what_proves_nothing_is_told_by_its_reason(reason: str, rule: str) -> None:
    params = {"status": 403, "reason": "expired", "seconds": 40.0}
    record = advance(None, answer(UNSURE, reason=reason, params=params))
    assert told(Declared("resources[0].access_url", Target(URL)), record) == [rule]


def test_a_silent_host_has_one_finding_and_its_links_none() -> None:
    silent = answer(UNSURE, reason="connection-failed", params={"reason": "refused"}, asked=False)
    asked = answer(UNSURE, reason="connection-failed", params={"reason": "refused"})
    declared = Declared("resources[0].download_url", Target(URL))
    assert is_silent(asked)
    assert findings(declared, advance(None, silent)) == ()
    assert findings(declared, advance(None, asked), host_given_up=True) == ()
    assert told(declared, advance(None, asked)) == ["link-unsure"]
    for number in (1, 300):
        finding = host_finding("daten.example", asked, number)
        readable(finding)
        assert "daten.example" in finding.message("de")
        assert str(number) in finding.message("de")


def of_file(learned: Learned, *, kind: Kind = Kind.FILE, **declared: Any) -> list[str]:
    record = advance(None, answer(OK, learned=learned))
    given = {"direct": True, **declared}
    return told(Declared("resources[0].download_url", Target(URL, kind), **given), record)


@pytest.mark.parametrize(
    ("said", "found", "rules"),
    [
        ("CSV", Learned("CSV", sure=False), []),
        ("CSV", Learned("TSV", sure=False), []),
        ("CSV", Learned("TXT", sure=False), []),
        ("CSV", Learned("HTML"), ["link-html-instead"]),
        ("CSV", Learned("XLSX"), ["link-format-differs"]),
        ("CSV", Learned("JSON"), ["link-format-differs"]),
        ("CSV", Learned("CSV", "ZIP", sure=False), ["link-packed"]),
        ("CSV", Learned("", "GZIP"), ["link-packed"]),
        ("XLSX", Learned("CSV", sure=False), ["link-format-differs"]),
        ("XLS", Learned("XLSX"), ["link-format-differs"]),
        ("XLS", Learned("OLE"), []),
        ("ZIP", Learned("SHP", "ZIP"), []),
        ("ZIP", Learned("XLSX"), []),
        ("ZIP", Learned("CSV", sure=False), ["link-format-differs"]),
        ("SHP", Learned("SHP", "ZIP"), []),
        ("SHP", Learned("GPKG"), ["link-format-differs"]),
        ("JSON", Learned("GEOJSON"), []),
        ("GEOJSON", Learned("JSON"), []),
        ("GEOJSON", Learned("JSON_LD"), ["link-format-differs"]),
        ("XML", Learned("GML"), []),
        ("XML", Learned("HTML"), ["link-html-instead"]),
        ("GML", Learned("XML", sure=False), []),
        ("KML", Learned("GML"), ["link-format-differs"]),
        ("RDF", Learned("RDF_TURTLE"), []),
        ("RDF_XML", Learned("RDF_TURTLE"), ["link-format-differs"]),
        ("RDF_TURTLE", Learned("TXT", sure=False), []),
        ("TIFF", Learned("GEOTIFF"), []),
        ("HTML", Learned("HTML"), []),
        ("PDF", Learned("PDF"), []),
        ("PDFA1A", Learned("PDF"), []),
        ("WMS_SRVC", Learned("HTML"), []),
        ("WMS_SRVC", Learned("WFS_SRVC"), ["link-format-differs"]),
        ("REST", Learned("JSON"), []),
        ("etwas Eigenes", Learned("HTML"), []),
        ("CSV", Learned(""), []),
    ],
)  # fmt: skip
def test_a_declared_format_is_compared(said: str, found: Learned, rules: list[str]) -> None:
    assert of_file(found, format=said) == rules


def test_a_media_type_declares_a_format_too() -> None:
    assert of_file(Learned("HTML"), media_type="text/csv") == ["link-html-instead"]


def test_an_access_url_may_lead_to_a_page() -> None:
    assert of_file(Learned("HTML"), format="CSV", direct=False) == ["link-page-only"]
    assert of_file(Learned("HTML"), format="CSV", kind=Kind.PAGE) == []


def test_a_declared_packing_is_no_surprise() -> None:
    packed = Learned("CSV", "GZIP")
    assert of_file(packed, format="CSV", compress_format="application/gzip") == []
    assert of_file(packed, format="CSV", media_type="application/gzip") == []


@pytest.mark.parametrize(
    ("said", "found", "rules"),
    [(1000, 1500, []), (100_000, 105_000, []), (100_000, 300_000, ["link-size-differs"]),
     (5_000_000, 20_000, ["link-size-differs"]), (None, 7, []), (7, None, []),
     (900, 0, ["link-empty"])],
)  # fmt: skip
def test_sizes_are_compared_roughly(said: int | None, found: int | None, rules: list[str]) -> None:
    assert of_file(Learned("CSV", size=found), format="CSV", size=said) == rules


@pytest.mark.parametrize(
    ("served", "found", "rules"),
    [("utf-8", "iso-8859-1", ["link-charset-differs"]),
     ("iso-8859-1", "utf-8", ["link-charset-differs"]),
     ("utf-8", "", []), ("", "utf-8", []), ("utf8", "UTF-8", []), ("us-ascii", "utf-8", []),
     ("iso-8859-1", "windows-1252", []), ("nonsense", "utf-8", [])],
)  # fmt: skip
def test_umlauts_that_would_break_are_told(served: str, found: str, rules: list[str]) -> None:
    assert of_file(Learned("CSV", charset=found, served_charset=served), format="CSV") == rules


@pytest.mark.parametrize(
    ("said", "found", "rules"),
    [("2026-01-01", "2026-09-01T10:00:00+00:00", ["link-newer"]),
     ("2026-08-20", "2026-09-01T10:00:00+00:00", []),
     ("2027-01-01", "2026-09-01T10:00:00+00:00", []),
     ("2026-01-01", "2026-11-02T22:59:00+00:00", []),  # made when it was asked for
     ("", "2026-09-01T10:00:00+00:00", []), ("gestern", "2026-09-01T10:00:00+00:00", [])],
)  # fmt: skip
def test_a_file_newer_than_its_entry_is_told(said: str, found: str, rules: list[str]) -> None:
    assert of_file(Learned("CSV", last_modified=found), format="CSV", modified=said) == rules


# --- The links of a dataset ---------------------------------------------------------------------


def test_the_links_of_a_dataset() -> None:
    dataset = {
        "url": "https://d.example/seite",
        "documentation": ["https://d.example/doku", 7],
        "resources": [
            {"access_url": "https://d.example/seite", "download_url": URL, "format": "CSV",
             "mimetype": "text/csv", "size": 12, "other_download_urls": ["https://m.example/b.csv"]},
            {"access_url": "https://geo.example/ows?", "format": "WMS_SRVC"},
            {"access_url": URL, "download_url": URL},
            {"access_url": "https://geo.example/wfs?REQUEST=GetFeature", "format": "GML"},
            {"url": "https://own.example/x", "url_type": "upload"},
            {"access_services": [{"endpoint_url": "https://geo.example/csw", "format": "",
                                  "documentation": ["https://d.example/dienst"]}]},
            "kein Objekt",
        ],
    }  # fmt: skip
    found = {(item.field, item.target.kind, item.target.service) for item in of_dataset(dataset)}
    assert found == {
        ("url", Kind.PAGE, ""),
        ("documentation[0]", Kind.PAGE, ""),
        ("resources[0].download_url", Kind.FILE, ""),
        ("resources[0].other_download_urls[0]", Kind.FILE, ""),
        ("resources[0].access_url", Kind.PAGE, ""),
        ("resources[1].access_url", Kind.SERVICE, "wms"),
        ("resources[2].download_url", Kind.FILE, ""),
        ("resources[3].access_url", Kind.FILE, ""),
        ("resources[5].access_services[0].endpoint_url", Kind.SERVICE, "csw"),
        ("resources[5].access_services[0].documentation[0]", Kind.PAGE, ""),
    }


def test_a_link_is_known_without_its_fragment_and_the_case_of_its_host() -> None:
    same = {
        "https://d.example/a",
        "HTTPS://D.Example/a",
        "https://d.example/a#b",
        " https://d.example/a ",
    }
    assert len({key_of(url) for url in same}) == 1
    assert key_of("https://d.example/A") != key_of("https://d.example/a")
    assert key_of("https://d.example") == key_of("https://d.example/")
    assert len(key_of("\ud800")) == 64
