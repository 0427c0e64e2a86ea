"""The floor: what storing the same costs anybody, ``python -m benchmarks.floor DSN SOLR …``.

Parse the document, insert the same rows in one transaction, add the same documents to
Solr in chunks over one connection, and commit.  The rows and documents are those that
our first harvest left; reading them is not measured.  Nothing is mapped, compared or
checked.  Prints one JSON object with the seconds of each step.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

#: In the order in which they refer to each other.
TABLES = (
    "package",
    "resource",
    "tag",
    "package_tag",
    "package_extra",
    "member",
    "activity",
    "hanse_run",
    "hanse_record",
    "hanse_dataset_state",
)
_CHUNK = 500


def main() -> None:
    """All steps, or the first alone."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--document", type=Path, required=True)
    parser.add_argument("--rows-from", default="")
    parser.add_argument("--rows-to", default="")
    parser.add_argument("--updates", type=Path)
    parser.add_argument("--solr", default="")
    chosen = parser.parse_args()
    found = {"parse": _timed(parse, chosen.document)}
    if chosen.rows_to:
        there = dict(_rows(chosen.rows_to))
        rows = {
            table: (columns, _without(values, there[table][1]))
            for table, (columns, values) in _rows(chosen.rows_from)
        }
        documents = list(_documents(chosen.updates))
        found["insert"] = _timed(insert, chosen.rows_to, rows)
        found["add"] = _timed(add, chosen.solr, documents)
        found["rows"] = sum(len(values) for _, values in rows.values())
        found["documents"] = len(documents)
    print(json.dumps(found))


def _timed(step: Any, *arguments: Any) -> float:
    begun = time.perf_counter()
    step(*arguments)
    return time.perf_counter() - begun


def parse(document: Path) -> None:
    """Every triple, or every package, once."""
    if document.suffix == ".ttl":
        import pyoxigraph

        for _ in pyoxigraph.parse(path=str(document), format=pyoxigraph.RdfFormat.TURTLE):
            pass
    else:
        with document.open("rb") as lines:
            for line in lines:
                json.loads(line)


def _rows(dsn: str) -> Iterator[tuple[str, tuple[list[str], list[tuple[Any, ...]]]]]:
    """Table → its columns and its rows, each value as PostgreSQL writes it."""
    import psycopg2

    with psycopg2.connect(dsn) as connection, connection.cursor() as cursor:
        for table in TABLES:
            cursor.execute("SELECT to_regclass(%s)", (f"public.{table}",))
            if cursor.fetchone() == (None,):
                continue
            cursor.execute(f'SELECT * FROM "{table}" LIMIT 0')
            columns = [f'"{column.name}"' for column in cursor.description or ()]
            cursor.execute(f'SELECT {", ".join(c + "::text" for c in columns)} FROM "{table}"')
            yield table, (columns, cursor.fetchall())


def _without(rows: list[tuple[Any, ...]], known: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """What the harvest wrote: the site had an organisation and a source before."""
    before = set(known)
    return [row for row in rows if row not in before]


def insert(dsn: str, rows: dict[str, tuple[list[str], list[tuple[Any, ...]]]]) -> None:
    """One transaction."""
    import psycopg2
    from psycopg2.extras import execute_values

    with psycopg2.connect(dsn) as connection, connection.cursor() as cursor:
        for table, (columns, values) in rows.items():
            statement = f'INSERT INTO "{table}" ({", ".join(columns)}) VALUES %s'
            execute_values(cursor, statement, values, page_size=1000)


def _documents(updates: Path) -> Iterator[dict[str, Any]]:
    """The documents of the bodies that were posted to Solr."""
    with updates.open("rb") as lines:
        for line in lines:
            if line.startswith(b"["):
                yield from json.loads(line)


def add(solr: str, documents: list[dict[str, Any]]) -> None:
    """In chunks, then one commit."""
    import requests

    session = requests.Session()
    session.trust_env = False
    for start in range(0, len(documents), _CHUNK):
        body = json.dumps(documents[start : start + _CHUNK]).encode()
        _post(session, f"{solr}/update", body)
    _post(session, f"{solr}/update?commit=true", b"[]")


def _post(session: Any, url: str, body: bytes) -> None:
    session.post(
        url, data=body, headers={"Content-Type": "application/json"}, timeout=300
    ).raise_for_status()


if __name__ == "__main__":
    main()
