"""Rules for values that the validators and the bulk writer share."""

from __future__ import annotations

import re
from collections.abc import Mapping

from ckanext.hanse.language import of_data

#: URL schemes that run code in a browser when a page links to them.
UNSAFE_SCHEMES = ("javascript", "vbscript", "data")
NOT_IN_SCHEME = re.compile(r"[\s\x00-\x1f\x7f]+")


def plain_language(texts: Mapping[str, str]) -> str:
    """Return the language of the plain field: the site's, else English, else the first code."""
    site = of_data()
    return next((lang for lang in (site, "en") if lang in texts), min(texts))
