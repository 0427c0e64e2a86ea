"""A wheel of what is tracked, and an empty environment that it is installed into."""

from __future__ import annotations

import sys
import zipfile
from pathlib import Path

import pytest
from building import ROOT, Environment, run


@pytest.fixture(scope="session")
def tracked() -> list[str]:
    """The files of the checkout that git knows."""
    if not (ROOT / ".git").exists():
        pytest.skip("no git checkout here, so nothing says which files belong")
    listed = run("git", "-C", ROOT, "ls-files", "-z").split("\0")
    return [name for name in listed if name and (ROOT / name).is_file()]


@pytest.fixture(scope="session")
def tree(tracked: list[str], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the tracked files, with something that an earlier build left."""
    folder = tmp_path_factory.mktemp("tree")
    for name in tracked:
        copy = folder / name
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_bytes((ROOT / name).read_bytes())
    left = folder / "build" / "lib" / "hanse_harvesters" / "deleted_long_ago.py"
    left.parent.mkdir(parents=True)
    left.touch()
    return folder


@pytest.fixture(scope="session")
def wheel(tree: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel that ``pip install .`` makes."""
    folder = tmp_path_factory.mktemp("wheel")
    run(sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", folder, tree)
    (made,) = folder.glob("*.whl")
    return made


@pytest.fixture(scope="session")
def shipped(wheel: Path) -> set[str]:
    """The files in the wheel, without its own description."""
    with zipfile.ZipFile(wheel) as archive:
        return {name for name in archive.namelist() if ".dist-info/" not in name}


@pytest.fixture(scope="session")
def environment(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Environment:
    """An environment with the wheel and what it needs, and no CKAN."""
    made = Environment.make(tmp_path_factory.mktemp("core") / "venv")
    made.pip(wheel)
    return made
