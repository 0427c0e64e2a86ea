"""JSON-LD with its context inside is read; a context elsewhere is never fetched."""

from __future__ import annotations

import json
from typing import Any

import pytest

from hanse_harvesters.errors import NotACatalogue
from hanse_harvesters.pipeline import Run
from hanse_harvesters.settings.source import SourceSettings
from hanse_harvesters.testing.network import Patient
from hanse_harvesters.testing.portal import Portal, Reply

NAMES = {"dcat": "http://www.w3.org/ns/dcat#", "dct": "http://purl.org/dc/terms/"}
BASE = "https://stadt.example/d/"
ELSEWHERE = "https://anderswo.example/kontext.jsonld"


def entry(name: str, **more: Any) -> dict[str, Any]:
    return {"@id": f"{BASE}{name}", "@type": "dcat:Dataset", "dct:title": name, **more}


def catalogue(context: Any, *entries: Any) -> dict[str, Any]:
    return {"@context": context, "@type": "dcat:Catalog", "dcat:dataset": list(entries)}


def walked(document: Any) -> tuple[Run, list[Any]]:
    """Read a document from a portal, which must be asked for nothing else."""
    reply = Reply(json.dumps(document).encode(), headers={"Content-Type": "application/ld+json"})
    with Portal({"/k.json": reply}) as portal, Patient(portal.endpoint, tries=1) as client:
        run = Run(SourceSettings("s", "rdf", portal.url("/k.json"), "s"), client=client, workers=0)
        records = list(run)
        assert [asked.path for asked in portal.asked] == ["/k.json"]
    return run, records


SCOPED = {"@version": 1.1, **NAMES, "Dataset": {"@id": "dcat:Dataset"}}


@pytest.mark.parametrize(
    "document",
    [
        catalogue(NAMES, entry("a")),
        catalogue([NAMES, {"foaf": "http://xmlns.com/foaf/0.1/"}], entry("a")),
        catalogue({"@version": 1.1, "@protected": True, **NAMES}, entry("a")),
        catalogue(NAMES, {**entry("a"), "@context": {"x": "https://x.example/"}, "x:y": 1}),
        {"@graph": [entry("a")], "@context": NAMES},
        {"@context": [NAMES, {"@base": BASE}], "@graph": [entry("a") | {"@id": "a"}]},
        {
            "@context": {"@vocab": NAMES["dcat"], "title": f"{NAMES['dct']}title"},
            "dataset": [{"@id": f"{BASE}a", "@type": "Dataset", "title": "a"}],
            "@type": "Catalog",
        },
        {
            "@context": SCOPED
            | {"Dataset": {"@id": "dcat:Dataset", "@context": {"title": "dct:title"}}},
            "@graph": [{"@id": f"{BASE}a", "@type": "Dataset", "title": "a"}],
        },
    ],
    ids=["prefixes", "list", "protected", "nested", "last", "base", "vocab", "scoped"],
)
def test_a_context_in_the_document_is_understood(document: Any) -> None:
    run, [record] = walked(document)

    assert (record.identity, record.dataset["title"]) == (f"{BASE}a", "a")
    assert run.issues == []
    assert run.completeness.complete


@pytest.mark.parametrize(
    "document",
    [
        catalogue([NAMES, ELSEWHERE], entry("a"), entry("b")),
        catalogue([ELSEWHERE, NAMES], entry("a"), entry("b")),
        catalogue({"@version": 1.1, "@import": ELSEWHERE, **NAMES}, entry("a"), entry("b")),
        catalogue(NAMES, entry("a"), {**entry("b"), "@context": ELSEWHERE}),
        {"@graph": [entry("a"), entry("b")], "@context": [NAMES, ELSEWHERE]},
        catalogue(
            {"@version": 1.1, **NAMES, "von": {"@id": "dct:publisher", "@context": ELSEWHERE}},
            entry("a", von={"dct:title": "Amt"}),
            entry("b"),
        ),
    ],
    ids=["after", "before", "import", "nested", "last", "scoped"],
)
def test_a_context_elsewhere_that_only_adds_is_left_out_and_told(document: Any) -> None:
    run, records = walked(document)

    assert [record.dataset["title"] for record in records] == ["a", "b"]
    assert [(item.rule, item.value) for item in run.issues] == [("context-in-part", ELSEWHERE)]


def test_a_document_that_explains_nothing_itself_is_refused() -> None:
    with pytest.raises(NotACatalogue, match=r"anderswo\.example"):
        walked(catalogue([ELSEWHERE], entry("a")))


def test_a_value_in_place_of_files_is_none() -> None:
    """ArcGIS Hub writes ``false`` where a dataset has no files."""
    _, [record] = walked(catalogue(NAMES, entry("a", **{"dcat:distribution": False})))

    assert "resources" not in record.dataset
