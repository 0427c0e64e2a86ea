"""What a dataset leads on to: its other editions, datasets like it; and editions in a list."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ckanext.hanse.presentation import editions, similar

Dataset = Mapping[str, Any]


def hanse_editions(dataset: Dataset) -> editions.Editions | None:
    """Return the editions that a dataset is one of; None if it is the only one."""
    return editions.of_dataset(dataset)


def hanse_similar(dataset: Dataset) -> list[similar.Similar]:
    """Return up to six datasets like this one."""
    return similar.similar(dataset)


def hanse_folded(datasets: Sequence[Dataset], question: str = "") -> editions.Folded:
    """Return a page of results with the editions of one thing as one entry."""
    return editions.folded(datasets, question)
