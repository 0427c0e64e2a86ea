"""Actions: correcting harvested datasets, and listing the corrections."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.types import Context, DataDict

from ckanext.hanse import language
from ckanext.hanse.corrections import hvd, listing, service
from ckanext.hanse.corrections.apply import HIDDEN, HVD
from ckanext.hanse.logic import schema
from ckanext.hanse.model import Correction
from ckanext.hanse.store import pg_text, sources
from hanse_harvesters.errors import HanseError

_LONGEST_REASON = 2000


@tk.side_effect_free
@schema.takes(schema.corrections)
def hanse_correction_list(context: Context, data_dict: DataDict) -> list[dict[str, Any]]:
    """List a dataset's corrections, newest first.

    ``id``: id or name of the dataset; ``history``: include withdrawn ones;
    ``language``: of the labels, "de" or "en", the page's by default.  Each: ``id``,
    ``field``, ``label``, ``file``, ``value``, ``source_value`` (the source's current
    value), ``replaced``, ``flagged``, ``adopted``, ``reason``, ``author``, ``created``,
    ``withdrawn``, ``withdrawn_by``.
    """
    tk.check_access("hanse_correction_list", context, data_dict)
    dataset_id, lang = _dataset_id(data_dict), _language(data_dict)
    found = listing.of_dataset(dataset_id, lang)
    if data_dict["history"]:
        found += listing.of_dataset(dataset_id, lang, history=True)
    return found


@schema.takes(schema.correction)
def hanse_correction_create(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """Override a field of a harvested dataset, until the correction is withdrawn.

    ``id``: id or name of the dataset.  ``field``: of our schema, a resource's as
    ``resources[<resource id>].<field>``; ``private`` hides the dataset.  ``value``: in
    the field's shape, a list also as lines of text; null or "" to empty the field.
    ``reason``: why.  Returns the correction as ``hanse_correction_list`` does.
    Raises ValidationError that names field, value and remedy.
    """
    field = data_dict["field"]
    tk.check_access("hanse_correction_create", context, data_dict)
    if field == HIDDEN:
        hides = _truth(data_dict.get("value", True))
        return (hanse_dataset_hide if hides else hanse_dataset_show_again)(context, data_dict)
    if "value" not in data_dict:
        raise tk.ValidationError({"value": [tk._("Missing value")]})
    package, user = _package(data_dict), _user(context)
    try:
        row = service.correct(package, field, data_dict["value"], _reason(data_dict), user)
    except HanseError as error:
        raise _unavailable(error) from error
    return _one(package["id"], row.id, data_dict)


@schema.takes(schema.of_id)
def hanse_correction_withdraw(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """Withdraw a correction, so that the source's value applies again.  ``id``: its number.

    Returns the correction, which is now part of the history.
    """
    number = data_dict["id"]
    tk.check_access("hanse_correction_withdraw", context, data_dict)
    found = pg_text.row(number)
    row = model.Session.get(Correction, found) if found else None
    if row is None:
        raise tk.ObjectNotFound(tk._("Correction not found"))
    corrected_of = (row.dataset_id, row.id)
    try:
        if row.field == HVD and row.withdrawn is None:
            hvd.undo(row, _user(context))
        else:
            service.withdraw(row, _user(context))
    except HanseError as error:
        raise _unavailable(error) from error
    return _one(*corrected_of, data_dict)


@schema.takes(schema.reasoned)
def hanse_dataset_hide(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """Hide a harvested dataset from the public; its organization still sees it.

    ``id``: id or name; ``reason``: why.  Returns the correction of ``private``.
    """
    tk.check_access("hanse_dataset_hide", context, data_dict)
    package = _package(data_dict)
    try:
        row = service.hide(package, _reason(data_dict), _user(context))
    except HanseError as error:
        raise _unavailable(error) from error
    return _one(package["id"], row.id, data_dict)


@schema.takes(schema.only_id)
def hanse_dataset_show_again(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """Undo ``hanse_dataset_hide``.  ``id``: id or name.  Returns ``id`` and ``private``."""
    tk.check_access("hanse_dataset_show_again", context, data_dict)
    dataset_id = _dataset_id(data_dict)
    try:
        service.show_again(dataset_id, _user(context))
    except HanseError as error:
        raise _unavailable(error) from error
    return {"id": dataset_id, "private": False}


@schema.takes(schema.reasoned)
def hanse_dataset_detach(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """Detach a harvested dataset from its source: runs no longer write it, its editors do.

    ``id``: id or name; ``reason``: why.  Returns the entry that records it.
    """
    tk.check_access("hanse_dataset_detach", context, data_dict)
    package = _package(data_dict)
    row = service.detach(package, _reason(data_dict), _user(context))
    return _one(package["id"], row.id, data_dict)


@schema.takes(schema.confirmed)
def hanse_dataset_reattach(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """Reattach a detached dataset to its source.

    ``id``: id or name; ``confirm``: True, since the next run overwrites what was edited
    here meanwhile.  Returns ``id`` and ``harvested``.
    """
    tk.check_access("hanse_dataset_reattach", context, data_dict)
    if not data_dict["confirm"]:
        message = tk._(
            "The next harvest overwrites what was edited here. Send “confirm”: true to agree."
        )
        raise tk.ValidationError({"confirm": [message]})
    dataset_id = _dataset_id(data_dict)
    try:
        service.reattach(dataset_id, _user(context))
    except HanseError as error:
        raise _unavailable(error) from error
    return {"id": dataset_id, "harvested": True}


@tk.side_effect_free
@schema.takes(schema.of_id)
def hanse_correction_export(context: Context, data_dict: DataDict) -> list[dict[str, Any]]:
    """List every effective correction of a source, for the operator of its portal to apply there.

    ``id``: the source's name; ``language``: of the labels.  Each: ``identity``, ``title``,
    ``dataset``, ``page``, ``field``, ``label``, ``file``, ``source_value``, ``value``,
    ``reason``, ``since``, ``flagged``, ``adopted``.
    """
    name = data_dict["id"]
    tk.check_access("hanse_correction_export", context, data_dict)
    try:
        source = sources.get(name)
    except HanseError as error:
        raise tk.ObjectNotFound(error.text(language.of_page())) from error
    return listing.of_source(source.id, _language(data_dict))


def _truth(value: Any) -> bool:
    try:
        return bool(tk.asbool(value))
    except ValueError as error:
        raise tk.ValidationError({"value": [tk._("This is neither true nor false")]}) from error


def _package(data_dict: DataDict) -> dict[str, Any]:
    """Return the dataset as stored; authorization was checked before."""
    context = {"ignore_auth": True, "use_cache": False}
    found: dict[str, Any] = tk.get_action("package_show")(context, {"id": data_dict["id"]})
    return found


def _dataset_id(data_dict: DataDict) -> str:
    package = model.Package.get(data_dict["id"])
    if package is None:
        raise tk.ObjectNotFound(tk._("Dataset not found"))
    return str(package.id)


def _user(context: Context) -> Any:
    """Return the calling user's row; the site user if a sysadmin's call in code has none."""
    user = model.User.get(context.get("user") or "")
    if user is None:
        name = tk.get_action("get_site_user")({"ignore_auth": True}, {})["name"]
        user = model.User.get(name)
    return user


def _reason(data_dict: DataDict) -> str:
    """Return the reason, which is required so that others understand the change later."""
    reason = data_dict.get("reason", "").strip()
    if not reason:
        message = tk._("Please say why, for those who keep the dataset after you.")
        raise tk.ValidationError({"reason": [message]})
    if len(reason) > _LONGEST_REASON:
        message = tk._("The reason has {have} characters; at most {most} fit. Please shorten it.")
        text = message.format(have=len(reason), most=_LONGEST_REASON)
        raise tk.ValidationError({"reason": [text]})
    return reason


def _one(dataset_id: str, number: int, data_dict: DataDict) -> dict[str, Any]:
    lang = _language(data_dict)
    found = listing.of_dataset(dataset_id, lang)
    found += listing.of_dataset(dataset_id, lang, history=True)
    return next(item for item in found if item["id"] == number)


def _unavailable(error: HanseError) -> tk.ValidationError:
    return tk.ValidationError({"id": [error.text(language.of_page())]})


def _language(data_dict: DataDict) -> str:
    return str(data_dict.get("language") or language.of_page())
