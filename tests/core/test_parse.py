"""Foreign bytes: recognised by content, mended where portals break them, within limits."""

from __future__ import annotations

import contextlib
import json
import tempfile
import time
from dataclasses import replace
from typing import Any

import pytest

from hanse_harvesters.errors import HanseError, NotACatalogue, StopRun, TooMuch
from hanse_harvesters.mapping.terms import IRI, BNode, Literal, Triple
from hanse_harvesters.sandbox.document import Document, ParseLimits, open_document

DCT = "http://purl.org/dc/terms/"
HEAD = (
    '<?xml version="1.0" encoding="{}"?>\n<rdf:RDF'
    ' xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:dct="http://purl.org/dc/terms/">'
)
LIMITS = ParseLimits(cpu=5, wall=10.0)


def opened(data: bytes | str, **settings: Any) -> Document:
    file = tempfile.TemporaryFile()  # noqa: SIM115 - the child reads it
    file.write(data.encode() if isinstance(data, str) else data)
    return open_document(
        file, where="here", **{"base": "https://a.example/c/", "limits": LIMITS, **settings}
    )


def read(data: bytes | str, **settings: Any) -> tuple[Document, list[Triple]]:
    document = opened(data, **settings)
    return document, list(document.triples())


def xml(body: str, encoding: str = "UTF-8") -> str:
    return f"{HEAD.format(encoding)}{body}</rdf:RDF>"


def about(inner: str, iri: str = "http://a/1") -> str:
    return f'<rdf:Description rdf:about="{iri}">{inner}</rdf:Description>'


def titles(triples: list[Triple]) -> list[str]:
    return [o.value for _, p, o in triples if p == f"{DCT}title" and isinstance(o, Literal)]


def rules(document: Document) -> set[str]:
    return {found.rule for found in document.issues}


# --- Recognised by content --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "format"),
    [
        (xml(about("<dct:title>T</dct:title>")), "rdfxml"),
        ("\n<!-- x -->\n" + xml(about("<dct:title>T</dct:title>"))[39:], "rdfxml"),
        (f'@prefix dct: <{DCT}> .\n<http://a/1> dct:title "T" .', "turtle"),
        (f'PREFIX dct: <{DCT}>\n<http://a/1> dct:title "T" .', "turtle"),
        (f'# made by hand\n[] <{DCT}title> "T" .', "turtle"),
        (f'<http://a/1> <{DCT}title> "T" .\n', "nquads"),
        (f'{{"@id": "http://a/1", "{DCT}title": "T"}}', "jsonld"),
        (f'{{"@context": {{"d": "{DCT}"}}, "@id": "http://a/1", "d:title": "T"}}', "jsonld"),
        (f'[{{"@id": "http://a/1", "{DCT}title": [{{"@value": "T"}}]}}]', "jsonld"),
    ],
)
def test_every_syntax_gives_the_same_triple(data: str, format: str) -> None:
    document, triples = read(data)
    assert (document.format, titles(triples)) == (format, ["T"])
    assert document.whole
    assert document.issues == []


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ("", "empty"),
        ("\n  \n", "empty"),
        ("<!DOCTYPE html><html><body>Wartung</body></html>", "HTML page"),
        ("<html><body>Wartung</body></html>", "HTML page"),
        ("<!-- cache --><HTML>", "HTML page"),
        ('<?xml version="1.0"?><csw:GetRecordsResponse xmlns:csw="http://x"/>', "no RDF.*csw:Get"),
        ("Service unavailable", "no format that is known.*Service unavailable"),
        ('{"success": tr', "broken JSON"),
    ],
)
def test_what_is_no_catalogue_is_refused_in_clear_words(data: str, said: str) -> None:
    with pytest.raises(NotACatalogue, match=said) as caught:
        opened(data)
    assert str(caught.value).startswith("here: ")
    assert caught.value.remedy


def test_terms_keep_language_datatype_and_blank_nodes() -> None:
    _, triples = read(
        '<http://a> <http://p> "x"@DE, "1"^^<http://d>, "y", _:b, <http://o> . _:b <http://q> "z" .'
    )
    objects = [o for _, p, o in triples if p == "http://p"]
    assert objects[:3] == [Literal("x", "de"), Literal("1", None, "http://d"), Literal("y")]
    assert isinstance(objects[3], BNode)
    assert isinstance(objects[4], IRI)
    assert objects[3] == next(s for s, p, _ in triples if p == "http://q")


def test_relative_addresses_are_resolved_against_the_document() -> None:
    _, triples = read("<x> <http://p> <../y> .")
    assert (triples[0][0], triples[0][2]) == ("https://a.example/c/x", "https://a.example/y")


def test_json_ld_may_name_its_types_last() -> None:
    node = f'"@id": "http://a/1", "{DCT}title": "T", "@type": "http://t"'
    document, triples = read(f'{{"@context": {{}}, "@graph": [{{{node}}}]}}')
    assert (titles(triples), len(triples)) == (["T"], 2)
    assert document.whole


@pytest.mark.parametrize("head", ['{"@context": {}, "@graph": [', "["])
def test_large_json_ld_is_read_as_a_stream(head: str) -> None:
    nodes = ",".join(
        f'{{"@id": "http://a/{number}", "@type": ["http://t"], "{DCT}title": "{"T" * 3000}"}}'
        for number in range(20_000)
    )
    data = f"{head}{nodes}]" + ("}" if head.startswith("{") else "")
    tight = replace(LIMITS, memory=160_000_000, cpu=30, wall=60.0)
    document, triples = read(data, limits=replace(tight, stream=1 << 20))
    assert len(triples) == 40_000
    assert document.whole
    if head == "[":  # what is read as a whole does not fit
        with pytest.raises(TooMuch, match="memory"):
            read(data, limits=tight)


# --- Charsets ---------------------------------------------------------------------------------

WORD = xml(about("<dct:title>Größe</dct:title>"))


@pytest.mark.parametrize(
    ("data", "issue"),
    [
        (WORD.encode(), False),
        (b"\xef\xbb\xbf" + WORD.encode(), False),
        (WORD.encode("utf-16"), False),
        (WORD.replace("UTF-8", "UTF-16").encode("utf-16-be"), False),
        (WORD.encode("utf-32"), False),
        (WORD.replace("UTF-8", "ISO-8859-1").encode("latin-1"), False),
        (WORD.replace("UTF-8", "ISO-8859-15").encode("iso8859-15"), False),
        (WORD.replace("UTF-8", "ISO-8859-1").encode(), False),
        (WORD.replace("UTF-8", "no-such-charset").encode(), False),
        (WORD.encode("latin-1"), True),
    ],
)
def test_umlauts_survive_every_charset(data: bytes, issue: bool) -> None:
    document, triples = read(data)
    assert titles(triples) == ["Größe"]
    assert rules(document) == ({"charset-wrong"} if issue else set())


def test_one_wrong_byte_does_not_spoil_the_others() -> None:
    data = WORD.replace("Größe", "Größe, Gr@ße").encode().replace(b"@", b"\xf6")
    document, triples = read(data)
    assert titles(triples) == ["Größe, Größe"]
    assert rules(document) == {"charset-wrong"}


def test_the_servers_charset_counts_where_nothing_better_is_known() -> None:
    data = '<http://a> <http://purl.org/dc/terms/title> "Gdańsk" .'.encode("iso8859-2")
    _, triples = read(data, charset="iso-8859-2")
    assert titles(triples) == ["Gdańsk"]


# --- Mended -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("came", "meant"),
    [
        ("A & B", "A & B"),
        ("A &amp; B &lt; &#67;", "A & B < C"),
        ("5 < 6 und <b>fett</b>", "5 < 6 und <b>fett</b>"),
        ("Stra&szlig;e&nbsp;1", "Straße\xa01"),
        ("&unknown; x", "&unknown; x"),
        ("a\x0bb\x00c", "abc"),
        ("x&#0;y&#xFFFF;", "xy"),
        ("<![CDATA[a & <b>]]>", "a & <b>"),
        ("a<!-- b -- c -->d", "ad"),
    ],
)
def test_broken_markup_in_text_is_mended(came: str, meant: str) -> None:
    document, triples = read(xml(about(f"<dct:title>{came}</dct:title>")))
    assert titles(triples) == [meant]
    assert document.whole


def test_what_was_mended_is_said() -> None:
    document, triples = read(xml(about("<dct:title>A & B & C</dct:title>", "http://a/?x=1&y=2")))
    assert triples[0][0] == "http://a/?x=1&y=2"
    (found,) = document.issues
    assert (found.rule, found.value) == ("xml-repaired", "3 × &")


def test_well_formed_xml_is_left_alone() -> None:
    text = "<dct:title>A &amp; B &#228;</dct:title><!-- x --><dct:x><![CDATA[<&>]]></dct:x>"
    document, triples = read(xml(about(text)))
    assert document.issues == []
    assert [o.value for _, _, o in triples if isinstance(o, Literal)] == ["A & B ä", "<&>"]


def test_addresses_that_are_none_arrive_as_they_came() -> None:
    iris = ["http://a/neustadt i. h.-süd", "http://a/x[1]{2}|^`", "http://[half"]
    _, triples = read(xml("".join(about("<dct:title>T</dct:title>", iri) for iri in iris)))
    assert [s for s, _, _ in triples] == iris
    _, turtle = read("".join(f'<{iri}> <http://p> "x" .\n' for iri in iris))
    assert [s for s, _, _ in turtle] == iris


def test_blanks_around_an_address_are_no_part_of_it() -> None:
    document, triples = read(xml(about("<dct:title>T</dct:title>", "\n  http://a/1 ")))
    assert triples[0][0] == "http://a/1"
    assert rules(document) == {"xml-repaired"}


def test_odd_node_ids_and_language_tags_are_understood() -> None:
    odd = xml(
        '<rdf:Description rdf:nodeID="1 a"><dct:title xml:lang="de_DE">T</dct:title>'
        "</rdf:Description>"
    )
    assert titles(read(odd)[1]) == ["T"]
    _, triples = read('<http://a> <http://purl.org/dc/terms/title> "T"@de_DE .')
    assert triples[0][2] == Literal("T", "de-de")


def test_control_characters_leave_texts_and_it_is_said() -> None:
    document, triples = read('<http://a> <http://purl.org/dc/terms/title> "a\\u0000b\\u0007" .')
    assert titles(triples) == ["ab"]
    assert rules(document) == {"control-characters"}


# --- Broken documents -------------------------------------------------------------------------


@pytest.mark.parametrize(
    "data",
    [
        "@prefix d: <http://purl.org/dc/terms/> .\n"
        '<http://a> d:title "one" .\n<http://b> d:title broken .\n<http://c> d:title "two" .\n',
        '<http://a> <http://purl.org/dc/terms/title> "one" .\n<http://b> <http://p> broken .\n'
        '<http://c> <http://purl.org/dc/terms/title> "two" .\n',
        xml(
            about("<dct:title>one</dct:title>")
            + about("<dct:x>text <dct:y/></dct:x>", "http://a/2")
            + about("<dct:title>two</dct:title>", "http://a/3")
        ),
    ],
)
def test_one_broken_statement_does_not_take_the_others_along(data: str) -> None:
    document, triples = read(data)
    assert titles(triples) == ["one", "two"]
    assert rules(document) == {"statement-broken"}
    assert not document.whole
    assert not document.cut


@pytest.mark.parametrize(
    "data",
    [
        xml(about("<dct:title>one</dct:title>") * 2)[:-30],
        xml(about("<dct:title>one</dct:title>"))[:-5],
        '<http://a> <http://purl.org/dc/terms/title> "one" .\n<http://b> <http://p> "op',
        '<http://a> <http://purl.org/dc/terms/title> "one" .\n<http://b> <http://p> <htt',
        '{"@context": {}, "@graph": [{"@id": "http://a", "http://purl.org/dc/terms/title": "one"},'
        '{"@id": "http://b", "htt',
    ],
)
def test_a_document_cut_in_half_is_noticed(data: str) -> None:
    document, triples = read(data)
    assert "one" in titles(triples)
    assert document.cut
    assert not document.whole


def test_the_place_of_a_fault_is_told() -> None:
    document, _ = read("<http://a> <http://b> <http://c> .\n<http://a> <http://b> broken .\n")
    assert "line 2" in document.issues[0].value
    document, _ = read(xml("\n" + about("<dct:title>one</dct:ti>")))
    assert any("line 3" in found.value for found in document.issues)


def test_a_document_of_nothing_but_faults_ends() -> None:
    document, triples = read("@prefix a: <http://a/> .\n" + "a:b a:c broken .\n" * 5000)
    assert triples == []
    assert len(document.issues) <= 20


# --- Hostile documents ------------------------------------------------------------------------

ENTITIES = '<!DOCTYPE rdf:RDF [<!ENTITY a "xxxxxxxxxx"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
XXE = '<!DOCTYPE rdf:RDF [<!ENTITY a SYSTEM "file:///etc/hostname">]>'


@pytest.mark.parametrize("doctype", [ENTITIES, XXE, "<!DOCTYPE rdf:RDF>"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-le", "utf-32"])
def test_a_doctype_is_refused_in_every_encoding(doctype: str, encoding: str) -> None:
    text = xml(about("<dct:title>&b;</dct:title>"))
    text = text.replace("?>\n", f"?>\n<!-- x -->{doctype}").replace("UTF-8", encoding[:6])
    with pytest.raises(NotACatalogue, match="DOCTYPE"):
        opened(text.encode(encoding))


def test_a_doctype_behind_a_long_prolog_is_not_reached() -> None:
    text = f"<?xml version='1.0'?><!-- {'x' * 300_000} -->{ENTITIES}{xml('')[39:]}"
    with pytest.raises(NotACatalogue):
        opened(text)


def test_a_doctype_inside_the_document_expands_nothing() -> None:
    document, triples = read(xml(ENTITIES + about("<dct:title>&b;</dct:title>")))
    assert triples == []
    assert document.cut


def test_an_encoding_that_hides_the_doctype_hides_nothing() -> None:
    text = xml(about("<dct:title>T</dct:title>"), "utf-7").replace("?>\n", "?>\n+ADwAIQ-DOCTYPE x>")
    with pytest.raises(HanseError):
        read(text)


@pytest.mark.parametrize(
    "context",
    [
        '"http://127.0.0.1:9/context.jsonld"',
        '"file:///etc/hostname"',
        '["https://www.w3.org/ns/dcat.jsonld", {}]',
        '{"@import": "http://127.0.0.1:9/context.jsonld"}',
    ],
)
@pytest.mark.parametrize("first", [True, False])
def test_json_ld_fetches_no_context(context: str, first: bool, connections: list[Any]) -> None:
    data = f'"@context": {context}'
    rest = '"@id": "http://a", "http://purl.org/dc/terms/title": "T", "t": {"x": "y"}'
    with pytest.raises(NotACatalogue, match="context"):
        read("{" + (f"{data}, {rest}" if first else f"{rest}, {data}") + "}")
    assert connections == []


@pytest.mark.parametrize("first", [True, False])
def test_the_context_of_a_term_is_not_fetched_and_costs_its_own_names_alone(
    first: bool, connections: list[Any]
) -> None:
    inner = '{"@id": "http://t", "@context": "http://127.0.0.1:9/inner.jsonld"}'
    data = f'"@context": {{"t": {inner}}}'
    rest = '"@id": "http://a", "http://purl.org/dc/terms/title": "T", "t": {"x": "y"}'
    document, triples = read("{" + (f"{data}, {rest}" if first else f"{rest}, {data}") + "}")
    assert any("title" in str(triple) for triple in triples)
    assert "context-in-part" in {found.rule for found in document.issues}
    assert connections == []


@pytest.mark.parametrize(
    "data",
    [
        "[" * 300_000,
        '{"a":' * 300_000,
        '{"@context": {}, "http://a":' + '{"http://a":' * 300_000,
        HEAD.format("UTF-8") + "<dct:A><dct:b>" * 200_000,
        "<http://a> <http://b> " + "(" * 500_000,
    ],
)
def test_deep_nesting_ends_within_the_limits(data: str) -> None:
    begun = time.monotonic()
    with contextlib.suppress(StopRun):
        read(data)
    assert time.monotonic() - begun < 20


def test_text_that_unfolds_is_stopped() -> None:
    long = "a" * 20_000
    data = f"@prefix a: <http://a/{long}> .\n" + "a:b a:c a:d .\n" * 20_000
    with pytest.raises(TooMuch, match=r"unfolds|memory"):
        read(data)


def test_memory_has_a_limit() -> None:
    text = "[" + ",".join(["[]"] * 6_000_000) + "]"
    with pytest.raises(TooMuch, match="memory"):
        opened(text, limits=replace(LIMITS, memory=1 << 28))


def test_processor_time_has_a_limit() -> None:
    data = "@prefix a: <http://a/> .\n" + "a:b a:c a:d .\n" * 3_000_000
    with pytest.raises(TooMuch, match="1 second of processor time"):
        read(data, limits=replace(LIMITS, cpu=1))


def test_the_child_can_open_nothing() -> None:
    """Said by the limit itself: no descriptor beyond the standard three."""
    import resource
    import subprocess
    import sys

    program = (
        "import socket\n"
        "from hanse_harvesters.processes import limits\n"
        "limits.close_the_doors(3)\n"
        "for door in (lambda: socket.socket(), lambda: open('/etc/hostname')):\n"
        "    try: door()\n"
        "    except OSError as error: print(error.errno)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=30
    )
    assert done.stdout.split() == ["24", "24"], done.stderr
    assert resource.getrlimit(resource.RLIMIT_NOFILE)[0] > 3


# --- CKAN's answers ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "head", "number"),
    [
        (
            '{"success": true, "result": {"count": 9, "results": [{"id": "1"}]}}',
            {"kind": "search", "count": 9},
            1,
        ),
        ('{"success": true, "result": {"id": "1", "resources": []}}', {"kind": "package"}, 1),
        ('{"id": "1", "name": "x", "resources": []}', {"kind": "package"}, 1),
        ('[{"id": "1", "resources": []}, {"id": "2", "resources": []}]', {"kind": "packages"}, 2),
        (
            '{"success": false, "error": {"message": "Zugriff verweigert"}}',
            {"kind": "error", "error": "Zugriff verweigert"},
            0,
        ),
        ('{"error": "kaputt"}', {"kind": "error", "error": "kaputt"}, 0),
        ('{"type": "FeatureCollection"}', {"kind": "other", "keys": ["type"]}, 0),
    ],
)
def test_answers_of_ckan_are_told_apart(data: str, head: dict[str, Any], number: int) -> None:
    document = opened(data)
    assert (document.format, document.head) == ("ckan", head)
    assert len(list(document.packages())) == number


def test_an_entry_that_is_no_package_is_said_and_the_others_arrive() -> None:
    document = opened('{"result": {"count": 3, "results": [{"id": "1"}, null, "x", {"id": "2"}]}}')
    assert [package.id for package in document.packages()] == ["1", "2"]
    assert [found.value for found in document.issues] == ["null", '"x"']


def test_json_oddities_do_no_harm() -> None:
    document = opened('{"id": "1", "resources": [], "a": NaN, "b": "\\ud800", "c": 1e999}')
    (found,) = document.packages()
    package = json.loads(found.text)
    assert package["a"] is None
    package["b"].encode()
