"""What a reader is shown of a link: one quiet sentence, and a sign."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import ckan.plugins.toolkit as tk

from ckanext.hanse.presentation import text
from ckanext.hanse.presentation.harvests import StateLabel, when

_FILE = re.compile(r"resources\[(\d+)\]\.(download_url|other_download_urls|access_url|url)\b")
#: The link that a file's line is about, the first there is.
_ORDER = ("download_url", "other_download_urls", "access_url", "url")
#: Findings that a reader is told too: what was found is not what is declared.
_DIFFERENT = frozenset({"link-html-instead", "link-format-differs", "link-empty", "link-instead"})


@dataclass(frozen=True, slots=True)
class LinkLabel:
    """``words``, Font Awesome icon and tone; ``href``: where the link has moved to, or "".

    ``more``  what was found instead of what is declared.
    """

    words: str
    icon: str
    tone: str
    href: str = ""
    more: str = ""


def state(name: str) -> StateLabel:
    """Return the label of a state."""
    return {
        "ok": StateLabel("ok", tk._("reached"), "circle-check", "ok"),
        "moved": StateLabel("moved", tk._("moved"), "arrow-right", "warn"),
        "unsure": StateLabel("unsure", tk._("not clear"), "circle-question", "warn"),
        "dead": StateLabel("dead", tk._("leads nowhere"), "link-slash", "bad"),
        "not-asked": StateLabel("not-asked", tk._("not to be asked"), "hand", "calm"),
    }.get(name, StateLabel("pending", tk._("not checked yet"), "circle", "calm"))


def of_files(links: Sequence[Mapping[str, Any]], language: str) -> dict[int, LinkLabel]:
    """Return the sentence of each file of a dataset, by its number; ``hanse_dataset_links``."""
    chosen: dict[int, Mapping[str, Any]] = {}
    for link in links:
        if found := _FILE.match(link["field"]):
            number = int(found[1])
            if number not in chosen or _rank(link) < _rank(chosen[number]):
                chosen[number] = link
    made = {number: label(link, language) for number, link in chosen.items()}
    return {number: item for number, item in made.items() if item}


def label(link: Mapping[str, Any], language: str) -> LinkLabel | None:
    """Return what a reader is told of a link; None before its first check."""
    day, since = when(link["checked"], language), when(link["since"], language)
    more = " ".join(item["message"] for item in link["findings"] if item["rule"] in _DIFFERENT)
    match link["state"]:
        case "ok":
            words = tk._("Last reached on {date}").format(date=day)
            return LinkLabel(words, "circle-check", "ok", more=more)
        case "moved":
            target = text.safe_link(link["moved_to"])
            words = tk._("Moved to {host}").format(host=text.host(target) or link["moved_to"])
            return LinkLabel(words, "arrow-right", "warn", href=target, more=more)
        case "dead":
            words = tk._("Not reachable since {date}").format(date=since)
            return LinkLabel(words, "link-slash", "bad")
        case "unsure":
            words = tk._("Not clear whether it can be reached, last tried on {date}")
            return LinkLabel(words.format(date=day), "circle-question", "calm")
        case "not-asked":
            words = tk._("Not checked: its server does not want programs to ask")
            return LinkLabel(words, "hand", "calm")
    return None


def _rank(link: Mapping[str, Any]) -> int:
    found = _FILE.match(link["field"])
    return _ORDER.index(found[2]) if found else len(_ORDER)
