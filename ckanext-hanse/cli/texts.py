"""Texts that several commands share: status of runs, outcomes of records, parts of a tick."""

from __future__ import annotations

from collections.abc import Mapping

from ckanext.hanse.language import N_, Texts
from ckanext.hanse.store.writer import Action

_STATUS: Mapping[str, str] = {
    "held": N_("held for approval"),
    "running": N_("running"),
    "success": N_("success"),
    "partial": N_("partial"),
    "failed": N_("failed"),
}
_PARTS: Mapping[str, str] = {
    "heartbeat": N_("sign of life"),
    "leases": N_("abandoned runs"),
    "previews": N_("previews"),
    "schedule": N_("schedule"),
    "sources": N_("sources that are due"),
    "removed": N_("datasets of removed sources"),
    "models": N_("model datasets"),
    "texts": N_("RDF that is handed on"),
    "changes": N_("feed of changes"),
    "index": N_("search index"),
    "compare": N_("comparison of search index and database"),
    "links": N_("checks of links"),
    "scores": N_("points of the quality score"),
    "sparql": N_("store for queries"),
    "alerts": N_("alerts"),
    "dumps": N_("dumps"),
}
_SETTINGS: Mapping[str, str] = {
    "name": N_("Name"),
    "kind": N_("Kind"),
    "url": N_("Address"),
    "title": N_("Title"),
    "portal": N_("Home page"),
    "organization": N_("City"),
    "enabled": N_("Enabled"),
    "inferred": N_("Address inferred"),
    "from_file": N_("In the sources file"),
    "schedule": N_("Schedule"),
    "timezone": N_("Time zone"),
    "language": N_("Language"),
    "options": N_("Options"),
    "modified_is_file_time": N_("Modified is the file's time"),
    "deliver": N_("Handed on to other catalogues"),
}


def status(value: str, texts: Texts) -> str:
    """Return how a run ended, or that it is running; "" for an unknown status."""
    return texts.gettext(_STATUS[value]) if value in _STATUS else ""


def part(name: str, texts: Texts) -> str:
    """Return the name of a part of a tick."""
    return texts.gettext(_PARTS[name])


def setting(key: str, texts: Texts) -> str:
    """Return the label of a source's setting; its key where it has no label."""
    if key == "note":  # on pages the same English word means a note between people
        return texts.pgettext("source", "Note")
    return texts.gettext(_SETTINGS[key]) if key in _SETTINGS else key


def count(action: Action, number: int, texts: Texts) -> str:
    """Return the text for ``number`` records with this outcome."""
    match action:
        case Action.CREATED:
            return texts.ngettext("{number:,} created", "{number:,} created", number)
        case Action.UPDATED:
            return texts.ngettext("{number:,} updated", "{number:,} updated", number)
        case Action.UNCHANGED:
            return texts.ngettext("{number:,} unchanged", "{number:,} unchanged", number)
        case Action.REJECTED:
            return texts.ngettext("{number:,} rejected", "{number:,} rejected", number)
        case Action.MERGED:
            return texts.ngettext(
                "{number:,} merged into others", "{number:,} merged into others", number
            )
        case Action.SKIPPED:
            return texts.ngettext("{number:,} our own", "{number:,} our own", number)
