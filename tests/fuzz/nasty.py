"""Values that a portal may send in place of what is right."""

from __future__ import annotations

import json
import random
from typing import Any

TEXTS = (
    "", " ", "\x00", "a\x00b", "\x01\x1f\x7f\x85", "\ud800", "x\udfffy", "\ufffe\uffff",
    "\u202eabc\u202c", "\u200f\u2066\u2069", "\ufeff", "\U0001f3f4\U000e0067", "e\u0301" * 300,
    "A" * 100_000, "ß " * 20_000, "(" * 5_000, "POLYGON((" * 500, "," * 3_000, "<b>" * 3_000,
    "&amp;" * 3_000, "http://" * 1_000, "%" * 500, "a@" * 2_000, "1-" * 2_000, "P" + "1Y" * 500,
    "9999-99-99", "-0001-01-01", "-0001", "0000", "0000-00-00", "10000-01-01", "2024-02-30",
    "2024-01-01T25:61:61", "2024-01-01T00:00:00+99:99", "31.02.2024", "1.1.1", "99999999999999",
    "20240101T", "--01-01", "2024-W53-7", "24/13/2024 - 1/1/1", "2019 bis", "seit 1", "Q5/2024",
    "1e400", "-1e400", "NaN", "Infinity", "9" * 400, "-9223372036854775809", "1_000", "٣", "１２",
    "0x10", "1/0", "1:0", "1:" + "9" * 50, "1.2.3", "1,2,3", "²", "P1Y2M", "PT", "P", "R/P1D",
    "http://", "http:", "https://[", "http://[::1", "https://[fe80::1%25eth0]/", "http://a b/ c",
    "http://a.example/\x01", "http://a.example:99999/", "http://a.example:x/", "http://ä.example/ö",
    "http://xn--/", "http://" + "a" * 300 + ".example/", "http://user:pw@a.example/", "//a/b", "/a",
    "http://a.example/%zz%", "http://a.example/<x>\"{}|\\^`", "urn:", "urn:uuid:", "mailto:", "_:b",
    "javascript:alert(1)", "data:text/html,<b>", "tel:+", "file:///etc/passwd", "#", "?", "a:b",
    "mailto:a@b@c", "a@b", "@", "a@[1.2.3.4]", "POINT (1e400 NaN)", "POINT EMPTY", "POLYGON (())",
    "POLYGON ((1 1, 2 2))", "MULTIPOLYGON (((0 0)))", "ENVELOPE(1,2,3)", "SRID=4326;POINT(1 1)",
    '{"type":"Point","coordinates":["a",null]}', '{"type":"Polygon","coordinates":[[[1e999,2]]]}',
    '{"type":"Polygon","coordinates":{}}', '{"type":"GeometryCollection","geometries":[{}]}',
    '{"type":{},"coordinates":1}', "[[10,53],[11,54]]", "10,53,11", "[" * 3_000, '{"a":' * 1_500,
    "{", "[1,", '"', "null", "true", "[]", "{}", "text/", "/csv", "text/csv;;;=", ".csv", "CSV|",
    "http://publications.europa.eu/resource/authority/data-theme/",
    "http://publications.europa.eu/resource/authority/file-type/\ud800",
    "http://data.europa.eu/eli/reg_impl/2023/138/oj", "http://data.europa.eu/bna/",
    "http://data.europa.eu/bna/c_ac64a52d", "http://dcat-ap.de/def/licenses/",
    "http://dcat-ap.de/def/politicalGeocoding/municipalityKey/", "</x>", "]]>", "<!--", "&#0;",
    "{{7*7}}", "{0}", "{value}", "%s%n", "$1\\1", "'; DROP TABLE x; --", "\r\n\r\n", "=1+1", "\\",
    "\\ud800", "\\u0000", '"@de', '"^^<http://www.w3.org/2001/XMLSchema#date> . <a> <b> "',
)  # fmt: skip
#: What patterns look for.
_SIGNS = (
    *" \t\n<>()[]{}.,;:/\\|-_+*#'\"%&@=?a1Ü0ß–„\u0301\u00a0\u200b",
    "&amp;", "%0A", "://", "10.",
)  # fmt: skip
#: Language tags.
TAGS = ("", "de", "DE-de", "x", "x-" + "a" * 8, "de-" + "abcdefgh-" * 20 + "x", "und", "zxx", "1")


def text(dice: random.Random) -> str:
    """Return a text, often one that is hardly wrong."""
    if dice.random() < 0.04:
        return _long(dice)
    found = dice.choice(TEXTS)
    return found if dice.random() < 0.8 else found + dice.choice(TEXTS)[:50]


def _long(dice: random.Random) -> str:
    """Return 100 kB of the same few signs, for what takes the square of a text's length."""
    words = dice.choices((*_SIGNS, *TEXTS), [8] * len(_SIGNS) + [1] * len(TEXTS), k=4)
    piece = "".join(word[:12] for word in words[: dice.randrange(1, 5)]) or " "
    start, end = (dice.choice(("", "", dice.choice(TEXTS)[:50])) for _ in range(2))
    return start + piece * (100_000 // len(piece)) + end


def nested(depth: int, *, in_objects: bool) -> Any:
    """Return lists or objects in one another."""
    found: Any = "x"
    for _ in range(depth):
        found = {"a": found} if in_objects else [found]
    return found


def value(dice: random.Random, before: Any) -> Any:
    """Return a JSON value in place of another one."""
    return dice.choice((
        lambda: text(dice), lambda: text(dice), lambda: text(dice), lambda: None, lambda: True,
        lambda: False, lambda: [], lambda: {}, lambda: 0, lambda: -1, lambda: 1.5,
        lambda: 10**400, lambda: float("inf"), lambda: float("nan"), lambda: 1e308,
        lambda: [before], lambda: [before, None, [before]], lambda: {"a": before},
        lambda: [text(dice) for _ in range(dice.randrange(40))],
        lambda: {"name": text(dice)}, lambda: {"@id": text(dice)}, lambda: {text(dice): before},
        lambda: {"@value": text(dice), "@language": dice.choice(TAGS)},
        lambda: {dice.choice(TAGS): text(dice)}, lambda: {"de": before, "en": None, "": [1]},
        lambda: {"@type": text(dice), "@value": before}, lambda: {"@list": [before]},
        lambda: json.dumps(before), lambda: str(before), lambda: [str(before)] * 50,
        lambda: nested(dice.choice((5, 60, 600)), in_objects=dice.random() < 0.5),
    ))()  # fmt: skip
