"""The site's search for browsers: an OpenSearch description document.

https://github.com/dewitt/opensearch/blob/master/opensearch-1-1-draft-6.md
"""

from __future__ import annotations

from typing import NamedTuple
from xml.etree import ElementTree as ET

MEDIA_TYPE = "application/opensearchdescription+xml"
#: Of browsers that complete what is typed: https://github.com/dewitt/opensearch (suggestions 1.1).
SUGGESTIONS = "application/x-suggestions+json"
_SPACE = "http://a9.com/-/spec/opensearch/1.1/"
#: Longest texts by the specification.
_SHORT, _LONG, _DESCRIPTION = 16, 48, 1024


class Search(NamedTuple):
    """What is told of the search.  ``…_at``: addresses, with ``{searchTerms}`` in them."""

    name: str
    description: str
    language: str
    pages_at: str
    feed_at: str
    suggestions_at: str
    icon: str
    itself: str


def document(search: Search) -> bytes:
    """Return the description; names that are too long end at a word."""
    root = ET.Element("OpenSearchDescription", xmlns=_SPACE)
    _add(root, "ShortName", _cut(search.name, _SHORT))
    _add(root, "LongName", _cut(search.name, _LONG))
    _add(root, "Description", _cut(search.description, _DESCRIPTION))
    _add(root, "Language", search.language)
    _add(root, "InputEncoding", "UTF-8")
    _add(root, "OutputEncoding", "UTF-8")
    _add(root, "Image", search.icon, width="32", height="32", type="image/vnd.microsoft.icon")
    _add(root, "Url", type="text/html", rel="results", template=search.pages_at)
    _add(root, "Url", type="application/atom+xml", rel="results", template=search.feed_at)
    _add(root, "Url", type=SUGGESTIONS, rel="suggestions", template=search.suggestions_at)
    _add(root, "Url", type=MEDIA_TYPE, rel="self", template=search.itself)
    written: bytes = ET.tostring(root, encoding="UTF-8", xml_declaration=True)
    return written


def _add(root: ET.Element, name: str, text: str = "", **attributes: str) -> None:
    element = ET.SubElement(root, name, attributes)
    element.text = text or None


def _cut(text: str, most: int) -> str:
    if len(text) <= most:
        return text
    return text[: most + 1].rpartition(" ")[0] or text[:most]
