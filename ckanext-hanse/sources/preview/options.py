"""The options ``hanse.preview.…``: one typed getter each."""

from __future__ import annotations

import ckan.plugins.toolkit as tk

from ckanext.hanse import settings


def queue() -> str:
    """Return the queue of started checks and previews, as CKAN names it."""
    return f"{settings.queue()}-previews"


def at_once() -> int:
    """Return how many portals are checked and previewed at a time."""
    return max(1, int(tk.config["hanse.preview.at_once"]))


def per_account() -> int:
    """Return how many of them per account."""
    return max(1, int(tk.config["hanse.preview.per_account"]))


def in_requests() -> int:
    """Return how many requests may wait for a portal's response themselves at a time."""
    return max(1, int(tk.config["hanse.preview.in_requests"]))


def seconds() -> int:
    """Return the seconds that one check or preview may take."""
    return max(1, int(tk.config["hanse.preview.seconds"]))


def kept() -> int:
    """Return the seconds for which its result is kept."""
    return max(1, int(tk.config["hanse.preview.kept_seconds"]))
