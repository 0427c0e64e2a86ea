"""Creating and changing sources on the site.

The operator's settings are no fields here: private hosts, precedence, and all values in the
sources file of a source it lists, except its schedule.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from ckan import model

from ckanext.hanse import settings
from ckanext.hanse.language import of_data
from ckanext.hanse.model import HarvestSource
from ckanext.hanse.scheduler import due
from ckanext.hanse.sources import archive, uploaded
from ckanext.hanse.sources.invalid import InvalidSource
from ckanext.hanse.store import delivery, lists, sources
from hanse_harvesters.errors import ConfigError
from hanse_harvesters.settings import dataclass_config
from hanse_harvesters.settings.check import check_source
from hanse_harvesters.settings.source import SourceSettings

#: Fields that can be set on the site.
FIELDS = (
    "title", "kind", "url", "portal", "schedule", "timezone", "language", "options",
    "modified_is_file_time", "note", "deliver",
)  # fmt: skip
#: Those of a source that is listed in the operator's file.
FILE_FIELDS = ("schedule", "timezone", "deliver")

#: Names that are paths of the site.
_RESERVED = {"new", "find", "check", "health", "duplicates"}
_LONGEST = {"title": 300, "note": 2000, "url": 2000, "portal": 2000}
_SAFE = {"name": "xx", "url": "https://example.org/", "portal": "", "schedule": "",
         "timezone": "Europe/Berlin", "language": "de", "options": {}, "title": "–",
         "note": ""}  # fmt: skip


def create(
    values: Mapping[str, Any], *, organization: str, name: str, author: str
) -> tuple[HarvestSource, int]:
    """Create a source of an organization (its name); also return how many datasets it takes back.

    ``name`` may be empty: it is then made from the title.  Raises InvalidSource.
    """
    wanted = name or _free_name(str(values.get("title") or organization))
    found = _checked({"name": wanted, "organization": organization}, values, new=True)
    row = HarvestSource(**sources.values_of(found), from_file=False, author=author)
    model.Session.add(row)
    model.Session.flush()
    row.next_run = _next_run(row)
    uploaded.bind(row)
    again = archive.take_back(row)
    model.Session.commit()
    return row, again


def update(source: HarvestSource, values: Mapping[str, Any], *, author: str) -> HarvestSource:
    """Change the fields in ``values``; InvalidSource for invalid values or fields not editable."""
    if source.from_file:
        return _update_of_file(source, values)
    group = model.Session.get(model.Group, source.organization_id or "")
    fixed = {"name": source.name, "organization": group.name if group else ""}
    now = _now(source)
    if values.get("kind", source.kind) != source.kind:
        now["options"] = {}  # they belong to the former kind
    beside = {"inferred": source.inferred, "enabled": source.enabled, **source.settings}
    operators = {key: value for key, value in beside.items() if key not in FIELDS}
    if lists.name_in(values.get("url", "")) and values["url"] != now["url"]:
        raise InvalidSource({"url": ConfigError("list-replaced")})
    found = _checked({**fixed, **operators}, {**now, **values}, source_id=source.id)
    delivered = _delivers(source)
    for key, value in sources.values_of(found).items():
        setattr(source, key, value)
    _handed_on(source, delivered)
    source.author = source.author or author
    if source.url != now["url"]:
        archive.take_back(source)
    _changed(source)
    return source


def _now(source: HarvestSource) -> dict[str, Any]:
    """Return the current values of the fields."""
    return {
        key: source.settings[key] if key in source.settings else getattr(source, key)
        for key in FIELDS
        if key in source.settings or hasattr(source, key)
    }


def _update_of_file(source: HarvestSource, values: Mapping[str, Any]) -> HarvestSource:
    now = _now(source)
    foreign = {
        key: ConfigError("source-of-file", where=key, key=key)
        for key, value in values.items()
        if key not in FILE_FIELDS and value != now.get(key)
    }
    if foreign:
        raise InvalidSource(foreign)
    wanted = {**source.settings, **{key: values[key] for key in FILE_FIELDS if key in values}}
    known = sources.settings_of(source)
    known_values = {key: getattr(known, key) for key in FILE_FIELDS}
    _refuse({key: wanted[key] for key in FILE_FIELDS if key in wanted}, known)
    overrides = dict(source.overrides)
    for key in FILE_FIELDS:
        if key not in wanted:
            continue
        of_file = overrides.get(key, {}).get("file", known_values[key])
        overrides.pop(key, None)
        if wanted[key] != of_file:
            overrides[key] = {"here": wanted[key], "file": of_file}
    delivered = _delivers(source)
    source.settings, source.overrides = wanted, overrides
    _handed_on(source, delivered)
    _changed(source)
    return source


def _delivers(source: HarvestSource) -> bool:
    return bool(source.settings.get(delivery.DELIVER, True))


def _handed_on(source: HarvestSource, before: bool) -> None:
    if _delivers(source) != before:
        delivery.source_changed(source.id)


def _refuse(values: dict[str, Any], known: SourceSettings) -> None:
    errors = _errors(replace(known, **values), files=True)
    if errors:
        raise InvalidSource(errors)


def _changed(source: HarvestSource) -> None:
    """Compute the next run again; commits."""
    source.next_run = _next_run(source)
    source.changed = sa.func.now()
    model.Session.commit()


def _next_run(source: HarvestSource) -> datetime | None:
    found = due.of(source)
    return found.after(due.now()) if found else None


# --- Checking -----------------------------------------------------------------------------------


def checked(values: Mapping[str, Any], *, organization: str, name: str = "") -> SourceSettings:
    """Return the settings of a source that need not exist yet; InvalidSource if invalid."""
    fixed = {"name": name or "xx", "organization": organization}
    return _checked(fixed, values)


def _checked(
    fixed: Mapping[str, Any],
    values: Mapping[str, Any],
    *,
    new: bool = False,
    source_id: int | None = None,
) -> SourceSettings:
    """Build settings from user input, ``values``, and values the user cannot set, ``fixed``."""
    unknown = set(values) - set(FIELDS)
    if unknown:
        known = sorted(FIELDS)
        raise InvalidSource(
            {key: ConfigError("key-unknown", where=key, key=key, known=known) for key in unknown}
        )
    fixed = {**fixed, "site_language": of_data()}
    try:
        found = dataclass_config.build(SourceSettings, values, lambda key: key, also=fixed)
    except ConfigError as error:
        raise InvalidSource(
            {str(error.params.get("key") or error.where or "url"): error}
        ) from error
    errors = uploaded.errors(found, source_id)
    errors |= _errors(found) | (_name_errors(found.name) if new else {})
    if errors:
        raise InvalidSource(errors)
    return found


def _errors(found: SourceSettings, *, files: bool = False) -> dict[str, ConfigError]:
    """Return all errors: a field with an error is replaced, and the rest is checked again.

    ``files``: the source is the operator's.
    """
    errors: dict[str, ConfigError] = {}
    if not found.title.strip():
        errors["title"] = ConfigError("source-title-missing", where="title")
    for key, most in _LONGEST.items():
        if len(getattr(found, key)) > most:
            errors[key] = ConfigError("source-text-long", where=key, key=key, most=most)
            found = replace(found, **{key: _SAFE[key]})
    allowed, stored = settings.allowed_private_hosts(), bool(lists.name_in(found.url))
    while True:
        try:
            check_source(
                found,
                allowed_private=allowed,
                where=lambda key: key,
                stored=stored,
                files=files,
            )
        except ConfigError as error:
            key = error.where or "url"
            field = key.partition(".")[0]
            if key in errors or field not in _SAFE:  # reported already, or cannot be replaced
                errors.setdefault(key, error)
                return errors
            if any(each.partition(".")[0] == field for each in errors):  # of what replaced it
                return errors
            errors[key] = error
            found = replace(found, **{field: _SAFE[field]})
        else:
            return errors


def _name_errors(name: str) -> dict[str, ConfigError]:
    if name in _RESERVED:
        return {"name": ConfigError("source-name-reserved", where="name", name=name)}
    if _taken(name):
        return {"name": ConfigError("source-name-taken", where="name", name=name)}
    return {}


def _taken(name: str) -> bool:
    return (
        model.Session.scalar(sa.select(HarvestSource.id).where(HarvestSource.name == name))
        is not None
    )


_GERMAN = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})


def _free_name(title: str) -> str:
    """Return a short unused name made from a title."""
    plain = unicodedata.normalize("NFKD", title.lower().translate(_GERMAN))
    stem = re.sub(r"[^a-z0-9]+", "-", plain.encode("ascii", "ignore").decode()).strip("-")[:80]
    stem = stem.strip("-") if len(stem.strip("-")) > 1 else "quelle"
    name, number = stem, 2
    while name in _RESERVED or _taken(name):
        name, number = f"{stem}-{number}", number + 1
    return name
