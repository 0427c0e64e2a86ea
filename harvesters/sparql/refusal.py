"""Words for a query that is not executed: updates, SERVICE, FROM.

This is no protection: that is the child process, which has a store opened for reading only and no
descriptor for a connection (:mod:`hanse_harvesters.sparql.child`).  It only tells people what is
not offered, where the engine would answer with an empty table or a parser's error.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from hanse_harvesters.sparql.errors import QueryRefused

_UPDATES = {"INSERT", "DELETE", "LOAD", "CLEAR", "CREATE", "DROP", "COPY", "MOVE", "ADD", "WITH"}
#: Texts, addresses, comments, variables; and runs of characters, which are names if they have a
#: colon.  Every alternative takes all it can, also without its end, so that this is linear.
_TOKEN = re.compile(
    r"""
      "{3}(?:[^"\\]|\\.|"(?!""))*+(?:"{3})? | '{3}(?:[^'\\]|\\.|'(?!''))*+(?:'{3})?
    | "(?:[^"\\\n]|\\.)*+"? | '(?:[^'\\\n]|\\.)*+'?
    | <[^<>"{}|^`\\\s]*+>?
    | \#[^\n]*+
    | [?$@][\w-]*+
    | (?P<run>[\w.:-][\w.:%\\-]*+)
    """,
    re.VERBOSE | re.DOTALL,
)
_PROLOGUE = frozenset(("PREFIX", "BASE", "VERSION"))


def check(query: str, longest: int) -> None:
    """Raise :class:`QueryRefused` for what is not offered here; ``longest`` in bytes of UTF-8."""
    size = len(query.encode("utf-8", "replace"))
    if not query.strip():
        raise QueryRefused("sparql-empty")
    if size > longest:
        raise QueryRefused("sparql-long", size=size, most=longest)
    if "\0" in query:
        raise QueryRefused("sparql-syntax", line=1, column=1, reason="U+0000")
    words = [word for word in _words(query) if word not in _PROLOGUE]
    if words and words[0] in _UPDATES:
        raise QueryRefused("sparql-update", word=words[0])
    if "SERVICE" in words:
        raise QueryRefused("sparql-service")
    if "FROM" in words:
        raise QueryRefused("sparql-from")


def _words(query: str) -> Iterator[str]:
    """Yield what may be keywords, in capitals: not in texts, addresses, names and comments."""
    for found in _TOKEN.finditer(query):
        run = found["run"]
        if run and ":" not in run:
            yield from (word.upper() for word in re.split(r"[.-]", run) if word)
