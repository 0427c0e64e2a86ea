"""The folder of the store: built anew beside the one in use, tried, and swapped in one step.

::

    <root>/current            symbolic link to one of the next: swapped atomically
    <root>/2026-11-30T0200…/  data/ (the store), built.json (what it holds); complete
    <root>/building-…/        one that is being built, or was left by a process that was killed
    <root>/not-before         moment; no store whose building began earlier is used
    <root>/lock               held by who builds

Whoever asks opens the store behind ``current``.  The one before is kept until the next is built,
for queries that have just begun; a process killed or a full disk while building leaves the old
one in use.  Stores serve queries only: the engine rewrites literals ("01" as an integer is 1).
"""

from __future__ import annotations

import contextlib
import fcntl
import itertools
import json
import os
import secrets
import shutil
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path

from pyoxigraph import Quad, RdfFormat, Store, parse

from hanse_harvesters.sparql.answering import QueryLimits, ask
from hanse_harvesters.sparql.errors import QueryError, StoreUnavailable

_CURRENT, _BUILDING, _FACTS, _DATA = "current", "building-", "built.json", "data"
_NOT_BEFORE = "not-before"
#: What a new store must answer before it is used, within the limits of everybody's queries but
#: for time: reading it once as a whole finds a damaged file.
_TRIAL = "SELECT (COUNT(*) AS ?number) { ?s ?p ?o }"
_TRIAL_SECONDS = 300.0
#: Statements that are sorted at once: 200 MB of memory, whatever the size of the catalogue.
_AT_ONCE = 200_000
#: Number of faults that are kept.
_FAULTS = 20


@dataclass(frozen=True, slots=True)
class BuiltStore:
    """A complete store.

    ``data``     its folder, to be given to :func:`.answering.ask`
    ``made``     the moment its building began; what changed later is not in it
    ``triples``  their number
    ``faults``   documents that could not be read and are not in it: the first, with reasons
    """

    data: Path
    made: datetime
    triples: int
    faults: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        """A name that no other store has, for caches."""
        return self.data.parent.name


class StoreFolder:
    """The stores below a folder, of which at most one is in use."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def current(self) -> BuiltStore | None:
        """Return the store in use; None if there is none, or it was not written as a whole."""
        try:
            folder = self._root / os.readlink(self._root / _CURRENT)
            facts = json.loads((folder / _FACTS).read_text(encoding="utf-8"))
            made = datetime.fromisoformat(facts["made"])
            found = BuiltStore(folder / _DATA, made, facts["triples"], tuple(facts["faults"]))
        except (OSError, ValueError, KeyError, TypeError):
            return None
        return found if found.data.is_dir() and found.made >= self._not_before() else None

    def build(self, documents: Iterable[str], limits: QueryLimits | None = None) -> BuiltStore:
        """Build a store of documents of N-Triples and use it from now on.

        Blank nodes with the same label in two documents are different ones.  A document that is
        not N-Triples is left out and reported.  StoreUnavailable if another process builds, or
        the new store does not answer; OSError if it cannot be written.  Then the old one stays.
        """
        self._root.mkdir(parents=True, exist_ok=True)
        with self._alone():
            self._tidy()
            made = datetime.now(timezone.utc)
            name = f"{made:%Y-%m-%dT%H%M%S}-{secrets.token_hex(4)}"
            folder = self._root / f"{_BUILDING}{name}"
            folder.mkdir()
            try:
                faults = _fill(folder / _DATA, documents)
                triples = _tried(folder / _DATA, limits or QueryLimits())
                facts = {"made": made.isoformat(), "triples": triples, "faults": faults}
                _write(folder / _FACTS, json.dumps(facts))
                folder.rename(self._root / name)
            except BaseException:
                shutil.rmtree(folder, ignore_errors=True)
                raise
            self._use(name)
        return BuiltStore(self._root / name / _DATA, made, triples, tuple(faults))

    def drop(self) -> None:
        """Delete the store, and use none of those that are being built; OSError.

        Until the next is built no query is answered.
        """
        self._root.mkdir(parents=True, exist_ok=True)
        made = self._root / f".{_NOT_BEFORE}-{secrets.token_hex(4)}"
        _write(made, datetime.now(timezone.utc).isoformat())
        os.replace(made, self._root / _NOT_BEFORE)
        (self._root / _CURRENT).unlink(missing_ok=True)
        for folder in self._folders():
            if not folder.name.startswith(_BUILDING):
                shutil.rmtree(folder, ignore_errors=True)

    def _not_before(self) -> datetime:
        try:
            return datetime.fromisoformat((self._root / _NOT_BEFORE).read_text(encoding="utf-8"))
        except FileNotFoundError:
            return datetime.min.replace(tzinfo=timezone.utc)

    def _use(self, name: str) -> None:
        link = self._root / f".{_CURRENT}-{secrets.token_hex(4)}"
        link.symlink_to(name)
        os.replace(link, self._root / _CURRENT)

    @contextlib.contextmanager
    def _alone(self) -> Iterator[None]:
        with (self._root / "lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise StoreUnavailable("sparql-building") from error
            yield

    def _tidy(self) -> None:
        """Delete what was left behind, and the stores before the one in use."""
        current = self.current()
        for folder in self._folders():
            if current is None or folder != current.data.parent:
                shutil.rmtree(folder, ignore_errors=True)
        # Not those of drop, which waits for nobody.
        for left in self._root.glob(f".{_CURRENT}-*"):
            left.unlink(missing_ok=True)

    def _folders(self) -> list[Path]:
        return (
            [path for path in self._root.iterdir() if path.is_dir() and not path.is_symlink()]
            if self._root.is_dir()
            else []
        )


def _fill(data: Path, documents: Iterable[str]) -> list[str]:
    """Write a store; return the first documents that could not be read, with reasons."""
    faults: list[str] = []
    store = Store(str(data))
    quads = _quads(documents, faults)
    for first in quads:
        store.bulk_extend(itertools.chain([first], itertools.islice(quads, _AT_ONCE - 1)))
    store.optimize()  # few files: a query's process opens them all
    store.flush()
    del store  # closes its files
    return faults


def _quads(documents: Iterable[str], faults: list[str]) -> Iterator[Quad]:
    for document in documents:
        try:
            found = list(parse(document, RdfFormat.N_TRIPLES, rename_blank_nodes=True))
        except SyntaxError as error:
            if len(faults) < _FAULTS:
                faults.append(f"{document[:200].partition(' ')[0]}: {error}"[:500])
            continue
        yield from found


def _tried(data: Path, limits: QueryLimits) -> int:
    """Return the number of triples, counted as a query is answered; StoreUnavailable if not."""
    patient = QueryLimits(memory=limits.memory, seconds=_TRIAL_SECONDS)
    try:
        answer = ask(data, _TRIAL, limits=patient)
    except QueryError as error:
        raise StoreUnavailable("sparql-trial", **error.own_words) from error
    with answer.body as body:
        return int(json.loads(body.read())["results"]["bindings"][0]["number"]["value"])


def _write(path: Path, text: str) -> None:
    with path.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
