"""Model datasets by what people call them: their name, words of it, or everyday words."""

from __future__ import annotations

from ckanext.hanse.search.query import SMALL_WORDS, WORD
from ckanext.hanse.search.vocabulary import vocabulary
from hanse_harvesters.german.letters import fold
from hanse_schemas.model_datasets import ModelDataset, model_datasets


def exactly(given: str) -> ModelDataset | None:
    """Return the model dataset of an IRI, a path, a label, or "theme: label"; None if none is."""
    given = given.strip()
    found = model_datasets().by_iri(given) or model_datasets().by_path(given)
    if found or not given:
        return found
    wanted = fold(given)
    named = [item for item in model_datasets() if wanted in _names(item)]
    return named[0] if len(named) == 1 else None


def _names(item: ModelDataset) -> set[str]:
    labels = [(item.theme_labels[lang], item.labels[lang]) for lang in item.labels]
    return {fold(name) for theme, label in labels for name in (label, f"{theme}: {label}")}


def meant(words: str) -> list[ModelDataset]:
    """Return the model datasets that words mean, in the catalogue's order.

    Those with all of the words in label, theme or definition; else those whose label has a term
    by which the vocabulary of services knows one of the words: "trees" means "Baumkataster".
    """
    asked = [fold(word) for word in WORD.findall(words)]
    if not asked:
        return []
    found = [item for item in model_datasets() if all(word in _text(item) for word in asked)]
    if found:
        return found
    terms = {
        fold(find)
        for term in vocabulary().terms(WORD.findall(words))
        for group in term.groups
        for find in group.find
        if find.lower() not in SMALL_WORDS
    }
    return [item for item in model_datasets() if any(term in _label(item) for term in terms)]


def _text(item: ModelDataset) -> str:
    labels = (*item.labels.values(), *item.theme_labels.values(), item.definition)
    return fold(" ".join(labels))


def _label(item: ModelDataset) -> str:
    return fold(" ".join(item.labels.values()))
