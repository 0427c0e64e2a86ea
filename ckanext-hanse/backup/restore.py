"""``ckan hanse restore``: a backup into an empty site, with a rebuilt search index."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import ckan.plugins as p
import ckan.plugins.toolkit as tk
import sqlalchemy as sa
from ckan import model
from ckan.lib import api_token, search
from ckan.model import meta

from ckanext.hanse.backup import manifest, postgresql, save, secret_options, stored_files
from ckanext.hanse.backup.manifest import Manifest
from ckanext.hanse.backup.save import Tell
from ckanext.hanse.export.changes import feed
from ckanext.hanse.export.dumps import make
from ckanext.hanse.language import N_
from ckanext.hanse.model import DatasetState
from ckanext.hanse.store import index
from hanse_harvesters.errors import ConfigError, StopRun

#: Kinds of objects of which an empty site has none.
_EMPTY = ("datasets", "organizations", "sources")


@dataclass(slots=True)
class Restored:
    """What was restored, and what the operator has to do."""

    counts: dict[str, int]
    leftovers: dict[str, list[str]]
    losses: list[tuple[str, str]] = field(default_factory=list)
    """Option and the consequence of its loss."""


def check(folder: Path) -> Manifest:
    """Return the manifest of a backup that may be restored here; ConfigError with the remedy."""
    made = manifest.read(folder)
    here = save.versions()
    for name in ("ckan", "ckanext-hanse"):
        if _numbers(made.versions[name]) > _numbers(here[name]):
            raise ConfigError(
                "backup-newer", where=str(folder), name=name, saved=made.versions[name],
                here=here[name],
            )  # fmt: skip
    if missing := sorted(set(made.plugins) - set(tk.config["ckan.plugins"])):
        raise ConfigError("backup-plugins", where=str(folder), plugins=" ".join(missing))
    there = save.counts()
    files = sum(1 for _ in stored_files.kept(save.storage())) if save.storage() else 0
    if files or any(there[kind] for kind in _EMPTY):
        raise ConfigError("restore-not-empty", **there | {"files": files})
    return made


def data(folder: Path, tell: Tell) -> None:
    """Restore databases and files of a backup that was checked.

    Raises StopRun if a program or the disk fails; the site is still empty and this can be
    retried.
    """
    _let_go()
    if (folder / save.DATASTORE).exists() and p.plugin_loaded("datastore"):
        tell(N_("The DataStore's database …"))
        postgresql.restore_datastore(tk.config["ckan.datastore.write_url"], folder / save.DATASTORE)
    tell(N_("Uploaded files …"))
    root = save.storage()
    names = stored_files.unpack(folder / save.FILES, root) if root else []
    tell(N_("CKAN's database …"))
    try:
        postgresql.restore(tk.config["sqlalchemy.url"], folder / save.DATABASE)
    except StopRun:
        if root:
            stored_files.remove(names, root)
        raise
    _let_go()


def finish(made: Manifest, tell: Tell) -> Restored:
    """After the migrations: rebuild the index, and report what the operator has to do."""
    tell(N_("Search index …"))
    reindex()
    # Places in the feed of changes are given a second time; the files of dumps are in no backup.
    feed.begin_anew()
    make.forget()
    root = save.storage()
    names = [str(path.relative_to(root)) for path in stored_files.kept(root)] if root else []
    found = Restored(save.counts() | {"files": len(names)}, stored_files.leftovers(names))
    _, hidden = secret_options.open_part(save.configuration())
    for option in secret_options.others(made.secrets, hidden):
        found.losses.append((option, secret_options.LOSSES.get(option, secret_options.OTHER)))
    token = str(tk.config.get("ckanext.xloader.api_token") or "")
    known = {option for option, _ in found.losses}
    option = "ckanext.xloader.api_token"
    if token and option not in known and api_token.get_user_from_token(token) is None:
        found.losses.append((option, secret_options.LOSSES[option]))
    return found


def reindex() -> None:
    """Empty the index and rebuild it from the database."""
    search.clear_all()
    index.mark(list(model.Session.scalars(sa.select(DatasetState.dataset_id))))
    model.Session.commit()
    index.drain(patience=60)
    ours = sa.select(DatasetState.dataset_id)
    others = sa.select(model.Package.id).where(
        model.Package.state != "deleted", model.Package.id.not_in(ours)
    )
    for dataset in model.Session.scalars(others).all():
        search.rebuild(dataset, force=True)
    search.commit()


def _let_go() -> None:
    """Close this process's connections: they must hold no locks and no outdated state."""
    model.Session.rollback()
    model.Session.remove()
    if meta.engine is not None:
        meta.engine.dispose()


def _numbers(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in text.split(".")[:2] if part.isdigit())
