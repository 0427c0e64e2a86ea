"""What an alert says: subject and text of the mail, and the same as JSON for a webhook."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

import ckan.plugins.toolkit as tk

from ckanext.hanse.language import Texts, texts
from ckanext.hanse.model import HarvestRun, HarvestSource
from ckanext.hanse.sources import dictize

TEST = "test"


@dataclass(frozen=True, slots=True)
class AlertMessage:
    """What an alert is about.

    ``occasion``  one of :data:`hanse_harvesters.alert_rules.OCCASIONS`, or :data:`TEST`.
    ``run``       None for a test.
    ``issues``    rule → how many are new.
    """

    occasion: str
    source: HarvestSource
    run: HarvestRun | None
    issues: Mapping[str, int]

    @property
    def kind(self) -> str:
        """The occasion; ``partial`` for a failed one in which something arrived."""
        partly = self.run is not None and self.run.status == "partial"
        return "partial" if self.occasion == "failed" and partly else self.occasion


def subject(told: AlertMessage, language: str) -> str:
    """One line: site, source, what happened."""
    what = _subject(told, texts(language))
    text = f"[{tk.config.get('ckan.site_title') or 'CKAN'}] {_title(told.source)}: {what}"
    return " ".join(text.split())


def body(told: AlertMessage, language: str) -> str:
    """The mail's text."""
    say = texts(language)
    to_do = _to_do(told, say)
    parts = [
        say.pgettext("alert", "Good day,"),
        _happened(told, say),
        _reason(told, say),
        _counts(told, say),
        say.pgettext("alert", "What to do: {text}", text=to_do) if to_do else "",
        "\n".join(_link(name, url, say) for name, url in links(told).items()),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _subject(told: AlertMessage, say: Texts) -> str:
    match told.kind:
        case "failed":
            return say.pgettext("alert-failed", "harvest failed")
        case "partial":
            return say.pgettext("alert-partial", "harvest not complete")
        case "held":
            return say.pgettext("alert-held", "approval needed")
        case "issues":
            return say.npgettext(
                "alert-issues", "{number:,} new issue", "{number:,} new issues", _sum(told)
            )
        case "always":
            return say.pgettext("alert-always", "harvest finished")
    return say.pgettext("alert-test", "test message")


def _happened(told: AlertMessage, say: Texts) -> str:
    title = _title(told.source)
    match told.kind:
        case "failed":
            text = say.pgettext(
                "alert-failed", "Nothing could be harvested from “{title}”.", title=title
            )
        case "partial":
            text = say.pgettext(
                "alert-partial",
                "Not everything could be harvested from “{title}”. What arrived is in the "
                "catalogue.",
                title=title,
            )
        case "held":
            text = say.pgettext(
                "alert-held",
                "So many datasets are missing at “{title}” that none is withdrawn before "
                "somebody agrees.",
                title=title,
            )
        case "issues":
            text = say.npgettext(
                "alert-issues",
                "“{title}” has {number:,} issue more than at the last complete run.",
                "“{title}” has {number:,} issues more than at the last complete run.",
                _sum(told),
                title=title,
            )
        case "always":
            text = say.pgettext(
                "alert-always", "The harvest from “{title}” has finished.", title=title
            )
        case _:
            text = say.pgettext(
                "alert-test",
                "This is how you are told when there is something to know about “{title}”. "
                "Nothing has happened.",
                title=title,
            )
    return text


def _to_do(told: AlertMessage, say: Texts) -> str:
    match told.occasion:
        case "failed":
            return say.pgettext(
                "alert-failed",
                "The run's page names the reason and what helps. Datasets that are in the "
                "catalogue already stay as they are.",
            )
        case "held":
            return say.pgettext(
                "alert-held",
                "Look at the list. If the portal really removed the datasets, approve it; "
                "otherwise have the portal repaired and start a new run.",
            )
        case "issues":
            return say.pgettext(
                "alert-issues", "The list of issues says of each what to mend at the portal."
            )
        case "test":
            return say.pgettext("alert-test", "Nothing needs doing.")
    return ""


def _link(name: str, url: str, say: Texts) -> str:
    match name:
        case "run":
            return say.pgettext("alert", "The run: {url}", url=url)
        case "held":
            return say.pgettext("alert-held", "The list: {url}", url=url)
        case "issues":
            return say.pgettext("alert-issues", "The issues: {url}", url=url)
    return say.pgettext("alert", "Who is told of this is set at the source: {url}", url=url)


def payload(told: AlertMessage, language: str) -> dict[str, Any]:
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


def links(told: AlertMessage) -> dict[str, str]:
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


def _title(source: HarvestSource) -> str:
    return " ".join(source.title.split()) or source.name


def _sum(told: AlertMessage) -> int:
    return sum(told.issues.values())


def _reason(told: AlertMessage, say: Texts) -> str:
    text = dictize.run(told.run, language=say.language)["message"] if told.run else ""
    return say.pgettext("alert", "Reason: {text}", text=text) if text else ""


def _counts(told: AlertMessage, say: Texts) -> str:
    run = told.run
    if run is None:
        return ""
    zone = ZoneInfo(str(told.source.settings.get("timezone") or "Europe/Berlin"))
    # Python's letters: https://docs.python.org/3/library/datetime.html#format-codes
    shape = say.pgettext("alert", "%Y-%m-%d %H:%M")
    keys = ("id", "created", "updated", "unchanged", "rejected", "missing")
    return say.npgettext(
        "alert",
        "Run {id} of {when}: {number:,} record found, {created:,} created, {updated:,} updated, "
        "{unchanged:,} unchanged, {rejected:,} rejected, {missing:,} missing.",
        "Run {id} of {when}: {number:,} records found, {created:,} created, {updated:,} updated, "
        "{unchanged:,} unchanged, {rejected:,} rejected, {missing:,} missing.",
        run.found,
        when=run.started.astimezone(zone).strftime(shape),
        **{key: getattr(run, key) for key in keys},
    )
