"""What ``ckan hanse …`` says around the reports, in German and English."""

from __future__ import annotations

from collections.abc import Mapping

from ckanext.hanse.backup.words import WORDS as BACKUP
from ckanext.hanse.cli.remove_texts import WORDS as REMOVING
from hanse_harvesters.messages import fill

_WORDS: Mapping[str, Mapping[str, str]] = {
    **BACKUP,
    **REMOVING,
    # Progress
    "begin": {"de": "{name}: Übernahme beginnt", "en": "{name}: harvesting"},
    "step": {"de": "{name}: {done:,} Datensätze", "en": "{name}: {done:,} records"},
    "step-of": {
        "de": "{name}: {done:,} von {total:,} Datensätzen",
        "en": "{name}: {done:,} of {total:,} records",
    },
    # A run
    "headline": {
        "de": "{source}: {status}{complete} ({run}, {seconds:.1f} s)",
        "en": "{source}: {status}{complete} ({run}, {seconds:.1f} s)",
    },
    "not-complete": {"de": ", nicht vollständig", "en": ", not complete"},
    "run": {"de": "Lauf {id}", "en": "run {id}"},
    "dry-run": {"de": "Probelauf, nichts geschrieben", "en": "dry run, nothing written"},
    "found": {
        "de": "{found:,} Datensätze: {counts}; {missing:,} fehlen",
        "en": "{found:,} records: {counts}; {missing:,} missing",
    },
    "run-line": {
        "de": "Lauf {id}  {started}  {status}  {counts}, {missing:,} fehlen  {message}",
        "en": "run {id}  {started}  {status}  {counts}, {missing:,} missing  {message}",
    },
    "nothing-changed": {
        "de": "Nichts hat sich geändert, nichts wurde geschrieben.",
        "en": "Nothing changed, nothing was written.",
    },
    "rejected-one": {
        "de": "abgelehnt: {title} <{identity}>",
        "en": "rejected: {title} <{identity}>",
    },
    "missing-one": {
        "de": "fehlt im Portal, bleibt hier: {title} <{identity}>",
        "en": "missing at the portal, kept here: {title} <{identity}>",
    },
    "record": {"de": "Datensatz", "en": "record"},
    "rest-rejected": {
        "de": "… und {number:,} weitere abgelehnt; hanse_run_show gibt die Liste",
        "en": "… and {number:,} more rejected; hanse_run_show has the list",
    },
    "rest-missing": {
        "de": "… und {number:,} weitere fehlen; hanse_run_show gibt die Liste",
        "en": "… and {number:,} more missing; hanse_run_show has the list",
    },
    "count-created": {"de": "{number:,} neu", "en": "{number:,} created"},
    "count-updated": {"de": "{number:,} geändert", "en": "{number:,} updated"},
    "count-unchanged": {"de": "{number:,} unverändert", "en": "{number:,} unchanged"},
    "count-rejected": {"de": "{number:,} abgelehnt", "en": "{number:,} rejected"},
    "count-merged": {
        "de": "{number:,} in anderen aufgegangen",
        "en": "{number:,} merged into others",
    },
    "count-skipped": {"de": "{number:,} eigene", "en": "{number:,} our own"},
    "status-held": {"de": "wartet auf Zustimmung", "en": "held for approval"},
    "status-running": {"de": "läuft", "en": "running"},
    "status-success": {"de": "erfolgreich", "en": "success"},
    "status-partial": {"de": "teilweise", "en": "partial"},
    "status-failed": {"de": "fehlgeschlagen", "en": "failed"},
    # Duplicates
    "duplicates-group": {"de": "{names}: {number:,} Paare", "en": "{names}: {number:,} pairs"},
    "duplicates-none": {"de": "Es gibt kein solches Paar.", "en": "There is no such pair."},
    "duplicates-parted": {
        "de": "{number:,} Paare sind getrennt; {waiting:,} davon vollendet der nächste Lauf.",
        "en": "{number:,} pairs are parted; the next run completes {waiting:,} of them.",
    },
    # The sources file
    "cities-created": {"de": "Städte angelegt: {names}", "en": "Cities created: {names}"},
    "cities-updated": {"de": "Städte geändert: {names}", "en": "Cities updated: {names}"},
    "cities-unchanged": {"de": "Städte unverändert: {names}", "en": "Cities unchanged: {names}"},
    "sources-created": {"de": "Quellen angelegt: {names}", "en": "Sources created: {names}"},
    "sources-updated": {"de": "Quellen geändert: {names}", "en": "Sources updated: {names}"},
    "sources-unchanged": {"de": "Quellen unverändert: {names}", "en": "Sources unchanged: {names}"},
    "silent": {
        "de": "Städte ohne Portal, die hier veröffentlichen: {names}",
        "en": "Cities without a portal, publishing here: {names}",
    },
    "foreign": {
        "de": "Nicht in der Datei, bleiben wie sie sind: {names}",
        "en": "Not in the file, kept as they are: {names}",
    },
    "kept": {
        "de": "Auf der Website geändert, bleibt gegen die Datei: {names}",
        "en": "Changed on the site, kept against the file: {names}",
    },
    # Sources
    "sources-none": {
        "de": "Keine Quellen. `ckan hanse source sync` lädt sie aus der Quellendatei.",
        "en": "No sources. `ckan hanse source sync` loads them from the sources file.",
    },
    "state": {"de": "Zustand", "en": "State"},
    "last-run": {"de": "Letzter Lauf", "en": "Last run"},
    "never": {"de": "noch nie", "en": "never"},
    "city-missing": {"de": "fehlt!", "en": "missing!"},
    "enabled": {"de": "eingeschaltet", "en": "enabled"},
    "disabled": {"de": "ausgeschaltet", "en": "disabled"},
    "inferred": {"de": "Adresse erschlossen", "en": "address inferred"},
    "not-in-file": {"de": "nicht in der Datei", "en": "not in the file"},
    "yes": {"de": "ja", "en": "yes"},
    "no": {"de": "nein", "en": "no"},
    # Settings of a source, by their keys
    "key-name": {"de": "Name", "en": "Name"},
    "key-kind": {"de": "Art", "en": "Kind"},
    "key-url": {"de": "Adresse", "en": "Address"},
    "key-title": {"de": "Titel", "en": "Title"},
    "key-portal": {"de": "Startseite", "en": "Home page"},
    "key-organization": {"de": "Stadt", "en": "City"},
    "key-enabled": {"de": "Eingeschaltet", "en": "Enabled"},
    "key-inferred": {"de": "Adresse erschlossen", "en": "Address inferred"},
    "key-note": {"de": "Anmerkung", "en": "Note"},
    "key-from_file": {"de": "In der Quellendatei", "en": "In the sources file"},
    "key-schedule": {"de": "Zeitplan", "en": "Schedule"},
    "key-timezone": {"de": "Zeitzone", "en": "Time zone"},
    "key-language": {"de": "Sprache", "en": "Language"},
    "key-options": {"de": "Optionen", "en": "Options"},
    "key-modified_is_file_time": {
        "de": "Änderungsdatum ist das der Datei",
        "en": "Modified is the file's time",
    },
    # The clock
    "tick-nothing": {"de": "Nichts war fällig.", "en": "Nothing was due."},
    "tick-queued": {"de": "Eingereiht: {names}", "en": "Queued: {names}"},
    "tick-waiting": {
        "de": "Fällig, warten oder laufen schon: {names}",
        "en": "Due, waiting or running already: {names}",
    },
    "tick-abandoned": {
        "de": "Läufe beendet, deren Arbeitsprozess nicht mehr da ist: {names}",
        "en": "Runs ended whose worker is gone: {names}",
    },
    "tick-given_up": {
        "de": "Zurückgestellt bis zum nächsten Termin, weil der Arbeitsprozess wiederholt "
        "mitten im Lauf endete: {names}",
        "en": "Put off until the next time, since the worker ended again and again "
        "in the middle of the run: {names}",
    },
    "tick-ran": {"de": "{name}: {end}", "en": "{name}: {end}"},
    "tick-not-run": {
        "de": "nicht gelaufen, ist schon erledigt oder gerade in Arbeit",
        "en": "not run, it is done already or at work right now",
    },
    "tick-indexed": {
        "de": "In den Suchindex nachgetragen: {number:,} Datensätze",
        "en": "Brought into the search index: {number:,} datasets",
    },
    "tick-strays": {
        "de": "Aus dem Suchindex genommen, da gelöscht: {number:,} Datensätze",
        "en": "Taken out of the search index, as they are deleted: {number:,} datasets",
    },
    "tick-reindexed": {
        "de": "Im Suchindex richtiggestellt: {number:,} Datensätze",
        "en": "Put right in the search index: {number:,} datasets",
    },
    "tick-alerts": {
        "de": "Benachrichtigungen zugestellt: {number:,}",
        "en": "Alerts delivered: {number:,}",
    },
    # Taking over from ckanext-harvest
    "moved-created": {
        "de": "{name}: übernommen ({type}, {url})",
        "en": "{name}: taken over ({type}, {url})",
    },
    "moved-kept": {"de": "{name}: schon vorhanden ({url})", "en": "{name}: here already ({url})"},
    "moved-skipped": {
        "de": "{name}: nicht übernommen ({type}, {url})",
        "en": "{name}: not taken over ({type}, {url})",
    },
    "moved-none": {
        "de": "ckanext-harvest hat keine Quellen.",
        "en": "ckanext-harvest has no sources.",
    },
    "moved-schedule": {
        "de": "Zeitplan: {schedule} ({frequency})",
        "en": "schedule: {schedule} ({frequency})",
    },
    "moved-by-hand": {
        "de": "ohne Zeitplan ({frequency})",
        "en": "without a schedule ({frequency})",
    },
    "moved-datasets": {
        "de": "{number:,} Datensätze zugeordnet: der erste Lauf aktualisiert sie, statt neue "
        "anzulegen",
        "en": "{number:,} datasets bound: the first run updates them instead of making new ones",
    },
    "moved-bound": {
        "de": "{number:,} Datensätze gehörten schon zu einer Quelle hier",
        "en": "{number:,} datasets belonged to a source here already",
    },
    "moved-doubles": {
        "de": "{number:,} Datensätze beschreiben denselben Eintrag wie ein anderer; sie bleiben, "
        "wie sie sind",
        "en": "{number:,} datasets describe the same record as another; they stay as they are",
    },
    "moved-unknown": {
        "de": "{number:,} Datensätze ohne Kennung; der erste Lauf legt sie neu an",
        "en": "{number:,} datasets without an identity; the first run makes them anew",
    },
    "moved-disabled": {"de": "abgeschaltet, wie dort", "en": "disabled, as there"},
    "moved-lost": {
        "de": "ohne Entsprechung hier, bitte prüfen: {keys}",
        "en": "without a counterpart here, please check: {keys}",
    },
    "moved-dry": {
        "de": "Probelauf: nichts wurde geschrieben.",
        "en": "Dry run: nothing was written.",
    },
    "moved-next": {
        "de": "Vor dem ersten Lauf die Befehle von ckanext-harvest (cron, gather und fetch "
        "consumer) anhalten; "
        "ckan hanse harvest NAME --dry-run zeigt, was der Lauf täte.",
        "en": "Stop ckanext-harvest's commands (cron, gather and fetch consumer) before the "
        "first run; "
        "ckan hanse harvest NAME --dry-run shows what that would do.",
    },
    "alert-sent": {"de": "{target}: zugestellt", "en": "{target}: delivered"},
    "alert-unsent": {"de": "{error}", "en": "{error}"},
    "tick-unusable": {
        "de": "Zeitplan nicht verwendbar – {name}: {why}",
        "en": "Schedule cannot be used – {name}: {why}",
    },
    "tick-fault": {"de": "Fehlgeschlagen – {part}: {why}", "en": "Failed – {part}: {why}"},
    "part-heartbeat": {"de": "Lebenszeichen", "en": "sign of life"},
    "part-leases": {"de": "verwaiste Läufe", "en": "abandoned runs"},
    "part-previews": {"de": "Vorschauen", "en": "previews"},
    "part-schedule": {"de": "Zeitplan", "en": "schedule"},
    "part-sources": {"de": "fällige Quellen", "en": "sources that are due"},
    "part-removed": {
        "de": "Datensätze entfernter Quellen",
        "en": "datasets of removed sources",
    },
    "part-index": {"de": "Suchindex", "en": "search index"},
    "part-compare": {
        "de": "Vergleich von Suchindex und Datenbank",
        "en": "comparison of search index and database",
    },
    "part-alerts": {"de": "Benachrichtigungen", "en": "alerts"},
    # The doctor
    "level-ok": {"de": "gut", "en": "ok"},
    "level-warn": {"de": "Hinweis", "en": "warn"},
    "level-error": {"de": "Fehler", "en": "error"},
    # Wrong calls
    "error": {"de": "Fehler: {text}", "en": "Error: {text}"},
    "which-sources": {
        "de": "Die Quellen nennen oder --all angeben.",
        "en": "Name the sources, or say --all.",
    },
}


class Words:
    """The texts in one language, called by key: ``say("run", id=3)``."""

    def __init__(self, language: str) -> None:
        self.language = language

    def __call__(self, key: str, /, **values: object) -> str:
        """The text with its placeholders filled in; KeyError for an unknown key."""
        return fill(_WORDS[key], self.language, values)

    def knows(self, key: str) -> bool:
        """Whether there is such a text."""
        return key in _WORDS

    def label(self, setting: str) -> str:
        """What a setting is called; its key where it has no other name."""
        key = f"key-{setting}"
        return self(key) if key in _WORDS else setting
