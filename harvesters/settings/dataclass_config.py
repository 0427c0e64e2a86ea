"""Declarative configuration: a mapping is checked against a dataclass when it is loaded.

The dataclass is the declaration: its fields are the allowed keys, their types the
allowed values, and a field without default is a required key.
"""

from __future__ import annotations

import dataclasses
import types
from collections.abc import Callable, Mapping
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

import yaml

from hanse_harvesters.errors import ConfigError, recast
from hanse_schemas.table import LOADER

T = TypeVar("T")

#: Returns the place of a key: ``where("url")`` → "sources.yaml:12".
Where = Callable[[str], str]

#: Type → message for a value of another type.
_WRONG = {
    str: "value-no-text",
    bool: "value-no-flag",
    int: "value-no-integer",
    float: "value-no-number",
}


def build(cls: type[T], mapping: Any, where: Where, *, also: Mapping[str, Any] = {}) -> T:
    """Return an instance of ``cls`` with the fields of ``mapping`` and ``also``.

    Raises ConfigError if it is not a mapping, for an unknown or missing key, a wrong type or size,
    and what ``cls`` itself raises, with the key as ``where``.
    """
    if not isinstance(mapping, Mapping):
        raise ConfigError("settings-flat", where=where(""), value=_show(mapping))
    fields = {item.name: item for item in dataclasses.fields(cls)}  # type: ignore[arg-type]
    hints = get_type_hints(cls)
    allowed = [name for name in fields if name not in also]
    for key in mapping:
        if key not in allowed:
            raise ConfigError("key-unknown", where=where(str(key)), key=key, known=sorted(allowed))
    values = {key: checked(hints[key], value, key, where) for key, value in mapping.items()}
    for key, value in values.items():
        _check_size(fields[key], value, where(key))
    values.update(also)
    for name, item in fields.items():
        if name not in values and item.default is item.default_factory is dataclasses.MISSING:
            raise ConfigError("key-missing", where=where(""), key=name)
    try:
        return cls(**values)
    except ConfigError as error:
        raise recast(error, ConfigError, where=where(error.where)) from error


def checked(hint: Any, value: Any, key: str, where: Where) -> Any:
    """Return ``value``, a list as tuple, if ``hint`` allows it; raise ConfigError otherwise."""
    if value is None and hint is str:
        return ""
    if get_origin(hint) is tuple:
        items = value if isinstance(value, list | tuple) else [value]
        return tuple(checked(get_args(hint)[0], item, key, where) for item in items)
    if get_origin(hint) in (Union, types.UnionType):
        return value if value is None else checked(get_args(hint)[0], value, key, where)
    if get_origin(hint) is not None:  # Mapping[str, Any]
        if isinstance(value, Mapping):
            return dict(value)
        if isinstance(value, str) and (reason := _no_yaml(value)):
            raise ConfigError("yaml-invalid", where=where(key), reason=reason)
        raise _wrong("value-no-mapping", key, value, where)
    # YAML's `yes` is a bool, and a bool is an int: neither may be accepted as the other.
    if isinstance(value, hint) and isinstance(value, bool) == (hint is bool):
        return value
    if hint is float and type(value) is int:
        return float(value)
    raise _wrong(_WRONG[hint], key, value, where)


def _wrong(message: str, key: str, value: Any, where: Where) -> ConfigError:
    return ConfigError(message, where=where(key), key=key, value=_show(value))


def _show(value: Any) -> str:
    return repr(value)[:80]


def _check_size(item: dataclasses.Field[Any], value: Any, where: str) -> None:
    """Raise ConfigError for a number below 0, and for 0 where it cannot mean "by itself".

    ``metadata["least"]``  of the field says otherwise.
    """
    if type(value) is not int or type(item.default) is not int:
        return
    least = item.metadata.get("least", min(item.default, 1))
    if value < least:
        raise ConfigError("value-small", where=where, value=value, least=least)


def _no_yaml(text: str) -> str:
    """Return why a text is no YAML, and where; "" if it is."""
    try:
        yaml.load(text, LOADER)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        place = f"line {mark.line + 1}, column {mark.column + 1}: " if mark else ""
        return f"{place}{error.problem}"
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        return str(error)[:200]
    return ""
