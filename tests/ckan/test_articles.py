"""News and help: the operator's Markdown files, and the help that is shipped."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import ckan.plugins.toolkit as tk
import pytest

from ckanext.hanse.monitoring.doctor import site as doctor


@pytest.fixture
def folder(clean: None, tmp_path: Path) -> Iterator[Path]:
    """The operator's folder, empty."""
    for kind in ("news", "help"):
        (tmp_path / kind).mkdir()
    tk.config["hanse.pages"] = str(tmp_path)
    yield tmp_path
    tk.config["hanse.pages"] = ""


def findings() -> set[str]:
    return {item.id for item in doctor.pages()}


def test_the_shipped_help_is_there_in_both_languages(clean: None, site: Any) -> None:
    page = site.get("/hilfe").body
    assert page.index("Daten suchen") < page.index("Lizenzen in Kürze")
    assert 'href="/hilfe"' in site.get("/imprint").body  # in the footer
    assert "Licences in short" in site.get("/en/hilfe").body
    assert "<td>Datenlizenz Deutschland" in site.get("/hilfe/licences").body
    assert site.get("/help", follow_redirects=False).headers["Location"].endswith("/hilfe")
    site.get("/hilfe/nie", status=404)
    assert site.get("/aktuelles").status_code == 200
    assert findings() == set()


def test_news_are_listed_the_newest_first_and_in_a_feed(folder: Path, site: Any) -> None:
    news = folder / "news"
    (news / "2026-01-02-kiel.de.md").write_text("# Kiel ist dabei\n\nSeit **heute**.")
    (news / "2026-01-02-kiel.en.md").write_text("# Kiel joins\n\nSince today.")
    (news / "2026-02-03-wartung.de.md").write_text(
        "# Wartung\n\n## Wann\n\n<script>alert(1)</script><img src=x> Morgen."
    )
    (news / "2999-01-01-spaeter.de.md").write_text("# Noch geheim")
    page = site.get("/aktuelles").body
    assert page.index("Wartung") < page.index("Kiel ist dabei")
    assert "Noch geheim" not in page
    assert "Kiel joins" in site.get("/en/aktuelles").body
    one = site.get("/aktuelles/2026-02-03-wartung").body
    assert "<h2>Wann</h2>" in one
    assert "alert(1)</script>" not in one
    assert "<img src=x" not in one
    feed = site.get("/aktuelles.atom")
    assert feed.headers["Content-Type"].startswith("application/atom+xml")
    assert "<title>Kiel ist dabei</title>" in feed.body
    assert findings() == {"pages-ok"}


def test_a_help_page_of_the_operator_takes_the_place_of_the_shipped_one(
    folder: Path, site: Any
) -> None:
    (folder / "help" / "search.de.md").write_text("# Suchen bei uns\n\nSo.")
    page = site.get("/hilfe").body
    assert "Suchen bei uns" in page
    assert "Daten suchen</a>" not in page
    assert 'lang="de"' in site.get("/en/hilfe/search").body


def test_what_cannot_be_read_is_said_and_found_by_the_doctor(folder: Path, site: Any) -> None:
    (folder / "news" / "2026-01-02-latin.de.md").write_bytes("Straße".encode("latin-1"))
    (folder / "news" / "Entwurf.docx").write_text("x")
    assert "cannot be shown at the moment" in site.get("/en/aktuelles").body
    site.get("/aktuelles/2026-01-02-latin", status=404)
    assert findings() == {"pages-unreadable", "pages-names"}
    tk.config["hanse.pages"] = str(folder / "missing")
    assert "cannot be shown at the moment" in site.get("/en/hilfe").body
    assert findings() == {"pages-unreadable"}
