"""The vocabularies: whole, consistent, and finding what portals mean."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

import pytest
from rdflib import Graph, URIRef
from rdflib.namespace import RDF, SKOS

from hanse_schemas.vocabulary import Vocabulary, fold, vocabulary

NAMES = sorted(
    entry.name.removesuffix(".tsv")
    for entry in files("hanse_schemas").joinpath("vocabularies").iterdir()
    if entry.name.endswith(".tsv")
)
EU = "http://publications.europa.eu/resource/authority/"
DE = "http://dcat-ap.de/def/"


@pytest.mark.parametrize("name", NAMES)
def test_every_concept_has_its_own_code_iri_and_both_labels(name: str) -> None:
    text = files("hanse_schemas").joinpath("vocabularies", f"{name}.tsv").read_text("utf-8")
    lines = [line for line in text.splitlines() if line and not line.startswith("#")][1:]
    known = vocabulary(name)
    assert len(known) == len(lines), "an IRI stands twice"
    assert len({concept.code for concept in known}) == len(lines)
    for concept in known:
        assert set(concept.labels) == {"de", "en"}, concept.code
        assert " " not in concept.iri


@pytest.mark.parametrize("name", NAMES)
def test_no_spelling_means_two_concepts(name: str) -> None:
    claimed: dict[str, str] = {}
    for concept in vocabulary(name):
        spellings = (concept.iri, concept.code, *concept.labels.values(), *concept.same)
        for spelling in {fold(text) for text in spellings}:
            assert claimed.setdefault(spelling, concept.code) == concept.code, spelling


@pytest.mark.parametrize("name", NAMES)
def test_every_spelling_is_found(name: str) -> None:
    known = vocabulary(name)
    for concept in known:
        for text in (concept.iri, concept.code, *concept.labels.values(), *concept.same):
            assert known.find(text) is concept
            assert known.find(f"  {text.upper()} ") is concept


@pytest.mark.parametrize(
    ("name", "code", "spellings"),
    [
        ("file-types", "CSV", ["CSV", "csv", "CSV ", ".csv", "text/csv", f"{EU}file-type/CSV"]),
        ("file-types", "SHP", ["Shape", "shapefile", "ESRI Shapefile"]),
        ("file-types", "WMS_SRVC", ["WMS", "WMS_SRVC", "OGC:WMS"]),
        ("file-types", "WFS_SRVC", ["wfs", "WFS_SRVC", "Web Feature Service"]),
        ("file-types", "GEOJSON", ["GeoJSON", "application/vnd.geo+json", "application/geo+json"]),
        ("file-types", "XLSX", ["Excel", "xlsx"]),
        ("file-types", "HTML", ["Kartenviewer", "htm"]),
        ("file-types", "JSON", ["jrss", "application/json"]),
        (
            "licences",
            "cc-by/4.0",
            [
                "https://www.dcat-ap.de/def/licenses/cc-by/4_0",
                "http://dcat-ap.de/def/licenses/cc-by/4.0",
                "https://creativecommons.org/licenses/by/4.0/deed.de",
                "http://creativecommons.org/licenses/by/4.0/legalcode",
                f"{EU}licence/CC_BY_4_0",
                "CC BY 4.0",
                "cc-by-4.0",
            ],
        ),
        ("licences", "dl-by-de/2.0", ["dl-de-by-2.0", "https://www.govdata.de/dl-de/by-2-0"]),
        ("licences", "dl-zero-de/2.0", ["dl-de-zero-2.0", "http://govdata.de/dl-de/zero-2-0/"]),
        (
            "licences",
            "cc-zero",
            ["cc-zero", "CC0", "http://www.opendefinition.org/licenses/cc-zero"],
        ),
        ("licences", "odbl", ["odc-odbl", "https://opendatacommons.org/licenses/odbl/1-0/"]),
        ("data-themes", "ENVI", ["Umwelt", "umwelt_klima", "Umwelt und Klima", "Environment"]),
        ("data-themes", "TRAN", ["transport_verkehr", "Verkehr"]),
        ("frequencies", "ANNUAL", ["annually", "jährlich", "R/P1Y"]),
        ("frequencies", "DAILY", ["R/P1D", "täglich"]),
        ("languages", "DEU", ["de", "ger", "deu", "Deutsch", "German"]),
        ("availability", "STABLE", ["https://www.dcat-ap.de/def/plannedAvailability/stable"]),
        ("distribution-status", "COMPLETED", ["http://purl.org/adms/status/Completed"]),
        ("checksum-algorithms", "md5", ["MD5", "http://dcat-ap.de/def/hashAlgorithms/md/5"]),
        ("media-types", "text/csv", ["https://www.iana.org/assignments/media-types/text/csv"]),
        ("municipal-keys", "130030000000", ["13003000", "Hansestadt Rostock", "Rostock"]),
        ("municipal-keys", "010030000000", ["01003000", "Lübeck"]),
        (
            "municipal-keys",
            "130730088088",
            ["Stralsund", f"{DE}politicalGeocoding/municipalityKey/13073088"],
        ),
        ("municipal-keys", "130740087087", ["Hansestadt Wismar"]),
        ("ogd-groups", "geo", ["geo"]),
    ],
)
def test_what_portals_write_is_understood(name: str, code: str, spellings: list[str]) -> None:
    for spelling in spellings:
        found = vocabulary(name).find(spelling)
        assert found is not None, spelling
        assert found.code == code, spelling


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("licences", "Nutzungsbedingungen der LHP"),
        ("licences", "http://creativecommons.org/licenses/by-nc-sa/3.0/"),
        ("licences", ""),
        ("file-types", "irgendwas"),
        ("data-themes", "infrastruktur_bauen_wohnen"),
    ],
)
def test_the_unknown_stays_unknown(name: str, text: str) -> None:
    assert vocabulary(name).find(text) is None


def test_what_the_vocabularies_say_beyond_labels() -> None:
    licences = vocabulary("licences")
    assert sum(concept.attributes["open"] == "yes" for concept in licences) == 24
    attribution = {c.code for c in licences if c.attributes.get("attribution") == "yes"}
    assert "cc-by/4.0" in attribution
    assert "dl-zero-de/2.0" not in attribution
    csv = vocabulary("file-types").find("CSV")
    assert csv is not None
    assert csv.attributes == {
        "media": "text/csv",
        "machine_readable": "yes",
        "open": "yes",
        "group": "table",
    }


def test_every_media_type_of_a_format_is_in_the_list() -> None:
    types = vocabulary("media-types")
    for concept in vocabulary("file-types"):
        if media := concept.attributes.get("media"):
            assert types.find(media) is not None, media


# With the published vocabularies at hand: nothing is missing, nothing invented.


@pytest.fixture(scope="session")
def schemes(shapes_folder: Path) -> dict[str, set[str]]:
    """Concept scheme → the concepts the official checks accept."""
    graph = Graph().parse(shapes_folder / "vocabulary-concepts.ttl")
    found: dict[str, set[str]] = {}
    for concept, scheme in graph.subject_objects(SKOS.inScheme):
        found.setdefault(str(scheme), set()).add(str(concept))
    return found


@pytest.mark.parametrize("name", [name for name in NAMES if vocabulary(name).scheme])
def test_nothing_the_official_checks_accept_is_missing(
    name: str, schemes: dict[str, set[str]]
) -> None:
    known = vocabulary(name)
    ours = {concept.iri for concept in known}
    accepted = schemes.get(known.scheme, set()) - {known.scheme}
    assert accepted <= ours


FILES = {
    "data-themes": "data-theme.rdf",
    "access-rights": "access-right-skos.rdf",
    "distribution-status": "distribution-status.rdf",
    "dataset-types": "dataset-types.ttl",
    "availability": "planned-availability.ttl",
    "frequencies": "frequencies.ttl",
    "hvd-categories": "high-value-dataset-category.rdf",
    "languages": "language.rdf",
    "contributors": "dcat-ap-de-contributors.rdf",
    "licences": "dcat-ap-de-licenses.rdf",
    "publisher-types": "publisher-type.rdf",
    "file-types": "file-type.rdf",
}
#: "Provisional data", a placeholder of the EU's publishing office.
PLACEHOLDER = "OP_DATPRO"


@pytest.mark.parametrize(("name", "file"), FILES.items())
def test_the_published_list_is_ours(name: str, file: str, vocabularies_folder: Path) -> None:
    graph = _published(vocabularies_folder / file)
    published = {str(c) for c in graph.subjects(SKOS.inScheme) if not c.endswith(PLACEHOLDER)}
    ours = {c.iri for c in vocabulary(name) if not c.iri.endswith(PLACEHOLDER)}
    assert ours == published


def _published(path: Path) -> Graph:
    return Graph().parse(path, format="xml" if path.suffix == ".rdf" else "turtle")


def test_licences_are_open_as_govdata_says(vocabularies_folder: Path) -> None:
    graph = _published(vocabularies_folder / FILES["licences"])
    is_open = URIRef("http://govdata.de/mqa/#isOpenLicense")
    for concept in graph.subjects(RDF.type, SKOS.Concept):
        ours = vocabulary("licences").by_iri(str(concept))
        assert ours is not None
        assert (ours.attributes["open"] == "yes") == (str(graph.value(concept, is_open)) == "true")


@pytest.mark.parametrize("state", ["01", "13"])
def test_every_municipality_of_the_official_list_is_known(
    state: str, vocabularies_folder: Path
) -> None:
    known = vocabulary("municipal-keys")
    unknown = [iri for iri in _regional_keys(vocabularies_folder, state) if not _known(known, iri)]
    assert unknown == []


def _regional_keys(folder: Path, state: str) -> Iterator[str]:
    prefix = f"{DE}politicalGeocoding/regionalKey/{state}"
    text = (folder / "dcat-ap-de-lists.ttl").read_text(encoding="utf-8")
    for part in text.split("<"):
        iri = part.partition(">")[0]
        if iri.startswith(prefix) and not iri.endswith("9999999"):  # "not to be assigned"
            yield iri


def _known(known: Vocabulary, iri: str) -> bool:
    """Under its own key, or under that of the municipality it has since become part of."""
    gone = {"010560025025", "010595987189", "010595996188"}
    return known.find(iri) is not None or iri.rpartition("/")[2] in gone


def test_a_vocabulary_may_have_labels_in_more_languages(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "vocabularies").mkdir()
    (tmp_path / "vocabularies" / "colours.tsv").write_text(
        "# languages: de en pl\ncode\tde\ten\tpl\tsame\teu\nred\tRot\tRed\tCzerwony\t\tyes\n",
        encoding="utf-8",
    )
    monkeypatch.setattr("hanse_schemas.vocabulary.files", lambda package: tmp_path)
    (red,) = vocabulary("colours")
    assert [red.label(language) for language in ("pl", "de", "sv")] == ["Czerwony", "Rot", "Red"]
    assert red.attributes == {"eu": "yes"}
