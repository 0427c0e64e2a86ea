"""The location of an instance: its data folder, its ports, the account it runs as.

Everything is read from the environment, so that several instances can run on
one machine:

``HANSE_DATA``
    the folder for all data (default: ``.data`` in the checkout)
``HANSE_PORT_BASE``
    the first port (default 18400): web, PostgreSQL, Redis, Solr and assistants follow
``HANSE_WEB_PORT``, ``HANSE_PG_PORT``, ``HANSE_REDIS_PORT``, ``HANSE_SOLR_PORT``,
``HANSE_MCP_PORT``
    individual ports, which override the base
"""

import hashlib
import os
import pwd
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from hanse_config.services.errors import ServiceError

HOST = "127.0.0.1"
DEFAULT_PORT_BASE = 18400
# Debian's unprivileged account from its PostgreSQL packages.
# PostgreSQL refuses to run as root, and Redis and Solr need not.
ACCOUNT = "postgres"
FALLBACK_ROOT = Path("/var/lib/ckanext-hanse")


@dataclass(frozen=True)
class Ports:
    """TCP ports on the loopback address."""

    web: int
    postgresql: int
    redis: int
    solr: int
    assistants: int
    """For ``hanse mcp`` of the demo."""
    portals: int
    """The first port for stand-in portals (demo and tests)."""


@dataclass(frozen=True)
class Account:
    """A system account that services run as."""

    name: str
    uid: int
    gid: int


@dataclass(frozen=True)
class Instance:
    """One running set of services and its site."""

    checkout: Path
    data: Path
    ports: Ports
    account: Account | None
    """The account that services run as; ``None``: the user who starts them."""
    remark: str = ""
    """Why the data are not in the expected folder."""

    def folder(self, name: str) -> Path:
        """Return the folder for one service or purpose below the data folder."""
        return self.data / name


def current(environ: Mapping[str, str] | None = None) -> Instance:
    """Return the instance described by the environment.

    Raises `ServiceError` for an invalid port and for a data folder from ``HANSE_DATA``
    that the services' account cannot access.
    """
    environ = os.environ if environ is None else environ
    checkout = _checkout()
    data, remark = _data_folder(checkout, environ.get("HANSE_DATA", ""))
    return Instance(checkout, data, _ports(environ), _account(), remark)


def _checkout() -> Path:
    root = Path(__file__).resolve().parents[2]
    return root if (root / "setup.py").exists() else Path.cwd()


def _ports(environ: Mapping[str, str]) -> Ports:
    base = _port(environ, "HANSE_PORT_BASE", DEFAULT_PORT_BASE)
    return Ports(
        web=_port(environ, "HANSE_WEB_PORT", base),
        postgresql=_port(environ, "HANSE_PG_PORT", base + 1),
        redis=_port(environ, "HANSE_REDIS_PORT", base + 2),
        solr=_port(environ, "HANSE_SOLR_PORT", base + 3),
        assistants=_port(environ, "HANSE_MCP_PORT", base + 4),
        portals=base + 10,
    )


def _port(environ: Mapping[str, str], name: str, default: int) -> int:
    text = environ.get(name) or str(default)
    if not text.isascii() or not text.isdigit() or not 1024 <= int(text) <= 65500:
        raise ServiceError(f"{name}={text} is no port: give a number from 1024 to 65500.")
    return int(text)


def _account() -> Account | None:
    """Return the account to switch to; None if not root."""
    if os.geteuid() != 0:
        return None
    try:
        entry = pwd.getpwnam(ACCOUNT)
    except KeyError:  # before its package is installed
        return None
    return Account(entry.pw_name, entry.pw_uid, entry.pw_gid)


def _data_folder(checkout: Path, asked: str) -> tuple[Path, str]:
    """Return the data folder and, if it is not the expected one, the reason."""
    if asked:
        data = Path(asked).expanduser().resolve()
        if data.exists() and not data.is_dir():
            raise ServiceError(f"HANSE_DATA={data} is no folder.")
        closed = _closed_folder(data)
        if closed:
            raise ServiceError(
                f"HANSE_DATA={data} cannot be used: the account '{ACCOUNT}', which the services "
                f"run as, cannot enter {closed}. Choose another folder, or open that one "
                f"(chmod o+x {closed})."
            )
        return data, ""
    data = checkout / ".data"
    closed = _closed_folder(data)
    if not closed:
        return data, ""
    mark = hashlib.sha256(str(checkout).encode()).hexdigest()[:12]
    return FALLBACK_ROOT / mark, f"the account '{ACCOUNT}' cannot enter {closed}"


def _closed_folder(path: Path) -> Path | None:
    """Return the outermost folder above ``path`` that other users cannot enter, None if none.

    Only relevant to root: other users run the services under their own account.
    """
    if os.geteuid() != 0:
        return None
    for folder in [*reversed(path.parents), path]:
        if folder.exists() and not folder.stat().st_mode & 0o001:
            return folder
    return None
