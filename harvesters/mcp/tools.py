"""What an assistant can ask.  Each method is a tool; its texts are in ``words.yaml``.

``language`` is that of the texts, "" for the server's.  Cities are named by name or title.
Raises :class:`HanseError`; the server tells the assistant its words.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import quote, unquote, urlencode, urlsplit

from hanse_harvesters.errors import StopRun
from hanse_harvesters.german.letters import fold
from hanse_harvesters.mcp import answers, comparing, endpoints
from hanse_harvesters.mcp.answers import Answer
from hanse_harvesters.mcp.catalogue import Catalogue, NotThere
from hanse_harvesters.mcp.quoted import clean, marked
from hanse_harvesters.texts import CORE

#: Datasets in one answer, and by default; of how many the source is asked for at once.
MOST, SOME, SOURCES = 50, 10, 100
#: What a search says of how it understood a question (the action ``package_search``).
UNDERSTOOD = (
    "place", "subject", "elsewhere", "widened", "left_out", "did_you_mean", "similar", "partial",
)  # fmt: skip


class Tools:
    """The tools, over a catalogue; ``language`` where an assistant names none."""

    def __init__(self, catalogue: Catalogue, language: str = "de") -> None:
        self._catalogue = catalogue
        self._language = language

    def search_datasets(
        self, question: str, city: str = "", limit: int = SOME, offset: int = 0, language: str = ""
    ) -> Answer:
        lang = self._spoken(language)
        chosen = self._city(city)
        limit, offset = _within(limit, 1, MOST), max(0, offset)
        found = self._catalogue.call(
            "package_search", q=question[:1000] or "*:*", rows=limit, start=offset,
            understand=True, partial=True, **_facets(),
            fq=f'organization:"{chosen["name"]}"' if chosen else None,
        )  # fmt: skip
        packages = found["results"]
        known = self._references([item["id"] for item in packages], lang)
        counts = found.get("search_facets", {}).get("organization", {}).get("items", ())
        page = {"q": question} | ({"organization": chosen["name"]} if chosen else {})
        return {
            "question": question,
            "count": found["count"],
            "offset": offset,
            "understood": answers.told(found, UNDERSTOOD),
            "cities": {item["name"]: item["count"] for item in counts},
            "results": [answers.hit(item, self._known(item, known), lang) for item in packages],
            "about": self._about(f"dataset/?{urlencode(page)}", lang),
        }

    def get_dataset(self, dataset: str, language: str = "") -> Answer:
        lang = self._spoken(language)
        name = _last_step(dataset)
        package = self._catalogue.call("package_show", id=name)
        known = self._references([package["id"]], lang)
        found = answers.dataset(package, self._known(package, known), lang)
        return found | {"about": self._about(f"dataset/{quote(package['name'])}", lang)}

    def compare_cities(
        self,
        model_dataset: str = "",
        city: str = "",
        limit: int = SOME,
        offset: int = 0,
        language: str = "",
    ) -> Answer:
        lang = self._spoken(language)
        chosen = self._city(city)
        part = comparing.Part(_within(limit, 1, SOME), max(0, offset), lang)
        found, page = comparing.compare(
            self._catalogue, model_dataset, chosen["name"] if chosen else "", part
        )
        known = self._references(comparing.datasets(found), lang)
        return comparing.with_sources(found, known) | {"about": self._about(page, lang)}

    def quality_of_city(self, city: str, language: str = "") -> Answer:
        lang = self._spoken(language)
        chosen = self._needed(city)
        found = self._catalogue.call(
            "hanse_quality_show", kind="city", id=chosen["name"], days=90, language=lang
        )
        names = ("judged", "day", "score", "advice", "history", "weights")
        texts = CORE.texts(lang)
        method = texts.pgettext(
            "mcp", "Metadata quality by the method of data.europa.eu (MQA): 0 to 405 points."
        )
        page = f"organization/{quote(chosen['name'])}/quality"
        about = self._about(page, lang) | {"method": method, "citation": self._cited(page, lang)}
        return {
            "city": chosen,
            **{name: found.get(name) for name in names},
            "about": about,
        }

    def high_value_datasets(
        self, city: str, category: str = "", limit: int = SOME, offset: int = 0, language: str = ""
    ) -> Answer:
        lang = self._spoken(language)
        chosen = self._needed(city)
        found = self._catalogue.call(
            "hanse_hvd_list", id=chosen["name"], category=category, language=lang,
            limit=_within(limit, 1, MOST), offset=max(0, offset),
        )  # fmt: skip
        rows = found["results"]
        known = self._references([item["id"] for item in rows], lang)
        return {
            "city": chosen,
            "count": found["count"],
            "by_category": found["categories"],
            "by_criterion_not_met": found["fails"],
            "results": [_high_value(item, self._known(item, known), lang) for item in rows],
            "about": self._about(f"organization/{quote(chosen['name'])}/hvd", lang),
        }

    def sparql_query(self, query: str, language: str = "") -> Answer:
        lang = self._spoken(language)
        found = endpoints.sparql(self._catalogue, query)
        page = f"sparql?{urlencode({'query': query})}"
        return found | {
            "about": self._about(page, lang) | {"citation": self._cited("sparql", lang)}
        }

    def changes_since(self, since: str, limit: int = SOME, language: str = "") -> Answer:
        lang = self._spoken(language)
        found = endpoints.changes(self._catalogue, since, _within(limit, 1, MOST))
        known = self._references([item["id"] for item in found["changes"] if item["id"]], lang)
        for item in found["changes"]:
            if reference := known.get(item["id"]):
                item |= answers.source(reference)
        return found | {"about": self._about(f"changes?{urlencode({'since': since})}", lang)}

    def _spoken(self, language: str) -> str:
        return CORE.supported(language or self._language)

    def _city(self, given: str) -> dict[str, Any] | None:
        return self._needed(given) if given.strip() else None

    def _needed(self, given: str) -> dict[str, Any]:
        """Return the city that is meant; StopRun with the names of all if none or several are."""
        cities = self._catalogue.cities()
        wanted = fold(given.strip())
        exact = [item for item in cities if wanted in (fold(item["name"]), fold(item["title"]))]
        among = [item for item in cities if wanted in fold(item["title"]).split()]
        for found in (exact, among):
            if len(found) == 1:
                return found[0]
        raise StopRun("mcp-no-city", city=given[:80], known=[item["title"] for item in cities])

    def _references(self, ids: Iterable[str], lang: str) -> dict[str, Mapping[str, Any]]:
        """Return id → licence, origin, citation and address of public datasets."""
        wanted = list(dict.fromkeys(ids))[:SOURCES]
        if not wanted:
            return {}
        found = self._catalogue.call("hanse_reference_list", datasets=wanted, language=lang)
        return {item["id"]: item for item in found}

    def _known(
        self, item: Mapping[str, Any], known: Mapping[str, Mapping[str, Any]]
    ) -> Mapping[str, Any]:
        """Return what a dataset rests on; its address alone if it has just left the index."""
        address = f"{self._catalogue.url}/dataset/{quote(str(item['name']))}"
        alone = {key: item.get(key) for key in ("id", "name", "title")} | {"address": address}
        return known.get(item["id"], alone)

    def _about(self, path: str, lang: str) -> Answer:
        url = self._catalogue.url
        return answers.about(url, f"{url}/{path}", lang)

    def _cited(self, path: str, lang: str) -> str:
        """Return how to cite figures of the catalogue itself."""
        url = self._catalogue.url
        return CORE.texts(lang).pgettext(
            "mcp", "Catalogue {url}, {page}", url=url, page=f"{url}/{path}"
        )


def _facets() -> dict[str, str]:
    return {"facet.field": '["organization"]', "facet.limit": "100"}


def _within(value: int, least: int, most: int) -> int:
    return min(max(value, least), most)


def _last_step(given: str) -> str:
    """Return name or id of a dataset that is given by name, id or address.

    >>> _last_step("https://daten.example/en/dataset/baeume?x=1"), _last_step(" baeume ")
    ('baeume', 'baeume')
    """
    step = unquote(urlsplit(given.strip()).path.rstrip("/").rpartition("/")[2])
    if not step:
        raise NotThere("mcp-unknown", what=given[:200])
    return step[:200]


def _high_value(row: Mapping[str, Any], reference: Mapping[str, Any], lang: str) -> Answer:
    return answers.source(reference) | {
        "category": answers.labels("hvd-categories", row.get("category"), lang),
        "criteria": row.get("criteria"),
        "issues": [
            {"criterion": item.get("criterion"), "field": item.get("field")}
            | marked(message=clean(item.get("message"), 600), remedy=clean(item.get("remedy"), 600))
            for item in row.get("issues") or ()
        ],
    }
