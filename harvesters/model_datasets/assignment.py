"""Read and write which model dataset a dataset is.

DCAT-AP.de 3.0, convention handbook, "Verwendung des Musterdatenkatalogs für
Kommunen": ``dct:references`` with the model dataset's IRI, theme and name as
``dcat:keyword``; never as ``dcat:theme``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from hanse_schemas.model_datasets import ModelDataset, is_model_iri, model_datasets

Dataset = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Assignment:
    """A model dataset, and where the dataset says so: ``references`` or its keywords."""

    model: ModelDataset
    found_in: Literal["reference", "keywords"]


def assigned(dataset: Dataset) -> tuple[Assignment, ...]:
    """Return what ``dataset`` (in the shape of our schema) says it is; mostly one, () if nothing.

    References of V1 to V4 decide, in their order, each model dataset once.  Keywords are asked
    only without a reference, and ignored if they fit several model datasets.
    """
    said = map(model_datasets().by_iri, _references(dataset))
    models = {model.iri: model for model in said if model}
    if models:
        return tuple(Assignment(model, "reference") for model in models.values())
    found = model_datasets().by_keywords(keywords(dataset))
    return (Assignment(found[0], "keywords"),) if len(found) == 1 else ()


def unknown_references(dataset: Dataset) -> tuple[str, ...]:
    """Return the references into the Musterdatenkatalog that no version of it has."""
    known = model_datasets().by_iri
    return tuple(iri for iri in _references(dataset) if is_model_iri(iri) and known(iri) is None)


def with_model(dataset: Dataset, model: ModelDataset) -> dict[str, Any]:
    """Return a copy of ``dataset`` that says it is ``model``, and no other model dataset.

    Its keywords get theme and name if they are not there.  References to other things stay, and
    so do keywords of a former model dataset: they may have been meant as words.
    """
    others = [iri for iri in _references(dataset) if not is_model_iri(iri)]
    here = {text.casefold() for text in keywords(dataset)}
    missing = [text for text in model.keywords if text.casefold() not in here]
    tags = [*(dataset.get("tags") or ()), *({"name": text} for text in missing)]
    return {**dataset, "references": [model.iri, *others], "tags": tags}


def keywords(dataset: Dataset) -> Iterator[str]:
    """Yield the keywords of ``dataset``, in every language."""
    translated = dataset.get("tags_translated") or {}
    for group in (dataset.get("tags"), *translated.values()):
        for tag in group if isinstance(group, list) else ():
            name = tag.get("name") if isinstance(tag, dict) else tag
            if isinstance(name, str):
                yield name


def _references(dataset: Dataset) -> list[str]:
    value = dataset.get("references") or []
    listed = value if isinstance(value, list) else [value]
    return [iri for iri in listed if isinstance(iri, str)]
