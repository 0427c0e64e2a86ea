"""Facts about the four cities that the made-up datasets are hung on."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class City:
    """A city: how it is called, where it lies, who publishes, what it is divided into.

    ``bbox`` is (west, south, east, north) in degrees (WGS 84).
    ``yearly`` names topics that the city publishes as one dataset a year.
    ``without`` names topics that it does not publish.
    """

    name: str
    title: str
    full: str
    ars: str
    bbox: tuple[float, float, float, float]
    districts: tuple[str, ...]
    streets: tuple[str, ...]
    yearly: tuple[str, ...] = ()
    without: tuple[str, ...] = ()


ROSTOCK = City(
    name="rostock",
    title="Rostock",
    full="Hanse- und Universitätsstadt Rostock",
    ars="130030000000",
    bbox=(11.98, 54.05, 12.29, 54.25),
    districts=(
        "Warnemünde", "Lichtenhagen", "Groß Klein", "Lütten Klein", "Evershagen", "Schmarl",
        "Reutershagen", "Hansaviertel", "Gartenstadt", "Kröpeliner-Tor-Vorstadt", "Südstadt",
        "Biestow", "Stadtmitte", "Brinckmansdorf", "Dierkow", "Toitenwinkel", "Gehlsdorf",
    ),
    streets=(
        "Lange Straße", "Kröpeliner Straße", "Am Strande", "Doberaner Straße", "Goethestraße",
        "Parkstraße", "Neuer Markt", "Hamburger Straße", "Tessiner Straße", "Am Leuchtturm",
    ),
    yearly=("einwohner", "haushaltsplan", "luftqualitaet", "radverkehr", "gaeste", "vornamen"),
    without=("partnerstaedte",),
)  # fmt: skip
LUEBECK = City(
    name="luebeck",
    title="Lübeck",
    full="Hansestadt Lübeck",
    ars="010030000000",
    bbox=(10.53, 53.80, 10.96, 54.00),
    districts=(
        "Innenstadt", "St. Jürgen", "Moisling", "Buntekuh", "St. Lorenz Süd", "St. Lorenz Nord",
        "St. Gertrud", "Schlutup", "Kücknitz", "Travemünde",
    ),
    streets=(
        "Breite Straße", "Königstraße", "Mengstraße", "Holstenstraße", "Fackenburger Allee",
        "Ratzeburger Allee", "An der Obertrave", "Kaiserallee", "Schwartauer Allee", "Beckergrube",
    ),
    yearly=("haushaltsplan", "einwohner", "badegewaesser", "wahlen_btw"),
    without=("gewerbeflaechen", "mobilfunk"),
)  # fmt: skip
STRALSUND = City(
    name="stralsund",
    title="Stralsund",
    full="Hansestadt Stralsund",
    ars="130730088088",
    bbox=(13.02, 54.27, 13.15, 54.35),
    districts=(
        "Altstadt", "Knieper", "Tribseer", "Franken", "Süd", "Lüssower Berg", "Langendorfer Berg",
        "Grünhufe", "Dänholm",
    ),
    streets=(
        "Ossenreyerstraße", "Alter Markt", "Semlower Straße", "Fährstraße", "Tribseer Damm",
        "Knieperdamm", "Frankendamm", "Sarnowstraße", "Rostocker Chaussee", "Hafenstraße",
    ),
    yearly=("haushaltsplan", "badegewaesser"),
    without=("luftqualitaet", "fahrplan", "vornamen", "wahlen_btw", "kreuzfahrt", "sensoren"),
)  # fmt: skip
WISMAR = City(
    name="wismar",
    title="Wismar",
    full="Hansestadt Wismar",
    ars="130740087087",
    bbox=(11.39, 53.86, 11.53, 53.94),
    districts=(
        "Altstadt", "Wismar West", "Wismar Süd", "Wismar Nord", "Wismar Ost", "Friedenshof",
        "Kagenmarkt", "Wendorf", "Dargetzow", "Vor dem Lübschen Tor",
    ),
    streets=(
        "Am Markt", "Lübsche Straße", "Dankwartstraße", "Krämerstraße", "Schweinsbrücke",
        "Bademutterstraße", "Philosophenweg", "Rostocker Straße", "Poeler Straße", "Am Hafen",
    ),
    yearly=("haushaltsplan", "gaeste"),
    without=("luftqualitaet", "geschwindigkeit", "kreuzfahrt", "museen", "stadtmodell", "bauhof"),
)  # fmt: skip

CITIES = {city.name: city for city in (ROSTOCK, LUEBECK, STRALSUND, WISMAR)}

DEPARTMENTS = {
    "buero": "Büro der Bürgerschaft",
    "denkmal": "Abteilung Denkmalpflege",
    "digital": "Stabsstelle Digitalisierung und Smart City",
    "feuerwehr": "Brandschutz- und Rettungsamt",
    "finanzen": "Amt für Finanzen und Beteiligungen",
    "gebaeude": "Zentrales Gebäudemanagement",
    "gesundheit": "Gesundheitsamt",
    "gruen": "Amt für Stadtgrün",
    "hafen": "Hafenamt",
    "jugend": "Amt für Jugend und Familie",
    "kultur": "Amt für Kultur",
    "ordnung": "Ordnungsamt",
    "schule": "Schulverwaltungsamt",
    "soziales": "Amt für Soziales",
    "sport": "Sportamt",
    "stadtplanung": "Amt für Stadtplanung",
    "standesamt": "Standesamt",
    "statistik": "Kommunale Statistikstelle",
    "tourismus": "Tourismuszentrale",
    "umwelt": "Amt für Umwelt- und Klimaschutz",
    "verkehr": "Amt für Mobilität",
    "vermessung": "Kataster- und Vermessungsamt",
    "wahlen": "Gemeindewahlbehörde",
    "wirtschaft": "Amt für Wirtschaftsförderung",
}
