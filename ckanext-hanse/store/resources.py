"""Match distributions with existing resources, so that ids survive a run in any order.

By distribution IRI, else by normalised download or access URL, else by format
and title; never by position.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Sequence
from typing import Any
from urllib.parse import urlsplit, urlunsplit

Resource = dict[str, Any]
MatchKey = Callable[[Resource], Hashable | None]


def match(existing: Sequence[Resource], incoming: Sequence[Resource]) -> list[Resource | None]:
    """Return for each of ``incoming`` the resource it continues, or None if it is new.

    No existing resource is used twice.
    """
    found: list[Resource | None] = [None] * len(incoming)
    left = list(existing)
    for key, unique in _KEYS:
        if left:
            _claim(found, left, incoming, key, unique)
    return found


def _claim(
    found: list[Resource | None],
    left: list[Resource],
    incoming: Sequence[Resource],
    key: MatchKey,
    unique: bool,
) -> None:
    """Assign to each unmatched resource the first one in ``left`` with the same key.

    With ``unique``, only if the key occurs once on each side: a weak key that several share
    proves nothing.
    """
    open_places = [place for place, item in enumerate(found) if item is None]
    asked = Counter(key(incoming[place]) for place in open_places)
    offered: dict[Hashable, list[Resource]] = defaultdict(list)
    for item in left:
        offered[key(item)].append(item)
    for place in open_places:
        value = key(incoming[place])
        candidates = offered.get(value) if value is not None else None
        if not candidates or (unique and (asked[value] > 1 or len(candidates) > 1)):
            continue
        found[place] = candidates.pop(0)
        # By object identity: two resources of a portal can have the same content.
        left[:] = [item for item in left if item is not found[place]]


def normalised_url(url: str) -> str:
    """Return the normalised form of a URL, in which equivalent spellings are equal.

    Scheme http becomes https, host in lower case, no default port, no fragment, no
    final slash.  A text that is no URL is returned stripped.
    """
    try:
        parts = urlsplit(url.strip())
        host, port = (parts.hostname or "").lower(), parts.port
    except ValueError:
        return url.strip()
    if parts.scheme not in ("http", "https"):
        return url.strip()
    netloc = host if port in (None, 80, 443) else f"{host}:{port}"
    return urlunsplit(("https", netloc, parts.path.rstrip("/"), parts.query, ""))


def _uri(resource: Resource) -> Hashable | None:
    return resource.get("uri") or None


def _label(resource: Resource) -> tuple[str, str]:
    return (str(resource.get("format") or "").lower(), str(resource.get("name") or "").strip())


def _by_label(resource: Resource) -> Hashable | None:
    label = _label(resource)
    return label if any(label) else None


def _url(field: str) -> MatchKey:
    def key(resource: Resource) -> Hashable | None:
        url = resource.get(field)
        return normalised_url(url) if isinstance(url, str) and url.strip() else None

    return key


def _url_and_label(field: str) -> MatchKey:
    plain = _url(field)

    def key(resource: Resource) -> Hashable | None:
        url = plain(resource)
        return (url, _label(resource)) if url else None

    return key


#: Strongest first; True if the key must be unique on both sides.
#: Several distributions often share one access URL, the dataset's page.
_KEYS: tuple[tuple[MatchKey, bool], ...] = (
    (_uri, False),
    (_url_and_label("download_url"), False),
    (_url("download_url"), False),
    (_url_and_label("access_url"), False),
    (_url("access_url"), True),
    (_by_label, True),
)
