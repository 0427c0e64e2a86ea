"""Names of what we keep in a Redis that sites may share."""

from __future__ import annotations

import re

import ckan.plugins.toolkit as tk

_NOT_IN_IDS = re.compile(r"[^A-Za-z0-9_-]")


def key(name: str) -> str:
    """Return the Redis key for ``name``."""
    return f"ckan:{tk.config['ckan.site_id']}:hanse:{name}"


def job_id(name: str) -> str:
    """Return the id of the only job of this ``name``; RQ takes letters, digits, "_" and "-"."""
    site = _NOT_IN_IDS.sub("_", str(tk.config["ckan.site_id"]))
    return f"{site}_hanse_{name}"
