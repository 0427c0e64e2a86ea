"""The path of a value in JSON: names separated by dots, or JSONPath (RFC 9535).

``distribution.accessURL`` passes over lists: it finds the value in every object of the list.  A
path that begins with ``$`` is JSONPath: ``$.links[?@.rel == 'license'].href``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache, lru_cache
from typing import Any, TypeAlias

from hanse_harvesters.errors import ConfigError
from hanse_harvesters.normalise.context import is_empty

#: The names and indexes that lead to a value.
Location: TypeAlias = tuple[str | int, ...]

#: Values that one path may find in one record.
_MOST = 20_000


@cache
def jsonpath() -> tuple[Any, type[Exception]]:
    """Return what compiles JSONPath, and its error; loaded when first needed: most paths are names.

    A process that may open no file later calls it before.
    """
    from jsonpath import JSONPathEnvironment, JSONPathError

    return JSONPathEnvironment(strict=True), JSONPathError


@dataclass(frozen=True, slots=True)
class JsonPath:
    """A compiled path; ``text`` is how it was written."""

    text: str
    _names: tuple[str, ...] = ()
    _query: Any = field(default=None, compare=False)

    @classmethod
    @lru_cache(maxsize=4096)
    def of(cls, text: str) -> JsonPath:
        """Compile a path; raise ConfigError if it is none."""
        text = text.strip()
        if not text.startswith("$"):
            names = tuple(text.split(".")) if text else ()
            if not all(names):
                raise ConfigError("json-path-invalid", value=text, reason="..")
            return cls(text, names)
        environment, refused = jsonpath()
        try:
            return cls(text, (), environment.compile(text))
        except refused as error:
            reason = str(error.args[0] if error.args else error)
            raise ConfigError("json-path-invalid", value=text, reason=reason) from error

    @property
    def head(self) -> str:
        """The name without which an object has nothing at the path, "" if there is none."""
        return self._names[0] if self._names else ""

    def find(self, value: Any, at: Location = ()) -> Iterable[tuple[Location, Any]]:
        """Return location and value of everything at the path, each item of a list by itself.

        ``at``  location of ``value`` in the record.  Empty values are not found.
        """
        return _direct(value, self._names, at) if self._query is None else self._queried(value, at)

    def _queried(self, value: Any, at: Location) -> Iterator[tuple[Location, Any]]:
        found = 0
        for match in self._query.finditer(value):
            yield from _walk(match.obj, (), (*at, *match.parts))
            if (found := found + 1) >= _MOST:
                return

    def whole(self, value: Any, at: Location = ()) -> Iterator[tuple[Location, Any]]:
        """Yield location and value of everything at the path, a list as one value, also empty."""
        if self._query is not None:
            yield from (((*at, *match.parts), match.obj) for match in self._query.finditer(value))
            return
        *outer, last = self._names
        for place, found in _walk(value, tuple(outer), at):
            if isinstance(found, dict) and found.get(last) is not None:
                yield (*place, last), found[last]

    def first(self, value: Any) -> str:
        """Return the first text or number at the path as text, "" if there is none."""
        for _, found in self.find(value):
            if isinstance(found, str | int | float) and not isinstance(found, bool):
                return str(found).strip()
        return ""


def first(value: Any, paths: Iterable[JsonPath]) -> str:
    """Return the first text or number at one of the paths as text, "" if there is none."""
    return next(filter(None, (path.first(value) for path in paths)), "")


def is_numbered(value: Any) -> bool:
    """Return whether an object is a list whose places have gaps, as PHP writes it."""
    return isinstance(value, dict) and bool(value) and all(map(str.isdigit, value))


def _direct(value: Any, names: tuple[str, ...], at: Location) -> Iterable[tuple[Location, Any]]:
    """Return what :func:`_walk` yields, at once where objects stand inside each other."""
    for place, name in enumerate(names):
        if type(value) is not dict or name not in value:
            if isinstance(value, list | dict):
                return _walk(value, names[place:], (*at, *names[:place]))
            return ()
        value = value[name]
    if isinstance(value, list | dict):
        return _walk(value, (), (*at, *names))
    return () if is_empty(value) else (((*at, *names), value),)


def _walk(value: Any, names: tuple[str, ...], at: Location) -> Iterator[tuple[Location, Any]]:
    if isinstance(value, list):
        for place, item in enumerate(value):
            yield from _walk(item, names, (*at, place))
    elif not names:
        if is_numbered(value):
            for key, item in value.items():
                yield from _walk(item, names, (*at, key))
        elif not is_empty(value):
            yield at, value
    elif isinstance(value, dict):
        name = names[0]
        if name in value:
            yield from _walk(value[name], names[1:], (*at, name))
        elif is_numbered(value):
            for key, item in value.items():
                yield from _walk(item, names, (*at, key))
