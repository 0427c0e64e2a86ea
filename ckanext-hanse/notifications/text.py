"""What an alert says: subject and text of the mail, and the same as JSON for a webhook."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

import ckan.plugins.toolkit as tk

from ckanext.hanse.model import Run, Source
from ckanext.hanse.sources import dictize
from hanse_harvesters.messages import fill

TEST = "test"

_SUBJECTS: Mapping[str, Mapping[str, str]] = {
    "failed": {"de": "Übernahme fehlgeschlagen", "en": "harvest failed"},
    "partial": {"de": "Übernahme unvollständig", "en": "harvest not complete"},
    "held": {"de": "Zustimmung nötig", "en": "approval needed"},
    "issues": {"de": "{issues:,} neue Befunde", "en": "{issues:,} new issues"},
    "always": {"de": "Übernahme beendet", "en": "harvest finished"},
    TEST: {"de": "Probenachricht", "en": "test message"},
}

_HAPPENED: Mapping[str, Mapping[str, str]] = {
    "failed": {
        "de": "Aus „{title}“ konnte nichts übernommen werden.",
        "en": "Nothing could be harvested from “{title}”.",
    },
    "partial": {
        "de": "Aus „{title}“ konnte nicht alles übernommen werden. Was ankam, ist im Katalog.",
        "en": "Not everything could be harvested from “{title}”. What arrived is in the catalogue.",
    },
    "held": {
        "de": "Im Portal „{title}“ fehlen so viele Datensätze, dass keiner zurückgezogen wird, "
        "bevor jemand zustimmt.",
        "en": "So many datasets are missing at “{title}” that none is withdrawn before somebody "
        "agrees.",
    },
    "issues": {
        "de": "Bei „{title}“ gibt es {issues:,} Befunde mehr als beim letzten vollständigen Lauf.",
        "en": "“{title}” has {issues:,} issues more than at the last complete run.",
    },
    "always": {
        "de": "Die Übernahme aus „{title}“ ist beendet.",
        "en": "The harvest from “{title}” has finished.",
    },
    TEST: {
        "de": "So werden Sie benachrichtigt, wenn es bei „{title}“ etwas zu wissen gibt. "
        "Nichts ist geschehen.",
        "en": "This is how you are told when there is something to know about “{title}”. "
        "Nothing has happened.",
    },
}

_TO_DO: Mapping[str, Mapping[str, str]] = {
    "failed": {
        "de": "Die Seite des Laufs nennt den Grund und was dagegen hilft. Die Datensätze, die "
        "schon im Katalog sind, bleiben, wie sie sind.",
        "en": "The run's page names the reason and what helps. Datasets that are in the catalogue "
        "already stay as they are.",
    },
    "held": {
        "de": "Sehen Sie die Liste an. Hat das Portal die Datensätze wirklich gelöscht, stimmen "
        "Sie zu; sonst lassen Sie das Portal reparieren und starten danach einen neuen Lauf.",
        "en": "Look at the list. If the portal really removed the datasets, approve it; otherwise "
        "have the portal repaired and start a new run.",
    },
    "issues": {
        "de": "Die Liste der Befunde sagt zu jedem, was im Portal zu verbessern ist.",
        "en": "The list of issues says of each what to mend at the portal.",
    },
    "always": {"de": "", "en": ""},
    TEST: {"de": "Nichts ist zu tun.", "en": "Nothing needs doing."},
}

_FRAME: Mapping[str, Mapping[str, str]] = {
    "greeting": {"de": "Guten Tag,", "en": "Good day,"},
    "reason": {"de": "Grund: {text}", "en": "Reason: {text}"},
    "counts": {
        "de": "Lauf {id} vom {when}: {found:,} Datensätze gefunden, {created:,} neu, "
        "{updated:,} geändert, {unchanged:,} unverändert, {rejected:,} abgelehnt, "
        "{missing:,} fehlen.",
        "en": "Run {id} of {when}: {found:,} records found, {created:,} created, "
        "{updated:,} updated, {unchanged:,} unchanged, {rejected:,} rejected, "
        "{missing:,} missing.",
    },
    "to-do": {"de": "Was zu tun ist: {text}", "en": "What to do: {text}"},
    "run": {"de": "Der Lauf: {url}", "en": "The run: {url}"},
    "held": {"de": "Die Liste: {url}", "en": "The list: {url}"},
    "issues": {"de": "Die Befunde: {url}", "en": "The issues: {url}"},
    "source": {
        "de": "Wer benachrichtigt wird, steht bei der Quelle: {url}",
        "en": "Who is told of this is set at the source: {url}",
    },
}
_TIMES = {"de": "%d.%m.%Y, %H:%M Uhr", "en": "%Y-%m-%d %H:%M"}


@dataclass(frozen=True, slots=True)
class Told:
    """What an alert is about.

    ``occasion``  one of :data:`hanse_harvesters.alert_rules.OCCASIONS`, or :data:`TEST`.
    ``run``       None for a test.
    ``issues``    rule → how many are new.
    """

    occasion: str
    source: Source
    run: Run | None
    issues: Mapping[str, int]

    @property
    def kind(self) -> str:
        """The occasion; ``partial`` for a failed one in which something arrived."""
        partly = self.run is not None and self.run.status == "partial"
        return "partial" if self.occasion == "failed" and partly else self.occasion


def subject(told: Told, language: str) -> str:
    """One line: site, source, what happened."""
    what = _say(_SUBJECTS[told.kind], language, issues=_sum(told))
    text = f"[{tk.config.get('ckan.site_title') or 'CKAN'}] {_title(told.source)}: {what}"
    return " ".join(text.split())


def body(told: Told, language: str) -> str:
    """The mail's text."""
    happened = _say(_HAPPENED[told.kind], language, title=_title(told.source), issues=_sum(told))
    to_do = _TO_DO.get(told.occasion, {}).get(language, "")
    parts = [
        _frame("greeting", language),
        happened,
        _reason(told, language),
        _counts(told, language),
        _frame("to-do", language, text=to_do) if to_do else "",
        "\n".join(_frame(name, language, url=url) for name, url in links(told).items()),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def payload(told: Told, language: str) -> dict[str, Any]:
    """The same for a program: ``event``, ``source``, ``run``, ``links``, ``text``."""
    return {
        "event": told.occasion,
        "site": str(tk.config["ckan.site_url"]).rstrip("/"),
        "source": {
            "name": told.source.name,
            "title": told.source.title,
            "url": told.source.url,
        },
        "run": dictize.run(told.run, language=language) if told.run else None,
        "new_issues": dict(told.issues),
        "links": links(told),
        "text": subject(told, language),
    }


def links(told: Told) -> dict[str, str]:
    """The pages where one goes on, by what they show."""
    source = f"{_site()}/harvest/source/{told.source.name}"
    found = {}
    if told.run:
        found["run"] = f"{_site()}/harvest/run/{told.run.id}"
    if told.occasion == "held":
        found["held"] = f"{source}/withdrawals"
    if told.occasion == "issues":
        found["issues"] = f"{source}/issues"
    return {**found, "source": source}


def _site() -> str:
    """The site's address; outside a request CKAN's own url_for has none."""
    root = str(tk.config.get("ckan.root_path") or "").replace("/{{LANG}}", "").rstrip("/")
    return str(tk.config["ckan.site_url"]).rstrip("/") + root


def _title(source: Source) -> str:
    return " ".join(source.title.split()) or source.name


def _sum(told: Told) -> int:
    return sum(told.issues.values())


def _reason(told: Told, language: str) -> str:
    text = dictize.run(told.run, language=language)["message"] if told.run else ""
    return _frame("reason", language, text=text) if text else ""


def _counts(told: Told, language: str) -> str:
    run = told.run
    if run is None:
        return ""
    zone = ZoneInfo(str(told.source.settings.get("timezone") or "Europe/Berlin"))
    keys = ("id", "found", "created", "updated", "unchanged", "rejected", "missing")
    return _frame(
        "counts",
        language,
        when=run.started.astimezone(zone).strftime(_TIMES[language]),
        **{key: getattr(run, key) for key in keys},
    )


def _frame(name: str, language: str, **params: object) -> str:
    return _say(_FRAME[name], language, **params)


def _say(words: Mapping[str, str], language: str, **params: object) -> str:
    return fill(words, language, params)
