"""Model datasets by cities: what each city publishes of the Musterdatenkatalog."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain

from ckanext.hanse.comparison import published
from ckanext.hanse.comparison.published import Published
from ckanext.hanse.model_datasets import decisions
from ckanext.hanse.presentation.cities import City
from ckanext.hanse.search.synonyms import stem
from ckanext.hanse.search.vocabulary import vocabulary
from hanse_harvesters.german.letters import fold
from hanse_harvesters.model_datasets.hvd import hvd_category
from hanse_schemas.model_datasets import ModelDataset, ModelTheme, model_datasets

#: How many cities must publish one: values of a filter.
SOMEBODY, SEVERAL, NOBODY = "one", "two", "none"
SHARED = (SOMEBODY, SEVERAL, NOBODY)


@dataclass(frozen=True, slots=True)
class Asked:
    """Filters: name of a theme; how many publish it; only high-value ones; words of its label."""

    theme: str = ""
    shared: str = ""
    hvd: bool = False
    words: str = ""


@dataclass(frozen=True, slots=True)
class Cell:
    """What a city has of a model dataset: datasets, else maybe why it does not apply."""

    city: City
    datasets: tuple[Published, ...]
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """A model dataset over all cities, in their order; ``publish`` is the number that have it."""

    model: ModelDataset
    cells: tuple[Cell, ...]

    @property
    def publish(self) -> int:
        return sum(bool(cell.datasets) for cell in self.cells)

    @property
    def hvd(self) -> str:
        """Code of the HVD category it belongs to, "" if none clearly does."""
        return hvd_category(self.model)


@dataclass(frozen=True, slots=True)
class Block:
    """A theme with its lines."""

    theme: ModelTheme
    lines: tuple[Line, ...]


class Matrix:
    """All model datasets over all cities."""

    def __init__(self, cities: Sequence[City], datasets: Sequence[Published]) -> None:
        self.cities = tuple(cities)
        self._datasets: dict[tuple[str, str], list[Published]] = {}
        for dataset in datasets:
            for iri in dataset.models:
                self._datasets.setdefault((dataset.city, iri), []).append(dataset)
        self._absences = decisions.absences_by_name()

    def line(self, model: ModelDataset) -> Line:
        """Return one model dataset over all cities."""
        return Line(model, tuple(self._cell(city, model.iri) for city in self.cities))

    def _cell(self, city: City, iri: str) -> Cell:
        datasets = tuple(self._datasets.get((city.name, iri), ()))
        reason = "" if datasets else self._absences.get((city.name, iri), "")
        return Cell(city, datasets, reason)

    def blocks(self, asked: Asked) -> list[Block]:
        """Return the themes that have a line which the filters let through."""
        found = []
        for theme in model_datasets().themes:
            if asked.theme in ("", theme.name):
                lines = tuple(line for line in self._lines(theme) if _fits(line, asked))
                if lines:
                    found.append(Block(theme, lines))
        return found

    def _lines(self, theme: ModelTheme) -> Iterator[Line]:
        return map(self.line, theme.datasets)


def _fits(line: Line, asked: Asked) -> bool:
    numbers: Mapping[str, bool] = {
        "": True,
        SOMEBODY: line.publish >= 1,
        SEVERAL: line.publish >= 2,
        NOBODY: line.publish == 0,
    }
    return (
        numbers.get(asked.shared, True)
        and (not asked.hvd or bool(line.hvd))
        and (not asked.words or _has(line.model, asked.words))
    )


def _has(model: ModelDataset, words: str) -> bool:
    labels = (*model.labels.values(), *model.theme_labels.values(), model.definition)
    text = fold(" ".join(labels))
    return all(any(fold(term) in text for term in _terms(word)) for word in words.split())


@lru_cache(maxsize=256)
def _terms(word: str) -> tuple[str, ...]:
    """Return ``word`` and the official terms for it: "Kita" is "Kindertageseinrichtung"."""
    found = chain.from_iterable(group.find for group in vocabulary().of([word]))
    return (word, *map(stem, found))


def whole(cities: Sequence[City]) -> Matrix:
    """Return the matrix of these cities.  Raises SearchError if Solr does not answer."""
    return Matrix(cities, published.every())
