"""The form of a dataset and of its files: checked before storing, read as a harvest reads."""

from __future__ import annotations

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from pathlib import Path
from typing import Any

import ckan.plugins.toolkit as tk
import pytest
from ckan.lib.redis import connect_to_redis
from ckan.tests.helpers import call_action
from test_publish import CC0, FULL, begin, form

from ckanext.hanse.presentation import submit_once

__all__ = ["form"]
FILES = "/dataset/hundewiesen/resource/new"


def _send(form: Callable[..., Any], save: str = "go-metadata", **fields: Any) -> Any:
    table = (BytesIO(b"Name,Lage\nNord,Knieper\n"), "wiesen.csv")
    return form(FILES, save=save, id="", name="Wiesen", license=CC0, upload=table, **fields)


def _on_disk() -> set[Path]:
    kept = Path(tk.config["ckan.storage_path"]) / "resources"
    return {path for path in kept.rglob("*") if path.is_file()}


def _resources() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = call_action("package_show", id="hundewiesen")["resources"]
    return found


def _errors(page: str) -> str:
    found = re.search(r'<div class="[^"]*hanse-form-errors".*?</div>', page, re.S)
    return found[0] if found else ""


def test_what_cannot_be_published_stores_no_file(form: Callable[..., Any]) -> None:
    begin(form)
    before = _on_disk()
    answer = _send(form)
    assert answer.status_code == 200
    said = _errors(answer.get_data(as_text=True))
    assert "1" in said
    assert "/dataset/edit/hundewiesen#field-notes" in said
    assert _resources() == []
    assert _on_disk() == before


def test_pressed_twice_makes_one_file(form: Callable[..., Any]) -> None:
    begin(form, **FULL)
    first, second = _send(form, "again"), _send(form, "again")
    assert (first.status_code, second.status_code) == (302, 302)
    assert first.headers["Location"] == second.headers["Location"]
    assert len(_resources()) == 1


def test_pressed_twice_at_once_makes_one_file(form: Callable[..., Any]) -> None:
    begin(form, **FULL)
    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(lambda _: _send(form, "again").status_code, range(2)))
    assert answers == [302, 302]
    assert len(_resources()) == 1


def test_pressed_again_while_the_first_takes_its_time_holds_nobody_up(
    form: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    begin(form, **FULL)
    monkeypatch.setattr(submit_once, "_key", lambda: "test:form")
    monkeypatch.setattr(submit_once, "_PATIENCE", 1)
    connect_to_redis().set("test:form", b"", ex=60)  # as the first does when it begins
    answer = _send(form, "again")
    assert answer.status_code == 429
    assert answer.headers["Retry-After"] == "1"
    assert _resources() == []
    connect_to_redis().delete("test:form")
    assert _send(form, "again").status_code == 302
    assert len(_resources()) == 1


@pytest.mark.parametrize(
    ("field", "value"),
    [("contact-0-email", "gruen(at)"), ("issued", "31.02.2025"), ("url", "kein Link")],
)
def test_a_value_that_nobody_can_read_is_refused_at_its_field(
    form: Callable[..., Any], field: str, value: str
) -> None:
    answer = begin(form, **FULL | {field: value})
    assert answer.status_code == 200
    page = answer.get_data(as_text=True)
    assert f"#field-{field}" in _errors(page)
    assert f'id="field-{field}"' in page
    with pytest.raises(tk.ObjectNotFound):
        call_action("package_show", id="hundewiesen")


def test_a_german_date_is_read(form: Callable[..., Any]) -> None:
    begin(form, **FULL, issued="31.12.2025")
    assert call_action("package_show", id="hundewiesen")["issued"] == "2025-12-31"


def test_an_empty_form_names_the_city_as_publisher(site: Any, officer: Callable[..., Any]) -> None:
    headers = {"Authorization": officer("stralsund")["token"]}
    page = site.get("/dataset/new", headers=headers).get_data(as_text=True)
    city = call_action("organization_show", id="stralsund")["title"]
    for name in ("publisher-0-name", "contact-0-name"):
        (entry,) = re.findall(rf'<input[^>]*name="{name}"[^>]*>', page)
        assert f'value="{city}"' in entry


def test_the_button_of_a_private_dataset_says_so(
    site: Any, officer: Callable[..., Any], form: Callable[..., Any]
) -> None:
    headers = {"Authorization": officer("stralsund")["token"]}
    begin(form, **FULL, private="True")
    page = site.get(FILES, headers=headers).get_data(as_text=True)
    (button,) = re.findall(r'value="go-metadata"[^>]*>([^<]*)<', page)
    assert button in ("Save as private", "Als privat speichern")


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


def test_a_new_dataset_sent_twice_is_one(form: Callable[..., Any]) -> None:
    first, second = begin(form), begin(form)
    assert (first.status_code, second.status_code) == (302, 302)
    assert first.headers["Location"] == second.headers["Location"]


def test_an_uploaded_file_lacks_no_address(
    form: Callable[..., Any], officer: Callable[..., Any], api: Callable[..., Any]
) -> None:
    begin(form, **FULL)
    _send(form)
    (file,) = _resources()
    assert file["url_type"] == "upload"
    found = api(officer("stralsund"), "hanse_dataset_issues", id="hundewiesen")
    assert "access-url-missing" not in {issue["rule"] for issue in found}


def test_the_api_stores_what_a_form_would_ask_about(
    officer: Callable[..., Any], api: Callable[..., Any]
) -> None:
    editor = officer("stralsund")
    made = api(editor, "package_create", title="Wiesen", name="wiesen", owner_org="stralsund")
    assert made["state"] == "active"
    found = api(editor, "hanse_dataset_issues", id="wiesen")
    assert {"distribution-missing", "mandatory-missing"} <= {issue["rule"] for issue in found}
