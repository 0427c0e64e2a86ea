"""A hostile portal: attacks as data, each served over a real socket.

An :class:`~portals.hostile.attack.Attack` says what it serves, what must be
reported, what must arrive nonetheless, and what it may cost.
"""

from __future__ import annotations

from portals.hostile import (
    addresses,
    documents,
    entities,
    linked_json,
    links,
    packages,
    paging,
    searches,
    transport,
    values,
)
from portals.hostile.attack import Attack, Stage

ATTACKS: tuple[Attack, ...] = (
    *transport.ATTACKS,
    *addresses.ATTACKS,
    *paging.ATTACKS,
    *searches.ATTACKS,
    *entities.ATTACKS,
    *linked_json.ATTACKS,
    *documents.ATTACKS,
    *links.ATTACKS,
    *values.ATTACKS,
    *packages.ATTACKS,
)

__all__ = ["ATTACKS", "Attack", "Stage"]
