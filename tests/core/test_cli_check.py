"""``hanse check``: what is wrong with any catalogue, and how many points it reaches."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from official import official
from portals.documents import Ckan, dataset, package, turtle

from hanse_harvesters.checking.check import Check
from hanse_harvesters.cli import main
from hanse_harvesters.cli_run import opened
from hanse_harvesters.graph import from_triples
from hanse_harvesters.mapping import adapters
from hanse_harvesters.quality.shapes.background import statements
from hanse_harvesters.testing.portal import Portal

OK, FAILED, WRONG, NOTHING, INCOMPLETE, BELOW = range(6)
AGENT = "<https://stadt.example/amt> a foaf:Agent ."
BY = "dct:publisher <https://stadt.example/amt> ;"


@pytest.fixture(autouse=True)
def no_shapes(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Judged by the table's own shapes, whatever the operator of this machine has."""
    monkeypatch.setenv("HANSE_SHAPES", str(tmp_path / "absent"))


def hanse(*words: str | Path) -> Result:
    return CliRunner().invoke(main, [*map(str, words)])


def lines(done: Result) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    *found, last = [json.loads(line) for line in done.stdout.splitlines()]
    assert list(last) == ["summary"]
    return found, last["summary"]


def written(folder: Path, *parts: str) -> Path:
    path = folder / "katalog.ttl"
    path.write_bytes(turtle(*parts).body)
    return path


def test_another_address_than_the_given_is_named(tmp_path: Path) -> None:
    """Where an address answers 404, the portal's catalogue is read, and named."""
    with Portal({"/catalog.ttl": turtle(dataset("a"))}) as portal:
        report = tmp_path / "report.html"
        wrong = portal.url("/nothing")
        done = hanse("check", wrong, "--format", "html", "--output", report, "--lang", "de")
        right = hanse("check", portal.url("/catalog.ttl"), "--format", "jsonl")
    assert done.stderr.splitlines()[0] == f"Gelesen wird {portal.url('/catalog.ttl')} (rdf)"
    assert portal.url("/catalog.ttl") in report.read_text("utf-8")
    assert wrong not in report.read_text("utf-8")
    assert right.stderr == ""


def test_of_binary_data_only_the_first_signs_are_shown(tmp_path: Path) -> None:
    file = tmp_path / "bild.bin"
    file.write_bytes(bytes(range(256)) * 8)
    done = hanse("check", file, "--lang", "en")
    assert done.exit_code == FAILED
    (told,) = (line for line in done.stderr.splitlines() if "no format that is known" in line)
    assert len(told) < 60


def test_a_line_for_each_dataset_and_the_summary_last(tmp_path: Path) -> None:
    path = written(tmp_path, dataset("a", 'dct:language "Deutsch" ;'), dataset("b"))
    done = hanse("check", path, "--format", "jsonl", "--lang", "en")
    assert (done.exit_code, done.stderr) == (OK, "")
    found, summary = lines(done)
    assert [item["title"] for item in found] == ["a", "b"]
    assert set(summary) == {"datasets", "violations", "warnings", "score"}
    assert set(summary["score"]) == {"mean", "min", "max", "of"}
    assert (summary["datasets"], summary["score"]["of"]) == (2, 325)
    points = [item["score"]["points"] for item in found]
    assert summary["score"]["mean"] == round(sum(points) / 2, 1)
    assert (summary["score"]["min"], summary["score"]["max"]) == (min(points), max(points))
    keys = {"rule", "severity", "field", "field_label", "value", "message", "remedy", "reference"}
    assert all(keys <= set(item) for one in found for item in one["issues"])
    counted = Counter(i["rule"] for one in found for i in one["issues"] if i["violation"])
    assert counted == summary["violations"]


def test_what_the_source_itself_states_is_judged_not_what_is_made_of_it(tmp_path: Path) -> None:
    iri = "http://publications.europa.eu/resource/authority/language/DEU"
    path = written(tmp_path, dataset("a", f'dct:language "{iri}" ;'))
    found, summary = lines(hanse("check", path, "--format", "jsonl"))
    (issue,) = [item for item in found[0]["issues"] if item["field"] == "language"]
    assert (issue["rule"], issue["violation"]) == ("literal-for-iri", True)
    assert summary["violations"]["literal-for-iri"] == 1


def test_what_datasets_share_counts_once(tmp_path: Path) -> None:
    path = written(tmp_path, AGENT, *(dataset(name, BY) for name in "abc"))
    found, summary = lines(hanse("check", path, "--format", "jsonl"))
    nameless = [i for one in found for i in one["issues"] if i["field"] == "publisher[0].name"]
    assert len(nameless) == 3
    alone = [i for one in found for i in one["issues"] if i["rule"] == "mandatory-missing"]
    others = len(alone) - len(nameless)
    assert summary["violations"]["mandatory-missing"] == others + 1


@pytest.mark.parametrize("form", ["ttl", "xml", "jsonld", "nt"])
def test_every_serialisation_is_judged_alike(tmp_path: Path, form: str) -> None:
    path = written(tmp_path, dataset("a", files=2), dataset("b"))
    other = tmp_path / f"x.{form}"
    assert hanse("convert", path, "--to", form, "-o", other).exit_code == OK
    plain = tmp_path / "y.nt"
    assert hanse("convert", path, "--to", "nt", "-o", plain).exit_code == OK
    one, two = (lines(hanse("check", file, "--format", "jsonl")) for file in (other, plain))
    assert one == two


def test_an_address_is_recognised_and_a_kind_that_is_no_rdf_is_judged_as_handed_on() -> None:
    answers = Ckan([package("a"), package("b")])
    with Portal({"/api/3/action/package_search": answers}) as portal:
        done = hanse("check", portal.url("/"), "--format", "jsonl")
    found, summary = lines(done)
    assert (done.exit_code, summary["datasets"]) == (OK, 2)
    assert all(item["score"]["points"] > 0 for item in found)
    assert {item["rule"] for item in found[0]["issues"]} >= {"recommended-missing"}


@pytest.mark.parametrize(("least", "code"), [("0", OK), ("10", OK), ("99.9", BELOW)])
def test_fail_under_is_a_percentage(tmp_path: Path, least: str, code: int) -> None:
    path = written(tmp_path, dataset("a"))
    assert hanse("check", path, "--fail-under", least).exit_code == code


def test_an_empty_catalogue_never_passes(tmp_path: Path) -> None:
    path = written(tmp_path, "<#c> a dcat:Catalog .")
    done = hanse("check", path, "--format", "jsonl", "--fail-under", "0")
    _, summary = lines(done)
    assert done.exit_code == NOTHING
    assert summary == {
        "datasets": 0,
        "violations": {},
        "warnings": {},
        "score": {"mean": 0, "min": 0, "max": 0, "of": 325},
    }
    for form in ("table", "html"):
        assert hanse("check", path, "--format", form).exit_code == NOTHING


@pytest.mark.parametrize(
    ("content", "code"),
    [(b"\x00\xff\x01 garbage", FAILED), (b"", FAILED), (b"<html><p>x</p></html>", FAILED)],
)
def test_what_is_no_catalogue_is_said_and_has_another_code(
    tmp_path: Path, content: bytes, code: int
) -> None:
    path, out = tmp_path / "x", tmp_path / "bericht.html"
    path.write_bytes(content)
    done = hanse("check", path, "--fail-under", "50", "--format", "html", "-o", out)
    assert (done.exit_code, done.stdout, out.exists()) == (code, "", False)
    assert "→" in done.stderr
    assert "Traceback" not in done.stderr


def test_wrong_usage_has_its_code(tmp_path: Path) -> None:
    assert hanse("check", tmp_path / "absent.ttl").exit_code == WRONG
    (tmp_path / "leer").mkdir()
    assert hanse("check", tmp_path / "leer").exit_code in (FAILED, NOTHING)
    path = written(tmp_path, dataset("a"))
    assert hanse("check", path, "--fail-under", "101").exit_code == WRONG
    absent = tmp_path / "absent" / "x.html"
    assert hanse("check", path, "--format", "html", "-o", absent).exit_code == WRONG


def test_a_reader_may_close_the_pipe(tmp_path: Path) -> None:
    path = written(tmp_path, *(dataset(f"d{number}") for number in range(300)))
    program = "from hanse_harvesters.cli import main; main()"
    command = [sys.executable, "-c", program, "check", str(path), "--format", "jsonl"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        assert json.loads(process.stdout.readline())["title"]
        process.stdout.close()
        said = process.stderr.read()
        assert process.wait(60) == 0
    assert said == b""


@pytest.mark.parametrize(("language", "words"), [("de", "Verstöße"), ("en", "Violations")])
def test_the_table_fits_80_columns_with_the_most_frequent_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, language: str, words: str
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    many = (dataset(f"d{number}", "dct:language <https://x.example/1> ;") for number in range(3))
    path = written(tmp_path, *many, dataset("e", 'dct:issued "gestern" ;'))
    done = hanse("check", path, "--language", language)
    assert done.exit_code == OK
    assert max(map(len, done.stdout.splitlines())) <= 80
    assert words in done.stdout
    assert done.stdout.index("language-unknown") < done.stdout.index("date-unknown")
    assert "325" in done.stdout


def test_a_list_is_told_by_its_cells_and_gets_points_too(tmp_path: Path) -> None:
    path = tmp_path / "liste.csv"
    path.write_text("Titel;Datei;Lizenz\nBäume;https://a.example/b.csv;Unsinn\n", "utf-8")
    done = hanse("check", path)
    assert done.exit_code == OK, done.output
    assert "Zeile 2, „Lizenz“" in done.stdout
    assert "Punkte: im Mittel" in done.stdout
    assert hanse("check", path, "--fail-under", "99").exit_code == BELOW
    found, summary = lines(hanse("check", path, "--format", "jsonl"))
    assert (len(found), summary["datasets"]) == (1, 1)


def _official_counts(path: Path) -> Counter[tuple[str, str]]:
    with opened(str(path), None, ()) as (source, client):
        check = Check(source, client)
        assert list(check)
    return Counter(
        {(key[1], key[2]): n for key, n in check.official.counts.items() if key[0] == "Violation"}
    )


@pytest.mark.samples
@pytest.mark.parametrize(
    "name",
    [
        "rostock-catalog.rdf",
        "destatis-catalog.rdf",
        "odsh__rdf_catalog.xml",
        "sh__with_collection.xml",
        "staticat-catalog.ttl",
    ],
)
def test_the_official_counts_are_those_of_the_official_validator(
    samples: Path, shapes_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv("HANSE_SHAPES", str(_folder(tmp_path, shapes_folder)))
    form: adapters.Format = "turtle" if name.endswith("ttl") else "xml"
    triples = list(adapters.parse((samples / name).read_bytes(), form))
    stack = official(shapes_folder)
    text = adapters.serialize(triples, "nt").decode() + stack.background
    report = stack.compiled.validate_text(text + "".join(statements().values()), format="ntriples")
    theirs = Counter(
        ((r.path or "").strip("<>") if "|" not in (r.path or "") else r.path,
         r.component.removesuffix("ConstraintComponent"))
        for r in report.results
        if r.severity == "Violation"
    )  # fmt: skip
    assert _official_counts(samples / name) == theirs


@pytest.mark.samples
def test_the_counts_are_those_of_pyshacl_too(
    samples: Path, shapes_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import pyshacl
    from rdflib.namespace import SH

    monkeypatch.setenv("HANSE_SHAPES", str(_folder(tmp_path, shapes_folder)))
    path = samples / "staticat-catalog.ttl"
    data = from_triples(adapters.parse(path.read_bytes(), "turtle"))
    stack = official(shapes_folder)
    data.parse(data=stack.background + "".join(statements().values()), format="nt")
    _, report, _ = pyshacl.validate(data, shacl_graph=stack.shapes)
    theirs = Counter(
        (str(report.value(r, SH.resultPath)),
         str(report.value(r, SH.sourceConstraintComponent)).rpartition("#")[2]
         .removesuffix("ConstraintComponent"))
        for r in report.objects(None, SH.result)
        if report.value(r, SH.resultSeverity) == SH.Violation
    )  # fmt: skip
    assert _official_counts(path) == theirs


def _folder(tmp_path: Path, shapes: Path) -> Path:
    """The official files as an operator has them."""
    folder = tmp_path / "shapes"
    folder.mkdir()
    for source in ("dcat-ap-3.0.0", "dcat-ap-de-3.0"):
        for file in (shapes / source).glob("*.ttl"):
            (folder / file.name).write_bytes(file.read_bytes())
    return folder


def test_a_folder_without_lists_is_not_called_an_empty_file(tmp_path: Path) -> None:
    written(tmp_path, dataset("a"))
    done = hanse("check", tmp_path, "--lang", "en")
    assert done.exit_code == FAILED
    assert "neither a list of datasets nor a description" in done.stderr


def test_the_rules_are_named_once_each(tmp_path: Path) -> None:
    done = hanse("check", written(tmp_path, dataset("a")), "--lang", "en")
    assert "Judged by: ckanext-hanse 3.0\n" in done.stdout
