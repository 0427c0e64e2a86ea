"""Datasets with one fault each, and the issue that tells it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

REGULATION = "http://data.europa.eu/eli/reg_impl/2023/138/oj"
COMPLETE = {
    "uri": "https://stadt.example/dataset/baeume",
    "title": "Baumkataster",
    "notes": "Standorte der Straßenbäume.",
    "publisher": [{"name": "Stadt"}],
    "availability": "http://publications.europa.eu/resource/authority/planned-availability/STABLE",
    "resources": [
        {
            "access_url": "https://stadt.example/baeume.csv",
            "license": "http://dcat-ap.de/def/licenses/dl-zero-de/2.0",
        }
    ],
}


@dataclass(frozen=True)
class Case:
    """``change`` to the complete dataset → the ``rule`` and ``field`` of its only issue."""

    rule: str
    field: str
    change: dict[str, Any]


CASES = [
    Case("title-missing", "title", {"title": ""}),
    Case("mandatory-missing", "publisher", {"publisher": []}),
    Case(
        "mandatory-missing", "publisher[0].name", {"publisher": [{"uri": "https://stadt.example/"}]}
    ),
    Case("value-mistyped", "issued", {"issued": "irgendwann"}),
    Case("contact-unreachable", "contact[0]", {"contact": [{"name": "Amt"}]}),
    Case(
        "period-empty",
        "temporal_coverage[0]",
        {"temporal_coverage": [{"uri": "https://stadt.example/zeit"}]},
    ),
    Case(
        "license-missing",
        "resources[0].license",
        {"resources": [{"access_url": "https://stadt.example/a"}]},
    ),
    Case(
        "hvd-legislation-missing",
        "applicable_legislation",
        {"hvd_category": ["http://data.europa.eu/bna/c_ac64a52d"]},
    ),
    Case(
        "hvd-category-missing",
        "hvd_category",
        {"applicable_legislation": ["http://data.europa.eu/eli/reg_impl/2023/138/oj"]},
    ),
    Case("property-deprecated", "geocoding_description", {"geocoding_description": "Altstadt"}),
]
