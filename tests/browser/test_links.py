"""An officer has the links of her dataset checked again, and sees what came of it."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from driving import Browser, Site
from profiles import by_night

from hanse_harvesters.testing.portal import Portal, Reply

CSV = Reply(b"art;jahr\n" + b"Linde;1987\n" * 40, headers={"Content-Type": "text/csv"})
PAGE = Reply(b"<!DOCTYPE html><html><body>weg</body></html>", headers={"Content-Type": "text/html"})
#: Calls an action of the site in a process of its own: ``python -c … INI ACTION JSON``.
CALL = """
import json, sys
from ckan.cli import CKANConfigLoader
from ckan.config.middleware import make_app
app = make_app(CKANConfigLoader(sys.argv[1]).get_config())
with app._wsgi_app.test_request_context():
    import ckan.plugins.toolkit as tk
    user = tk.get_action("get_site_user")({"ignore_auth": True}, {})["name"]
    tk.get_action(sys.argv[2])({"user": user, "ignore_auth": True}, json.loads(sys.argv[3]))
"""


def call(site: Site, action: str, **data: Any) -> None:
    """Do what another person has done before."""
    arguments = [str(site.ini), action, json.dumps(data)]
    done = subprocess.run(
        [sys.executable, "-c", CALL, *arguments], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]


def dataset(portal: Portal) -> dict[str, Any]:
    """A dataset with files that are there, have moved, are gone, and are something else."""
    files = [
        ("Bäume", "/baeume.csv"),
        ("Bäume, alte Adresse", "/alt.csv"),
        ("Sträucher", "/weg.csv"),
        ("Hecken", "/seite.csv"),
        ("Moos", "/streng.csv"),
    ]
    return {
        "name": "gruen-in-der-stadt",
        "title": "Grün in der Stadt",
        "notes": "Was in der Stadt wächst.",
        "owner_org": "rostock",
        "resources": [
            {"name": name, "url": portal.url(path), "access_url": portal.url(path),
             "download_url": portal.url(path), "format": "CSV"} for name, path in files
        ],
    }  # fmt: skip


@pytest.fixture
def remove(site: Site) -> Iterator[None]:
    """Afterwards the city has its harvested datasets alone, as other tests expect."""
    yield
    call(site, "dataset_purge", id="gruen-in-der-stadt")


@by_night  # tests/ckan/test_links_pages.py asks the same pages
@pytest.mark.usefixtures("remove")
def test_an_officer_has_links_checked_and_sees_them(browser: Browser, site: Site) -> None:
    scripts = {
        "/baeume.csv": CSV,
        "/alt.csv": Reply(b"", 301, {"Location": "/baeume.csv"}),
        "/seite.csv": PAGE,
        "/streng.csv": Reply(b"", 403),
    }
    with Portal(scripts, port=site.spare) as portal:
        call(site, "package_create", **dataset(portal))
        browser.sign_in("rostock-daten")
        browser.open("/dataset/gruen-in-der-stadt")
        browser.click(browser.one("[aria-labelledby='box-links'] button"))
        browser.one("#links-progress progress")
        browser.keep("links-progress")
        browser.until(lambda _: not browser.all("#links-progress"), "the check is over")
        words = browser.text()
        for said in ("erreichbar", "umgezogen", "unklar"):
            assert said in words
        browser.tidy("links")
        browser.width(None)
        browser.open("/en/dataset/gruen-in-der-stadt/links")
        browser.tidy("links-en")
        browser.width(None)
        browser.open("/dataset/gruen-in-der-stadt")
        words = browser.text()
        assert "Zuletzt erreicht am" in words
        assert "Umgezogen nach 127.0.0.1" in words
        browser.tidy("links-dataset")
        browser.width(None)
        browser.open("/en/dataset/gruen-in-der-stadt")
        assert "Last reached on" in browser.text()
        browser.tidy("links-dataset-en")
        browser.width(None)
        browser.open("/desk/rostock")
        browser.tidy("links-desk")
        assert browser.complaints() == []
