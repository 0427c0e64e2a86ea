"""Which part of a dataset each node of its source became: ``_:b7`` → ``resources[2]``.

The source's nodes are compared with the dataset as it is after reading and normalising: by
address, else by what they say, as blank nodes have no name.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from hanse_harvesters.mapping.adapters import line_term
from hanse_harvesters.mapping.namespaces import canonical
from hanse_harvesters.mapping.property_names import names_of
from hanse_harvesters.mapping.terms import Graph, Literal, Node, Term
from hanse_harvesters.record import DatasetDict, EntityDict
from hanse_schemas.table import Property, classes

_DEEPEST = 6
#: Objects of a property from which on those without an address are taken in order.
_MANY = 50


def places_of(graph: Graph, subject: Node, dataset: DatasetDict) -> dict[str, str]:
    """Return node as N-Triples has it → path in the dataset, "" for the dataset itself."""
    found: dict[Node, str] = {}
    _walk(graph, subject, "dataset", dataset, "", found, 0)
    return {line_term(node): path for node, path in found.items()}


def _walk(
    graph: Graph,
    node: Node,
    name: str,
    entity: EntityDict,
    path: str,
    found: dict[Node, str],
    depth: int,
) -> None:
    if node in found or depth > _DEEPEST:
        return
    found[node] = path
    by_name: dict[str, list[Term]] = {}
    for predicate, values in graph.stated(node).items():
        by_name.setdefault(canonical(predicate), []).extend(values)
    for prop in classes()[name].properties:
        children = [
            value
            for term in (names_of(prop) if prop.kind == "object" else ())
            for value in by_name.get(term, ())
            if not isinstance(value, Literal)
        ]
        for child, item, where in _matched(graph, prop, children, entity):
            _walk(
                graph, child, prop.of, item, f"{path}.{where}" if path else where, found, depth + 1
            )


def _matched(
    graph: Graph, prop: Property, children: list[Node], entity: EntityDict
) -> Iterator[tuple[Node, EntityDict, str]]:
    """Yield each node with the object of the property that it became, and the object's path."""
    if not children:
        return
    if prop.flatten:
        where = next(iter(prop.flatten.values()))
        yield from ((child, {}, where) for child in children)
        return
    value = entity.get(prop.field)
    items = value if isinstance(value, list) else [value]
    left = {number: item for number, item in enumerate(items) if isinstance(item, dict)}
    for child in _surest_first(children):
        number = _best(graph, child, left)
        if number is None:
            yield child, {}, prop.field
            continue
        where = f"{prop.field}[{number}]" if prop.multiple else prop.field
        yield child, left.pop(number), where


def _surest_first(children: Iterable[Node]) -> list[Node]:
    return sorted(dict.fromkeys(children), key=lambda node: node.startswith("_:"))


def _best(graph: Graph, child: Node, left: Mapping[int, EntityDict]) -> int | None:
    """Return the number of the object that shares most with a node; None if none is left."""
    for number, item in left.items():
        if item.get("uri") == child:
            return number
    if not left:
        return None
    if len(left) == 1 or len(left) > _MANY:
        return next(iter(left))
    said = {
        value.value if isinstance(value, Literal) else str(value)
        for values in graph.stated(child).values()
        for value in values
    }
    return max(left, key=lambda number: (len(said & set(_texts(left[number]))), -number))


def _texts(item: Any) -> Iterator[str]:
    if isinstance(item, dict):
        for value in item.values():
            yield from _texts(value)
    elif isinstance(item, list):
        for value in item:
            yield from _texts(value)
    else:
        yield str(item)
