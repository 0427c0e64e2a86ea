"""What pages make of foreign values: nothing dangerous, words for codes, no guesses."""

from __future__ import annotations

import json
import time
from typing import Any

import ckan.plugins.toolkit as tk
import pytest
from ckan.tests import factories

from ckanext.hanse.presentation import changes, cities, display, licences, pages, text, words

THEME = "http://publications.europa.eu/resource/authority/data-theme/ENVI"
HOSTILE = [
    "<script>alert(1)</script>",
    '<img src="https://tracker.example/x.png" onerror="alert(1)">',
    "![Bild](https://tracker.example/x.png)",
    "[klick](javascript:alert(1))",
    '<a href="JaVaScRiPt:alert(1)">klick</a>',
    '<a href="data:text/html,x" onclick="alert(1)">klick</a>',
    '<iframe src="https://example.org"></iframe><style>*{display:none}</style>',
    '<p style="background:url(https://tracker.example)" class="x">hallo</p>',
    "<svg><script>alert(1)</script></svg>",
]


@pytest.mark.parametrize("value", HOSTILE)
def test_foreign_html_is_harmless(value: str) -> None:
    """No script, picture, style, handler or unsafe link of a portal reaches a page."""
    shown = str(text.safe_html(f"vorher {value} nachher")).lower()
    for danger in ("<script", "<img", "javascript:", "data:", "<iframe", "<style", "style=",
                   "onclick", "onerror", "<svg", "alert(1)</script"):  # fmt: skip
        assert danger not in shown
    assert "vorher" in shown
    assert "nachher" in shown


def test_good_markup_stays() -> None:
    """Lists, tables, links and emphasis of Markdown and of HTML; headings below the page's own."""
    shown = str(text.safe_html("# Kopf\n\n- a\n- **b**\n\n|x|y|\n|-|-|\n|1|2|\n\n<b>fett</b>"))
    for wanted in (
        "<h3>Kopf</h3>",
        "<li>a</li>",
        "<strong>b</strong>",
        "<td>2</td>",
        "<b>fett</b>",
    ):
        assert wanted in shown


def test_bare_addresses_become_links_without_the_full_stop() -> None:
    """What ends a sentence is no part of the address; a link that is one already stays one."""
    shown = str(text.safe_html('Siehe https://rostock.de/a. <a href="https://b.de">b</a>'))
    assert 'href="https://rostock.de/a"' in shown
    assert shown.count("<a ") == 2


@pytest.mark.parametrize(
    ("url", "safe"),
    [
        ("https://rostock.de/x", True),
        (" ftp://rostock.de/x ", True),
        ("mailto:a@b.de", True),
        ("javascript:alert(1)", False),
        ("data:text/html,x", False),
        ("//rostock.de/x", False),
        ("https:///x", False),
        ("http://[::1", False),
        ("", False),
        (None, False),
    ],
)
def test_only_safe_addresses_are_links(url: Any, safe: bool) -> None:
    """Everything else is shown as words or not at all."""
    assert bool(text.safe_link(url)) is safe


def test_every_filled_field_is_shown_with_its_label_and_words() -> None:
    """Codes as words in the page's language, parts of objects, in the table's order."""
    dataset = {
        "theme": [THEME, "https://example.org/eigenes"],
        "publisher": [{"name": "Rostock", "email": "a@rostock.de", "url": "javascript:x"}],
        "temporal_coverage": [{"start": "2020", "end": "2021-05"}, {"start": "2024-01-01"}],
        "spatial_coverage": [{"text": "130030000000"}],
        "issued": "2013-01-06",
    }
    facts = {fact.field: fact for fact in display.facts(dataset, "dataset", "de")}
    assert set(facts) == set(dataset)
    assert [value.text for value in facts["theme"].values] == [
        "Umwelt",
        "https://example.org/eigenes",
    ]
    assert facts["publisher"].label == "Herausgeber"
    publisher = facts["publisher"].values[0]
    assert (publisher.text, publisher.href) == ("Rostock", "")
    assert publisher.facts[0].values[0].href == "mailto:a@rostock.de"
    assert [v.text for v in facts["temporal_coverage"].values] == [
        "2020 – Mai 2021",
        "seit 1. Januar 2024",
    ]
    assert facts["spatial_coverage"].values[0].text.startswith("Rostock")
    assert facts["issued"].values[0].text == "6. Januar 2013"
    english = {fact.field: fact for fact in display.facts(dataset, "dataset", "en")}
    assert english["theme"].values[0].text == "Environment"
    assert english["publisher"].label == "Publisher"


def test_a_role_and_a_country_are_shown_as_words() -> None:
    """The IRI of a role, in either register, and the country's code stay in the dataset."""
    inspire = "http://inspire.ec.europa.eu/metadata-codelist/ResponsiblePartyRole/processor"
    iso = "http://registry.it.csiro.au/def/isotc211/CI_RoleCode/processor"
    dataset = {
        "contact": [{"name": "Stralsund", "country": "DEU"}, {"name": "x", "country": "Narnia"}],
        "qualified_attribution": [
            {"agent": [{"name": "Vermessung"}], "role": role}
            for role in (inspire, iso, "https://example.org/role")
        ],
    }
    for language, role, country in (
        ("de", "Bearbeiter", "Deutschland"),
        ("en", "Processor", "Germany"),
    ):
        facts = {fact.field: fact for fact in display.facts(dataset, "dataset", language)}
        parts = [
            {inner.field: inner.values[0].text for inner in value.facts}
            for value in (*facts["contact"].values, *facts["qualified_attribution"].values)
        ]
        assert [part["country"] for part in parts[:2]] == [country, "Narnia"]
        assert [part["role"] for part in parts[2:]] == [role, role, "https://example.org/role"]


ENVI = "http://publications.europa.eu/resource/authority/data-theme/ENVI"
ZERO = "http://dcat-ap.de/def/licenses/dl-zero-de/2.0"


@pytest.mark.parametrize(
    ("field", "value", "shown"),
    [
        ("contact", [{"name": "Amt", "email": "a@b.de"}], "Amt (E-Mail: a@b.de)"),
        ("contact", [{"email": "a@b.de"}], "E-Mail: a@b.de"),
        ("theme", [ENVI, "Autos"], "Umwelt; Autos"),
        ("temporal_coverage", [{"start": "2024"}], "seit 2024"),
        ("title_translated", {"de": "Bäume", "en": "Trees"}, "de: Bäume; en: Trees"),
        ("resources[2].license", ZERO, "Datenlizenz Deutschland – Zero – Version 2.0"),
        ("issued", "2024-03-01", "1. März 2024"),
        ("tags", "Baum, Grün", "Baum, Grün"),
        ("notes", "[1] ist gut", "[1] ist gut"),
        ("theme", '["http://abgeschnitten…', '["http://abgeschnitten…'),
        ("unbekannt", {"a": 1}, '{"a": 1}'),
    ],
)
def test_what_changed_is_shown_in_words(field: str, value: Any, shown: str) -> None:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    change = {"field": field, "old": None, "new": text}
    assert changes.in_words(change, "de") == (None, shown)


def test_a_change_that_words_do_not_show_is_shown_as_it_came() -> None:
    change = {"field": "issued", "old": "2024-03-01", "new": "2024-03-01T10:00:00"}
    assert changes.in_words(change, "de") == ("2024-03-01", "2024-03-01T10:00:00")


def test_a_reference_system_is_shown_by_its_name() -> None:
    crs = "http://www.opengis.net/def/crs/EPSG/0/"
    dataset = {"conforms_to": [f"{crs}25833", f"{crs}99999", "XPlanung 5.4"]}
    (fact,) = display.facts(dataset, "dataset", "de")
    assert [value.text for value in fact.values] == [
        "ETRS89 / UTM-Zone 33N (EPSG:25833)",
        f"{crs}99999",
        "XPlanung 5.4",
    ]
    assert [value.href for value in fact.values] == [f"{crs}25833", f"{crs}99999", ""]


def test_a_text_in_another_language_says_so() -> None:
    """The page's language where there is one; else the text with its own, for screen readers."""
    both = {"title": "Bäume", "title_translated": {"de": "Bäume", "en": "Trees"}}
    assert display.translated(both, "title", "en") == ("Trees", "")
    assert display.translated({"title": "Bäume"}, "title", "en") == ("Bäume", "de")
    polish = {"title": "Drzewa", "title_translated": {"pl": "Drzewa"}}
    assert display.translated(polish, "title", "de") == ("Drzewa", "pl")


def test_an_edited_title_shows_at_once() -> None:
    """The form changes the plain field; an older translation into the site's language is stale."""
    edited = {"title": "Neu", "title_translated": {"de": "Alt", "en": "Old"}}
    assert display.translated(edited, "title", "de") == ("Neu", "")


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("2024", "2024"),
        ("2024-03", "März 2024"),
        ("2024-03-05", "5. März 2024"),
        ("2024-03-05T23:30:00+02:00", "5. März 2024"),
        ("demnächst", "demnächst"),
        ("2024-13-40", "2024-13-40"),
    ],
)
def test_dates_in_words(value: str, shown: str) -> None:
    """What is no date stays as it came."""
    assert words.day(value, "de") == shown


def test_sizes_and_durations_in_words() -> None:
    """With the language's own separators."""
    assert [words.size(n, "de") for n in (94, 1536, 25_300_000, "viel")] == [
        "94 Bytes", "1,5 KB", "25,3 MB", "",
    ]  # fmt: skip
    assert words.size(1536, "en") == "1.5 KB"
    assert words.duration("P1Y6M", "de") == "1 Jahr, 6 Monate"
    assert words.duration("PT15M", "en") == "15 minutes"
    assert words.duration("oft", "de") == "oft"


def test_whether_a_licence_is_open_is_said_only_where_it_is_known() -> None:
    """Open, not open, or nobody knows."""
    base = "http://dcat-ap.de/def/licenses/"
    assert licences.licence(base + "dl-zero-de/2.0", "de").open is True
    assert licences.licence(base + "cc-by-nc/4.0", "de").open is False
    unknown = licences.licence("https://example.org/lizenz", "de")
    assert (unknown.open, unknown.short) == (None, "example.org")
    assert licences.licence("javascript:alert(1)", "de").href == ""


def test_pages_offered_of_a_long_result() -> None:
    """First, last and those around; a gap only where more than one page is left out."""
    assert pages.steps(1, 1) == []
    assert pages.steps(1, 3) == [1, 2, 3]
    assert pages.steps(7, 20) == [1, None, 6, 7, 8, None, 20]
    assert pages.steps(3, 5) == [1, 2, 3, 4, 5]


def test_a_citys_picture_is_never_somebody_elses(site: Any) -> None:
    """An upload or a file of ours is shown; an address elsewhere gives way to the drawn emblem."""
    here = tk.config["ckan.site_url"]
    with site.flask_app.test_request_context():
        assert cities.emblem("lubeka", f"{here}/hanse/emblems/luebeck.svg").endswith("luebeck.svg")
        assert cities.emblem("lubeka", "2026-wappen.png").endswith("/uploads/group/2026-wappen.png")
        assert cities.emblem("lubeka", "https://example.org/x.png").endswith("stadt.svg")
        assert cities.emblem("hansestadt-wismar").endswith("wismar.svg")


@pytest.mark.parametrize(
    "piece",
    ["[", "[a](", "![", "*", "`", "`a", "<a ", "> ", "_a", "* a\n", "&#x", "<div>", "=\n", "-\n"],
)
def test_no_description_makes_a_page_wait(piece: str) -> None:
    """A page, and each of twenty search results, is made of what a portal wrote."""
    for size in (200, 490, 1_990, text.LONGEST_MARKDOWN, 1_000_000):
        came = piece * (size // len(piece))
        for work in (text.safe_html, lambda words: text.plain(words, 200)):
            begun = time.process_time()
            work(came)
            assert time.process_time() - begun < 3


def test_a_text_as_long_as_a_book_is_shown_as_it_stands() -> None:
    book = "<script>alert(1)</script> Zeile\n" * 2_000
    shown = str(text.safe_html(book))
    assert "<script" not in shown
    assert shown.count("<br>") >= 1_999


def test_a_page_shows_a_hundred_files_and_keywords_and_leads_to_the_rest(
    site: Any, cities: dict[str, Any]
) -> None:
    dataset = factories.Dataset(
        owner_org=cities["rostock"]["id"],
        resources=[{"url": f"https://a.example/{n}.csv", "format": "CSV"} for n in range(130)],
        tags=[{"name": f"Wort {n:03}"} for n in range(130)],
    )
    page = site.get(f"/dataset/{dataset['name']}").get_data(as_text=True)
    assert page.count('class="hanse-distribution"') == 100
    assert "files=all" in page
    assert "Wort 129" in page
    page = site.get(f"/dataset/{dataset['name']}?files=all").get_data(as_text=True)
    assert page.count('class="hanse-distribution"') == 130
