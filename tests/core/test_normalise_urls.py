"""Addresses, e-mail and telephone numbers."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hanse_harvesters.normalise import mail, urls


@pytest.mark.parametrize(
    ("came", "read"),
    [
        ("  http://a.example/x \n", "http://a.example/x"),
        ("http://a.example/neue daten.csv", "http://a.example/neue%20daten.csv"),
        ("http://a.example/a|b", "http://a.example/a%7Cb"),
        ("http:/a.example/x", "http://a.example/x"),
        ("http://http://a.example/x", "http://a.example/x"),
        ("<http://a.example>", "http://a.example"),
        ("http://a.example/?a=1&amp;b=2", "http://a.example/?a=1&b=2"),
        ("www.stadt.example/daten", "http://www.stadt.example/daten"),
        ("ttps://a.example/x", "https://a.example/x"),
        ("hhttps://a.example/x", "https://a.example/x"),
        ("htp://a.example/x", "http://a.example/x"),
        ("httsp://a.example/x", "https://a.example/x"),
        ("https//a.example/x", "https://a.example/x"),
        ("https;//a.example/x", "https://a.example/x"),
        ("https:// a.example/x", "https://a.example/x"),
        ("http:///a.example/x", "http://a.example/x"),
        ("https:https://a.example/x", "https://a.example/x"),
        ("//www.a.example/x", "https://www.a.example/x"),
        ("file://www.a.example/x", "https://www.a.example/x"),
        ("http%3A%2F%2Fa.example%2Fx", "http://a.example/x"),
        ("http://a.example%3A80/x?y=z%3A8", "http://a.example:80/x?y=z%3A8"),
        ("URL: https://a.example/x", "https://a.example/x"),
    ],
)
def test_slips_of_typing_are_mended_and_said(came: str, read: str) -> None:
    outcome = urls.url(came)
    assert outcome.value == read
    rules = [said.rule for said in outcome.findings]
    assert rules == ([] if came.strip() == read else ["url-mended"])


@pytest.mark.parametrize(
    "came",
    [
        "https://a.example/ü?x=1#distribution_",
        "http://a.example/a%20b",
        "urn:x-stadt:42",
        "doi:10.1/2",
        "ftp://a.example/x",
        "sftp://a.example/x",
        "https://archive.example/web/http://b.example/",
        "http://a.example/http//b",
        "http://185.199.108.153/a.csv",
        "http://[2a00:1450:4001::1]/a.csv",
    ],
)
def test_a_good_address_stays_and_nothing_is_said(came: str) -> None:
    assert urls.url(came) == urls.Outcome(came)


@pytest.mark.parametrize(
    "came",
    [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "java\nscript:alert(1)",
        " \x01javascript:alert(1)",
        "&#106;avascript:alert(1)",
        "data:text/html,<script>alert(1)</script>",
        "vbscript:x",
        "file:///etc/passwd",
        "blob:https://a.example/1",
        "view-source:http://a.example",
    ],
)
def test_an_unsafe_address_goes_and_the_issue_keeps_it(came: str) -> None:
    outcome = urls.url(came)
    assert outcome.value is None
    assert outcome.findings == (urls.finding("url-unsafe", came),)
    assert urls.subject(came).value is None
    assert urls.statement(came).value is None


@pytest.mark.parametrize(
    "came",
    [
        "http://2130706433/wms",
        "http://10.61.0.5/daten",
        "http://[::1]/x",
        "http://localhost:8080/",
        "http://geoserver/ows",
        "http://daten.stadt.intern/x",
        "http://127.1/",
    ],
)
def test_a_host_without_public_name_is_said_and_kept(came: str) -> None:
    outcome = urls.url(came)
    assert outcome.value == came
    assert [said.rule for said in outcome.findings] == ["url-private-host"]


@pytest.mark.parametrize("came", ["daten.csv", "C:\\Daten\\x.csv", "http://", "http://[kaputt"])
def test_what_is_no_address_is_kept_and_said(came: str) -> None:
    outcome = urls.url(came)
    assert outcome.value == came
    assert [said.rule for said in outcome.findings] == ["url-invalid"]


def test_a_sentence_with_a_colon_is_no_unsafe_link() -> None:
    words = "Data: alles"
    assert urls.statement(words) == urls.Outcome(words)
    assert urls.statement("javascript: alert(1)").value is None


@pytest.mark.parametrize(
    ("came", "read"),
    [
        ("mailto:info@stadt.example", "info@stadt.example"),
        ("MAILTO: info@stadt.example", "info@stadt.example"),
        ("file:///srv/harvest/info@statistik.example.de", "info@statistik.example.de"),
        ("http://portal.example/rdf/info@statistik.example.de", "info@statistik.example.de"),
        ("Amt für Statistik <info@stadt.example>", "info@stadt.example"),
        ("info @ stadt.example", "info@stadt.example"),
        ("info(at)stadt.example", "info@stadt.example"),
        ("info [at] stadt [punkt] example", "info@stadt.example"),
        ("mailto:info%40stadt.example?subject=Daten", "info@stadt.example"),
        ("jörg.groß@bürgeramt.example", "jörg.groß@bürgeramt.example"),
    ],
)
def test_an_address_is_found_in_whatever_wraps_it(came: str, read: str) -> None:
    assert mail.email(came) == mail.Outcome(read)


def test_of_several_addresses_the_first_is_kept_and_all_are_said() -> None:
    outcome = mail.email("a@stadt.example; b@stadt.example")
    assert outcome.value == "a@stadt.example"
    (said,) = outcome.findings
    assert (said.rule, said.value) == ("email-several", "a@stadt.example; b@stadt.example")


@pytest.mark.parametrize("came", ["Rathaus, Zimmer 3", "info@stadt"])
def test_what_is_no_address_stays_in_place(came: str) -> None:
    outcome = mail.email(came)
    assert outcome.value == came
    assert [said.rule for said in outcome.findings] == ["email-invalid"]


@pytest.mark.parametrize(
    ("came", "read"),
    [
        ("tel:+49-381-381-0", "+49-381-381-0"),
        ("tel:%2B49%20381%203810", "+49 381 3810"),
        ("Tel.: 0381 381-0", "0381 381-0"),
    ],
)
def test_a_number_stands_without_its_prefix(came: str, read: str) -> None:
    assert mail.phone(came) == mail.Outcome(read)


_PIECES = (
    "http :// : / // www. a.de @ % %2 %40 < > &amp; # ? [ ] \\ javascript: mailto: tel: (at) '"
)
_NASTY = st.one_of(
    st.text(max_size=60),
    st.lists(st.sampled_from([*_PIECES.split(), " ", "\n"]), max_size=10).map("".join),
)


@given(_NASTY)
def test_doing_it_twice_is_doing_it_once(came: str) -> None:
    for normaliser in (urls.url, urls.subject, urls.statement, mail.email, mail.phone):
        once = normaliser(came).value
        assert once is None or normaliser(once).value == once, normaliser


@given(_NASTY)
def test_nothing_unsafe_ever_comes_out(came: str) -> None:
    value = urls.url(came).value
    assert value is None or urls.scheme(value) not in urls.UNSAFE


@pytest.mark.parametrize("host", ["192.168.0.7", "2130706433", "0x7f.1", "127.1", "[::1]"])
def test_a_private_address_in_numbers_is_said(host: str) -> None:
    assert [said.rule for said in urls.url(f"http://{host}/b.csv").findings] == ["url-private-host"]


def test_a_scheme_that_nobody_knows_is_said() -> None:
    outcome = urls.url("tfp://a.example/x")
    assert (outcome.value, outcome.findings[0].rule) == ("tfp://a.example/x", "url-invalid")


_SLIPS = st.sampled_from(
    [
        "http",
        "https",
        "ttps",
        "htp",
        ":",
        "/",
        "//",
        "://",
        " ",
        "www.a.de",
        "%3A",
        "%2F",
        ";",
        "url:",
    ]
)


@given(st.lists(_SLIPS, max_size=8).map("".join))
def test_mending_twice_is_mending_once(came: str) -> None:
    once = urls.url(came).value
    assert once is None or urls.url(once).value == once


@pytest.mark.parametrize(
    ("came", "number"),
    [
        ("Teltow 03328-1", "Teltow 03328-1"),
        ("Tel/Fax: 0451 122", "Tel/Fax: 0451 122"),
        ("Telekom 0800 330", "Telekom 0800 330"),
        ("tel:+49 451 122", "+49 451 122"),
        ("TEL:%2B49%20451", "+49 451"),
        ("Tel.-Nr.: 0451 122", "0451 122"),
        ("Telefonnummer 0451 122", "0451 122"),
        ("Tel. (0451) 122-0", "(0451) 122-0"),
        ("Fon 0451 122", "0451 122"),
    ],
)
def test_only_a_word_for_telephone_is_taken_off_a_number(came: str, number: str) -> None:
    assert mail.phone(came) == mail.Outcome(number)
    assert mail.phone(number).value == number


@pytest.mark.parametrize(
    "came", ["tel:javascript:alert(1)", "tel:data:text/html,x", "tel:javascript%3Aalert(1)"]
)
def test_no_scheme_hides_behind_another(came: str) -> None:
    assert mail.phone(came).value is None
    assert mail.email(came.replace("tel:", "mailto:")).value is None
