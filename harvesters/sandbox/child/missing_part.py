"""How a place is marked of which a syntax error has taken something away.

A statement of our own is said of the node, so that whoever gathers a record finds it,
however the document was split, kept or paged.  A portal that sends it harms its own record.
"""

from __future__ import annotations

import json
import re

from hanse_harvesters.sandbox.child import ntriples

NAMESPACE = "urn:x-hanse:torn#"
#: The property; its value is JSON: ``{"line", "reason", "lost", "cut", "dataset"}``.
MISSING_PART = f"{NAMESPACE}torn"
#: Most characters of what is missing that are said.
_MOST = 200
#: What names the class of a dataset, whatever the syntax.
_DATASET = re.compile(r"(?:\b|[:#/])Dataset(?:Series)?\b")


def reported(line: int, reason: str, lost: str, before: str = "", *, cut: bool = False) -> str:
    """The value of the mark.

    ``line``    of the document, 0 where it is not known.
    ``lost``    the text that could not be read; ``before`` what stood in front of it.
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
    """The mark of a node in its N-Triples form, as a line."""
    return ntriples.line(subject, f"<{MISSING_PART}>", ntriples.literal(value))
