"""Which part of a dataset each node of its source became: ``_:b7`` → ``resources[2]``.

The source's nodes are compared with the dataset as it is after reading and normalising: by
address, else by what they say, as blank nodes have no name.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Any, TypeAlias

from hanse_harvesters.mapping import lines
from hanse_harvesters.mapping.namespaces import canonical
from hanse_harvesters.mapping.property_names import names_of
from hanse_harvesters.mapping.terms import Literal
from hanse_harvesters.record import DatasetDict, EntityDict
from hanse_schemas.table import Property, classes

_DEEPEST = 6
#: Objects of a property from which on those without an address are taken in order.
_MANY = 50

#: Node as in N-Triples → its statements: predicate without brackets, value as in N-Triples.
_Stated: TypeAlias = Mapping[str, list[tuple[str, str]]]


def places_of(text: str, subject: str, dataset: DatasetDict) -> dict[str, str]:
    """Return node as in ``text`` (N-Triples) → path in the dataset, "" for ``subject`` itself."""
    found: dict[str, str] = {}
    _walk(_stated(text), subject, "dataset", dataset, "", found, 0)
    return found


def _stated(text: str) -> _Stated:
    found: dict[str, list[tuple[str, str]]] = {}
    for line in text.split("\n"):
        subject, _, rest = line.partition(" <")
        predicate, _, value = rest.partition("> ")
        if value:
            found.setdefault(subject, []).append((predicate, value.removesuffix(" .")))
    return found


@cache
def _objects_of(name: str) -> list[tuple[Property, list[str]]]:
    """Return the properties of a class whose values are objects, with their names."""
    found = (prop for prop in classes()[name].properties if prop.kind == "object")
    return [(prop, names_of(prop)) for prop in found]


def _walk(
    stated: _Stated,
    node: str,
    name: str,
    entity: EntityDict,
    path: str,
    found: dict[str, str],
    depth: int,
) -> None:
    if node in found or depth > _DEEPEST:
        return
    found[node] = path
    by_name: dict[str, list[str]] = {}
    for predicate, value in stated.get(node, ()):
        if not value.startswith('"'):
            by_name.setdefault(canonical(predicate), []).append(value)
    for prop, names in _objects_of(name) if by_name else ():
        children = [value for term in names for value in by_name.get(term, ())]
        for child, item, where in _matched(stated, prop, children, entity):
            _walk(
                stated, child, prop.of, item, f"{path}.{where}" if path else where, found, depth + 1
            )


def _matched(
    stated: _Stated, prop: Property, children: list[str], entity: EntityDict
) -> Iterator[tuple[str, EntityDict, str]]:
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
        number = _best(stated, child, left)
        if number is None:
            yield child, {}, prop.field
            continue
        where = f"{prop.field}[{number}]" if prop.multiple else prop.field
        yield child, left.pop(number), where


def _surest_first(children: Iterable[str]) -> list[str]:
    return sorted(dict.fromkeys(children), key=lambda node: node.startswith("_:"))


def _best(stated: _Stated, child: str, left: Mapping[int, EntityDict]) -> int | None:
    """Return the number of the object that shares most with a node; None if none is left."""
    name = lines.node(child)
    for number, item in left.items():
        if item.get("uri") == name:
            return number
    if not left:
        return None
    if len(left) == 1 or len(left) > _MANY:
        return next(iter(left))
    said = {_value(value) for _, value in stated.get(child, ())}
    return max(left, key=lambda number: (len(said & set(_texts(left[number]))), -number))


def _value(text: str) -> str:
    term = lines.term(text)
    return term.value if isinstance(term, Literal) else str(term)


def _texts(item: Any) -> Iterator[str]:
    if isinstance(item, dict):
        for value in item.values():
            yield from _texts(value)
    elif isinstance(item, list):
        for value in item:
            yield from _texts(value)
    else:
        yield str(item)
