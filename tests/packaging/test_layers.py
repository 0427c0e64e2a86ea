"""Dependencies point one way: ckanext.hanse → hanse_harvesters → hanse_schemas."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

IMPORT_WITHOUT = """
import importlib, pkgutil, sys
package, *absent = sys.argv[1:]
for name in absent:
    sys.modules[name] = None
found = importlib.import_module(package)
for module in pkgutil.walk_packages(found.__path__, package + "."):
    if not module.name.endswith("__main__"):
        importlib.import_module(module.name)
"""
PACKAGES = {
    "ckanext.hanse": "ckanext-hanse",
    "hanse_harvesters": "harvesters",
    "hanse_schemas": "schemas",
    "hanse_config": "config",
}
#: Of ckanext.hanse, from the top: a module imports from its own layer and those below.
#: docs/architecture.md shows the same lines.
LAYERS = (
    ("cli", "views", "plugin", "helpers", "page_cache", "weight"),
    ("logic", "presentation", "monitoring", "comparison", "records", "security", "facets",
     "uploads"),
    ("harvest", "scheduler", "sources", "dedup", "corrections", "notifications", "export",
     "backup", "tables", "migration", "deletions", "erasure", "local_datasets", "provenance",
     "licence_register", "link_checks", "scores", "model_datasets", "sparql"),
    ("store", "search"),
    ("model", "settings", "language", "redis_keys"),
)  # fmt: skip
#: Old paths of queued jobs; nobody imports them.
FORMER = "ckanext.hanse.catalogue"
ABOVE_THE_CORE = ["ckan", "ckanext", "flask", "sqlalchemy", "psycopg2", "redis", "pysolr"]


@pytest.mark.parametrize(
    ("package", "absent"),
    [
        ("hanse_schemas", ["hanse_harvesters", "hanse_config", *ABOVE_THE_CORE]),
        ("hanse_harvesters", ["hanse_config", *ABOVE_THE_CORE]),
        # Runs before anything is installed.
        ("hanse_config.services", ["yaml", "requests", "hanse_harvesters", *ABOVE_THE_CORE]),
    ],
)
def test_every_module_is_imported_without_the_layers_above(package: str, absent: list[str]) -> None:
    done = subprocess.run(
        [sys.executable, "-c", IMPORT_WITHOUT, package, *absent],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("name", ["harvesters", "schemas", "config"])
def test_bare_folder_names_are_refused(name: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "ruff", "check", "--stdin-filename", "example.py", "-"],
        input=f"import {name}\n\nprint({name})\n",
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert "TID251" in done.stdout


@cache
def modules() -> dict[str, Path]:
    """Every module of the product by its dotted name."""
    found = {}
    for package, folder in PACKAGES.items():
        for file in (ROOT / folder).rglob("*.py"):
            steps = file.relative_to(ROOT / folder).with_suffix("").parts
            found[".".join((package, *(step for step in steps if step != "__init__")))] = file
    return found


def imported(name: str) -> Iterator[str]:
    """Modules of the product that a module imports, also under TYPE_CHECKING, also lazily."""
    for node in ast.walk(ast.parse(modules()[name].read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            wanted = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{name}: relative import"
            wanted = [f"{node.module}.{alias.name}" for alias in node.names]
        else:
            continue
        for target in wanted:
            while target and target not in modules():
                target = target.rpartition(".")[0]
            # Python runs the packages around a module before it.
            while target not in ("", *PACKAGES):
                if not f"{name}.".startswith(f"{target}."):
                    yield target
                target = target.rpartition(".")[0]


def layer(name: str) -> int:
    """0 for the top; the core is below all of them."""
    if not name.startswith("ckanext.hanse."):
        return len(LAYERS)
    part = name.split(".")[2]
    return next(number for number, names in enumerate(LAYERS) if part in names)


def test_no_module_imports_itself_around_a_circle() -> None:
    graph = {name: set(imported(name)) for name in modules()}
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        pytest.fail("import circle: " + " → ".join(reversed(error.args[1])))


def test_no_module_imports_from_a_layer_above() -> None:
    upward = [
        f"{name} imports {target}"
        for name in modules()
        if not name.startswith(FORMER) and name != "ckanext.hanse"
        for target in imported(name)
        if layer(target) < layer(name)
    ]
    assert upward == []


def test_no_module_is_longer_than_one_sitting_and_no_function_than_a_screen() -> None:
    long = []
    for name, file in modules().items():
        text = file.read_text(encoding="utf-8")
        if text.count("\n") > 300:
            long.append(name)
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                lines = (node.end_lineno or 0) - node.lineno + 1
                long += [f"{name}.{node.name}"] if lines > 50 else []
    assert long == []


def test_the_architecture_shows_the_layers() -> None:
    text = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    block = re.search(r"^```layers\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    assert block
    assert [tuple(line.split(", ")) for line in block[1].splitlines()] == list(LAYERS)
