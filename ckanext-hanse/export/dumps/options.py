"""The options of dumps (``hanse.dumps.*``), one typed reader each."""

from __future__ import annotations

import ckan.plugins.toolkit as tk


def schedule() -> str:
    """Return the cron expression, "" for none."""
    return str(tk.config.get("hanse.dumps.schedule") or "").strip()


def storage() -> str:
    """Return CKAN's name of the storage."""
    return str(tk.config["hanse.dumps.storage"])


def number() -> int:
    """Return how many dumps are kept."""
    return max(1, int(tk.config["hanse.dumps.keep"]))
