"""What CKAN's own pages lack for a screen reader is put in, and ours are left alone."""

from __future__ import annotations

import pytest

from ckanext.hanse.presentation.accessibility import mended

TITLE = "Members - Häfen &amp; Kais - Organizations"


@pytest.mark.parametrize(
    "main", ['<div class="primary" role="main">', "<main>", '<div role="main" class="row">']
)
def test_a_page_without_a_main_heading_gets_its_title(main: str) -> None:
    got = mended(f"<aside><h2>x</h2></aside>{main}<p>y</p>", TITLE, "-")
    heading = '<h1 class="hanse-ckan-title">Members</h1>'
    assert got == f"<aside><h2>x</h2></aside>{main}{heading}<p>y</p>"


def test_a_title_is_text() -> None:
    got = mended("<main>", "Häfen &amp; Kais &lt;neu&gt;", "-")
    assert "Häfen &amp; Kais &lt;neu&gt;</h1>" in got


def test_the_level_below_follows_the_first() -> None:
    got = mended('<main><h3 class="page-heading">\n2 members</h3><h3>z</h3>', TITLE, "-")
    assert '<h2 class="page-heading">\n2 members</h2><h3>z</h3>' in got


def test_a_main_heading_stays_the_only_one() -> None:
    page = '<main><h1 class="hide-heading">Edit</h1>'
    assert mended(page, TITLE, "-") == page


def test_empty_headings_and_lists_go() -> None:
    got = mended(
        '<main><h1>a</h1><th>&nbsp;</th><th></th><ul class="b"> <p>none</p> </ul>', "", "-"
    )
    assert got == "<main><h1>a</h1><td></td><td></td><p>none</p>"


def test_where_there_is_no_main_part_nothing_is_put_in() -> None:
    assert mended("<div>part of a page</div>", TITLE, "-") == "<div>part of a page</div>"
