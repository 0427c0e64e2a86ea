"""``hanse preview`` as a portal's keeper uses it: a real process, real files, a real portal."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from portals.documents import Ckan, dataset, hydra_pages, json_reply, package, page_block, turtle

from hanse_harvesters.testing.portal import Portal, Reply

OK, FAILED, WRONG, NOTHING, INCOMPLETE = range(5)


def hanse(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """The command, as installed, without CKAN in reach."""
    program = (
        "import sys; sys.modules['ckan'] = None; from hanse_harvesters.cli import main; main()"
    )
    clean = {key: value for key, value in os.environ.items() if not key.startswith("HANSE_")}
    return subprocess.run(
        [sys.executable, "-c", program, *arguments],
        capture_output=True,
        text=True,
        timeout=60,
        env={**clean, "COLUMNS": "160", **environment},
    )


def lines(done: subprocess.CompletedProcess[str]) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """The records and the summary of ``--format jsonl``."""
    *records, last = [json.loads(line) for line in done.stdout.splitlines()]
    assert list(last) == ["summary"]
    return records, last["summary"]


@pytest.fixture
def catalogue(tmp_path: Path) -> Path:
    """A file whose name says nothing."""
    path = tmp_path / "abzug"
    path.write_bytes(turtle(dataset("a", files=2), dataset("b", 'dct:issued "gestern"')).body)
    return path


def test_every_record_is_a_line_and_the_last_is_the_summary(catalogue: Path) -> None:
    done = hanse("preview", str(catalogue), "--format", "jsonl")
    assert (done.returncode, done.stderr) == (OK, "")
    records, summary = lines(done)
    assert [record["dataset"]["title"] for record in records] == ["a", "b"]
    assert all(set(record) == {"dataset", "identity", "issues"} for record in records)
    assert set(summary) == {"found", "usable", "rejected", "distributions", "complete", "issues"}
    assert (summary["found"], summary["usable"], summary["distributions"]) == (2, 2, 3)
    assert summary["complete"] is True
    said = [issue for issue in records[1]["issues"] if issue["value"] == "gestern"]
    assert set(said[0]) >= {"rule", "severity", "field", "value", "message", "remedy"}
    assert summary["issues"][said[0]["rule"]] == 1


@pytest.mark.parametrize(("language", "word"), [("de", "Datensätze"), ("en", "datasets")])
def test_the_table_can_be_read_in_both_languages(catalogue: Path, language: str, word: str) -> None:
    done = hanse("preview", str(catalogue), "--lang", language)
    assert done.returncode == OK
    assert f"2 {word}" in done.stdout
    assert "license-missing" not in done.stdout
    assert "date-unknown" in done.stdout
    assert "gestern" in done.stdout


def test_a_portal_is_recognised_by_what_it_answers() -> None:
    scripts = {
        "/daten": turtle(dataset("a")),
        "/api/3/action/package_search": Ckan([package("b")]),
        "/": Reply(b"<!DOCTYPE html><title>Portal</title>"),
        "/x": json_reply({"success": True, "result": package("c")}),
    }
    with Portal(scripts) as portal:
        for path, title in [("/daten", "a"), ("/", "B"), ("/api/3/action", "B"), ("/x", "C")]:
            scripts.setdefault("/api/3/action", Reply(b'{"version": 3}'))
            portal.scripts.update(scripts)
            done = hanse(
                "preview", portal.url(path), "--format", "jsonl", "--allow-private", portal.endpoint
            )
            assert done.returncode == OK, (path, done.stderr)
            records, _ = lines(done)
            assert [record["dataset"]["title"] for record in records] == [title], path


def test_a_limit_stops_early_and_is_no_failure() -> None:
    with Portal(hydra_pages([["a", "b"], ["c"]])) as portal:
        done = hanse(
            "preview", portal.url("/catalog.ttl"), "--limit", "1", "--format", "jsonl",
            HANSE_ALLOW_PRIVATE=portal.endpoint,
        )  # fmt: skip
        assert len(portal.asked) == 2, "one to tell the kind, one to read"
    records, summary = lines(done)
    assert (done.returncode, len(records), summary["complete"]) == (OK, 1, False)


def test_an_incomplete_walk_has_a_code_of_its_own(tmp_path: Path) -> None:
    path = tmp_path / "seite.ttl"
    other = tmp_path / "zweite.ttl"
    other.write_bytes(turtle(dataset("geheim")).body)
    for link in ("zweite.ttl", str(other), other.as_uri()):
        path.write_bytes(turtle(page_block("x", next=link), dataset("a")).body)
        done = hanse("preview", str(path), "--format", "jsonl")
        records, summary = lines(done)
        assert (done.returncode, summary["complete"]) == (INCOMPLETE, False)
        assert [record["dataset"]["title"] for record in records] == ["a"]
        assert "geheim" not in done.stdout


def test_nothing_usable_has_a_code_of_its_own(tmp_path: Path) -> None:
    path = tmp_path / "leer.ttl"
    path.write_bytes(turtle("<#c> a dcat:Catalog .").body)
    done = hanse("preview", str(path), "--format", "jsonl")
    _, summary = lines(done)
    assert (done.returncode, summary["found"], summary["complete"]) == (NOTHING, 0, False)


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["preview", "gibt-es-nicht.ttl"], WRONG, "cannot be read"),
        (["preview", "http://10.0.0.1:9/"], FAILED, "--allow-private 10.0.0.1:9"),
        (["preview", "http://169.254.169.254/latest/"], FAILED, "private or local"),
        (["preview", "ftp://a.example/x"], FAILED, "http or https"),
        (["preview", "x", "--kind", "csv"], WRONG, "Known kinds: ckan, csw, "),
        (["preview", "x", "--allow-private", "hier"], WRONG, "host:port"),
        (["preview", "x", "--limit", "0"], WRONG, "--limit"),
        (["preview"], WRONG, "URL-OR-FILE"),
    ],
)
def test_an_error_is_words_and_a_code(arguments: list[str], code: int, said: str) -> None:
    done = hanse(*arguments, *(["--lang", "en"] if arguments[1:] else []))
    assert done.returncode == code
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""


@pytest.mark.parametrize(
    ("reply", "said"),
    [
        (Reply(b"<html><body>Wartung</body></html>"), ("eine HTML-Seite", "an HTML page")),
        (Reply(b""), ("ist leer", "is empty")),
        (Reply(b"", status=404), ("gibt es nicht", "does not exist")),
    ],
)
def test_a_portal_that_answers_badly_is_an_error_in_words(
    reply: Reply, said: tuple[str, str]
) -> None:
    with Portal({"/catalog.ttl": reply}) as portal:
        url = portal.url("/catalog.ttl")
        for language, words in zip(("de", "en"), said, strict=True):
            done = hanse("preview", url, "--lang", language, "--allow-private", portal.endpoint)
            assert done.returncode == FAILED
            assert words in done.stderr
            assert url in done.stderr
            assert "Traceback" not in done.stderr


def test_what_a_portal_sends_does_not_steer_the_terminal(tmp_path: Path) -> None:
    path = tmp_path / "boese.ttl"
    path.write_bytes(turtle(dataset("a", title="[red]x[/red]\\u009b31m\\u202eevil")).body)
    done = hanse("preview", str(path))
    assert done.returncode == OK
    assert "[red]x[/red]" in done.stdout
    assert "\x9b" not in done.stdout
    assert "\u202e" not in done.stdout


@pytest.mark.samples
@pytest.mark.parametrize(
    ("name", "code", "found", "distributions"),
    [
        ("rostock-catalog.rdf", INCOMPLETE, 100, 773),
        ("staticat-catalog.ttl", OK, 4, 4),
        ("shckan__package_show__badegewasser-stammdaten1.json", OK, 1, 1),
        ("shckan__package_show__relationship_null.json", OK, 1, 1),
    ],
)
def test_recorded_answers_are_previewed_from_their_files(
    samples: Path, name: str, code: int, found: int, distributions: int
) -> None:
    done = hanse("preview", str(samples / name), "--format", "jsonl")
    records, summary = lines(done)
    assert (done.returncode, summary["found"], summary["distributions"]) == (
        code,
        found,
        distributions,
    )
    assert len(records) == found
