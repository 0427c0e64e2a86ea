"""Debian packages: what is missing, and how it is installed without side effects."""

import contextlib
import os
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path

from hanse_config.services.errors import ServiceError

# Debian makes and starts a cluster on port 5432 when its PostgreSQL is installed
# first, unless a file here says no.
CLUSTER_SETTINGS = Path("/etc/postgresql-common/createcluster.d/ckanext-hanse.conf")


def missing(packages: Sequence[str]) -> list[str]:
    """Those of ``packages`` that are not installed."""
    done = subprocess.run(
        ["dpkg-query", "--show", "--showformat=${Package} ${db:Status-Status}\\n", *packages],
        capture_output=True,
        text=True,
        check=False,
    )
    installed = {
        line.split()[0] for line in done.stdout.splitlines() if line.endswith(" installed")
    }
    return [package for package in packages if package not in installed]


def install(packages: Sequence[str]) -> None:
    """Install ``packages`` with apt; as somebody else than root, say what root must do."""
    wanted = missing(packages)
    if not wanted:
        return
    if os.geteuid() != 0:
        raise ServiceError(
            "Debian packages are missing. As root:\n  apt-get install " + " ".join(wanted)
        )
    print(f"Debian packages: {' '.join(wanted)}", flush=True)
    _apt("update")
    with _no_main_cluster(wanted):
        _apt("install", *wanted)


@contextlib.contextmanager
def _no_main_cluster(wanted: Sequence[str]) -> Iterator[None]:
    """Keep Debian from starting a PostgreSQL of its own, which nobody asked for."""
    if "postgresql" not in wanted:
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
