"""The made-up datasets of a city, before any portal has spoilt them."""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
import random
import uuid
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from .cities import CITIES, DEPARTMENTS, City

FORMATS = {
    "CSV": ("csv", "text/csv"),
    "GEOJSON": ("geojson", "application/geo+json"),
    "GML": ("gml", "application/gml+xml"),
    "ICS": ("ics", "text/calendar"),
    "JSON": ("json", "application/json"),
    "PDF": ("pdf", "application/pdf"),
    "SHP": ("shp.zip", "application/zip"),
    "TIFF": ("tif", "image/tiff"),
    "WFS": ("", ""),
    "WMS": ("", ""),
    "XLSX": ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    "XML": ("xml", "application/xml"),
    "ZIP": ("zip", "application/zip"),
}
LICENCES = {
    "rostock": ("cc-zero", "odc-odbl"),
    "luebeck": ("cc-by/4.0", "dl-by-de/2.0"),
    "stralsund": ("dl-by-de/2.0", "dl-zero-de/2.0"),
    "wismar": ("dl-zero-de/2.0", "cc-by/4.0"),
}


@dataclass(frozen=True)
class Topic:
    """A line of ``topics.tsv``."""

    key: str
    title: str
    themes: tuple[str, ...]
    department: str
    frequency: str
    formats: tuple[str, ...]
    keywords: tuple[str, ...]
    columns: tuple[str, ...]
    years: tuple[int, ...]
    notes: str


@dataclass(frozen=True)
class File:
    """One distribution: where it lies (path on the portal), format code, size in bytes."""

    id: str
    title: str
    path: str
    format: str
    media_type: str
    size: int


@dataclass(frozen=True)
class Dataset:
    """One dataset of a city, clean."""

    city: City
    topic: Topic
    key: str
    id: str
    title: str
    notes: str
    issued: dt.date
    modified: dt.datetime
    period: tuple[dt.date, dt.date]
    licence: str
    attribution: str
    department: str
    email: str
    files: tuple[File, ...]


@cache
def topics() -> tuple[Topic, ...]:
    """Every topic of ``topics.tsv``."""
    text = (Path(__file__).parent / "topics.tsv").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    return tuple(
        Topic(
            key=row["key"],
            title=row["title"],
            themes=tuple(row["theme"].split("+")),
            department=row["dept"],
            frequency=row["frequency"],
            formats=tuple(row["formats"].split()),
            keywords=tuple(row["keywords"].split("|")),
            columns=tuple(row["columns"].split("|")),
            years=_years(row["years"]),
            notes=row["notes"],
        )
        for row in csv.DictReader(lines, delimiter="\t")
    )


def _years(text: str) -> tuple[int, ...]:
    if not text:
        return ()
    span, _, step = text.partition(":")
    first, last = (int(part) for part in span.split("-"))
    return tuple(range(first, last + 1, int(step or 1)))


def chance(*parts: object) -> random.Random:
    """Randomness that is the same at every start."""
    seed = hashlib.sha256("/".join(str(part) for part in parts).encode()).digest()
    return random.Random(seed)


@cache
def datasets(city_name: str) -> tuple[Dataset, ...]:
    """Every dataset of a city, always the same ones in the same order."""
    city = CITIES[city_name]
    found = []
    for topic in topics():
        if topic.key in city.without:
            continue
        if topic.key in city.yearly:
            found += [made(city, topic, year) for year in topic.years]
        else:
            found.append(made(city, topic))
    return tuple(found)


def made(city: City, topic: Topic, year: int | None = None) -> Dataset:
    """A city's dataset of a topic, of one year where it comes every year."""
    key = topic.key if year is None else f"{topic.key}-{year}"
    dice = chance(city.name, key)
    title = topic.title.replace("{stadt}", city.full)
    if year is not None:
        title = f"{title} {year}"
    elif dice.random() < 0.35:
        title = f"{title} der {city.full}"
    covered = (year,) if year else topic.years or (2012, 2024)
    first, last = covered[0], covered[-1]
    issued = dt.date(max(2013, min(first, 2023)), dice.randint(1, 12), dice.randint(1, 28))
    modified = dt.datetime(2024, 1, 1) + dt.timedelta(minutes=dice.randint(0, 2 * 365 * 24 * 60))
    licence = LICENCES[city.name][0 if dice.random() < 0.85 else 1]
    department = f"{city.full} – {DEPARTMENTS[topic.department]}"
    slug = key.replace("_", "-")
    return Dataset(
        city=city,
        topic=topic,
        key=key,
        id=str(uuid.uuid5(uuid.NAMESPACE_URL, f"{city.name}/{key}")),
        title=title,
        notes=f"{topic.notes.replace('{stadt}', city.full)} "
        f"Der Datensatz umfasst das Gebiet der {city.full}.",
        issued=issued,
        modified=modified,
        period=(dt.date(first, 1, 1), dt.date(last, 12, 31)),
        licence=licence,
        attribution=city.full,
        department=department,
        email=f"opendata@{city.name}.example",
        files=tuple(_file(city, slug, key, title, code, dice) for code in topic.formats),
    )


def _file(city: City, slug: str, key: str, title: str, code: str, dice: random.Random) -> File:
    ending, media_type = FORMATS[code]
    path = (
        f"/daten/{slug}.{ending}"
        if ending
        else f"/dienste/{slug}?service={code}&request=GetCapabilities"
    )
    return File(
        id=str(uuid.uuid5(uuid.NAMESPACE_URL, f"{city.name}/{key}/{code}")),
        title=f"{title} ({code})",
        path=path,
        format=code,
        media_type=media_type,
        size=dice.randint(2_000, 4_000_000),
    )
