"""How tools and parameters are described: ``words.yaml``, in every language of the core.

Nobody tells the server the language of who will ask, so each description has all of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from hanse_harvesters.texts import CORE, Text
from hanse_schemas.table import LOADER


@cache
def _entries() -> Mapping[str, Mapping[str, Any]]:
    text = files("hanse_harvesters.mcp").joinpath("words.yaml").read_text(encoding="utf-8")
    found: Mapping[str, Mapping[str, Any]] = yaml.load(text, LOADER)
    return found


def title(id: str, language: str) -> str:
    """Return the title of an entry in one language."""
    return Text.of(CORE, id, "short", _entries()[id]["short"]).filled(language, {})


def description(id: str, between: str = "\n\n") -> str:
    """Return what an entry says, in English and then in the other languages."""
    text = Text.of(CORE, id, "what", _entries()[id]["what"])
    order = sorted(CORE.languages(), key=lambda code: (code != "en", code))
    return between.join(dict.fromkeys(text.filled(code, {}).strip() for code in order))
