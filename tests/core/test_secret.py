"""A secret header: sent to the origin it is bound to, and to nobody else; shown nowhere."""

from __future__ import annotations

import json
from typing import Any

import pytest
from click.testing import CliRunner

from hanse_harvesters.cli import main
from hanse_harvesters.errors import ConfigError, HanseError
from hanse_harvesters.http import secret
from hanse_harvesters.http.secret import Secret
from hanse_harvesters.pipeline import Run
from hanse_harvesters.settings.check import check_source
from hanse_harvesters.settings.load import load_file
from hanse_harvesters.settings.source import SourceSettings
from hanse_harvesters.testing.network import Patient
from hanse_harvesters.testing.portal import Asked, Portal, Reply

VALUE = "geheim-4711"
MAPPING = {"identity": "nr", "fields": {"title": "titel"}}


def key(portal: Portal) -> Secret:
    return Secret.of(f"{portal.url('/')} X-Key: {VALUE}", where="test")


def guarded(asked: Asked) -> Reply:
    if asked.headers.get("x-key") != VALUE:
        return Reply(b"", 401)
    return Reply(json.dumps([{"nr": 1, "titel": "Bäume"}]).encode())


def test_the_origin_gets_it() -> None:
    with Portal({"/l.json": guarded}) as portal, Patient(portal.endpoint, tries=1) as client:
        with pytest.raises(HanseError):
            client.get(portal.url("/l.json"))
        client.secret = key(portal)
        assert client.get(portal.url("/l.json")).status == 200


def test_nobody_else_gets_it_also_not_after_a_redirect() -> None:
    with Portal({"/l.json": Reply(b"[]")}) as other:
        leads = Reply(b"", 302, {"Location": other.url("/l.json")})
        with Portal({"/l.json": leads, "/next.json": Reply(b"[]")}) as portal:
            # The other port is public here, as far as the client is concerned.
            with Patient(portal.endpoint, other.endpoint, tries=1) as client:
                client.secret = key(portal)
                client.get(portal.url("/next.json"))
                client.get(other.url("/l.json"))
                with pytest.raises(HanseError):
                    client.get(portal.url("/l.json"))
            assert all(asked.headers.get("x-key") == VALUE for asked in portal.asked)
        assert other.asked
        assert not any("x-key" in asked.headers for asked in other.asked)


@pytest.mark.parametrize(
    ("url", "sent"),
    [
        ("https://portal.example/a", True),
        ("https://portal.example:443/a", True),
        ("http://portal.example/a", False),
        ("https://portal.example:8443/a", False),
        ("https://www.portal.example/a", False),
        ("https://portal.example.evil.example/a", False),
    ],
)
def test_an_origin_is_scheme_host_and_port(url: str, sent: bool) -> None:
    bound = Secret.of(f"https://portal.example X-Key: {VALUE}", where="test")

    assert bool(secret.headers(bound, url)) is sent


@pytest.mark.parametrize(
    "line",
    [
        f"kiel https://portal.example X-Key {VALUE}",
        f"kiel portal.example X-Key: {VALUE}",
        f"kiel https://portal.example Host: {VALUE}",
        f"kiel https://portal.example X-Key: {VALUE}\x01",
        f"kiel https://portal.example X Key: {VALUE}",
        f"{VALUE}",
        f"a/b https://portal.example X-Key: {VALUE}",
    ],
)
def test_a_wrong_line_is_refused_without_being_shown(line: str) -> None:
    with pytest.raises(ConfigError) as refused:
        secret.listed([line], where="hanse.secrets")

    for language in ("de", "en"):
        assert VALUE not in refused.value.text(language)
    assert VALUE not in str(refused.value)


def test_it_is_in_no_record_issue_summary_or_object() -> None:
    with Portal({"/l.json": guarded}) as portal, Patient(portal.endpoint, tries=1) as client:
        client.secret = key(portal)
        options = {"mapping": MAPPING, "secret": "kiel"}
        source = SourceSettings("s", "json", portal.url("/l.json"), "s", options=options)
        run = Run(source, client=client, workers=0)
        [record] = run
        shown = repr((client.secret, record, run.issues, run.summary(), source, vars(client)))

    assert VALUE not in shown


def test_only_a_source_of_the_operators_file_may_name_one(tmp_path: Any) -> None:
    options = {"mapping": MAPPING, "secret": "kiel"}
    source = SourceSettings("kiel", "json", "https://portal.example/l", "kiel", options=options)
    check_source(source, files=True)
    with pytest.raises(ConfigError) as refused:
        check_source(source)
    assert refused.value.where == "sources.kiel.options.secret"

    file = tmp_path / "sources.yaml"
    text = {"sources": {"kiel": {"kind": "json", "url": source.url, "options": options}}}
    text["sources"]["kiel"]["organization"] = {"name": "kiel", "title": "Kiel"}  # type: ignore[assignment]
    file.write_text(json.dumps(text), "utf-8")
    assert load_file(file).sources[0].options["secret"] == "kiel"


def test_a_name_without_a_secret_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ConfigError, match="kiel"):
        secret.named("kiel", {})
    with pytest.raises(ConfigError, match="kiel"):
        secret.of_environment("kiel")
    monkeypatch.setenv("HANSE_SECRET_KIEL_1", f"https://portal.example X-Key: {VALUE}")
    assert secret.of_environment("kiel-1") == Secret.of(
        f"https://portal.example X-Key: {VALUE}", where=""
    )


def test_a_preview_with_a_settings_file_sends_it_and_shows_it_nowhere(tmp_path: Any) -> None:
    file = tmp_path / "kiel.yaml"
    file.write_text(
        json.dumps({"kind": "json", "options": {"mapping": MAPPING, "secret": "kiel"}}), "utf-8"
    )
    with Portal({"/l.json": guarded}) as portal:
        command = ["preview", portal.url("/l.json"), "--settings", str(file), "--format", "jsonl"]
        environment = {"HANSE_SECRET_KIEL": f"{portal.url('/')} X-Key: {VALUE}"}
        done = CliRunner().invoke(main, command, env=environment)
        assert done.exit_code == 0, done.output
        assert "Bäume" in done.output
        assert VALUE not in done.output
        refused = CliRunner().invoke(main, command, env={"HANSE_SECRET_KIEL": VALUE})
        assert refused.exit_code == 2
        assert VALUE not in refused.output
