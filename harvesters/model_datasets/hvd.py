"""Which model datasets are high-value datasets (HVD) by what they are."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

import yaml

from hanse_schemas.model_datasets import ModelDataset
from hanse_schemas.table import LOADER


def hvd_category(model: ModelDataset) -> str:
    """Return the code of the HVD category of a model dataset, "" if none clearly fits.

    The codes are those of ``schemas/vocabularies/hvd-categories.tsv``.
    """
    return _categories().get(model.path, "")


@cache
def _categories() -> dict[str, str]:
    text = files(__package__).joinpath("hvd.yaml").read_text("utf-8")
    table: dict[str, list[str]] = yaml.load(text, LOADER)["categories"]
    return {path: code for code, paths in table.items() for path in paths}
