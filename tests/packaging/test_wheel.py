"""What is in the wheel, and that it works where nothing else is."""

from __future__ import annotations

import os
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
        # What is for tests of connectors needs pytest, the server for assistants its extra.
        extra = ".testing" in module.name or module.name.endswith(".mcp.server")
        if not module.name.endswith("__main__") and not extra:
            importlib.import_module(module.name)
            print(module.name)
"""


#: Of the configuration a site takes its settings, the Solr schema and how it is served.
OF_A_SITE = (
    *("ckan.ini", "instance.ini", "logging.ini", "sources.yaml", "joiners.yaml"),
    *(
        "constraints.txt",
        "__init__.py",
        "wsgi.py",
        "gunicorn_conf.py",
        "help/",
        "legal/",
        "services/solr/conf/",
    ),
)

SITE_FILES = """
from importlib.resources import files
config = files("hanse_config")
assert "title_parts" in config.joinpath("services/solr/conf/schema.xml").read_text("utf-8")
assert "rostock" in config.joinpath("sources.yaml").read_text("utf-8")
assert config.joinpath("legal/imprint.de.md").is_file()
assert config.joinpath("help/1-search.de.md").is_file()
from hanse_config import gunicorn_conf
assert gunicorn_conf.preload_app
import importlib.util
for name in ("services.process", "site", "demo", "install", "website", "prepare", "accounts"):
    try:
        found = importlib.util.find_spec(f"hanse_config.{name}")
    except ModuleNotFoundError:
        found = None
    assert found is None, name
"""


def test_the_wheel_holds_the_tracked_files_and_no_others(
    tracked: list[str], shipped: set[str]
) -> None:
    expected = set()
    for name in tracked:
        folder, _, rest = name.partition("/")
        if folder in FOLDERS and (folder != "config" or rest.startswith(OF_A_SITE)):
            expected.add(f"{FOLDERS[folder]}/{rest}")
    # CKAN reads compiled catalogues; they are made of the tracked ones.
    compiled = {name[:-3] + ".mo" for name in expected if name.endswith(".po")}
    assert shipped == expected | compiled


def test_a_site_gets_its_settings_and_not_what_starts_a_checkout(
    environment: Environment, shipped: set[str], tmp_path: Path
) -> None:
    run(environment.python, "-c", SITE_FILES, cwd=tmp_path)
    config = {name.removeprefix("hanse_config/") for name in shipped if "hanse_config/" in name}
    assert {name for name in config if name.endswith(".py")} == {
        "__init__.py", "wsgi.py", "gunicorn_conf.py",
    }  # fmt: skip
    assert not {name for name in shipped if name.endswith(("learn_compounds.py", ".java"))}


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
    made = Environment.make(tmp_path / "venv")
    made.pip(f"ckanext-hanse[ckan] @ {wheel.as_uri()}")
    # CKAN itself says whether it can load its plugins with the site's settings.
    default = Path(os.environ.get("HANSE_DATA") or ROOT / ".data") / "test.ini"
    ini = Path(pytestconfig.getoption("ckan_ini", None) or default).absolute()
    if not ini.exists():
        pytest.skip(f"{ini} is not there: make services")
    listed = run(made.folder / "bin" / "ckan", "-c", ini, "hanse", "--help", cwd=tmp_path)
    assert "harvest" in listed
