"""Read JSON-LD that the parser refuses, leaving out only what is broken.

The JSON-LD parser stops at the first invalid value.  The document is then read
again, node by node: invalid JSON is repaired if that is harmless, and values that are
invalid in JSON-LD are located and left out one by one.
"""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Callable, Iterator
from typing import Any

from hanse_harvesters.sandbox.child import jsondoc, missing_part

#: Number of faults after which the rest is no longer examined.
_MOST = 1_000
#: Places without JSON after which the rest is given up: each costs a look over the whole text.
_MOST_PLACES = 10_000
#: Levels of a value in which faults are located; what each deeper one costs grows with its depth.
_DEEPEST = 50
_OPEN = re.compile(r"\{")
_ID = re.compile(r'"@id"\s*:\s*("(?:[^"\\]|\\.)*+")')
_TYPE = re.compile(r'"@type"\s*:\s*("(?:[^"\\]|\\.)*+"|\[[^\[\]{}]*\])')
_CONTEXT = re.compile(r'"@context"\s*:\s*')
#: Keys that identify a node; without them it would become another one.
_NAMES = ("@id", "id")

#: Parses a node; returns False if the parser refuses it.
Reads = Callable[[dict[str, Any]], bool]


class Islands:
    """The nodes of a document, as far as each can be read.

    ``reads``    returns whether the parser accepts a document.
    ``odd``      repairs in the text: kind → number.
    ``faults``   values left out: path and value.
    ``broken``   places that are not valid JSON; ``cut`` whether the end is missing.
    """

    def __init__(self, text: str, reads: Reads) -> None:
        self.faults: list[tuple[str, str]] = []
        self.broken: list[str] = []
        self._reads = reads
        self._text, self.odd = jsondoc.without_commas(text)
        self.cut = False
        self._endless = False
        self._context: Any = None
        self._skip = (-1, -1)

    def __iter__(self) -> Iterator[dict[str, Any]]:
        """Yield one document per node, with the context."""
        place = tries = 0
        text = self._text.strip("\ufeff \t\r\n")
        if text.startswith("[") and not text.endswith("]"):
            self._breaks_off(len(self._text))
        while found := _OPEN.search(self._text, place):
            place = found.start()
            if place == self._skip[0]:  # a context is not a node
                place = self._skip[1]
                continue
            value, end = self._value(place)
            if end > 0:
                place = end
                yield from self._nodes(value)
            else:
                yield from self._incomplete(place, end=-end)
                place += 1
                tries += 1
                if tries >= _MOST_PLACES:
                    self._breaks_off(place)
                    return

    # --- Text ---------------------------------------------------------------------------------

    def _value(self, place: int) -> tuple[Any, int]:
        """Return the object at ``place`` and its end, or None and the fault's negated position."""
        try:
            return jsondoc.tolerant(self.odd).raw_decode(self._text, place)
        except json.JSONDecodeError as error:
            # An unterminated string extends to the end of the document.
            self._endless = error.msg.startswith("Unterminated string")
            return None, -error.pos

    def _incomplete(self, place: int, end: int) -> Iterator[dict[str, Any]]:
        """Yield a truncated node with only its name and a mark of the lost part."""
        if self._context is None and (found := _CONTEXT.search(self._text, place)):
            with_context, stop = self._value(found.end())
            self._context = self._mended_context(with_context) if stop > 0 else {}
            self._skip = (found.end(), max(stop, found.end() + 1))
        inner = self._text.find("{", place + 1)
        head = self._text[place : inner if inner >= 0 else None]
        name, kind = _stated(_ID, head), _stated(_TYPE, head)
        line = self._text.count("\n", 0, end) + 1
        cut = self._endless or end >= len(self._text.rstrip())
        if not name and not kind:
            if cut:
                self._breaks_off(end)
            return
        self.cut = self.cut or cut
        reason = "the end is missing" if cut else "no JSON"
        lost = self._text[end : end + 1_000]
        node = {
            **({"@id": name} if name else {}),
            **({"@type": kind} if kind else {}),
            missing_part.MISSING_PART: missing_part.reported(
                line, reason, lost, "Dataset", cut=cut
            ),
        }
        self.broken.append(f"line {line}: {reason}")
        document = self._with_context(node)
        if self._reads(document):
            yield document

    def _breaks_off(self, end: int) -> None:
        """Note that the end is missing, at a place that names no node."""
        if not self.cut:
            self.broken.append(f"line {self._text.count(chr(10), 0, end) + 1}: the end is missing")
        self.cut = True

    # --- Nodes --------------------------------------------------------------------------------

    def _nodes(self, value: Any) -> Iterator[dict[str, Any]]:
        if not isinstance(value, dict):
            return
        if "@context" in value:
            self._context = self._mended_context(value.pop("@context"))
        graph = value.get("@graph")
        if isinstance(graph, list):
            rest = {key: item for key, item in value.items() if key != "@graph"}
            nodes: Iterator[Any] = itertools.chain([rest] if rest else [], graph)
        else:
            nodes = iter([value])
        for number, node in enumerate(nodes):
            if not isinstance(node, dict):
                continue
            document = self._with_context(node)
            if self._reads(document):
                yield document
                continue
            path = f"@graph[{number}]" if isinstance(graph, list) else ""
            mended = self._node(node, path)
            document = self._with_context(mended)
            if self._reads(document):
                yield document

    def _with_context(self, node: dict[str, Any]) -> dict[str, Any]:
        return node if self._context is None else {"@context": self._context, **node}

    def _mended_context(self, context: Any) -> Any:
        """Return the context without the term that makes the parser refuse it."""
        if not isinstance(context, dict) or self._reads({"@context": context}):
            return context
        for key in list(context):
            less = {name: value for name, value in context.items() if name != key}
            if self._reads({"@context": less}):
                self._leave_out(f"@context.{key}", context[key])
                return less
        return context

    def _node(self, node: dict[str, Any], path: str) -> dict[str, Any]:
        """Return a node without invalid values; marked as incomplete if its name is one of them."""
        found: dict[str, Any] = {}
        before = len(self.faults)
        for key, value in node.items():
            where = f"{path}.{key}" if path else key
            if self._takes(key, value):
                found[key] = value
                continue
            kept = self._within(key, value, where)
            if kept is not None:
                found[key] = kept
        if self._reads(self._with_context(found)):
            found |= self._mark(node, found, before)
        return found

    def _mark(self, node: dict[str, Any], found: dict[str, Any], before: int) -> dict[str, Any]:
        """Return the mark of a node with an invalid name, so that it is not another one."""
        lost = [(where, value) for where, value in self.faults[before:]]
        names = {key for key in node if key in _NAMES and key not in found}
        if not names or not lost:
            return {}
        where, value = next((f for f in lost if f[0].rpartition(".")[2] in names), lost[0])
        self.broken.append(f"{where}: {value[:100]} is no name")
        return {
            missing_part.MISSING_PART: missing_part.reported(
                0, f"{where} is no name", value, "Dataset"
            )
        }

    def _within(self, key: str, value: Any, where: str) -> Any:
        """Return the readable part of a value, None if there is none."""
        if len(self.faults) >= _MOST:
            return None
        if _is_deep(value):
            return self._leave_out(where, value)
        if isinstance(value, list):
            if key in _NAMES and len(value) == 1 and self._takes(key, value[0]):
                return value[0]  # a name in a list counts as a name
            kept = []
            for number, item in enumerate(value):
                one = item
                if not self._takes(key, [item]):
                    one = self._within(key, item, f"{where}[{number}]")
                if one is not None:
                    kept.append(one)
            return kept if self._takes(key, kept) else self._leave_out(where, value)
        if isinstance(value, dict):
            kept_node = self._node(value, where)
            if kept_node and self._takes(key, kept_node):
                return kept_node
        return self._leave_out(where, value)

    def _takes(self, key: str, value: Any) -> bool:
        return self._reads(self._with_context({key: value}))

    def _leave_out(self, where: str, value: Any) -> None:
        self.faults.append((where, json.dumps(value, ensure_ascii=False)[:300]))


def _stated(pattern: re.Pattern[str], text: str) -> Any:
    """Return the value that a pattern finds, None if there is none or it is no JSON."""
    found = pattern.search(text)
    try:
        return json.loads(found[1], strict=False) if found else None
    except ValueError:
        return None


def _is_deep(value: Any) -> bool:
    level = [value]
    for _ in range(_DEEPEST):
        inner = [item for item in level if isinstance(item, dict | list)]
        if not inner:
            return False
        level = [
            one for item in inner for one in (item.values() if isinstance(item, dict) else item)
        ]
    return True
