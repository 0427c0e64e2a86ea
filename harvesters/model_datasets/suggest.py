"""Suggest model datasets for a dataset that does not say which one it is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from math import sqrt

from hanse_schemas.model_datasets import model_datasets

HOW_MANY = 5


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A model dataset's IRI and how confident the suggester is, from 0 to 1."""

    iri: str
    confidence: float


def suggest(title: str, description: str = "", keywords: Iterable[str] = ()) -> list[Suggestion]:
    """Return the five most likely model datasets, the likeliest first; [] for no words."""
    grams = _grams(f"{title} {' '.join(keywords)}")
    scores = sorted(
        (
            (sum(grams[g] * n for g, n in known.items()) / norm, iri)
            for iri, known, norm in _known()
        ),
        reverse=True,
    )
    total = sqrt(sum(n * n for n in grams.values())) or 1.0
    return [Suggestion(iri, min(score / total, 1.0)) for score, iri in scores[:HOW_MANY] if score]


def is_sure(suggestions: Sequence[Suggestion]) -> bool:
    """Return whether the first suggestion may be shown as assigned by a machine."""
    return bool(suggestions) and suggestions[0].confidence >= 0.9


def _grams(text: str) -> Counter[str]:
    text = f" {text.casefold()} "
    return Counter(text[at : at + 4] for at in range(len(text) - 3))


@cache
def _known() -> list[tuple[str, Counter[str], float]]:
    found = []
    for model in model_datasets():
        grams = _grams(model.labels["de"])
        found.append((model.iri, grams, sqrt(sum(n * n for n in grams.values()))))
    return found
