"""A connector's own parser: in a process that can open nothing, whatever it or its bytes do."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import odd_parsers
import pytest

from hanse_harvesters.errors import (
    ConfigError,
    HanseError,
    NotACatalogue,
    SkipRecord,
    StopRun,
    TooMuch,
)
from hanse_harvesters.http import Answer
from hanse_harvesters.sandbox import parser_pool
from hanse_harvesters.sandbox.client import ParseLimits
from hanse_harvesters.sandbox.items import parse_items
from hanse_harvesters.settings.source import SourceSettings
from hanse_harvesters.sources.base import Source

LIMITS = ParseLimits(memory=1 << 29, cpu=1, wall=3.0, line=1 << 21)
WHERE = "https://daten.stadt.example/liste"


@pytest.fixture(autouse=True)
def findable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", str(Path(odd_parsers.__file__).parent))
    monkeypatch.setattr(parser_pool, "_pools", {})


def document(data: bytes) -> Any:
    file = tempfile.TemporaryFile()  # noqa: SIM115 - ends with the test
    file.write(data)
    return file


def items(parser: str, data: bytes = b"a\nbc\n", **more: Any) -> list[Any]:
    name = parser if ":" in parser else f"odd_parsers:{parser}"
    return list(parse_items(document(data), name, where=WHERE, **{"limits": LIMITS, **more}))


def test_items_arrive_as_the_parser_gives_them() -> None:
    assert items("good", "ä\n".encode("latin-1"), charset="latin-1") == [{"name": "ä", "length": 2}]
    assert items("listed", b'[1, {"a": null}]') == [1, {"a": None}]
    assert items("listed", b"[]") == []


def test_the_parser_can_open_nothing() -> None:
    *outcomes, environment = items("doors")
    assert outcomes == ["OSError"] * 4
    assert not Path("/tmp/forged").exists()
    assert not [name for name in environment if "HANSE" in name or "CKAN" in name]


def test_what_it_prints_is_no_item() -> None:
    assert items("prints") == ["real"]


def test_half_characters_are_replaced() -> None:
    assert items("halves") == ["a?b"]


@pytest.mark.parametrize(
    ("parser", "error", "message"),
    [
        ("endless", TooMuch, "parse-costly"),
        ("sleeping", TooMuch, "parse-slow"),
        ("memory", TooMuch, "document-memory"),
        ("huge", TooMuch, "parse-growing"),
        ("long", TooMuch, "parse-long"),
        ("deep", TooMuch, "document-deep"),
        ("crash", TooMuch, "parse-memory"),
        ("leaves", StopRun, "parser-stopped"),
        ("fails", StopRun, "parser-failed"),
        ("odd", StopRun, "parser-output"),
        ("nan", StopRun, "parser-output"),
        ("nothing", StopRun, "parser-output"),
        ("absent", ConfigError, "parser-unusable"),
        ("no_such_module:parse", ConfigError, "parser-unusable"),
    ],
)
def test_whatever_it_does_ends_as_an_error_that_names_the_document(
    parser: str, error: type[HanseError], message: str
) -> None:
    with pytest.raises(error) as caught:
        items(parser)
    assert (caught.value.id, caught.value.where) == (message, WHERE)
    assert items("good", b"next\n") == [{"name": "next", "length": 5}]


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "document-empty"),
        (b"<!DOCTYPE html><html></html>", "document-html"),
        (b'{"half": ', "document-refused"),
        (b"\xff\xfe\x00", "document-refused"),
    ],
)
def test_what_it_refuses_is_no_catalogue(data: bytes, message: str) -> None:
    with pytest.raises(NotACatalogue) as caught:
        items("listed", data)
    assert caught.value.id == message


class OddSource(Source):
    """A connector with such a parser."""

    kind = "odd"
    parser = "odd_parsers:fails"

    def __iter__(self) -> Any:
        yield from ()


def test_a_record_of_its_own_is_skipped_and_named() -> None:
    source = OddSource(SourceSettings("stadt", "odd", WHERE, "stadt"), None)  # type: ignore[arg-type]
    source.parse_limits = replace(LIMITS)
    answer = Answer(WHERE, 200, {}, document(b"x"), 1)
    with pytest.raises(SkipRecord) as caught:
        list(source.parse(answer, record="baumkataster"))
    assert caught.value.where == f"{WHERE} (baumkataster)"
    with pytest.raises(StopRun):
        list(source.parse(answer))
