"""Parts of a push are small; a larger request is refused before any of it is stored."""

from __future__ import annotations

from flask import request

from hanse_harvesters.push import lines

#: A chunk holds at most one line more than it should; the form around it is small.
MOST = lines.CHUNK + lines.LONGEST_LINE + (1 << 20)


def check() -> None:
    """Limit the size of a request that pushes; Flask answers 413 to a larger one."""
    if request.path.rpartition("/")[2].startswith("hanse_push_"):
        request.max_content_length = MOST
