"""The context of the reading functions: the graph, the site's language, and the issues."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field

from hanse_harvesters.issue import Issue, issue
from hanse_harvesters.mapping.languages import by_language
from hanse_harvesters.mapping.namespaces import canonical
from hanse_harvesters.mapping.terms import IRI, BNode, Graph, Literal, Node, Term, Triple
from hanse_schemas.kinds import THROUGH
from hanse_schemas.table import Property, expand

#: Properties by which a hub names the datasets it serves, and a catalogue those it lists.
SERVES = frozenset((expand("dcat:servesDataset"), expand("dcat:dataset")))
#: A service that serves more is a hub; its other datasets are not part of a record.
MOST_SERVED = 100
_SKOLEM = "/.well-known/genid/"
#: Properties of a concept's node beside its value; leaving them out is no loss.
LABELS = frozenset(
    expand(name)
    for names in (
        *THROUGH.values(),
        (
            "skos:altLabel",
            "skos:inScheme",
            "skos:topConceptOf",
            "rdfs:comment",
            "dcterms:identifier",
        ),
    )
    for name in names
)


def is_blank(term: Term) -> bool:
    """Return whether a term is a blank node, or was before a portal skolemised it."""
    return isinstance(term, BNode) or (isinstance(term, IRI) and _SKOLEM in term)


def statements(graph: Graph, node: Node, record: Node | None) -> Mapping[IRI, Collection[Term]]:
    """Return the statements about ``node`` as part of the record ``record``.

    Of the datasets that a hub serves, only the record itself is included: otherwise a service
    with all datasets of a portal would be part of every record, and any change would affect all.
    """
    stated = graph.stated(node)
    if node == record or all(len(values) <= MOST_SERVED for values in stated.values()):
        return stated
    return {
        predicate: [value for value in values if value == record]
        if len(values) > MOST_SERVED and canonical(predicate) in SERVES
        else values
        for predicate, values in stated.items()
    }


@dataclass(slots=True)
class RecordReading:
    """The state of reading one record.

    ``record``       the dataset being read.
    ``used``         triples whose values are in the dict.
    ``value_nodes``  nodes found in place of a plain value.
    ``issues``       issues of the object being read, with fields relative to it.
    """

    graph: Graph
    language: str
    base_url: str
    record: Node | None = None
    used: set[Triple] = field(default_factory=set)
    value_nodes: set[Node] = field(default_factory=set)
    issues: list[Issue] = field(default_factory=list)

    def note(self, rule: str, prop: Property, value: object = "", **params: object) -> None:
        """Add an issue about one value."""
        self.issues.append(issue(rule, prop.field, value, **params))

    def stated(self, node: Node) -> dict[str, list[Triple]]:
        """Return the triples of ``node``, grouped by the table's name of their property."""
        found: dict[str, list[Triple]] = {}
        for predicate, values in statements(self.graph, node, self.record).items():
            triples = found.setdefault(canonical(predicate), [])
            triples.extend((node, predicate, value) for value in values)
        return found

    def whole(self, node: Node, within: Collection[str]) -> dict[str, list[Triple]]:
        """Return the statements about ``node`` and its parts, the nodes under ``within``."""
        stated = self.stated(node)
        for name in map(canonical, within):
            for triple in stated.get(name, ()):
                part = triple[2]
                if isinstance(part, Literal) or part == node:
                    continue
                self.used.add(triple)
                for key, triples in self.stated(part).items():
                    stated.setdefault(key, triples)
        return stated

    def inside(
        self, node: Node, prop: Property, known: Callable[[str], bool] | None = None
    ) -> Term | None:
        """Return the value that the node stands for (``through`` in the table), None if none.

        If there are several, the first that is ``known``, else the first.
        """
        self.value_nodes.add(node)
        stated = self.stated(node)
        names = (name for name in map(canonical, prop.through) if name in stated)
        found = [
            (best, stated[name])
            for name in names
            if (best := self._best([triple[2] for triple in stated[name]])) is not None
        ]
        if not found:
            return None
        chosen = found[0]
        if known and len(found) > 1:
            chosen = next((item for item in found if known(_plain(item[0]))), chosen)
        self.used.update(chosen[1])
        return chosen[0]

    def _best(self, terms: list[Term]) -> Term | None:
        """Return an IRI, else the literal in the site's language, else English, else the first."""
        iris = sorted(term for term in terms if isinstance(term, IRI))
        if iris:
            return iris[0]
        texts = by_language((t for t in terms if isinstance(t, Literal)), self.language)
        for language in (self.language, "en", *sorted(texts)):
            if language in texts:
                return Literal(texts[language][0])
        return None


def _plain(term: Term) -> str:
    return term.value if isinstance(term, Literal) else str(term)


def prefixed(issues: list[Issue], prefix: str) -> Iterator[Issue]:
    """Yield the issues of a nested object with paths from its parent: ``publisher[0].name``."""
    for item in issues:
        where = f"{prefix}.{item.field}" if item.field else prefix
        yield Issue(item.rule, where, item.value, item.params)
