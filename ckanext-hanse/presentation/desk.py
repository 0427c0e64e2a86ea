"""Texts of a city's overview: open tasks and issues, with links to the pages that resolve them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import ckan.plugins.toolkit as tk

from ckanext.hanse import language
from ckanext.hanse.presentation import issues
from hanse_harvesters.field_label import field_label
from hanse_harvesters.issue import rules


@dataclass(frozen=True, slots=True)
class Waiting:
    """A task: a sentence, the URL of its page and the text of the link.

    ``tone``, ``icon``  as in a source's state.  ``note``  details, or who can do it.
    """

    text: str
    href: str
    link: str
    icon: str
    tone: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class RuleSummary:
    """A rule, and the field if it is about one, with the texts for the page of its datasets."""

    words: str
    severity: str
    remedy: str
    reference: str
    reference_url: str


def finding(rule: str, field: str, datasets: Sequence[Mapping[str, Any]]) -> RuleSummary:
    """Summarise ``datasets`` of ``hanse_city_findings``; remedy and reference are the first's."""
    lang = language.of_page()
    words = issues.rule_words(rule, lang)
    if field and rules()[rule].names_field:
        words = f"{words}: {field_label(field, lang)}"
    first = next((issue for item in datasets for issue in item["issues"]), {})
    severity = rules()[rule].severity.value
    told = (first.get(key, "") for key in ("remedy", "reference", "reference_url"))
    return RuleSummary(words, severity, *told)


def waiting(item: Mapping[str, Any]) -> Waiting:
    """Return the text and link of a task from ``hanse_desk_show``."""
    reported = {
        "held": _held,
        "failed": _failed,
        "partial": _partial,
        "rejected": _rejected,
        "flagged": _flagged,
        "suggested": _suggested,
        "doubtful": _doubtful,
    }[item["kind"]]
    return reported(item)


def _held(item: Mapping[str, Any]) -> Waiting:
    words = tk.ungettext(
        "{num} dataset is no longer at {source}. It is withdrawn only once that is approved.",
        "{num} datasets are no longer at {source}. They are withdrawn only once that is approved.",
        item["number"],
    )
    href = tk.h.url_for("hanse_harvest.withdrawals", name=item["source"])
    note = "" if item["may"] else tk._("An administrator of the city approves it.")
    link = tk._("Look and decide") if item["may"] else tk._("To the list")
    return Waiting(_filled(words, item), href, link, "hand", "warn", note)


def _failed(item: Mapping[str, Any]) -> Waiting:
    words = _filled(tk._("The last run of {source} failed."), item)
    return _run(words, item, "circle-xmark", "bad")


def _partial(item: Mapping[str, Any]) -> Waiting:
    words = _filled(tk._("The last run of {source} is incomplete."), item)
    return _run(words, item, "circle-half-stroke", "warn")


def _run(words: str, item: Mapping[str, Any], icon: str, tone: str) -> Waiting:
    href = tk.h.url_for("hanse_harvest.source", name=item["source"])
    return Waiting(words, href, tk._("To the source"), icon, tone, item["text"])


def _rejected(item: Mapping[str, Any]) -> Waiting:
    words = tk.ungettext(
        "{num} record of {source} could not be taken in.",
        "{num} records of {source} could not be taken in.",
        item["number"],
    )
    href = tk.h.url_for("hanse_harvest.issues", name=item["source"], severity="error")
    return Waiting(_filled(words, item), href, tk._("See why"), "circle-exclamation", "bad")


def _flagged(item: Mapping[str, Any]) -> Waiting:
    words = tk.ungettext(
        "In {num} dataset the portal changed what was corrected here.",
        "In {num} datasets the portal changed what was corrected here.",
        item["number"],
    )
    first = item["datasets"][0]
    href = tk.h.url_for("hanse_corrections.page", id=first["name"])
    link = tk._("Look at “{title}”").format(title=first["title"])
    return Waiting(_filled(words, item), href, link, "pencil", "warn")


def _suggested(item: Mapping[str, Any]) -> Waiting:
    words = tk.ungettext(
        "{num} pair of datasets may be one and the same.",
        "{num} pairs of datasets may be one and the same.",
        item["number"],
    )
    href = tk.h.url_for("hanse_duplicates.index")
    return Waiting(_filled(words, item), href, tk._("Decide"), "code-compare", "busy")


def _doubtful(item: Mapping[str, Any]) -> Waiting:
    words = tk.ungettext(
        "{num} pair of datasets was merged by an earlier rule and may be two after all.",
        "{num} pairs of datasets were merged by an earlier rule and may be two after all.",
        item["number"],
    )
    href = tk.h.url_for("hanse_duplicates.index", verdict="doubtful")
    return Waiting(_filled(words, item), href, tk._("Decide"), "code-compare", "warn")


def _filled(words: str, item: Mapping[str, Any]) -> str:
    return words.format(num=tk.h.hanse_number(item["number"]), source=item["title"])
