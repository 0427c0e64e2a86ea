"""The records that a walk over a catalogue service has met, and how many they are."""

from __future__ import annotations

from hanse_harvesters.sources.identities import Digests


class Met:
    """Counts distinct records by their identifier and content.

    A record that stands on two pages is one, even if it changed meanwhile: pages shift.  Two of
    one identifier on the same page are two, of which one has a wrong identifier.
    """

    def __init__(self) -> None:
        self._ids, self._contents = Digests(), Digests()
        #: Identifier → content, on this page; several contents for those that have more.
        self._page: dict[str, str] = {}
        self._several: dict[str, set[str]] = {}
        #: Identifier → the records of it on one page, beside the first.
        self._more: dict[str, int] = {}

    def __len__(self) -> int:
        """Return the number of distinct records."""
        return len(self._ids) + sum(self._more.values())

    def turn(self) -> None:
        """Begin a page."""
        self._page, self._several = {}, {}

    def add(self, key: str, digest: str, *, again: bool) -> bool:
        """Add a record; return whether it is new.

        ``again``  in a second pass, where only an unknown identifier is new: a record may have
                   changed until it was asked for again.
        """
        first = self._page.setdefault(key, digest)
        if first != digest:
            several = self._several.setdefault(key, {first})
            several.add(digest)
            self._more[key] = max(self._more.get(key, 0), len(several) - 1)
        unknown = self._ids.add(key)
        return (self._contents.add(f"{key} {digest}") and not again) or unknown
