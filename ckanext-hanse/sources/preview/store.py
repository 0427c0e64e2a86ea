"""Requests and their answers: kept in Redis for a limited time, in limited size."""

from __future__ import annotations

import dataclasses
import json
import re
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from datetime import datetime, timezone
from typing import Any

from ckan.lib.redis import connect_to_redis

from ckanext.hanse import redis_keys
from ckanext.hanse.sources.preview import options

#: Seconds for which a request is kept, so that it can be repeated.
_QUESTION_KEPT = 24 * 3600
#: Requests kept per account, the newest.
MOST_KEPT = 10
#: Maximum bytes of an answer.
MOST_BYTES = 1 << 20
_ID = re.compile(r"[0-9a-f]{32}")

PreviewAnswer = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Preview:
    """One request to check or preview a portal.

    ``id``            random and secret; part of the URL of its page.
    ``by``            id of the account that requested it.
    ``organization``  name of the city whose source it is, or is to be.
    ``source``        name of the source, "" for one that does not exist yet.
    ``values``        the planned values of that one, as for ``hanse_source_create``.
    ``limit``         number of records for a dry run; 0 for a first check.
    ``detect``        whether catalogues behind the URL in ``values`` are to be found.
    ``upload``        name of a list of the source that it would be read from, as a whole.
    ``asked``         ISO 8601.
    """

    id: str
    by: str
    organization: str
    source: str = ""
    values: dict[str, Any] = field(default_factory=dict)
    limit: int = 0
    upload: str = ""
    detect: bool = False
    asked: str = field(default_factory=lambda: datetime.now(timezone.utc).isoformat())

    def is_same(self, other: Preview) -> bool:
        """Return whether it is the same request by the same person."""
        ours, theirs = (dataclasses.replace(item, id="", asked="") for item in (self, other))
        return ours == theirs


def key(name: str) -> str:
    """Return the name of our key in Redis."""
    return redis_keys.key(f"preview:{name}")


def keep(preview: Preview) -> None:
    """Store a request and its account; the account's oldest ones are deleted."""
    connection, mine = connect_to_redis(), key(f"of:{preview.by}")
    connection.set(key(f"asked:{preview.id}"), json.dumps(asdict(preview)), ex=_QUESTION_KEPT)
    connection.lpush(mine, preview.id)
    for old in connection.lrange(mine, MOST_KEPT, -1):
        name = old.decode()
        connection.delete(*(key(f"{part}:{name}") for part in ("asked", "answer", "done")))
    connection.ltrim(mine, 0, MOST_KEPT - 1)
    connection.expire(mine, _QUESTION_KEPT)


def load(preview_id: str) -> Preview | None:
    """Return a request; None if the id is invalid or it has expired."""
    if not _ID.fullmatch(preview_id):
        return None
    kept = connect_to_redis().get(key(f"asked:{preview_id}"))
    return Preview(**json.loads(kept)) if kept else None


def of(account: str) -> list[Preview]:
    """Return an account's requests, the newest first."""
    names = connect_to_redis().lrange(key(f"of:{account}"), 0, -1)
    return [found for name in names if (found := load(name.decode()))]


def put(preview_id: str, answer: PreviewAnswer) -> None:
    """Store the answer, shortened to the maximum size."""
    text = json.dumps(answer)
    while len(text) > MOST_BYTES and _shorten(answer):
        text = json.dumps(answer)
    connect_to_redis().set(key(f"answer:{preview_id}"), text, ex=options.kept())


def answer(preview_id: str) -> PreviewAnswer | None:
    """Return the answer, None before it is stored and after it has expired."""
    kept = connect_to_redis().get(key(f"answer:{preview_id}"))
    found: PreviewAnswer | None = json.loads(kept) if kept else None
    return found


def count(preview_id: str, records: int) -> None:
    """Store the number of records received."""
    connect_to_redis().set(key(f"done:{preview_id}"), records, ex=options.kept())


def counted(preview_id: str) -> int:
    """Return the number of records received."""
    return int(connect_to_redis().get(key(f"done:{preview_id}")) or 0)


def _shorten(answer: PreviewAnswer) -> bool:
    """Drop the second half of each list; return whether there was one."""
    lists = [item for item in _lists(answer) if len(item) > 1]
    for item in lists:
        del item[len(item) // 2 :]
    return bool(lists)


def _lists(value: Any) -> Iterable[list[Any]]:
    """Yield the outermost lists; for one that cannot be shortened, those within."""
    if isinstance(value, dict):
        for item in value.values():
            yield from _lists(item)
    elif isinstance(value, list):
        if len(value) > 1:
            yield value
        else:
            for item in value:
                yield from _lists(item)
