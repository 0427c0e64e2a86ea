"""The HTML report of ``hanse check``: one file, for anybody, whatever a portal sends."""

from __future__ import annotations

import re
from datetime import datetime, timezone
from html.parser import HTMLParser
from pathlib import Path

import pytest
from click.testing import CliRunner
from portals.documents import dataset, turtle

from hanse_harvesters.checking.check import CheckedDataset
from hanse_harvesters.checking.page import page
from hanse_harvesters.checking.report import Report
from hanse_harvesters.checking.tally import MOST_LISTED, Tally
from hanse_harvesters.cli import main
from hanse_harvesters.issue import issue
from hanse_harvesters.quality.mqa import measure
from hanse_harvesters.record import Record

NOW = datetime(2026, 11, 29, 12, 0, tzinfo=timezone.utc)
HOSTILE = "</title><script>alert(1)</script><img src=x onerror=alert(2)>\" onmouseover='x'"
VOID = {"meta", "br", "img", "link", "input", "hr"}


class Reader(HTMLParser):
    """Tags with their attributes, and whether every tag is closed."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def checked(number: int, title: str = "", link: str = "") -> CheckedDataset:
    data = {"title": title or f"Datensatz {number}", "tags": [{"name": "x"}] * (number % 2)}
    record = Record(data, link or f"https://stadt.example/{number}")
    found = [issue("language-unknown", "language", title or "Deutsch")]
    return CheckedDataset(record, found, measure(data, compliant=None))


def report(*datasets: CheckedDataset, source: str = "stadt.example") -> str:
    tally = Tally()
    for one in datasets:
        tally.add(one)
    versions = [{"name": "DCAT-AP.de", "version": "3.0", "file": source}]
    return page(Report(source, source, tally, True, (), versions), "de", NOW)


@pytest.mark.parametrize(("language", "word"), [("de", "Prüfbericht"), ("en", "Data quality")])
def test_the_command_writes_a_report_in_both_languages(
    tmp_path: Path, language: str, word: str
) -> None:
    path, out = tmp_path / "katalog.ttl", tmp_path / "bericht.html"
    path.write_bytes(turtle(dataset("Bäume"), dataset("b")).body)
    words = ["check", str(path), "--format", "html", "-o", str(out), "--lang", language]
    done = CliRunner().invoke(main, words)
    assert (done.exit_code, done.output) == (0, "")
    text = out.read_text("utf-8")
    assert f'<html lang="{language}">' in text
    for said in (word, "katalog.ttl", "Bäume", "325", "ckanext-hanse"):
        assert said in text
    assert not list(tmp_path.glob("*.part"))


def test_nothing_a_portal_sends_becomes_markup() -> None:
    text = report(checked(1, HOSTILE, "javascript:alert(3)"), source=HOSTILE)
    found = Reader(text)
    assert not found.open
    assert {tag for tag, _ in found.tags} & {"script", "img", "iframe", "object"} == set()
    assert not [a for _, attrs in found.tags for a in attrs if a.startswith("on")]
    assert all((a.get("href") or "https://").startswith("https://") for _, a in found.tags)
    assert "&lt;script&gt;" in text


def test_the_report_fetches_nothing_and_has_an_outline() -> None:
    text = report(*(checked(number) for number in range(3)))
    found = Reader(text)
    assert not re.search(r"\b(?:src|srcset|poster|data)=|@import|url\(", text)
    assert not [tag for tag, _ in found.tags if tag in ("link", "script", "base", "form")]
    tags = [tag for tag, _ in found.tags]
    assert tags.count("h1") == 1
    assert tags.count("table") == tags.count("caption")
    assert all("scope" in attrs for tag, attrs in found.tags if tag == "th")
    labelled = [attrs["aria-labelledby"] for tag, attrs in found.tags if tag == "section"]
    ids = [attrs["id"] for _, attrs in found.tags if "id" in attrs]
    assert set(labelled) <= set(ids)
    assert len(ids) == len(set(ids))


def test_a_large_catalogue_lists_the_datasets_with_the_fewest_points() -> None:
    text = report(*(checked(number) for number in range(2 * MOST_LISTED + 100)))
    assert text.count('<tr><th scope="row"><a ') == MOST_LISTED
    assert "Datensatz 0" in text
    assert "Datensatz 1<" not in text.partition('id="datasets"')[2], "it has more points"
    assert f"Die {MOST_LISTED} Datensätze" in text


def test_an_empty_catalogue_has_a_report() -> None:
    text = report()
    assert "Kein Datensatz konnte bewertet werden." in text
    assert not Reader(text).open
