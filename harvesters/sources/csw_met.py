"""The records that a walk over a catalogue service has met, and how many they are."""

from __future__ import annotations

from hanse_harvesters.sources.identities import Digests


class Met:
    """Counts distinct records by their identifier and content.

    A record that stands on two pages is one, even if it changed meanwhile: pages shift.  Two of
    one identifier are two, of which one has a wrong identifier, if they stand on the same page or
    are called differently.
    """

    def __init__(self) -> None:
        self._ids, self._contents, self._names = Digests(), Digests(), Digests()
        #: Identifier → content, on this page; several contents for those that have more.
        self._page: dict[str, str] = {}
        self._several: dict[str, set[str]] = {}
        #: Whether those that are added now belong to the walk, and how many did not.
        self.counts = True
        self._beside = 0
        #: Identifier → the records of it on one page, beside the first.
        self._more: dict[str, int] = {}

    def __len__(self) -> int:
        """Return the number of distinct records."""
        return len(self._ids) + sum(self._more.values()) - self._beside

    def turn(self) -> None:
        """Begin a page."""
        self._page, self._several = {}, {}

    def add(self, key: str, digest: str, name: str, *, again: bool) -> bool:
        """Add a record; return whether it is new.

        ``name``   what the data are called: their title and identifiers.
        ``again``  in a second pass, where only an unknown identifier is new: a record may have
                   changed until it was asked for again.
        """
        first = self._page.setdefault(key, digest)
        if first != digest:
            several = self._several.setdefault(key, {first})
            several.add(digest)
            self._more[key] = max(self._more.get(key, 0), len(several) - 1)
        unknown = self._ids.add(key)
        self._beside += unknown and not self.counts
        other = self._names.add(f"{key} {name}") or first != digest
        return (self._contents.add(f"{key} {digest}") and other and not again) or unknown
