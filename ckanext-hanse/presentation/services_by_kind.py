"""All services of the catalogue by kind: each address once, with the datasets it delivers."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import zip_longest
from typing import Any

import ckan.plugins.toolkit as tk

from ckanext.hanse.presentation.bar_chart import Bar, Chart
from ckanext.hanse.presentation.cities import City, every
from ckanext.hanse.presentation.service_kinds import CODES, OTHER, Kind, kind, kind_of
from ckanext.hanse.presentation.text import safe_link
from ckanext.hanse.search import public
from ckanext.hanse.search.exact import service_key

#: More than a catalogue of some hundred cities has of datasets with a service.
_MOST = 20_000
_FIELDS = "id,name,title,organization,res_format,res_name,res_url,hanse_service"


@dataclass(frozen=True, slots=True)
class Dataset:
    """A dataset that a service delivers."""

    name: str
    title: str
    city: City | None


@dataclass(slots=True)
class Service:
    """A service of a kind.

    ``address``  without the parameters of a request, "" if it is not known; ``link`` "" too if it
    is no web address.   ``key``  of the service's page, "" if no dataset describes it.
    """

    kind: str
    name: str
    address: str
    link: str
    key: str = ""
    datasets: dict[str, Dataset] = field(default_factory=dict)

    @property
    def cities(self) -> list[City]:
        """The cities whose datasets it delivers, each once."""
        found = {item.city.name: item.city for item in self.datasets.values() if item.city}
        return list(found.values())


@dataclass(frozen=True, slots=True)
class Group:
    """A kind on the page of all; ``bar`` has its number, ``first`` are the first of them."""

    kind: Kind
    bar: Bar
    first: list[Service]


def services(language: str) -> list[Service]:
    """Return all services, by kind and name.  Raises SearchError if Solr does not answer."""
    found: dict[tuple[str, str], Service] = {}
    known = every(language)
    order = "title_string asc, id asc"
    for row in public.search("hanse_api:true", fl=_FIELDS, rows=_MOST, sort=order):
        dataset = Dataset(row["name"], row.get("title") or row["name"],
                          known.get(row.get("organization") or ""))  # fmt: skip
        for service in _of_row(row):
            same = service.address or service.key or row["id"]
            whole = found.setdefault((service.kind, same), service)
            whole.key = whole.key or service.key
            if whole.name != service.name:  # of several datasets: by its address
                whole.name = whole.address.partition("://")[2] or whole.name
            whole.datasets[dataset.name] = dataset
    return sorted(found.values(), key=_place)


def _place(service: Service) -> tuple[int, str]:
    """Return where it stands: by kind, then by name, in which 3 is before 11."""
    name = re.sub(r"\d+", lambda number: number[0].zfill(9), service.name.casefold())
    return CODES.index(service.kind), name


def _of_row(row: Mapping[str, Any]) -> Iterator[Service]:
    """Yield the services of a dataset by its files in the index; at least one, of no known kind."""
    keys = list(row.get("hanse_service") or ())
    files = zip_longest(*(row.get(f"res_{part}") or () for part in ("format", "name", "url")),
                        fillvalue="")  # fmt: skip
    known = [(code, name, url) for form, name, url in files if (code := kind_of(form, name, url))]
    for code, name, url in known:
        address = url.partition("?")[0].partition("#")[0].rstrip("/")
        key = service_key({"endpoint_url": [url]}) if url else ""
        if len(known) == len(keys) == 1:
            key = keys[0]  # its IRI may be another than its address
        yield Service(
            code,
            name or address.partition("://")[2] or row["name"],
            address,
            str(safe_link(url) or "") if address else "",
            key if key in keys else "",
        )
    if not known:
        yield Service(OTHER, row.get("title") or row["name"], "", "", keys[0] if keys else "")


def by_kind(found: list[Service], city: City | None = None) -> Chart:
    """Return the number of services of each kind."""
    counts = Counter(item.kind for item in found)
    asked = {"organization": city.name} if city else {}
    bars = tuple(
        Bar(code, kind(code).label, counts[code],
            str(tk.h.url_for("hanse_services.of_kind", code=code, **asked)))
        for code in CODES if counts[code]
    )  # fmt: skip
    return Chart("kind", tk._("By kind"), tk._("Kind"), bars, len(found), unit=tk._("Services"))


def by_city(found: list[Service], language: str, code: str = "") -> Chart:
    """Return the number of services of each city; ``code``: within a kind."""
    counts = Counter(city.name for item in found for city in item.cities)
    page, within = ("of_kind", {"code": code}) if code else ("index", {})
    bars = [
        Bar(city.name, city.title, counts[city.name],
            str(tk.h.url_for(f"hanse_services.{page}", organization=city.name, **within)))
        for city in every(language).values() if counts[city.name]
    ]  # fmt: skip
    bars.sort(key=lambda bar: -bar.count)
    return Chart("city", tk._("By city"), tk._("City"), tuple(bars), len(found),
                 unit=tk._("Services"))  # fmt: skip
