"""Interpret refused requests, by a CKAN or by other software at the same path."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import AbstractContextManager

from hanse_harvesters.errors import NotACatalogue, StopRun
from hanse_harvesters.http import Answer, BadStatus
from hanse_harvesters.sandbox.document import open_document

_ABSENT = 404
#: Status codes for an invalid parameter (CKAN itself: 409).
_REFUSES = {400, 409}


def may_be_size(error: StopRun) -> bool:
    """Return whether a smaller page may succeed: not after a 4xx, HTML or a wrong URL."""
    if isinstance(error, NotACatalogue):
        return False
    return not isinstance(error, BadStatus) or error.status >= 500


def is_absent(error: StopRun) -> bool:
    """Return whether there is nothing at the address."""
    return isinstance(error, BadStatus) and error.status == _ABSENT


def is_answer(error: StopRun) -> bool:
    """Return whether the portal answers, and refuses this request alone."""
    return isinstance(error, BadStatus) and error.status < 500


def of_sort(error: StopRun) -> bool:
    """Return whether the request was refused because of its sort order."""
    reason = str(error.params.get("reason", ""))
    return isinstance(error, BadStatus) and error.status in _REFUSES and "sort" in reason.lower()


def with_reason(error: BadStatus) -> BadStatus:
    """Return the error with the API's message from its body (a refused filter, for instance)."""
    try:
        reported = json.loads(error.excerpt).get("error")
    except (ValueError, AttributeError, RecursionError):
        return error
    text = (
        json.dumps(reported, ensure_ascii=False)
        if isinstance(reported, dict)
        else str(reported or "")
    )
    found = BadStatus("status-explained", where=error.where, reason=text[:300], **error.own_words)
    found.status = error.status
    return found


def dkan(
    api: str, error: StopRun, ask: Callable[[str], AbstractContextManager[Answer]]
) -> NotACatalogue | None:
    """Return an error for DKAN if the search is missing and ``package_list`` answers, else None.

    DKAN 1 has CKAN's ``package_list`` and ``package_show``, but no ``package_search``.
    """
    if not is_absent(error):
        return None
    url = f"{api}/package_list"
    try:
        with ask(url) as found:
            assert found.file is not None
            document = open_document(found.file, where=url, base=api, charset=found.charset)
            answers = document.format == "ckan"
            document.close()
    except StopRun:
        return None
    return NotACatalogue("api-dkan", where=error.where) if answers else None
