"""The zone of the site's days and nights, in which nightly work is planned."""

from __future__ import annotations

import ckan.plugins.toolkit as tk


def timezone() -> str:
    """Return the IANA name of the zone, ``ckan.display_timezone``."""
    found = str(tk.config.get("ckan.display_timezone") or "")
    return found if found and found != "server" else "Europe/Berlin"
