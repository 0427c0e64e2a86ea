"""Datasets for the tests of search: municipal ones, and words that are taken for others."""

from __future__ import annotations

import unicodedata
from typing import Any

from hanse_schemas.vocabulary import vocabulary

SECRET = "Zebrafinkenzählung"


def theme(code: str) -> str:
    found = vocabulary("data-themes").find(code)
    assert found
    return found.iri


def dataset(title: str, city: str = "rostock", name: str = "", **fields: Any) -> dict[str, Any]:
    slug = unicodedata.normalize("NFD", title.lower().replace("ß", "ss").replace("ł", "l"))
    plain = "".join(char if char.isascii() and char.isalnum() else "-" for char in slug
                    if not unicodedata.combining(char))  # fmt: skip
    tags = [{"name": tag} for tag in fields.pop("tags", ())]
    return {"name": name or plain.strip("-"), "title": title, "city": city, "tags": tags, **fields}


def resource(name: str, code: str) -> dict[str, Any]:
    return {"url": f"https://example.org/{code}", "name": name, "format": code, "license": CC0}


CC0 = "http://dcat-ap.de/def/licenses/cc-zero"

DATASETS = [
    dataset("Bäume", theme=[theme("ENVI")], notes="Aus dem Grünflächenamt."),
    dataset(
        "Baumkataster",
        "luebeck",
        name="baumkataster-hl",
        theme=[theme("ENVI")],
        identifier="https://opendata.luebeck.de/id/HL-4711",
        resources=[
            resource("Tabelle", "CSV"),
            resource("Karte", "GeoJSON"),
        ],
    ),
    dataset(
        "Straßen",
        name="strassen",
        notes="Alle Straßen in Lübeck und Rostock.",
        temporal_coverage=[{"start": "1998-05-01", "end": "2000"}],
    ),
    dataset("Straßenreinigung", notes="Wann gefegt wird, auch in Lübeck."),
    dataset("Stadtplan Rostock", notes="Alle Straßen auf einer Karte."),
    dataset("Kataster", "luebeck", name="kataster"),
    dataset("Denkmal"),
    dataset("Baudenkmale"),
    dataset("Kirchen", tags=["Denkmal", "Orgel"]),
    dataset("Konzerte", notes="Mit Orgel und Chor."),
    dataset("Kitas mit Plätzen"),
    dataset("Busse im Linienverkehr"),
    dataset("Ampel am Holstentor", "luebeck"),
    dataset("Museen", name="museen", issued="2021-03-04"),
    dataset("Museum Behnhaus", "luebeck"),
    dataset("Hafen"),
    dataset("Hafenumschlag"),
    dataset("Ortsbeiräte und Räte"),
    dataset("Rate der Erwerbslosen"),
    dataset("Schüler je Klasse"),
    dataset("Spielplätze"),
    dataset("Zähler für Strom"),
    dataset("Fähre nach Priwall"),
    dataset("Fährlinie Malmö"),
    dataset("Fahrplan"),
    dataset("Radverkehrszählstellen"),
    dataset("Nahverkehrsplan"),
    dataset("Schulwegpläne"),
    dataset("Hundesteuer"),
    dataset("Sturmflutschutz"),
    dataset("Bürger-Beteiligung"),
    dataset("Burg"),
    dataset("Partnerstadt Gdańsk", name="gdansk"),
    dataset("Reise nach Łódź", name="lodz"),
    dataset("Besuch aus Åbo", name="abo", notes="Und aus Hämeenlinna."),
    dataset("Lübeck in Zahlen", name="zahlen"),
    dataset(unicodedata.normalize("NFD", "Müllabfuhr")),
    dataset("Müller"),
    dataset("Abfallkalender", tags=["Recycling"]),
    dataset("Umwelt"),
    dataset("Eis"),
    dataset("Eisen"),
    dataset("Bau"),
    dataset("Bauer und Hof"),
    dataset("Reis"),
    dataset("Operator"),
    dataset("Baumwolle"),
    dataset("Luftmessstation"),
    dataset("Haushalt 2024"),
    dataset("Greifswald"),
    dataset("Historie"),
    dataset("Arbeitsmarkt"),
    dataset("Kurs C++", notes="Programmieren für Anfänger."),
    dataset(
        "Gebäudebestand",
        title_translated={"de": "Gebäudebestand", "en": "Buildings of the city"},
        notes="Häuser und Wohnungen.",
        notes_translated={"de": "Häuser und Wohnungen.", "en": "Every house inhabited since 1990."},
        theme=[theme("ENER")],
    ),
    *[
        dataset(
            title,
            title_translated={language: title},
            notes=notes,
            notes_translated={language: notes},
            name=f"text-{language}",
        )
        for language, title, notes in (
            ("pl", "Ścieżki rowerowe w Łebie", "Żółte oznaczenia, długość w metrach."),
            ("fi", "Pysäköintilaitokset", "Äänekosken hyötyjätepisteet."),
            ("sv", "Återvinningsstationer", "Lägen för glasåtervinning och mötesplatser."),
            ("lv", "Bērnudārzi un šķūņi", "Pašvaldības iestāžu saraksts."),
            ("et", "Mänguväljakud Põhja-Tallinnas", "Õppehooned ja kõrghaljastus."),
            ("da", "Cykelstøtte på Rådhuspladsen", "Skærmbilleder af færdselstællinger."),
        )
    ],
    dataset("Zwetschgen", tags=["Obst"]),
    dataset("Äpfel und Birnen", tags=["Obst"]),
    dataset("apfel", tags=["Obst"]),
    dataset("Birnen", tags=["Obst"]),
    dataset(
        f"{SECRET} der Stadt",
        "luebeck",
        name=SECRET.lower().replace("ä", "a"),
        private=True,
        tags=[SECRET],
        issued="1888",
    ),
]
