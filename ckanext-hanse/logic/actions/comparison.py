"""Actions: the cities compared by model datasets, as on the pages below /vergleich."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import ckan.plugins.toolkit as tk
from ckan.types import Context, DataDict

from ckanext.hanse import language
from ckanext.hanse.comparison import coverage, matrix, named, published, side
from ckanext.hanse.comparison.matrix import Cell, Line, Matrix
from ckanext.hanse.comparison.published import Published
from ckanext.hanse.logic import fields as f
from ckanext.hanse.logic import permission, schema
from ckanext.hanse.presentation.cities import City, every
from hanse_schemas.model_datasets import ModelDataset

__all__ = ["hanse_comparison_list", "hanse_comparison_show"]


def _list() -> schema.Schema:
    return (
        schema.only_language()
        | f.part()
        | {
            "q": f.words(),
            "missing_in": f.text(),
            "shared": [*f.optional(), f.one_of(matrix.SHARED)],
        }
    )


@tk.side_effect_free
@schema.takes(_list)
def hanse_comparison_list(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """List model datasets of the Musterdatenkatalog with what each city publishes of them.

    ``q``: name of a model dataset, or words that mean one; ``missing_in``: name or id of a city:
    only what it lacks and others publish, the most frequent first; ``shared``: how many cities
    publish it: "one" (at least), "two" (at least) or "none"; ``limit`` (1 to 100, 20),
    ``offset``, ``language`` of the texts.  Returns ``count``; ``cities`` (``name``, ``title``, and
    of how many model datasets it ``has`` some, ``of`` those that apply, ``per_cent``); and
    ``results``: ``model`` (``iri``, ``path``, ``label``, ``theme``, ``definition``), ``exact``
    (``q`` is its name), ``hvd`` (code of its category of high-value datasets), ``publish`` (number
    of cities), ``cities``: ``city``, ``datasets`` (``id``, ``name``, ``title``, ``changed``,
    ``open``; the newest first), ``reason`` why it does not apply there.
    """
    tk.check_access("hanse_comparison_list", context, data_dict)
    lang = str(data_dict.get("language") or language.of_page())
    whole = matrix.whole(list(every(lang).values()))
    shares = {city.name: coverage.coverage(whole, city.name) for city in whole.cities}
    missing_in = data_dict.get("missing_in")
    if missing_in:
        lines = _missing(shares, permission.organization_of({"id": missing_in}).name)
    else:
        blocks = whole.blocks(matrix.Asked(shared=data_dict.get("shared") or ""))
        lines = [line for block in blocks for line in block.lines]
    exact = None
    if words := data_dict.get("q"):
        exact = named.exactly(words)
        kept = [exact] if exact else named.meant(words)
        lines = [line for line in lines if line.model in kept]
    start = data_dict["offset"]
    return {
        "count": len(lines),
        "cities": [_share(city, shares[city.name].whole) for city in whole.cities],
        "results": [
            {
                "model": _model(line.model, lang),
                "exact": line.model == exact,
                "hvd": line.hvd,
                "publish": line.publish,
                "cities": [_cell(cell) for cell in line.cells],
            }
            for line in lines[start : start + data_dict["limit"]]
        ],
    }


@tk.side_effect_free
@schema.takes(schema.of_id)
def hanse_comparison_show(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """Return one model dataset over all cities, side by side.

    ``id``: its IRI, path or label; ``language`` of the texts.  Returns ``model`` and ``publish`` as
    ``hanse_comparison_list``; ``sides``, a city that publishes it each: ``city``, ``datasets``,
    and of the newest of them ``years``, ``frequency``, ``licence``, ``open``, ``formats`` and
    ``quality`` in words; ``differences`` in sentences; ``without``: ``city`` and ``reason``.
    """
    tk.check_access("hanse_comparison_show", context, data_dict)
    lang = str(data_dict.get("language") or language.of_page())
    known = named.exactly(data_dict["id"])
    if known is None:
        raise tk.ObjectNotFound(tk._("There is no such model dataset"))
    line = Matrix(list(every(lang).values()), published.every(known.iri)).line(known)
    with language.spoken(lang):
        sides = side.sides(line, lang)
        differences = side.differences(sides)
    return {
        "model": _model(known, lang),
        "publish": line.publish,
        "sides": [_side(item) for item in sides],
        "differences": differences,
        "without": [
            {"city": cell.city.name, "reason": cell.reason}
            for cell in line.cells
            if not cell.datasets
        ],
    }


def _missing(shares: dict[str, coverage.Coverage], city: str) -> list[Line]:
    found = shares.get(city)
    return [item.line for item in found.missing] if found else []


def _share(city: City, share: coverage.Share) -> dict[str, Any]:
    of = {"has": share.has, "of": share.of, "per_cent": share.per_cent}
    return {"name": city.name, "title": city.title, **of}


def _model(item: ModelDataset, lang: str) -> dict[str, Any]:
    return {
        "iri": item.iri,
        "path": item.path,
        "label": item.label(lang),
        "theme": item.theme_label(lang),
        "definition": item.definition,
    }


def _cell(cell: Cell) -> dict[str, Any]:
    datasets = _datasets(cell.datasets)
    return {"city": cell.city.name, "datasets": datasets, "reason": cell.reason}


def _datasets(found: Sequence[Published]) -> list[dict[str, Any]]:
    return [
        {
            "id": item.id,
            "name": item.name,
            "title": item.title,
            "changed": item.changed.isoformat() if item.changed else None,
            "open": item.open,
        }
        for item in found
    ]


def _side(item: side.Side) -> dict[str, Any]:
    texts = ("years", "frequency", "licence", "open", "quality")
    return {
        "city": {"name": item.cell.city.name, "title": item.cell.city.title},
        "datasets": _datasets(item.cell.datasets),
        "formats": list(item.formats),
        **{name: getattr(item, name) for name in texts},
    }
