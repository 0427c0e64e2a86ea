"""A report as JSON lines: one object a dataset, the summary last (docs/check.md)."""

from __future__ import annotations

import json
from typing import Any, TextIO

from hanse_harvesters.checking.check import CheckedDataset
from hanse_harvesters.checking.tally import Tally
from hanse_harvesters.issue import Issue


def write_dataset(out: TextIO, checked: CheckedDataset, language: str) -> None:
    """Write the line of one dataset."""
    found: dict[str, Any] = {
        "identity": checked.record.identity,
        "title": checked.title,
        "link": checked.link,
        "usable": checked.record.usable,
        "score": checked.score.as_json() if checked.score else None,
        "issues": [_issue(found, checked, language) for found in checked.issues],
    }
    out.write(json.dumps(found, ensure_ascii=False) + "\n")


def write_summary(out: TextIO, tally: Tally) -> None:
    """Write the last line."""
    out.write(json.dumps({"summary": tally.summary()}, ensure_ascii=False) + "\n")


def _issue(found: Issue, checked: CheckedDataset, language: str) -> dict[str, Any]:
    """Return an issue with its texts, its place in the specification, and how it counts."""
    return {
        "reference": "",
        **found.as_json(language),
        "violation": checked.is_violation(found),
    }
