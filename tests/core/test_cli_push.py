"""``hanse push``: what it sends, what it says, and how it ends."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from hanse_harvesters.cli import main
from hanse_harvesters.pipeline import Run
from hanse_harvesters.push import catalogue, client, lines
from hanse_harvesters.record import Completeness
from hanse_harvesters.testing import Asked, Portal, Reply

TOKEN = "hanse_push_geheim"
RUN = {
    "created": 2, "updated": 0, "unchanged": 0, "rejected": 0, "missing": 0,
    "message": "", "status": "success", "done": 2, "total": 2,
}  # fmt: skip


def result(**content: Any) -> Reply:
    return Reply(json.dumps({"success": True, "result": content}).encode())


def error(kind: str, status: int, **content: Any) -> Reply:
    whole = {"success": False, "error": {"__type": kind, "message": "", **content}}
    return Reply(json.dumps(whole).encode(), status=status)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    file = tmp_path / "data.json"
    entries = [
        {"identifier": name, "title": name, "accessLevel": "public"} for name in ("baum", "fluss")
    ]
    file.write_text(json.dumps({"dataset": entries}), "utf-8")
    return file


@pytest.fixture
def there() -> Iterator[Portal]:
    """A catalogue that has the first record already."""
    with Portal(
        {
            "/api/action/hanse_push_begin": result(push="p1", notes=["Bitte aktualisieren."]),
            "/api/action/hanse_push_manifest": result(wanted=[1]),
            "/api/action/hanse_push_records": result(taken=1),
            "/api/action/hanse_push_complete": result(missing=[]),
            "/api/action/hanse_push_show": result(over=True, run=RUN),
        }
    ) as portal:
        yield portal


def push(portal: Portal, data: Path, *words: str, token: str = TOKEN) -> Result:
    environment = {"HANSE_PUSH_TOKEN": token, "COLUMNS": "200"}
    asked = ["push", str(data), "--to", portal.url("/"), "--source", "stadt", *words]
    return CliRunner().invoke(main, asked, env=environment)


def called(portal: Portal) -> list[str]:
    return [asked.path.rpartition("_")[2] for asked in portal.asked]


def test_only_what_is_wanted_is_sent(there: Portal, data: Path) -> None:
    done = push(there, data)

    assert done.exit_code == 0, done.output
    assert called(there) == ["begin", "manifest", "records", "complete", "show"]
    manifest, records = (asked.content or b"" for asked in there.asked[1:3])
    assert manifest.count(lines.key("baum").encode()) == 1
    assert lines.key("fluss").encode() in records
    assert b'"baum"' not in records
    assert "Datensätze gelesen: 2; gesendet: 1, schon da: 1." in done.output
    assert "Bitte aktualisieren." in done.output
    assert "2 neu" in done.output
    assert all(asked.headers["authorization"] == TOKEN for asked in there.asked)
    assert TOKEN not in done.output


def test_the_catalogue_answers_in_the_language_of_the_command(there: Portal, data: Path) -> None:
    assert push(there, data, "--lang", "en").exit_code == 0
    assert all(b"lang" in (asked.content or b"") for asked in there.asked)


def test_it_need_not_wait(there: Portal, data: Path) -> None:
    assert push(there, data, "--no-wait", "--lang", "en").exit_code == 0
    assert "show" not in called(there)


def test_the_settings_of_the_source_come_from_a_file(there: Portal, tmp_path: Path) -> None:
    listed = tmp_path / "liste.json"
    listed.write_text(json.dumps([{"nr": "1", "name": "Bäume"}]), "utf-8")
    settings = tmp_path / "quelle.yaml"
    settings.write_text(
        "kind: json\noptions: {mapping: {identity: nr, fields: {title: name}}}\n", "utf-8"
    )
    there.scripts["/api/action/hanse_push_manifest"] = result(wanted=[0])

    assert push(there, listed, "--settings", str(settings)).exit_code == 0
    assert "Bäume".encode() in (there.asked[2].content or b"")


def test_without_a_token_nothing_is_asked(there: Portal, data: Path) -> None:
    done = push(there, data, token="")

    assert done.exit_code == 2
    assert "HANSE_PUSH_TOKEN" in done.output
    assert there.asked == []


def test_a_token_travels_encrypted_only(data: Path) -> None:
    asked = ["push", str(data), "--to", "http://katalog.example", "--source", "stadt"]
    done = CliRunner().invoke(main, asked, env={"HANSE_PUSH_TOKEN": TOKEN})

    assert done.exit_code == 2
    assert "https" in done.output


@pytest.mark.parametrize(
    ("reply", "words"),
    [
        (error("Authorization Error", 403), "Token"),
        (error("Validation Error", 409, records=["Nichts geändert."]), "Nichts geändert."),
        (Reply(b"<html>no CKAN</html>", status=404), "kein Katalog"),
        (Reply(b"", status=413), "zu groß"),
        (Reply(b"<html>Proxy</html>", status=407), "(HTTP 407)"),
        (Reply(b"<html>Forbidden</html>", status=403), "(HTTP 403)"),
        (Reply(b"<html>Bad Request</html>", status=400), "kein Katalog"),
        (Reply(b'{"success": true}'), "kein Katalog"),
        (Reply(b'{"success": false, "error": "no"}'), "kein Katalog"),
        (Reply(b"[" * 200_000), "kein Katalog"),
    ],
)
def test_what_the_catalogue_says_against_it_is_told(
    there: Portal, data: Path, reply: Reply, words: str
) -> None:
    there.scripts["/api/action/hanse_push_begin"] = reply
    done = push(there, data)

    assert done.exit_code == 1
    assert words in done.output
    assert called(there) == ["begin"]


def test_a_line_that_fails_is_tried_again(
    there: Portal, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(catalogue, "_BACK_OFF", 0.0)
    begun = there.scripts["/api/action/hanse_push_begin"]
    assert isinstance(begun, Reply)
    there.scripts["/api/action/hanse_push_begin"] = [
        Reply(b"", status=502),
        Reply(b'{"success"', declared=1000, stop_at=5),
        begun,
    ]

    assert push(there, data).exit_code == 0
    assert called(there)[:3] == ["begin"] * 3


@pytest.mark.parametrize(
    "reply",
    [error("Authorization Error", 403), Reply(b"<html>Bad Gateway</html>", status=502)],
)
def test_what_came_of_a_push_may_stay_unknown(
    there: Portal, data: Path, monkeypatch: pytest.MonkeyPatch, reply: Reply
) -> None:
    monkeypatch.setattr(catalogue, "_BACK_OFF", 0.0)
    there.scripts["/api/action/hanse_push_show"] = reply
    done = push(there, data)

    assert done.exit_code == 4
    assert "gesendet: 1," in done.output
    assert "Es ist nichts verloren" in done.output
    assert "html" not in done.output


def test_a_login_for_the_host_does_not_replace_the_token(
    there: Portal, data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "netrc"
    file.write_text("default login stadt password geheim\n", "utf-8")
    monkeypatch.setenv("NETRC", str(file))

    assert push(there, data).exit_code == 0
    assert {asked.headers["authorization"] for asked in there.asked} == {TOKEN}


def test_a_proxy_that_takes_less_at_once_gets_less(there: Portal, tmp_path: Path) -> None:
    entries = [
        {"identifier": str(n), "title": str(n), "accessLevel": "public", "description": "x" * 4000}
        for n in range(9)
    ]
    file = tmp_path / "data.json"
    file.write_text(json.dumps({"dataset": entries}), "utf-8")
    taken: list[bytes] = []

    def narrow(asked: Asked) -> Reply:
        if len(asked.content or b"") > 12_000:
            return Reply(b"<html>Request Entity Too Large</html>", status=413)
        taken.append(asked.content or b"")
        return result(taken=1)

    there.scripts["/api/action/hanse_push_manifest"] = result(wanted=list(range(9)))
    there.scripts["/api/action/hanse_push_records"] = narrow

    done = push(there, file)
    assert done.exit_code == 0, done.output
    assert "gesendet: 9," in done.output
    for number in range(9):
        key = lines.key(str(number)).encode()
        assert sum(part.count(key) for part in taken) == 1
    numbers = [part.partition(b'name="number"')[2].split()[0] for part in taken]
    assert len(set(numbers)) == len(taken)


def test_a_record_that_is_too_large_for_a_proxy_is_told(there: Portal, data: Path) -> None:
    there.scripts["/api/action/hanse_push_records"] = Reply(b"<html></html>", status=413)
    done = push(there, data)

    assert done.exit_code == 1
    assert "Proxy" in done.output
    assert called(there).count("records") == 1


def test_what_never_answers_ends_with_the_reason(
    there: Portal, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(catalogue, "_BACK_OFF", 0.0)
    there.scripts["/api/action/hanse_push_records"] = Reply(b"", status=503)
    done = push(there, data)

    assert done.exit_code == 1
    assert "8-mal" in done.output


def test_a_source_without_datasets_is_not_pushed(there: Portal, tmp_path: Path) -> None:
    empty = tmp_path / "leer.json"
    empty.write_text('{"dataset": []}', "utf-8")
    done = push(there, empty, "--kind", "data-json")

    assert done.exit_code == 1
    assert there.asked == []


def test_a_catalogue_that_misses_records_gets_them_again(there: Portal, data: Path) -> None:
    there.scripts["/api/action/hanse_push_complete"] = [
        result(missing=[lines.key("baum")]),
        result(missing=[]),
    ]

    assert push(there, data).exit_code == 0
    assert called(there).count("records") == 2


def test_a_run_that_failed_is_the_commands_failure(there: Portal, data: Path) -> None:
    failed = {**RUN, "status": "failed", "message": "Die Platte ist voll."}
    there.scripts["/api/action/hanse_push_show"] = result(over=True, run=failed)
    done = push(there, data)

    assert done.exit_code == 1
    assert "Die Platte ist voll." in done.output


def test_a_run_that_failed_is_worse_than_a_source_that_was_not_read_to_its_end(
    there: Portal, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    walk = Completeness(False, 2, (None, None), "walk-unfinished")
    monkeypatch.setattr(Run, "completeness", walk)
    assert push(there, data).exit_code == 4

    failed = {**RUN, "status": "failed"}
    there.scripts["/api/action/hanse_push_show"] = result(over=True, run=failed)
    assert push(there, data).exit_code == 1


@pytest.mark.parametrize(
    ("action", "answer"),
    [
        ("begin", {}),
        ("begin", {"push": None}),
        ("begin", ["p1"]),
        ("begin", "p1"),
        ("manifest", {}),
        ("manifest", {"wanted": None}),
        ("manifest", {"wanted": [2]}),
        ("manifest", {"wanted": [-1]}),
        ("manifest", {"wanted": ["x"]}),
        ("manifest", {"wanted": [True]}),
        ("complete", {}),
        ("complete", {"missing": {"a": 1}}),
        ("complete", {"missing": ["unbekannt"]}),
        ("show", {}),
        ("show", {"over": True, "run": {}}),
        ("show", {"over": True, "run": [1]}),
        ("show", None),
    ],
)
def test_an_answer_that_makes_no_sense_is_told(
    there: Portal, data: Path, action: str, answer: Any
) -> None:
    body = json.dumps({"success": True, "result": answer}).encode()
    there.scripts[f"/api/action/hanse_push_{action}"] = Reply(body)
    done = push(there, data)

    assert done.exit_code == (4 if action == "show" else 1)
    assert isinstance(done.exception, SystemExit)
    assert f"hanse_push_{action}" in done.output


def test_another_address_gets_no_token(there: Portal, data: Path) -> None:
    with Portal({"/api/action/hanse_push_begin": result(push="p1")}) as other:
        there.scripts["/api/action/hanse_push_begin"] = Reply(
            b"", status=307, headers={"Location": other.url("/api/action/hanse_push_begin")}
        )
        done = push(there, data)

        assert other.asked == []
    assert done.exit_code == 1
    assert called(there) == ["begin"]  # trying again leads nowhere else
    assert "leitet" in done.output


def test_a_page_that_is_no_answer_of_an_action_is_told_at_once(there: Portal, data: Path) -> None:
    there.scripts["/api/action/hanse_push_begin"] = Reply(b"<html>Willkommen</html>")

    done = push(there, data)

    assert done.exit_code == 1
    assert "kein Katalog" in done.output
    assert called(there) == ["begin"]


@pytest.mark.parametrize(
    "content",
    [
        TOKEN.encode() + b"\r\n", b"\xef\xbb\xbf" + TOKEN.encode(),
        b"\n" + TOKEN.encode() + b"  \n",
    ],
)  # fmt: skip
def test_a_token_file_may_be_of_any_editor(
    there: Portal, data: Path, tmp_path: Path, content: bytes
) -> None:
    file = tmp_path / "token"
    file.write_bytes(content)

    assert push(there, data, "--token-file", str(file), token="").exit_code == 0
    assert there.asked[0].headers["authorization"] == TOKEN


@pytest.mark.parametrize(
    "content",
    [TOKEN.encode("utf-16"), b"\xff\xff", b"zwei\nZeilen", "schlüssel".encode(), b"a\0b", b""],
)
def test_a_token_file_without_a_token_is_told(
    there: Portal, data: Path, tmp_path: Path, content: bytes
) -> None:
    file = tmp_path / "token"
    file.write_bytes(content)
    done = push(there, data, "--token-file", str(file), token="")

    assert done.exit_code == 2, done.output
    assert there.asked == []
    assert "Zeilen" not in done.output
    assert "schl" not in done.output


def test_a_run_that_never_ends_is_not_waited_for_without_end(
    there: Portal, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client, "_PAUSE", 0.0)
    monkeypatch.setattr(client, "LONGEST", 0.05)
    there.scripts["/api/action/hanse_push_show"] = result(over=False, run=None)
    done = push(there, data)

    assert done.exit_code == 4
    assert "Hintergrund" in done.output


@pytest.mark.parametrize(
    "text",
    ["[]", "kind: [1]", "options: 3", "kind: json\noptions: {mapping: 5}", "language: {}", "- a",
     "kind: gibtsnicht", "\x00", "a: b", "options: {1: 2}", "modified_is_file_time: vielleicht"],
)  # fmt: skip
def test_settings_that_make_no_sense_are_told(
    there: Portal, data: Path, tmp_path: Path, text: str
) -> None:
    file = tmp_path / "quelle.yaml"
    file.write_text(text, "utf-8")
    done = push(there, data, "--settings", str(file))

    assert done.exit_code == 2, done.output
    assert isinstance(done.exception, SystemExit)
    assert there.asked == []


def test_a_full_disk_is_told(there: Portal, data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with Path("/dev/full").open("w+b", 0) as disk:
        monkeypatch.setattr(tempfile, "TemporaryFile", lambda **_: disk)
        done = push(there, data)

    assert done.exit_code == 1
    assert "TMPDIR" in done.output
    assert isinstance(done.exception, SystemExit)
