"""Compare the schema that Solr runs with the one of this version."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from importlib.resources import files
from typing import Any
from xml.etree import ElementTree

Parts = dict[str, Any]

#: The parts of a BBoxField, which Solr adds itself: ``hanse_area__maxX``.
_MADE_BY_SOLR = re.compile(r"\w+__(?:min[XY]|max[XY]|xdl)")


def differences(deployed: Mapping[str, Any]) -> list[str]:
    """Return what differs, as ``field title``, ``type text`` …: missing, changed or additional."""
    there, wanted = _of_solr(deployed), _of_file(_file("schema.xml"))
    return sorted(key for key in there.keys() | wanted.keys() if there.get(key) != wanted.get(key))


def handlers() -> list[str]:
    """Return the request handlers that our searches use."""
    root = ElementTree.fromstring(_file("solrconfig.xml"))
    return [str(node.get("name")) for node in root.iter("requestHandler")]


def _file(name: str) -> str:
    return files("hanse_config").joinpath(f"services/solr/conf/{name}").read_text("utf-8")


def _of_solr(schema: Mapping[str, Any]) -> Parts:
    """Return the parts of the response of Solr's schema API."""
    parts: Parts = {f"schema {schema['name']}": _text(float(schema["version"]))}
    for kind, items in (
        ("field", schema["fields"]),
        ("dynamicField", schema["dynamicFields"]),
        ("type", schema["fieldTypes"]),
    ):
        for item in items:
            if not _MADE_BY_SOLR.fullmatch(item["name"]):
                parts[f"{kind} {item['name']}"] = _plain(item)
    for copy in schema["copyFields"]:
        key = f"copyField {copy['source']} {copy['dest']}"
        parts[key] = _text(copy.get("maxChars", 0))
    return parts


def _plain(item: Mapping[str, Any]) -> Parts:
    """Return attributes as text, analysers as lists of steps."""
    found: Parts = {}
    for key, value in item.items():
        if key in ("analyzer", "indexAnalyzer", "queryAnalyzer", "multiTermAnalyzer"):
            found[key] = [
                {name: _text(option) for name, option in step.items()}
                for part in ("charFilters", "tokenizer", "filters")
                for step in _listed(value.get(part))
            ]
        else:
            found[key] = _text(value)
    return found


def _listed(value: Any) -> list[Mapping[str, Any]]:
    if value is None:
        return []
    return list(value) if isinstance(value, list) else [value]


def _of_file(text: str) -> Parts:
    """Return the parts of a ``schema.xml``, in the form of :func:`_of_solr`."""
    root = ElementTree.fromstring(text)
    parts: Parts = {f"schema {root.get('name')}": _text(float(root.get("version", "0")))}
    for node in root.iter():
        tag = str(node.tag)
        if tag in ("field", "dynamicField"):
            parts[f"{tag} {node.get('name')}"] = _attributes(node)
        elif tag.lower() == "fieldtype":
            analyzers = {_ANALYZERS[child.get("type", "")]: _steps(child) for child in node}
            parts[f"type {node.get('name')}"] = _attributes(node) | analyzers
        elif tag == "copyField":
            key = f"copyField {node.get('source')} {node.get('dest')}"
            parts[key] = _text(node.get("maxChars", 0))
    return parts


_ANALYZERS = {
    "": "analyzer",
    "index": "indexAnalyzer",
    "query": "queryAnalyzer",
    "multiterm": "multiTermAnalyzer",
}


def _attributes(node: ElementTree.Element) -> Parts:
    return {key: _text(value) for key, value in node.attrib.items()}


def _steps(analyzer: ElementTree.Element) -> list[Parts]:
    order = {"charFilter": 0, "tokenizer": 1, "filter": 2}
    steps: Iterable[ElementTree.Element] = (n for n in analyzer if str(n.tag) in order)
    return [_attributes(node) for node in sorted(steps, key=lambda node: order[str(node.tag)])]


def _text(value: object) -> str:
    text = str(value)
    return text.lower() if text.lower() in ("true", "false") else text
