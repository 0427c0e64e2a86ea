"""Files that are uploaded: which may come in, and how they go out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import ckan.plugins.toolkit as tk
import pytest
from ckan.tests.helpers import call_action

CSV = "Straße;Bäume\nLange Straße;12\nSteinstraße;7\n".encode()


def test_a_table_is_kept_and_given_out_as_it_came(upload: Callable[..., Any], site: Any) -> None:
    resource = upload("baeume.csv", CSV)["result"]
    assert resource["format"] == "CSV"
    answer = site.get(resource["url"])
    assert answer.data == CSV
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("name", ["programm.exe", "seite.php", "ohne-endung", "seite.xhtml"])
def test_other_types_are_refused(upload: Callable[..., Any], name: str) -> None:
    answer = upload(name, b"x")
    assert not answer["success"]
    assert "csv" in answer["error"]["upload"][0]
    assert call_action("package_show", id="selbst")["resources"] == []


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("seite.html", b"<script>alert(1)</script>"),
        ("bild.svg", b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'),
        ("daten.xml", b'<x:script xmlns:x="http://www.w3.org/1999/xhtml">alert(1)</x:script>'),
    ],
)
def test_what_can_carry_scripts_is_never_shown_on_this_site(
    upload: Callable[..., Any], site: Any, name: str, content: bytes
) -> None:
    answer = site.get(upload(name, content)["result"]["url"])
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer.headers["Content-Security-Policy"]


@pytest.mark.parametrize("mimetype", ["text/html", "image/svg+xml", "application/xhtml+xml"])
def test_a_false_type_changes_nothing(upload: Callable[..., Any], site: Any, mimetype: str) -> None:
    resource = upload("daten.csv", b"<script>alert(1)</script>", mimetype=mimetype)["result"]
    answer = site.get(resource["url"])
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    shown = answer.headers.get("Content-Disposition", "inline").startswith("inline")
    assert not (shown and answer.mimetype == mimetype)


def test_a_file_that_is_too_large_is_refused(
    upload: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(tk.config, "ckan.max_resource_size", 1)
    answer = upload("gross.csv", b"x" * (2 << 20))
    assert not answer["success"]
    assert "upload" in answer["error"]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("leer.csv", b""),
        ("leer.xlsx", b""),
        ("leer.pdf", b""),
        ("zeilen.csv", b"\n\r\n\n"),
        ("bom.csv", b"\xef\xbb\xbf\n"),
        ("trenner.csv", b";;;\n;;;\n"),
        ("trenner.tsv", b"\t\t\n  \n"),
        ("breit.csv", "\ufeff;;\n".encode("utf-16-le")),
    ],
)
def test_an_empty_file_is_refused_by_name_with_a_remedy(
    upload: Callable[..., Any], name: str, content: bytes
) -> None:
    answer = upload(name, content)
    assert not answer["success"]
    (said,) = answer["error"]["upload"]
    assert name in said
    assert "leer" in said.replace(name, "")
    assert "noch einmal" in said
    assert call_action("package_show", id="selbst")["resources"] == []


def test_a_table_with_names_of_columns_alone_comes_in(upload: Callable[..., Any]) -> None:
    assert upload("kopf.csv", b"a;b\n")["success"]
