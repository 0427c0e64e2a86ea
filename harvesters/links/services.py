"""Services: which one an address belongs to, and how it is asked whether it is there."""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import parse_qsl, quote, urlsplit

from hanse_harvesters.normalise import formats

#: Service → formats its description may have (codes of :mod:`.signatures`).
FORMATS: Mapping[str, frozenset[str]] = {
    "wms": frozenset({"WMS_SRVC"}),
    "wfs": frozenset({"WFS_SRVC"}),
    "wcs": frozenset({"WCS_SRVC"}),
    "wmts": frozenset({"MAP_SRVC"}),
    "csw": frozenset({"CSW"}),
    "sos": frozenset({"SOS"}),
    "wps": frozenset({"WPS"}),
    "sparql": frozenset({"SPARQLQRES"}),
    "atom": frozenset({"ATOM"}),
    "rest": frozenset(),
}
#: Services of the OGC that describe themselves when asked with KVP parameters.
_OGC = frozenset({"wms", "wfs", "wcs", "wmts", "csw", "sos", "wps"})
_BY_FORMAT = {
    "WMS_SRVC": "wms", "WFS_SRVC": "wfs", "WCS_SRVC": "wcs", "ATOM": "atom",
    "SPARQLQ": "sparql", "REST": "rest",
}  # fmt: skip
_IN_PATH = re.compile(r"[/_.-](wms|wfs|wmts|wcs|csw|sos|wps|sparql)(?=$|[/_.?-])", re.IGNORECASE)
_ASK = f"query={quote('ASK {}')}"


def named(kind: str, url: str) -> str:
    """Return the service that a format (as stored) and a URL tell of, "" for a file or page.

    A request for data (``request=GetFeature``) is a file.
    """
    asked = _query(url)
    if asked is None or asked.get("request", "getcapabilities").lower() != "getcapabilities":
        return ""
    service = asked.get("service", "").lower()
    if service in _OGC:
        return service
    found = formats.file_format(kind).value if kind else None
    if found == "MAP_SRVC":  # WMTS, TMS and ArcGIS share one code
        return "wmts" if "wmts" in f"{kind} {url}".lower() else "rest"
    if by_format := _BY_FORMAT.get(found or ""):
        return by_format
    if kind:
        return ""
    in_path = _IN_PATH.search(urlsplit(url).path)
    return in_path[1].lower() if in_path else ""


def addition(service: str, url: str) -> str:
    """Return what is put behind a service's address to ask what it is: a query, or "".

    ``?SERVICE=WMS&REQUEST=GetCapabilities`` as far as the address does not have it;
    ``?query=ASK {}`` for SPARQL.  The other services are asked at their address as it is.
    """
    asked = _query(url)
    if asked is None:
        return ""
    if service == "sparql":
        added = [] if "query" in asked else [_ASK]
    elif service in _OGC and not urlsplit(url).path.lower().endswith(".xml"):
        wanted = {"service": f"SERVICE={service.upper()}", "request": "REQUEST=GetCapabilities"}
        added = [text for key, text in wanted.items() if key not in asked]
    else:
        added = []
    if not added:
        return ""
    plain = url.partition("#")[0]
    joint = "" if plain.endswith(("?", "&")) else "&" if "?" in plain else "?"
    return joint + "&".join(added)


def _query(url: str) -> dict[str, str] | None:
    """Return the parameters of a URL by their names in lower case; None for what is no URL."""
    try:
        pairs = parse_qsl(urlsplit(url).query, keep_blank_values=True, max_num_fields=200)
    except ValueError:
        return None
    return {name.lower(): value for name, value in pairs}
