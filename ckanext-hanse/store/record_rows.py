"""Rows of ``hanse_record``: what is stored of a record, depending on its outcome."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from typing import Any, TypeAlias

from ckanext.hanse.model import RecordState
from ckanext.hanse.store import match_key, pg_text
from hanse_harvesters.issue import Issue
from hanse_harvesters.record import Record

RecordRow: TypeAlias = dict[str, Any]
#: An index entry of PostgreSQL holds at most 2,700 bytes.
_LONGEST_IDENTITY = 500


def identity_key(identity: str) -> str:
    """Return the identity as stored: unchanged, or its beginning and a digest if very long."""
    identity = pg_text.text(identity)
    if len(identity) <= _LONGEST_IDENTITY:
        return identity
    digest = hashlib.sha256(identity.encode()).hexdigest()
    return f"{identity[:200]}…sha256:{digest}"


def attached_fingerprint(record: Record) -> str:
    """Return the digest of what our tables store of a record beside its dataset."""
    rdf = hashlib.sha256(record.rdf.encode("utf-8", "replace")).hexdigest()
    kept = [stored_issues(record.issues), record.unknown, record.origin, rdf, record.score]
    kept = pg_text.json(kept)
    return hashlib.sha256(json.dumps(kept, sort_keys=True).encode()).hexdigest()


def stored_issues(issues: Iterable[Issue]) -> list[dict[str, Any]]:
    """Return issues without texts: these come from the rules, in the reader's language."""
    return [
        {
            "rule": item.rule,
            "field": item.field,
            "value": pg_text.text(item.value),
            "params": [[key, pg_text.text(value)] for key, value in item.params],
        }
        for item in issues
    ]


def kept(record: Record, *, source_id: int, run_id: int, dataset_id: str) -> RecordRow:
    """Return the row of a record from which a dataset was made."""
    return _row(record, source_id, run_id) | {
        "dataset_id": dataset_id,
        "attached": attached_fingerprint(record),
        "state": RecordState.ACTIVE.value,
        "title": "",
        "issues": [],
    }


def rejection(record: Record, *, source_id: int, run_id: int) -> RecordRow:
    """Return the row of a record that cannot be stored, for :func:`remember`."""
    return _with_details(record, source_id, run_id) | {"state": RecordState.REJECTED.value}


def origin(record: Record, *, source_id: int, run_id: int, dataset_id: str) -> RecordRow:
    """Return the row of a record in whose dataset another prevails, for :func:`remember`."""
    return _with_details(record, source_id, run_id) | {
        "dataset_id": dataset_id,
        "state": RecordState.ACTIVE.value,
        # Not the digest of the dataset: a record that prevails later has to be written.
        "normalised": "",
    }


def local(record: Record, *, source_id: int, run_id: int, mark: str) -> RecordRow:
    """Return the row of a record of our own, for :func:`remember`; ``mark`` of our addresses."""
    return _with_details(record, source_id, run_id) | {
        "dataset_id": None,
        "attached": mark,
        "state": RecordState.LOCAL.value,
    }


def _with_details(record: Record, source_id: int, run_id: int) -> RecordRow:
    """Return a row with the details that no dataset holds for the record."""
    return _row(record, source_id, run_id) | {
        "attached": attached_fingerprint(record),
        "title": pg_text.text(str(record.dataset.get("title", "")))[:500],
        "issues": stored_issues(record.issues),
    }


def _row(record: Record, source_id: int, run_id: int) -> dict[str, Any]:
    return {
        "source_id": source_id,
        "identity": identity_key(record.identity),
        "fingerprint": record.fingerprint,
        "normalised": record.normalised,
        "origin": pg_text.text(record.origin),
        "twins": match_key.keys(record.dataset),
        "missing_since": None,
        "missing_runs": 0,
        "approved": None,
        "withdrawn": None,
        "last_run_id": run_id,
    }
