"""Attacks with CKAN's search: counts beyond reason, walks without end, answers that are none."""

from __future__ import annotations

import json
from typing import Any

from hanse_harvesters.testing.portal import Asked
from portals.documents import package
from portals.hostile.attack import AFTER, BEFORE, GOOD, Attack, Reply, Serves, Stage

_SEARCH = "/api/3/action/package_search"


def search(results: Any, count: Any = None, **more: Any) -> Reply:
    """An answer of CKAN's search; ``count`` may be anything, also text that is JSON."""
    found = {"count": len(results) if count is None else count, "results": results, **more}
    return Reply(json.dumps({"success": True, "result": found}).encode())


def _written(text: str) -> Serves:
    """The same, written by hand: ``%s`` stands for the two good packages."""
    good = ", ".join(json.dumps(package(name)) for name in GOOD)
    return lambda stage: {_SEARCH: Reply(text.replace("%s", good).encode())}


def _count(value: str) -> Serves:
    once = '{"success": true, "result": {"count": ' + value + ', "results": [%s]}}'

    def serves(stage: Stage) -> dict[str, Any]:
        first = _written(once)(stage)[_SEARCH]

        def answer(asked: Asked) -> Reply:
            return first if asked.query("start") == "0" else search([], 2)

        return {_SEARCH: answer}

    return serves


def _fresh(kind: str) -> Serves:
    """A CKAN that always has one more page."""

    def answer(asked: Asked) -> Reply:
        start = int(asked.query("start"))
        found = [package(f"p{start + number}", type=kind) for number in range(5)]
        return search(found, start + 1000)

    return lambda stage: {_SEARCH: answer}


def _ckan(name: str, serves: Serves, *rest: Any, **more: Any) -> Attack:
    return Attack(name, serves, *rest, kind="ckan", path="/api/3/action", **more)


ATTACKS = [
    *(
        _ckan(f"count-{name}", _count(value), rules, GOOD)
        for name, (value, rules) in {
            "of-a-quintillion": ("1000000000000000000", ("total-odd",)),
            "of-a-thousand-digits": ("9" * 1000, ("total-odd",)),
            "of-five-thousand-digits": ("9" * 5000, ("json-odd",)),
            "negative": ("-7", ("total-odd",)),
            "of-words": ('"<script>alert(1)</script>"', ("total-odd",)),
            "not-a-number": ("NaN", ("json-odd",)),
            "infinite": ("Infinity", ("json-odd",)),
            "a-list": ("[1]", ("total-odd",)),
            "true": ("true", ("total-odd",)),
        }.items()
    ),
    _ckan(
        "packages-without-end",
        _fresh("dataset"),
        ("run-large",),
        ("p0", "p1", "p2"),
        stops=True,
        records=20,
    ),
    _ckan(
        "packages-without-end-and-no-datasets",
        _fresh("harvest"),
        ("page-cap",),
        options={"max_pages": 10},
        asked=25,
    ),
    _ckan(
        "start-ignored",
        lambda stage: {_SEARCH: search([package(name) for name in GOOD], 500)},
        ("page-repeated",),
        GOOD,
    ),
    _ckan(
        "packages-that-are-none",
        lambda stage: {_SEARCH: search([package(BEFORE), None, 7, "x", [], {}, package(AFTER)])},
        ("record-unreadable",),
        GOOD,
    ),
    _ckan(
        "results-that-are-no-list",
        lambda stage: {_SEARCH: search({"a": package(BEFORE)}, 1)},
        ("api-without-datasets",),
        stops=True,
    ),
    _ckan(
        "error-with-a-script",
        lambda stage: {
            _SEARCH: Reply(
                b'{"success": false, "error": {"message": "<script>alert(1)</script>\\u001b[2J"}}'
            )
        },
        ("api-error",),
        stops=True,
    ),
    _ckan(
        "error-page-with-a-script",
        lambda stage: {
            _SEARCH: Reply(
                b'{"success": false, "error": "<img src=x onerror=alert(1)>\\u202e"}', 409
            )
        },
        ("status-explained",),
        stops=True,
    ),
    _ckan(
        "error-page-nested-deep",
        lambda stage: {_SEARCH: Reply(b'{"error":' * 500, 409)},
        ("status-other",),
        stops=True,
    ),
    _ckan(
        "infinity-in-a-package",
        _written(
            '{"success": true, "result": {"count": 3, "results": ['
            '%s, {"id": "x", "title": "x", "resources": [{"size": Infinity, "url": NaN}],'
            ' "extras": [{"key": "a", "value": -Infinity}, {"key": "b", "value": 1e999}]}]}}'
        ),
        ("json-odd",),
        GOOD,
    ),
    _ckan(
        "keys-twice",
        _written(
            '{"success": true, "result": {"count": 2, "results": [%s], "results": [%s]},'
            ' "success": true, "success": true}'
        ),
        (),
        GOOD,
    ),
    _ckan(
        "nested-deep",
        _written(
            '{"success": true, "result": {"count": 3, "results": [%s, '
            '{"id": "x", "a": ' + "[" * 5000 + "]" * 5000 + "}]}}"
        ),
        ("document-deep",),
        stops=True,
    ),
]
