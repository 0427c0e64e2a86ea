"""The form of a dataset and of its files: read as a harvest reads, with the usual choices first."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from ckan.tests.helpers import call_action
from test_publish import CC0, FULL, begin, form

__all__ = ["form"]
FILES = "/dataset/hundewiesen/resource/new"


def test_a_german_date_is_read(form: Callable[..., Any]) -> None:
    begin(form, **FULL, issued="31.12.2025")
    assert call_action("package_show", id="hundewiesen")["issued"] == "2025-12-31"


def test_the_recommended_licences_come_first(
    site: Any, officer: Callable[..., Any], form: Callable[..., Any]
) -> None:
    headers = {"Authorization": officer("stralsund")["token"]}
    begin(form, **FULL)
    page = site.get(FILES, headers=headers).get_data(as_text=True)
    (choice,) = re.findall(r'<select[^>]*name="license".*?</select>', page, re.S)
    recommended, others = re.findall(r"<optgroup.*?</optgroup>", choice, re.S)
    assert 0 < recommended.count("<option") < others.count("<option")
    assert choice.index(CC0) < choice.index(others)
