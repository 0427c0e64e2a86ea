"""Actions: listing sources, runs and origins, starting harvests; extensions of CKAN's actions."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.types import Context, DataDict

from ckanext.hanse import language, provenance
from ckanext.hanse.harvest import engine
from ckanext.hanse.logic import schema
from ckanext.hanse.logic.schema import ActionFunction
from ckanext.hanse.sources import dictize, stats
from ckanext.hanse.sources.sync import sync
from ckanext.hanse.store import runs, sources
from hanse_harvesters.errors import HanseError


@tk.side_effect_free
@schema.takes(schema.only_language)
def hanse_source_list(context: Context, data_dict: DataDict) -> list[dict[str, Any]]:
    """List the visible sources: all for a sysadmin, else those of the user's organizations.

    Each with ``last_run`` and ``last_complete`` (as ``hanse_run_show`` returns them, without
    lists) or None, and its figures: ``datasets``, ``records`` by state, ``issue_count``,
    ``waiting`` (missing, withdrawal not approved), ``held``.
    ``language``: of the texts, "de" or "en", the page's by default; so in the others below.
    """
    tk.check_access("hanse_source_list", context, data_dict)
    seen = [row for row in sources.every() if _may("hanse_source_show", context, {"id": row.name})]
    figures = stats.of([row.id for row in seen])
    lang = _language(data_dict)
    return [dictize.source(row, figures=figures[row.id], language=lang) for row in seen]


@tk.side_effect_free
@schema.takes(schema.of_id)
def hanse_source_show(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """Return one source, as in ``hanse_source_list``.  ``id``: its name."""
    name = data_dict["id"]
    tk.check_access("hanse_source_show", context, data_dict)
    row = _source(name)
    return dictize.source(row, figures=stats.of([row.id])[row.id], language=_language(data_dict))


@tk.side_effect_free
@schema.takes(schema.rows_of_id)
def hanse_run_list(context: Context, data_dict: DataDict) -> list[dict[str, Any]]:
    """List the latest runs of a source, without lists.  ``id``: its name; ``limit``: 1 to 100."""
    name = data_dict["id"]
    tk.check_access("hanse_run_list", context, data_dict)
    lang = _language(data_dict)
    found = runs.latest(_source(name).id, limit=data_dict["limit"])
    return [dictize.run(run, language=lang) for run in found]


@tk.side_effect_free
@schema.takes(schema.of_id)
def hanse_run_show(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """Return one run with its lists (changes, rejected with reasons, missing).  ``id``: its number.

    ``source`` is the name of its source.
    """
    run_id = data_dict["id"]
    tk.check_access("hanse_run_show", context, data_dict)
    run = runs.get(run_id)
    if run is None:
        raise tk.ObjectNotFound(tk._("Run not found"))
    name = sources.name_of(run.source_id)
    return dictize.run(run, lists=True, language=_language(data_dict)) | {"source": name}


@tk.side_effect_free
@schema.takes(schema.only_id)
def hanse_origin_show(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """Return where a harvested dataset comes from; {} for one that was made here.

    ``id``: id or name of the dataset.  Returns ``source``, ``portal_title``,
    ``portal_url``, ``page``, ``identity``, ``organization``, ``state``,
    ``missing_since``, and the times (ISO 8601, UTC, or None) ``first_harvested``,
    ``last_harvested`` (last change) and ``last_confirmed`` (last complete run).
    """
    name_or_id = data_dict["id"]
    tk.check_access("hanse_origin_show", context, data_dict)
    return provenance.of(_dataset(name_or_id))


@tk.side_effect_free
@schema.takes(schema.of_id)
def hanse_dataset_issues(context: Context, data_dict: DataDict) -> list[dict[str, str]]:
    """Return the issues of a dataset's metadata, for users who may repair it.

    ``id``: id or name of the dataset; ``language``: "de" or "en", the page's by default.
    Each issue: ``rule``, ``severity``, ``field``, ``field_label`` (its label), ``value``,
    ``message``, ``remedy`` (at the portal, or in the form of a dataset that is made here), and
    ``reference``, ``reference_url`` where a specification says what is asked for.
    """
    name_or_id = data_dict["id"]
    tk.check_access("hanse_dataset_issues", context, data_dict)
    lang = _language(data_dict)
    dataset_id = _dataset(name_or_id)
    kept_here = not provenance.is_harvested(dataset_id)
    return [item.as_json(lang, kept_here=kept_here) for item in provenance.issues(dataset_id)]


@schema.takes(schema.only_language)
def hanse_source_sync(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """Create and update organizations and sources from the operator's sources file.

    Returns ``organizations`` and ``sources`` (names by ``created``, ``updated``,
    ``unchanged``) and ``foreign``, sources that the file does not name.
    """
    tk.check_access("hanse_source_sync", context, data_dict)
    try:
        return sync().as_json()
    except HanseError as error:
        raise tk.ValidationError({"sources": [error.text(_language(data_dict))]}) from error


@schema.takes(schema.harvest)
def hanse_harvest(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """Harvest one source now and wait for it; return the report.

    ``id``: the source's name; ``dry_run``: write nothing; ``limit``: maximum number of records.
    """
    name = data_dict["id"]
    tk.check_access("hanse_harvest", context, data_dict)
    try:
        report = engine.harvest(
            _source(name).name,
            dry_run=data_dict["dry_run"],
            limit=data_dict.get("limit") or None,
        )
    except HanseError as error:
        raise tk.ValidationError({"id": [error.text(_language(data_dict))]}) from error
    return report.as_json(_language(data_dict))


def _dataset(name_or_id: str) -> str:
    """Return a dataset's id; ObjectNotFound also for sysadmins, who skip the auth functions."""
    package = model.Package.get(name_or_id)
    if package is None:
        raise tk.ObjectNotFound(tk._("Dataset not found"))
    return str(package.id)


def _source(name: str) -> Any:
    try:
        return sources.get(name)
    except HanseError as error:
        raise tk.ObjectNotFound(error.text(language.of_page())) from error


def _may(action: str, context: Context, data_dict: DataDict) -> bool:
    try:
        tk.check_access(action, dict(context), data_dict)
    except tk.NotAuthorized:
        return False
    return True


def _language(data_dict: DataDict) -> str:
    """Return the requested language, else the page's."""
    return str(data_dict.get("language") or language.of_page())


@tk.chained_action
def package_create_default_resource_views(
    original_action: ActionFunction, context: Context, data_dict: DataDict
) -> Any:
    """Create no views for harvested datasets, since none could show their remote files."""
    if provenance.is_harvested(_id_in(data_dict, "package", "id")):
        tk.check_access("package_create_default_resource_views", context, data_dict)
        return []
    return original_action(context, data_dict)


@tk.chained_action
def resource_create_default_resource_views(
    original_action: ActionFunction, context: Context, data_dict: DataDict
) -> Any:
    """Create no views for harvested datasets, as above."""
    if provenance.is_harvested(_id_in(data_dict, "resource", "package_id")):
        tk.check_access("resource_create_default_resource_views", context, data_dict)
        return []
    return original_action(context, data_dict)


def _id_in(data_dict: DataDict, name: str, key: str) -> str:
    """Return the id in a dataset or file passed to an action."""
    given = data_dict.get(name)
    if not isinstance(given, dict):
        raise tk.ValidationError({name: [tk._("This should name values by their keys")]})
    found = given.get(key, "" if key == "package_id" else None)
    if not isinstance(found, str):
        raise tk.ValidationError({name: [f"{key}: " + tk._("This should be text")]})
    return found
