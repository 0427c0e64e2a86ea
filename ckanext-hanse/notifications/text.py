"""The texts of an alert: subject and body of the mail, and the JSON of a webhook."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

import ckan.plugins.toolkit as tk

from ckanext.hanse.language import Texts, texts_in
from ckanext.hanse.model import HarvestRun, HarvestSource
from ckanext.hanse.sources import dictize
from ckanext.hanse.store import lists

TEST = "test"


@dataclass(frozen=True, slots=True)
class AlertMessage:
    """The content of an alert.

    ``occasion``  one of :data:`hanse_harvesters.alert_rules.OCCASIONS`, or :data:`TEST`.
    ``run``       None for a test.
    ``issues``    rule → number of new issues.
    """

    occasion: str
    source: HarvestSource
    run: HarvestRun | None
    issues: Mapping[str, int]

    @property
    def kind(self) -> str:
        """The occasion; ``partial`` for a failed one in which some records arrived."""
        partly = self.run is not None and self.run.status == "partial"
        return "partial" if self.occasion == "failed" and partly else self.occasion


def subject(message: AlertMessage, language: str) -> str:
    """Return one line: site, source, what happened."""
    what = _subject(message, texts_in(language))
    text = f"[{tk.config.get('ckan.site_title') or 'CKAN'}] {_title(message.source)}: {what}"
    return " ".join(text.split())


def body(message: AlertMessage, language: str) -> str:
    """Return the mail's text."""
    texts = texts_in(language)
    to_do = _to_do(message, texts)
    parts = [
        texts.pgettext("alert", "Good day,"),
        _happened(message, texts),
        _reason(message, texts),
        _counts(message, texts),
        texts.pgettext("alert", "What to do: {text}", text=to_do) if to_do else "",
        "\n".join(_link(name, url, texts) for name, url in links(message).items()),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _subject(message: AlertMessage, texts: Texts) -> str:
    match message.kind:
        case "failed":
            return texts.pgettext("alert-failed", "harvest failed")
        case "partial":
            return texts.pgettext("alert-partial", "harvest not complete")
        case "held":
            return texts.pgettext("alert-held", "approval needed")
        case "issues":
            return texts.npgettext(
                "alert-issues", "{number:,} new issue", "{number:,} new issues", _sum(message)
            )
        case "always":
            return texts.pgettext("alert-always", "harvest finished")
    return texts.pgettext("alert-test", "test message")


def _happened(message: AlertMessage, texts: Texts) -> str:
    title = _title(message.source)
    match message.kind:
        case "failed":
            text = texts.pgettext(
                "alert-failed", "Nothing could be harvested from “{title}”.", title=title
            )
        case "partial":
            text = texts.pgettext(
                "alert-partial",
                "Not everything could be harvested from “{title}”. What arrived is in the "
                "catalogue.",
                title=title,
            )
        case "held":
            text = texts.pgettext(
                "alert-held",
                "So many datasets are missing at “{title}” that none is withdrawn before "
                "somebody agrees.",
                title=title,
            )
        case "issues":
            text = texts.npgettext(
                "alert-issues",
                "“{title}” has {number:,} issue more than at the last complete run.",
                "“{title}” has {number:,} issues more than at the last complete run.",
                _sum(message),
                title=title,
            )
        case "always":
            text = texts.pgettext(
                "alert-always", "The harvest from “{title}” has finished.", title=title
            )
        case _:
            text = texts.pgettext(
                "alert-test",
                "This is how you are told when there is something to know about “{title}”. "
                "Nothing has happened.",
                title=title,
            )
    return text


def _to_do(message: AlertMessage, texts: Texts) -> str:
    match message.occasion:
        case "failed":
            return texts.pgettext(
                "alert-failed",
                "The run's page names the reason and what helps. Datasets that are in the "
                "catalogue already stay as they are.",
            )
        case "held":
            return texts.pgettext(
                "alert-held",
                "Look at the list. If the portal really removed the datasets, approve it; "
                "otherwise have the portal repaired and start a new run.",
            )
        case "issues":
            return texts.pgettext(
                "alert-issues", "The list of issues says of each what to mend at the portal."
            )
        case "test":
            return texts.pgettext("alert-test", "Nothing needs doing.")
    return ""


def _link(name: str, url: str, texts: Texts) -> str:
    match name:
        case "run":
            return texts.pgettext("alert", "The run: {url}", url=url)
        case "held":
            return texts.pgettext("alert-held", "The list: {url}", url=url)
        case "issues":
            return texts.pgettext("alert-issues", "The issues: {url}", url=url)
    return texts.pgettext("alert", "Who is told of this is set at the source: {url}", url=url)


def payload(message: AlertMessage, language: str) -> dict[str, Any]:
    """Return the same as JSON-able dict: ``event``, ``source``, ``run``, ``links``, ``text``."""
    return {
        "event": message.occasion,
        "site": str(tk.config["ckan.site_url"]).rstrip("/"),
        "source": {
            "name": message.source.name,
            "title": message.source.title,
            "url": lists.web_address(message.source.url),
        },
        "run": dictize.run(message.run, language=language) if message.run else None,
        "new_issues": dict(message.issues),
        "links": links(message),
        "text": subject(message, language),
    }


def links(message: AlertMessage) -> dict[str, str]:
    """Return the URLs of pages to continue on, by what they show."""
    source = f"{site_url()}/harvest/source/{message.source.name}"
    found = {}
    if message.run:
        found["run"] = f"{site_url()}/harvest/run/{message.run.id}"
    if message.occasion == "held":
        found["held"] = f"{source}/withdrawals"
    if message.occasion == "issues":
        found["issues"] = f"{source}/issues"
    return {**found, "source": source}


def site_url() -> str:
    """Return the site's URL; outside a request CKAN's own url_for has none."""
    root = str(tk.config.get("ckan.root_path") or "").replace("/{{LANG}}", "").rstrip("/")
    return str(tk.config["ckan.site_url"]).rstrip("/") + root


def _title(source: HarvestSource) -> str:
    return " ".join(source.title.split()) or source.name


def _sum(message: AlertMessage) -> int:
    return sum(message.issues.values())


def _reason(message: AlertMessage, texts: Texts) -> str:
    text = dictize.run(message.run, language=texts.language)["message"] if message.run else ""
    return texts.pgettext("alert", "Reason: {text}", text=text) if text else ""


def _counts(message: AlertMessage, texts: Texts) -> str:
    run = message.run
    if run is None:
        return ""
    zone = ZoneInfo(str(message.source.settings.get("timezone") or "Europe/Berlin"))
    # Python's format codes: https://docs.python.org/3/library/datetime.html#format-codes
    shape = texts.pgettext("alert", "%Y-%m-%d %H:%M")
    keys = ("id", "created", "updated", "unchanged", "rejected", "missing")
    return texts.npgettext(
        "alert",
        "Run {id} of {when}: {number:,} record found, {created:,} created, {updated:,} updated, "
        "{unchanged:,} unchanged, {rejected:,} rejected, {missing:,} missing.",
        "Run {id} of {when}: {number:,} records found, {created:,} created, {updated:,} updated, "
        "{unchanged:,} unchanged, {rejected:,} rejected, {missing:,} missing.",
        run.found,
        when=run.started.astimezone(zone).strftime(shape),
        **{key: getattr(run, key) for key in keys},
    )
