"""``hanse detect`` as somebody uses it who looks for a portal's catalogue."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import Any

import pytest
import yaml
from portals.documents import dataset, turtle
from portals.software import ckan, html, ogc_features, organised

from hanse_harvesters.testing.portal import Portal

OK, FAILED, WRONG, NOTHING, UNREADABLE = range(5)


def hanse(portal: Portal, *arguments: str, code: int) -> subprocess.CompletedProcess[str]:
    program = (
        "import sys; sys.modules['ckan'] = None; from hanse_harvesters.cli import main; main()"
    )
    clean = {key: value for key, value in os.environ.items() if not key.startswith("HANSE_")}
    done = subprocess.run(
        [sys.executable, "-c", program, "detect", *arguments, "--allow-private", portal.endpoint],
        capture_output=True,
        text=True,
        env={**clean, "COLUMNS": "160"},
        check=False,
    )
    assert "Traceback" not in done.stderr, done.stderr
    assert done.returncode == code, done.stdout + done.stderr
    return done


@pytest.fixture
def state() -> Any:
    packages = organised(luebeck=2, kiel=3)
    with Portal(ckan(packages=packages)) as found:
        yield found


def test_a_report_to_read_with_an_entry_that_is_ready(state: Portal) -> None:
    for language, words in [
        ("de", ("Gefunden: ckan", "5 Datensätze", "Organisation", "Außerdem: rdf", "Anfragen")),
        ("en", ("Found: ckan", "5 datasets", "Organisation", "Also: rdf", "requests")),
    ]:
        out = hanse(state, state.url("/"), "--city", "Luebeck", "--lang", language, code=OK).stdout
        for word in words:
            assert word in out, (language, word, out)
    written = out[out.index("sources:") :]
    [(_, entry)] = yaml.safe_load(written)["sources"].items()
    assert entry["kind"] == "ckan"
    assert entry["url"] == state.url("/")
    assert entry["options"] == {"organization": ["luebeck"]}
    assert (entry["organization"], entry["level"]) == ("luebeck", "state")


def test_json_for_programs(state: Portal) -> None:
    out = hanse(state, state.url("/"), "--format", "json", "--organization", "hro", code=OK).stdout
    told = json.loads(out)
    assert [item["kind"] for item in told["findings"]] == ["ckan", "rdf"]
    first = told["findings"][0]
    assert first["count"] == 5
    assert "organization: hro" in first["entry"]
    choices = first["filters"][0]["choices"]
    assert [(item["value"], item["count"]) for item in choices] == [("kiel", 3), ("luebeck", 2)]
    assert told["requests"] == len(state.asked)


def test_codes_tell_what_became_of_it() -> None:
    with Portal(ogc_features()) as portal:
        out = hanse(portal, portal.url("/"), "--lang", "en", code=UNREADABLE).stdout
        assert "OGC API" in out
        assert "→" in out
    with Portal({"/": html("Angelverein")}) as portal:
        done = hanse(portal, portal.url("/"), code=NOTHING)
        assert "kein Katalog" in done.stderr
        assert "→" in done.stderr
        hanse(portal, "http://127.0.0.1:9/", code=FAILED)
        hanse(portal, "ftp://daten.example/", code=FAILED)
        hanse(portal, "http://10.0.0.1/", code=FAILED)
        hanse(portal, portal.url("/"), "--format", "xml", code=WRONG)


def test_what_a_page_says_does_not_steer_the_terminal() -> None:
    link = '<a href="/k.ttl">[red]Katalog\x1b[31m &#8238;x</a>'
    with Portal({"/": html(link), "/k.ttl": turtle(dataset("a"))}) as portal:
        out = hanse(portal, portal.url("/"), code=OK).stdout
    assert "[red]Katalog" in out
    assert "\x1b[31m" not in out
    assert "\u202e" not in out
