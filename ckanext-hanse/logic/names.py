"""Validators of names: a dataset's name, and the names passed to actions."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.model.package import PACKAGE_NAME_MAX_LENGTH, PACKAGE_NAME_MIN_LENGTH


def hanse_storable(value: str) -> str:
    """Validate a text that the database can store: no NUL, no unpaired UTF-16 surrogate."""
    if "\x00" in value or any("\ud800" <= letter <= "\udfff" for letter in value):
        raise tk.Invalid(tk._("This holds characters that cannot be stored"))
    return value


def package_name_validator(
    key: tuple[Any, ...], data: dict[Any, Any], errors: dict[Any, Any], context: dict[str, Any]
) -> None:
    """Validate as CKAN does; the name of a deleted dataset remains taken, too.

    CKAN would accept it, and the database refuse it.
    """
    name = data[key]
    package = context.get("package")
    own = package.id if package else data.get((*key[:-1], "id"))
    query = model.Session.query(model.Package.state).filter(model.Package.name == name)
    if own and own is not tk.missing:
        query = query.filter(model.Package.id != own)
    taken = query.scalar()
    if taken == model.State.DELETED:
        reported = tk._(
            "This address belongs to a deleted dataset. Restore that one, or choose another."
        )
        errors[key].append(reported)
    elif taken:
        errors[key].append(tk._("That URL is already in use."))
    if not PACKAGE_NAME_MIN_LENGTH <= len(name) <= PACKAGE_NAME_MAX_LENGTH:
        reported = tk._("An address has {least} to {most} characters")
        raise tk.Invalid(
            reported.format(least=PACKAGE_NAME_MIN_LENGTH, most=PACKAGE_NAME_MAX_LENGTH)
        )
