"""What the docs say of an option is what the declaration says, and what they point at exists."""

from __future__ import annotations

import io
import re
import tokenize
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
import yaml

ROOT = Path(__file__).parents[2]
DOCS = [*sorted((ROOT / "docs").rglob("*.md")), ROOT / "README.md", ROOT / "CONTRIBUTING.md"]
#: Folder → the import name by which its files may be called.
FOLDERS = {
    "ckanext-hanse": "ckanext/hanse",
    "harvesters": "hanse_harvesters",
    "schemas": "hanse_schemas",
    "config": "hanse_config",
    "docs": "docs",
    "tests": "tests",
    "tools": "tools",
}
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


_LINK = re.compile(r"\]\(([^)\s]+)\)")
_HEADING = re.compile(r"^#+ (.*)$", re.MULTILINE)
#: A file with at least one folder before it, as comments and docs name one; `{a,b}` and
#: `*` name several, and what begins with `/`, `.` or stands in an address is no file of ours.
_FILE = re.compile(
    r"(?<![\w/.:~@<>{}*$-])((?:[\w-]+/)+(?:[\w.-]*[\w-])\.(?:py|md|ya?ml|tsv|xml|toml|po|css|mako))\b(?!\.\w)"
)
_FOLDER = re.compile(r"`((?:[\w.-]+/)+)`")
#: Files that the running program writes, or that others have (the connector of docs/connectors.md).
# Of others: parts of a workbook, and the operator's news and help, too.
_NOT_OURS = (
    "build/",
    "etc/",
    "ckan/",
    "ckanext/scheming/",
    "shared/",
    "hanse_klima/",
    "xl/",
    "META-INF/",
    "news/",
    "help/",
)
#: Names of descriptions in folders that cities keep.
_KEPT_BY_CITIES = ("/dataset.yaml", "/dataset.toml", "/catalog.toml")
_SOURCES = ("*.py", "*.yaml", "*.toml", "*.ini", "*.xml", "*.html", "*.css", "*.js")


def _is_ours(name: str) -> bool:
    return not name.startswith(_NOT_OURS) and not name.endswith(_KEPT_BY_CITIES)


@cache
def _tree() -> frozenset[str]:
    """What the files of the checkout may be called: ``dedup/handover.py`` says enough."""
    found = {file.name for file in ROOT.iterdir() if file.is_file()}
    for folder, name in FOLDERS.items():
        for file in (ROOT / folder).rglob("*"):
            if file.is_file() and "__pycache__" not in file.parts:
                steps = file.relative_to(ROOT / folder).parts
                found |= {"/".join(steps[start:]) for start in range(len(steps))}
                found |= {"/".join((folder, *steps)), "/".join((name, *steps))}
    return frozenset(found)


@cache
def _remarks(file: Path) -> str:
    """Comments and texts of a module; of other files, everything."""
    text = file.read_text(encoding="utf-8")
    if file.suffix != ".py":
        return text
    wanted = (tokenize.COMMENT, tokenize.STRING)
    tokens = tokenize.generate_tokens(io.StringIO(text).readline)
    return "\n".join(token.string for token in tokens if token.type in wanted)


def _readers() -> Iterator[Path]:
    """Files whose comments may send somebody to another file."""
    yield ROOT / "Makefile"
    yield ROOT / "setup.py"
    yield ROOT / "pyproject.toml"
    for folder in ("ckanext-hanse", "harvesters", "schemas", "config", "tools"):
        for pattern in _SOURCES:
            yield from sorted((ROOT / folder).rglob(pattern))
    yield from sorted((ROOT / "tests").rglob("*.py"))


def _anchor(heading: str) -> str:
    """As GitHub makes them."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


@pytest.mark.parametrize(
    "path", [*DOCS, ROOT / "BENCHMARKS.md", ROOT / "CHANGELOG.md"], ids=lambda path: path.name
)
def test_every_link_leads_somewhere(path: Path) -> None:
    dead = []
    for link in _LINK.findall(path.read_text(encoding="utf-8")):
        target, _, anchor = unquote(link).partition("#")
        if "://" in target or target.startswith("mailto:"):
            continue
        file = (path.parent / target).resolve() if target else path
        if not file.exists():
            dead.append(link)
        elif anchor:
            headings = _HEADING.findall(file.read_text(encoding="utf-8"))
            dead += [] if anchor in map(_anchor, headings) else [link]
    assert dead == []


@pytest.mark.parametrize("path", DOCS, ids=lambda path: path.name)
def test_every_file_that_the_docs_name_exists(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    named = [name for name in _FILE.findall(text) if _is_ours(name)]
    assert [name for name in named if name not in _tree()] == []


def test_every_file_and_folder_of_the_architecture_exists() -> None:
    text = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    files = _FILE.findall(text)
    assert len(files) > 100
    assert [name for name in files if name not in _tree()] == []
    whole = [name for name in files if name.startswith(tuple(f"{folder}/" for folder in FOLDERS))]
    assert [name for name in whole if not (ROOT / name).is_file()] == []
    folders = [name for name in _FOLDER.findall(text) if name != "hanse/"]
    assert folders
    assert [name for name in folders if not (ROOT / name).is_dir()] == []


def test_comments_name_files_that_exist() -> None:
    gone = [
        f"{file.relative_to(ROOT)}: {name}"
        for file in _readers()
        for name in _FILE.findall(_remarks(file))
        if _is_ours(name) and name not in _tree()
    ]
    assert gone == []


def test_comments_cite_no_document_that_is_not_in_the_tree() -> None:
    """Decisions are in docs/decisions, facts about portals in fixtures."""
    cites = re.compile(r"\bdesign[,:]|\bby design\b|\bquirks? \d")
    found = [
        f"{file.relative_to(ROOT)}: {hit[0]}"
        for file in _readers()
        if file != Path(__file__).resolve()
        for hit in cites.finditer(_remarks(file))
    ]
    assert found == []
