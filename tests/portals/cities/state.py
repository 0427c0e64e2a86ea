"""The geodata catalogue of a state: 5,000 records, of which 60 data sets are Stralsund's own.

The city's files are had from links in its records, its map services from records of
their own, coupled by ``operatesOn``.  The others belong to the state's offices, districts
and municipalities; some mention Stralsund, lie in it, or are a university's of that name.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterator
from dataclasses import replace
from functools import cache

from .cities import DEPARTMENTS, STRALSUND, City
from .iso import GeoRecord, Link
from .model import Dataset, Topic, chance, datasets, made, topics

SIZE = 5_000
#: How the one city is spelt by those who filled in its records.
SPELLINGS = (
    "Hansestadt Stralsund",
    "Hansestadt Stralsund, Der Oberbürgermeister",
    "Hansestadt Stralsund – Amt für Planung und Bau",
    "HANSESTADT STRALSUND",
)
_STATE = "Landesamt für innere Verwaltung Mecklenburg-Vorpommern"
_NATURE = "Landesamt für Umwelt, Naturschutz und Geologie Mecklenburg-Vorpommern"
_STATE_BOX = (10.59, 53.11, 14.42, 54.69)
_GEO = frozenset({"SHP", "GEOJSON", "GML", "TIFF", "WMS", "WFS"})
#: Plans that are each a record of their own: number → name, as a city's planners count them.
_PLANS = {
    "3": "Frankenvorstadt, Karl-Marx-Straße", "7": "Tribseer Damm", "11": "Hafeninsel",
    "16": "Stadtkoppel", "19": "Andershof, östlich der B 96", "21": "Knieper West",
    "25": "Garbodenhagen", "28": "Grünhufe, Lindenallee", "31": "Dänholm", "34": "Devin",
    "37": "Tribseer Wiesen", "39": "Voigdehagen", "42": "Kleiner Wiesenweg", "45": "Freienlande",
    "48": "Sarnowstraße",
}  # fmt: skip
#: Office → ISO topic category, INSPIRE theme ("" where a record names none).
_THEMES = {
    "gruen": ("environment", ""), "umwelt": ("environment", "Umweltüberwachung"),
    "vermessung": ("planningCadastre", "Adressen"), "stadtplanung": ("planningCadastre",
    "Bodennutzung"), "verkehr": ("transportation", "Verkehrsnetze"),
    "denkmal": ("structure", "Schutzgebiete"), "hafen": ("oceans", ""),
    "gesundheit": ("health", "Gesundheit und Sicherheit"), "schule": ("society", ""),
    "feuerwehr": ("society", "Versorgungswirtschaft und staatliche Dienste"),
    "wirtschaft": ("economy", ""), "digital": ("utilitiesCommunication", ""),
}  # fmt: skip
_FREQUENCIES = {
    "ANNUAL": "annually", "MONTHLY": "monthly", "WEEKLY": "weekly", "DAILY": "daily",
    "QUARTERLY": "quarterly", "CONT": "continual", "IRREG": "irregular", "NEVER": "notPlanned",
}  # fmt: skip
_MUNICIPALITIES = (
    ("Hansestadt Wismar", 11.46, 53.89), ("Hanse- und Universitätsstadt Rostock", 12.13, 54.09),
    ("Universitäts- und Hansestadt Greifswald", 13.38, 54.09), ("Stadt Barth", 12.72, 54.37),
    ("Landeshauptstadt Schwerin", 11.41, 53.63), ("Vier-Tore-Stadt Neubrandenburg", 13.26, 53.56),
    ("Stadt Bergen auf Rügen", 13.43, 54.42), ("Gemeinde Ostseebad Binz", 13.61, 54.40),
    ("Stadt Grimmen", 13.04, 54.11), ("Stadt Ribnitz-Damgarten", 12.44, 54.24),
    ("Amt Altenpleen", 13.00, 54.37), ("Stadt Anklam", 13.69, 53.86), ("Stadt Güstrow", 12.18, 53.80),
    ("Stadt Waren (Müritz)", 12.68, 53.52), ("Gemeinde Kramerhof", 13.05, 54.35),
    ("Landkreis Vorpommern-Rügen", 13.10, 54.25), ("Landkreis Nordwestmecklenburg", 11.30, 53.85),
)  # fmt: skip


@cache
def records(base: str) -> tuple[GeoRecord, ...]:
    """The whole catalogue; ``base`` is the address under which Stralsund's files are had."""
    own = _own(base)
    services = [item for record, data in own for item in _services(record, data, base)]
    found = [record for record, _ in own] + services + list(_neighbours())
    found += _others(SIZE - len(found))
    return tuple(sorted(found, key=lambda record: record.id))


def own() -> tuple[Dataset, ...]:
    """The data sets that Stralsund describes in the catalogue: 45 themes and 15 single plans."""
    themes = [item for item in datasets("stralsund") if _GEO & {f.format for f in item.files}]
    return (*themes, *(made(STRALSUND, _plan(number, name)) for number, name in _PLANS.items()))


def _plan(number: str, name: str) -> Topic:
    general = next(topic for topic in topics() if topic.key == "bebauungsplaene")
    return replace(
        general,
        key=f"bplan_{number}",
        title=f"Bebauungsplan Nr. {number} „{name}“",
        frequency="NEVER",
        formats=("PDF", "GML", "WMS"),
        keywords=("Bebauungsplan", "Bauleitplanung", "XPlanung"),
        years=(),
        notes=f"Rechtskräftiger Bebauungsplan Nr. {number} „{name}“ mit Planzeichnung, "
        "textlichen Festsetzungen und Begründung, im Standard XPlanung.",
    )


def _own(base: str) -> list[tuple[GeoRecord, Dataset]]:
    return [(_of(data, base), data) for data in own()]


def _of(data: Dataset, base: str) -> GeoRecord:
    dice = chance("stralsund", data.key, "iso")
    topic, inspire = _THEMES.get(data.topic.department, ("society", ""))
    words = [*data.topic.keywords, *(["opendata"] if dice.random() < 0.85 else [])]
    files = [f for f in data.files if f.format not in {"WMS", "WFS"}]
    return GeoRecord(
        id=data.id,
        title=data.title,
        abstract=f"<p>{data.notes}</p>" if data.key == "strand" else data.notes,
        owner=dice.choices(SPELLINGS, (60, 20, 15, 5))[0],
        department=DEPARTMENTS[data.topic.department],
        email=data.email,
        bbox=_inside(STRALSUND, dice.random()) if data.key.startswith("bplan") else STRALSUND.bbox,
        place=STRALSUND.full,
        stamp=str(data.modified.date()),
        created=str(data.issued),
        kind="series" if data.key == "luftbilder" else "dataset",
        topic="imageryBaseMapsEarthCover" if data.key == "luftbilder" else topic,
        inspire=inspire,
        keywords=tuple(words),
        # One that says what a third of the state's records say: no condition, no licence.
        licence="" if data.key == "wlan" else data.licence,
        period=(str(data.period[0]), "" if data.topic.frequency == "CONT" else str(data.period[1])),
        frequency=_FREQUENCIES.get(data.topic.frequency, "asNeeded"),
        scale=1000 if data.key.startswith("bplan") else dice.choice((0, 500, 5000, 10000)),
        lineage="Digitalisiert auf der Grundlage der Automatisierten Liegenschaftskarte (ALKIS).",
        english="Tree register" if data.key == "baumkataster" else "",
        links=tuple(Link(base + f.path, f.title, "WWW:DOWNLOAD-1.0-http--download") for f in files),
    )


def _inside(city: City, share: float) -> tuple[float, float, float, float]:
    west, south, east, north = city.bbox
    x, y = west + share * (east - west) * 0.8, south + share * (north - south) * 0.8
    return round(x, 5), round(y, 5), round(x + 0.01, 5), round(y + 0.008, 5)


def _services(record: GeoRecord, data: Dataset, base: str) -> list[GeoRecord]:
    return [
        replace(
            record,
            id=file.id,
            title=f"{file.format} {data.title}",
            abstract=f"Darstellungs- und Downloaddienst zu: {data.title}.",
            kind="service",
            service=file.format,
            keywords=("infoMapAccessService", "opendata"),
            english="",
            lineage="",
            links=(Link(base + file.path, file.title, f"OGC:{file.format}", "information"),),
            couples=(record.id,),
        )
        for file in data.files
        if file.format in {"WMS", "WFS"}
    ]


def _neighbours() -> Iterator[GeoRecord]:
    """What a filter on the name finds and the city did not write, or what lies in the city."""
    for key, title, owner, notes in (
        ("campus", "Lageplan Campus", "Hochschule Stralsund", "Gebäude und Wege des Campus."),
        ("labor", "Messungen des Windlabors", "Hochschule Stralsund", "Zeitreihen, 10 Minuten."),
        ("wsv", "Seekarte Strelasund", "Wasserstraßen- und Schifffahrtsamt Ostsee, Stralsund", ""),
        ("kreis", "Radwege im Landkreis", "Landkreis Vorpommern-Rügen", "Auch in Stralsund."),
    ):
        yield _foreign(f"neighbour/{key}", title, owner, _inside(STRALSUND, 0.4), notes)
    # A service of a data set that the catalogue does not have (any more).
    orphan = _foreign("orphan", "WMS Stadtkarte 1998", SPELLINGS[0], STRALSUND.bbox, "")
    url = "https://geodienste.example/stadtkarte1998?service=WMS&request=GetCapabilities"
    yield replace(
        orphan,
        kind="service",
        service="WMS",
        links=(Link(url, "Stadtkarte 1998", "OGC:WMS", "information"),),
        couples=(_id("gone"),),
    )


def _others(number: int) -> Iterator[GeoRecord]:
    """Records of the state, its districts and municipalities."""
    subjects = [topic for topic in topics() if _GEO & set(topic.formats)]
    for n in range(number):
        dice = chance("state", n)
        topic = subjects[n % len(subjects)]
        title = topic.title.replace("{stadt}", "").strip()
        if n % 5 == 0:
            owner, box = dice.choice((_STATE, _NATURE)), _STATE_BOX
            name, place = f"{title} in Mecklenburg-Vorpommern {1995 + n // 5 % 30}", ""
        else:
            owner, x, y = dice.choice(_MUNICIPALITIES)
            box = tuple(round(v, 3) for v in (x - 0.05, y - 0.03, x + 0.05, y + 0.03))
            name, place = f"{title} {owner}, Blatt {n}", owner
        about = "Fläche bis zur Stadtgrenze von Stralsund." if n % 250 == 7 else topic.notes
        record = _foreign(f"other/{n}", name, owner, box, about.replace("{stadt}", place))
        yield replace(
            record, keywords=topic.keywords, topic=_THEMES.get(topic.department, ("",))[0]
        )


def _foreign(key: str, title: str, owner: str, box: tuple[float, ...], notes: str) -> GeoRecord:
    dice = chance("state", key, "made")
    day = dt.date(2015, 1, 1) + dt.timedelta(days=dice.randint(0, 3500))
    west, south, east, north = box
    return GeoRecord(
        id=_id(key),
        title=title,
        abstract=notes or title,
        owner=owner,
        email="geodaten@mv.example",
        bbox=(west, south, east, north),
        place=owner,
        stamp=str(day + dt.timedelta(days=200)),
        created=str(day),
        topic="environment",
        licence=dice.choice(("dl-by-de/2.0", "")),
        links=(Link(f"https://geodaten.example/{key}.zip", title, "WWW:DOWNLOAD"),),
    )


def _id(key: str) -> str:
    return str(uuid.uuid5(uuid.NAMESPACE_URL, f"https://geodaten.example/{key}"))
