"""The memory for pages is bounded in bytes; what was asked for longest ago makes room."""

from __future__ import annotations

import random

from ckanext.hanse.page_cache.memory import CachedPage, PageMemory


def page(size: int, until: float = 100.0) -> CachedPage:
    """A page that takes about ``size`` bytes, whatever is done to press it together."""
    return CachedPage.of(
        random.Random(size).randbytes(size), [("Content-Type", "text/html")], until
    )


def empty(limit: int) -> PageMemory:
    """A memory whose generation is "1"."""
    memory = PageMemory(limit)
    assert memory.get("nothing", "1", 0) is None
    return memory


def test_it_never_holds_more_than_its_limit() -> None:
    memory = empty(100_000)
    for number in range(1000):
        memory.put(number, page(5000 + number), "1")
        assert memory.size <= memory.limit
    assert 10 < len(memory) < 20


def test_headers_count_too() -> None:
    memory = empty(100_000)
    long = CachedPage.of(b"", [("Link", "x" * 20_000)], 100)
    for number in range(10):
        memory.put(number, long, "1")
    assert len(memory) == 4


def test_small_pages_are_counted_with_what_they_cost_beside_their_text() -> None:
    memory = empty(100_000)
    for number in range(1000):
        memory.put(number, CachedPage.of(b"", [], 100), "1")
    assert len(memory) == 99


def test_what_was_asked_for_longest_ago_makes_room() -> None:
    memory = empty(30_000)
    for key in "abc":
        memory.put(key, page(8000), "1")
    assert memory.get("a", "1", 0)
    memory.put("d", page(8000), "1")
    assert [key for key in "abcd" if memory.get(key, "1", 0)] == ["a", "c", "d"]


def test_a_page_put_again_counts_once() -> None:
    memory = empty(30_000)
    for _ in range(10):
        memory.put("a", page(8000), "1")
    assert len(memory) == 1
    assert memory.size == page(8000).size


def test_a_page_larger_than_all_of_it_pushes_nothing_out() -> None:
    memory = empty(30_000)
    memory.put("a", page(8000), "1")
    memory.put("b", page(40_000), "1")
    assert memory.get("a", "1", 0)
    assert memory.get("b", "1", 0) is None


def test_a_page_holds_in_its_generation_and_for_its_time() -> None:
    memory = empty(30_000)
    memory.put("a", page(100, until=10), "1")
    assert memory.get("a", "1", 10)
    assert memory.get("a", "1", 10.1) is None
    assert memory.get("a", "2", 0) is None
    assert memory.size == 0
    # Made before the change, ready after it.
    memory.put("a", page(100), "1")
    assert memory.get("a", "2", 0) is None


def test_the_body_comes_back_as_it_was() -> None:
    text = "Ämter, Bäume, Straßen\n".encode() * 1000
    kept = CachedPage.of(text, [], 0)
    assert kept.body == text
    assert kept.size < len(text) / 5
