"""Where the specification says what an issue names: words and an address.

For rules about a property, the class and the term of DCAT-AP.de; for the others the convention
or the act behind the rule.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

from hanse_harvesters.texts import CORE
from hanse_schemas.table import PREFIXES, Class, Property, classes, fields_of

_SPEC = "https://www.dcat-ap.de/def/dcatde/3.0/spec/"
_CONVENTIONS = "https://www.dcat-ap.de/def/dcatde/2.0/implRules/"
_HVD = "http://data.europa.eu/eli/reg_impl/2023/138/oj"
#: Rules that the description of the property in DCAT-AP.de explains.
_OF_A_PROPERTY = frozenset(
    (
        *("title-missing", "mandatory-missing", "recommended-missing", "distribution-missing"),
        *("license-missing", "license-unspecified", "access-url-missing", "values-several"),
        *("theme-unknown", "language-unknown", "frequency-unknown", "code-unknown"),
        *("code-unlisted", "license-unknown", "format-unknown", "mimetype-unknown"),
        *("date-unknown", "date-impossible", "duration-invalid", "size-invalid", "number-invalid"),
        *("contact-unreachable", "property-deprecated", "values-too-many", "value-not-address"),
        *("value-not-text", "value-mistyped", "value-unlisted", "value-undescribed"),
        *("entry-as-text", "object-as-text", "property-renamed"),
        *("value-against-rule", "value-empty", "url-invalid", "email-invalid", "phone-invalid"),
        *("literal-for-iri", "not-an-iri", "iri-for-literal", "literal-for-node", "not-described"),
        *("unexpected-scheme", "not-a-number", "checksum-invalid", "identifier-too-long"),
        *("license-misplaced", "license-from-text", "license-from-dataset", "property-misplaced"),
        *(
            "period-reversed",
            "geometry-unknown",
            "geometry-bare",
            "geometry-not-wgs84",
            "geometry-axes-swapped",
        ),
        *("package-value-broken", "iso-value-unread", "format-guessed", "format-several"),
    )
)
#: Rule → number in DCAT-AP.de's handbook of conventions.
_CONVENTION: Mapping[str, str] = {
    "contributor-missing": "12",
    "contributor-several": "13",
    "identifier-missing": "25",
    "identifier-several": "26",
    "license-attribution-missing": "35",
    "period-empty": "38",
    "modified-missing-iso": "40",
}
_STEP = re.compile(r"([^.\[\]]+)(?:\[[^\]]*\])?")


def reference(rule: str, field: str, language: str, *, of: str = "dataset") -> dict[str, str]:
    """Return ``{"reference", "reference_url"}`` of a rule about a field, {} if there is none.

    ``of``  the class that has the field.
    """
    texts = CORE.texts(language)
    if rule in _CONVENTION:
        words = texts.pgettext(
            "reference", "DCAT-AP.de, convention K{number}", number=_CONVENTION[rule]
        )
        return {"reference": words, "reference_url": _CONVENTIONS}
    if rule.startswith("hvd-"):
        words = texts.pgettext("reference", "Implementing Regulation (EU) 2023/138")
        return {"reference": words, "reference_url": _HVD}
    if rule in _OF_A_PROPERTY and (name := _name(field, of)):
        return {"reference": f"DCAT-AP.de 3.0, {name}", "reference_url": _SPEC}
    return {}


@lru_cache(maxsize=4096)
def _name(path: str, of: str) -> str:
    """Return ``dcat:Distribution, dcterms:license`` of a path, "" if the table has none.

    A path that ends with a number is of an object as a whole: its class.
    """
    cls: Class | None = classes()[of]
    name = ""
    for step in _STEP.findall(path):
        prop = (fields_of(cls.name).get(step) or _alike(cls, step)) if cls else None
        if cls is None or prop is None:
            return name
        name = f"{_curie(cls.term)}, {_curie(prop.term)}"
        cls = classes()[prop.of] if prop.kind == "object" else None
    is_object = not path or path.endswith("]")
    return _curie(cls.term) if cls and is_object else name


def _alike(cls: Class, field: str) -> Property | None:
    """Return the property of the name, or with the term of a dataset's field of that name."""
    own = fields_of("dataset").get(field)
    named = (prop for prop in cls.properties if prop.field == field)
    return next(named, next((p for p in cls.properties if own and p.term == own.term), None))


def _curie(iri: str) -> str:
    for prefix, base in PREFIXES.items():
        if iri.startswith(base):
            return f"{prefix}:{iri.removeprefix(base)}"
    return iri
