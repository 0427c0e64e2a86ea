"""Readable JSON-LD: prefixes in a context, single values without a list around them."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from hanse_harvesters.mapping.terms import RDF_TYPE

_LOCAL = re.compile(r"[A-Za-z_][\w-]*\Z")


def compact(document: bytes, prefixes: Mapping[str, str]) -> bytes:
    """Shorten the names in ``document`` (expanded and flattened) by ``prefixes``.

    The context is part of the document, so that reading it requires no further request.
    """
    nodes = json.loads(document)
    schemes = _schemes(nodes)
    used = {prefix: iri for prefix, iri in prefixes.items() if prefix not in schemes}
    graph = [_node(node, used) for node in nodes]
    text = json.dumps({"@context": used, "@graph": graph}, ensure_ascii=False, indent=1)
    return text.encode()


def compact_node(node: Mapping[str, Any], prefixes: Mapping[str, str]) -> dict[str, Any]:
    """Shorten the names in one expanded node that is not :func:`is_ambiguous`."""
    return _node(node, prefixes)


def is_ambiguous(node: Mapping[str, Any], prefixes: Mapping[str, str]) -> bool:
    """Return whether a full IRI in the node could be mistaken for one with a prefix."""
    return any(prefix in prefixes for prefix in _schemes([node]))


def _schemes(nodes: list[Mapping[str, Any]]) -> set[str]:
    """Return the schemes of all full IRIs that are subjects or values."""
    values = (value for node in nodes for values in node.values() for value in values)
    iris = [str(value.get("@id", "")) for value in values if isinstance(value, dict)]
    return {iri.partition(":")[0] for iri in (*iris, *(str(node["@id"]) for node in nodes))}


def _node(node: Mapping[str, Any], prefixes: Mapping[str, str]) -> dict[str, Any]:
    found: dict[str, Any] = {"@id": node["@id"]}
    for name, values in node.items():
        if name == RDF_TYPE:
            name, values = "@type", [_short(value["@id"], prefixes) for value in values]
        elif name.startswith("@"):
            continue
        else:
            name, values = _short(name, prefixes), [_value(value, prefixes) for value in values]
        found[name] = values[0] if len(values) == 1 else values
    return found


def _value(value: dict[str, Any], prefixes: Mapping[str, str]) -> Any:
    if set(value) == {"@value"} and isinstance(value["@value"], str):
        return value["@value"]
    if "@value" in value and "@type" in value:
        return value | {"@type": _short(value["@type"], prefixes)}
    return value


def _short(iri: str, prefixes: Mapping[str, str]) -> str:
    return _shortened(iri, tuple(prefixes.items()))


@lru_cache(maxsize=4096)  # the names of properties and classes, again and again
def _shortened(iri: str, prefixes: tuple[tuple[str, str], ...]) -> str:
    for prefix, namespace in prefixes:
        if iri.startswith(namespace) and _LOCAL.match(iri, len(namespace)):
            return f"{prefix}:{iri[len(namespace) :]}"
    return iri
