"""Mark nodes that have lost something to a syntax error.

The mark is a statement about the node, so that it becomes part of the record however
the document is split, stored or paged.  A portal that sends it only harms its own record.
"""

from __future__ import annotations

import json
import re

from hanse_harvesters.sandbox.child import ntriples

NAMESPACE = "urn:x-hanse:torn#"
#: The property; its value is JSON: ``{"line", "reason", "lost", "cut", "dataset"}``.
MISSING_PART = f"{NAMESPACE}torn"
#: Maximum characters of the lost text in a mark.
_MOST = 200
#: Matches the class of a dataset in any syntax.
_DATASET = re.compile(r"(?:\b|[:#/])Dataset(?:Series)?\b")


def reported(line: int, reason: str, lost: str, before: str = "", *, cut: bool = False) -> str:
    """Return the value of the mark.

    ``line``    line in the document, 0 if unknown.
    ``lost``    the text that could not be read; ``before`` the text in front of it.
    ``cut``     whether the document ends there.
    """
    text = " ".join(lost.split())
    facts = {
        "line": line,
        "reason": reason[:_MOST],
        "lost": text if len(text) <= _MOST else f"{text[:_MOST]}…",
        "cut": cut,
        "dataset": bool(_DATASET.search(before[:20_000]) or _DATASET.search(lost[:20_000])),
    }
    return json.dumps(facts, ensure_ascii=False)


def mark(subject: str, value: str) -> bytes:
    """Return the mark of a node, given in its N-Triples form, as a line."""
    return ntriples.line(subject, f"<{MISSING_PART}>", ntriples.literal(value))
