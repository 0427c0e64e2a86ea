"""Datasets like another one: the same model dataset, or words of title and keywords in common."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

import ckan.plugins.toolkit as tk
from ckan.lib.search.common import SearchError, SolrConnectionError

from ckanext.hanse.search import models
from ckanext.hanse.search.exact import edition_key
from ckanext.hanse.search.query import QUERY_FIELDS, SMALL_WORDS, TIE, WORD
from hanse_harvesters.german.letters import fold

Dataset = Mapping[str, Any]

MOST = 6
_ROWS = 30
"""Asked for; some are editions of one thing, or have too little in common."""
_MOST_WORDS, _MOST_KEYWORDS, _MOST_MODELS, _MOST_THEMES = 8, 12, 3, 3
_SHORTEST = 4
_ENOUGH, _SHARED_KEYWORDS = 2, 3
_FIELDS = [
    *("id", "name", "title", "tags", "organization"),
    *("hanse_model", "hanse_edition", "hanse_theme"),
]

_SAYING_LITTLE = """
bestand daten datensatz datensätze geodaten hansestadt inspire karte kommune open opendata stadt
stadtplan gebiet gemeinde landkreis mecklenburg vorpommern schleswig holstein open-data liste
"""
_LITTLE = frozenset(fold(word) for word in _SAYING_LITTLE.split())


@dataclass(frozen=True, slots=True)
class Similar:
    """A dataset like another one.

    ``city``      name of its organization, "" for none.
    ``model``     whether it is the same model dataset.
    ``keywords``  that both have, at most three; ``words`` of the title that both have.
    """

    name: str
    title: str
    city: str
    model: bool
    keywords: tuple[str, ...]
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _About:
    """What a dataset is about: IRIs of model datasets, words of the title, keywords, themes.

    ``city``  name of its organization, "" for none.
    """

    city: str
    iris: Sequence[str]
    words: Sequence[str]
    keywords: Sequence[str]
    themes: Sequence[str]


def similar(dataset: Dataset) -> list[Similar]:
    """Return up to six datasets like ``dataset``, in one search as the reader.

    What other cities have of the same model dataset stands beside it already and is not repeated;
    of editions of one thing, and of another model dataset, there is one.
    """
    said = models.stored([dataset["id"]]).get(dataset["id"], models.NOTHING)
    iris = [iri for iri, _ in models.effective(dataset, said)][:_MOST_MODELS]
    city = str((dataset.get("organization") or {}).get("name") or "")
    words, keywords = _words(str(dataset.get("title") or ""), city), _keywords(dataset, city)
    themes = [theme for theme in dataset.get("theme") or () if isinstance(theme, str)]
    about = _About(city, iris, words, keywords, themes)
    query = _query(about)
    if not query:
        return []
    asked = {
        "defType": "edismax", "qf": QUERY_FIELDS, "tie": TIE, "mm": "0", "q": query,
        "fq": _others(dataset, iris),
        "fl": _FIELDS, "rows": _ROWS, "facet": "false",
    }  # fmt: skip
    try:
        found = tk.get_action("package_search")({}, asked)["results"]
    except (SearchError, SolrConnectionError, tk.ValidationError):  # the page needs no search
        return []
    return list(islice(_made(found, about), MOST))


def _others(dataset: Dataset, iris: Sequence[str]) -> str:
    """Return Solr's filter: what is not shown with the dataset already."""
    shown = [f'-id:"{dataset["id"]}"']
    if own := edition_key(dataset):
        shown.append(f'-hanse_edition:"{own}"')
    if iris:
        same = " ".join(f'"{_bare(iri)}"' for iri in iris)
        shown.append(f'-(+hanse_model:({same}) -owner_org:"{dataset.get("owner_org") or ""}")')
    return " ".join(["+dataset_type:dataset", *shown])


def _query(about: _About) -> str:
    """Return Solr's query: one of these, higher with the same theme or city; "" for no word."""
    parts = [
        *(f'hanse_model:"{iri}"^20' for iri in map(_bare, about.iris)),
        *(f'subject:"{_bare(word)}"' for word in (*about.words, *about.keywords)),
    ]
    if not parts:
        return ""
    same = [f'hanse_theme:"{_bare(theme)}"' for theme in about.themes[:_MOST_THEMES]]
    same += [f'organization:"{about.city}"'] if about.city else []
    return f"({' OR '.join(parts)}) AND ({' OR '.join([*same, 'entity_type:package^0'])})"


def _bare(text: str) -> str:
    return text.replace("\\", " ").replace('"', " ")


def _words(title: str, city: str) -> list[str]:
    """Return the words of a title that say what it is about."""
    found = {
        word: None
        for word in WORD.findall(title)
        if len(word) >= _SHORTEST and word.isalpha() and word.lower() not in SMALL_WORDS
        and fold(word) not in _LITTLE and fold(word) != fold(city)
    }  # fmt: skip
    return list(found)[:_MOST_WORDS]


def _keywords(dataset: Dataset, city: str) -> list[str]:
    named = (str(tag.get("name") or "") for tag in dataset.get("tags") or ())
    found = {
        name: None
        for name in named
        if len(name) >= _SHORTEST and fold(name) not in _LITTLE and fold(name) != fold(city)
    }
    return list(found)[:_MOST_KEYWORDS]


def _made(found: Sequence[Dataset], about: _About) -> Iterator[Similar]:
    """Yield those that have enough in common.

    That is the model dataset, a word of the title, two keywords, or a keyword and the theme.
    """
    seen: set[str] = set()
    mine = {fold(keyword): keyword for keyword in about.keywords}
    folded = {fold(word): word for word in about.words}
    for item in found:
        models_of = set(item.get("hanse_model") or ())
        things = {str(item.get("hanse_edition") or item["id"]), *(models_of - set(about.iris))}
        shared = tuple(
            dict.fromkeys(mine[key] for tag in item.get("tags") or () if (key := fold(tag)) in mine)
        )
        titled = tuple(
            dict.fromkeys(
                folded[key]
                for word in WORD.findall(str(item.get("title") or ""))
                if (key := fold(word)) in folded
            )
        )
        same = bool(models_of & set(about.iris))
        near = bool(set(about.themes) & set(item.get("hanse_theme") or ()))
        if seen & things or not (same or titled or len(shared) + near >= _ENOUGH):
            continue
        seen |= things
        yield Similar(
            item["name"],
            str(item.get("title") or item["name"]),
            str(item.get("organization") or ""),
            same,
            shared[:_SHARED_KEYWORDS],
            titled[:_SHARED_KEYWORDS],
        )
