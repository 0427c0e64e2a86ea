"""State of a walk over the pages of a hydra collection."""

from __future__ import annotations

from dataclasses import dataclass, field

from hanse_harvesters.sources.fetch import Validators
from hanse_harvesters.sources.identities import Digests


@dataclass(slots=True)
class DocumentWalk:
    """One pass over the pages: pages visited, identities met, and why it ended."""

    visited: Digests = field(default_factory=Digests)
    met: Digests = field(default_factory=Digests)
    pages: int = 0
    idle: int = 0
    broken: str = ""
    measured: bool = True
    first: int | None = None
    last: int | None = None
    last_link: str = ""
    unmet: dict[str, None] = field(default_factory=dict)
    validators: Validators = field(default_factory=Validators)

    @property
    def stated(self) -> int:
        """The lowest total that the portal declared, 0 if it declared none."""
        return min((total for total in (self.first, self.last) if total is not None), default=0)
