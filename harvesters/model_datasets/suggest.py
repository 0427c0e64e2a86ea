"""Suggest model datasets for a dataset that does not say which one it is.

A linear classifier over TF-IDF, learned by ``tools/learn_model_datasets.py``; how often it is right
stands in BENCHMARKS.md.  People disagree about a fifth of the titles, too: a person confirms.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from hanse_harvesters.model_datasets.vectors import dataset_blocks, vector
from hanse_harvesters.model_datasets.weights import weights
from hanse_schemas.model_datasets import model_datasets

HOW_MANY = 5
#: Where the others have no place: no machine says so by itself.
REMAINDER = "sonstiges/sonstiges"


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A model dataset's IRI and how likely it is the right one, from 0 to 1."""

    iri: str
    confidence: float


def suggest(title: str, description: str = "", keywords: Iterable[str] = ()) -> list[Suggestion]:
    """Return the five most likely model datasets, the likeliest first.

    [] if no word is known.  Texts may be in German, English or another language of the cities,
    as far as the vocabulary of the search knows its words.
    """
    learned = weights()
    found = vector(dataset_blocks(title, description, keywords), learned.idf)
    if not found:
        return []
    scores = learned.scores(found)
    order = sorted(range(len(scores)), key=scores.__getitem__, reverse=True)[: HOW_MANY + 1]
    first, second = scores[order[0]], scores[order[1]]
    suggestions = []
    for number in order[:HOW_MANY]:
        lead = scores[number] - (second if number == order[0] else first)
        model = model_datasets().by_path(learned.header.paths[number])
        if model:
            confidence = learned.confidence(scores[number], lead)
            suggestions.append(Suggestion(model.iri, round(confidence, 3)))
    return suggestions


def is_sure(suggestions: Sequence[Suggestion]) -> bool:
    """Return whether the first suggestion may be shown as assigned by a machine.

    By cross-validation it is then right nineteen times in twenty.  Never "Sonstiges".
    """
    if not suggestions:
        return False
    first = suggestions[0]
    model = model_datasets().by_iri(first.iri)
    return bool(model and model.path != REMAINDER and first.confidence >= weights().header.sure)
