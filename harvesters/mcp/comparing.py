"""The cities compared by the model datasets of the Musterdatenkatalog."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple
from urllib.parse import quote

from hanse_harvesters.errors import StopRun
from hanse_harvesters.mcp.answers import Answer, source
from hanse_harvesters.mcp.catalogue import Catalogue
from hanse_harvesters.mcp.quoted import clean, marked

_LIST, _SHOW = "hanse_comparison_list", "hanse_comparison_show"


class Part(NamedTuple):
    """Which lines of a list, and the language of their texts."""

    limit: int
    offset: int
    language: str


def compare(catalogue: Catalogue, model: str, city: str, part: Part) -> tuple[Answer, str]:
    """Return what is compared, and the path of the page with the same.

    A model dataset over all cities; those that words mean, if several; for a city what others
    publish and it does not; else what at least two cities publish.  Raises as the catalogue.
    """
    asked = part._asdict()
    if model.strip():
        found = catalogue.call(_LIST, q=model[:300], **asked)
        if not found["count"]:
            raise StopRun("mcp-no-model", words=model[:100])
        exact = [line for line in found["results"] if line["exact"]]
        if found["count"] == 1 or exact:
            path = (exact or found["results"])[0]["model"]["path"]
            return _side_by_side(catalogue, path, part.language)
        return {"matches": _lines(found)} | _count(found), "vergleich"
    if city:
        found = catalogue.call(_LIST, missing_in=city, **asked)
        shares = [item for item in found["cities"] if item["name"] == city]
        return (
            {"city": shares[0] if shares else city, "missing_here": _lines(found)} | _count(found),
            f"vergleich/{quote(city)}",
        )
    found = catalogue.call(_LIST, shared="two", **asked)
    return (
        {"cities": found["cities"], "published_by_several": _lines(found)} | _count(found),
        "vergleich?shared=two",
    )


def _count(found: Mapping[str, Any]) -> Answer:
    return {"count": found["count"]}


def _side_by_side(catalogue: Catalogue, path: str, language: str) -> tuple[Answer, str]:
    found = catalogue.call(_SHOW, id=path, language=language)
    sides = [
        {
            "city": item["city"],
            "datasets": [_dataset(one) for one in item["datasets"][:3]],
            "datasets_in_all": len(item["datasets"]),
            **{name: item[name] for name in ("years", "frequency", "open", "quality")},
            **marked(
                licence=clean(item["licence"]), formats=[clean(name) for name in item["formats"]]
            ),
        }
        for item in found["sides"]
    ]
    return (
        {
            "model_dataset": found["model"],
            "publish": found["publish"],
            "sides": sides,
            "without": [
                {"city": item["city"], **marked(reason=clean(item["reason"], 600))}
                for item in found["without"]
            ],
            **marked(differences=[clean(item, 600) for item in found["differences"]]),
        },
        f"vergleich/datensatz/{quote(path)}",
    )


def _lines(found: Mapping[str, Any]) -> list[Answer]:
    """Return lines with the newest dataset of each city."""
    return [
        {
            "model_dataset": line["model"],
            "high_value_category": line["hvd"],
            "publish": line["publish"],
            "datasets": [
                {"city": cell["city"], **_dataset(cell["datasets"][0])}
                for cell in line["cities"]
                if cell["datasets"]
            ],
        }
        for line in found["results"]
    ]


def _dataset(item: Mapping[str, Any]) -> Answer:
    return {"id": item["id"], "name": item["name"], **marked(title=clean(item["title"]))}


def datasets(found: Mapping[str, Any]) -> Iterator[str]:
    """Yield the ids of the datasets in an answer of :func:`compare`."""
    for item in _places(found):
        yield item["id"]


def with_sources(found: Answer, known: Mapping[str, Mapping[str, Any]]) -> Answer:
    """Add the source to each dataset of the answer."""
    for item in _places(found):
        if reference := known.get(item["id"]):
            item.update(source(reference))
    return found


def _places(found: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    for key in ("sides", "matches", "missing_here", "published_by_several"):
        for line in found.get(key, ()):
            yield from line["datasets"]
