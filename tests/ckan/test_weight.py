"""What goes over the line: only the files that a page needs, kept for long, and compressed."""

from __future__ import annotations

import gzip
import re
from collections.abc import Callable, Iterator
from typing import Any

import brotli
import pytest
from werkzeug.test import Client, TestResponse
from werkzeug.wrappers import Response

from ckanext.hanse.page_cache import lasting
from ckanext.hanse.weight import page
from ckanext.hanse.weight.compression import Compression

GZIP = {"Accept_Encoding": "zstd, gzip;q=0.8"}
ALL = {"1_jquery.js", "2_htmx.js", "3_main.js", "4_site.js"}
_ASSET = re.compile(r'(?:href|src)="(/webassets/[^"]+)"')


def test_a_visitors_page_is_compressed(visitor: Callable[..., TestResponse], clean: None) -> None:
    plain = visitor("/about")
    short = visitor("/about", **GZIP)
    assert "Content-Encoding" not in plain.headers
    assert short.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(short.data) == plain.data
    assert len(short.data) == int(short.headers["Content-Length"]) < len(plain.data) / 2
    for answer in (plain, short):
        assert "Accept-Encoding" in answer.vary
    again = visitor("/about", **GZIP, If_None_Match=short.headers["ETag"])
    assert again.status_code == 304


def test_a_file_is_compressed_for_everybody_and_has_another_validator(
    visitor: Callable[..., TestResponse], clean: None
) -> None:
    sheet = _ASSET.findall(visitor("/about").text)[0]
    plain, short = visitor(sheet), visitor(sheet, **GZIP, Cookie="ckan=session")
    assert gzip.decompress(short.data) == plain.data
    assert short.headers["ETag"] == "W/" + plain.headers["ETag"]
    assert "immutable" in short.headers["Cache-Control"]
    assert "Cookie" not in short.vary  # signing in would make every file new
    assert visitor(sheet, **GZIP, If_None_Match=short.headers["ETag"]).status_code == 304


def test_the_shortest_coding_is_chosen_that_the_client_takes(
    visitor: Callable[..., TestResponse], clean: None
) -> None:
    plain, zipped = visitor("/about"), visitor("/about", **GZIP)
    short = visitor("/about", Accept_Encoding="gzip, deflate, br")
    assert short.headers["Content-Encoding"] == "br"
    assert brotli.decompress(short.data) == plain.data
    assert len(short.data) < len(zipped.data)
    assert visitor("/about", **GZIP).data == zipped.data  # each is remembered by itself
    refused = visitor("/about", Accept_Encoding="br;q=0, gzip")
    assert refused.headers["Content-Encoding"] == "gzip"


def test_a_page_with_a_secret_is_compressed_only_if_it_repeats_nothing(
    visitor: Callable[..., TestResponse], clean: None
) -> None:
    """BREACH: its length must not tell how well words of the address fit the CSRF token."""
    begins = visitor("/user/login?came_from=/words", **GZIP)
    assert "csrf" in begins.text
    assert "Content-Encoding" not in begins.headers
    cookie = begins.headers["Set-Cookie"].partition(";")[0]
    assert "Content-Encoding" not in visitor("/dataset/?q=words", **GZIP, Cookie=cookie).headers
    assert "Content-Encoding" not in visitor("/user/login", **GZIP, method="POST").headers
    nowhere = visitor("/dataset/words", **GZIP, Cookie=cookie)  # the page repeats its address
    assert (nowhere.status_code, nowhere.headers.get("Content-Encoding")) == (404, None)
    form = visitor("/user/login", **GZIP, Cookie=cookie)
    assert "csrf" in gzip.decompress(form.data).decode()
    assert visitor("/user/login", **GZIP).data != form.data  # it is nobody else's


@pytest.mark.parametrize(
    ("headers", "method", "accepts"),
    [
        ({"Content-Type": "text/csv", "Content-Encoding": "br"}, "GET", "gzip"),
        ({"Content-Type": "application/zip"}, "GET", "gzip"),
        ({"Content-Type": "text/csv", "Cache-Control": "no-transform"}, "GET", "gzip"),
        ({"Content-Type": "text/csv"}, "HEAD", "gzip"),
        ({"Content-Type": "text/csv"}, "GET", "gzip;q=0"),
        ({"Content-Type": "text/csv"}, "GET", ""),
    ],
)
def test_what_is_left_as_it_is(
    loaded: None, headers: dict[str, str], method: str, accepts: str
) -> None:
    app = Compression(Response(b"a;b\n" * 1000, headers=headers))
    answer = Client(app).open("/", method=method, headers={"Accept-Encoding": accepts})
    assert answer.headers.get("Content-Encoding") == headers.get("Content-Encoding")
    assert answer.content_length == 4000


def test_a_long_answer_is_compressed_while_it_is_sent(loaded: None) -> None:
    closed = []

    def rows() -> Iterator[bytes]:
        try:
            yield from [b"a;b\n" * 1000] * 3
        finally:
            closed.append(True)

    app = Compression(Response(rows(), content_type="text/csv", headers={"ETag": '"1"'}))
    answer = Client(app).get("/", headers={"Accept-Encoding": "gzip"})
    assert gzip.decompress(answer.data) == b"a;b\n" * 3000
    assert "Content-Length" not in answer.headers
    answer.close()
    assert closed


def test_a_long_answer_is_sent_as_it_is_to_who_takes_no_gzip(loaded: None) -> None:
    app = Compression(Response(iter([b"a;b\n" * 1000] * 3), content_type="text/csv"))
    answer = Client(app).get("/", headers={"Accept-Encoding": "br"})
    assert "Content-Encoding" not in answer.headers
    assert answer.data == b"a;b\n" * 3000


def _written(body: str, *more: str) -> str:
    scripts = ("vendor/1_jquery.js", "vendor/2_htmx.js", "base/3_main.js", "hanse/4_site.js", *more)
    tags = "".join(
        f'<script src="/webassets/{name}" type="text/javascript"></script>\n' for name in scripts
    )
    return (
        '<html><head><link href="/webassets/vendor/5_fontawesome.css" rel="stylesheet"/></head>'
        f"<body>{body}{tags}</body></html>"
    )


@pytest.mark.parametrize(
    ("body", "more", "left"),
    [
        ('<i class="fa fa-search"></i>', (), {"4_site.js"}),
        ('<a hx-boost="true" href="/">', (), {"2_htmx.js", "4_site.js"}),
        ("<p>data-module=</p>", (), {"4_site.js"}),
        ('<p data-module="x">', (), ALL),
        ("<p>", ("other/6_x.js",), {*ALL, "6_x.js"}),
        ('<i class="fa fa-hippo"></i>', (), {"5_fontawesome.css", "4_site.js"}),
    ],
)
def test_a_page_loads_what_it_needs(
    loaded: None, body: str, more: tuple[str, ...], left: set[str]
) -> None:
    """Names that are no files are not joined."""
    found = page.lighter(_written(body, *more))
    assert {item.rpartition("/")[2] for item in _ASSET.findall(found)} == left
    assert body in found


def test_what_a_page_loads_is_joined(visitor: Callable[..., TestResponse], clean: None) -> None:
    """One style sheet with everything that CKAN's own has, addresses and all."""
    html = visitor("/about").text
    sheets = [item for item in _ASSET.findall(html) if item.endswith(".css")]
    assert len(sheets) == 1
    sheet = visitor(sheets[0]).text
    assert ".hanse-header" in sheet
    assert ".btn-primary" in sheet
    for path in re.findall(r'url\("\.\./\.\.(/hanse/[^"]+)"\)', sheet):
        answer = visitor(path)
        assert answer.status_code == 200
        assert "immutable" in answer.headers["Cache-Control"], path


def test_pictures_are_kept_by_the_hash_of_their_content(
    visitor: Callable[..., Any], clean: None
) -> None:
    address = re.search(r'"(/hanse/mark\.svg\?v=\w+)"', visitor("/about").text)
    assert address
    assert "immutable" in visitor(address[1]).headers["Cache-Control"]
    for other in ("/hanse/mark.svg", "/hanse/mark.svg?v=00000000"):
        assert "immutable" not in visitor(other).headers["Cache-Control"]
    assert lasting.digest("/hanse/../../plugin.py") == ""
