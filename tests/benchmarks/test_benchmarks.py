"""What the benchmark rests on: data that are the same for all, and lines that say it all."""

from __future__ import annotations

import json
import tempfile
import urllib.error
import urllib.request
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from benchmarks import cases, data, lists, packages, pages, result, serve, turtle
from benchmarks.files import Catalogue
from benchmarks.result import Line
from hanse_harvesters.http.local import LocalClient
from hanse_harvesters.pipeline import Run
from hanse_harvesters.record import Record
from hanse_harvesters.settings.source import SourceSettings

#: Two changed datasets are among them (numbers 7 and 107).
COUNT = 120


def _records(path: Path, kind: str = "rdf") -> dict[str, Record]:
    settings = SourceSettings("bench", kind, str(path), "musterstadt")
    return {found.identity: found for found in Run(settings, client=LocalClient.of(path))}


def _document(folder: Path, name: str, pieces: Iterator[str]) -> Path:
    path = folder / name
    path.write_text("".join(pieces), encoding="utf-8")
    return path


def _answer(folder: Path, name: str, lines: Iterator[str]) -> Path:
    results = f'"results": [{",".join(lines)}]'
    text = f'{{"success": true, "result": {{"count": {COUNT}, {results}}}}}'
    return _document(folder, name, iter([text]))


def test_the_same_call_gives_the_same_bytes() -> None:
    for disorder in (0, 3):
        first = "".join(turtle.catalogue(40, 3, disorder=disorder))
        assert first == "".join(turtle.catalogue(40, 3, disorder=disorder))
    assert list(packages.packages(40, 3)) == list(packages.packages(40, 3))


def test_a_larger_catalogue_begins_with_the_smaller() -> None:
    assert list(data.datasets(200, 3))[:50] == list(data.datasets(50, 3))
    titles = [item.title for item in data.datasets(30_000, 0)]
    assert len(set(titles)) == len(titles)


def test_shuffling_changes_the_bytes_and_no_record(tmp_path: Path) -> None:
    plain = _document(tmp_path, "a.ttl", turtle.catalogue(COUNT, 3))
    mixed = _document(tmp_path, "b.ttl", turtle.catalogue(COUNT, 3, disorder=1))
    assert plain.read_bytes() != mixed.read_bytes()
    before, after = _records(plain), _records(mixed)
    assert len(before) == COUNT
    assert {key: r.normalised for key, r in before.items()} == {
        key: r.normalised for key, r in after.items()
    }
    assert all(len(r.dataset["resources"]) == 3 and r.usable for r in before.values())


def test_shuffled_packages_are_the_same_records(tmp_path: Path) -> None:
    plain = _answer(tmp_path, "package_search.json", packages.packages(COUNT, 3))
    mixed = _answer(tmp_path, "other.json", packages.packages(COUNT, 3, disorder=1))
    assert plain.read_bytes() != mixed.read_bytes()
    before, after = _records(plain, "ckan"), _records(mixed, "ckan")
    assert len(before) == COUNT
    assert {key: r.fingerprint for key, r in before.items()} == {
        key: r.fingerprint for key, r in after.items()
    }


@pytest.mark.parametrize("kind", ["rdf", "ckan"])
def test_one_of_a_hundred_changes(tmp_path: Path, kind: str) -> None:
    if kind == "rdf":
        old = _document(tmp_path, "a.ttl", turtle.catalogue(COUNT, 3))
        new = _document(tmp_path, "b.ttl", turtle.catalogue(COUNT, 3, version=1, disorder=2))
    else:
        old = _answer(tmp_path, "a.json", packages.packages(COUNT, 3))
        new = _answer(tmp_path, "b.json", packages.packages(COUNT, 3, version=1, disorder=2))
    before, after = _records(old, kind), _records(new, kind)
    differ = [key for key in before if before[key].fingerprint != after[key].fingerprint]
    assert len(differ) == data.changed(COUNT) == 2


def test_the_line_has_what_the_result_file_promises(tmp_path: Path) -> None:
    line = Line("first", "rdf", 1000, 3, ours_per_s=300.0, peer_per_s=10.0, floor_per_s=900.0)
    line.compare()
    target = tmp_path / "benchmarks.json"
    result.write([line], target)
    (found,) = json.loads(target.read_text())
    wanted = "name datasets ours_per_s peer_per_s floor_per_s ratio_peer ratio_floor peak_rss_mb"
    assert set(wanted.split()) <= set(found)
    assert found["ratio_peer"] == 30
    assert found["ratio_floor"] == 0.3333
    assert found["met"] is True
    assert result.read(target)[0].ours_per_s == 300


def test_what_is_missed_is_said() -> None:
    slow = Line("unchanged", "rdf", 1000, 3, ours_per_s=1400.0, peer_per_s=5.0)
    slow.compare()
    assert slow.met() is False
    assert Line("not_modified", "rdf", 1000, 3, seconds=0.3).met() is False
    assert Line("first", "rdf", 1000, 3, error="broke").met() is False
    assert Line("first", "rdf", 1000, 3).met() is None


@pytest.mark.parametrize(("rate", "met"), [(239.0, False), (240.0, True)])
def test_a_kept_page_is_compared_with_one_made_anew(rate: float, met: bool) -> None:
    line = Line("page_home", "rdf", 1000, 3, ours_per_s=rate, peer_per_s=20.0)
    line.compare()
    assert line.met() is met


class _Site(BaseHTTPRequestHandler):
    """Calls every page one from memory, but those with a query."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        body = b"<html></html>"
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        if "?" not in self.path:
            self.send_header("Cache-Status", "hanse; hit")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """Nothing."""


def test_pages_that_came_otherwise_are_no_figure(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "MOST", 40)
    with ThreadingHTTPServer(("127.0.0.1", 0), _Site) as server:
        Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        visit = pages.Visit(server.server_port, "catalogue.example")
        visit.warm(["/"])
        assert visit.rate(["/", "/en/"], kept=True) > 0
        assert visit.rate(["/?new=1"], kept=False) > 0
        with pytest.raises(ValueError, match="10 of 10"):
            visit.rate(["/?new=1"], kept=True)
        with pytest.raises(ValueError, match="from memory"):
            visit.rate(["/"], kept=False)
        server.shutdown()


def test_scale_compares_the_largest_with_the_smallest() -> None:
    lines = [
        Line("first", "rdf", size, 3, ours_per_s=rate)
        for size, rate in ((1000, 500.0), (10_000, 450.0), (100_000, 400.0))
    ]
    (found,) = cases.scale(lines)
    assert (found.name, found.datasets, found.cost_ratio) == ("scale", 100_000, 1.25)
    assert found.met() is True


def test_a_run_that_goes_on_compares_with_what_was_measured(tmp_path: Path) -> None:
    lines = [
        Line(case, "rdf", 1000, 3, peer_per_s=peer, floor_per_s=floor)
        for case, peer, floor in (
            ("first", 10.0, 800.0),
            ("unchanged", 9.0, 5000.0),
            ("one_percent", 8.0, None),
        )
    ]
    nothing: Any = None
    bench = cases.Bench(nothing, tmp_path, tmp_path, tmp_path, nothing, int)
    bench.remember([*lines, Line("first", "ckan", 1000, 3, peer_per_s=7.0)])
    assert bench.peer("rdf", 3, 300) == {"first": 10.0, "unchanged": 9.0, "one_percent": 8.0}
    assert bench.peer("ckan", 3, 300) == {}  # cut before all its cases: to be measured anew
    assert bench._floor_of(Catalogue(tmp_path, "rdf", 100_000, 3), "first") == 800


def test_a_run_that_did_something_else_is_not_measured() -> None:
    found = {"status": "success", "rejected": 0, "missing": 0, "created": 99, "updated": 0}
    with pytest.raises(ValueError, match="expected"):
        cases._check("first", 100, found, 0)
    found["created"] = 0
    with pytest.raises(ValueError, match="whole"):
        cases._check("not_modified", 100, found, 0)


@pytest.fixture
def portal(tmp_path: Path) -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), serve._handler(tmp_path))
    Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def test_the_portal_answers_304_until_another_variant_is_served(
    tmp_path: Path, portal: str
) -> None:
    catalogue = Catalogue(tmp_path, "rdf", 5, 3)
    catalogue.serve("base")
    url = f"{portal}/{catalogue.name}/catalog.ttl"
    with urllib.request.urlopen(url) as answer:
        etag = answer.headers["ETag"]
        assert answer.read() == "".join(turtle.catalogue(5, 3)).encode()
    again = urllib.request.Request(url, headers={"If-None-Match": etag})
    with pytest.raises(urllib.error.HTTPError, match="304"):
        urllib.request.urlopen(again)
    catalogue.serve("shuffled")
    with urllib.request.urlopen(again) as answer:
        assert answer.status == 200
    with urllib.request.urlopen(f"{portal}/not-modified") as answer:
        assert answer.read() == b"1"


def test_the_portal_pages_as_ckan_does(tmp_path: Path, portal: str) -> None:
    catalogue = Catalogue(tmp_path, "ckan", 25, 3)
    catalogue.serve("base")
    found = []
    for start in (0, 10, 20, 30):
        url = f"{portal}/{catalogue.name}/api/3/action/package_search?rows=10&start={start}"
        with urllib.request.urlopen(url) as answer:
            page = json.load(answer)["result"]
        assert page["count"] == 25
        found += [item["id"] for item in page["results"]]
    assert found == sorted(item.id for item in data.datasets(25, 0))


def test_every_row_of_a_list_is_read_by_ours_and_by_the_peer() -> None:
    with tempfile.TemporaryFile() as file:
        lists.write(file, 40)
        file.flush()
        assert lists.ours(file, file.seek(0, 2), 0) == 40
        assert lists.theirs(file, read_only=True) == lists.theirs(file, read_only=False) == 40
