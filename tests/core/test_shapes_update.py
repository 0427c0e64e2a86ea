"""The operator's folder of official shapes: recognised by content, brought up to date, undone."""

from __future__ import annotations

import json
import zipfile

import pytest
from click.testing import CliRunner
from shapes_cases import COMPLETE

from hanse_harvesters.cli import main
from hanse_harvesters.quality.fragment import fragment
from hanse_harvesters.quality.shapes import current, trial, update
from hanse_harvesters.testing.portal import Portal, Reply

SH = "@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix dct: <http://purl.org/dc/terms/> .\n"
EU = "https://semiceu.example/DCAT-AP/releases/3.0.0/html/shacl/shapes.ttl#"
BASE = "https://semiceu.example/DCAT-AP/releases/3.0.0/shacl/dcat-ap-SHACL.ttl#"
GERMAN = "http://dcat-ap.de/def/dcatde/3.0/shacl/"


def shape(iri: str, term: str = "dct:source") -> str:
    """A shape file that asks a dataset for one property, in the namespace of an official one."""
    return SH + (
        f"<{iri}Dataset> a sh:NodeShape ; sh:targetClass <http://www.w3.org/ns/dcat#Dataset> ;\n"
        f"  sh:property [ sh:path {term} ; sh:minCount 1 ] .\n"
    )


@pytest.fixture
def folder(tmp_path, monkeypatch):
    where = tmp_path / "shapes"
    monkeypatch.setenv("HANSE_SHAPES", str(where))
    return where


def run(*words, code=0):
    result = CliRunner().invoke(main, ["shapes", *map(str, words)])
    assert result.exit_code == code, result.output + result.stderr
    return result.output + result.stderr


def sets():
    return {(one["name"], one["version"]) for one in current().versions()} - {
        ("ckanext-hanse", "3.0")
    }


def test_a_file_under_any_name_is_recognised_and_judges(folder, tmp_path):
    (tmp_path / "x").write_text(shape(EU), encoding="utf-8")
    assert current().judge([fragment(COMPLETE)])[0].compliant is None
    run("update", tmp_path / "x")
    assert sets() == {("DCAT-AP", "3.0.0")}
    (verdict,) = current().judge([fragment(COMPLETE)])
    assert verdict.compliant is False
    assert [found.field for found in verdict.issues] == ["source"]


def test_an_empty_folder_is_named_and_changes_nothing(folder, tmp_path):
    run("update", _file(tmp_path, "german.ttl", shape(GERMAN)))
    nothing = tmp_path / "nothing"
    nothing.mkdir()
    done = CliRunner().invoke(main, ["shapes", "update", str(nothing)])
    assert done.exit_code == 2
    assert str(nothing) in done.stderr
    assert sets() == {("DCAT-AP.de", "3.0")}


def test_the_base_counts_as_the_european_rules(folder, tmp_path):
    run("update", _file(tmp_path, "base.ttl", shape(BASE)))
    assert current().note("en") == "Official rules not installed: DCAT-AP.de, DCAT-AP HVD."


def test_a_zip_brings_all_its_shapes_and_leaves_out_examples(folder, tmp_path):
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as archive:
        archive.writestr("a/base.ttl", shape(BASE))
        archive.writestr("a/german.ttl", shape(GERMAN))
        archive.writestr("a/example.ttl", "<urn:a> <urn:b> <urn:c> .")
        archive.writestr("../../evil.ttl", shape(EU))
    run("update", tmp_path / "all.zip")
    assert sets() == {("DCAT-AP", "3.0.0"), ("DCAT-AP.de", "3.0")}
    assert not list(tmp_path.parent.glob("evil*"))


def test_a_new_release_replaces_the_old_and_undo_brings_it_back(folder, tmp_path):
    run("update", _file(tmp_path, "old.ttl", shape(GERMAN)))
    run("update", _file(tmp_path, "new.ttl", shape(GERMAN.replace("3.0", "3.1"))))
    assert sets() == {("DCAT-AP.de", "3.1")}
    run("undo")
    assert sets() == {("DCAT-AP.de", "3.0")}
    run("undo")
    assert sets() == {("DCAT-AP.de", "3.1")}


def test_the_list_names_version_date_and_origin(folder, tmp_path):
    told = run("list")
    assert "die amtlichen sind nicht eingerichtet" in told
    source = _file(tmp_path, "eu.ttl", shape(EU))
    run("update", source)
    told = json.loads(run("list", "--format", "json"))
    assert told["official"]
    (file,) = [one for one in told["files"] if one["name"] == "DCAT-AP"]
    assert file["source"] == str(source)
    assert file["date"][:2] == "20"
    assert len(file["digest"]) == 12
    assert "DCAT-AP.de" in run("list", "--lang", "en").split("not installed")[1]


def test_an_address_is_fetched_by_the_guarded_client(folder):
    with Portal({"/eu.ttl": Reply(shape(EU).encode())}) as portal:
        run("update", portal.url("/eu.ttl"))
    assert sets() == {("DCAT-AP", "3.0.0")}


def test_a_private_address_is_refused(folder):
    assert "10.0.0.1" in run("update", "http://10.0.0.1/shapes.ttl", code=1)


HOSTILE = {
    "broken": shape(EU)[:-20],
    "other data": "<urn:a> <urn:b> <urn:c> .",
    "empty": "",
    "binary": "\x00\x01\x02",
    "entities": '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]><x>&b;</x>',
    "huge": "# " + "x" * (9 << 20),
    "deep": SH + "<urn:a> <urn:b> " + "[ <urn:c> " * 50_000 + "1" + " ]" * 50_000 + " .",
    "long list": shape(EU) + f"<{EU}Dataset> sh:in (" + " 1" * 2_000_000 + ") .",
    "circle": shape(EU) + f"<{EU}Dataset> sh:node <{EU}Dataset> ; sh:property <{EU}Dataset> .",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_leaves_the_rules_as_they_were(folder, tmp_path, name):
    run("update", _file(tmp_path, "good.ttl", shape(GERMAN)))
    before = sorted((path.name, path.read_bytes()) for path in folder.glob("*.ttl"))
    result = CliRunner().invoke(
        main, ["shapes", "update", str(_file(tmp_path, "bad.ttl", HOSTILE[name]))]
    )
    assert "Traceback" not in result.output
    if name == "circle":  # valid shapes, which the engine must survive
        current().judge([fragment(COMPLETE)])
        return
    assert result.exit_code in (1, 2), result.output
    assert "→" in result.stderr
    assert sorted((path.name, path.read_bytes()) for path in folder.glob("*.ttl")) == before


def test_shapes_without_end_are_stopped_by_time(folder, tmp_path, monkeypatch):
    monkeypatch.setattr(update, "SECONDS", 0.25)
    monkeypatch.setattr(update, "_TRIAL", "endless_trial")
    monkeypatch.setenv("PYTHONPATH", _endless(tmp_path))
    assert "0,25" in run("update", _file(tmp_path, "eu.ttl", shape(EU)), code=2)
    assert sets() == set()


def _endless(tmp_path):
    text = "import time\ntime.sleep(600)\n"
    _file(tmp_path, "endless_trial.py", text)
    return str(tmp_path)


def test_a_bomb_in_an_archive_is_refused(folder, tmp_path):
    with zipfile.ZipFile(tmp_path / "bomb.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.ttl", b" " * (30 << 20))
    assert "→" in run("update", tmp_path / "bomb.zip", code=1)


def test_nothing_to_take_back_is_said(folder):
    assert "→" in run("undo", code=2)


def test_a_broken_file_put_there_by_hand_is_left_out(folder, caplog):
    folder.mkdir()
    (folder / "a.ttl").write_text("<", encoding="utf-8")
    (folder / "b.ttl").write_text(shape(EU), encoding="utf-8")
    assert sets() == {("DCAT-AP", "3.0.0")}
    assert "a.ttl" in caplog.text


def test_imports_are_followed_nowhere():
    document = (
        shape(GERMAN) + "<urn:a> <http://www.w3.org/2002/07/owl#imports> <http://10.0.0.1/> ."
    )
    ((_, _, _, text),) = trial.read([("a.ttl", document.encode())])
    assert "imports" not in text


def _file(folder, name, text):
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path
