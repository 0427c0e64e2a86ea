"""Which page numbers of a long result are linked."""

from __future__ import annotations


def steps(page: int, count: int, around: int = 1) -> list[int | None]:
    """Return the page numbers to link to, None for a gap; empty for a single page.

    The first, the last and those ``around`` the current one: 1 … 6 [7] 8 … 20.
    """
    if count < 2:
        return []
    shown = sorted({1, count, *range(max(1, page - around), min(count, page + around) + 1)})
    found: list[int | None] = []
    for before, number in zip([0, *shown], shown, strict=False):
        if number - before == 2:
            found.append(number - 1)
        elif number - before > 2:
            found.append(None)
        found.append(number)
    return found
