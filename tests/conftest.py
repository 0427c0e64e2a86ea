"""What tests of every kind share: where other parties' data lie, if they do."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


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
