"""Texts in several languages: which tags count, and how many."""

from __future__ import annotations

import re
from typing import Any

from hanse_harvesters.normalise.context import RecordContext
from hanse_harvesters.normalise.outcome import finding

#: A language tag (RFC 5646), as far as keys are checked.
_TAG = re.compile(r"[A-Za-z]{2,8}(?:[-_][A-Za-z0-9]{1,8})*")
#: Maximum number of languages of one text.
MOST_LANGUAGES = 100


def in_languages(came: Any, path: str, context: RecordContext) -> dict[str, Any]:
    """Return language → text, for valid language tags only and up to :data:`MOST_LANGUAGES`."""
    if not isinstance(came, dict):
        return {}
    known = {str(key): item for key, item in came.items() if _TAG.fullmatch(str(key))}
    if len(known) < len(came):
        wrong = next(str(key) for key in came if not _TAG.fullmatch(str(key)))
        context.report([finding("language-unknown", wrong)], path)
    if len(known) > MOST_LANGUAGES:
        reported = finding("languages-many", "", count=len(known), most=MOST_LANGUAGES)
        context.report([reported], path)
        first = sorted(known, key=lambda tag: (tag not in (context.language, "en"), len(tag), tag))
        known = {tag: known[tag] for tag in first[:MOST_LANGUAGES]}
    return known
