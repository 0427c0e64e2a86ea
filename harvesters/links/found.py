"""What a look at the first bytes finds, and the file of all signatures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from hanse_schemas.table import LOADER


@dataclass(frozen=True, slots=True)
class Found:
    """The fields of the same name in :class:`hanse_harvesters.links.answer.Learned`."""

    format: str = ""
    packing: str = ""
    sure: bool = True
    detail: str = ""
    charset: str = ""
    delimiter: str = ""


@cache
def signature_file() -> Mapping[str, Any]:
    """Return ``signatures.yaml``."""
    text = files("hanse_harvesters.links").joinpath("signatures.yaml").read_text("utf-8")
    read: Mapping[str, Any] = yaml.load(text, LOADER)
    return read
