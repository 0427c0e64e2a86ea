"""Judge mapped records a chunk at a time: their RDF, what breaks a rule, the score.

A chunk, as the engine that checks the shapes takes longer to begin than for one dataset.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence

from hanse_harvesters.issue import issue
from hanse_harvesters.quality import mqa, shapes
from hanse_harvesters.quality.fragment import Fragment, fragment
from hanse_harvesters.quality.shapes import Verdict
from hanse_harvesters.record import Record

_log = logging.getLogger(__name__)

#: Records judged in one call; more gain nothing.
CHUNK = 32


def judge_chunk(records: Sequence[Record], language: str) -> None:
    """Fill ``rdf`` and ``score`` of usable records and add what breaks a rule to their issues.

    ``language``  of the fields without translations.  Never raises: a record that cannot be
    judged is kept, with an issue.
    """
    usable = [record for record in records if record.usable and not record.same]
    made = [(record, found) for record in usable if (found := _fragment(record, language))]
    if not made:
        return
    for (record, found), verdict in zip(made, _verdicts(made), strict=True):
        record.rdf = found.text
        if verdict is not None:
            record.issues += verdict.issues
            score = mqa.measure(record.dataset, compliant=verdict.compliant)
            record.score = score.as_json()


def _fragment(record: Record, language: str) -> Fragment | None:
    try:
        return fragment(record.dataset, language, identity=record.identity)
    except Exception as error:  # a bug that affects one record must not stop the others
        _not_judged(record, error)
        return None


def _verdicts(made: Sequence[tuple[Record, Fragment]]) -> Sequence[Verdict | None]:
    """Return a verdict for each; if the chunk fails, each is judged alone."""
    try:
        found = [item for _, item in made]
        return shapes.current().judge(found, [record.issues for record, _ in made])
    except Exception as error:
        if len(made) == 1:
            _not_judged(made[0][0], error)
            return [None]
        return [verdict for one in made for verdict in _verdicts([one])]


def _not_judged(record: Record, error: Exception) -> None:
    _log.exception("%s could not be judged", record.identity)
    record.issues.append(issue("not-judged", "", f"{type(error).__name__}: {error}"))
