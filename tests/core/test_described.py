"""What search engines, tools and reference managers get of a dataset."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import Any

import pytest
from described import ALL, BARE, BY, LIVE, ODD, ROSTOCK, SERVICE, TABLE, TREES

from ckanext.hanse.export import citation, croissant, schema_org, signposts
from ckanext.hanse.export.description import Description, FileOf, first_doi


class TestSchemaOrg:
    def test_everything_that_is_known(self) -> None:
        found = schema_org.document(TREES)
        assert (found["@context"], found["@type"]) == ("https://schema.org/", "Dataset")
        assert found["@id"] == TREES.subject
        assert found["url"] == TREES.page
        assert found["sameAs"] == TREES.landing
        assert found["creator"] == found["publisher"]
        assert found["publisher"]["contactPoint"]["email"] == ROSTOCK.email
        assert found["license"] == [item.url for item in TREES.licences]
        assert found["isAccessibleForFree"] is True
        assert found["temporalCoverage"] == ["2015-01-01/..", "../2014"]
        assert (found["datePublished"], found["dateModified"]) == ("2019", "2024-02-01")
        *named, area = found["spatialCoverage"]
        assert [place["name"] for place in named] == list(TREES.places)
        assert area["geo"]["box"] == "54.05 12 54.25 12.3"  # latitude first
        assert found["includedInDataCatalog"]["name"] == "Hanse Open Data"

    def test_files_have_an_address_of_their_content_and_services_do_not(self) -> None:
        table, live, service = schema_org.document(TREES)["distribution"]
        assert (table["contentUrl"], table["url"]) == (TABLE.content, TABLE.access)
        assert (table["encodingFormat"], table["contentSize"]) == ("text/csv", "4711 B")
        assert live["encodingFormat"] == "GeoJSON"
        assert "contentUrl" not in service
        assert service["url"] == SERVICE.access

    def test_what_google_requires(self) -> None:
        """A name, a description of 50 to 5000 characters; files with the address of a download."""
        for described in (*ALL, replace(TREES, text="x" * 6000), replace(TREES, text="")):
            found = schema_org.document(described, downloads=True)
            assert found["name"] == described.title
            if described is not BARE:  # of which nothing is known
                assert 50 <= len(found["description"]) <= 5000
            for item in found.get("distribution", []):
                assert item["contentUrl"]
        assert schema_org.document(TREES)["description"].startswith("Bäume – Alle Bäume der Stadt.")

    def test_what_is_unknown_is_left_out(self) -> None:
        found = schema_org.document(BARE)
        assert found == {
            "@context": "https://schema.org/",
            "@type": "Dataset",
            "@id": BARE.subject,
            "name": "Leer",
            "description": "Leer",
            "url": BARE.page,
            "identifier": BARE.page,
            "includedInDataCatalog": {"@type": "DataCatalog", "url": BARE.home},
        }


class TestCroissant:
    def test_files_that_can_be_loaded(self) -> None:
        found = croissant.document(TREES) or {}
        assert found["conformsTo"] == "http://mlcommons.org/croissant/1.0"
        assert found["@context"]["@language"] == "de"
        table, live = found["distribution"]
        assert (table["@type"], table["@id"]) == ("cr:FileObject", TABLE.key)
        assert table["sha256"] == TABLE.checksums["sha256"]
        assert "md5" not in table  # one of both
        assert live["contentUrl"] == LIVE.content
        assert found["citeAs"].startswith("@misc{baeume,")

    @pytest.mark.parametrize(("files", "live"), [((TABLE,), False), ((TABLE, LIVE), True)])
    def test_it_is_live_where_a_file_has_no_checksum(self, files: Any, live: bool) -> None:
        found = croissant.document(replace(TREES, files=files)) or {}
        assert found.get("isLiveDataset", False) is live

    @pytest.mark.parametrize(
        "files", [(), (SERVICE,), (FileOf("1", "?", content="https://a.example/x"),)]
    )
    def test_none_without_a_file_of_a_known_type(self, files: tuple[FileOf, ...]) -> None:
        assert croissant.document(replace(TREES, files=files)) is None

    def test_only_versions_that_tools_accept(self) -> None:
        assert (croissant.document(TREES) or {})["version"] == "1.2.0"
        assert "version" not in (croissant.document(ODD) or {})


class TestCitation:
    def test_as_a_sentence(self) -> None:
        assert citation.text(TREES) == (
            "Hanse- und Universitätsstadt Rostock (2024): Bäume. Version 1.2.0. Hanse Open Data. "
            "https://rostock.example/datensatz/baum. Creative Commons Namensnennung 4.0, CC0 1.0."
        )
        assert citation.text(BARE) == "Leer. https://daten.example/dataset/leer."

    @pytest.mark.parametrize(
        ("described", "cited"),
        [
            (TREES, "https://rostock.example/datensatz/baum"),
            (replace(TREES, subject="urn:uuid:1"), TREES.page),
            (BARE, BARE.page),  # its IRI is ours, by id
            (ODD, "https://doi.org/10.5281/zenodo.7_a"),
        ],
    )
    def test_the_address_leads_somewhere(self, described: Description, cited: str) -> None:
        assert described.cited == cited

    @pytest.mark.parametrize(
        "text", ["10.1/x", "doi:abc", "https://doi.org.evil.example/10.1234/x"]
    )
    def test_no_doi(self, text: str) -> None:
        assert first_doi([text]) == ""

    @pytest.mark.parametrize("described", ALL, ids=lambda item: item.name)
    def test_bibtex_is_one_entry_whose_braces_close(self, described: Description) -> None:
        text = citation.bibtex(described)
        depth, ends = 0, 0
        for sign in text:  # BibTeX counts those after a backslash too
            depth += {"{": 1, "}": -1}.get(sign, 0)
            assert depth >= 0
            ends += sign == "}" and depth == 0
        assert (depth, ends, text.count("@misc{")) == (0, 1, 1)

    def test_bodies_are_not_taken_apart_as_names_of_people(self) -> None:
        (line,) = (line for line in citation.bibtex(ODD).splitlines() if "author" in line)
        assert line.startswith("  author = {{Müller, Söhne \\& ")
        assert line.endswith(" ER -} and {A and B}},")

    @pytest.mark.parametrize("described", ALL, ids=lambda item: item.name)
    def test_ris_is_one_record_of_tags(self, described: Description) -> None:
        lines = citation.ris(described).split("\r\n")
        assert all(re.match(r"[A-Z][A-Z0-9]  - ", line) for line in lines[:-1])
        tags = [line[:2] for line in lines[:-1]]
        assert (tags[0], tags[-1], lines[-1]) == ("TY", "ER", "")
        assert (tags.count("TY"), tags.count("ER")) == (1, 1)

    def test_csl_dates_are_as_exact_as_known(self) -> None:
        (item,) = json.loads(citation.csl(TREES))
        assert (item["id"], item["type"]) == ("baeume", "dataset")
        assert item["issued"] == {"date-parts": [[2024, 2, 1]]}
        (year,) = json.loads(citation.csl(replace(TREES, modified="")))
        assert year["issued"] == {"date-parts": [[2019]]}
        (odd,) = json.loads(citation.csl(ODD))
        assert odd["issued"] == year["issued"]  # "gestern" is no date
        assert odd["DOI"] == "10.5281/zenodo.7_a"


class TestSignposts:
    DESCRIBED = {"https://daten.example/dataset/baeume.ttl": "text/turtle"}  # noqa: RUF012
    LINKSET = "https://daten.example/dataset/baeume/linkset.json"

    def test_level_1_of_the_fair_profile(self) -> None:
        made = signposts.links(TREES, self.DESCRIBED)
        found = {link.relation for link in made}
        assert found == {"cite-as", "type", "license", "author", "describedby", "item"}
        assert [link.href for link in made if link.relation == "item"] == [
            TABLE.content,
            LIVE.content,
        ]
        header = signposts.header(made, self.LINKSET)
        assert f'<{TREES.cited}>; rel="cite-as"' in header
        assert '<https://rostock.example/baum.csv>; rel="item"; type="text/csv"' in header

    def test_a_header_that_proxies_take_and_all_in_the_link_set(self) -> None:
        many = replace(
            TREES, files=tuple(replace(TABLE, content=f"{TABLE.content}?{n}") for n in range(500))
        )
        made = signposts.links(many, self.DESCRIBED)
        header = signposts.header(made, self.LINKSET)
        assert len(header) < 2500
        assert header.endswith(f'<{self.LINKSET}>; rel="linkset"; type="{signposts.LINKSET}"')
        (context,) = signposts.linkset(made, many.page)["linkset"]
        assert context["anchor"] == many.page
        assert len(context["item"]) == 500

    @pytest.mark.parametrize(
        "address",
        [
            'https://a.example/x>; rel="evil',
            "https://a.example/\r\nSet-Cookie: a=b",
            "javascript:x",
        ],
    )
    def test_an_address_cannot_add_a_link_or_a_header(self, address: str) -> None:
        odd = replace(TREES, files=(replace(TABLE, content=address, media='a/b"; rel="c'),))
        header = signposts.header(signposts.links(odd, {}), self.LINKSET)
        outside = re.sub(r"<[^>]*>", "<>", header)
        assert "evil" not in outside
        assert not set(header) & {"\r", "\n"}
        assert "javascript" not in header
        assert outside.count("rel=") == outside.count("<>")

    def test_letters_outside_of_ascii_are_escaped(self) -> None:
        odd = replace(TREES, subject="https://rostock.example/bäume")
        assert "<https://rostock.example/b%C3%A4ume>" in signposts.header(
            signposts.links(odd, {}), self.LINKSET
        )


def test_a_licence_without_an_address_has_its_name() -> None:
    found = schema_org.document(replace(TREES, licences=(replace(BY, url=""),)))
    assert found["license"] == {"@type": "CreativeWork", "name": BY.name}
