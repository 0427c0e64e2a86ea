"""The last tick, noted in Redis, so that a clock that stands still is seen."""

from __future__ import annotations

import json
import socket
from dataclasses import dataclass
from datetime import datetime, timezone

from ckan.lib.redis import connect_to_redis

from ckanext.hanse.redis_keys import key


@dataclass(frozen=True, slots=True)
class Beat:
    """The last tick: when, on which machine, and whether it ran the sources itself."""

    at: datetime
    host: str
    runs: bool

    @property
    def age(self) -> float:
        """Seconds since the tick."""
        return (datetime.now(timezone.utc) - self.at).total_seconds()


def beat(*, runs: bool) -> None:
    """Store that there was a tick."""
    noted = {
        "at": datetime.now(timezone.utc).isoformat(),
        "host": socket.gethostname(),
        "runs": runs,
    }
    connect_to_redis().set(key("tick"), json.dumps(noted))


def last_beat() -> Beat | None:
    """Return the last tick, None if there was none; ``redis.RedisError`` without Redis."""
    noted = connect_to_redis().get(key("tick"))
    if not noted:
        return None
    found = json.loads(noted)
    return Beat(datetime.fromisoformat(found["at"]), found["host"], found["runs"])
