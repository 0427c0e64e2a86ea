"""Push the records of a run: say what there is, send what the catalogue wants, say that it is all.

Sending the same once more changes nothing; what was sent before a failure is not sent again.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import version
from types import NoneType
from typing import Any

from hanse_harvesters.errors import StopRun
from hanse_harvesters.pipeline import Run
from hanse_harvesters.push import lines
from hanse_harvesters.push.catalogue import LARGE, Catalogue
from hanse_harvesters.push.spool import Spool
from hanse_harvesters.record import Record
from hanse_schemas import table

#: What is shown of a run that is over.
FIGURES = frozenset({"created", "updated", "unchanged", "rejected", "missing", "message", "status"})
#: How often the catalogue may ask for records that it says are missing.
_ROUNDS = 3
#: Seconds between two questions whether the run is over.
_PAUSE = 2.0
#: Seconds after which a run that shows no progress is waited for no longer.
LONGEST = 1800.0


@dataclass(frozen=True, slots=True)
class Pushed:
    """What came of a push.

    ``records``  that were declared, ``sent`` those that the catalogue wanted.
    ``push``     its name at the catalogue; ``notes`` what that said, in words.
    """

    records: int
    sent: int
    push: str
    notes: tuple[str, ...] = ()


def push(
    run: Run,
    catalogue: Catalogue,
    source: str,
    *,
    seen: Callable[[Record], None] = lambda _: None,
    sent: Callable[[int, int], None] = lambda _done, _all: None,
) -> Pushed:
    """Read the source of a run and push it as ``source`` of the catalogue.

    ``seen`` is called with each record that was read, ``sent`` with the number of records sent and
    that of all that are wanted.  Raises StopRun if there is nothing, or the catalogue refuses.
    """
    with Spool() as spool:
        for record in run:
            spool.add(record)
            seen(record)
        if not len(spool):
            raise StopRun("push-nothing", where=run.settings.url)
        begun = _result(catalogue, "hanse_push_begin", _greeting(source), push=str)
        name = begun["push"]
        given = _Transfer(catalogue, {"id": source, "push": name}, spool, sent)
        given.announce()
        given.send_wanted()
        whole = run.completeness
        reason = "" if whole.complete else whole.reason or "walk-unfinished"
        given.complete(reason)
        return Pushed(len(spool), given.count, name, tuple(map(str, begun.get("notes") or ())))


def _result(
    catalogue: Catalogue,
    action: str,
    data: dict[str, Any],
    upload: bytes | None = None,
    **types: Any,
) -> dict[str, Any]:
    """Return the result of an action; StopRun unless it has values of these types."""
    found = catalogue.call(action, data, upload)
    if not isinstance(found, dict) or not all(
        isinstance(found.get(key), wanted) for key, wanted in types.items()
    ):
        raise _odd(data, action, found)
    return found


def _odd(data: dict[str, Any], action: str, found: Any) -> StopRun:
    return StopRun("push-answer-odd", where=data["id"], action=action, value=repr(found)[:200])


def _greeting(source: str) -> dict[str, Any]:
    return {
        "id": source,
        "protocol": lines.PROTOCOL,
        "table": table.version(),
        "version": version("ckanext-hanse"),
    }


class _Transfer:
    """One push, once the catalogue has given it a name."""

    def __init__(
        self,
        catalogue: Catalogue,
        named: dict[str, Any],
        spool: Spool,
        sent: Callable[[int, int], None],
    ) -> None:
        self._catalogue, self._named, self._spool, self._sent = catalogue, named, spool, sent
        self._wanted: list[int] = []
        self._number = 0
        self._most = lines.CHUNK + lines.LONGEST_LINE
        self.count = 0

    def announce(self) -> None:
        """Send the manifest; note the places of the records that the catalogue wants."""
        for number, part in enumerate(self._spool.manifest()):
            data = {**self._named, "number": number}
            action, count = "hanse_push_manifest", part.count(b"\n")
            places = _result(self._catalogue, action, data, part, wanted=list)["wanted"]
            if not all(type(place) is int and 0 <= place < count for place in places):
                raise _odd(data, action, places)
            start = number * lines.MANIFEST
            self._wanted += [start + place for place in sorted(set(places))]

    def send_wanted(self) -> None:
        """Send the records that are wanted."""
        total = self.count + len(self._wanted)
        for chunk in self._spool.chunks(self._wanted):
            self._send(chunk, total)
        self._wanted = []

    def _send(self, chunk: bytes, total: int) -> None:
        """Send some records, in halves where a proxy on the way takes less at once."""
        halves = _halves(chunk)
        if len(chunk) <= self._most or not halves:
            try:
                data = {**self._named, "number": self._number}
                self._catalogue.call("hanse_push_records", data, chunk)
            except StopRun as error:
                if error.id != LARGE or not halves:
                    raise
                self._most = len(chunk) // 2
            else:
                self._number += 1
                self.count += chunk.count(b"\n")
                self._sent(self.count, total)
                return
        for half in halves:
            self._send(half, total)

    def complete(self, reason: str) -> None:
        """Say that it is all; send once more what the catalogue says is missing."""
        keys = {key: place for place, key in enumerate(self._spool.keys())}
        data = {**self._named, "records": len(self._spool), "incomplete": reason}
        for _ in range(_ROUNDS):
            action = "hanse_push_complete"
            missing = _result(self._catalogue, action, data, missing=list)["missing"]
            if not missing:
                return
            if not all(isinstance(key, str) and key in keys for key in missing):
                raise _odd(data, action, missing)
            self._wanted = sorted({keys[key] for key in missing})
            self.send_wanted()
        raise StopRun("push-missing", where=self._named["id"], count=len(missing))


def _halves(chunk: bytes) -> list[bytes]:
    """Return the lines as two parts of about the same size, nothing if there is but one line."""
    cut = chunk.rfind(b"\n", 0, len(chunk) // 2) + 1 or chunk.find(b"\n") + 1
    return [chunk[:cut], chunk[cut:]] if cut < len(chunk) else []


def wait(
    catalogue: Catalogue,
    source: str,
    name: str,
    shown: Callable[[dict[str, Any]], None],
    sleep: Callable[[float], None] = time.sleep,
) -> dict[str, Any]:
    """Return the state of a push once its run is over; ``shown`` is called with each before.

    A state that is not over is returned if nothing has moved for :data:`LONGEST`.
    """
    data, action, last = {"id": source, "push": name}, "hanse_push_show", None
    while True:
        state = _result(catalogue, action, data, over=bool, run=(dict, NoneType))
        run = state["run"]
        if run is not None and not run.keys() >= FIGURES:
            raise _odd(data, action, run)
        if state["over"]:
            return state
        done = run and run.get("done")
        if last is None or last[0] != done:
            last = done, time.monotonic()
        if time.monotonic() - last[1] > LONGEST:
            return state
        shown(state)
        sleep(_PAUSE)
