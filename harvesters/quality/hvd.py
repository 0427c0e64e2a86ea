"""High-value datasets (HVD): which are one, and what one lacks.  Pure.

Source: Commission Implementing Regulation (EU) 2023/138 and DCAT-AP HVD 3.0.0.  The Commission
collects the report of article 5(3) from the metadata: dataset, category, licence, interface (API),
download in bulk, documentation, contact.  A dataset counts as an HVD if its metadata say so,
by the regulation or by a category; only people decide whether it is one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from hanse_harvesters.issue import Issue, issue
from hanse_harvesters.quality.hvd_offers import facts
from hanse_schemas.shapes import HVD_REGULATION
from hanse_schemas.vocabulary import vocabulary

Entity = Mapping[str, Any]

#: What the reporting asks of a dataset, in the order of a table's columns.
CRITERIA = ("category", "legislation", "licence", "api", "bulk", "documentation", "contact")
#: The rules by which a criterion fails.
RULES: Mapping[str, str] = {
    "hvd-category-missing": "category",
    "hvd-legislation-missing": "legislation",
    "hvd-distribution-legislation-missing": "legislation",
    "hvd-licence-missing": "licence",
    "hvd-licence-stricter": "licence",
    "hvd-api-missing": "api",
    "hvd-api-as-file": "api",
    "hvd-bulk-missing": "bulk",
    "hvd-documentation-missing": "documentation",
    "hvd-contact-missing": "contact",
    "hvd-service-contact-missing": "contact",
}
#: Formats (codes of the EU) of an interface, which is no file to download.
_INTERFACES = re.compile(r"(?i)wms|wfs|wcs|wmts|csw|api|rest|odata|sparql|ogc|_srvc$")


@dataclass(frozen=True, slots=True)
class Assessment:
    """What the reporting asks of a dataset: ``issues`` where it falls short, in their order."""

    issues: tuple[Issue, ...]

    @property
    def fails(self) -> tuple[str, ...]:
        """The criteria that are not met, in the order of :data:`CRITERIA`."""
        found = {RULES[item.rule] for item in self.issues}
        return tuple(name for name in CRITERIA if name in found)

    def of(self, criterion: str) -> tuple[Issue, ...]:
        """Return what is wrong by one criterion."""
        return tuple(item for item in self.issues if RULES[item.rule] == criterion)


def declared(dataset: Entity) -> bool:
    """Return whether the metadata say that it is a high-value dataset."""
    return bool(dataset.get("hvd_category")) or names_regulation(dataset)


def names_regulation(entity: Entity) -> bool:
    """Return whether a dataset, distribution or service names Regulation (EU) 2023/138."""
    return HVD_REGULATION in _listed(entity.get("applicable_legislation"))


def top_categories(iris: Iterable[str]) -> tuple[str, ...]:
    """Return the codes of the main categories (there are six) above these categories."""
    return tuple(dict.fromkeys(code for iri in iris if (code := _tops().get(iri))))


def main_categories() -> tuple[str, ...]:
    """Return the codes of the six main categories."""
    return tuple(dict.fromkeys(_tops().values()))


def assess(dataset: Entity) -> Assessment:
    """Judge a dataset by the criteria of the reporting, as if it were a high-value dataset."""
    distributions = [item for item in _listed(dataset.get("resources")) if isinstance(item, dict)]
    counted = [
        (number, item) for number, item in enumerate(distributions) if names_regulation(item)
    ] or list(enumerate(distributions))
    services = _services(counted)
    return Assessment(
        (
            *_category(dataset),
            *_legislation(dataset, distributions),
            *_licence(counted),
            *_api(counted, services),
            *_bulk(counted),
            *_documentation(dataset, services),
            *_contact(dataset, services),
        )
    )


def _category(dataset: Entity) -> Iterator[Issue]:
    if not dataset.get("hvd_category"):
        yield issue("hvd-category-missing", "hvd_category")


def _legislation(dataset: Entity, distributions: Sequence[Entity]) -> Iterator[Issue]:
    """Check that the dataset names the regulation, and one distribution at least does too."""
    if not names_regulation(dataset):
        yield issue("hvd-legislation-missing", "applicable_legislation")
    elif distributions and not any(map(names_regulation, distributions)):
        yield issue("hvd-distribution-legislation-missing", "resources[0].applicable_legislation")


def _licence(counted: Iterable[tuple[int, Entity]]) -> Iterator[Issue]:
    """Check article 4(3): no licence is stricter than CC BY 4.0.  Once for each licence."""
    seen = set()
    for number, item in counted:
        licence = item.get("license")
        at = f"resources[{number}].license"
        if licence in seen or (licence and licence in _open_licences()):
            continue
        seen.add(licence)
        if licence:
            known = vocabulary("licences").by_iri(str(licence))
            name = known.attributes.get("short") or known.code if known else str(licence)
            yield issue("hvd-licence-stricter", at, str(licence), licence=name)
        else:
            yield issue("hvd-licence-missing", at)


def _api(
    counted: Sequence[tuple[int, Entity]], services: Sequence[tuple[str, Entity]]
) -> Iterator[Issue]:
    """Check that the metadata lead to an interface: a data service with an endpoint."""
    if any(service.get("endpoint_url") for _, service in services):
        return
    for number, item in counted:
        if _is_interface(item):
            value = str(item.get("format") or "")
            yield issue("hvd-api-as-file", f"resources[{number}].access_services", value)
            return
    yield issue("hvd-api-missing", "resources[0].access_services" if counted else "resources")


def _bulk(counted: Iterable[tuple[int, Entity]]) -> Iterator[Issue]:
    """Check that there is a file with everything: a download URL that is no interface's."""
    if not any(_downloads(item) and not _is_interface(item) for _, item in counted):
        yield issue("hvd-bulk-missing", "resources")


def _documentation(dataset: Entity, services: Sequence[tuple[str, Entity]]) -> Iterator[Issue]:
    """Check article 3(3): the interface is documented.  Without one the dataset's pages count."""
    if services:
        without = [at for at, service in services if not service.get("documentation")]
        if without:
            yield issue("hvd-documentation-missing", f"{without[0]}.documentation")
    elif not dataset.get("documentation"):
        yield issue("hvd-documentation-missing", "documentation")


def _contact(dataset: Entity, services: Sequence[tuple[str, Entity]]) -> Iterator[Issue]:
    """Check article 3(4): a contact that can be reached, of the dataset and of each service."""
    if not any(map(_reachable, _listed(dataset.get("contact")))):
        yield issue("hvd-contact-missing", "contact")
    for at, service in services:
        if not any(map(_reachable, _listed(service.get("contact")))):
            yield issue("hvd-service-contact-missing", f"{at}.contact")
            return


def _services(counted: Iterable[tuple[int, Entity]]) -> list[tuple[str, Entity]]:
    """Return the services of the distributions with their paths; each service once."""
    found: dict[str, tuple[str, Entity]] = {}
    for number, item in counted:
        for place, service in enumerate(_listed(item.get("access_services"))):
            if isinstance(service, dict):
                key = str(service.get("uri") or service.get("endpoint_url") or (number, place))
                at = f"resources[{number}].access_services[{place}]"
                found.setdefault(key, (at, service))
    return list(found.values())


def _is_interface(item: Entity) -> bool:
    return bool(_INTERFACES.search(str(item.get("format") or "").rpartition("/")[2]))


def _downloads(item: Entity) -> bool:
    return bool(item.get("download_url") or item.get("url_type") == "upload")


def _reachable(contact: Any) -> bool:
    return isinstance(contact, dict) and any(
        contact.get(key) for key in ("email", "url", "telephone")
    )


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value] if value else []


@cache
def _open_licences() -> frozenset[str]:
    """Return the IRIs of the licences that ask for no more than CC BY 4.0."""
    known = {concept.code: concept.iri for concept in vocabulary("licences")}
    return frozenset(known[code] for code in facts()["licences"])


@cache
def _tops() -> dict[str, str]:
    """Return the IRI of each category → the code of the main category above it."""
    concepts = list(vocabulary("hvd-categories"))
    above = {concept.code: concept.attributes.get("parent") or "" for concept in concepts}

    def top(code: str) -> str:
        while above.get(code):
            code = above[code]
        return code

    return {concept.iri: top(concept.code) for concept in concepts}
