"""Declarative configuration: a mapping is checked against a dataclass when it is loaded.

The dataclass is the declaration: its fields are the allowed keys, their types the
allowed values, and a field without default is a required key.
"""

from __future__ import annotations

import dataclasses
import types
from collections.abc import Callable, Mapping
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

from hanse_harvesters.errors import ConfigError, recast

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

    Raises ConfigError if it is not a mapping, for an unknown or missing key and a wrong type,
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
