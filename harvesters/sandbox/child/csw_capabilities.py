"""Read the capabilities of an OGC service: what a catalogue service can be asked, and how."""

from __future__ import annotations

from typing import Any

from lxml import etree

from hanse_harvesters.sandbox.child import xmltext

_HREF = "{http://www.w3.org/1999/xlink}href"
#: Root elements → kind of service, as people know it.
_SERVICES = {
    "WMS_Capabilities": "WMS",
    "WMT_MS_Capabilities": "WMS",
    "WFS_Capabilities": "WFS",
    "WCS_Capabilities": "WCS",
}
#: Maximum values kept of a list (queryables, type names).
_MOST = 500


def read(root: etree._Element) -> dict[str, Any] | None:
    """Return the capabilities, None if the document is none.

    ``{"kind": "capabilities", "service": "CSW", "WMS" …, "version", "title", "operations":
    {"GetRecords": {"get": [addresses], "post": [addresses], "parameters": {name: [values]}}},
    "queryables": [names]}``; ``parameters`` include the constraints of the operation.
    """
    name = xmltext.local_name(root)
    if name not in ("Capabilities", *_SERVICES):
        return None
    return {
        "kind": "capabilities",
        "service": _SERVICES.get(name) or _service(root),
        "version": (root.get("version") or "")[:20],
        "title": _text(root, "Title")[:300],
        "operations": {
            str(operation.get("name", ""))[:80]: _operation(operation)
            for operation in root.iter("{*}Operation")
        },
        "queryables": _queryables(root),
    }


def _service(root: etree._Element) -> str:
    """Return the kind of service by its own statement, else by its namespace."""
    stated = _text(root, "ServiceType").upper()
    known = ("CSW", "WMTS", "WMS", "WFS", "WCS", "WPS", "SOS")
    space = f"{stated} {str(root.tag).rpartition('}')[0].upper()}"
    return next((kind for kind in known if kind in space), stated[:40] or "?")


def _operation(operation: etree._Element) -> dict[str, Any]:
    named: dict[str, list[str]] = {}
    for part in operation.iterchildren("{*}Parameter", "{*}Constraint"):
        named.setdefault(str(part.get("name", ""))[:80], []).extend(_values(part))
    return {
        "get": _addresses(operation, "Get"),
        "post": _addresses(operation, "Post"),
        "parameters": named,
    }


def _addresses(operation: etree._Element, method: str) -> list[str]:
    """Return the addresses of a method, without those for SOAP."""
    found: dict[str, None] = {}
    for element in operation.iter(f"{{*}}{method}"):
        address = (element.get(_HREF) or "").strip()
        if address and {value.upper() for value in _values(element)} != {"SOAP"}:
            found[address[:2000]] = None
    return list(found)[:10]


def _queryables(root: etree._Element) -> list[str]:
    """Return the names of all queryables (OGC 07-045: SupportedISOQueryables and further)."""
    found: dict[str, None] = {}
    for part in root.iter("{*}Constraint"):
        if "queryables" in str(part.get("name", "")).lower():
            found.update(dict.fromkeys(_values(part)))
    return list(found)[:_MOST]


def _values(part: etree._Element) -> list[str]:
    values = (str(value.text or "").strip() for value in part.iter("{*}Value"))
    return [value[:200] for value in values if value][:_MOST]


def _text(root: etree._Element, name: str) -> str:
    found = next(root.iter(f"{{*}}{name}"), None)
    return " ".join(str(found.text or "").split()) if found is not None else ""
