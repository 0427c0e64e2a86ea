"""What the docs say of an option is what the declaration says."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[2]
DOCS = [*sorted((ROOT / "docs").glob("*.md")), ROOT / "README.md", ROOT / "CONTRIBUTING.md"]
#: `hanse.…` in running text; `hanse.http.*` names a group.
_OPTION = re.compile(r"`(hanse\.[a-z_.]+[a-z])(?: = [^`]*)?`")
_NUMBER = re.compile(r"\d+(?:,\d{3})*(?:\.\d+)?(?: (?:GiB|MiB))?")
_UNITS = {"GiB": 1 << 30, "MiB": 1 << 20}
#: "… (`hanse.x`, default 20)", "`hanse.x` (20 by default)"
_PROSE = re.compile(
    r"`(hanse\.[a-z_.]+)`,? \(?(?:by )?default:? (\d[\d,.]*\d|\d)"
    r"|`(hanse\.[a-z_.]+)` \((\d[\d,.]*\d|\d) by default"
)


def _declared() -> dict[str, Any]:
    text = (ROOT / "ckanext-hanse" / "config_declaration.yaml").read_text(encoding="utf-8")
    groups = yaml.safe_load(text)["groups"]
    return {item["key"]: item.get("default") for group in groups for item in group["options"]}


DECLARED = _declared()


def _value(text: str) -> float:
    number, _, unit = text.partition(" ")
    return float(number.replace(",", "")) * _UNITS.get(unit, 1)


def _rows(text: str) -> list[tuple[list[str], list[float]]]:
    """Of every table: the options in a row's first cell, the numbers in its second."""
    return [
        (options, [_value(item) for item in _NUMBER.findall(cell)])
        for options, cell in _cells(text)
        if not any(_is_limit(option) for option in options)
    ]


def _is_limit(option: str) -> bool:
    """Whether its value is a limit in words, like ``300 per minute; 3000 per hour``."""
    return " per " in str(DECLARED[option])


def _cells(text: str) -> list[tuple[list[str], str]]:
    found = []
    for line in text.splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        options = _OPTION.findall(cells[0]) if line.startswith("|") and len(cells) > 1 else []
        if options:
            found.append((options, cells[1]))
    return found


@pytest.mark.parametrize("path", DOCS, ids=lambda path: path.name)
def test_every_option_that_is_named_exists(path: Path) -> None:
    named = set(_OPTION.findall(path.read_text(encoding="utf-8")))
    assert named - set(DECLARED) == set()


@pytest.mark.parametrize("path", DOCS, ids=lambda path: path.name)
def test_every_default_that_is_told_is_the_declared_one(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    told = [
        (option, number)
        for options, numbers in _rows(text)
        if len(numbers) == len(options)
        for option, number in zip(options, numbers, strict=True)
    ]
    told += [(a or c, _value((b or d).rstrip(".,"))) for a, b, c, d in _PROSE.findall(text)]
    wrong = {
        option: f"{path.name}: {number:g}, declared: {DECLARED[option]}"
        for option, number in told
        if float(DECLARED[option]) != number
    }
    assert wrong == {}


def test_every_limit_in_words_is_told_as_it_is_declared() -> None:
    told = {}
    for options, cell in _cells((ROOT / "docs" / "outside.md").read_text(encoding="utf-8")):
        if any(_is_limit(option) for option in options):
            told |= dict(zip(options, cell.split(", "), strict=True))
    assert told == {option: DECLARED[option] for option in DECLARED if _is_limit(option)}


def test_a_table_of_limits_gives_a_number_for_each() -> None:
    rows = _rows((ROOT / "docs" / "outside.md").read_text(encoding="utf-8"))
    missing = [
        options
        for options, numbers in rows
        if all(isinstance(DECLARED[option], int) for option in options)
        and len(numbers) != len(options)
    ]
    assert rows
    assert missing == []
