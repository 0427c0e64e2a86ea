"""The options ``hanse.sparql.…``: one typed getter each."""

from __future__ import annotations

from datetime import time, timedelta
from pathlib import Path

import ckan.plugins.toolkit as tk

from hanse_harvesters.errors import ConfigError
from hanse_harvesters.sparql.answering import QueryLimits
from hanse_harvesters.sparql.folder import StoreFolder

#: Below the storage, beside CKAN's ``resources``; not below ``storage``, which CKAN serves.
FOLDER = "hanse_sparql"


def enabled() -> bool:
    """Return whether queries are answered; not without a place for the store."""
    return bool(tk.config["hanse.sparql.enabled"]) and has_place()


def has_place() -> bool:
    """Return whether the site has a place for the store."""
    return bool(_root())


def stores() -> StoreFolder:
    """Return the folder of the store; ConfigError if the site has no place for it."""
    if root := _root():
        return StoreFolder(Path(root))
    raise ConfigError("sparql-folder-missing")


def _root() -> str:
    own = str(tk.config.get("hanse.sparql.folder") or "")
    storage = str(tk.config.get("ckan.storage_path") or "")
    return own or (f"{storage}/{FOLDER}" if storage else "")


def limits() -> QueryLimits:
    """Return the limits of a query; never less than an opened store needs."""
    return QueryLimits(
        memory=max(768, int(tk.config["hanse.sparql.megabytes"])) << 20,
        seconds=max(1.0, float(tk.config["hanse.sparql.seconds"])),
        rows=max(1, int(tk.config["hanse.sparql.rows"])),
    )


def at_once() -> int:
    """Return how many queries are answered at a time."""
    return max(1, int(tk.config["hanse.sparql.at_once"]))


def waiting() -> int:
    """Return how many further ones may wait in line; each holds a thread of a web process."""
    return max(0, int(tk.config["hanse.sparql.waiting"]))


def patience() -> float:
    """Return the seconds for which one waits in line."""
    return max(0.0, float(tk.config["hanse.sparql.patience"]))


def rest() -> timedelta:
    """Return the time between the beginnings of two builds."""
    return timedelta(minutes=max(1, int(tk.config["hanse.sparql.rest_minutes"])))


def nightly() -> time | None:
    """Return when the store is built each night, None for never; ConfigError if unreadable."""
    given = str(tk.config["hanse.sparql.nightly"] or "").strip()
    try:
        return time.fromisoformat(given) if given else None
    except ValueError as error:
        raise ConfigError("sparql-nightly", where="hanse.sparql.nightly", value=given) from error
