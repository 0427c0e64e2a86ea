"""The steps for one record: map, normalise, judge.  The same in this process and in workers."""

from __future__ import annotations

import traceback
from collections import Counter
from collections.abc import Callable
from typing import TypeAlias

from hanse_harvesters.errors import HanseError
from hanse_harvesters.issue import issue
from hanse_harvesters.mapping.fingerprint import fingerprint_json
from hanse_harvesters.mapping.result import ReadResult
from hanse_harvesters.normalise import normalise
from hanse_harvesters.quality.conventions import conventions
from hanse_harvesters.quality.judge import judge
from hanse_harvesters.record import Record
from hanse_harvesters.settings.source import SourceSettings

#: A raw record's ``read``, called with ``language``.
Read: TypeAlias = Callable[..., ReadResult]
#: New objects after which Python looks for cycles in a process that maps records: a record makes a
#: few thousand, and hardly a cycle.
OBJECTS = 20_000
#: Rules that replace the connector's less specific issue about the same IRI.
_SAME = ("url-invalid", "url-mended", "url-unsafe", "not-an-iri", "email-relative")
#: Maximum issues of one rule per record.
_MOST_OF_A_RULE = 1_000


def work(record: Record, read: Read, settings: SourceSettings) -> str:
    """Fill ``record``; an error becomes its issue and does not affect other records.

    Returns the traceback of an unexpected exception for the log; "" if there was none.
    """
    fault = ""
    try:
        result = read(language=settings.language)
        record.dataset = result.dataset
        record.unknown = result.unknown
        record.issues += result.issues
        normalise(record, settings)
        judge(record)
        record.issues += conventions(record.dataset, kind=settings.kind)
    except HanseError as error:  # including a limit that only this record exceeded
        record.issues.append(issue("record-unreadable", **error.reasons))
    except Exception as error:  # a bug that affects one record must not stop the others
        fault = traceback.format_exc()
        record.issues.append(issue("record-failed", "", f"{type(error).__name__}: {error}"))
    _drop_repeated(record)
    _drop_many(record)
    record.normalised = fingerprint_json(record.dataset)
    return fault


def _drop_repeated(record: Record) -> None:
    """Keep only the most specific issue about each invalid URL."""
    reported = {found.value for found in record.issues if found.rule in _SAME}
    # A corrected value is not kept as it was, which these rules would state.
    mended = {found.value for found in record.issues if found.rule == "url-mended"}
    less = {"iri-invalid": reported, "not-an-iri": mended, "literal-for-iri": mended}
    record.issues = [
        found for found in record.issues if found.value not in less.get(found.rule, ())
    ]


def _drop_many(record: Record) -> None:
    """Keep the first thousand issues of a rule, and report how many there were."""
    counts = Counter(found.rule for found in record.issues)
    for rule, count in counts.items():
        if count > _MOST_OF_A_RULE:
            reported = issue("issues-many", "", rule, count=count, most=_MOST_OF_A_RULE)
            those = [found for found in record.issues if found.rule == rule]
            left = {id(found) for found in those[_MOST_OF_A_RULE:]}
            record.issues = [found for found in record.issues if id(found) not in left]
            record.issues.append(reported)
