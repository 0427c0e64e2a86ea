"""Progress of a walk over pages that are asked for by position, and the size of the next page."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from hanse_harvesters.http import Answer
from hanse_harvesters.sources.identities import Digests

#: Records on the first page, and on the largest (the maximum that CKAN itself returns).
_FIRST, _MOST = 100, 1_000
#: The next page may be larger if this one took at most so many seconds and bytes.
_QUICK, _LIGHT = 1.0, 1 << 23
#: Records in a row that may fail before the walk ends.
_PATIENCE = 3


@dataclass(slots=True)
class PageWalk:
    """One pass: its position, its counts, its errors.

    ``rows``    records to request; ``usual`` applies again after a failure, ``most`` while the
                portal is fast.
    ``step``    number of records on the last page; ``goes_on`` if it was full, or names the next.
    ``first``, ``last``  the first and last count that the portal declared.
    ``broken``  id of the rule that applies, "" as long as there is no error.
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
    goes_on: bool = False
    _then: int = 0

    @classmethod
    def by(cls, rows: int, limit: int | None, most: int = _MOST) -> PageWalk:
        """Return the first pass: ``rows`` per page (0: up to ``most``), ``limit`` in all."""
        usual = max(1, rows or _FIRST)
        most = max(1, rows or most)
        if limit:
            usual = most = min(usual, limit)
        return cls(usual, usual, most)

    def again(self) -> PageWalk:
        """Return a new pass from the start."""
        return PageWalk(min(self.usual, self.most), self.usual, self.most)

    def came(self, answer: Answer) -> None:
        """Decide the size of the page after this one."""
        quick = answer.seconds <= _QUICK and answer.size <= _LIGHT
        most = self.most if quick else max(self.usual, self.rows)
        self._then = min(self.rows * 2, most, self.most)

    def foreseen(self) -> tuple[int, int] | None:
        """Return start and rows of the page after a full one; None if there is none."""
        step = self.rows if self.step else 0
        if not step or self.last is None or self.start + step >= self.last:
            return None
        return self.start + step, self._then

    def read(self, count: int | None, keys: Iterable[str], follows: int = 0) -> bool:
        """Advance past a page with these records; return whether any of them is new.

        ``count``  the total that it declares, ``follows`` the position of the next one (from 1).
        """
        met = [self.met.add(key) for key in keys]
        self.step = len(met)
        self.start += self.step
        self.goes_on = self.step >= self.rows or follows > self.start
        self.failures = 0
        self.pages += 1
        self.first = count if self.first is None else self.first
        self.last = self.last if count is None else count
        if 0 < self.step < self.rows and self.start < (self.last or 0):
            self.most = self.usual = self.step  # the portal's own page limit
        self.rows = min(self._then, self.most)
        return any(met)

    def smaller(self) -> bool:
        """Halve the page size after a failure; return False if the page was a single record."""
        if self.rows == 1:
            return False
        if self.rows > self.usual:
            self.most = self.rows // 2
        self.rows //= 2
        return True

    def step_over(self) -> bool:
        """Skip a record that cannot be fetched; return False if the walk should end."""
        self.start += 1
        self.failures += 1
        return self.failures < _PATIENCE and self.start < (self.last or 0)

    @property
    def stated(self) -> int:
        """The lowest total that the portal declared, 0 if it declared none."""
        return min((total for total in (self.first, self.last) if total is not None), default=0)
