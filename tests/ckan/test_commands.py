"""The commands as an operator types them: what they print, and their exit codes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import ckan.plugins.toolkit as tk
import pytest
from ckan import model
from click.testing import CliRunner, Result
from stand_in import Entry, Page, StandIn, catalogue

from ckanext.hanse.cli import hanse
from ckanext.hanse.store import sources

GOOD = Entry("baeume", "Bäume an Straßen", ("liste",))


@pytest.fixture
def ckan(clean: None) -> Callable[..., Result]:
    """Runs ``ckan hanse …`` in this process, in English unless ``language`` says otherwise."""

    def run(*words: str, language: str = "en") -> Result:
        return CliRunner().invoke(hanse, [*words, *(["--language", language] if language else [])])

    return run


@pytest.fixture
def file(tmp_path: Path, portal: StandIn, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A sources file with two sources, one of which is down."""
    path = tmp_path / "sources.yaml"
    path.write_text(
        "organizations:\n  rostock: {title: Rostock}\n  wismar: {title: Wismar}\n"
        "sources:\n"
        f"  gut: {{kind: rdf, url: {portal.url('/gut.ttl')}, organization: rostock}}\n"
        f"  weg: {{kind: rdf, url: {portal.url('/weg.ttl')}, organization: wismar}}\n"
        "  aus:\n    kind: rdf\n    url: https://daten.example.org/aus.ttl\n"
        "    organization: wismar\n    enabled: false\n    inferred: true\n",
        encoding="utf-8",
    )
    portal.turtle("/gut.ttl", catalogue(GOOD))
    monkeypatch.setitem(tk.config, "hanse.sources", str(path))
    monkeypatch.setitem(tk.config, "hanse.http.tries", 1)
    return path


def test_sources_are_loaded_listed_and_shown(ckan: Callable[..., Result], file: Path) -> None:
    assert "source sync" in ckan("source", "list").output
    done = ckan("source", "sync")
    assert done.exit_code == 0
    assert "Sources created: gut, weg, aus" in done.output

    listed = ckan("source", "list").output
    assert "disabled, address inferred" in listed
    assert "never" in listed
    assert "rdf" in ckan("source", "show", "gut").output


def test_a_harvest_reports_and_a_second_one_says_that_nothing_changed(
    ckan: Callable[..., Result], file: Path
) -> None:
    ckan("source", "sync")
    first = ckan("harvest", "gut")
    assert first.exit_code == 0
    assert "1 record: 1 created, 0 updated, 0 unchanged, 0 rejected; 0 missing" in first.output
    second = ckan("harvest", "gut")
    assert second.exit_code == 0
    assert "Nothing changed, nothing was written." in second.output
    assert "success" in ckan("source", "show", "gut").output


def test_one_source_that_fails_does_not_stop_the_others(
    ckan: Callable[..., Result], file: Path, portal: StandIn
) -> None:
    ckan("source", "sync")
    done = ckan("harvest", "--all")
    assert done.exit_code == 3
    assert "gut: success" in done.output
    assert "weg: failed" in done.output
    assert portal.url("/weg.ttl") in done.output
    assert "aus" not in done.output
    assert ckan("harvest", "weg").exit_code == 1


def test_rejected_and_missing_are_named_with_reasons(
    ckan: Callable[..., Result], file: Path, portal: StandIn
) -> None:
    ckan("source", "sync")
    rest = [Entry("kita", "Kitas"), Entry("rad", "Radwege")]
    portal.turtle("/gut.ttl", catalogue(GOOD, Entry("wahl", "Wahlen"), *rest))
    ckan("harvest", "gut")
    broken = catalogue(GOOD, Entry("neu", "Neues"), *rest).replace('dcterms:title "Neues"@de ;', "")
    portal.turtle("/gut.ttl", broken)
    done = ckan("harvest", "gut")

    assert done.exit_code == 0
    assert "rejected: — <https://daten.example.org/datensatz/neu>" in done.output
    assert "no title" in done.output
    assert "missing at the portal, kept here: Wahlen" in done.output


def test_the_commands_speak_the_language_of_the_site(
    ckan: Callable[..., Result],
    file: Path,
    portal: StandIn,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(tk.config, "ckan.locale_default", "de")
    assert "Keine Quellen" in ckan("source", "list", language="").output
    assert "Quellen angelegt: gut, weg, aus" in ckan("source", "sync", language="").output
    broken = catalogue(GOOD, Entry("neu", "Neues")).replace('dcterms:title "Neues"@de ;', "")
    portal.turtle("/gut.ttl", broken)
    done = ckan("harvest", "--all", language="").output

    assert "gut: erfolgreich (Lauf " in done
    assert "2 Datensätze: 1 neu, 0 geändert, 0 unverändert, 1 abgelehnt; 0 fehlen" in done
    assert "abgelehnt: — <https://daten.example.org/datensatz/neu>" in done
    assert "weg: fehlgeschlagen, nicht vollständig" in done
    assert "diese Adresse gibt es nicht (Status 404)" in done
    assert "ausgeschaltet, Adresse erschlossen" in ckan("source", "list", language="").output
    assert "Fehler: es gibt keine Quelle" in ckan("harvest", "fehlt", language="").output


def test_a_run_is_told_later_in_either_language(ckan: Callable[..., Result], file: Path) -> None:
    ckan("source", "sync")
    ckan("harvest", "weg", language="de")
    assert "this does not exist" in ckan("source", "show", "weg").output
    assert "diese Adresse gibt es nicht" in ckan("source", "show", "weg", language="de").output


def test_a_dry_run_writes_nothing(ckan: Callable[..., Result], file: Path) -> None:
    ckan("source", "sync")
    done = ckan("harvest", "gut", "--dry-run")
    assert done.exit_code == 0
    assert "dry run, nothing written" in done.output
    assert "1 created" in done.output
    assert model.Session.query(model.Package).count() == 0
    assert "never" in ckan("source", "list").output


def test_html_with_200_is_a_clear_message(
    ckan: Callable[..., Result], file: Path, portal: StandIn
) -> None:
    ckan("source", "sync")
    portal.pages["/gut.ttl"] = Page(b"<!DOCTYPE html><html><body>Wartung</body></html>")
    done = ckan("harvest", "gut")
    assert done.exit_code == 1
    assert portal.url("/gut.ttl") in done.output
    assert "HTML" in done.output
    assert "Traceback" not in done.output


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["harvest"], "--all"),
        (["harvest", "gut", "--all"], "--all"),
        (["harvest", "fehlt"], "Known are: aus, gut, weg"),
        (["harvest", "gut", "--limit", "0"], "0"),
        (["source", "show", "fehlt"], "Known are"),
    ],
)
def test_a_wrong_call_is_said_without_a_traceback(
    ckan: Callable[..., Result], file: Path, words: list[str], said: str
) -> None:
    ckan("source", "sync")
    done = ckan(*words)
    assert done.exit_code in (1, 2)
    assert said in done.output
    assert isinstance(done.exception, SystemExit)


def test_a_wrong_file_is_said_with_its_line(ckan: Callable[..., Result], file: Path) -> None:
    file.write_text(file.read_text().replace("kind: rdf\n", "kind: socrata\n"))
    done = ckan("source", "sync")
    assert done.exit_code == 1
    assert f"{file}:8" in done.output
    assert "socrata" in done.output
    assert sources.every() == []


def test_a_city_that_was_deleted_is_said(
    ckan: Callable[..., Result], file: Path, sysadmin: dict[str, Any]
) -> None:
    ckan("source", "sync")
    context = {"user": sysadmin["name"]}
    tk.get_action("organization_delete")(context, {"id": "rostock"})
    done = ckan("harvest", "gut")
    assert done.exit_code == 1
    assert "rostock" in done.output
    assert "source sync" in done.output


def test_without_sources_all_says_what_to_do(ckan: Callable[..., Result]) -> None:
    done = ckan("harvest", "--all")
    assert done.exit_code == 1
    assert "source sync" in done.output
