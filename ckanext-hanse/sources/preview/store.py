"""What was asked, and what came of it: kept in Redis for a bounded time, in a bounded size."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from datetime import datetime, timezone
from typing import Any

from ckan.lib.redis import connect_to_redis

from ckanext.hanse import redis_keys
from ckanext.hanse.sources.preview import options

#: Seconds for which it is known what was asked, so that it can be asked again.
_QUESTION_KEPT = 24 * 3600
#: Of one account, the newest.
MOST_KEPT = 10
#: Bytes of an answer.
MOST_BYTES = 1 << 20
_ID = re.compile(r"[0-9a-f]{32}")

PreviewAnswer = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Preview:
    """One question to a portal.

    ``id``            not to be guessed; part of the address of its page.
    ``by``            id of the account that asked.
    ``organization``  name of the city whose source it is, or is to be.
    ``source``        name of the source, "" for one that is not there yet.
    ``values``        what is thought of that one, as ``hanse_source_create`` takes it.
    ``limit``         so many records by the way of a run; 0 for a first look.
    ``asked``         ISO 8601.
    """

    id: str
    by: str
    organization: str
    source: str = ""
    values: dict[str, Any] = field(default_factory=dict)
    limit: int = 0
    asked: str = field(default_factory=lambda: datetime.now(timezone.utc).isoformat())

    def is_same(self, other: Preview) -> bool:
        """Whether it asks the same for the same person."""
        ours, theirs = (
            (item.by, item.organization, item.source, item.values, item.limit)
            for item in (self, other)
        )
        return ours == theirs


def key(name: str) -> str:
    """Our keys in Redis."""
    return redis_keys.key(f"preview:{name}")


def keep(preview: Preview) -> None:
    """Remember what is asked, and whose it is; the oldest ones of the account are forgotten."""
    connection, mine = connect_to_redis(), key(f"of:{preview.by}")
    connection.set(key(f"asked:{preview.id}"), json.dumps(asdict(preview)), ex=_QUESTION_KEPT)
    connection.lpush(mine, preview.id)
    for old in connection.lrange(mine, MOST_KEPT, -1):
        name = old.decode()
        connection.delete(*(key(f"{part}:{name}") for part in ("asked", "answer", "done")))
    connection.ltrim(mine, 0, MOST_KEPT - 1)
    connection.expire(mine, _QUESTION_KEPT)


def load(preview_id: str) -> Preview | None:
    """What was asked; None for what is none, or was asked too long ago."""
    if not _ID.fullmatch(preview_id):
        return None
    kept = connect_to_redis().get(key(f"asked:{preview_id}"))
    return Preview(**json.loads(kept)) if kept else None


def of(account: str) -> list[Preview]:
    """What an account asked, the newest first."""
    names = connect_to_redis().lrange(key(f"of:{account}"), 0, -1)
    return [found for name in names if (found := load(name.decode()))]


def put(preview_id: str, answer: PreviewAnswer) -> None:
    """Keep what came of it, as much of it as there is room for."""
    text = json.dumps(answer)
    while len(text) > MOST_BYTES and _shorten(answer):
        text = json.dumps(answer)
    connect_to_redis().set(key(f"answer:{preview_id}"), text, ex=options.kept())


def answer(preview_id: str) -> PreviewAnswer | None:
    """What came of it, None while there is nothing and once it is forgotten."""
    kept = connect_to_redis().get(key(f"answer:{preview_id}"))
    found: PreviewAnswer | None = json.loads(kept) if kept else None
    return found


def count(preview_id: str, records: int) -> None:
    """So many records have arrived."""
    connect_to_redis().set(key(f"done:{preview_id}"), records, ex=options.kept())


def counted(preview_id: str) -> int:
    """How many have."""
    return int(connect_to_redis().get(key(f"done:{preview_id}")) or 0)


def _shorten(answer: PreviewAnswer) -> bool:
    """Leave out the second half of each list; whether there was one."""
    lists = [item for item in _lists(answer) if len(item) > 1]
    for item in lists:
        del item[len(item) // 2 :]
    return bool(lists)


def _lists(value: Any) -> Iterable[list[Any]]:
    """The outermost lists in it; of one that cannot be shortened, those within."""
    if isinstance(value, dict):
        for item in value.values():
            yield from _lists(item)
    elif isinstance(value, list):
        if len(value) > 1:
            yield value
        else:
            for item in value:
                yield from _lists(item)
