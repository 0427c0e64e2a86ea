"""The learned weights of the suggester: their file, and scores by them.

``weights.gz`` begins with lines ``# …`` that name source, seed and figures; then come a line of
JSON (:class:`Header`), a line per feature, and three arrays one after the other: of each feature
its IDF (float32) and the number of its weights (uint8); of each weight the number of its class
(uint8), then its value (int8, in units of ``scale``).  Little endian.
"""

from __future__ import annotations

import gzip
import json
import sys
from array import array
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cache
from importlib.resources import files
from itertools import accumulate, pairwise
from math import exp

FILE = "weights.gz"


@dataclass(frozen=True, slots=True)
class Header:
    """What is stored beside the weights.

    ``paths`` are the model datasets of the classes, ``calibration`` the constant and the factors of
    score and lead in the logistic curve of :meth:`Weights.confidence`, ``sure`` the confidence from
    which a first suggestion is right at least nine times in ten.
    """

    paths: list[str]
    features: int
    scale: float
    calibration: tuple[float, float, float]
    sure: float


class Weights:
    """A linear classifier with few weights per feature."""

    def __init__(
        self,
        header: Header,
        idf: Mapping[str, float],
        counts: Sequence[int],
        classes: bytes,
        values: Sequence[int],
    ) -> None:
        """``idf``: feature → IDF; ``counts``: of weights per feature, in the same order."""
        self.header = header
        self.idf = idf
        ends = list(accumulate(counts, initial=0))
        self._spans = dict(zip(idf, pairwise(ends), strict=True))
        self._classes, self._values = classes, values

    def scores(self, vector: Mapping[str, float]) -> list[float]:
        """Return the score of each class; about 1 for what looks like its examples."""
        scores = [0.0] * len(self.header.paths)
        for name, weight in vector.items():
            start, end = self._spans[name]
            pairs = zip(self._classes[start:end], self._values[start:end], strict=True)
            for number, value in pairs:
                scores[number] += weight * value
        return [score * self.header.scale for score in scores]

    def confidence(self, score: float, lead: float) -> float:
        """Return how likely a class is right by its score and its lead before the next best.

        ``lead`` is negative for any but the first.
        """
        constant, by_score, by_lead = self.header.calibration
        return 1.0 / (1.0 + exp(-(constant + by_score * score + by_lead * lead)))

    def pack(self, comment: str) -> bytes:
        """Return the content of the file; ``comment`` are its first lines, each with "#"."""
        counts = bytes(end - start for start, end in self._spans.values())
        idf, values = array("f", self.idf.values()), array("b", self._values)
        if sys.byteorder == "big":
            idf.byteswap()
        text = "\n".join((comment.rstrip("\n"), json.dumps(asdict(self.header)), *self.idf, ""))
        binary = idf.tobytes() + counts + self._classes + values.tobytes()
        return gzip.compress(text.encode() + binary, 9, mtime=0)


def unpack(content: bytes) -> Weights:
    """Return the weights in the content of a file."""
    rest = gzip.decompress(content)
    while rest.startswith(b"#"):
        _, _, rest = rest.partition(b"\n")
    line, _, rest = rest.partition(b"\n")
    header = Header(**json.loads(line))
    *names, rest = rest.split(b"\n", header.features)
    idf = array("f", rest[: 4 * len(names)])
    if sys.byteorder == "big":
        idf.byteswap()
    counts, rest = rest[4 * len(names) : 5 * len(names)], rest[5 * len(names) :]
    half = sum(counts)
    return Weights(
        header,
        dict(zip((name.decode() for name in names), idf, strict=True)),
        counts,
        rest[:half],
        array("b", rest[half : 2 * half]),
    )


@cache
def weights() -> Weights:
    """Return the committed weights, loaded once."""
    return unpack(files(__package__).joinpath(FILE).read_bytes())
