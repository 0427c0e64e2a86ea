"""Learns ``harvesters/model_datasets/weights.gz``, by which model datasets are suggested.

    pip install numpy==2.4.6 scipy==1.17.1
    python tools/learn_model_datasets.py PATH/TO/taxonomy-v4.xlsx

The labelled titles and descriptions come from the sheet "Datensätze" of the taxonomy of the
Musterdatenkatalog (Bertelsmann Stiftung, CC0 1.0).  Further rows to learn from: labels, definitions
and former names (``schemas/model_datasets/``), and the groups of
``ckanext-hanse/search/vocabulary/`` that name a model dataset; the other groups are examples of
what is none.  Nothing of a site needs this; what it writes is committed.

A linear classifier by least squares (the least-squares SVM): as right as a linear SVM with hinge
loss here, solved in one step.  Before anything is written it is judged by 5-fold cross-validation
of the labelled rows, IDF, selection of weights and rounding done anew in each fold.
"""

from __future__ import annotations

import argparse
import re
from array import array
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import yaml
from python_calamine import CalamineWorkbook
from scipy.linalg import cho_factor, cho_solve
from scipy.sparse import csr_matrix

from hanse_harvesters.model_datasets.suggest import REMAINDER
from hanse_harvesters.model_datasets.vectors import Blocks, dataset_blocks, vector
from hanse_harvesters.model_datasets.weights import FILE, Header, Weights
from hanse_schemas.model_datasets import model_datasets

ROOT = Path(__file__).parents[1]
VOCABULARY = ROOT / "ckanext-hanse" / "search" / "vocabulary"
OUT = ROOT / "harvesters" / "model_datasets" / FILE
PATHS = [model.path for model in model_datasets()]
FOLDS, SEEDS = 5, (0, 1, 2)

#: Datasets in which a piece of letters must occur to become a feature; words need one.
SEEN_AT_LEAST = 2
#: Regularisation; weights of further rows beside the labelled ones: a label or a group, one word of
#: a group, a group that is no model dataset.
RIDGE, FURTHER, WORD, NONE = 1.5, 2.0, 0.5, 1.0
#: Weights kept per feature, and the steps to which the largest is rounded.
KEPT, STEPS = 20, 15
#: How often a machine's assignment must be right; more is asked, for what it has not seen.
RIGHT, ASKED = 0.90, 0.95
HEAD = """\
# Weights of a linear classifier: which model dataset of the Musterdatenkatalog V4 a dataset is.
# Learned by tools/learn_model_datasets.py from the labelled titles of the taxonomy of the
# Musterdatenkatalog (Bertelsmann Stiftung, https://musterdatenkatalog.de, CC0 1.0), sheet
# "Datensätze" of {file}, {labelled} rows, and from {further} further ones: labels,
# definitions and former names, and our own vocabulary. No row is contained.
# Seeds of the cross-validation: {seeds}; numpy {numpy}, scipy {scipy}.
# {figures}
"""


@dataclass(frozen=True, slots=True)
class Row:
    """A text to learn from, its class (number in ``PATHS``; None for no class) and its weight."""

    read: tuple[Blocks, Blocks]
    number: int | None
    weight: float = FURTHER


def example(title: str, rest: str, number: int | None, weight: float = FURTHER) -> Row:
    """Return a row of texts."""
    return Row(dataset_blocks(title, rest, ()), number, weight)


@dataclass(frozen=True, slots=True)
class Learned:
    """A classifier: IDF of its features, and weights, feature by class."""

    idf: dict[str, float]
    matrix: Any

    def scores(self, rows: list[Row]) -> Any:
        return vectors(rows, self.idf) @ self.matrix


def labelled(file: Path) -> Iterator[Row]:
    """Yield the labelled rows, those of an older version under their name in V4."""
    labels = {name(" ".join(model.keywords)): model.path for model in model_datasets()}
    sheet = CalamineWorkbook.from_path(file).get_sheet_by_name("Datensätze").to_python()
    for label, title, description, *_ in sheet[1:]:
        parts = [name(part) for part in str(label).split(" - ")]
        model = model_datasets().by_path("/".join(parts))
        path = model.path if model else labels[name(str(label))]
        text = "" if str(description).lower() in ("none", "nan") else str(description)
        yield example(str(title), text, PATHS.index(path), 1.0)


def name(text: str) -> str:
    """Return ``text`` without blanks and signs, in lower case."""
    return re.sub(r"[\W_]", "", text).lower()


def further() -> Iterator[Row]:
    """Yield labels with definitions, former names, and what people call these things."""
    for number, model in enumerate(model_datasets()):
        yield example(" ".join(model.keywords), model.definition, number)
        yield example(f"{model.theme_labels['en']} {model.labels['en']}", "", number)
    for old, path in model_datasets().former.items():
        yield example(re.sub(r"(?<=[a-z])(?=[A-Z0-9])|/", " ", old), "", PATHS.index(path))
    for file in sorted(VOCABULARY.glob("*.yaml")):
        for group in yaml.safe_load(file.read_text("utf-8"))["groups"]:
            yield from _of_group(group, file.name)


def _of_group(group: dict[str, list[Any]], file: str) -> Iterator[Row]:
    """Yield the words of a group; one without a model dataset shows what is none."""
    numbers = []
    for path in group.get("model", ()):
        model = model_datasets().by_path(path)
        if model is None:
            raise SystemExit(f"{file}: there is no model dataset {path}")
        numbers.append(PATHS.index(model.path))
    find, asked = _words(group, "find"), _words(group, "asked")
    if not numbers:
        yield example(" ".join(find), " ".join(asked), None, NONE)
    for number in numbers:
        yield example(" ".join(find), " ".join(asked), number)
        others = _words(group, "pl", "sv", "da", "fi", "lv", "et")
        yield example(" ".join(_words(group, "en")), " ".join(others), number)
    if len(numbers) == 1:
        for word in find:
            yield example(word, "", numbers[0], WORD)


def _words(group: dict[str, list[Any]], *keys: str) -> list[str]:
    return [str(word) for key in keys for word in group.get(key, ())]


def vectors(rows: list[Row], idf: dict[str, float]) -> Any:
    """Return a sparse matrix, row by feature."""
    columns = {feature: at for at, feature in enumerate(idf)}
    ends, places, values = [0], array("q"), array("d")
    for row in rows:
        found = vector(row.read, idf)
        places.extend(columns[feature] for feature in found)
        values.extend(found.values())
        ends.append(len(places))
    return csr_matrix((values, places, ends), shape=(len(rows), len(idf)), dtype=np.float32)


def learn(rows: list[Row]) -> Learned:
    """Return a classifier with the precision that is shipped."""
    seen = Counter(
        feature
        for row in rows
        for feature in set().union(*(block for blocks in row.read for block in blocks))
    )
    idf = {
        feature: float(np.float32(np.log((1 + len(rows)) / (1 + count)) + 1))
        for feature, count in sorted(seen.items())
        if count >= (1 if feature.startswith("=") else SEEN_AT_LEAST)
    }
    matrix = vectors(rows, idf)
    wanted = np.zeros((len(rows), len(PATHS)), np.float32)
    for at, row in enumerate(rows):
        if row.number is not None:
            wanted[at, row.number] = 1
    alike = (matrix @ matrix.T).toarray()
    alike[np.diag_indices(len(rows))] += [RIDGE / row.weight for row in rows]
    weights = matrix.T @ cho_solve(cho_factor(alike, overwrite_a=True), wanted)
    size = np.abs(weights)
    weights[size < np.partition(size, -KEPT, axis=1)[:, -KEPT, None]] = 0
    scale = size.max() / STEPS
    return Learned(idf, np.round(weights / scale) * scale)


def judged(known: list[Row], others: list[Row], seed: int) -> Any:
    """Return the scores of the labelled rows, each by a classifier that has not seen it."""
    scores = np.zeros((len(known), len(PATHS)))
    order = np.random.default_rng(seed).permutation(len(known))
    for test in np.array_split(order, FOLDS):
        left_out = set(test.tolist())
        rows = [row for at, row in enumerate(known) if at not in left_out]
        scores[test] = learn(rows + others).scores([known[at] for at in test])
    return scores


def candidates(scores: Any, truth: Any) -> tuple[Any, Any]:
    """Return score and lead of the five best of each row, with a 1 before, and which are right."""
    order = np.argsort(-scores, axis=1)[:, :5]
    best = np.take_along_axis(scores, order, axis=1)
    lead = best - best[:, :1]
    lead[:, 0] = best[:, 0] - best[:, 1]
    features = np.stack([np.ones_like(best), best, lead], axis=2)
    return features, order == truth[:, None]


def logistic(features: Any, right: Any) -> Any:
    """Return the factors of the logistic curve by Newton's method."""
    x, y, factors = features.reshape(-1, 3), right.ravel().astype(float), np.zeros(3)
    for _ in range(30):
        p = 1 / (1 + np.exp(-x @ factors))
        hessian = (x * (p * (1 - p))[:, None]).T @ x + 1e-6 * np.eye(3)
        factors += np.linalg.solve(hessian, x.T @ (y - p))
    return factors


def margin(confidence: Any, right: Any) -> float:
    """Return the lowest confidence from which on ``ASKED`` of the first suggestions are right."""
    order = np.argsort(-confidence)
    precision = np.cumsum(right[order]) / np.arange(1, len(order) + 1)
    last = np.nonzero(precision >= ASKED)[0].max()
    return float(np.ceil(confidence[order][last] * 1000) / 1000)


def main() -> None:
    """Judge, learn, write."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("taxonomy", type=Path, help="taxonomy-v4.xlsx")
    file = parser.parse_args().taxonomy
    known, others = list(labelled(file)), list(further())
    truth = np.array([row.number for row in known])
    themes = np.array([path.partition("/")[0] for path in PATHS])
    found = [judged(known, others, seed) for seed in SEEDS]
    scores, truths = np.concatenate(found), np.tile(truth, len(SEEDS))
    features, right = candidates(scores, truths)
    factors = logistic(features, right)
    confidence = 1 / (1 + np.exp(-features[:, 0] @ factors))
    best = scores.argmax(axis=1)
    shown = best != PATHS.index(REMAINDER)
    sure = margin(confidence[shown], right[shown, 0])
    above = shown & (confidence >= sure)
    precision = right[above, 0].mean()
    if precision < RIGHT:
        raise SystemExit(f"above the margin only {precision:.3f} are right")
    figures = (
        f"Right at first guess {right[:, 0].mean():.3f}, among five {right.any(1).mean():.3f}, "
        f"theme {(themes[best] == themes[truths]).mean():.3f}; above the margin {sure} are "
        f"{above.mean():.2f} of the titles, of these right {precision:.3f}."
    )
    print(figures)
    learned = learn(known + others)
    OUT.write_bytes(
        packed(learned, factors, sure).pack(
            HEAD.format(
                file=file.name,
                labelled=len(known),
                further=len(others),
                seeds=", ".join(map(str, SEEDS)),
                numpy=version("numpy"),
                scipy=version("scipy"),
                figures=figures,
            )
        )
    )
    print(f"{OUT.name}: {len(learned.idf)} features, {OUT.stat().st_size} bytes")


def packed(learned: Learned, factors: Any, sure: float) -> Weights:
    """Return the weights as they are stored; a feature without any stays for its IDF."""
    scale = np.abs(learned.matrix).max() / STEPS
    rounded = np.round(learned.matrix / scale).astype(int)
    rows, columns = np.nonzero(rounded)
    constant, by_score, by_lead = (round(float(factor), 4) for factor in factors)
    header = Header(
        paths=PATHS,
        features=len(learned.idf),
        scale=float(scale),
        calibration=(constant, by_score, by_lead),
        sure=sure,
    )
    counts = np.bincount(rows, minlength=len(learned.idf)).tolist()
    values = array("b", rounded[rows, columns].tolist())
    return Weights(header, learned.idf, counts, bytes(columns.tolist()), values)


if __name__ == "__main__":
    main()
