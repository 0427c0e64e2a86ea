"""What tests of every kind share: where other parties' data lie, if they do."""

from __future__ import annotations

import gc
import os
from pathlib import Path
from typing import Any

import profiles  # noqa: F401 - loads the profile of Hypothesis
import pytest
from xdist.scheduler import LoadScopeScheduling

from hanse_config.services.instance import current

ROOT = Path(__file__).parent.parent
WITH_CKAN = ROOT / "tests" / "ckan"


def pytest_configure(config: pytest.Config) -> None:
    """Let CKAN's pytest plugin start CKAN only for the tests that need it.

    It would do so at every session, and without the services it could not.
    """
    plugins = config.pluginmanager
    if not plugins.has_plugin("ckan"):
        return
    if _selected(config, WITH_CKAN):
        default = Path(os.environ.get("HANSE_DATA") or ROOT / ".data") / "test.ini"
        config.option.ckan_ini = config.option.ckan_ini or str(default)
        worker = getattr(config, "workerinput", {}).get("workerid", "gw0")
        if worker not in ("gw0", "gw1"):
            raise pytest.UsageError("there are services for two workers: -n 2")
        if worker == "gw1":
            _use_second(config)
    else:
        plugins.unregister(name="ckan")


def pytest_collection_finish() -> None:
    """What is there now stays: no collection of garbage has to look at it again."""
    gc.collect()
    gc.freeze()


def _use_second(config: pytest.Config) -> None:
    """Move this worker to services of its own (``make second``).

    Tests empty databases and the index, and take services away.
    """
    data = Path(config.option.ckan_ini).absolute().parent / "second"
    config.option.ckan_ini = str(data / "test.ini")
    for port in ("WEB", "PG", "REDIS", "SOLR", "MCP"):
        os.environ.pop(f"HANSE_{port}_PORT", None)
    base = current().ports.portals - 10
    os.environ.update(HANSE_DATA=str(data), HANSE_PORT_BASE=str(base + 20))


class Scheduling(LoadScopeScheduling):  # type: ignore[misc]
    """Gives a file of tests to whichever worker is free; those with a browser to one.

    The site that these share is brought up once.
    """

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.partition("::")[0]
        return "tests/browser" if file.startswith("tests/browser/") else file


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Scheduling:
    """Called for ``-n 2 --dist load``; the order of the folders stays.

    The file with the most tests is not the longest.
    """
    config.option.loadscopereorder = False
    return Scheduling(config, log)


def _selected(config: pytest.Config, folder: Path) -> bool:
    """Whether this run would collect tests of ``folder``."""
    asked = [(config.invocation_params.dir / arg.split("::")[0]).resolve() for arg in config.args]
    return any(path == folder or path in folder.parents or folder in path.parents for path in asked)


def _folder(variable: str, name: str) -> Path:
    folder = Path(os.environ.get(variable) or ROOT.parent / "shared" / name)
    if not folder.is_dir():
        pytest.skip(f"no {name} here; {variable} names their folder")
    return folder


@pytest.fixture(scope="session")
def samples() -> Path:
    """Recorded answers of real portals ($HANSE_SAMPLES)."""
    return _folder("HANSE_SAMPLES", "samples")


@pytest.fixture(scope="session")
def shapes_folder() -> Path:
    """The official shapes of DCAT-AP.de ($HANSE_SHAPES)."""
    return _folder("HANSE_SHAPES", "shacl")


@pytest.fixture(scope="session")
def vocabularies_folder() -> Path:
    """The published controlled vocabularies ($HANSE_VOCABULARIES)."""
    return _folder("HANSE_VOCABULARIES", "vocabularies")
