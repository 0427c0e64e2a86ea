"""Recognise a folder of descriptions: an archive with them, or a page that lists one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urljoin, urlsplit

from hanse_harvesters.sandbox.child import archive
from hanse_harvesters.sandbox.child.folder import DATASET
from hanse_harvesters.sources.places import LINKED, Place, PortalPage, Reason
from hanse_harvesters.sources.sample import DocumentSample

_ARCHIVES = (".zip", ".tar", ".tar.gz", ".tgz")
#: Words in a link to an archive of descriptions rather than of data.
_LIST = re.compile(r"metadat|katalog|catalog|open.?data|dataset|datens(?:ae|ä)tz", re.I)
#: Items of an archive in which a description is looked for.
_LOOKED_AT = 2_000


def is_archive(url: str) -> bool:
    """Return whether a URL ends as that of an archive."""
    return urlsplit(url).path.lower().endswith(_ARCHIVES)


def description(url: str) -> str:
    """Return the name of a description, in lower case, "" if the URL is of anything else."""
    name = urlsplit(url).path.rpartition("/")[2].lower()
    return name if name in DATASET else ""


def recognises(sample: DocumentSample, parser: str) -> float:
    """Return 0.9 for an archive with descriptions, 0.85 for a page that lists one."""
    assert sample.answer.file is not None
    if archive.kind_of(sample.answer.file):
        found = sample.items(parser, _LOOKED_AT)
        return 0.9 if any(str(item.get("name")).lower() in DATASET for item in found) else 0.0
    if description(sample.url):
        return 0.8 if not sample.format else 0.0
    if sample.format or not re.search("dataset\\.|datensatz\\.", sample.start().lower()):
        return 0.0
    return 0.85 if any(description(link.url) for link in sample.page().links) else 0.0


def places(page: PortalPage) -> Iterator[Place]:
    """Yield links to archives of metadata, and the folders of descriptions that the page names."""
    for link in page.links:
        why = Reason.of("place-link-like", text=link.text or link.url)
        if is_archive(link.url) and _LIST.search(f"{link.url} {link.text}"):
            yield Place(link.url, LINKED, why)
        elif description(link.url):
            yield Place(urljoin(link.url, "."), LINKED, why)
