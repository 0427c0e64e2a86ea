"""What is made for search engines and reference managers, by the readers of others."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
from described import LIVE, ODD, TABLE, TREES

from ckanext.hanse.export import citation, croissant
from ckanext.hanse.export.description import Description
from peers.environment import environment

CROISSANT = ("mlcroissant==1.1.1",)
CITATIONS = ("pybtex==0.26.1", "rispy==0.10.0", "citeproc-py==0.11.1")


def _run(python: Path, script: str, *paths: Path) -> list[Any]:
    done = subprocess.run(
        [str(python), "-W", "ignore", str(Path(__file__).with_name(script)), *map(str, paths)],
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_croissant_is_valid(tmp_path: Path) -> None:
    paths = []
    for described in (TREES, ODD):
        paths.append(tmp_path / f"{described.name}.json")
        paths[-1].write_text(json.dumps(croissant.document(described)), encoding="utf-8")
    plain, odd = _run(environment("croissant", *CROISSANT), "run_croissant.py", *paths)
    assert (plain["errors"], plain["warnings"]) == ([], [])
    assert plain["files"] == odd["files"] == [TABLE.content, LIVE.content]
    assert odd["errors"] == []
    # Its version is none of MAJOR.MINOR.PATCH, so Croissant has none; that is recommended only.
    assert all("version" in warning for warning in odd["warnings"])


@pytest.mark.parametrize("described", [TREES, ODD], ids=lambda item: item.name)
def test_citations_are_read(described: Description, tmp_path: Path) -> None:
    paths = []
    for ending, kind in citation.FORMATS.items():
        paths.append(tmp_path / f"{described.name}.{ending}")
        paths[-1].write_bytes(kind.write(described).encode())
    (found,) = _run(environment("citations", *CITATIONS), "run_citations.py", *paths)
    authors = [" ".join(party.name.split()) for party in described.authors]
    assert found["rispy"]["title"] == described.title
    assert found["rispy"]["authors"] == authors
    assert len(found["pybtex"]["authors"]) == len(authors)
    assert {found[name]["url"] for name in ("pybtex", "rispy")} == {described.cited}
    assert described.title[:9] in found["citeproc"]
