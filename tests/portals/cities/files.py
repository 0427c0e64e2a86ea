"""The files behind the download links: small, but real enough to be loaded."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

from .model import Dataset, chance, datasets

ROWS = 40
_WORDS = {
    "abfallart": ["Restabfall", "Bioabfall", "Papier", "Leichtverpackungen"],
    "art": ["Neubau", "Reparatur", "Prüfung", "Sonstiges"],
    "baumart": ["Tilia cordata", "Acer platanoides", "Quercus robur", "Betula pendula"],
    "belag": ["Asphalt", "Pflaster", "wassergebunden"],
    "bewertung": ["ausgezeichnet", "gut", "ausreichend"],
    "einheit": ["µg/m³", "cm", "kWh", "°C"],
    "schulart": ["Grundschule", "Regionale Schule", "Gymnasium", "Gesamtschule"],
    "status": ["offen", "in Arbeit", "erledigt"],
    "partei": ["Partei A", "Partei B", "Partei C", "Wählergruppe D"],
}
_NUMBERS = {
    "anzahl", "flaeche", "messwert", "plaetze", "tonnen", "betrag", "wert", "leistung", "ertrag",
    "verbrauch", "stimmen", "ansatz", "stammumfang", "laenge", "tiefe", "hoehe", "betten",
    "passagiere", "bedarf", "anteil", "alter", "groesse", "hausnummer",
}  # fmt: skip


def rows(dataset: Dataset) -> list[dict[str, Any]]:
    """``ROWS`` rows of the dataset's columns; ``geo`` becomes laenge_grad and breite_grad."""
    dice = chance(dataset.city.name, dataset.key, "rows")
    west, south, east, north = dataset.city.bbox
    found = []
    for number in range(1, ROWS + 1):
        row: dict[str, Any] = {"id": number}
        for column in dataset.topic.columns:
            if column == "geo":
                row["laenge_grad"] = round(dice.uniform(west, east), 6)
                row["breite_grad"] = round(dice.uniform(south, north), 6)
            elif column in _NUMBERS:
                row[column] = dice.randint(1, 5000)
            elif column in _WORDS:
                row[column] = dice.choice(_WORDS[column])
            elif column == "ortsteil":
                row[column] = dice.choice(dataset.city.districts)
            elif column == "strasse":
                row[column] = dice.choice(dataset.city.streets)
            elif column in {"jahr", "pflanzjahr"}:
                row[column] = dice.randint(dataset.period[0].year, dataset.period[1].year)
            elif column in {"datum", "zeit"}:
                row[column] = (
                    f"{dataset.period[1].year}-{dice.randint(1, 12):02}-{dice.randint(1, 28):02}"
                )
            else:
                row[column] = f"{column.capitalize()} {number}"
        found.append(row)
    return found


def content(city: str, path: str) -> tuple[str, bytes] | None:
    """Media type and bytes of ``path`` on a city's portal, None if there is no such file."""
    for dataset in datasets(city):
        for file in dataset.files:
            if file.path == path or file.path.split("?")[0] == path.split("?")[0] != path:
                return _render(dataset, file.format, file.media_type)
    return None


def _render(dataset: Dataset, code: str, media_type: str) -> tuple[str, bytes] | None:
    if code == "CSV":
        return "text/csv; charset=utf-8", _csv(dataset)
    if code == "JSON":
        return media_type, json.dumps(rows(dataset), ensure_ascii=False, indent=1).encode()
    if code == "GEOJSON":
        return media_type, json.dumps(_geojson(dataset), ensure_ascii=False).encode()
    if code in {"WMS", "WFS"}:
        return "text/xml; charset=utf-8", _capabilities(dataset, code)
    return None  # the others are named by the catalogue, not part of the stand-in


def _csv(dataset: Dataset) -> bytes:
    table = rows(dataset)
    out = io.StringIO()
    writer = csv.DictWriter(out, fieldnames=list(table[0]))
    writer.writeheader()
    writer.writerows(table)
    return out.getvalue().encode()


def _geojson(dataset: Dataset) -> dict[str, Any]:
    return {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "geometry": {
                    "type": "Point",
                    "coordinates": [row.pop("laenge_grad", 0), row.pop("breite_grad", 0)],
                },
                "properties": row,
            }
            for row in rows(dataset)
        ],
    }


def _capabilities(dataset: Dataset, code: str) -> bytes:
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><{code}_Capabilities version="1.3.0">'
        f"<Service><Name>{code}</Name><Title>{dataset.title}</Title></Service>"
        f"</{code}_Capabilities>"
    ).encode()
