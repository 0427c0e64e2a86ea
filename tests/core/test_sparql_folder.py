"""The store is swapped as a whole: whatever happens while it is built, the last one answers."""

from __future__ import annotations

import fcntl
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from hanse_harvesters.sparql import folder
from hanse_harvesters.sparql.answering import ask
from hanse_harvesters.sparql.errors import StoreUnavailable
from hanse_harvesters.sparql.folder import BuiltStore, StoreFolder


def documents(count: int) -> Iterator[str]:
    for number in range(count):
        yield f'<https://h.example/{number}> <https://h.example/p> "{number}" .\n'


def count(store: BuiltStore | None) -> int:
    assert store is not None
    with ask(store.data, "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }").body as body:
        return int(json.loads(body.read())["results"]["bindings"][0]["n"]["value"])


def names(root: Path) -> set[str]:
    return {path.name for path in root.iterdir()} - {"lock", "current"}


def test_the_new_store_takes_the_place_of_the_old(tmp_path: Path) -> None:
    stores = StoreFolder(tmp_path / "sparql")
    assert stores.current() is None
    first = stores.build(documents(3))
    assert stores.current() == first
    assert first.triples == count(first) == 3
    second = stores.build(documents(5))
    assert stores.current() == second
    assert second.made > first.made
    assert second.id != first.id
    # For queries that had just found the first.
    assert (count(first), count(second)) == (3, 5)
    stores.build(documents(7))
    assert first.id not in names(tmp_path / "sparql")
    stores.drop()
    assert stores.current() is None
    assert names(tmp_path / "sparql") == {"not-before"}


def test_what_was_being_built_when_the_store_was_dropped_is_not_used(tmp_path: Path) -> None:
    stores = StoreFolder(tmp_path)

    def dropped() -> Iterator[str]:
        yield from documents(2)
        stores.drop()

    stores.build(dropped())
    assert stores.current() is None
    assert count(stores.build(documents(1))) == 1
    assert stores.current() is not None


def test_it_is_dropped_also_while_a_build_tidies_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stores, write = StoreFolder(tmp_path), folder._write
    stores.build(documents(1))

    def tidied(path: Path, text: str) -> None:
        write(path, text)
        stores._tidy()

    monkeypatch.setattr(folder, "_write", tidied)
    stores.drop()
    assert stores.current() is None


def test_a_document_that_cannot_be_read_is_reported_and_left_out(tmp_path: Path) -> None:
    broken = ["<https://h.example/broken> <not an iri> .\n", "<https://h.example/half> <https://h"]
    built = StoreFolder(tmp_path).build([broken[0], *documents(3), broken[1]])
    assert built.triples == 3
    assert [fault.partition(":")[0] for fault in built.faults] == ["<https", "<https"]
    assert "half" in built.faults[1]
    assert StoreFolder(tmp_path).current() == built


def test_a_build_that_fails_leaves_the_old_store(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stores = StoreFolder(tmp_path)
    first = stores.build(documents(3))

    def cut() -> Iterator[str]:
        yield from documents(2)
        raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space"):
        stores.build(cut())
    assert (stores.current(), names(tmp_path)) == (first, {first.id})
    # One that was written, and does not answer.
    monkeypatch.setattr(folder, "_TRIAL", "no query")
    with pytest.raises(StoreUnavailable) as caught:
        stores.build(documents(9))
    assert caught.value.id == "sparql-trial"
    assert (stores.current(), names(tmp_path)) == (first, {first.id})
    assert count(first) == 3


KILLED = """
import os, signal, sys
from pathlib import Path
from hanse_harvesters.sparql.folder import StoreFolder

def documents():
    for number in range(1000):
        yield f'<https://h.example/{number}> <https://h.example/p> "x" .'
    os.kill(os.getpid(), signal.SIGKILL)

StoreFolder(Path(sys.argv[1])).build(documents())
"""


def test_a_build_that_is_killed_leaves_the_old_store_and_no_lock(tmp_path: Path) -> None:
    stores = StoreFolder(tmp_path)
    first = stores.build(documents(3))
    done = subprocess.run([sys.executable, "-c", KILLED, str(tmp_path)], check=False, timeout=60)
    assert done.returncode == -signal.SIGKILL
    assert stores.current() == first
    assert len(names(tmp_path)) == 2
    assert count(stores.build(documents(4))) == 4
    assert len(names(tmp_path)) == 2  # the first one, and the new one


def test_two_do_not_build_at_once(tmp_path: Path) -> None:
    with (tmp_path / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with pytest.raises(StoreUnavailable) as caught:
            StoreFolder(tmp_path).build(documents(1))
    assert caught.value.id == "sparql-building"
    assert StoreFolder(tmp_path).build(documents(1)).triples == 1


def test_a_half_written_store_is_none(tmp_path: Path) -> None:
    stores = StoreFolder(tmp_path)
    built = stores.build(documents(3))
    facts = built.data.parent / "built.json"
    whole = facts.read_text(encoding="utf-8")
    for half in (whole[:20], "[]", "{}"):
        facts.write_text(half, encoding="utf-8")
        assert stores.current() is None
    facts.write_text(whole, encoding="utf-8")
    os.rename(built.data, tmp_path / "elsewhere")
    assert stores.current() is None


@pytest.mark.parametrize("ending", ["sst", "MANIFEST", "CURRENT"])
def test_a_damaged_store_is_told_in_words(tmp_path: Path, ending: str) -> None:
    built = StoreFolder(tmp_path).build(documents(2000))
    for path in built.data.iterdir():
        if ending in path.name:
            path.write_bytes(path.read_bytes()[: path.stat().st_size // 3])
    with pytest.raises(StoreUnavailable) as caught:
        ask(built.data, "SELECT * { ?s ?p ?o }")
    assert caught.value.id == "sparql-store-broken"
    assert "hanse sparql build" in caught.value.remedy
