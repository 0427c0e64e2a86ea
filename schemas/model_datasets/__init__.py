"""Model datasets: which datasets a German municipality has, by the Musterdatenkatalog (V4).

The taxonomy of the Bertelsmann Stiftung (CC0 1.0), May 2023: 26 themes, 242 model datasets,
https://musterdatenkatalog.de.  ``<theme>.yaml`` has a theme each: labels, German
definitions, the same concept in GND, Wikidata and EuroVoc, ``was`` with the
paths of V1 to V3.  Misprints and some English labels are mended.  Of the
former names 61 come from the taxonomy; the others, and the offices, are ours.
A former name without a successor is absent.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any
from unicodedata import normalize
from urllib.parse import unquote

import yaml

from hanse_schemas.language import pick
from hanse_schemas.table import LOADER

BASE = "https://musterdatenkatalog.de/def/musterdatensatz/"

_IRI = re.compile(r"(?:https?://)?(?:www\.)?musterdatenkatalog\.de/def/musterdatensatz/([^?#]*)")
_WRITTEN_OUT = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})
_LONGEST = 500


@dataclass(frozen=True, slots=True)
class ModelDataset:
    """A model dataset; ``names`` are the parts of its IRI below the theme (one or two)."""

    iri: str
    theme: str
    names: tuple[str, ...]
    labels: Mapping[str, str]
    """Language (``de``, ``en``) → label, parts joined by " - " as in the catalogue."""
    theme_labels: Mapping[str, str]
    definition: str
    """German; the catalogue has no other."""
    office: str
    """Key of the municipal office it usually belongs to."""
    office_labels: Mapping[str, str]
    data_theme: str = ""
    """IRI of the EU data theme; "" for "Sonstiges"."""
    same: Mapping[str, str] = field(default_factory=dict)
    """``gnd``, ``wikidata``, ``eurovoc`` → identifier there, where it is the same concept."""

    @property
    def path(self) -> str:
        """The IRI without its base: ``abfallentsorgung/abfallkalender``."""
        return "/".join((self.theme, *self.names))

    @property
    def keywords(self) -> tuple[str, str]:
        """Theme and name in German, as DCAT-AP.de's convention handbook asks beside the IRI.

        >>> model_datasets().by_path("bildung/bibliothek/bestand").keywords
        ('Bildung', 'Bibliothek - Bestand')
        """
        return self.theme_labels["de"], self.labels["de"]

    def label(self, language: str) -> str:
        """Return the label for a reader of ``language``."""
        return pick(self.labels, language) or self.path

    def theme_label(self, language: str) -> str:
        """Return the theme's label for a reader of ``language``."""
        return pick(self.theme_labels, language) or self.theme

    def office_label(self, language: str) -> str:
        """Return the office's name for a reader of ``language``."""
        return pick(self.office_labels, language) or self.office


@dataclass(frozen=True, slots=True)
class ModelTheme:
    """A theme of the catalogue with its model datasets, in the catalogue's order."""

    name: str
    labels: Mapping[str, str]
    datasets: tuple[ModelDataset, ...]

    def label(self, language: str) -> str:
        """Return the label for a reader of ``language``."""
        return pick(self.labels, language) or self.name


class ModelDatasets:
    """All model datasets, found by the IRI or path of V4 and of V1 to V3."""

    def __init__(self, themes: list[ModelTheme], former: Mapping[str, str]) -> None:
        """``former``: path in V1 to V3 → path in V4."""
        self.themes = tuple(themes)
        self.former = former
        self._by_iri = {model.iri: model for theme in themes for model in theme.datasets}
        self._by_key = {_key(model.path): model for model in self}
        for old, new in former.items():
            self._by_key.setdefault(_key(old), self._by_iri[BASE + new])
        self._by_theme: dict[str, list[tuple[frozenset[str], ModelDataset]]] = {}
        for theme in themes:
            for model in theme.datasets:
                entry = frozenset(map(_key, model.labels["de"].split(" - "))), model
                self._by_theme.setdefault(_key(theme.labels["de"]), []).append(entry)

    def by_iri(self, iri: str) -> ModelDataset | None:
        """Return the model dataset of an IRI of V1 to V4, None if there is none.

        Scheme, ``www.``, case, percent-encoding, umlauts and a trailing slash do not matter.
        """
        found = self._by_iri.get(iri)
        if found is None and (path := _path_in(iri)) is not None:
            return self.by_path(path)
        return found

    def by_path(self, path: str) -> ModelDataset | None:
        """Return the model dataset of a path below the base, None if there is none."""
        return self._by_key.get(_key(path))

    def by_keywords(self, keywords: Iterable[str]) -> list[ModelDataset]:
        """Return the model datasets of V4 whose theme and name are both among the keywords.

        A name of two parts may be one keyword or two.  Former names are not looked for:
        "Infrastruktur" and "Straßen" are everyday keywords.
        """
        keys = set(map(_key, keywords))
        return [
            model
            for theme in keys & self._by_theme.keys()
            for parts, model in self._by_theme[theme]
            if _key(model.labels["de"]) in keys or parts <= keys
        ]

    def __iter__(self) -> Iterator[ModelDataset]:
        return iter(self._by_iri.values())

    def __len__(self) -> int:
        return len(self._by_iri)


def is_model_iri(iri: str) -> bool:
    """Return whether ``iri`` is in the catalogue's namespace, be there such a model dataset or not.

    >>> is_model_iri("http://musterdatenkatalog.de/def/musterdatensatz/nie/gewesen")
    True
    """
    return _path_in(iri) is not None


def _path_in(iri: str) -> str | None:
    found = _IRI.fullmatch(iri.strip().casefold()) if len(iri) <= _LONGEST else None
    return found[1] if found else None


def _key(path: str) -> str:
    """Return the form in which paths are compared: lower case, umlauts written out, no signs."""
    path = normalize("NFC", unquote(path)).casefold().translate(_WRITTEN_OUT)
    return re.sub(r"[^a-z0-9/]", "", path).strip("/")


def _read(name: str) -> dict[str, Any]:
    content: dict[str, Any] = yaml.load(
        files(__package__).joinpath(name).read_text("utf-8"), LOADER
    )
    return content


def _model(
    item: Mapping[str, Any], theme: Mapping[str, Any], offices: Mapping[str, Mapping[str, str]]
) -> ModelDataset:
    code = theme.get("data_theme")
    return ModelDataset(
        iri=f"{BASE}{theme['theme']}/{item['name']}",
        theme=theme["theme"],
        names=tuple(item["name"].split("/")),
        labels=item["label"],
        theme_labels=theme["label"],
        definition=item["definition"],
        office=item["office"],
        office_labels=offices[item["office"]],
        data_theme=f"http://publications.europa.eu/resource/authority/data-theme/{code}"
        if code
        else "",
        same={key: str(value) for key, value in item.get("same", {}).items()},
    )


@cache
def model_datasets() -> ModelDatasets:
    """Return the model datasets of V4, read once."""
    offices = _read("offices.yaml")["offices"]
    names = sorted(
        item.name
        for item in files(__package__).iterdir()
        if item.name.endswith(".yaml") and item.name != "offices.yaml"
    )
    themes = []
    former: dict[str, str] = {}
    for raw in map(_read, names):
        models = tuple(_model(item, raw, offices) for item in raw["datasets"])
        themes.append(ModelTheme(raw["theme"], raw["label"], models))
        for item in raw["datasets"]:
            path = f"{raw['theme']}/{item['name']}"
            former |= dict.fromkeys(item.get("was", ()), path)
            former |= {f"{old}/{item['name']}": path for old in raw.get("was", ())}
    return ModelDatasets(themes, former)
