"""A portal that can fall ill, and time that can pass, for tests of what is never lost."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import ckan.plugins.toolkit as tk
import sqlalchemy as sa
from ckan import model
from ckan.tests.helpers import call_action
from stand_in import Entry, Page, StandIn, catalogue

from ckanext.hanse.harvest import engine
from ckanext.hanse.model import SourceRecord
from ckanext.hanse.sources.sync import sync
from ckanext.hanse.store import sources
from ckanext.hanse.store.report import Report

PATH = "/catalog.ttl"
HYDRA = "@prefix hydra: <http://www.w3.org/ns/hydra/core#> .\n"


def entries(number: int, *, first: int = 0) -> list[Entry]:
    """Datasets named by their numbers."""
    return [Entry(f"d{n}", f"Datensatz {n}") for n in range(first, first + number)]


class Town:
    """The source ``rostock`` on a stand-in portal: serve, harvest, look."""

    def __init__(self, portal: StandIn, folder: Path, kind: str = "rdf", path: str = PATH) -> None:
        self.portal = portal
        file = folder / "sources.yaml"
        file.write_text(
            "organizations:\n  rostock: {title: Rostock}\n"
            f"sources:\n  rostock: {{kind: {kind}, url: {portal.url(path)}, "
            "organization: rostock}\n",
            encoding="utf-8",
        )
        sync(file)
        self.source = sources.get("rostock")

    def has(self, *entries: Entry, base: str = "https://daten.example.org") -> Report:
        """Serve these datasets in one document and harvest them."""
        self.portal.turtle(PATH, catalogue(*entries, base=base))
        return self.harvest()

    def answers(self, page: Page) -> Report:
        """Serve this and harvest it."""
        self.portal.pages[PATH] = page
        return self.harvest()

    def pages(self, *pages: list[Entry], total: int | None = None, **broken: Page) -> Report:
        """Serve hydra pages and harvest them; ``p2=Page(…)`` breaks the second."""
        for number, found in enumerate(pages, 1):
            link = f"{PATH}?page={number + 1}" if number < len(pages) else ""
            self.page(number, found, link, total)
        for name, page in broken.items():
            self.portal.pages[f"{PATH}?page={name[1:]}"] = page
        return self.harvest()

    def page(self, number: int, found: list[Entry], link: str, total: int | None = None) -> None:
        """One hydra page whose next one is at ``link``."""
        says = f"hydra:totalItems {total} ;" if total is not None else ""
        if link:
            says += f" hydra:next <{self.portal.url(link)}> ;"
        block = f"<{self.portal.url(PATH)}> a hydra:PartialCollectionView ; {says} hydra:x 1 .\n"
        path = PATH if number == 1 else f"{PATH}?page={number}"
        self.portal.turtle(path, HYDRA + catalogue(*found) + "\n" + block)

    def harvest(self, **keywords: Any) -> Report:
        """One run."""
        return engine.harvest("rostock", **keywords)


def found() -> set[str]:
    """Titles that a visitor finds by search."""
    search = call_action("package_search", rows=1000)
    return {row["title"] for row in search["results"]}


def pass_days(number: int) -> None:
    """What is missing has been so for ``number`` days longer."""
    model.Session.execute(
        sa.update(SourceRecord).values(
            missing_since=SourceRecord.missing_since - timedelta(days=number)
        )
    )
    model.Session.commit()


def impatient(monkeypatch: Any) -> None:
    """No second try and no pause."""
    monkeypatch.setitem(tk.config, "hanse.http.tries", 1)
    monkeypatch.setitem(tk.config, "hanse.http.pause_milliseconds", 0)
    monkeypatch.setitem(tk.config, "hanse.http.read_timeout", 3)
