"""RDF → dataset dict: find the datasets of a graph, read them, and keep the unknown rest.

No field of DCAT-AP.de is named here or in the interpreter; all are defined in the
table.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from hanse_harvesters.issue import Issue, issue
from hanse_harvesters.mapping import adapters, lines
from hanse_harvesters.mapping.fingerprint import colours
from hanse_harvesters.mapping.interpreter import read_object
from hanse_harvesters.mapping.namespaces import canonical
from hanse_harvesters.mapping.property_names import known_names
from hanse_harvesters.mapping.result import ReadResult
from hanse_harvesters.mapping.source import LABELS, RecordReading, is_blank
from hanse_harvesters.mapping.statements import DATASET, SERIES, Statements
from hanse_harvesters.mapping.terms import (
    RDF_TYPE,
    BNode,
    Graph,
    Node,
    Triple,
)
from hanse_harvesters.mapping.walk import Subtree, types, walk
from hanse_schemas.table import classes

_DATASETS = {DATASET, SERIES}


def datasets(graph: Graph) -> list[Node]:
    """Return all datasets and series of the graph (:meth:`Statements.datasets`)."""
    found = Statements.of([lines.block(graph)])
    return [lines.node(name.decode()) for name in found.datasets()]


def read_dataset(
    graph: Graph, subject: Node, *, language: str = "de", base_url: str = ""
) -> ReadResult:
    """Read the dataset ``subject`` of ``graph`` into our schema.

    ``language`` is the site's, ``base_url`` the document's own URL (to which an
    empty reference resolves).  Never raises because of what a portal sent.
    """
    source = RecordReading(graph, language, base_url, subject)
    cls = classes()["dataset"]
    dataset = read_object(source, cls, subject, ()) or {}
    tree = walk(graph, subject)
    issues = [*_about_class(graph, subject), *source.issues, *_about_tree(tree)]
    left = [t for t in tree.triples if t not in source.used and not _ignorable(source, t)]
    issues += _unknown_properties(left, tree)
    identity = str(subject) if not is_blank(subject) else str(dataset.get("identifier", ""))
    return ReadResult(dataset, issues, _as_text(left), identity)


def read_described(
    graph: Graph, subject: Node, name: str, *, language: str = "de", base_url: str = ""
) -> dict[str, Any]:
    """Read ``subject`` as an object of the table's class ``name``: a service, a record …"""
    source = RecordReading(graph, language, base_url, subject)
    return read_object(source, classes()[name], subject, ()) or {}


def subtree(graph: Graph, subject: Node) -> list[Triple]:
    """Return the triples of the record: its own and those of the nodes it describes.

    Stops at other datasets and at catalogues; vocabularies that merely
    share the file are not included.
    """
    return walk(graph, subject).triples


# --- Statements unknown to the table -----------------------------------------------------------


def _ignorable(source: RecordReading, triple: Triple) -> bool:
    """Return whether the triple is no loss: a class, or the label of a value's node."""
    subject, predicate, _ = triple
    return predicate == RDF_TYPE or (
        subject in source.value_nodes and canonical(predicate) in LABELS
    )


def _unknown_properties(left: Iterable[Triple], tree: Subtree) -> list[Issue]:
    """Return one issue per property that no class of its subject defines."""
    counts = Counter(
        str(predicate)
        for subject, predicate, _ in left
        if not any(
            canonical(predicate) in known_names(name) for name in tree.classes.get(subject, ())
        )
    )
    return [issue("property-unknown", "", name, count=n) for name, n in sorted(counts.items())]


def _about_tree(tree: Subtree) -> list[Issue]:
    return [issue("nesting-cut")] if tree.cut else []


def _about_class(graph: Graph, subject: Node) -> list[Issue]:
    """Return an issue if the subject has no dataset class."""
    found = types(graph, subject)
    if found & _DATASETS or subject not in graph:
        return []
    return [issue("class-missing", "", ", ".join(sorted(found)) or "–")]


def _as_text(triples: Sequence[Triple]) -> str:
    """Return sorted N-Triples, with blank node labels that are the same for every parse."""
    labels = {node: BNode(f"_:b{colour[:12]}") for node, colour in colours(triples).items()}

    def relabel(term: Any) -> Any:
        return labels.get(term, term) if isinstance(term, BNode) else term

    text = adapters.serialize(((relabel(s), p, relabel(o)) for s, p, o in triples), "nt")
    return "\n".join(sorted(set(filter(None, text.decode().split("\n")))))
