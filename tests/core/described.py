"""Datasets as they are described to search engines and reference managers: usual and odd ones."""

from __future__ import annotations

from dataclasses import replace

from ckanext.hanse.export.description import Description, FileOf, LicenceOf, Party

BY = LicenceOf("Creative Commons Namensnennung 4.0", "https://creativecommons.org/licenses/by/4.0/")
ZERO = LicenceOf("CC0 1.0", "https://creativecommons.org/publicdomain/zero/1.0/")
ROSTOCK = Party(
    "Hanse- und Universitätsstadt Rostock",
    "https://rostock.example/#stadt",
    "https://rostock.example",
    "daten@rostock.example",
)
TABLE = FileOf(
    key="3f1c",
    name="Bäume als Tabelle",
    content="https://rostock.example/baum.csv",
    access="https://rostock.example/baum",
    media="text/csv",
    format="CSV",
    size=4711,
    checksums={"sha256": "ab" * 32, "md5": "cd" * 16},
    modified="2024-02-01",
    licence=ZERO,
)
LIVE = FileOf("77aa", "Bäume", content="https://rostock.example/baum.json", format="GeoJSON")
SERVICE = FileOf("90bb", "WMS", access="https://rostock.example/wms", format="WMS")

TREES = Description(
    name="baeume",
    page="https://daten.example/dataset/baeume",
    title="Bäume",
    subject="https://rostock.example/datensatz/baum",
    text="Alle Bäume der Stadt.",
    language="de",
    languages=("de",),
    keywords=("Baum", "Grün"),
    publishers=(ROSTOCK,),
    licences=(BY, ZERO),
    issued="2019",
    modified="2024-02-01",
    added="2024-03-01T08:00:00Z",
    changed="2024-03-02T08:00:00Z",
    version="1.2.0",
    identifiers=("baum-1",),
    landing="https://rostock.example/baum",
    series=("https://rostock.example/reihe",),
    places=("Rostock", "Rostock, Stadtteil Warnemünde"),
    box=(12.0, 54.05, 12.3, 54.25),
    periods=(("2015-01-01", ""), ("", "2014")),
    free=True,
    files=(TABLE, LIVE, SERVICE),
    catalogue="Hanse Open Data",
    home="https://daten.example",
)
BARE = Description(
    name="leer",
    page="https://daten.example/dataset/leer",
    title="Leer",
    subject="https://daten.example/dataset/0815",
    home="https://daten.example",
)
ODD = replace(
    TREES,
    name="odd",
    title='</script><!-- "Bäume" & {50 %} \\ ~ # $_^ 🌳',
    text="Zeile\nER  - \r\nTY  - BOOK\u2028}",
    keywords=("a{b", "ER  - ", "%"),
    licences=(BY, LicenceOf("Eigene Bedingungen")),
    creators=(Party("Müller, Söhne & {Partner}\nER  - "), Party("A and B")),
    version="Stand: Mai}",
    modified="gestern",
    identifiers=("doi:10.5281/zenodo.7_a",),
)
ALL = (TREES, BARE, ODD)
