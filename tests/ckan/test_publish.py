"""A city without a portal publishes by the form: draft, file, publish."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from typing import Any

import ckan.plugins.toolkit as tk
import pytest
from ckan.tests.helpers import call_action

CC0 = "http://dcat-ap.de/def/licenses/cc-zero"


@pytest.fixture
def form(site: Any, officer: Callable[..., Any]) -> Callable[..., Any]:
    """Posts a form as an editor of Stralsund."""
    headers = {"Authorization": officer("stralsund")["token"]}

    def post(path: str, **fields: Any) -> Any:
        return site.post(path, data=fields, headers=headers, follow_redirects=False)

    return post


def begin(form: Callable[..., Any], **fields: Any) -> Any:
    """The first page of a new dataset."""
    page = {"title": "Hundewiesen", "name": "hundewiesen", "owner_org": "stralsund"}
    return form("/dataset/new", _ckan_phase="1", save="", **page | fields)


FULL = {
    "notes": "Freilaufflächen für Hunde.",
    "publisher-0-name": "Hansestadt Stralsund",
    "contact-0-name": "Grünamt",
    "contact-0-email": "gruen@example.org",
}


def test_a_form_makes_a_draft_that_only_the_city_sees(
    form: Callable[..., Any], api: Callable[..., Any]
) -> None:
    answer = begin(form)
    assert answer.status_code == 302
    assert "/resource/new" in answer.headers["Location"]
    draft = call_action("package_show", id="hundewiesen")
    assert draft["state"] == "draft"
    with pytest.raises(tk.NotAuthorized):
        api(None, "package_show", id="hundewiesen")
    assert api(None, "package_search")["count"] == 0


def test_publishing_asks_for_what_is_mandatory(form: Callable[..., Any]) -> None:
    begin(form)
    answer = form(
        "/dataset/hundewiesen/resource/new", save="go-metadata", id="", url="http://a.example/x"
    )
    assert answer.status_code in (200, 302)
    assert call_action("package_show", id="hundewiesen")["state"] == "draft"


def test_a_complete_draft_with_a_file_is_published(
    form: Callable[..., Any], api: Callable[..., Any]
) -> None:
    begin(form, **FULL)
    form(
        "/dataset/hundewiesen/resource/new",
        save="go-metadata",
        id="",
        name="Wiesen",
        license=CC0,
        upload=(BytesIO(b"Name,Lage\nNord,Knieper\n"), "wiesen.csv"),
    )
    published = api(None, "package_show", id="hundewiesen")
    assert published["state"] == "active"
    assert published["publisher"][0]["name"] == "Hansestadt Stralsund"
    (file,) = published["resources"]
    assert (file["format"], file["license"]) == ("CSV", CC0)
    assert api(None, "package_search")["count"] == 1
    assert api(None, "hanse_origin_show", id="hundewiesen") == {}
