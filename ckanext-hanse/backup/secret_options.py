"""Which options of the ini are secrets: they are left out of a backup and listed by name.

A backup stores a salted hash of each, so that a restore can report which have changed and the
consequences; the secrets themselves belong in the operator's password safe.
"""

from __future__ import annotations

import configparser
import hashlib
import re
import secrets
from collections.abc import Mapping
from urllib.parse import urlsplit, urlunsplit

from ckanext.hanse.language import N_

#: Options whose last part marks them as a secret.
_NAMED = re.compile(
    r"(secret|password|passwd|private_?key|credentials)|(^|_)(token|key)$", re.IGNORECASE
)
#: URLs that give access to anyone who knows them.
_ADDRESSES = {"hanse.alerts.webhook"}
INSTEAD = "***"

_TOKENS = N_("all API tokens are invalid; their owners make new ones.")
#: The consequence of a changed secret, by option.
LOSSES: Mapping[str, str] = {
    "SECRET_KEY": N_("all sessions have ended, everyone logs in again."),
    "WTF_CSRF_SECRET_KEY": N_("load open forms again."),
    "api_token.jwt.encode.secret": _TOKENS,
    "api_token.jwt.decode.secret": _TOKENS,
    "ckanext.xloader.api_token": N_(
        "uploaded tables are loaded only once a new token stands there "
        "(`ckan user token add <account> xloader`)."
    ),
    "hanse.alerts.secret": N_("give the new one to the receivers of webhooks."),
    "smtp.password": N_("see that mail goes out (`ckan hanse alert test <source>`)."),
}
#: The same for any other option.
OTHER = N_("see that it fits the services of now.")


def is_secret(option: str, value: str) -> bool:
    """Return whether ``value`` must not be in a backup."""
    last = option.rpartition(".")[2]
    return bool(value) and (bool(_NAMED.search(last)) or option in _ADDRESSES)


def without(option: str, value: str) -> str:
    """Return ``value`` with its secret replaced: all of it, or the password in a URL."""
    if is_secret(option, value):
        return INSTEAD
    try:
        parts = urlsplit(value)
        password = parts.password
    except ValueError:
        return value
    if not password:
        return value
    host = parts.netloc.rpartition("@")[2]
    return urlunsplit(parts._replace(netloc=f"{parts.username or ''}:{INSTEAD}@{host}"))


def open_part(text: str) -> tuple[str, dict[str, str]]:
    """Return an ini file without its secrets, and these by option; the order of options is kept.

    Raises ValueError for text that is not an ini file.
    """
    ini = configparser.ConfigParser(interpolation=None, delimiters=("=",), strict=False)
    ini.optionxform = str  # type: ignore[assignment,method-assign]
    try:
        ini.read_string(text)
    except configparser.Error as error:
        raise ValueError(str(error)) from error
    lines, hidden = [], {}
    for section in ini.sections():
        lines.append(f"[{section}]")
        for option, value in ini.items(section):
            shown = without(option, value)
            if shown == INSTEAD:
                hidden[option] = value
            lines.append(f"{option} = " + shown.replace("\n", "\n    "))
        lines.append("")
    return "\n".join(lines), hidden


def marks(hidden: Mapping[str, str]) -> dict[str, dict[str, str]]:
    """Return a salted hash of each secret, as stored in the manifest."""
    found = {}
    for option, value in hidden.items():
        salt = secrets.token_hex(16)
        found[option] = {"salt": salt, "scrypt": _hash(value, salt)}
    return found


def others(kept: Mapping[str, Mapping[str, str]], hidden: Mapping[str, str]) -> list[str]:
    """Return the options whose secret differs from that when the backup was made."""
    return [
        option
        for option, mark in kept.items()
        if option not in hidden or _hash(hidden[option], mark["salt"]) != mark["scrypt"]
    ]


def _hash(value: str, salt: str) -> str:
    return hashlib.scrypt(value.encode(), salt=bytes.fromhex(salt), n=1 << 14, r=8, p=1).hex()
