"""Debian packages, installed without side effects."""

import contextlib
import os
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path

from hanse_config.services.errors import ServiceError

# Debian makes and starts a cluster on port 5432 when its PostgreSQL is installed
# first, unless a file here says no.
CLUSTER_SETTINGS = Path("/etc/postgresql-common/createcluster.d/ckanext-hanse.conf")


def install(packages: Sequence[str]) -> None:
    """Install ``packages`` with apt.

    Raises `ServiceError`: as somebody else than root, and where there is no
    apt, with what must be installed.
    """
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        raise ServiceError(
            "Programs are missing. On Debian, as root:\n  apt-get install "
            + " ".join(packages)
            + "\nElsewhere install what corresponds to these packages."
        )
    _apt("update")
    with _no_main_cluster(packages):
        _apt("install", *packages)


@contextlib.contextmanager
def _no_main_cluster(packages: Sequence[str]) -> Iterator[None]:
    """Keep Debian from starting a PostgreSQL of its own, which nobody asked for."""
    if "postgresql" not in packages:
        yield
        return
    # Its own settings file must come first, or dpkg asks which one to keep.
    _apt("install", "postgresql-common")
    CLUSTER_SETTINGS.parent.mkdir(exist_ok=True)
    CLUSTER_SETTINGS.write_text("create_main_cluster = false\n", encoding="ascii")
    try:
        yield
    finally:
        CLUSTER_SETTINGS.unlink()


def _apt(*words: str) -> None:
    environ = {**os.environ, "DEBIAN_FRONTEND": "noninteractive", "NEEDRESTART_MODE": "a"}
    command = ["apt-get", "--quiet", "--yes", "--no-install-recommends", *words]
    done = subprocess.run(
        command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False, env=environ
    )
    if done.returncode:
        words_of_apt = (done.stdout + done.stderr).strip()[-2000:]
        raise ServiceError(f"{' '.join(command)} failed:\n{words_of_apt}")
