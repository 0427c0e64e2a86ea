"""The officer of a city without a portal: she fills in the template, uploads it, takes it over."""

from __future__ import annotations

import io
import time
from pathlib import Path

import pytest
import requests
import xlsxwriter
from driving import Browser, Site
from profiles import by_night
from python_calamine import CalamineWorkbook

ADDRESS = "/harvest/source/datenliste-wismar"
HEADER = ("Titel", "Beschreibung", "Adresse der Datei", "Format", "Lizenz", "Schlagwörter")
#: Seconds until a run must have ended.
PATIENCE = 180


def _downloaded(browser: Browser, path: str) -> bytes:
    """A file as the browser's session gets it."""
    cookies = {item["name"]: item["value"] for item in browser.driver.get_cookies()}
    answer = requests.get(browser.site.url + path, cookies=cookies, timeout=60)
    assert answer.status_code == 200, answer.text[:500]
    assert answer.headers["Content-Disposition"].startswith("attachment")
    return answer.content


def _header(template: bytes) -> list[str]:
    """The names of the template's columns; a star marks those that are needed."""
    rows = CalamineWorkbook.from_filelike(io.BytesIO(template)).get_sheet_by_index(0).to_python()
    named = ([str(cell).rstrip(" *") for cell in row] for row in rows)
    return next(row for row in named if HEADER[0] in row)


def _filled(target: Path, header: list[str], *titles: str) -> Path:
    """The template with a row for each title; one licence is not known."""
    with xlsxwriter.Workbook(target) as book:
        sheet = book.add_worksheet("Datensätze")
        sheet.write_row(0, 0, header)
        for number, title in enumerate(titles, 1):
            values = {
                "Titel": title,
                "Beschreibung": f"{title} der Hansestadt Wismar.",
                "Adresse der Datei": f"https://www.wismar.example/{number}.csv",
                "Format": "CSV",
                "Lizenz": "nach Absprache" if number == 1 else "CC0 1.0",
                "Schlagwörter": "Hafen",
            }
            for name, value in values.items():
                sheet.write_string(number, header.index(name), value)
    return target


@by_night  # tests/ckan/test_lists.py sends the same
def test_from_the_template_to_the_dataset(browser: Browser, site: Site, tmp_path: Path) -> None:
    """One story, from the empty template to the list that is taken back."""
    browser.sign_in("wismar-verwaltung")
    browser.open("/harvest/source/new")
    browser.click(browser.one("[name='url_type'][value='upload']"))
    link = browser.link("Vorlage auf Deutsch").get_attribute("href") or ""
    header = _header(_downloaded(browser, link.removeprefix(site.url)))
    assert set(HEADER) <= set(header)

    wrong = tmp_path / "Liste.xlsm"
    wrong.write_bytes(b"PK\x03\x04")
    browser.fill("title", "Datenliste Wismar")
    browser.one("[name='upload']").send_keys(str(wrong))
    browser.press("Quelle speichern")
    assert "Makros" in browser.one("#field-url-error").text

    first = _filled(tmp_path / "Datenliste.xlsx", header, "Liegeplätze", "Hafengebühren")
    browser.one("[name='upload']").send_keys(str(first))
    browser.tidy("list-form")
    browser.width(None)
    browser.press("Quelle speichern")
    browser.one(".hanse-list-decide")
    assert "wären neu" in browser.text()
    assert "Lizenz" in browser.one("[aria-labelledby='list-findings']").text
    assert "Hafengebühren" in browser.text()
    assert site.get("/dataset/hafengebuehren").status_code == 404
    browser.tidy("list-preview")
    browser.width(None)

    browser.press("Diese Liste übernehmen")
    browser.one(".alert-success")
    _until(browser, site, "/dataset/hafengebuehren")
    assert "Datenliste Wismar" in site.get("/dataset/hafengebuehren").text

    browser.open(f"{ADDRESS}/list")
    browser.tidy("list")
    browser.width(None)
    errors = browser.link("Fehler als Tabelle").get_attribute("href") or ""
    sheets = CalamineWorkbook.from_filelike(
        io.BytesIO(_downloaded(browser, errors.removeprefix(site.url)))
    )
    assert "nach Absprache" in str([
        sheets.get_sheet_by_name(name).to_python() for name in sheets.sheet_names
    ])  # fmt: skip

    second = _filled(tmp_path / "Datenliste neu.xlsx", header, "Liegeplätze", "Fahrwassertiefen")
    browser.one("[name='upload']").send_keys(str(second))
    browser.press("Hochladen und Vorschau zeigen")
    browser.one(".hanse-list-decide")
    for words in ("Fahrwassertiefen", "Nicht mehr in der Liste", "Hafengebühren"):
        assert words in browser.text()
    assert site.get("/dataset/fahrwassertiefen").status_code == 404
    browser.open(f"{ADDRESS}/list")
    assert "Datenliste.xlsx" in browser.one("[aria-labelledby='list-current']").text
    assert "Datenliste neu.xlsx" in browser.one("[aria-labelledby='list-others']").text
    _remove(browser)
    assert browser.complaints() == []


def _until(browser: Browser, site: Site, path: str) -> None:
    end = time.monotonic() + PATIENCE
    while site.get(path).status_code != 200:
        if time.monotonic() > end:
            browser.open(ADDRESS)
            pytest.fail(f"{path} did not appear: {browser.text()[:500]}")
        time.sleep(0.5)


def _remove(browser: Browser) -> None:
    browser.open(f"{ADDRESS}/delete")
    browser.fill("confirm", "datenliste-wismar")
    browser.press("Quelle entfernen")
    browser.one(".alert-success")
