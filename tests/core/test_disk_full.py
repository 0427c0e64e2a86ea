"""A disk that is full while an answer is kept: the run ends with the folder and what to do."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from hanse_harvesters.errors import StopRun
from hanse_harvesters.http import Client
from hanse_harvesters.http.answer import Limits
from hanse_harvesters.testing.portal import Portal, Reply


@pytest.fixture
def tiny(tmp_path: Path) -> Iterator[Path]:
    """A folder on a file system of 256 KB, where such a thing can be mounted."""
    folder = tmp_path / "klein"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", str(folder)]
    try:
        done = subprocess.run(mount, capture_output=True, check=False).returncode == 0
    except OSError:
        done = False
    if not done:
        pytest.skip("no file system can be mounted here")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


def _fetch(portal: Portal) -> StopRun:
    limits = Limits(tries=1)
    with (
        Client(allowed_private=frozenset({portal.endpoint}), limits=limits) as client,
        pytest.raises(StopRun) as caught,
    ):
        client.get(f"http://{portal.endpoint}/voll")
    return caught.value


def test_a_full_disk_is_named_with_its_folder(tiny: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tiny))
    with Portal({"/voll": Reply(b"x" * (1 << 20))}) as portal:
        error = _fetch(portal)
    assert error.id == "spool-failed"
    assert str(tiny) in error.text("de")
    assert "Platz schaffen" in error.text("de")


def test_a_file_that_may_not_grow_is_named_with_its_folder(tmp_path: Path) -> None:
    """The same where a limit of size stands in the place of the disk."""
    program = f"""
import resource, signal, sys, tempfile
sys.path[:0] = {sys.path!r}
from test_disk_full import _fetch
from hanse_harvesters.testing.portal import Portal, Reply
tempfile.tempdir = {str(tmp_path)!r}
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 18, resource.RLIM_INFINITY))
with Portal({{"/voll": Reply(b"x" * (1 << 20))}}) as portal:
    print(_fetch(portal).text("en"))
"""
    done = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        check=False,
        cwd=Path(__file__).parent,
    )
    assert done.returncode == 0, done.stderr
    assert str(tmp_path) in done.stdout
    assert "Make room" in done.stdout
