"""What ``ckan hanse backup`` and ``ckan hanse restore`` say, in German and English."""

from __future__ import annotations

from collections.abc import Mapping

WORDS: Mapping[str, Mapping[str, str]] = {
    "backup-database": {"de": "Datenbank von CKAN …", "en": "CKAN's database …"},
    "backup-datastore": {"de": "Datenbank des DataStores …", "en": "The DataStore's database …"},
    "backup-files": {"de": "Hochgeladene Dateien …", "en": "Uploaded files …"},
    "backup-settings": {
        "de": "Einstellungen ohne Geheimnisse, Versionen, Prüfsummen …",
        "en": "Settings without secrets, versions, checksums …",
    },
    "backup-done": {
        "de": "Gesichert in {folder} ({megabytes:,.1f} MB): {datasets:,} Datensätze, "
        "{resources:,} Ressourcen, {organizations:,} Städte, {sources:,} Quellen, "
        "{users:,} Konten, {files:,} Dateien. Der Ordner enthält Passwort-Hashes: "
        "nur sein Besitzer darf ihn lesen.",
        "en": "Saved in {folder} ({megabytes:,.1f} MB): {datasets:,} datasets, "
        "{resources:,} resources, {organizations:,} cities, {sources:,} sources, "
        "{users:,} accounts, {files:,} files. The folder holds password hashes: "
        "only its owner may read it.",
    },
    "backup-secrets": {
        "de": "Geheimnisse stehen nicht darin; sie gehören in Ihren Tresor: {options}",
        "en": "Secrets are not in it; they belong into your safe: {options}",
    },
    "backup-not-in-it": {
        "de": "Nicht darin: der Suchindex (wird neu aufgebaut), Sitzungen und wartende Aufgaben "
        "in Redis, Einstellungen aus Umgebungsvariablen.",
        "en": "Not in it: the search index (is made anew), sessions and waiting jobs in Redis, "
        "settings from environment variables.",
    },
    "leftover-unknown": {
        "de": "{number:,} Dateien, die kein Datensatz nennt (beim Sichern hochgeladen, oder "
        "Reste): {names}",
        "en": "{number:,} files that no dataset names (uploaded during the backup, or left "
        "behind): {names}",
    },
    "leftover-absent": {
        "de": "{number:,} Ressourcen ohne ihre hochgeladene Datei: {names}",
        "en": "{number:,} resources without their uploaded file: {names}",
    },
    "restore-from": {
        "de": "Sicherung vom {made}: {datasets:,} Datensätze, {organizations:,} Städte, "
        "{sources:,} Quellen, {files:,} Dateien; die Prüfsummen stimmen.",
        "en": "Backup of {made}: {datasets:,} datasets, {organizations:,} cities, "
        "{sources:,} sources, {files:,} files; the checksums are right.",
    },
    "restore-index": {"de": "Suchindex …", "en": "Search index …"},
    "restore-done": {
        "de": "Wiederhergestellt: {datasets:,} Datensätze, {resources:,} Ressourcen, "
        "{organizations:,} Städte, {sources:,} Quellen, {users:,} Konten, {files:,} Dateien.",
        "en": "Restored: {datasets:,} datasets, {resources:,} resources, "
        "{organizations:,} cities, {sources:,} sources, {users:,} accounts, {files:,} files.",
    },
    "restore-secret": {
        "de": "{option} ist ein anderes als damals: {loss}",
        "en": "{option} is another one than then: {loss}",
    },
    "lost-sessions": {
        "de": "alle Sitzungen sind beendet, alle melden sich neu an.",
        "en": "all sessions have ended, everyone logs in again.",
    },
    "lost-forms": {
        "de": "offene Formulare neu laden.",
        "en": "load open forms again.",
    },
    "lost-tokens": {
        "de": "alle API-Token sind ungültig; ihre Besitzer legen neue an.",
        "en": "all API tokens are invalid; their owners make new ones.",
    },
    "lost-loader": {
        "de": "hochgeladene Tabellen werden erst geladen, wenn ein neues Token darin steht "
        "(`ckan user token add <Konto> xloader`).",
        "en": "uploaded tables are loaded only once a new token stands there "
        "(`ckan user token add <account> xloader`).",
    },
    "lost-signature": {
        "de": "den Empfängern der Webhooks das neue geben.",
        "en": "give the new one to the receivers of webhooks.",
    },
    "lost-mail": {
        "de": "prüfen, ob Post hinausgeht (`ckan hanse alert test <Quelle>`).",
        "en": "see that mail goes out (`ckan hanse alert test <source>`).",
    },
    "lost-other": {
        "de": "prüfen, ob es zu den Diensten von jetzt passt.",
        "en": "see that it fits the services of now.",
    },
    "restore-next": {
        "de": "Nun Web- und Arbeitsprozesse starten und `ckan hanse doctor` ausführen.",
        "en": "Now start the web and worker processes and run `ckan hanse doctor`.",
    },
}
