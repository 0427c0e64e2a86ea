"""What the API says of a dataset's licence."""

from __future__ import annotations

from typing import Any

import pytest
from ckan.tests import factories, helpers

DL_BY = "http://dcat-ap.de/def/licenses/dl-by-de/2.0"
NOT_COMMERCIAL = "http://dcat-ap.de/def/licenses/cc-by-nc/4.0"


@pytest.mark.usefixtures("clean")
class TestApi:
    @pytest.mark.parametrize(
        ("licence", "is_open", "title"),
        [
            (DL_BY, True, "Datenlizenz Deutschland – Namensnennung – Version 2.0"),
            (NOT_COMMERCIAL, False, "Creative Commons Namensnennung"),
            ("urn:nobody:knows", False, "urn:nobody:knows"),
        ],
    )
    def test_open_and_title(self, licence: str, is_open: bool, title: str) -> None:
        city = factories.Organization()["id"]
        made = factories.Dataset(license_id=licence, owner_org=city)
        shown = helpers.call_action("package_show", id=made["id"])
        (found,) = helpers.call_action("package_search", q=made["name"])["results"]
        for dataset in (shown, found):
            assert dataset["isopen"] is is_open
            assert dataset["license_title"].startswith(title)

    def test_the_list_is_the_vocabulary(self, site: Any) -> None:
        german = site.get("/api/action/license_list").json["result"]
        titles = {one["id"]: one["title"] for one in german}
        assert titles[DL_BY] == "Datenlizenz Deutschland – Namensnennung – Version 2.0"
