"""Values as portals write them, on the way from RDF to the catalogue's own shape."""

from __future__ import annotations

from pathlib import Path

import pytest
from portals.files import turtle


@pytest.mark.parametrize(
    ("came", "size"),
    [("1e999999999", None), ("9" * 40, None), ("1.234.567", 1234567), ("1e6", 10**6)],
)
def test_a_size_is_read_in_no_time_or_left_out_and_said(
    tmp_path: Path, came: str, size: int | None
) -> None:
    found = turtle(
        tmp_path,
        f"""<https://example.org/1> a dcat:Dataset ; dct:title "a" ;
          dcat:distribution [ dcat:accessURL <https://example.org/a> ;
            dcat:byteSize "{came}" ] .""",
    )
    assert found.one["resources"][0].get("size") == size
    said = found.rules().get("not-a-number", [])
    assert said == ([] if size is not None else [("resources[0].size", came)])
