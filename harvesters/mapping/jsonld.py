"""Readable JSON-LD: prefixes in a context, single values without a list around them."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from hanse_harvesters.mapping.terms import RDF_TYPE

_LOCAL = re.compile(r"[A-Za-z_][\w-]*\Z")


def compact(document: bytes, prefixes: Mapping[str, str]) -> bytes:
    """Shorten the names in ``document`` (expanded and flattened) by ``prefixes``.

    The context is part of the document, so that reading it requires no further request.
    """
    nodes = json.loads(document)
    used = {prefix: iri for prefix, iri in prefixes.items() if not _is_scheme(prefix, nodes)}
    graph = [_node(node, used) for node in nodes]
    text = json.dumps({"@context": used, "@graph": graph}, ensure_ascii=False, indent=1)
    return text.encode()


def _is_scheme(prefix: str, nodes: list[dict[str, Any]]) -> bool:
    """Return whether a full IRI in the document could be mistaken for one with this prefix."""
    values = (value for node in nodes for values in node.values() for value in values)
    iris = [str(v.get("@id", "")) for v in values if isinstance(v, dict)]
    return any(iri.startswith(f"{prefix}:") for iri in (*iris, *(n["@id"] for n in nodes)))


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
    for prefix, namespace in prefixes.items():
        if iri.startswith(namespace) and _LOCAL.match(iri, len(namespace)):
            return f"{prefix}:{iri[len(namespace) :]}"
    return iri
