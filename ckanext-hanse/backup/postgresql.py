"""Dump and restore the two databases with PostgreSQL's own programs."""

from __future__ import annotations

import os
import re
import subprocess
import tempfile
from pathlib import Path

import sqlalchemy as sa

from hanse_harvesters.errors import StopRun

#: Entries in the DataStore's dump that CKAN creates itself (`ckan datastore set-permissions`,
#: and the type with the first table).
_MADE_BY_CKAN = re.compile(
    r"^\d+; \d+ \d+ (FUNCTION|VIEW|TYPE|SCHEMA|EXTENSION|COMMENT|ACL|DEFAULT ACL) "
    r"|^\d+; \d+ \d+ (TABLE|CONSTRAINT) public _table_stats"
)
_TABLE = re.compile(r"^\d+; \d+ \d+ TABLE public (\S+) ")
#: Seconds that a restore waits for other users of the tables.
_LOCK = 5
_TYPE = """
DO $body$ BEGIN CREATE TYPE "nested" AS (json json, extra text);
EXCEPTION WHEN duplicate_object THEN NULL; END $body$;
"""
_EMPTY = f"""
SET lock_timeout = '{_LOCK}s';
DO $body$
DECLARE name text;
BEGIN
    FOR name IN SELECT format('%I.%I', schemaname, tablename)
        FROM pg_tables WHERE schemaname = 'public'
    LOOP EXECUTE 'DROP TABLE IF EXISTS ' || name || ' CASCADE'; END LOOP;
    FOR name IN SELECT format('%I.%I', schemaname, sequencename)
        FROM pg_sequences WHERE schemaname = 'public'  -- those of no table
    LOOP EXECUTE 'DROP SEQUENCE IF EXISTS ' || name || ' CASCADE'; END LOOP;
    FOR name IN SELECT oid::regprocedure::text FROM pg_proc
        WHERE pronamespace = 'public'::regnamespace AND NOT EXISTS
            (SELECT FROM pg_depend WHERE objid = pg_proc.oid AND deptype = 'e')
    LOOP EXECUTE 'DROP ROUTINE IF EXISTS ' || name || ' CASCADE'; END LOOP;
    FOR name IN SELECT format('public.%I', typname) FROM pg_type
        WHERE typnamespace = 'public'::regnamespace AND typtype = 'e'
    LOOP EXECUTE 'DROP TYPE IF EXISTS ' || name || ' CASCADE'; END LOOP;
END $body$;
"""


def dump(url: str, target: Path) -> None:
    """Write a consistent dump of the database at ``url`` to ``target``.

    Raises StopRun (``program-missing``, ``program-failed``).
    """
    words = ["--format=custom", "--no-owner", "--no-acl", f"--file={target}"]
    _run("pg_dump", words, url)


def restore(url: str, source: Path) -> None:
    """Replace all tables at ``url`` by a dump of CKAN's database; all or nothing.

    Raises StopRun as :func:`dump`.
    """
    script = ["--no-owner", "--no-acl", "--file=-", str(source)]
    _pipe(script, url, before=_EMPTY)


def restore_datastore(url: str, source: Path) -> None:
    """Restore the tables of a DataStore's dump into a database that is prepared for it.

    What ``ckan datastore set-permissions`` created there is kept; its rights apply to the new
    tables.  Raises StopRun as :func:`dump`.
    """
    listed = _run("pg_restore", ["--list", str(source)], None).stdout
    chosen = [line for line in listed.splitlines() if not _MADE_BY_CKAN.match(line)]
    # A restore that was aborted after this step has left its tables here.
    tables = [found[1] for line in chosen if (found := _TABLE.match(line))]
    dropped = "".join(f"DROP TABLE IF EXISTS {_quoted(name)} CASCADE;" for name in tables)
    with tempfile.NamedTemporaryFile("w", suffix=".list", encoding="utf-8") as order:
        order.write("\n".join(chosen) + "\n")
        order.flush()
        script = ["--no-owner", "--no-acl", f"--use-list={order.name}", "--file=-", str(source)]
        _pipe(script, url, before=f"{_TYPE}DELETE FROM _table_stats;{dropped}")


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _pipe(script: list[str], url: str, *, before: str) -> None:
    """Pipe the dump as SQL into psql, in one transaction after ``before``."""
    psql = ["--quiet", "--no-psqlrc", "--single-transaction", "-v", "ON_ERROR_STOP=1"]
    with _started("pg_restore", script, None, stdout=subprocess.PIPE) as dumped:
        assert dumped.stdout is not None
        with _started("psql", [*psql, "-f", "-"], url, stdin=subprocess.PIPE) as server:
            assert server.stdin is not None
            try:
                server.stdin.write(before.encode())
                while block := dumped.stdout.read(1 << 20):
                    server.stdin.write(block)
            except BrokenPipeError:
                pass  # psql reports why it ended
            reported = server.communicate()[1]
        dumped.stdout.close()
        first = dumped.stderr.read() if dumped.stderr else b""
    if server.returncode:
        raise StopRun("program-failed", program="psql", reason=_last(reported))
    if dumped.returncode:
        raise StopRun("program-failed", program="pg_restore", reason=_last(first))


def _started(
    program: str, words: list[str], url: str | None, *, stdin: int | None = None, stdout: int = -3
) -> subprocess.Popen[bytes]:
    try:
        return subprocess.Popen(
            [program, *words, *_where(url)],
            stdin=subprocess.DEVNULL if stdin is None else stdin,
            stdout=stdout,
            stderr=subprocess.PIPE,
            env=_environment(url),
        )
    except FileNotFoundError as error:
        raise StopRun("program-missing", program=program) from error


def _run(program: str, words: list[str], url: str | None) -> subprocess.CompletedProcess[str]:
    try:
        done = subprocess.run(
            [program, *words, *_where(url)],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            env=_environment(url),
            check=False,
        )
    except FileNotFoundError as error:
        raise StopRun("program-missing", program=program) from error
    if done.returncode:
        raise StopRun("program-failed", program=program, reason=_last(done.stderr.encode()))
    return done


def _where(url: str | None) -> list[str]:
    """Return the URL without the password, which the process list would show to every user."""
    if url is None:
        return []
    full = sa.make_url(url)
    bare = full._replace(drivername="postgresql", password=None)
    return ["--dbname", bare.render_as_string()]


def _environment(url: str | None) -> dict[str, str]:
    password = sa.make_url(url).password if url else None
    quiet = {"PGOPTIONS": "-c client_min_messages=warning"}
    return {**os.environ, **quiet, **({"PGPASSWORD": str(password)} if password else {})}


def _last(reported: bytes) -> str:
    lines = reported.decode("utf-8", "replace").strip().splitlines()
    return " ".join(lines[-3:])[:500]
