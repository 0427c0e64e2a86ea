"""The score of data.europa.eu: points, stars, advice, sums over many, DQV, badge."""

from __future__ import annotations

import json
from xml.etree import ElementTree

import pytest
from core.mqa_cases import BY, CASES, FULL_FILE, FULL_OWN, THEME, Case

from hanse_harvesters.mapping import adapters
from hanse_harvesters.mapping.terms import IRI, Graph
from hanse_harvesters.quality.advice import Advices, advise
from hanse_harvesters.quality.badge import badge
from hanse_harvesters.quality.dqv import rows, score_triples, summary_rows, summary_triples
from hanse_harvesters.quality.fragment import fragment
from hanse_harvesters.quality.mqa import Score, measure, pending, with_links
from hanse_harvesters.quality.mqa_facts import facts
from hanse_harvesters.quality.summary import Tally

#: The property that a metric asks for.
PROPERTIES = {
    "keywordAvailability": "http://www.w3.org/ns/dcat#keyword",
    "categoryAvailability": "http://www.w3.org/ns/dcat#theme",
    "spatialAvailability": "http://purl.org/dc/terms/spatial",
    "temporalAvailability": "http://purl.org/dc/terms/temporal",
    "accessRightsAvailability": "http://purl.org/dc/terms/accessRights",
    "contactPointAvailability": "http://www.w3.org/ns/dcat#contactPoint",
    "publisherAvailability": "http://purl.org/dc/terms/publisher",
}
FILE_PROPERTIES = {
    "downloadUrlAvailability": "http://www.w3.org/ns/dcat#downloadURL",
    "formatAvailability": "http://purl.org/dc/terms/format",
    "mediaTypeAvailability": "http://www.w3.org/ns/dcat#mediaType",
    "licenceAvailability": "http://purl.org/dc/terms/license",
    "rightsAvailability": "http://purl.org/dc/terms/rights",
    "byteSizeAvailability": "http://www.w3.org/ns/dcat#byteSize",
}


def scored(case: Case) -> Score:
    links = pending if case.links is None else case.links.get
    return measure(case.dataset, compliant=case.compliant, links=links)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_points_as_counted_by_hand(case: Case) -> None:
    score = scored(case)
    assert (score.points, score.of) == (case.points, case.of)
    assert score.distribution == case.distribution
    assert score.stars == case.stars
    assert score.rating == case.rating


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_what_counts_is_what_we_write(case: Case) -> None:
    """A metric is reached if and only if the property is in the RDF handed on."""
    score = scored(case)
    if not case.dataset:
        return
    written = fragment({"uri": "https://x.example/d", **case.dataset}, "de")
    graph = Graph(adapters.parse(written.text.encode(), "nt"))
    at = {place: node for node, place in written.places.items()}
    dataset = IRI("https://x.example/d")
    for metric, term in PROPERTIES.items():
        assert bool(list(graph.objects(dataset, IRI(term)))) == score.metrics[metric], metric
    if score.distribution is None:
        return
    node = at[f"resources[{score.distribution}]"]
    for metric, term in FILE_PROPERTIES.items():
        assert (f"{node} <{term}> " in written.text) == score.metrics[metric], metric


def test_the_weights_are_those_of_the_methodology() -> None:
    known = facts()
    assert len(known.metrics) == 23
    assert {d: known.most_of(d, links=True) for d in known.dimensions} == {
        "findability": 100,
        "accessibility": 100,
        "interoperability": 110,
        "reusability": 75,
        "contextuality": 20,
    }
    assert (known.most(links=True), known.most(links=False)) == (405, 325)
    assert [known.rating(n) for n in (405, 351, 350, 221, 220, 121, 120, 0)] == [
        *("excellent", "excellent", "good", "good", "sufficient", "sufficient", "bad", "bad")
    ]


def test_dimensions_add_up_to_the_points() -> None:
    for case in CASES:
        score = scored(case)
        assert sum(points for points, _of in score.dimensions.values()) == score.points
        assert sum(of for _points, of in score.dimensions.values()) == score.of


def test_a_score_survives_being_stored() -> None:
    for case in CASES:
        score = scored(case)
        assert Score.from_json(json.loads(json.dumps(score.as_json()))) == score
    assert Score.from_json({}) is None


def test_checked_links_change_a_stored_score() -> None:
    dataset = {**FULL_OWN, "resources": [FULL_FILE]}
    before = measure(dataset, compliant=True)
    after = with_links(dataset, before, lambda url: True)
    assert (before.points, before.of, before.base) == (325, 325, 325)
    assert (after.points, after.of, after.base) == (405, 405, 325)
    assert after.metrics["dcatApCompliance"] is True


def test_the_greatest_gain_comes_first() -> None:
    own = {k: v for k, v in FULL_OWN.items() if k not in ("theme", "access_rights")}
    dataset = {**own, "resources": [{**FULL_FILE, "license": "", "rights": ""}]}
    told = [item.words("en") for item in advise(measure(dataset, compliant=True))]
    assert told == [
        "+30: Add a theme.",
        "+30: Name a licence; without it nobody may use the data safely.",
        "+15: Say whether the data are public.",
        "+5: Add a rights statement to the file.",
    ]
    german = [item.words("de") for item in advise(measure(dataset, compliant=True))]
    assert german[0] == "+30: Ergänzen Sie ein Thema."


def test_following_an_advice_gains_its_points() -> None:
    before = measure({"tags": [{"name": "x"}], "resources": [{"format": "PDF"}]}, compliant=False)
    gains = {item.action: item.points for item in advise(before)}
    after = measure(
        {
            "tags": [{"name": "x"}],
            "theme": [THEME],
            "resources": [{"format": "PDF", "license": BY}],
        },
        compliant=False,
    )
    assert after.points - before.points == gains["theme"] + gains["licence"]


def test_a_dataset_without_file_is_asked_for_one_not_for_its_licence() -> None:
    told = {item.action for item in advise(measure(FULL_OWN, compliant=True))}
    assert told == {"file"}


def test_a_link_not_yet_checked_is_no_reason_to_act() -> None:
    dataset = {**FULL_OWN, "resources": [FULL_FILE]}
    assert advise(measure(dataset, compliant=True)) == []
    dead = measure(dataset, compliant=True, links=lambda url: False)
    assert [item.action for item in advise(dead)] == ["access-link", "download-link"]


def test_advice_for_many_is_ordered_by_points_times_datasets() -> None:
    no_theme = {k: v for k, v in FULL_OWN.items() if k != "theme"}
    no_dates = {k: v for k, v in FULL_OWN.items() if k not in ("issued", "modified")}
    scores = [measure({**no_theme, "resources": [FULL_FILE]}, compliant=True)]
    scores += [measure({**no_dates, "resources": [FULL_FILE]}, compliant=True)] * 22
    found = Advices(scores).ordered()
    assert [(item.action, item.points, item.datasets) for item in found] == [
        ("issued", 5, 22),
        ("modified", 5, 22),
        ("theme", 30, 1),
    ]
    assert found[0].words_of_many("de") == (
        "22 Datensätze: Datum der ersten Veröffentlichung (je +5)"
    )
    assert found[2].words_of_many("en") == "1 dataset: theme (+30)"


def test_a_catalogue_is_the_mean_of_its_datasets() -> None:
    whole = {**FULL_OWN, "resources": [FULL_FILE]}
    scores = [
        measure(whole, compliant=True),
        measure(whole, compliant=False),
        measure({}, compliant=None),
    ]
    found = Tally(scores).summary()
    assert (found.datasets, found.mean, found.min, found.max, found.of) == (3, 206.7, 0, 325, 325)
    assert found.rating == "sufficient"
    themes = found.metrics["categoryAvailability"]
    assert (themes.yes, themes.no, themes.pending, themes.per_cent) == (2, 1, 0, 66.7)
    links = found.metrics["accessUrlStatusCode"]
    assert (links.yes, links.no, links.pending, links.per_cent) == (0, 0, 3, None)
    assert found.as_json()["method"] == "mean of the datasets' scores"


def test_a_catalogue_counts_out_of_405_once_all_links_are_checked() -> None:
    whole = {**FULL_OWN, "resources": [FULL_FILE]}
    checked = measure(whole, compliant=True, links=lambda url: True)
    found = Tally([checked, measure(whole, compliant=True)]).summary()
    assert (found.mean, found.of, found.checked, found.checked_mean) == (325.0, 325, 1, 405.0)
    found = Tally([checked, checked]).summary()
    assert (found.mean, found.of, found.min, found.max) == (405.0, 405, 405, 405)


def test_no_dataset_has_no_mean() -> None:
    found = Tally().summary()
    assert (found.datasets, found.mean, found.rating) == (0, None, "")
    assert list(summary_triples("https://x.example/c", found)) == []


def test_the_score_as_rdf_names_piveaus_metrics() -> None:
    score = measure({**FULL_OWN, "resources": [FULL_FILE]}, compliant=True)
    triples = score_triples(
        "https://x.example/d",
        score,
        when="2026-01-02T03:04:05Z",
        distribution="https://x.example/f",
    )
    text = adapters.serialize(triples, "turtle").decode()
    graph = Graph(adapters.parse(text.encode(), "turtle"))
    has = IRI("http://www.w3.org/ns/dqv#hasQualityMeasurement")
    of = IRI("http://www.w3.org/ns/dqv#isMeasurementOf")
    value = IRI("http://www.w3.org/ns/dqv#value")

    def measured(subject: str) -> dict[str, str]:
        return {
            str(metric).removeprefix("https://piveau.eu/ns/voc#"): said.value
            for node in graph.objects(IRI(subject), has)
            for metric in graph.objects(node, of)
            for said in graph.objects(node, value)
        }

    dataset = measured("https://x.example/d")
    assert dataset["scoring"] == "325"
    assert dataset["findabilityScoring"] == "100"
    assert dataset["keywordAvailability"] == "true"
    assert measured("https://x.example/f")["licenceAvailability"] == "true"
    assert "accessUrlStatusCode" not in text  # pending: nothing was measured


def test_rows_of_a_dataset_and_of_many() -> None:
    score = measure({"theme": [THEME]}, compliant=None)
    found = {row[0]: row for row in rows(score, "de")}
    assert found["categoryAvailability"] == (
        *("categoryAvailability", "Thema", "findability", 30, 30, "yes"),
    )
    assert found["dcatApCompliance"][-1] == "pending"
    assert found["scoring"][3:5] == (30, 325)
    many = {row[0]: row for row in summary_rows(Tally([score]).summary(), "en")}
    assert many["categoryAvailability"][4:] == (1, 0, 0, 100.0)


@pytest.mark.parametrize(
    ("points", "of", "language", "text", "title"),
    [
        (312, 325, "en", "MQA 312 / 325 · good", "Metadata quality: 312 of 325 points, good"),
        (
            312.4,
            325,
            "de",
            "MQA 312 / 325 · gut",
            "Qualität der Metadaten: 312 von 325 Punkten, gut",
        ),
        (None, 325, "de", "MQA noch nicht bewertet", "Qualität der Metadaten: noch nicht bewertet"),
    ],
)
def test_the_badge_says_its_score(
    points: float | None, of: int, language: str, text: str, title: str
) -> None:
    root = ElementTree.fromstring(badge(points, of, language))
    space = "{http://www.w3.org/2000/svg}"
    assert root.get("role") == "img"
    assert root.findtext(f"{space}text") == text
    assert root.findtext(f"{space}title") == title
    assert "http" not in badge(points, of, language).replace("http://www.w3.org/2000/svg", "")
