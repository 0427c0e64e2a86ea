"""Model datasets of the Musterdatenkatalog: facts, former names."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from hanse_schemas.model_datasets import BASE, is_model_iri, model_datasets


def test_every_model_dataset_is_described() -> None:
    models = list(model_datasets())
    assert len(models) == 242
    assert len(model_datasets().themes) == 26
    for model in models:
        assert model.iri == BASE + model.path
        assert model.definition
        for texts in (model.labels, model.theme_labels, model.office_labels):
            assert set(texts) == {"de", "en"}
            assert all(texts.values())


@pytest.mark.parametrize(
    ("iri", "path"),
    [
        (BASE + "verkehr/kfz/Taxistand", "verkehr/kfz/Taxistand"),
        ("http://www.musterdatenkatalog.de/def/musterdatensatz/wetter/hitze/", "wetter/hitze"),
        (BASE + "B%C3%BCrgerservice/Wartezeit", "buergerservice/wartezeit"),
        (BASE + "öpnv/liniennetz", "verkehr/oepnv/liniennetzSollfahrdatenEchtzeitdaten"),
        (BASE + "abfallwirtschaft/abfallkalender", "abfallentsorgung/abfallkalender"),
        (BASE + "Stadtplan/Stadtmodell3d", "raumplanung/stadtplan"),
        (
            BASE + "raumordnungRaumplanungUndRaumentwicklung/liegenschaft/liegenschaftenkataster",
            "raumplanung/liegenschaft/liegenschaftskataster",
        ),
        (BASE + "raumordnungRaumplanungRaumentwicklung/orthofoto", "raumplanung/orthofoto"),
        (BASE + "klimaUndUmweltschutz/umweltzone", "klimaschutzUndUmweltschutz/umweltzone"),
        (BASE + "sonstiges", "sonstiges/sonstiges"),
    ],
)
def test_spellings_and_former_names_are_understood(iri: str, path: str) -> None:
    found = model_datasets().by_iri(iri)
    assert found is not None
    assert found.path == path


@pytest.mark.parametrize(
    "iri",
    [BASE + "nie/gewesen", BASE + "bau", BASE, "https://doi.org/10.1234/abcd", "", "x" * 10_000],
)
def test_what_was_never_a_model_dataset_is_none(iri: str) -> None:
    assert model_datasets().by_iri(iri) is None
    assert is_model_iri(iri) == iri.startswith(BASE)


def test_keywords_are_theme_and_name() -> None:
    found = model_datasets().by_path("bildung/bibliothek/bestand")
    assert found is not None
    assert found.keywords == ("Bildung", "Bibliothek - Bestand")


@pytest.mark.samples
def test_facts_are_those_of_the_taxonomy(vocabularies_folder: Path) -> None:
    folder = vocabularies_folder / "musterdatenkatalog"
    with (folder / "v4.csv").open(encoding="utf-8-sig") as lines:
        rows = list(csv.DictReader(lines))
    for row in rows:
        path = "/".join(filter(None, (row["thema"], row["Bezeichnung"], row["Bezeichnung2"])))
        model = model_datasets().by_iri(BASE + path)
        assert model is not None, path
        assert model.theme_labels["de"] == row["THEMA"]
    with (folder / "v3.csv").open(encoding="utf-8-sig") as lines:
        old = [f"{row['thema']}/{row['bezeichnung']}" for row in csv.DictReader(lines)]
    assert sum(model_datasets().by_path(path) is not None for path in old) >= 270
