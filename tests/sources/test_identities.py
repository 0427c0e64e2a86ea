"""Identities that a walk meets more than once."""

from __future__ import annotations

from hanse_harvesters.mapping.result import ReadResult
from hanse_harvesters.sources.base import RawRecord
from hanse_harvesters.sources.identities import IdentityIndex


class Raw(RawRecord):
    """A record with nothing but identity and content."""

    def __init__(self, identity: str, raw: str) -> None:
        self.identity, self.raw = identity, raw
        self.issues = []

    def read(self, **_: object) -> ReadResult:
        return ReadResult({})


def test_records_of_one_identity_are_each_kept_once() -> None:
    """However often pages that shift during the walk show the first, the second or the third."""
    seen = IdentityIndex()
    met = [Raw("a", content) for content in ("eins", "zwei", "drei", "zwei", "eins", "drei")]
    assert [seen.admit(record) for record in met] == [True, True, True, False, False, False]
    assert [record.identity for record in met[:3]] == ["a", "a#2", "a#3"]
    assert [len(record.issues) for record in met[:3]] == [0, 1, 1]
    assert len(seen) == 1
