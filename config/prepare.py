"""Bring the databases of an instance to the state that the code expects.

Run it in the environment in which CKAN is installed, with the services started:
``python -m hanse_config.prepare [--tests]``.  Completed steps are skipped.
"""

import argparse
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from hanse_config import site
from hanse_config.services import secret
from hanse_config.services.errors import ServiceError
from hanse_config.services.instance import Instance, current
from hanse_config.services.postgresql import PostgreSQL

SITE_USER = "hanse"
"""CKAN's own user, named by ``ckan.site_id``."""


def prepare(instance: Instance, *, tests: bool = False) -> Path:
    """Migrate the site's (or the tests') database and grant the DataStore's reader its rights.

    Returns the ini file.  Raises `ServiceError` with the output of what failed.
    """
    written = site.write(instance)
    ini = written.test if tests else written.ckan
    _ckan(ini, "db", "upgrade")
    _open_datastore(instance, ini, "datastore_test" if tests else "datastore")
    _translate_scripts(instance, ini, "test-storage" if tests else "storage")
    if not tests and not secret.find(instance.data, "xloader_token"):
        token = _ckan(ini, "user", "token", "add", SITE_USER, "xloader", "--quiet")
        secret.put(instance.data, "xloader_token", token.strip())
        site.write(instance)
    return ini


def _open_datastore(instance: Instance, ini: Path, database: str) -> None:
    """Grant the DataStore's reader the rights that CKAN lists; only a superuser may do so."""
    server = PostgreSQL(instance)
    # The script's last statement, so that an interrupted script is run again.
    done = server.sql("SELECT to_regproc('update_table_stats') IS NOT NULL", database)
    if done != "t":
        server.sql(_ckan(ini, "datastore", "set-permissions"), database)


def _translate_scripts(instance: Instance, ini: Path, storage: str) -> None:
    """Regenerate the texts for CKAN's scripts if a German catalogue is newer."""
    made = instance.data / storage / "i18n" / "js" / "de.js"
    sources = [
        *instance.checkout.glob("ckanext-hanse/i18n/de/*/*.po"),
        *Path(sys.prefix).glob("lib/*/site-packages/ckan/i18n/de/*/*.po"),
    ]
    youngest = max(file.stat().st_mtime for file in sources)
    if not made.exists() or made.stat().st_mtime < youngest:
        _ckan(ini, "translation", "js")


def _ckan(ini: Path, *words: str) -> str:
    """Run a ``ckan`` command; return its output."""
    program = Path(sys.prefix) / "bin" / "ckan"
    try:
        done = subprocess.run(
            [str(program), "-c", str(ini), *words],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
    except FileNotFoundError as error:
        raise ServiceError(f"{program} is missing: run 'make install'.") from error
    if done.returncode:
        last = "\n".join((done.stdout + done.stderr).strip().splitlines()[-15:])
        raise ServiceError(f"ckan {' '.join(words)} failed:\n{last}")
    return done.stdout


def main(arguments: Sequence[str] | None = None) -> int:
    """Run ``python -m hanse_config.prepare``."""
    parser = argparse.ArgumentParser(prog="prepare", description=__doc__)
    parser.add_argument("--tests", action="store_true", help="the tests' databases, not the site's")
    chosen = parser.parse_args(arguments)
    try:
        print(prepare(current(), tests=chosen.tests))
    except (ServiceError, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
