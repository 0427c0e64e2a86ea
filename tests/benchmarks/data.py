"""The datasets that everybody harvests: made up, German, the same at every call.

A dataset depends on its number, how many distributions it has and its version
alone, so that a catalogue of 100,000 begins with the one of 300.
"""

from __future__ import annotations

import hashlib
import random
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

BASE = "https://daten.musterstadt.example"
AUTHORITY = "http://publications.europa.eu/resource/authority"
#: Every so many-th dataset differs between version 0 and 1.
CHANGED_EVERY = 100
_FIRST = datetime(2012, 3, 1, 8, 0, 0, tzinfo=timezone.utc)

# Topic, themes, keywords.
_TOPICS = (
    ("Baumkataster", ("ENVI",), ("Baum", "Stadtgrün", "Straßenbaum")),
    ("Verkehrszählung", ("TRAN",), ("Verkehr", "Zählstelle", "Kraftfahrzeuge")),
    ("Radverkehrsnetz", ("TRAN",), ("Fahrrad", "Radweg", "Verkehrsplanung")),
    ("Bebauungspläne", ("REGI", "GOVE"), ("Bebauungsplan", "Bauleitplanung", "Satzung")),
    ("Bevölkerung nach Altersgruppen", ("SOCI",), ("Einwohner", "Demografie", "Statistik")),
    ("Luftmessstationen", ("ENVI", "HEAL"), ("Luftqualität", "Feinstaub", "Messwerte")),
    ("Haushaltsplan", ("GOVE", "ECON"), ("Haushalt", "Finanzen", "Ergebnisplan")),
    ("Wahlergebnisse", ("GOVE",), ("Wahl", "Wahlbezirk", "Stimmen")),
    ("Kindertagesstätten", ("EDUC", "SOCI"), ("Kita", "Betreuung", "Kinder")),
    ("Schuleinzugsbereiche", ("EDUC",), ("Schule", "Einzugsbereich", "Bildung")),
    ("Spielplätze", ("SOCI",), ("Spielplatz", "Kinder", "Freizeit")),
    ("Parkraumbewirtschaftung", ("TRAN", "ECON"), ("Parken", "Parkschein", "Innenstadt")),
    ("Gewässergüte", ("ENVI",), ("Gewässer", "Badestelle", "Wasserqualität")),
    ("Lärmkartierung", ("ENVI", "TRAN"), ("Lärm", "Umgebungslärm", "Straßenverkehr")),
    ("Denkmalliste", ("EDUC",), ("Denkmal", "Baudenkmal", "Kulturerbe")),
    ("Müllabfuhrtermine", ("ENVI",), ("Abfall", "Entsorgung", "Termine")),
    ("Energieverbrauch städtischer Gebäude", ("ENER",), ("Energie", "Strom", "Wärme")),
    ("Hafenumschlag", ("ECON", "TRAN"), ("Hafen", "Umschlag", "Schifffahrt")),
    ("Bodenrichtwerte", ("ECON", "REGI"), ("Bodenrichtwert", "Grundstück", "Gutachterausschuss")),
    ("Feuerwehreinsätze", ("JUST",), ("Feuerwehr", "Einsatz", "Rettungsdienst")),
)
_PLACES = (
    "Altstadt", "Hafenviertel", "Nordstadt", "Südstadt", "Weststadt", "Oststadt", "Mühlentor",
    "Holstenufer", "Petersdorf", "Warnowblick", "Strandhagen", "Grünhufe", "Kronsberg",
    "Dänholm", "Wendorf", "Lütten Moor", "Hüttenweg", "Brinckmansdorf", "Kücknitz", "Moisling",
    "Buntekuh", "Eichholz", "Schlutup", "Travequartier", "Möwenstein", "Gartenstadt", "Marienehe",
    "Toitenwinkel", "Evershagen", "Groß Klein", "Sassnitzer Straße", "Knieper", "Frankensiedlung",
    "Andershof", "Devin", "Langendorf", "Dargetzow", "Friedenshof", "Kagenmarkt", "Redentin",
)  # fmt: skip
_YEARS = 25
_SENTENCES = (
    "Der Datensatz enthält Angaben zu „{topic}“ im Gebiet {place} für das Jahr {year}.",
    "Die Daten werden vom Fachamt erhoben, geprüft und einmal im Jahr fortgeschrieben.",
    "Einzelne Werte können wegen der Geheimhaltung nach § 16 Bundesstatistikgesetz fehlen.",
    "Lagebezug ist ETRS89/UTM Zone 33N; die Tabellen sind in UTF-8 mit Semikolon als Trennzeichen.",
    "Für die Richtigkeit und Vollständigkeit der Angaben wird keine Gewähr übernommen.",
    "Änderungen gegenüber dem Vorjahr sind in der Spalte „Bemerkung“ erläutert.",
    "Rückfragen beantwortet die unten genannte Stelle; Hinweise auf Fehler sind willkommen.",
    "Die Erfassung erfolgte durch Befliegung und wurde durch Begehungen vor Ort ergänzt.",
    "Größe, Straßenschlüssel und Maßeinheiten folgen dem städtischen Straßenverzeichnis.",
)
_OFFICES = (
    ("Amt für Stadtgrün, Naturschutz und Friedhöfe", "stadtgruen"),
    ("Tiefbau- und Hafenamt", "tiefbau"),
    ("Kataster-, Vermessungs- und Liegenschaftsamt", "vermessung"),
    ("Kommunale Statistikstelle", "statistik"),
    ("Amt für Jugend, Soziales und Bildung", "bildung"),
)
# EU file type, media type.
_FORMATS = (
    ("CSV", "text/csv"),
    ("GEOJSON", "application/geo+json"),
    ("XLSX", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    ("PDF", "application/pdf"),
    ("JSON", "application/json"),
    ("GML", "application/gml+xml"),
    ("XML", "application/xml"),
    ("ZIP", "application/zip"),
)
LICENCES = ("dl-by-de/2.0", "dl-zero-de/2.0", "cc-by/4.0", "cc-zero")
_FREQUENCIES = ("ANNUAL", "MONTHLY", "DAILY", "IRREG")


@dataclass(frozen=True, slots=True)
class File:
    """One distribution; ``size`` in bytes, ``digest`` a SHA-256 in hex."""

    id: str
    title: str
    description: str
    format: str
    media_type: str
    url: str
    size: int
    digest: str
    issued: datetime
    modified: datetime


@dataclass(frozen=True, slots=True)
class Dataset:
    """One dataset; ``box`` is west, south, east, north in degrees."""

    id: str
    name: str
    title: str
    notes: str
    keywords: tuple[str, ...]
    themes: tuple[str, ...]
    office: str
    email: str
    licence: str
    frequency: str
    issued: datetime
    modified: datetime
    period: tuple[str, str]
    box: tuple[float, float, float, float]
    files: tuple[File, ...]

    @property
    def iri(self) -> str:
        """Its subject IRI."""
        return f"{BASE}/datensatz/{self.id}"


def datasets(count: int, distributions: int, *, version: int = 0) -> Iterator[Dataset]:
    """Datasets 0 to ``count`` - 1; in version 1 one of a hundred has changed."""
    for number in range(count):
        yield dataset(number, distributions, version=version)


def changed(count: int) -> int:
    """How many of ``count`` datasets differ between the versions."""
    return sum(1 for number in range(count) if number % CHANGED_EVERY == 7)


def dataset(number: int, distributions: int, *, version: int = 0) -> Dataset:
    """Dataset ``number``."""
    dice = random.Random(f"hanse {number}")
    topic, themes, keywords = _TOPICS[number % len(_TOPICS)]
    rest = number // len(_TOPICS)
    place = _PLACES[rest % len(_PLACES)]
    rest //= len(_PLACES)
    year = 2000 + rest % _YEARS
    sheet = rest // _YEARS
    title = f"{topic} {place} {year}" + (f", Blatt {sheet + 1}" if sheet else "")
    sentences = [_SENTENCES[0], *dice.sample(_SENTENCES[1:], 4)]
    notes = " ".join(sentences).format(topic=topic, place=place, year=year)
    office, mailbox = _OFFICES[dice.randrange(len(_OFFICES))]
    issued = _FIRST + timedelta(hours=number % 90_000)
    modified = issued + timedelta(days=dice.randrange(1, 900))
    if version and number % CHANGED_EVERY == 7:
        notes += f" Fortgeschrieben in der Fassung {version + 1}."
        modified += timedelta(days=30 * version)
    west, south = round(10 + dice.random() * 3, 4), round(53.5 + dice.random(), 4)
    identity = _uuid(f"dataset {number}")
    return Dataset(
        id=identity,
        name=f"musterstadt-{number:06}",
        title=title,
        notes=notes,
        keywords=(*keywords, place),
        themes=themes,
        office=office,
        email=f"{mailbox}@musterstadt.example",
        licence=LICENCES[dice.randrange(len(LICENCES))],
        frequency=_FREQUENCIES[dice.randrange(len(_FREQUENCIES))],
        issued=issued,
        modified=modified,
        period=(f"{year}-01-01", f"{year}-12-31"),
        box=(west, south, round(west + 0.05, 4), round(south + 0.03, 4)),
        files=tuple(
            _file(dice, number, position, title, issued) for position in range(distributions)
        ),
    )


def _file(dice: random.Random, number: int, position: int, title: str, issued: datetime) -> File:
    form, media_type = _FORMATS[position % len(_FORMATS)]
    identity = _uuid(f"file {number} {position}")
    return File(
        id=identity,
        title=f"{title} ({form})",
        description=f"Die vollständigen Daten im Format {form}, Zeichensatz UTF-8.",
        format=form,
        media_type=media_type,
        url=f"{BASE}/dateien/{identity}/daten-{position + 1}.{form.lower()}",
        size=dice.randrange(2_000, 80_000_000),
        digest=hashlib.sha256(identity.encode()).hexdigest(),
        issued=issued,
        modified=issued + timedelta(days=position + 1),
    )


def _uuid(name: str) -> str:
    return str(uuid.uuid5(uuid.NAMESPACE_URL, f"{BASE}/{name}"))
