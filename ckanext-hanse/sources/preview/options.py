"""The operator's options ``hanse.preview.…``: one typed reader each."""

from __future__ import annotations

import ckan.plugins.toolkit as tk

from ckanext.hanse import settings


def queue() -> str:
    """The queue of checks and previews that have begun, by CKAN's name for it."""
    return f"{settings.queue()}-previews"


def at_once() -> int:
    """How many portals are checked and previewed at a time."""
    return max(1, int(tk.config["hanse.preview.at_once"]))


def per_account() -> int:
    """How many of them for one account."""
    return max(1, int(tk.config["hanse.preview.per_account"]))


def in_requests() -> int:
    """How many requests at a time may wait for a portal's answer themselves."""
    return max(1, int(tk.config["hanse.preview.in_requests"]))


def seconds() -> int:
    """Seconds that one check or preview may take."""
    return max(1, int(tk.config["hanse.preview.seconds"]))


def kept() -> int:
    """Seconds for which what came of it is kept."""
    return max(1, int(tk.config["hanse.preview.kept_seconds"]))
