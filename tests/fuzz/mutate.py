"""One change of a document: of its bytes, or of what it says."""

from __future__ import annotations

import csv
import io
import json
import random
import re
from collections.abc import Callable
from typing import Any
from xml.sax.saxutils import escape

from lxml import etree

from fuzz import nasty

_VALUE = re.compile(rb'"[^"\n]{0,300}"|>[^<>\n]{1,300}<|\d{4}-\d\d-\d\d|[-+]?\d+(?:\.\d+)?')
_TRIPLE = re.compile(r"(\S+) (<[^>]*>) (.*?) ?\.\n")
#: In place of what XML's own library refuses to write.
_MARK = "@@fuzz@@"


def _bytes_of(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


# --- Bytes ----------------------------------------------------------------------------------------


def raw(data: bytes, dice: random.Random) -> bytes:
    """Change bytes wherever they stand."""
    at = dice.randrange(len(data) + 1)
    end = min(len(data), at + dice.choice((1, 1, 2, 5, 40, 400)))
    other = dice.randrange(len(data) + 1)
    kind = dice.randrange(9)
    if kind == 0:
        return data[:at] + bytes(dice.randrange(256) for _ in range(end - at)) + data[end:]
    if kind == 1:
        return data[:at] + data[end:]
    if kind == 2:
        return data[:end] + data[at:end] * dice.choice((1, 2, 50)) + data[end:]
    if kind == 3:
        return data[:at] + _bytes_of(nasty.text(dice)) + data[at:]
    if kind == 4:
        return data[:at]
    if kind == 5:
        return data[:other] + data[at:end] + data[other:]
    if kind == 6 and (places := [found.span() for found in _VALUE.finditer(data)]):
        start, stop = dice.choice(places)
        inner = (
            slice(start + 1, stop - 1) if data[start : start + 1] in b'">' else slice(start, stop)
        )
        return data[: inner.start] + _bytes_of(nasty.text(dice)) + data[inner.stop :]
    if kind == 7:
        code = dice.choice(("utf-16", "utf-8-sig", "latin-1", "cp1252", "utf-32", "utf-7"))
        return data.decode("utf-8", "replace").encode(code, "replace")
    return (
        data.replace(*dice.choice(((b"\n", b"\r"), (b"\n", b""), (b'"', b"'"), (b"<", b"")))) + b" "
    )


# --- What it says ---------------------------------------------------------------------------------


def triples(data: bytes, dice: random.Random, pool: list[Any]) -> bytes:
    """Change statements of N-Triples; ``pool`` has predicates and objects of other records."""
    lines = [found.groups() for found in _TRIPLE.finditer(data.decode("utf-8", "surrogatepass"))]
    nodes = [line[0] for line in lines]
    for _ in range(dice.choice((1, 1, 2, 5))):
        at = dice.randrange(len(lines))
        subject, predicate, value = lines[at]
        kind = dice.randrange(8)
        if kind == 0 and len(lines) > 1:
            del lines[at]
        elif kind == 1:
            lines.insert(dice.randrange(len(lines)), lines[at])
        elif kind == 2:
            other = dice.randrange(len(lines))
            lines[at] = (subject, predicate, lines[other][2])
            lines[other] = (*lines[other][:2], value)
        elif kind == 3:
            lines[at] = (subject, predicate, dice.choice(nodes))  # a cycle, perhaps
        elif kind == 4:
            lines.append((dice.choice(nodes), *dice.choice(pool)))
        elif kind == 5:
            lines.append((subject, dice.choice(pool)[0], _term(dice)))
        elif kind == 6:
            lines[at] = (_term(dice, is_node=True), predicate, value)
        else:
            lines[at] = (subject, predicate, _term(dice))
    return _bytes_of("".join(" ".join(line) + " .\n" for line in lines))


def _term(dice: random.Random, *, is_node: bool = False) -> str:
    text = nasty.text(dice)
    iri = f"<{text}>"
    if is_node or dice.random() < 0.35:
        return dice.choice((iri, iri, "_:fuzz", "<>"))
    told = json.dumps(text, ensure_ascii=dice.random() < 0.7)
    end = dice.choice(
        ("", "", f"@{dice.choice(nasty.TAGS)}", "^^<http://www.w3.org/2001/XMLSchema#")
    )
    names = ("date", "dateTime", "integer", "decimal", "gYear", "duration", "anyURI", "hexBinary")
    return told + end + (f"{dice.choice(names)}>" if end.startswith("^^") else "")


def _places(value: Any) -> list[tuple[Any, Any]]:
    """Return (container, key) of every value below."""
    found, rest = [], [value]
    while rest:
        at = rest.pop()
        keys = list(at) if isinstance(at, dict) else range(len(at)) if isinstance(at, list) else ()
        for key in keys:
            found.append((at, key))
            rest.append(at[key])
    return found


def json_value(data: bytes, dice: random.Random, pool: list[Any]) -> bytes:
    """Change values and keys of JSON; ``pool`` has (key, value) of other records."""
    whole = [json.loads(data)]
    for _ in range(dice.choice((1, 1, 2, 5))):
        places = _places(whole)
        into, key = dice.choice(places)
        kind = dice.randrange(7)
        if kind == 0 and into is not whole:
            del into[key]
        elif kind == 1 and isinstance(into, list):
            into.insert(key, into[key])
        elif kind == 2:
            other, name = dice.choice(places)
            into[key], other[name] = json.loads(json.dumps([other[name], into[key]]))
        elif kind == 3 and isinstance(into, dict):
            into[dice.choice(pool)[0]] = into.pop(key)
        elif kind == 4 and isinstance(into, dict):
            name, value = dice.choice(pool)
            into[name] = value if dice.random() < 0.5 else nasty.value(dice, value)
        elif kind == 5 and isinstance(into, dict):
            into[dice.choice(pool)[0]] = nasty.value(dice, into[key])
        else:
            into[key] = nasty.value(dice, into[key])
    return _bytes_of(json.dumps(whole[0], ensure_ascii=dice.random() < 0.5))


def xml(data: bytes, dice: random.Random, pool: list[Any]) -> bytes:
    """Change elements of XML; ``pool`` has elements of other records, as text."""
    root = etree.fromstring(data)
    texts: list[str] = []

    def mark() -> str:
        texts.append(nasty.text(dice))
        return f"{_MARK}{len(texts) - 1}@"

    for _ in range(dice.choice((1, 1, 2, 5))):
        nodes = [node for node in root.iter(etree.Element) if node is not root]
        if not nodes:
            break
        node, other = dice.choice(nodes), dice.choice(nodes)
        kind = dice.randrange(8)
        if kind == 0:
            node.getparent().remove(node)
        elif kind == 1:
            node.addnext(etree.fromstring(etree.tostring(node, with_tail=False)))
        elif kind == 2:
            node.text, other.text = other.text, node.text
        elif kind == 3:
            other.append(etree.fromstring(dice.choice(pool)))
        elif kind == 4 and node.attrib:
            node.set(dice.choice(list(node.attrib)), mark())
        elif kind == 5:
            node.tag = other.tag
        elif kind == 6:
            other.append(etree.fromstring(etree.tostring(node, with_tail=False)))
        else:
            node.text = mark()
    found = etree.tostring(root, encoding="unicode")
    quoted = dice.random() < 0.8
    for number, text in enumerate(texts):
        inner = escape(text, {'"': "&quot;"}) if quoted else text
        found = found.replace(f"{_MARK}{number}@", inner)
    return _bytes_of(found)


def table(data: bytes, dice: random.Random, pool: list[Any]) -> bytes:
    """Change cells of a CSV; ``pool`` has headers."""
    rows = list(csv.reader(io.StringIO(data.decode()), delimiter=";"))
    for _ in range(dice.choice((1, 1, 2, 5))):
        row = dice.choice(rows) if dice.random() < 0.9 else rows[0]
        at, kind = dice.randrange(len(row) or 1), dice.randrange(6)
        if kind == 0 and row:
            del row[at]
        elif kind == 1:
            row.insert(at, nasty.text(dice)[:40_000])
        elif kind == 2:
            rows.insert(dice.randrange(len(rows)), list(row))
        elif kind == 3 and row:
            row[at] = dice.choice(pool)
        elif row:
            row[at] = nasty.text(dice)[:40_000]
    file = io.StringIO()
    csv.writer(file, delimiter=dice.choice(";;;,\t|")).writerows(rows)
    return _bytes_of(file.getvalue())


STRUCTURES: dict[str, Callable[[bytes, random.Random, list[Any]], bytes]] = {
    "nt": triples,
    "json": json_value,
    "xml": xml,
    "csv": table,
}
