"""Write the site's ``ckan.ini`` and the tests' ``test.ini`` from the fragments here.

Both are in the instance's data folder, readable only by their owner, since they
contain passwords.  They are rewritten at each call; a site's own settings belong
in ``local.ini`` beside them, which takes precedence.
"""

import argparse
import configparser
import io
import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from string import Template

from hanse_config.services import databases, folders, redis, secret
from hanse_config.services.errors import ServiceError
from hanse_config.services.instance import HOST, Instance, current

HERE = Path(__file__).resolve().parent
SITE = ("logging.ini", "ckan.ini", "instance.ini")
TEST = (*SITE, "test.ini")
PORTALS = 4
"""Stand-in portals of the demo, one per city."""


@dataclass(frozen=True)
class Written:
    """The two files."""

    ckan: Path
    test: Path


def write(instance: Instance) -> Written:
    """Write both files; return their paths.

    Raises `ServiceError` for an invalid ``local.ini``.
    """
    folders.make(instance.data)
    values = _values(instance)
    # CKAN looks for its storage when it starts, not when it first needs it.
    for name in ("storage", "test-storage"):
        folders.make(instance.folder(name))
    site = _write(instance, "ckan.ini", SITE, values, ["local.ini"])
    return Written(site, _write(instance, "test.ini", TEST, values, []))


def site_url(instance: Instance) -> str:
    """Return the site's public URL: ``HANSE_SITE_URL`` behind a proxy."""
    own = f"http://{HOST}:{instance.ports.web}"
    return os.environ.get("HANSE_SITE_URL", own).rstrip("/")


def _values(instance: Instance) -> dict[str, str]:
    data, ports = instance.data, instance.ports
    first = ports.portals
    values = {
        "data": str(data),
        "site_url": site_url(instance),
        "web": f"{HOST}:{ports.web}",
        "postgresql": f"{HOST}:{ports.postgresql}",
        "redis": f"{HOST}:{ports.redis}",
        "solr": f"{HOST}:{ports.solr}",
        "portals": " ".join(f"{HOST}:{port}" for port in range(first, first + PORTALS)),
        "ckan_password": secret.get(data, databases.OWNER),
        "reader_password": secret.get(data, databases.READER),
        "redis_password": secret.get(data, redis.SECRET),
        "secret_key": secret.get(data, "secret_key"),
        "csrf_key": secret.get(data, "csrf_key"),
        "api_token_key": secret.get(data, "api_token_key"),
        # Issued by CKAN once its database exists (hanse_config.prepare).
        "xloader_token": secret.find(data, "xloader_token") or "NOT_SET",
    }
    # CKAN interpolates the values, and a folder's name may contain a percent sign.
    return {name: value.replace("%", "%%") for name, value in values.items()}


def _write(
    instance: Instance,
    name: str,
    fragments: Sequence[str],
    values: Mapping[str, str],
    local: Sequence[str],
) -> Path:
    merged = _parser()
    for fragment in fragments:
        text = (HERE / fragment).read_text(encoding="utf-8")
        merged.read_string(Template(text).substitute(values), fragment)
    for own in local:
        try:
            merged.read(instance.data / own, encoding="utf-8")
        except (configparser.Error, UnicodeDecodeError) as error:
            raise ServiceError(f"{instance.data / own} cannot be used: {error}") from error
    target = instance.data / name
    folders.write(target, _heading(fragments, local) + _text(merged), mode=0o600)
    return target


def _parser() -> configparser.ConfigParser:
    parser = configparser.ConfigParser(interpolation=None, delimiters=("=",))
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    return parser


def _text(parser: configparser.ConfigParser) -> str:
    out = io.StringIO()
    parser.write(out)
    return out.getvalue()


def _heading(fragments: Sequence[str], local: Sequence[str]) -> str:
    sources = ", ".join(f"config/{name}" for name in fragments)
    own = f"# Changes of your own go into {', '.join(local)} beside this file.\n" if local else ""
    return f"# Made from {sources}; written anew at each start.\n{own}\n"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run ``python -m hanse_config.site``."""
    parser = argparse.ArgumentParser(prog="site", description="Write ckan.ini and test.ini.")
    parser.parse_args(arguments)
    try:
        written = write(current())
    except (ServiceError, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    print(written.ckan)
    print(written.test)
    return 0


if __name__ == "__main__":
    sys.exit(main())
