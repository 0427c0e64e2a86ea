"""Load YAML with line numbers, so that an error can name the place to correct."""

from __future__ import annotations

from pathlib import Path
from typing import Any, TypeAlias

import yaml

from hanse_harvesters.errors import ConfigError

#: The path to a value: ("sources", "rostock", "url").
Way: TypeAlias = tuple[str | int, ...]


class Located:
    """A YAML document as plain data, and the line of each value."""

    def __init__(self, path: Path, data: Any, lines: dict[Way, int]) -> None:
        self.path = path
        self.data = data
        self._lines = lines

    def where(self, *way: str | int) -> str:
        """Return ``file:line`` of the value at ``way``, or of the nearest enclosing value."""
        while way and way not in self._lines:
            way = way[:-1]
        return f"{self.path}:{self._lines.get(way, 1)}"


def load(path: Path) -> Located:
    """Read ``path``; raise ConfigError with file and line for invalid YAML or a repeated key."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError("file-unreadable", where=str(path), reason=error) from error
    loader = yaml.SafeLoader(text)
    try:
        return _document(path, loader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        reason = error.problem or error.context
        raise ConfigError("yaml-invalid", where=f"{path}:{line}", reason=reason) from error
    except yaml.YAMLError as error:
        raise ConfigError("yaml-characters", where=str(path), reason=error) from error
    finally:
        loader.dispose()


def _document(path: Path, loader: yaml.SafeLoader) -> Located:
    node = loader.get_single_node()
    lines: dict[Way, int] = {}
    data = _value(path, loader, node, (), lines) if node is not None else None
    return Located(path, data, lines)


def _value(
    path: Path, loader: yaml.SafeLoader, node: yaml.Node, way: Way, lines: dict[Way, int]
) -> Any:
    lines[way] = node.start_mark.line + 1
    if isinstance(node, yaml.MappingNode):
        return _mapping(path, loader, node, way, lines)
    if isinstance(node, yaml.SequenceNode):
        return [
            _value(path, loader, item, (*way, index), lines)
            for index, item in enumerate(node.value)
        ]
    return loader.construct_object(node)


def _mapping(
    path: Path, loader: yaml.SafeLoader, node: yaml.MappingNode, way: Way, lines: dict[Way, int]
) -> dict[str, Any]:
    _refuse_repeated(path, node)
    loader.flatten_mapping(node)  # `<<: *defaults`
    result: dict[str, Any] = {}
    for key_node, value_node in node.value:
        key = str(key_node.value)
        result[key] = _value(path, loader, value_node, (*way, key), lines)
        lines[(*way, key)] = key_node.start_mark.line + 1
    return result


def _refuse_repeated(path: Path, node: yaml.MappingNode) -> None:
    seen: set[str] = set()
    for key_node, _ in node.value:
        if key_node.value in seen:
            place = f"{path}:{key_node.start_mark.line + 1}"
            raise ConfigError("key-twice", where=place, key=key_node.value)
        if isinstance(key_node.value, str):
            seen.add(key_node.value)
