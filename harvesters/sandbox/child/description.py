"""A dataset's description in YAML or TOML → plain JSON, whatever stands in it.

Only YAML's plain types are read, every scalar as text: a version ``1.10`` and a key ``01003`` stay
as they are written.  Aliases are followed while what they unfold to is small.
"""

from __future__ import annotations

import encodings.utf_8_sig
import re
from typing import Any

import tomllib
import yaml

#: What the standard library would import only when it is needed, and could not any more.
_NEEDED = (encodings.utf_8_sig,)
#: Bytes of a description, values it may have with its aliases unfolded, and lists in lists.
MOST_BYTES, _MOST_VALUES, _DEEPEST = 1 << 18, 50_000, 50
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "-": "_", " ": "_"})


class _Loader(yaml.SafeLoader):
    """Every scalar is a text; ``<<`` merges."""

    yaml_implicit_resolvers = {"<": [("tag:yaml.org,2002:merge", re.compile("^<<$"))]}  # noqa: RUF012


def read(content: bytes, name: str) -> dict[str, Any]:
    """Return a description, its keys in lower case without umlauts; raise ValueError for none.

    ``name``  of the file, whose ending tells YAML from TOML.
    """
    if len(content) > MOST_BYTES:
        raise ValueError(f"more than {MOST_BYTES >> 10} KB")
    text = content.decode("utf-8-sig", "strict")
    try:
        found = tomllib.loads(text) if name.endswith(".toml") else _yaml(text)
    except yaml.YAMLError as error:
        raise ValueError(_place(error)) from error
    except RecursionError as error:
        raise ValueError("nested too deeply") from error
    if not isinstance(found, dict):
        raise ValueError("no keys with values")
    plain: dict[str, Any] = _plain(found)
    return plain


def _place(error: yaml.YAMLError) -> str:
    """Return what is wrong, and in which line: ``line 3, column 5: expected ',' or ']'``."""
    mark = getattr(error, "problem_mark", None)
    problem = getattr(error, "problem", None)
    if mark is None or not problem:
        return " ".join(str(error).split())[:200]
    return f"line {mark.line + 1}, column {mark.column + 1}: {problem}"[:200]


def _yaml(text: str) -> Any:
    loader = _Loader(text)
    try:
        node = loader.get_single_node()
        if node is None:
            return None
        _measure(node, {}, 0)
        return loader.construct_document(node)
    finally:
        loader.dispose()


def _measure(node: yaml.Node, known: dict[yaml.Node, int], depth: int) -> int:
    """Return how many values a node unfolds to; raise ValueError for too many, or a circle."""
    if depth > _DEEPEST:
        raise ValueError("nested too deeply")
    if node in known:
        return known[node]
    inner: list[yaml.Node] = []
    if isinstance(node, yaml.SequenceNode):
        inner = node.value
    elif isinstance(node, yaml.MappingNode):
        inner = [item for pair in node.value for item in pair]
    count = 1 + sum(_measure(item, known, depth + 1) for item in inner)
    if count > _MOST_VALUES:
        raise ValueError(f"its aliases unfold to more than {_MOST_VALUES} values")
    known[node] = count
    return count


def _plain(value: Any) -> Any:
    """Return a value of JSON: dates as text, keys folded."""
    if isinstance(value, dict):
        return {_folded(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set):
        return [_plain(item) for item in value]
    if isinstance(value, str | bool | int) or value is None:
        return value
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


def _folded(key: Any) -> str:
    return str(key).strip().lower().translate(_UMLAUTS)
