"""Map all spellings and old versions of a property's name to the table's name.

Values are not changed: what ``https://www.dcat-ap.de/def/licenses/…`` means is
decided by the normalisers.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

from hanse_schemas.table import PREFIXES, expand

# http(s)://(www.)dcat-ap.de/def/dcatde/{1_0,1.0,1.0.1,1.1,}/name, also without the
# slash between version and name.
_DCATDE = re.compile(
    r"https?://(?:www\.)?dcat-ap\.de/def/dcatde"
    r"(?:[/#]?\d+[._]\d+(?:[._]\d+)*)?[/#]?(?P<name>[A-Za-z]\w*)\Z"
)

#: Namespaces used by portals → the table's; compared after http and https are made equal.
_NAMESPACES: tuple[tuple[str, str], ...] = (
    ("http://data.europa.eu/r5r#", PREFIXES["dcatap"]),  # as in the official 3.0 shapes
    ("http://data.europa.eu/930#", PREFIXES["geodcatap"]),
    ("http://www.schema.org/", PREFIXES["schema"]),
    ("http://vocab.deri.ie/dcat#", PREFIXES["dcat"]),  # DCAT before it was a recommendation
    ("http://www.w3.org/ns/dcat/", PREFIXES["dcat"]),
    ("http://purl.org/dc/elements/1.1/", PREFIXES["dcterms"]),
    ("http://www.w3.org/ns/locn/", PREFIXES["locn"]),
    ("http://www.opengis.net/rdf#", PREFIXES["geosparql"]),  # as GeoNetwork writes it
    ("http://www.w3.org/2001/vcard-rdf/3.0#", PREFIXES["vcard"]),
)

#: Names of the same property in older versions or with frequent typing errors.
_NAMES: Mapping[str, str] = {
    expand(old): expand(new)
    for old, new in {
        "dcat:accessUrl": "dcat:accessURL",
        "dcat:downloadUrl": "dcat:downloadURL",
        "dcat:endpointUrl": "dcat:endpointURL",
        "dcat:landingpage": "dcat:landingPage",
        "dcat:bytes": "dcat:byteSize",
        "dcat:size": "dcat:byteSize",
        "dcat:Keyword": "dcat:keyword",
        "dcterms:licence": "dcterms:license",
        "vcard:email": "vcard:hasEmail",
        "vcard:EMAIL": "vcard:hasEmail",
        "vcard:tel": "vcard:hasTelephone",
        "vcard:TEL": "vcard:hasTelephone",
        "vcard:url": "vcard:hasURL",
        "vcard:URL": "vcard:hasURL",
        "vcard:hasUrl": "vcard:hasURL",
        "vcard:FN": "vcard:fn",
        "vcard:hasFN": "vcard:fn",
        "vcard:VCard": "vcard:Kind",
    }.items()
}

# All namespaces of the table use http; the same name with https is equivalent.
_HTTP = tuple(iri.removeprefix("http://") for iri in PREFIXES.values()) + tuple(
    iri.removeprefix("http://") for iri, _ in _NAMESPACES
)


@lru_cache(maxsize=4096)
def canonical(iri: str) -> str:
    """Return the table's name for the property or class ``iri``; unknown IRIs are unchanged.

    >>> canonical("https://www.dcat-ap.de/def/dcatde/1.1/contributorID")
    'http://dcat-ap.de/def/dcatde/contributorID'
    """
    found = _DCATDE.match(iri)
    if found:
        return PREFIXES["dcatde"] + found["name"]
    if iri.startswith("https://") and iri.removeprefix("https://").startswith(_HTTP):
        iri = "http://" + iri.removeprefix("https://")
    for written, ours in _NAMESPACES:
        if iri.startswith(written):
            iri = ours + iri.removeprefix(written)
            break
    return _NAMES.get(iri, iri)
