"""Attacks in packages of CKAN: wrong kinds, scripts, far too much."""

from __future__ import annotations

from typing import Any

from portals.documents import package
from portals.hostile.attack import GOOD, Attack, at
from portals.hostile.links import SCRIPT
from portals.hostile.searches import search


def _ckan(name: str, packages: list[Any], *rest: Any, **more: Any) -> Attack:
    served = search([package(GOOD[0]), *packages, package(GOOD[1])])
    return Attack(
        name,
        at(served, "/api/3/action/package_search"),
        *rest,
        kind="ckan",
        path="/api/3/action",
        **more,
    )


ATTACKS = [
    _ckan(
        "package-named-as-ours",
        [
            package(name, id=name)
            for name in ("new", "edit", "search", "api", "harvest", "__proto__")
        ],
        (),
        (*GOOD, "new", "edit", "search"),
    ),
    _ckan(
        "package-of-scripts",
        [
            package(
                "x",
                title=SCRIPT,
                notes=f"[klick](javascript:alert(1)) {SCRIPT}",
                author=SCRIPT,
                author_email="javascript:alert(1)",
                url="javascript:alert(1)",
                license_url="javascript:alert(1)",
                license_title=SCRIPT,
                maintainer=SCRIPT,
                version=SCRIPT,
                title_translated={"de": SCRIPT, "<script>": "x", "__proto__": {"a": 1}},
                tags=[{"name": SCRIPT}, {"name": None}, {"name": {"a": SCRIPT}}],
                extras=[{"key": SCRIPT, "value": SCRIPT}, {"key": "spatial", "value": SCRIPT}],
                resources=[
                    {
                        "id": "r",
                        "url": "javascript:alert(1)",
                        "name": SCRIPT,
                        "format": SCRIPT,
                        "mimetype": SCRIPT,
                        "description": SCRIPT,
                    }
                ],
            )
        ],
        ("description-html", "url-unsafe"),
        GOOD,
    ),
    _ckan(
        "package-of-wrong-kinds",
        [
            package(
                "x",
                title=["a", {"b": 1}],
                notes={"de": ["x"]},
                tags={"a": 1},
                resources={"url": "x"},
                extras="nein",
                groups=7,
                organization=[1],
                license_id={"x": 1},
                metadata_modified=[],
                private="true",
                state=None,
                author=False,
            )
        ],
        ("package-value-broken|record-*|value-*|values-several",),
        GOOD,
    ),
    _ckan(
        "id-that-is-an-object",
        [
            package("x", id={"a": [1]}),
            {**package("y", id=["a"]), "name": 7},
            package("z", id="\u0000\ud800"),
        ],
        (),
        GOOD,
    ),
    _ckan("id-with-solr-and-paths", [package("x", id="../../*:* OR 1=1;--<script>")], (), GOOD),
    _ckan(
        "surrogates-and-nothing",
        [package("x", title="a\ud800\u0000b\uffff", notes="\udfff")],
        ("text-control-characters",),
        GOOD,
    ),
    _ckan(
        "a-hundred-thousand-resources",
        [package("x", resources=[{"url": "u"} for _ in range(100_000)])],
        ("record-unreadable|values-many",),
        GOOD,
        seconds=20.0,
        parent=400,
    ),
    _ckan(
        "a-hundred-thousand-extras",
        [package("x", extras=[{"key": f"k{n}", "value": "v"} for n in range(50_000)])],
        ("record-unreadable|package-fields-unknown",),
        GOOD,
        seconds=10.0,
        parent=300,
    ),
    _ckan(
        "package-of-megabytes",
        [package("x", extras=[{"key": "k", "value": "[],{}" * 600_000}])],
        ("record-unreadable|package-fields-unknown",),
        GOOD,
        parent=300,
    ),
]
