"""Install Debian packages without side effects."""

import contextlib
import os
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path

from hanse_config.services.errors import ServiceError

# On installing PostgreSQL, Debian creates and starts a cluster on port 5432,
# unless a file here disables it.
CLUSTER_SETTINGS = Path("/etc/postgresql-common/createcluster.d/ckanext-hanse.conf")


def install(packages: Sequence[str]) -> None:
    """Install ``packages`` with apt.

    Raises `ServiceError` with the packages to install if not root, or if there is
    no apt.
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
    """Keep Debian from starting a PostgreSQL cluster of its own."""
    if "postgresql" not in packages:
        yield
        return
    # Installed first, or dpkg would ask which version of its settings file to keep.
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
