"""Validate the settings of a source: names, URLs, schedule, options of its kind."""

from __future__ import annotations

import re
from typing import Any
from zoneinfo import ZoneInfo

from hanse_harvesters.errors import AddressRefused, ConfigError, recast
from hanse_harvesters.http import address, local
from hanse_harvesters.settings import dataclass_config, schedule
from hanse_harvesters.settings.source import LEVELS, SourceSettings, place_in
from hanse_harvesters.sources import registry

#: ``url`` of a source whose records are sent to the catalogue.
RECEIVED = "push:"
_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,98}[a-z0-9]")
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{1,8})*")


def check_source(
    settings: SourceSettings,
    *,
    allowed_private: frozenset[str] = frozenset(),
    where: dataclass_config.Where | None = None,
    stored: bool = False,
    files: bool = False,
) -> None:
    """Raise ConfigError for settings that cannot be used, including a private address.

    ``where`` returns the place of a key (``options.rows`` for an option); by default
    its path in a sources file.  ``stored``: its document is stored with the caller, who
    has checked ``url``, which is no address then.  ``files``: it is the operator who names the
    source, and may name a file or a folder of this machine.
    """
    place = where or place_in(settings.name)
    check_name(settings.name, place("name"))
    for key in ("language", "schedule", "timezone", "level"):
        _CHECKS[key](getattr(settings, key), place(key))
    if registry.connector(settings.kind, where=place("kind")).receives:
        if settings.url != RECEIVED:
            raise ConfigError("push-no-address", where=place("url"), value=settings.url)
    elif not stored and not (files and _is_of_files(settings, place)):
        _check_public(settings.url, allowed_private, place("url"))
    check_address(settings.portal, place("portal"))
    options = options_of(settings, where=place)
    if getattr(options, "secret", "") and not files:
        raise ConfigError("secret-not-here", where=place("options.secret"))


def _is_of_files(settings: SourceSettings, place: dataclass_config.Where) -> bool:
    connector = registry.connector(settings.kind, where=place("kind"))
    return connector.of_files and local.is_local(settings.url)


def _check_public(url: str, allowed_private: frozenset[str], where: str) -> None:
    try:
        address.refuse_literal(url, allowed_private, where=where)
    except AddressRefused as error:
        raise recast(error, ConfigError) from error


def options_of(settings: SourceSettings, *, where: dataclass_config.Where | None = None) -> Any:
    """Return the connector's own options dataclass, filled from ``settings.options``."""
    place = where or place_in(settings.name)
    connector = registry.connector(settings.kind, where=place("kind"))
    return dataclass_config.build(
        connector.Options, settings.options, lambda key: place(f"options.{key}")
    )


def check_name(name: str, where: str) -> None:
    """Raise ConfigError for a name that is not short and ``[a-z0-9-]``."""
    if not _NAME.fullmatch(name):
        raise ConfigError("name-invalid", where=where, value=name)


def check_address(value: str, where: str) -> None:
    """Raise ConfigError for a value that is not a web URL; "" is accepted."""
    try:
        if value:
            address.split(value, where=where)
    except AddressRefused as error:
        raise recast(error, ConfigError) from error


def _check_language(value: str, where: str) -> None:
    if not _LANGUAGE.fullmatch(value):
        raise ConfigError("language-invalid", where=where, value=value)


def _check_schedule(value: str, where: str) -> None:
    if value and not schedule.is_valid(value):
        raise ConfigError("schedule-invalid", where=where, value=value)


def _check_timezone(value: str, where: str) -> None:
    try:
        ZoneInfo(value)
    except (ValueError, OSError, KeyError) as error:  # ZoneInfoNotFoundError is a KeyError
        raise ConfigError("timezone-invalid", where=where, value=value) from error


def _check_level(value: str, where: str) -> None:
    if value not in LEVELS:
        raise ConfigError("level-invalid", where=where, value=value, known=LEVELS)


_CHECKS = {
    "language": _check_language,
    "level": _check_level,
    "schedule": _check_schedule,
    "timezone": _check_timezone,
}
