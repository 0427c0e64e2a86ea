"""What is in the wheel, and that it works where nothing else is."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest
from building import FOLDERS, ROOT, Environment, run

pytestmark = pytest.mark.packaging

IMPORT_ALL = """
import importlib, importlib.util, pkgutil
assert importlib.util.find_spec("ckan") is None
for name in ("hanse_schemas", "hanse_harvesters"):
    package = importlib.import_module(name)
    for module in pkgutil.walk_packages(package.__path__, name + "."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)
            print(module.name)
"""


def test_the_wheel_holds_the_tracked_files_and_no_others(
    tracked: list[str], shipped: set[str]
) -> None:
    expected = set()
    for name in tracked:
        folder, _, rest = name.partition("/")
        if folder in FOLDERS:
            expected.add(f"{FOLDERS[folder]}/{rest}")
    # CKAN reads compiled catalogues; they are made of the tracked ones.
    compiled = {name[:-3] + ".mo" for name in expected if name.endswith(".po")}
    assert shipped == expected | compiled


def test_the_core_and_its_command_work_without_ckan(
    environment: Environment, tmp_path: Path
) -> None:
    modules = run(environment.python, "-c", IMPORT_ALL, cwd=tmp_path).split()
    assert "hanse_harvesters.mapping.reader" in modules
    assert "hanse_schemas.table" in modules
    usage = run(environment.folder / "bin" / "hanse", "--help", cwd=tmp_path)
    assert "preview" in usage


def test_hanse_previews_a_file_without_ckan(environment: Environment, tmp_path: Path) -> None:
    (tmp_path / "catalog.ttl").write_text(
        """
        @prefix dcat: <http://www.w3.org/ns/dcat#> .
        @prefix dcterms: <http://purl.org/dc/terms/> .
        <https://daten.example/d/1> a dcat:Dataset ; dcterms:title "Baumkataster"@de .
        """,
        encoding="utf-8",
    )
    command = [environment.folder / "bin" / "hanse", "preview", "catalog.ttl"]
    lines = run(*command, "--format", "jsonl", cwd=tmp_path).splitlines()
    assert '"title": "Baumkataster"' in lines[0]
    assert '"found": 1' in lines[-1]


@pytest.mark.timeout(900)
def test_the_extra_ckan_gives_a_plugin_that_ckan_loads(
    wheel: Path, tmp_path: Path, pytestconfig: pytest.Config
) -> None:
    made = Environment(tmp_path / "venv")
    run(sys.executable, "-m", "venv", made.folder)
    made.pip(f"ckanext-hanse[ckan] @ {wheel.as_uri()}")
    # CKAN itself says whether it can load its plugins with the site's settings.
    default = Path(os.environ.get("HANSE_DATA") or ROOT / ".data") / "test.ini"
    ini = Path(pytestconfig.getoption("ckan_ini", None) or default)
    if not ini.exists():
        pytest.skip(f"{ini} is not there: make services")
    listed = run(made.folder / "bin" / "ckan", "-c", ini, "hanse", "--help", cwd=tmp_path)
    assert "harvest" in listed
