"""A header that a portal asks for, by the operator's hand: bound to one origin, shown nowhere."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from hanse_harvesters.errors import ConfigError, HanseError
from hanse_harvesters.http import address

#: Before the name in upper case, ``-`` as ``_``; the value is ``ORIGIN HEADER: VALUE``.
ENV_SECRET = "HANSE_SECRET_"
_LINE = re.compile(
    r"(?P<origin>https?://\S+) +(?P<header>[A-Za-z0-9!#$%&'*+.^_`|~-]+): *(?P<value>[\x21-\x7e]"
    r"(?:[\x20-\x7e]*[\x21-\x7e])?)"
)
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,98}")
#: Headers that belong to the connection.
_OURS = frozenset({"host", "content-length", "transfer-encoding", "connection", "cookie"})


@dataclass(frozen=True, slots=True)
class Secret:
    """A header and the origin (scheme, host, port) that alone gets it."""

    origin: tuple[str, str]
    header: str
    value: str = field(repr=False)

    @classmethod
    def of(cls, text: str, *, where: str) -> Secret:
        """Return the secret ``ORIGIN HEADER: VALUE``; ConfigError, without the text, if it is none.

        ``where`` names the setting.
        """
        found = _LINE.fullmatch(text.strip())
        try:
            origin = _origin(found["origin"]) if found else None
        except HanseError:
            origin = None
        if found is None or origin is None or found["header"].lower() in _OURS:
            raise ConfigError("secret-invalid", where=where)
        return cls(origin, found["header"], found["value"])

    def headers(self, url: str) -> Mapping[str, str]:
        """Return the header if the address is of the origin, {} for any other."""
        return {self.header: self.value} if _origin(url) == self.origin else {}


def headers(secret: Secret | None, url: str) -> Mapping[str, str]:
    """Return what a request to ``url`` carries."""
    return secret.headers(url) if secret else {}


def listed(lines: Iterable[str], *, where: str) -> dict[str, Secret]:
    """Return name → secret of lines ``NAME ORIGIN HEADER: VALUE``; ConfigError for another one."""
    found = {}
    for number, line in enumerate(lines, 1):
        name, _, text = line.strip().partition(" ")
        place = f"{where}, {number}"  # a name may be the value, in the wrong place
        if not line.strip():
            continue
        if not _NAME.fullmatch(name):
            raise ConfigError("secret-invalid", where=place)
        found[name] = Secret.of(text, where=place)
    return found


def named(name: str, known: Mapping[str, Secret], *, where: str = "") -> Secret | None:
    """Return the secret that a source names, None for ""; ConfigError if there is none."""
    if name and name not in known:
        raise ConfigError("secret-unknown", where=where, name=name)
    return known.get(name)


def of_environment(name: str) -> Secret | None:
    """Return the secret of the variable for ``name``, None for ""; ConfigError if there is none."""
    if not name:
        return None
    variable = ENV_SECRET + re.sub(r"[^A-Z0-9]", "_", name.upper())
    text = os.environ.get(variable, "")
    if not text:
        raise ConfigError("secret-unknown", where=variable, name=name)
    return Secret.of(text, where=variable)


def _origin(url: str) -> tuple[str, str]:
    parts = address.split(url)
    return parts.scheme, address.endpoint(parts)
