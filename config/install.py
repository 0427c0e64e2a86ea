"""Install everything a checkout needs on its machine: ``python3 -m hanse_config.install``.

Missing Debian packages (as root; otherwise it reports what root must install), a
virtual environment with all versions pinned, and Solr.  Fast if nothing has changed
since the last time.  Standard library only: it runs before anything is installed.
"""

import contextlib
import ctypes.util
import hashlib
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from time import monotonic

from hanse_config.services import debian
from hanse_config.services.__main__ import install as install_services
from hanse_config.services.errors import ServiceError
from hanse_config.services.instance import current

CONSTRAINTS = "config/constraints.txt"
OLDEST_PYTHON = (3, 11)


@dataclass(frozen=True)
class Need:
    """A requirement of the machine, and the Debian package that provides it."""

    package: str
    met: Callable[[], bool]


def needs() -> list[Need]:
    """Return the requirements for installing the rest.

    They check for programs and files, not for packages: any JDK will do, and not
    every machine runs Debian.
    """
    return [
        Need("postgresql", lambda: any(Path("/usr/lib/postgresql").glob("*/bin/postgres"))),
        # Contains the server as well (services/redis.py).
        Need("redis-tools", lambda: _has("redis-server") or _has("redis-check-rdb")),
        Need("default-jdk-headless", lambda: _has("javac")),
        Need("maven", lambda: _has("mvn")),
        Need("chromium", lambda: _has("chromium")),
        Need("chromium-driver", lambda: _has("chromedriver")),
        Need("python3-venv", lambda: find_spec("ensurepip") is not None),
        Need("python3-dev", lambda: Path(sysconfig.get_path("include"), "Python.h").exists()),
        Need("gcc", lambda: _has("gcc")),
        Need("libc6-dev", lambda: Path("/usr/include/stdio.h").exists()),
        Need("libpq-dev", lambda: _has("pg_config") and any(_libpq_headers())),
        Need("libmagic1", lambda: ctypes.util.find_library("magic") is not None),
        Need("git", lambda: _has("git")),
    ]


def install(checkout: Path) -> None:
    """Install all three layers; raise `ServiceError` with what to do."""
    if sys.version_info < OLDEST_PYTHON:
        raise ServiceError(
            f"Python {sys.version.split()[0]} is too old; 3.11 or newer is needed: "
            f"make install PYTHON=/path/to/python3"
        )
    with _timed("Debian packages"):
        _packages()
    with _timed("Python environment"):
        _environment(checkout)
        _translations(checkout)
    with _timed("Solr"):
        install_services(current())


def _packages() -> None:
    missing = [need.package for need in needs() if not need.met()]
    if not missing:
        return
    print(f"  {' '.join(missing)}", flush=True)
    debian.install(missing)
    left = [need.package for need in needs() if not need.met()]
    if left:
        raise ServiceError(f"Installed, but not to be found by their programs: {' '.join(left)}")


def _environment(checkout: Path) -> None:
    """Create ``.venv`` with the pinned versions, unless it is up to date."""
    venv = checkout / ".venv"
    stamp = venv / "installed"
    state = _state(checkout)
    if stamp.exists() and stamp.read_text(encoding="ascii") == state:
        return
    python = venv / "bin" / "python"
    if not _works(python):
        _run([sys.executable, "-m", "venv", "--clear", str(venv)])
    pip = [str(python), "-m", "pip", "install", "--disable-pip-version-check", "--quiet"]
    constraints = str(checkout / CONSTRAINTS)
    # First pip itself: only a recent one also pins the packages used for building.
    _run([*pip, "--constraint", constraints, "pip", "setuptools", "wheel"])
    pinned = ["--constraint", constraints, "--build-constraint", constraints]
    _run([*pip, *pinned, "--editable", f"{checkout}[ckan,mcp,parquet,dev]"])
    stamp.write_text(state, encoding="ascii")


def _translations(checkout: Path) -> None:
    """Compile the changed catalogues; gettext reads only compiled ones."""
    for source in checkout.glob("*/i18n/*/LC_MESSAGES/*.po"):
        made = source.with_suffix(".mo")
        if not _newer(made, source):
            babel = str(checkout / ".venv" / "bin" / "pybabel")
            _run([babel, "-q", "compile", f"--input-file={source}", f"--output-file={made}"])


def _newer(made: Path, source: Path) -> bool:
    return made.exists() and made.stat().st_mtime >= source.stat().st_mtime


def _state(checkout: Path) -> str:
    """Return a digest of everything that determines the environment's contents."""
    sums = hashlib.sha256(f"{sys.version} {checkout}".encode())
    for name in ("setup.py", "pyproject.toml", CONSTRAINTS):
        sums.update((checkout / name).read_bytes())
    return sums.hexdigest()


def _works(python: Path) -> bool:
    """Return whether the environment's Python runs; the one it was created with may be gone."""
    try:
        done = subprocess.run([str(python), "-m", "pip", "--version"], capture_output=True)
    except OSError:
        return False
    return done.returncode == 0


def _run(command: list[str]) -> None:
    done = subprocess.run(
        command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise ServiceError(f"{' '.join(command)} failed:\n{done.stdout}{done.stderr}")


def _has(program: str) -> bool:
    return shutil.which(program) is not None


def _libpq_headers() -> list[Path]:
    return [*Path("/usr/include").glob("libpq-fe.h"), *Path("/usr/include").glob("*/libpq-fe.h")]


@contextlib.contextmanager
def _timed(what: str) -> Iterator[None]:
    begun = monotonic()
    print(f"{what:<20} ...", flush=True)
    yield
    print(f"{what:<20} ready, {monotonic() - begun:.1f} s", flush=True)


def main() -> int:
    """Run the installation; return the exit code."""
    try:
        install(current().checkout)
    except (ServiceError, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
