"""Texts as weighted features: pieces of 3 and 4 letters, and words with the parts of compounds.

The same code makes the vectors that ``tools/learn_model_datasets.py`` learns from and those of
datasets to be judged.  Weights are TF-IDF, each block of a text with the length 1.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from html import unescape
from math import log, sqrt

from hanse_harvesters.german.compounds import parts_of
from hanse_harvesters.german.letters import fold

#: Characters of a title, and of a description with keywords, that are read.
LONGEST_TITLE, LONGEST_REST = 300, 400
#: Weight of the description beside the title.
REST = 0.5
#: Letters of a piece; a word has a blank at both ends.
PIECES = (3, 4)

#: Features of a text → how often they occur; pieces, then words.  A word begins with "=".
Blocks = tuple[Counter[str], Counter[str]]

_WORD = re.compile(r"[^\W\d_]{2,}")
_MARKUP = re.compile(r"<[^>]{0,200}>|https?://\S+")


def blocks(text: str, longest: int) -> Blocks:
    """Return the features of the first ``longest`` characters of ``text``, without markup."""
    text = _MARKUP.sub(" ", unescape(text[: 2 * longest]))[:longest]
    words = list(map(fold, _WORD.findall(text)))
    pieces: Counter[str] = Counter()
    for word in words:
        padded = f" {word} "
        for size in PIECES:
            pieces.update(padded[at : at + size] for at in range(len(padded) - size + 1))
    return pieces, Counter(f"={word}" for word in (*words, *parts_of(text)))


def dataset_blocks(title: str, description: str, keywords: Iterable[str]) -> tuple[Blocks, Blocks]:
    """Return the features of a dataset's title, and of its description and keywords."""
    rest = " ".join((*keywords, description))
    return blocks(title, LONGEST_TITLE), blocks(rest, LONGEST_REST)


def vector(read: tuple[Blocks, Blocks], idf: Mapping[str, float]) -> dict[str, float]:
    """Return feature → weight of a dataset, of the features in ``idf``; {} if it has none."""
    whole: dict[str, float] = {}
    for title, rest in zip(*read, strict=True):
        block = _weighted(title, idf)
        for name, weight in _weighted(rest, idf).items():
            block[name] = block.get(name, 0.0) + REST * weight
        whole |= _of_length_1(block)
    return whole


def _weighted(counts: Mapping[str, int], idf: Mapping[str, float]) -> dict[str, float]:
    return _of_length_1(
        {name: (1.0 + log(n)) * idf[name] for name, n in counts.items() if name in idf}
    )


def _of_length_1(weights: dict[str, float]) -> dict[str, float]:
    length = sqrt(sum(weight * weight for weight in weights.values()))
    return {name: weight / length for name, weight in weights.items()} if length else {}
