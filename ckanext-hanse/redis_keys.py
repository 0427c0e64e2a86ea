"""Names of our keys in a Redis that sites may share."""

from __future__ import annotations

import ckan.plugins.toolkit as tk


def key(name: str) -> str:
    """Return the Redis key for ``name``."""
    return f"ckan:{tk.config['ckan.site_id']}:hanse:{name}"
