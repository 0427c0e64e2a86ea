"""Imprint, privacy and accessibility statement: templates until the operator has filled them in."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import ckan.plugins.toolkit as tk
import pytest

from ckanext.hanse.monitoring.doctor import site as doctor
from ckanext.hanse.presentation.legal import PAGES

Option = Callable[[str, str], None]


@pytest.fixture
def option(clean: None) -> Iterator[Option]:
    """Sets an option of the ini for this test."""
    changed: list[str] = []

    def put(name: str, value: str) -> None:
        changed.append(name)
        tk.config[name] = value

    yield put
    for name in changed:
        tk.config[name] = ""


def found() -> dict[str, list[str]]:
    """What the doctor says of these pages: id → names of options."""
    return {item.id: item.params.get("names", []) for item in doctor.legal_pages()}


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("lang", ["", "/en"])
def test_an_unset_page_is_a_template_with_marked_gaps(
    site: Any, option: Option, name: str, lang: str
) -> None:
    page = site.get(f"{lang}/{name}").body
    assert "<mark>[" in page
    assert f"hanse.{name}" in page
    assert f'href="{lang}/{name}"' in page  # in the footer
    assert f"hanse.{name}" in found()["legal-missing"]


def test_the_operators_file_takes_its_place_and_is_asked_to_be_whole(
    site: Any, option: Option, tmp_path: Path
) -> None:
    for name in PAGES:
        text = tmp_path / f"{name}.md"
        text.write_text("## Anbieterin\n\nWismar, siehe [hier](https://wismar.example) [1]")
        option(f"hanse.{name}", str(text))
    option("hanse.imprint_en", "City of **Wismar**")
    assert found() == {"legal-ok": []}
    page = site.get("/imprint").body
    assert "<h2>Anbieterin</h2>" in page
    assert "<mark>" not in page
    assert "<strong>Wismar</strong>" in site.get("/en/imprint").body
    assert 'lang="de"' in site.get("/en/privacy").body

    (tmp_path / "imprint.md").write_text("Telefon: [Telefonnummer]")
    assert found() == {"legal-gaps": ["hanse.imprint"]}
    assert "<mark>[Telefonnummer]</mark>" in site.get("/imprint").body


def test_a_file_that_cannot_be_read_is_a_fault_of_the_doctor_not_of_the_page(
    site: Any, option: Option, tmp_path: Path
) -> None:
    latin = tmp_path / "latin.md"
    latin.write_bytes("Straße".encode("latin-1"))
    for path in (str(latin), str(tmp_path / "missing.md"), str(tmp_path)):
        option("hanse.imprint", path)
        assert "legal-unreadable" in found()
        assert "<mark>[" in site.get("/imprint").body


def test_an_address_leads_to_the_operators_own_page(site: Any, option: Option) -> None:
    option("hanse.accessibility", "https://wismar.example/barrierefreiheit")
    answer = site.get("/accessibility", follow_redirects=False)
    assert answer.headers["Location"] == "https://wismar.example/barrierefreiheit"


def test_scripts_in_an_operators_text_do_not_run(site: Any, option: Option) -> None:
    option("hanse.imprint", "Text <script>alert(1)</script> [Telefonnummer<img src=x>]")
    assert "<script>alert" not in site.get("/imprint").body
    assert "<img src=x" not in site.get("/imprint").body


def test_browsers_find_the_icon_where_they_look(site: Any) -> None:
    assert site.get("/favicon.ico").data[:4] == b"\x00\x00\x01\x00"
