"""Titles and names: one line of plain text."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from portals.files import turtle

from hanse_harvesters.normalise.keywords import keywords
from hanse_harvesters.normalise.text import words


@pytest.mark.parametrize(
    ("came", "read"),
    [
        ("<b>Bäume</b> &amp; Sträucher", "Bäume & Sträucher"),
        ("&amp;lt;i&amp;gt;Lärm&amp;lt;/i&amp;gt;", "Lärm"),
        ("A<br/>B", "A B"),
        ("CO<sub>2</sub>-Ausstoß", "CO2-Ausstoß"),
        ("Straße</b>, Weg", "Straße, Weg"),
        ("Haushalt &#40;2020&#41;", "Haushalt (2020)"),
        ("a\u0308pfel\u200b in Wis\u00admar\ufeff", "äpfel in Wismar"),
        ("Straßen\n   und\tWege\u2028hier", "Straßen und Wege hier"),
        ("Temperatur < 5 °C & Wind > 3", "Temperatur < 5 °C & Wind > 3"),
        ("Kinder&region", "Kinder&region"),
        ("👩\u200d👧 Familie", "👩\u200d👧 Familie"),
        ("Werte i<u und b>a", "Werte i<u und b>a"),
        ("S<q und Q>s", "S<q und Q>s"),
        ("n<p und q>r", "n<p und q>r"),
        ('Höhe <span title="a > b">NHN</span>', "Höhe NHN"),
        ("<td nowrap align=left>Pegel</td>", "Pegel"),
        ("Straßen\x0bund\x0cWege", "Straßen und Wege"),
    ],
)
def test_a_title_is_one_line_of_plain_text(came: str, read: str) -> None:
    assert words(came, line=True).value == read


def test_what_was_taken_out_is_said_and_a_title_of_nothing_is_none() -> None:
    assert [said.rule for said in words("<b>x</b>", line=True).findings] == ["title-markup"]
    assert words("x\ny", line=True).findings == ()
    assert words("i<u und b>a", line=True).findings == ()
    for marked in ("<title>x</title>", "<mark>x</mark>", "<!-- y -->x"):
        assert [said.rule for said in words(marked, line=True).findings] == ["title-markup"]
    assert words("&nbsp;<br>", line=True).value is None


def test_a_keyword_with_an_entity_is_no_list() -> None:
    assert keywords(["B&auml;ume"]).value == ["Bäume"]
    assert keywords(["<i>Lärm</i>; Wis\u00admar"]).value == ["Lärm", "Wismar"]


def test_titles_and_names_arrive_on_one_line_and_descriptions_keep_theirs(tmp_path: Path) -> None:
    found = turtle(
        tmp_path,
        '''<https://a.de/1> a dcat:Dataset ; dct:title """Straßen
   und <b>Wege</b>""" ; dct:description """Erste Zeile
zweite""" ; dct:publisher [ a foaf:Agent ; foaf:name """Amt
  für Daten""" ] ; dcat:contactPoint [ vcard:fn "Frau\\tMeier" ;
     vcard:hasTelephone "Teltow 03328-1" ] ;
  dcat:distribution [ a dcat:Distribution ; dct:title """Datei
 eins""" ; dcat:accessURL <https://a.de/z.csv> ] .''',
    ).one
    assert found["title"] == "Straßen und Wege"
    assert found["notes"] == "Erste Zeile\nzweite"
    assert found["publisher"][0]["name"] == "Amt für Daten"
    assert found["contact"][0]["name"] == "Frau Meier"
    assert found["contact"][0]["telephone"] == "Teltow 03328-1"
    assert found["resources"][0]["name"] == "Datei eins"


_PIECES = st.sampled_from(
    [
        "<b>",
        "</b>",
        "&amp;",
        "amp;",
        "lt;",
        "&lt;",
        "&",
        "<",
        ">",
        "br",
        " ",
        "\n",
        "\u200d",
        "\u200b",
        "x",
        ",",
    ]
)


@given(st.one_of(st.text(max_size=30), st.lists(_PIECES, max_size=12).map("".join)))
def test_twice_is_once(came: str) -> None:
    once = words(came, line=True).value
    assert once is None or words(once, line=True).value == once
    listed = keywords([came]).value or []
    assert (keywords(listed).value or []) == listed
