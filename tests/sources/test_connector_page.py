"""docs/connectors.md is a connector: built, installed outside the tree, tested and harvested."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from babel.messages import mofile, pofile

from hanse_harvesters.testing import Portal, Reply

ROOT = Path(__file__).resolve().parents[2]
FILE = re.compile(r"^`([\w./]+)`\n\n```\w+\n(.*?)^```$", re.MULTILINE | re.DOTALL)
LISTE = {
    "klimaliste": [
        {
            "id": f"https://klima.example/{name}",
            "title": name,
            "text": "",
            "licence": "http://dcat-ap.de/def/licenses/cc-zero",
            "files": [{"href": f"https://klima.example/{name}.csv", "type": "CSV"}],
        }
        for name in ("baum", "fluss")
    ],
    "total": 2,
}
PATH = "/liste"


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page's files, in a folder of their own."""
    folder = tmp_path_factory.mktemp("connector")
    for name, text in FILE.findall((ROOT / "docs" / "connectors.md").read_text(encoding="utf-8")):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    (folder / "hanse_klima" / "__init__.py").touch()
    for source in folder.rglob("*.po"):
        with source.open("rb") as readable, source.with_suffix(".mo").open("wb") as writable:
            mofile.write_mo(writable, pofile.read_po(readable))
    return folder


@pytest.fixture(scope="module")
def installed(written: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where it is installed: a folder that is on the path of nobody else."""
    target = tmp_path_factory.mktemp("installed")
    options = ("--quiet", "--no-index", "--no-deps", "--no-build-isolation")
    python("-m", "pip", "install", *options, "--target", str(target), str(written))
    return target


def python(*words: str, path: Path | None = None, code: int = 0) -> str:
    """What a program of the same environment prints, the connector being installed in it."""
    folder = {"PYTHONPATH": str(path)} if path else {}
    done = subprocess.run(
        [sys.executable, *words],
        env={**os.environ, **folder, "LANGUAGE": ""},
        capture_output=True,
        text=True,
        cwd="/",
        check=False,
    )
    assert done.returncode == code, done.stdout + done.stderr
    return done.stdout + done.stderr


@pytest.fixture
def portal() -> Any:
    with Portal({PATH: Reply(json.dumps(LISTE).encode())}) as found:
        yield found


def test_it_keeps_the_contract(installed: Path, written: Path) -> None:
    test = str(written / "test_klima.py")
    options = ("-q", "-p", "no:cacheprovider", "-p", "no:ckan", "--rootdir", str(written))
    out = python("-m", "pytest", *options, test, path=installed)
    assert re.search(r"\d\d passed", out)
    assert "skipped" not in out


def test_it_is_detected_and_previewed(installed: Path, portal: Portal) -> None:
    hanse = ("-m", "hanse_harvesters.cli", "preview", portal.url(PATH))
    *lines, _ = python(*hanse, "--format", "jsonl", "--lang", "de", path=installed).splitlines()
    records = [json.loads(line) for line in lines]
    assert [record["dataset"]["title"] for record in records] == ["baum", "fluss"]
    issues = {issue["rule"]: issue for record in records for issue in record["issues"]}
    found = issues["klima-station-missing"]
    assert found["message"] == "Der Datensatz nennt keine Messstelle."
    assert found["remedy"] == "Das Portal bitten, die Messstelle zu nennen."


def test_its_probe_finds_it_behind_a_home_page(installed: Path) -> None:
    home = Reply(b"<!DOCTYPE html><p>Klimaportal der Stadt</p>")
    with Portal({"/": home, PATH: Reply(json.dumps(LISTE).encode())}) as portal:
        hanse = ("-m", "hanse_harvesters.cli", "detect", portal.url("/"), "--format", "json")
        found = json.loads(python(*hanse, path=installed))["findings"]
        assert portal.targets() == ["/robots.txt", "/", PATH]
    assert [(item["kind"], item["count"]) for item in found] == [("klima", 2)]
    assert "Klimaportal" in found[0]["reasons"][0]


HARVEST = """
import json, sys
from hanse_harvesters import pipeline
from hanse_harvesters.http import Client
from hanse_harvesters.settings.source import SourceSettings
from hanse_harvesters.sources import detect, registry

url, endpoint = sys.argv[1:]
pipeline._FEW = 0  # records are mapped by workers from the first on
with Client(allowed_private=frozenset([endpoint])) as client:
    kind, *_ = detect.remote(url, client)
    source = SourceSettings("stadt", kind, url, "stadt", options={"max_pages": 2})
    run = pipeline.Run(source, client=client, workers=2)
    records = list(run)
files = [resource["url"] for record in records for resource in record.dataset["resources"]]
words = [registry.label("klima", "de"), *registry.option_words("klima", "max_pages", "en")]
print(json.dumps([registry.kinds(), words, kind, run.summary(), files]))
"""


def test_one_harvest(installed: Path, portal: Portal) -> None:
    kinds, words, kind, summary, files = json.loads(
        python("-c", HARVEST, portal.url(PATH), portal.endpoint, path=installed)
    )
    assert {"klima", "ckan", "rdf"} <= set(kinds)
    assert words[:2] == ["Klimaportal", "Most pages of the list"]
    assert kind == "klima"
    assert (summary["usable"], summary["complete"]) == (2, True)
    assert summary["issues"]["klima-station-missing"] == 2
    assert files == ["https://klima.example/baum.csv", "https://klima.example/fluss.csv"]


STORED = """
from hanse_harvesters.issue import Issue, issue
found = Issue("klima-station-missing", "title", "x")
print(found.severity.value, found.message("de"), found.as_json("en")["message"])
try:
    issue("klima-station-missing")
except KeyError as error:
    print("unknown", error)
"""


def test_once_it_is_gone_its_stored_issues_show_their_rule() -> None:
    assert python("-c", STORED).splitlines() == [
        "info klima-station-missing klima-station-missing",
        "unknown 'klima-station-missing'",
    ]


@pytest.mark.parametrize("name", ["other-rule", "title-missing", "klimatitle"])
def test_an_id_that_is_not_its_own_is_an_error(written: Path, tmp_path: Path, name: str) -> None:
    package = tmp_path / "hanse_klima"
    package.mkdir()
    (package / "__init__.py").touch()
    rule = (written / "hanse_klima" / "rules.yaml").read_text(encoding="utf-8")
    text = rule.replace("klima-station-missing", name)
    (package / "rules.yaml").write_text(text, encoding="utf-8")
    info = tmp_path / "hanse_klima-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Name: hanse-klima\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[hanse.sources]\nklima = hanse_klima.source:Klima\n")
    out = python("-c", "from hanse_harvesters.issue import rules; rules()", path=tmp_path, code=1)
    assert f"rules.yaml: {name}: begin it with klima-" in out
