"""How our keys are called in a Redis that sites may share."""

from __future__ import annotations

import ckan.plugins.toolkit as tk


def key(name: str) -> str:
    """The key of what is called ``name`` here."""
    return f"ckan:{tk.config['ckan.site_id']}:hanse:{name}"
