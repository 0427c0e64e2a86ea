"""What ``ckan hanse source remove`` says, in German and English."""

from __future__ import annotations

from collections.abc import Mapping

WORDS: Mapping[str, Mapping[str, str]] = {
    "remove-datasets": {
        "de": "Datensätze im Portal, die nur aus dieser Quelle kommen: {number:,}",
        "en": "Datasets on the site that come from this source alone: {number:,}",
    },
    "remove-shared": {
        "de": "Weitere, die auch eine andere Quelle hat; sie führt sie weiter: {number:,}",
        "en": "More that another source has too; it keeps them up: {number:,}",
    },
    "remove-other": {
        "de": "Andere Quelle der Stadt: {name}, gleiche Einträge: {number:,}",
        "en": "Another source of the city: {name}, same records: {number:,}",
    },
    "remove-ask": {
        "de": "Was wird aus den Datensätzen",
        "en": "What becomes of the datasets",
    },
    "remove-confirm": {
        "de": "Zur Bestätigung den Namen „{name}“ eingeben",
        "en": "Type the name “{name}” to confirm",
    },
    "removed-withdraw": {
        "de": "Entfernt: {name}. Datensätze, die gehen (wiederherstellbar): {number:,}",
        "en": "Removed: {name}. Datasets that leave and can be restored: {number:,}",
    },
    "removed-keep": {
        "de": "Entfernt: {name}. Datensätze, die als eigene der Stadt bleiben: {number:,}",
        "en": "Removed: {name}. Datasets that stay as the city's own: {number:,}",
    },
    "removed-hand": {
        "de": "Entfernt: {name}. Datensätze, die die andere Quelle weiterführt: {number:,}",
        "en": "Removed: {name}. Datasets that the other source keeps up: {number:,}",
    },
    "removed-left": {
        "de": "Davon nimmt der Takt in den nächsten Minuten aus dem Portal: {number:,}",
        "en": "Of these the next ticks take from the site: {number:,}",
    },
}
