"""Templates of links, as far as they lead somewhere without a person who fills them in."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from hanse_harvesters.mapping.iso19139.links import ServiceType, endpoint, service_of
from hanse_harvesters.mapping.ogcrecord.facts import listed, text

#: Parameters that may be left out: ``{?bbox,limit}``, ``{&f}``.
_OPTIONAL = re.compile(r"\{[?&][^{}]*\}")
_VARIABLE = re.compile(r"\{([A-Za-z0-9_.%-]+)\}")
_OF_A_TEMPLATE = frozenset({"uriTemplate", "variables", "varBase"})


def resolved(item: Mapping[str, Any]) -> Iterator[tuple[dict[str, Any], ServiceType | None]]:
    """Yield a link for each template that leads somewhere, and the service that it leads to."""
    for template in _templates(item):
        address, found = _address(template)
        if address:
            rest = {key: value for key, value in template.items() if key not in _OF_A_TEMPLATE}
            yield {**rest, "href": address}, found


def left(item: Mapping[str, Any], taken: Collection[str]) -> list[Any]:
    """Return the templates; of those whose address was taken only what is filled in."""
    return [
        {key: value for key, value in template.items() if key in _OF_A_TEMPLATE}
        if _address(template)[0] in taken
        else template
        for template in _templates(item)
    ]


def _templates(item: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    yield from (entry for entry in listed(item.get("linkTemplates")) if isinstance(entry, dict))


def _address(template: Mapping[str, Any]) -> tuple[str, ServiceType | None]:
    """Return the address with the defaults filled in, else that of the service; "" for neither."""
    told = " ".join((text(template.get("type")), text(template.get("protocol"))))
    variables = template.get("variables")
    known = variables if isinstance(variables, dict) else {}
    whole = _OPTIONAL.sub("", text(template.get("uriTemplate")))
    filled = _VARIABLE.sub(lambda found: _default(known.get(found[1])) or found[0], whole)
    found = service_of(told, "") or service_of("", filled)
    if found is None:
        return ("" if "{" in filled else filled), None
    address = endpoint(filled)
    address = address.partition("?")[0] if "{" in address else address
    return ("", None) if "{" in address else (address, found)


def _default(variable: Any) -> str:
    """Return the value that a variable has by default, or the only one that it may have."""
    if not isinstance(variable, dict):
        return ""
    values = listed(variable.get("enum"))
    return text(variable.get("default")) or (text(values[0]) if len(values) == 1 else "")
