"""Suggested model datasets: what the committed weights say, and how often they are right."""

from __future__ import annotations

import gzip
import re
from importlib.resources import files
from pathlib import Path

import pytest

from hanse_harvesters.model_datasets.suggest import Suggestion, is_sure, suggest
from hanse_harvesters.model_datasets.weights import FILE, unpack, weights
from hanse_schemas.model_datasets import BASE

BENCHMARKS = Path(__file__).parents[2] / "BENCHMARKS.md"


@pytest.mark.parametrize(
    ("title", "path"),
    [
        ("Straßenbäume der Hansestadt", "floraUndFauna/baumbestand/baumkataster"),
        ("Abfuhrtermine Restmüll und Papier", "abfallentsorgung/abfallkalender"),
        ("Altglascontainer", "abfallentsorgung/container"),
        ("Wahllokale zur Bürgerschaftswahl", "politischePartizipation/wahl/wahllokal"),
        ("Bebauungsplan Nr. 47 Westlicher Hafen", "raumplanung/bebauungsplan"),
        ("Ehrenamtliche Vereine", "freizeit/verein"),
        ("Ladesäulen für Elektroautos", "verkehr/kfz/elektrotankstelle"),
        ("Anlegestellen im Stadthafen", "verkehr/schiffsverkehrUndFaehrverkehr/anlegestelle"),
        ("Public toilets", "gesundheit/oeffentlicheToilette"),
        ("Drzewa", "floraUndFauna/baumbestand/baumkataster"),
    ],
)
def test_the_right_one_is_among_five(title: str, path: str) -> None:
    found = suggest(title)
    assert len({item.iri for item in found}) == 5
    assert BASE + path in [item.iri for item in found]
    assert found[0].confidence == max(item.confidence for item in found)


def test_description_and_keywords_help() -> None:
    alone = suggest("Liste 2024")
    told = suggest("Liste 2024", "<p>Standorte der öffentlichen Spielplätze</p>", ["Spielplatz"])
    assert told[0].iri == BASE + "freizeit/spielplatzUndSpielstaette"
    assert told[0].iri not in [item.iri for item in alone]


def test_only_what_is_clear_is_assigned_by_machine() -> None:
    assert is_sure(suggest("Apotheken"))
    assert is_sure(suggest("Wochenmärkte"))
    assert not is_sure(suggest("Verschiedenes"))
    assert not is_sure(suggest("Lorem ipsum dolor"))
    assert not is_sure([Suggestion(BASE + "sonstiges/sonstiges", 1.0)])
    assert not is_sure([])


@pytest.mark.parametrize("title", ["", "2024", "🚲 🌳", "…", "\x00"])
def test_without_words_nothing_is_suggested(title: str) -> None:
    assert suggest(title) == []


def test_odd_texts_are_read_too() -> None:
    for text in ("Müll" * 5_000, "שלום Bäume", "<b" * 9_000, "&" * 9_000, "=cmd|' /C calc'!A0"):
        assert len(suggest(text, text, [text])) in (0, 5)


def test_the_weights_are_small_name_their_source_and_keep_what_is_promised() -> None:
    content = files("hanse_harvesters.model_datasets").joinpath(FILE).read_bytes()
    assert len(content) <= 2_000_000
    head = gzip.decompress(content).partition(b"\n{")[0].decode()
    assert "Bertelsmann Stiftung" in head
    assert "Seeds" in head
    first, five, _, _, _, right = map(float, re.findall(r"\d\.\d+", head.rpartition("Right")[2]))
    assert first >= 0.70
    assert five >= 0.88
    assert right >= 0.90
    told = BENCHMARKS.read_text(encoding="utf-8")
    assert f"| {first:.3f} | {five:.3f} |" in told


def test_packed_weights_are_read_back() -> None:
    packed = weights().pack("# a comment")
    assert unpack(packed).pack("# a comment") == packed
