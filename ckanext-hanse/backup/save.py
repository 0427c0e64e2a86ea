"""``ckan hanse backup``: databases first, then files, then settings and versions."""

from __future__ import annotations

import os
import platform
import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

import ckan.plugins as p
import ckan.plugins.toolkit as tk
import sqlalchemy as sa
from ckan import model

from ckanext.hanse import settings
from ckanext.hanse.backup import manifest, postgresql, secret_options, stored_files
from ckanext.hanse.backup.manifest import Manifest
from ckanext.hanse.language import N_
from ckanext.hanse.model import HarvestSource
from hanse_harvesters.errors import ConfigError, StopRun

DATABASE = "ckan.dump"
DATASTORE = "datastore.dump"
FILES = "files.tar.gz"
CONFIGURATION = "configuration.ini"
SOURCES = "sources.yaml"

#: Called at each step with its text, to be translated into the reader's language.
Tell = Callable[[str], None]


def save(parent: Path, tell: Tell) -> Path:
    """Write a backup to a new folder below ``parent``, readable only by its owner; return it.

    The folder gets its name only when it is complete.  Raises StopRun or ConfigError on failure;
    then nothing is left of it.
    """
    now = datetime.now(UTC)
    final = parent / f"hanse-{now:%Y%m%dT%H%M%SZ}"
    fresh = final.with_suffix(".partial")
    try:
        parent.mkdir(parents=True, exist_ok=True)
        fresh.mkdir(mode=0o700)
        os.chmod(fresh, 0o700)
    except OSError as error:
        raise ConfigError("backup-folder", where=str(parent), reason=error.strerror) from error
    try:
        # New files get the permissions of the process: nobody else may read these.
        before = os.umask(0o077)
        try:
            _fill(fresh, now, tell)
        finally:
            os.umask(before)
        fresh.rename(final)
    except OSError as error:
        shutil.rmtree(fresh, ignore_errors=True)
        raise StopRun("backup-folder", where=str(parent), reason=error.strerror) from error
    except BaseException:
        shutil.rmtree(fresh, ignore_errors=True)
        raise
    return final


def _fill(folder: Path, now: datetime, tell: Tell) -> None:
    made = Manifest(
        made=now.isoformat(timespec="seconds"),
        versions=versions(),
        schema=schema(),
        counts=counts(),
        plugins=list(tk.config["ckan.plugins"]),
        secrets={},
    )
    tell(N_("CKAN's database …"))
    postgresql.dump(tk.config["sqlalchemy.url"], folder / DATABASE)
    if p.plugin_loaded("datastore"):
        tell(N_("The DataStore's database …"))
        postgresql.dump(tk.config["ckan.datastore.write_url"], folder / DATASTORE)
    tell(N_("Uploaded files …"))
    names = stored_files.pack(storage(), folder / FILES) if storage() else []
    made.leftovers = stored_files.leftovers(names)
    made.counts["files"] = len(names)
    tell(N_("Settings without secrets, versions, checksums …"))
    made.secrets = _settings(folder)
    manifest.write(made, folder)


def _settings(folder: Path) -> dict[str, dict[str, str]]:
    """Write the ini without secrets and the operator's sources; return the secrets' hashes."""
    text, hidden = secret_options.open_part(configuration())
    (folder / CONFIGURATION).write_text(text, encoding="utf-8")
    sources = settings.sources_file()
    if sources.is_file():
        shutil.copyfile(sources, folder / SOURCES)
    return secret_options.marks(hidden)


def configuration() -> str:
    """Return the text of the ini file that CKAN was started with, "" without one."""
    path = str(tk.config.get("__file__") or "")
    return Path(path).read_text(encoding="utf-8") if path else ""


def storage() -> Path | None:
    """Return the folder of uploaded files, None if the site has none."""
    path = tk.config.get("ckan.storage_path")
    return Path(path) if path and Path(path).is_dir() else None


def versions() -> dict[str, str]:
    """Return the versions that the site runs on."""
    server = model.Session.scalar(sa.text("SHOW server_version")) or ""
    found = {name: version(name) for name in ("ckan", "ckanext-hanse")}
    return {**found, "python": platform.python_version(), "postgresql": str(server)}


def schema() -> dict[str, str]:
    """Return the database revision of each plugin, by its Alembic version table."""
    inspector = sa.inspect(model.Session.connection())
    tables = [name for name in inspector.get_table_names() if name.endswith("alembic_version")]
    quoted = {name: f'SELECT version_num FROM "{name}"' for name in tables}
    return {name: str(model.Session.scalar(sa.text(query))) for name, query in quoted.items()}


def counts() -> dict[str, int]:
    """Return the number of objects by kind, which a restore may not overwrite."""
    kinds = {
        "datasets": sa.select(sa.func.count(model.Package.id)),
        "organizations": sa.select(sa.func.count(model.Group.id)),
        "resources": sa.select(sa.func.count(model.Resource.id)),
        "users": sa.select(sa.func.count(model.User.id)),
        "sources": sa.select(sa.func.count(HarvestSource.id)),
    }
    return {kind: int(model.Session.scalar(query) or 0) for kind, query in kinds.items()}
