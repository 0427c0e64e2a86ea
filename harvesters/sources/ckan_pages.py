"""Where a walk over the pages of ``package_search`` stands, and how much to ask for next."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from hanse_harvesters.http import Answer
from hanse_harvesters.sources.identities import Digests

#: Datasets of the first page, and of the largest (what CKAN itself gives at most).
_FIRST, _MOST = 100, 1_000
#: A page may be larger than the one before if that came within so many seconds and bytes.
_QUICK, _LIGHT = 1.0, 1 << 23
#: Single records in a row that may fail before the walk ends.
_PATIENCE = 3


@dataclass(slots=True)
class PageWalk:
    """One pass: where it stands, what it counted, what went wrong.

    ``rows``    to ask for; ``usual`` as many after a failure was overcome, ``most`` where the
                portal is quick.
    ``step``    how many the last page held.
    ``first``, ``last``  the counts that the portal stated.
    ``broken``  the rule that was broken, "" as long as all is well.
    """

    rows: int
    usual: int
    most: int
    start: int = 0
    step: int = 0
    first: int | None = None
    last: int | None = None
    broken: str = ""
    failures: int = 0
    pages: int = 0
    met: Digests = field(default_factory=Digests)
    _then: int = 0

    @classmethod
    def by(cls, rows: int, limit: int | None) -> PageWalk:
        """The first; ``rows`` a page as the operator wants it, 0 to find out; ``limit`` in all."""
        usual = max(1, rows or _FIRST)
        most = max(1, rows or _MOST)
        if limit:
            usual = most = min(usual, limit)
        return cls(usual, usual, most)

    def again(self) -> PageWalk:
        """Another one from the start."""
        return PageWalk(min(self.usual, self.most), self.usual, self.most)

    def came(self, answer: Answer) -> None:
        """Decide how much the page after this one is to hold."""
        quick = answer.seconds <= _QUICK and answer.size <= _LIGHT
        most = self.most if quick else max(self.usual, self.rows)
        self._then = min(self.rows * 2, most, self.most)

    def foreseen(self) -> tuple[int, int] | None:
        """Start and rows of the next page if the one that comes is full; None at the end."""
        step = self.rows if self.step else 0
        if not step or self.last is None or self.start + step >= self.last:
            return None
        return self.start + step, self._then

    def read(self, count: int | None, keys: Iterable[str]) -> bool:
        """Go on behind a page with these datasets; whether any of them is new."""
        met = [self.met.add(key) for key in keys]
        self.step = len(met)
        self.start += self.step
        self.failures = 0
        self.pages += 1
        self.first = count if self.first is None else self.first
        self.last = self.last if count is None else count
        if 0 < self.step < self.rows and self.start < (self.last or 0):
            self.most = self.usual = self.step  # more than this it does not give
        self.rows = min(self._then, self.most)
        return any(met)

    def smaller(self) -> bool:
        """Ask for less where a page failed; False where it was a single dataset."""
        if self.rows == 1:
            return False
        if self.rows > self.usual:
            self.most = self.rows // 2
        self.rows //= 2
        return True

    def step_over(self) -> bool:
        """Leave out a dataset that cannot be had; False where that leads nowhere."""
        self.start += 1
        self.failures += 1
        return self.failures < _PATIENCE and self.start < (self.last or 0)

    @property
    def stated(self) -> int:
        """The least that the portal said it has, 0 where it did not say."""
        return min((total for total in (self.first, self.last) if total is not None), default=0)
