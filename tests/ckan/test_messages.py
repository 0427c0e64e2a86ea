"""A word after every act: what became of a form that was sent."""

from __future__ import annotations

from collections.abc import Callable
from html import unescape
from io import BytesIO
from typing import Any

import pytest

CC0 = "http://dcat-ap.de/def/licenses/cc-zero"
TEXT = {
    "title": "Hundewiesen",
    "name": "hundewiesen",
    "notes": "Freilaufflächen für Hunde.",
    "publisher-0-name": "Hansestadt Stralsund",
    "contact-0-name": "Grünamt",
    "contact-0-email": "gruen@example.org",
}


@pytest.fixture
def send(site: Any, officer: Callable[..., Any]) -> Callable[..., str]:
    """Posts a form as an editor of Stralsund; gives the messages on the page it leads to."""
    headers = {"Authorization": officer("stralsund")["token"]}

    def post(path: str, **fields: Any) -> str:
        page = site.post(path, data=fields, headers=headers).body
        begin = page.find('class="flash-messages')
        return unescape(page[begin : page.find("<h1", begin)]) if begin >= 0 else ""

    return post


def test_every_form_is_answered(send: Callable[..., str], cities: dict[str, Any]) -> None:
    """Draft, file, publication, change, back to a draft: each says what it is now."""
    form = {**TEXT, "owner_org": cities["stralsund"]["id"]}
    assert "Der Entwurf ist gespeichert" in send("/dataset/new", _ckan_phase="1", save="", **form)
    file = {"id": "", "name": "Wiesen", "license": CC0, "url": "wiesen.csv", "url_type": "upload"}
    upload = (BytesIO(b"name;ort\\nWiese;Ost\\n"), "wiesen.csv")
    said = send("/dataset/hundewiesen/resource/new", save="go-metadata", upload=upload, **file)
    assert "Der Datensatz ist veröffentlicht" in said
    said = send("/dataset/edit/hundewiesen", save="save", state="active", **form)
    assert "gespeichert und öffentlich" in said
    said = send("/dataset/edit/hundewiesen", save="save", state="active", private="True", **form)
    assert "sehen nur Mitglieder Ihrer Stadt" in said
    said = send("/dataset/edit/hundewiesen", save="go-metadata-unpublish", **form)
    assert "Der Entwurf ist gespeichert" in said


def test_a_form_that_is_refused_is_not_said_to_be_saved(
    send: Callable[..., str], cities: dict[str, Any]
) -> None:
    assert "gespeichert" not in send("/dataset/new", _ckan_phase="1", save="", title="", name="")
