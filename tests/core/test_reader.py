"""What portals really send: read as far as it goes, and every deviation said."""

from __future__ import annotations

import pytest

from hanse_harvesters.mapping import adapters
from hanse_harvesters.mapping.reader import datasets, read_dataset, subtree
from hanse_harvesters.mapping.terms import IRI, BNode, Graph
from hanse_schemas.table import PREFIXES

X = "https://portal.example/dataset/1"
FILE_TYPE = "http://publications.europa.eu/resource/authority/file-type/"
HEAD = "".join(f"@prefix {prefix}: <{iri}> .\n" for prefix, iri in PREFIXES.items())
HEAD += "@prefix : <https://portal.example/> .\n"


def graph(turtle: str) -> Graph:
    return Graph(adapters.parse((HEAD + turtle).encode(), "turtle"))


def read(turtle: str, subject: str = X, **options):
    return read_dataset(graph(turtle), IRI(subject), **options)


def dataset(about: str, rest: str = "", **options):
    """The dataset ``X`` of which ``about`` is said."""
    return read(f"<{X}> a dcat:Dataset ; {about} .\n{rest}", **options)


def rules(result) -> dict[str, str]:
    """rule → field of the first issue with it."""
    return {item.rule: item.field for item in reversed(result.issues)}


class TestNamespaces:
    @pytest.mark.parametrize(
        "namespace",
        [
            "http://dcat-ap.de/def/dcatde/",
            "http://dcat-ap.de/def/dcatde/1_0/",
            "http://dcat-ap.de/def/dcatde/1.0/",
            "http://dcat-ap.de/def/dcatde/1.0.1/",
            "https://www.dcat-ap.de/def/dcatde/1.1/",
            "http://dcat-ap.de/def/dcatde/1_0",
        ],
    )
    def test_every_dcatde_namespace_is_one(self, namespace):
        result = dataset(f'<{namespace}geocodingDescription> "Rostock"')
        assert result.dataset["geocoding_description"] == "Rostock"
        assert result.unknown == ""

    def test_https_schema_org_and_old_names(self):
        result = dataset(
            """dcterms:temporal [ a dcterms:PeriodOfTime ;
                 <https://schema.org/startDate> "2020"^^xsd:gYear ; schema:endDate "2021" ]"""
        )
        assert result.dataset["temporal_coverage"] == [{"start": "2020", "end": "2021"}]
        assert result.issues == []

    def test_availability_under_its_old_name_gives_way_to_the_new_one(self):
        new = "http://publications.europa.eu/resource/authority/planned-availability/STABLE"
        old = "http://dcat-ap.de/def/plannedAvailability/available"
        result = dataset(f"dcatap:availability <{new}> ; dcatde:plannedAvailability <{old}>")
        assert result.dataset["availability"] == new
        assert old in result.unknown


class TestWords:
    def test_two_titles_one_choice_and_an_issue(self):
        result = dataset('dcterms:title "Baum" , "Baumkataster"')
        assert result.dataset["title"] == "Baumkataster"
        assert rules(result) == {"values-several": "title"}
        assert '"Baum"' in result.unknown

    def test_the_sites_language_alone_needs_no_translation(self):
        result = dataset('dcterms:title "Baumkataster"@de')
        assert result.dataset == {"uri": X, "title": "Baumkataster"}

    def test_other_languages_stand_beside_it(self):
        result = dataset('dcterms:title "Bäume" , "Trees"@en-GB , "Drzewa"@pl')
        assert result.dataset["title"] == "Bäume"
        assert result.dataset["title_translated"] == {"de": "Bäume", "en": "Trees", "pl": "Drzewa"}

    def test_without_the_sites_language_english_is_shown(self):
        result = dataset('dcterms:title "Trees"@en , "Drzewa"@pl')
        assert result.dataset["title"] == "Trees"
        assert result.dataset["title_translated"] == {"en": "Trees", "pl": "Drzewa"}

    def test_a_machine_translation_never_wins(self):
        result = dataset('dcterms:title "Bäume" , "Machine words"@en-t-de-t0-mtec , "Trees"@en')
        assert result.dataset["title_translated"]["en"] == "Trees"

    def test_keywords_by_language_each_once(self):
        result = dataset('dcat:keyword "Baum " , "Baum" , "a:b/c (d)" , "tree"@en , ""')
        assert result.dataset["tags"] == [{"name": "Baum"}, {"name": "a:b/c (d)"}]
        assert result.dataset["tags_translated"] == {"de": ["Baum", "a:b/c (d)"], "en": ["tree"]}

    def test_an_identifier_with_blanks_and_line_breaks_is_trimmed_only(self):
        result = dataset('dcterms:identifier "\\n  https://portal.example/neu stadt\\n "')
        assert result.dataset["identifier"] == "https://portal.example/neu stadt"

    def test_several_identifiers_all_stay(self):
        result = dataset('dcterms:identifier "b" , "a"')
        assert result.dataset["identifier"] == "a"
        assert result.dataset["other_identifiers"] == ["b"]
        assert result.issues == []


class TestTheWrongKindOfTerm:
    def test_a_literal_where_an_iri_belongs(self):
        iri = "http://dcat-ap.de/def/contributors/destatis"
        result = dataset(f'dcatde:contributorID "{iri}"')
        assert result.dataset["contributor_id"] == [iri]
        assert rules(result) == {"literal-for-iri": "contributor_id"}

    def test_words_where_an_address_belongs(self):
        result = dataset('dcterms:source "HMDK/c71a34e1"')
        assert result.dataset["source"] == ["HMDK/c71a34e1"]
        assert rules(result) == {"not-an-iri": "source"}

    def test_an_iri_where_words_belong(self):
        result = dataset("dcterms:identifier <https://doi.example/10.1>")
        assert result.dataset["identifier"] == "https://doi.example/10.1"
        assert rules(result) == {"iri-for-literal": "identifier"}

    def test_publisher_contact_and_place_as_words(self):
        result = dataset(
            'dcterms:publisher "Stadt Wismar" ; dcat:contactPoint "info@wismar.example" ;'
            'dcterms:spatial "Altstadt" ; dcterms:temporal "2012-01-01/2012-12-31"'
        )
        assert result.dataset["publisher"] == [{"name": "Stadt Wismar"}]
        assert result.dataset["contact"] == [{"email": "info@wismar.example"}]
        assert result.dataset["spatial_coverage"] == [{"text": "Altstadt"}]
        assert result.dataset["temporal_coverage"] == [{"start": "2012-01-01", "end": "2012-12-31"}]
        assert {item.rule for item in result.issues} == {"literal-for-node"}
        assert result.unknown == ""

    def test_a_node_where_a_value_belongs(self):
        result = dataset(
            """dcterms:language [ a dcterms:LinguisticSystem ; rdf:value "de" ] ;
               dcat:theme [ a skos:Concept ; skos:prefLabel "Umwelt"@de , "Environment"@en ] ;
               dcterms:issued [ rdf:value "2020-01-01" ]"""
        )
        assert result.dataset["language"] == ["de"]
        assert result.dataset["theme"] == ["Umwelt"]
        assert result.dataset["issued"] == "2020-01-01"
        assert result.unknown == ""

    def test_rights_as_iri_label_or_words(self):
        result = dataset(
            """dcat:distribution :d1 , :d2 , :d3""",
            """:d1 a dcat:Distribution ; dcterms:title "1" ; dcterms:rights <https://r.example/> .
               :d2 a dcat:Distribution ; dcterms:title "2" ; dcterms:rights
                   [ a dcterms:RightsStatement ; rdfs:label "Frei" ] .
               :d3 a dcat:Distribution ; dcterms:title "3" ; dcterms:rights "Auch frei" .""",
        )
        rights = [resource["rights"] for resource in result.dataset["resources"]]
        assert rights == ["https://r.example/", "Frei", "Auch frei"]
        assert rules(result) == {"literal-for-node": "resources[2].rights"}


class TestAddresses:
    @pytest.mark.parametrize(
        ("given", "rule"),
        [
            ("vcard:hasEmail <mailto:info@stadt.example>", None),
            ('vcard:hasEmail "info@stadt.example"', "literal-for-iri"),
            ('vcard:email "mailto:info@stadt.example"', "literal-for-iri"),
            ("vcard:hasEmail <http://portal.example/info@stadt.example>", "email-relative"),
            ("vcard:hasEmail <file:///tmp/info@stadt.example>", "email-relative"),
            ("vcard:hasEmail [ vcard:hasValue <mailto:info@stadt.example> ]", None),
        ],
    )
    def test_e_mail_in_every_dress(self, given, rule):
        result = dataset(f"dcat:contactPoint [ a vcard:Kind ; {given} ]")
        assert result.dataset["contact"] == [{"email": "info@stadt.example"}]
        assert [item.rule for item in result.issues] == ([rule] if rule else [])
        assert result.unknown == ""

    def test_a_mailto_in_place_of_the_contact(self):
        result = dataset("dcat:contactPoint <mailto:info@stadt.example>")
        assert result.dataset["contact"] == [{"email": "info@stadt.example"}]

    def test_an_empty_access_url_is_said_and_left_out(self):
        base = "https://portal.example/catalog.rdf"
        result = dataset(
            "dcat:distribution :d",
            f":d a dcat:Distribution ; dcterms:title 'd' ; dcat:accessURL <{base}> , '' .",
            base_url=base,
        )
        assert "access_url" not in result.dataset["resources"][0]
        assert rules(result) == {"value-empty": "resources[0].access_url"}

    def test_the_link_a_reader_clicks_is_the_file_else_the_page(self):
        result = dataset(
            "dcat:distribution :d , :e",
            """:d a dcat:Distribution ; dcterms:title "d" ; dcat:accessURL <https://a.example/> ;
                 dcat:downloadURL <https://a.example/2.csv> , <https://a.example/1.csv> .
               :e a dcat:Distribution ; dcterms:title "e" ;
                 dcat:accessURL <https://b.example/> .""",
        )
        first, second = result.dataset["resources"]
        assert first["url"] == first["download_url"] == "https://a.example/1.csv"
        assert first["other_download_urls"] == ["https://a.example/2.csv"]
        assert second["url"] == "https://b.example/"


class TestObjects:
    def test_dataset_and_distribution_in_one_subject(self):
        result = read(
            f"""<{X}> a dcat:Dataset , dcat:Distribution ; dcterms:title "Wahl" ;
                  dcat:distribution <{X}> ; dcat:accessURL <https://a.example/> ;
                  dcterms:format <{FILE_TYPE}HTML> ."""
        )
        (resource,) = result.dataset["resources"]
        assert result.dataset["uri"] == X
        assert resource["uri"] == f"{X}#distribution"
        assert (resource["name"], resource["format"]) == ("Wahl", "HTML")
        assert rules(result) == {"subject-shared": "resources[0]"}
        assert result.unknown == ""

    def test_a_distribution_that_is_only_referred_to_stays(self):
        result = dataset("dcat:distribution <https://www.bast.example/zst.zip>")
        url = "https://www.bast.example/zst.zip"
        assert result.dataset["resources"] == [{"uri": url}]
        assert rules(result) == {"not-described": "resources[0]"}

    def test_a_distribution_without_a_class(self):
        result = dataset("dcat:distribution [ dcat:accessURL <https://a.example/> ]")
        assert result.dataset["resources"][0]["access_url"] == "https://a.example/"
        assert rules(result) == {"type-missing": "resources[0]"}

    def test_a_distribution_of_two_datasets_arrives_in_both(self):
        text = """:a a dcat:Dataset ; dcat:distribution :d .
                  :b a dcat:Dataset ; dcat:distribution :d .
                  :d a dcat:Distribution ; dcterms:title "gemeinsam" ."""
        for name in "ab":
            (resource,) = read(text, f"https://portal.example/{name}").dataset["resources"]
            assert resource["name"] == "gemeinsam"

    def test_blank_nodes_everywhere_even_the_dataset(self):
        text = graph(
            "[] a dcat:Dataset ; dcterms:identifier 'i' ;"
            " dcat:distribution [ a dcat:Distribution ; dcterms:title 'x' ] ."
        )
        (node,) = datasets(text)
        result = read_dataset(text, node)
        assert isinstance(node, BNode)
        assert result.identity == "i"
        assert result.dataset == {"identifier": "i", "resources": [{"name": "x"}]}

    def test_a_publisher_known_by_iri_alone(self):
        result = dataset("dcterms:publisher <https://www.dwd.example>")
        assert result.dataset["publisher"] == [{"uri": "https://www.dwd.example"}]
        assert rules(result) == {"not-described": "publisher[0]"}

    def test_checksums_of_both_styles(self):
        result = dataset(
            "dcat:distribution [ a dcat:Distribution ; spdx:checksum [ a spdx:Checksum ;"
            " spdx:algorithm spdx:checksumAlgorithm_sha256 ;"
            ' spdx:checksumValue "ab12"^^xsd:hexBinary ] ] ,'
            ' [ a dcat:Distribution ; dcterms:title "z" ; spdx:checksum [ a spdx:Checksum ;'
            " spdx:algorithm <http://dcat-ap.de/def/hashAlgorithms/sha/256> ;"
            ' spdx:checksumValue "CD" ] ]'
        )
        first, second = result.dataset["resources"]
        assert first["hash"] == "ab12"
        assert first["hash_algorithm"].endswith("#checksumAlgorithm_sha256")
        assert second["hash_algorithm"] == "http://dcat-ap.de/def/hashAlgorithms/sha/256"
        assert result.unknown == ""

    def test_an_algorithm_without_a_checksum_is_left_out(self):
        result = dataset(
            "dcat:distribution [ a dcat:Distribution ; dcterms:title 'x' ; spdx:checksum"
            " [ spdx:algorithm spdx:checksumAlgorithm_sha256 ; spdx:checksumValue '' ] ]"
        )
        assert result.dataset["resources"] == [{"name": "x"}]
        assert rules(result)["value-empty"] == "resources[0].checksum.value"

    def test_other_identifiers_as_nodes_words_and_iris(self):
        result = dataset(
            'adms:identifier "b" , [ a adms:Identifier ; skos:notation "a"^^xsd:anyURI ] ,'
            " <https://doi.example/10.1>"
        )
        assert result.dataset["alternate_identifier"] == ["a", "b", "https://doi.example/10.1"]

    @pytest.mark.parametrize(
        "period",
        [
            'dcat:startDate "2020-01-01"^^xsd:date ; dcat:endDate "2020-12-31"',
            'schema:startDate "2020-01-01" ; schema:endDate "2020-12-31"',
            'time:hasBeginning [ time:inXSDDate "2020-01-01" ] ;'
            ' time:hasEnd [ a time:Instant ; time:inXSDDate "2020-12-31" ]',
        ],
    )
    def test_periods_of_three_vocabularies(self, period):
        result = dataset(f"dcterms:temporal [ a dcterms:PeriodOfTime ; {period} ]")
        assert result.dataset["temporal_coverage"] == [{"start": "2020-01-01", "end": "2020-12-31"}]
        assert result.unknown == ""

    def test_a_size_with_decimals_and_one_with_a_unit(self):
        result = dataset(
            'dcat:distribution [ a dcat:Distribution ; dcat:byteSize "685246.0"^^xsd:decimal ] ,'
            ' [ a dcat:Distribution ; dcterms:title "z" ; dcat:byteSize "12 kB" ]'
        )
        first, second = result.dataset["resources"]
        assert first["size"] == 685246
        assert "size" not in second
        assert rules(result) == {"not-a-number": "resources[1].size"}

    def test_a_series_says_that_it_is_one(self):
        text = graph(f'<{X}> a dcat:DatasetSeries ; dcterms:title "Luftbilder" .')
        assert datasets(text) == [IRI(X)]
        assert read_dataset(text, IRI(X)).dataset["rdf_type"] == "DatasetSeries"


class TestPlaces:
    GEO = '{"type":"Point","coordinates":[12,54]}'

    @pytest.mark.parametrize(
        ("given", "read_as"),
        [
            ("<http://dcat-ap.de/def/x/13>", {"uri": "http://dcat-ap.de/def/x/13"}),
            ('[ locn:geometry "POINT(12 54)"^^geosparql:wktLiteral ]', {"geom": "POINT(12 54)"}),
            (f"[ locn:geometry '{GEO}' , 'POINT(12 54)' ]", {"geom": GEO}),
            ('[ locn:geometry [ geosparql:asWKT "POINT(12 54)" ] ]', {"geom": "POINT(12 54)"}),
            ('[ geosparql:asWKT "POINT(12 54)" ]', {"geom": "POINT(12 54)"}),
            ('[ dcat:bbox "POLYGON((0 0,1 0,1 1,0 0))" ]', {"bbox": "POLYGON((0 0,1 0,1 1,0 0))"}),
            (f"'{GEO}'", {"geom": GEO}),
            ('"multipolygon(((0 0,1 0,1 1,0 0)))"', {"geom": "multipolygon(((0 0,1 0,1 1,0 0)))"}),
            ('[ rdfs:label "Altstadt" ]', {"text": "Altstadt"}),
        ],
    )
    def test_in_every_form(self, given, read_as):
        result = dataset(f"dcterms:spatial {given}")
        assert result.dataset["spatial_coverage"] == [read_as]
        assert result.unknown == ""


class TestLimits:
    def test_unknown_triples_are_kept_and_counted(self):
        result = dataset(
            ':colour "grün" , "blau" ; dcat:contactPoint [ a vcard:Kind ; vcard:fn "A" ; :desk 3 ]'
        )
        assert len(result.unknown.splitlines()) == 3
        found = {item.value: dict(item.params)["count"] for item in result.issues}
        assert found == {"https://portal.example/colour": "2", "https://portal.example/desk": "1"}
        assert {item.rule for item in result.issues} == {"property-unknown"}

    def test_what_is_unknown_reads_the_same_from_every_parse(self):
        text = "dcat:contactPoint [ a vcard:Kind ; vcard:fn 'A' ; :desk [ :floor 3 ] ]"
        assert dataset(text).unknown == dataset(text).unknown != ""

    def test_what_is_unknown_can_be_read_again_whatever_signs_it_has(self):
        text = "Baum\u2028Strauch\u0085Hecke\x1cGras"
        kept = dataset(f':colour "{text}"').unknown
        (triple,) = adapters.parse(kept.encode(), "nt")
        assert triple[2].value.startswith("Baum\u2028Strauch")

    def test_an_ontology_in_the_same_file_stays_out(self):
        text = graph(
            f"""<{X}> a dcat:Dataset ; dcat:theme :t ; dcterms:title "x" .
                :t a skos:Concept ; skos:broader :u ; skos:prefLabel "t" . :u skos:narrower :t .
                dcat:Dataset a owl:Class ; rdfs:label "Dataset" .
                :o a owl:Ontology ; rdfs:comment "…" ."""
        )
        assert datasets(text) == [IRI(X)]
        assert len(subtree(text, IRI(X))) == 3
        assert read_dataset(text, IRI(X)).issues == []

    def test_other_datasets_and_catalogues_stay_out(self):
        text = graph(
            f""":c a dcat:Catalog ; dcterms:title "c" ; dcat:dataset <{X}> , :other , :absent .
                <{X}> a dcat:Dataset ; dcterms:title "x" ;
                  dcterms:publisher :c ; dcterms:source :other .
                :other a dcat:Dataset ; dcterms:title "o" ."""
        )
        assert datasets(text) == [IRI(X), IRI("https://portal.example/other")]
        assert {str(s) for s, _, _ in subtree(text, IRI(X))} == {X}

    def test_a_circle_ends(self):
        result = read(
            f"""<{X}> a dcat:Dataset ; dcat:distribution _:d . _:d a dcat:Distribution ;
                dcterms:title "d" ; dcat:accessService _:s . _:s a dcat:DataService ;
                dcterms:title "s" ; dcterms:publisher _:p ; :back _:d .
                _:p a foaf:Agent ; foaf:name "p" ; :knows _:p , _:s ."""
        )
        (resource,) = result.dataset["resources"]
        assert resource["access_services"][0]["publisher"] == [{"name": "p"}]

    def test_what_is_nested_too_deeply_is_cut_and_said(self):
        deep = "[ :a " * 400 + "1" + " ]" * 400
        result = dataset(f'dcterms:title "x" ; :a {deep}')
        assert result.dataset["title"] == "x"
        assert "nesting-cut" in rules(result)
        assert len(result.unknown.splitlines()) < 20

    def test_a_subject_the_graph_does_not_know(self):
        result = read("", "https://portal.example/nobody")
        assert result.dataset == {"uri": "https://portal.example/nobody"}
        assert result.issues == []

    def test_a_mere_mention_is_no_dataset(self):
        assert datasets(graph(f"<{X}> a dcat:Dataset .")) == []
        assert datasets(graph(f":c dcat:dataset <{X}> . <{X}> a dcat:Dataset .")) == [IRI(X)]
