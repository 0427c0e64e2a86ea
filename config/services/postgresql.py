"""PostgreSQL: a cluster of our own, independent of any that the system runs."""

import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

from hanse_config.services import databases, folders, secret
from hanse_config.services.errors import ServiceError
from hanse_config.services.instance import HOST
from hanse_config.services.process import Signals, as_account
from hanse_config.services.service import Service

BINARIES = Path("/usr/lib/postgresql")
SUPERUSER = "hanse_admin"


class PostgreSQL(Service):
    """The database server.

    Only with passwords and on the loopback address: no socket, whose path could
    be too long below a deep data folder, and no trust in other local users.
    """

    name = "postgresql"
    title = "PostgreSQL"
    port_variable = "HANSE_PG_PORT"
    packages = ("postgresql",)
    # Fast, then immediate shutdown (PostgreSQL manual, "Shutting Down the Server").
    signals: Signals = ((signal.SIGINT, 30.0), (signal.SIGQUIT, 10.0), (signal.SIGKILL, 5.0))

    @property
    def port(self) -> int:
        return self.instance.ports.postgresql

    @property
    def cluster(self) -> Path:
        """PostgreSQL's data directory."""
        return self.folder / "cluster"

    def missing(self) -> list[str]:
        return [] if self._binaries() else list(self.packages)

    def prepare(self) -> None:
        folders.make(self.folder, self.instance.account, 0o700)
        if not (self.cluster / "PG_VERSION").exists():
            self._initialise()

    def command(self) -> Sequence[str]:
        settings = {
            "listen_addresses": HOST,
            "port": str(self.port),
            "unix_socket_directories": "",
            "log_timezone": "UTC",
            "timezone": "UTC",
            "log_line_prefix": "%m [%p] %u@%d ",
            "max_connections": "200",
            "shared_buffers": "256MB",
        }
        options = [word for key, value in settings.items() for word in ("-c", f"{key}={value}")]
        return [self._program("postgres"), "-D", str(self.cluster), *options]

    def ailment(self) -> str:
        try:
            self.sql("SELECT 1")
        except ServiceError as error:
            return str(error)
        return ""

    def settle(self) -> None:
        self.sql(databases.statements(self.instance.data))

    def sql(self, script: str, database: str = "postgres") -> str:
        """Run ``script`` with psql as superuser; return its unformatted output.

        Raises `ServiceError` with psql's message at the first error.
        """
        words = ["--no-psqlrc", "--quiet", "--tuples-only", "--no-align", "-v", "ON_ERROR_STOP=1"]
        server = ["-h", HOST, "-p", str(self.port), "-U", SUPERUSER, "-d", database]
        done = subprocess.run(
            [self._program("psql"), *words, *server, "-f", "-"],
            input=script,
            capture_output=True,
            text=True,
            check=False,
            env={
                "PATH": os.environ.get("PATH", ""),
                "PGPASSWORD": secret.get(self.instance.data, SUPERUSER),
                "PGCONNECT_TIMEOUT": "5",
                "PGOPTIONS": "-c client_min_messages=warning",
            },
        )
        if done.returncode:
            raise ServiceError(f"{self.title}: {done.stderr.strip()}", self.log)
        return done.stdout.strip()

    def _initialise(self) -> None:
        """Create the cluster under another name first, so that a partial one is never used."""
        fresh = self.folder / "cluster.new"
        if fresh.exists():
            shutil.rmtree(fresh)
        with tempfile.NamedTemporaryFile("w", dir=self.folder, suffix=".pw") as password:
            password.write(secret.get(self.instance.data, SUPERUSER))
            password.flush()
            if self.instance.account:
                os.chown(password.name, self.instance.account.uid, self.instance.account.gid)
            done = subprocess.run(
                [
                    self._program("initdb"),
                    f"--pgdata={fresh}",
                    f"--username={SUPERUSER}",
                    f"--pwfile={password.name}",
                    "--auth=scram-sha-256",
                    "--encoding=UTF8",
                    "--locale=C.UTF-8",
                ],
                capture_output=True,
                text=True,
                check=False,
                cwd=self.folder,
                env=dict(self.environ()),
                **as_account(self.instance.account),
            )
        if done.returncode:
            raise ServiceError(f"{self.title}: initdb failed: {done.stderr.strip()}")
        fresh.replace(self.cluster)

    def _program(self, name: str) -> str:
        binaries = self._binaries()
        if binaries is None:
            raise ServiceError(f"{self.title} is not installed: run 'make install'.")
        return str(binaries / name)

    def _binaries(self) -> Path | None:
        """Return the programs of the cluster's major version, or of the newest if there is none."""
        found = {
            path.parent.parent.name: path.parent
            for path in BINARIES.glob("[0-9]*/bin/postgres")
            if path.parent.parent.name.isdigit()
        }
        version = self._cluster_version()
        if version and found and version not in found:
            raise ServiceError(
                f"{self.title}: {self.cluster} was made by version {version}, and installed are "
                f"{', '.join(sorted(found))}: install postgresql-{version}, "
                f"or move the folder away."
            )
        if not found:
            return None
        return found[version] if version else found[max(found, key=int)]

    def _cluster_version(self) -> str:
        try:
            return (self.cluster / "PG_VERSION").read_text(encoding="ascii").strip()
        except OSError:
            return ""
