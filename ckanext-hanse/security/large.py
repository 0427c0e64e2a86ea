"""Parts of a push and queries are small; a larger request is refused before any of it is stored."""

from __future__ import annotations

from flask import request

from hanse_harvesters.push import lines
from hanse_harvesters.sparql.answering import QueryLimits

#: A chunk holds at most one line more than it should; the form around it is small.
MOST = lines.CHUNK + lines.LONGEST_LINE + (1 << 20)
#: A query, percent-encoded, with the form around it.
MOST_QUERY = 4 * QueryLimits().length


def check() -> None:
    """Limit the size of a request that pushes or asks; Flask answers 413 to a larger one."""
    if request.endpoint == "hanse_sparql.endpoint":
        request.max_content_length = MOST_QUERY
    elif request.path.rpartition("/")[2].startswith("hanse_push_"):
        request.max_content_length = MOST
