"""A large table into the DataStore, ours beside xloader's own ways, in one run.

``PYTHONPATH=tests python -m benchmarks.tables INI [MEGABYTES]``; INI is that of the tests
(``.data/test.ini``).  What it makes there it takes away.
"""

from __future__ import annotations

import logging
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from ckan.cli import CKANConfigLoader
from ckan.config.middleware import make_app

MEGABYTES = 65
_MEGABYTE = 1_000_000
#: Where xloader guesses types, in rows of 250, a larger file takes too long to wait for.
_GUESSED = 5
Load = Callable[[Path, str], int]


def lines() -> Iterator[str]:
    """A register of trees, without end: keys, postcodes, numbers, days, coordinates, words."""
    yield "Nummer;Straße;PLZ;Umfang;Gepflanzt;Rechtswert;Hochwert;Bemerkung\n"
    number = 0
    while True:
        number += 1
        day = f"{number % 28 + 1:02}.{number % 12 + 1:02}.{1950 + number % 70}"
        places = f"33{number % 99999:05},{number % 10};59{number % 99999:05},{number % 9}"
        yield (
            f"{number};Lange Straße {number % 977};{18055 + number % 99};{number % 400},"
            f"{number % 7}5;{day};{places};am Rand, gut gepflegt {number % 53}\n"
        )


def write(file: Path, megabytes: int) -> None:
    """So much of it."""
    size = 0
    with file.open("w", encoding="utf-8") as out:
        for line in lines():
            size += out.write(line) + 1  # for the ß
            if size > megabytes * _MEGABYTE:
                return


def ours(file: Path, resource_id: str) -> int:
    """As the worker does it."""
    from ckanext.hanse.tables import store
    from ckanext.hanse.tables.normalise import normalise

    target = file.with_suffix(".rows")
    table = normalise(file, target)
    store.replace(resource_id, table, target, store.existing(resource_id))
    return table.rows


def copied(file: Path, resource_id: str) -> int:
    """xloader's COPY: every column is text."""
    from ckanext.xloader import loader

    log = logging.getLogger("xloader")
    fields = loader.load_csv(str(file), resource_id, "text/csv", logger=log)
    loader.create_column_indexes(fields=fields, resource_id=resource_id, logger=log)
    # It leaves a transaction open, which would hold up the cleaning.
    with loader.get_write_engine().begin() as connection:
        connection.execute(
            sa.text(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE "
                "datname = current_database() AND state = 'idle in transaction'"
            )
        )
    return 0


def guessed(file: Path, resource_id: str) -> int:
    """xloader with types, through datastore_create, 250 rows at a time."""
    import ckan.plugins.toolkit as tk
    from ckanext.xloader import loader

    user = tk.get_action("get_site_user")({"ignore_auth": True}, {})["name"]

    def send(resource_id: str, headers: Any, records: Any) -> None:
        data = {"resource_id": resource_id, "fields": headers, "records": records, "force": True}
        tk.get_action("datastore_create")({"ignore_auth": True, "user": user}, data)

    loader.send_resource_to_datastore = send  # its own writes as nobody, which is refused
    loader.load_table(str(file), resource_id, "text/csv", logger=logging.getLogger("xloader"))
    return 0


def main(ini: str, megabytes: int) -> None:
    """Measure and print."""
    app = make_app(CKANConfigLoader(ini).get_config())
    logging.disable(logging.INFO)
    with app._wsgi_app.test_request_context(), tempfile.TemporaryDirectory() as folder:  # type: ignore[attr-defined]
        for size, theirs in ((megabytes, copied), (min(megabytes, _GUESSED), guessed)):
            file = Path(folder) / f"{size}.csv"
            write(file, size)
            mine, other = _seconds(ours, file), _seconds(theirs, file)
            print(
                f"{size} MB: ours {mine:.1f} s, {theirs.__name__} {other:.1f} s, "
                f"{other / mine:.1f} times as long",
                flush=True,
            )


def _seconds(load: Load, file: Path) -> float:
    import ckan.plugins.toolkit as tk

    user = tk.get_action("get_site_user")({"ignore_auth": True}, {})["name"]

    def call(action: str, **data: Any) -> Any:
        return tk.get_action(action)({"ignore_auth": True, "user": user}, data)

    name = f"tables-{time.time_ns()}"
    city = call("organization_create", name=name, title=name)
    dataset = call("package_create", name=name, title=name, owner_org=city["id"])
    resource = call("resource_create", package_id=dataset["id"], url="https://example.org/t.csv")
    try:
        begun = time.monotonic()
        load(file, resource["id"])
        return time.monotonic() - begun
    finally:
        call("datastore_delete", resource_id=resource["id"], force=True)
        call("dataset_purge", id=dataset["id"])
        call("organization_purge", id=city["id"])


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else MEGABYTES)
