"""Rows as Parquet, by DuckDB: one wheel without dependencies, its memory is bounded.

It is an extra (``ckanext-hanse[parquet]``), as it weighs 25 MB and serves this alone.  pyarrow
and polars weigh twice as much, fastparquet needs pandas and numpy.
"""

from __future__ import annotations

from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path

from ckanext.hanse.export.dumps.flat import Column, Kind

#: Bytes that DuckDB may take for its buffers.
_MEMORY = "256MB"
#: Rows that it holds before it writes them: fewer than usual, as ours are wide.
_ROWS = 20480
_TYPES: dict[Kind, str] = {
    "text": "VARCHAR",
    "texts": "VARCHAR[]",
    "number": "BIGINT",
    "moment": "TIMESTAMPTZ",
}


def is_there() -> bool:
    """Return whether DuckDB is installed."""
    return find_spec("duckdb") is not None


def convert(source: Path, target: Path, columns: Sequence[Column]) -> None:
    """Write rows (JSON Lines, packed) as Parquet, in their order.

    Raises OSError if the file cannot be written, as on a full disk.
    """
    # Loaded here: an extra, and 60 MB that only this needs.
    import duckdb

    typed = ", ".join(f"{_quoted(item.name)}: {_quoted(_TYPES[item.kind])}" for item in columns)
    config = {
        "memory_limit": _MEMORY,
        "threads": "1",
        "temp_directory": str(target.parent),
        # Nothing is fetched, and no file but these is read.
        "autoinstall_known_extensions": "false",
        "autoload_known_extensions": "false",
    }
    with duckdb.connect(config=config) as connection:
        try:
            connection.execute(
                f"COPY (SELECT * FROM read_json({_quoted(str(source))}, columns = {{{typed}}},"
                " format = 'newline_delimited', compression = 'gzip'))"
                f" TO {_quoted(str(target))}"
                f" (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE {_ROWS})"
            )
        except duckdb.IOException as error:
            raise OSError(str(error)) from error


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
