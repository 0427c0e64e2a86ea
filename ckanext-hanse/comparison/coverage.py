"""One city: which model datasets it has, and what the others publish and it does not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ckanext.hanse.comparison.matrix import Asked, Cell, Line, Matrix
from ckanext.hanse.comparison.published import Contact
from hanse_schemas.model_datasets import ModelTheme


@dataclass(frozen=True, slots=True)
class Share:
    """How many of ``of`` model datasets a city has; ``of`` leaves out what does not apply."""

    has: int
    of: int

    @property
    def per_cent(self) -> int:
        return round(100 * self.has / self.of) if self.of else 0


@dataclass(frozen=True, slots=True)
class Missing:
    """A model dataset that a city lacks, with the cells of those that have it."""

    line: Line
    others: tuple[Cell, ...]

    @property
    def contacts(self) -> dict[str, Contact]:
        """Name of a city → whom to ask there."""
        return {
            cell.city.name: dataset.contact
            for cell in self.others
            for dataset in reversed(cell.datasets)
            if dataset.contact
        }


@dataclass(frozen=True, slots=True)
class Coverage:
    """``themes`` with their shares; lists of what is missing, does not apply, and is there.

    ``missing``   what at least one other publishes, the most frequent first.
    ``unheard``   number of those that nobody publishes.
    """

    whole: Share
    themes: tuple[tuple[ModelTheme, Share], ...]
    missing: tuple[Missing, ...]
    absent: tuple[tuple[Line, str], ...]
    there: tuple[tuple[Line, Cell], ...]
    unheard: int


def coverage(matrix: Matrix, name: str) -> Coverage:
    """Return what the city ``name`` of the matrix has and lacks."""
    themes, missing, absent, there = [], [], [], []
    unheard = 0
    for block in matrix.blocks(Asked()):
        has = of = 0
        for line in block.lines:
            own = next(cell for cell in line.cells if cell.city.name == name)
            has += bool(own.datasets)
            of += not own.reason
            if own.datasets:
                there.append((line, own))
            elif own.reason:
                absent.append((line, own.reason))
            elif line.publish:
                others = tuple(cell for cell in line.cells if cell.datasets)
                missing.append(Missing(line, others))
            else:
                unheard += 1
        themes.append((block.theme, Share(has, of)))
    missing.sort(key=lambda item: -len(item.others))
    return Coverage(
        _sum([share for _, share in themes]),
        tuple(themes), tuple(missing), tuple(absent), tuple(there), unheard,
    )  # fmt: skip


def _sum(shares: Sequence[Share]) -> Share:
    return Share(sum(item.has for item in shares), sum(item.of for item in shares))
