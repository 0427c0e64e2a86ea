"""Gives Babel the texts of our YAML files (``pyproject.toml``, ``make i18n``).

An entry is ``<id>: {<part>: <text>, …}``; a text is its English, or where it counts
``{count: <parameter>, one: …, other: …}``.  Its context is "<id> <part>", as
:class:`hanse_harvesters.texts.Text` asks for it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import IO, Any

import yaml

#: Parts of an entry that are texts.
PARTS = ("what", "message", "remedy", "form", "short")

Extracted = tuple[int, str, tuple[str, ...], list[str]]


def extract(file: IO[bytes], keywords: Any, comment_tags: Any, options: Any) -> Iterator[Extracted]:
    """What Babel asks of an extractor: line, gettext's function, its arguments, comments."""
    document = yaml.compose(file, yaml.SafeLoader)
    for id, entry in document.value if document else ():
        for part, text in entry.value:
            if part.value not in PARTS:
                continue
            context = f"{id.value} {part.value}"
            line = text.start_mark.line + 1
            if isinstance(text, yaml.ScalarNode):
                yield line, "pgettext", (context, text.value), []
                continue
            forms = {key.value: value.value for key, value in text.value}
            if "one" in forms:
                yield line, "npgettext", (context, forms["one"], forms["other"]), []
