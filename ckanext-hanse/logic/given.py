"""Reads the parameters of actions about sources; refuses them with the field that is wrong."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.types import Context, DataDict

from ckanext.hanse import language
from ckanext.hanse.model import HarvestSource, UploadedList
from ckanext.hanse.sources.invalid import InvalidSource
from ckanext.hanse.store import lists, sources
from hanse_harvesters.errors import HanseError


def values(data_dict: DataDict, *names: str) -> dict[str, Any]:
    """Return the given values of a source; unknown keys stay, for the check to report.

    ``names``: further keys to leave out, which identify the source.
    """
    beside = {"id", "lang", "organization", *names} if names else {"id", "lang"}
    return {
        key: value.strip() if isinstance(value, str) else value
        for key, value in data_dict.items()
        if key not in beside
    }


@contextmanager
def refusals(data_dict: DataDict, field: str = "url") -> Iterator[None]:
    """Turn errors of settings into CKAN's ValidationError: field → problem and remedy.

    ``field``  that of an error which names none.
    """
    words = answer_language(data_dict)
    try:
        yield
    except InvalidSource as refused:
        model.Session.rollback()
        raise tk.ValidationError(_reported(refused.errors, words)) from refused
    except HanseError as error:
        model.Session.rollback()
        raise tk.ValidationError(_reported({field: error}, words)) from error


def _reported(errors: Mapping[str, HanseError], lang: str) -> dict[str, Any]:
    return {key: [error.sentences(lang)] for key, error in errors.items()}


def organization(name: object) -> model.Group:
    """Return the organization with this name or id; ValidationError if not found."""
    group = model.Group.get(str(name))
    if group is None or not group.is_organization or group.state != model.State.ACTIVE:
        raise tk.ValidationError({"organization": [tk._("There is no such city")]})
    return group


def source(name: object) -> HarvestSource:
    """Return the source with this name; ObjectNotFound if not found."""
    try:
        return sources.get(str(name))
    except HanseError as error:
        raise tk.ObjectNotFound(error.text(language.of_page())) from error


def source_or_none(name: object) -> HarvestSource | None:
    """Return the source with this name, None if not found."""
    try:
        return sources.get(str(name))
    except HanseError:
        return None


def uploaded_list(data_dict: DataDict) -> UploadedList:
    """Return the uploaded list ``name``; ObjectNotFound if not found."""
    try:
        return lists.get(str(tk.get_or_bust(data_dict, "name")))
    except HanseError as error:
        raise tk.ObjectNotFound(error.text(language.of_page())) from error


def account_id(context: Context) -> str:
    """Return the id of the calling account, "site" for a command line."""
    user = model.User.get(context.get("user") or "")
    return str(user.id) if user else "site"


def answer_language(data_dict: DataDict) -> str:
    """Return the requested language of the response, by default the page's.

    ``language`` in a source's data is that of its texts, so that of the response is ``lang``.
    """
    return str(data_dict.get("lang") or language.of_page())
