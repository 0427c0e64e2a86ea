"""The score as RDF by the Data Quality Vocabulary (https://www.w3.org/TR/vocab-dqv/), and as rows.

A ``dqv:QualityMeasurement`` a metric, by piveau's metric IRIs, as data.europa.eu publishes them.
The two metrics of links are told as true or false there too, since the status code of a single
URL says less; pending ones are left out.
"""

from __future__ import annotations

from collections.abc import Iterator

from hanse_harvesters.mapping.terms import IRI, RDF_TYPE, XSD, BNode, Literal, Node, Triple
from hanse_harvesters.quality import mqa_words
from hanse_harvesters.quality.mqa import Score
from hanse_harvesters.quality.mqa_facts import facts
from hanse_harvesters.quality.summary import Summary

_DQV = "http://www.w3.org/ns/dqv#"
_MEASUREMENT = IRI(f"{_DQV}QualityMeasurement")
_HAS = IRI(f"{_DQV}hasQualityMeasurement")
_OF, _ON, _VALUE = (IRI(_DQV + name) for name in ("isMeasurementOf", "computedOn", "value"))
_WHEN = IRI("http://www.w3.org/ns/prov#generatedAtTime")
# As in the examples of the W3C's note.
_UNIT = IRI("http://purl.org/linked-data/sdmx/2009/attribute#unitMeasure")
_PER_CENT = IRI("http://www.wurvoc.org/vocabularies/om-1.8/Percentage")

#: The columns of :func:`rows` and :func:`summary_rows`.
COLUMNS = ("metric", "name", "dimension", "points", "of", "reached")
SUMMARY_COLUMNS = ("metric", "name", "dimension", "of", "yes", "no", "pending", "per_cent")


def score_triples(
    subject: str, score: Score, *, when: str = "", distribution: str = ""
) -> Iterator[Triple]:
    """Yield a dataset's measurements: of every metric, each dimension, and the sum.

    ``when``          xsd:dateTime of the judgement, "" if unknown.
    ``distribution``  IRI of the one that counts; without it, its metrics are the dataset's.
    """
    known = facts()
    dataset: Node = IRI(subject)
    file: Node = IRI(distribution or subject)
    values: list[tuple[str, Literal, Node]] = []
    for id, metric in known.metrics.items():
        reached = score.metrics.get(id)
        if reached is None:
            continue
        on = file if metric.level == "distribution" else dataset
        values.append((id, Literal(str(reached).lower(), datatype=f"{XSD}boolean"), on))
    sums = {f"{name}Scoring": points for name, (points, _of) in score.dimensions.items()}
    for id, points in (*sums.items(), ("scoring", score.points)):
        values.append((id, Literal(str(points), datatype=f"{XSD}integer"), dataset))
    for number, (id, value, on) in enumerate(values):
        yield from _measurement(number, on, known.namespace + id, value, when)


def summary_triples(subject: str, summary: Summary, *, when: str = "") -> Iterator[Triple]:
    """Yield the measurements of many datasets: the mean, and per metric the per cent reached."""
    known, node = facts(), IRI(subject)
    values = [] if summary.mean is None else [("scoring", summary.mean, False)]
    values += [
        (id, reached.per_cent, True)
        for id, reached in summary.metrics.items()
        if reached.per_cent is not None
    ]
    for number, (id, value, share) in enumerate(values):
        literal = Literal(str(value), datatype=f"{XSD}decimal")
        yield from _measurement(number, node, known.namespace + id, literal, when)
        if share:
            yield BNode(f"_:m{number}"), _UNIT, _PER_CENT


def _measurement(number: int, on: Node, metric: str, value: Literal, when: str) -> Iterator[Triple]:
    node = BNode(f"_:m{number}")
    yield on, _HAS, node
    yield node, RDF_TYPE, _MEASUREMENT
    yield node, _OF, IRI(metric)
    yield node, _ON, on
    yield node, _VALUE, value
    if when:
        yield node, _WHEN, Literal(when, datatype=f"{XSD}dateTime")


def rows(score: Score, language: str) -> list[tuple[str | int, ...]]:
    """Return a row a metric, in the order of :data:`COLUMNS`; the last one is the sum."""
    said = {True: "yes", False: "no", None: "pending"}
    found: list[tuple[str | int, ...]] = []
    for id, metric in facts().metrics.items():
        reached = score.metrics.get(id)
        points = metric.points if reached else 0
        name, dimension = mqa_words.metric(id, language), metric.dimension
        found.append((id, name, dimension, points, metric.points, said[reached]))
    return [*found, ("scoring", "", "", score.points, score.of, "")]


def summary_rows(summary: Summary, language: str) -> list[tuple[str | int | float, ...]]:
    """Return a row a metric, in the order of :data:`SUMMARY_COLUMNS`; "" of none judged."""
    found: list[tuple[str | int | float, ...]] = []
    for id, reached in summary.metrics.items():
        metric = facts().metrics[id]
        share = "" if reached.per_cent is None else reached.per_cent
        counts = (reached.yes, reached.no, reached.pending, share)
        name = mqa_words.metric(id, language)
        found.append((id, name, metric.dimension, metric.points, *counts))
    return found
