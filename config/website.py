"""The web site of an instance, its background workers, and the demo's stand-in portals.

``python3 -m hanse_config.website stop|status``; ``hanse_config.demo`` starts
them.  Standard library only, like the services.
"""

import argparse
import os
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from hanse_config.services import ports
from hanse_config.services.errors import ServiceError
from hanse_config.services.instance import HOST, Instance, current
from hanse_config.services.process import Daemon

PATIENCE = 90.0
"""Seconds within which a part must answer."""
READ = frozenset((".py", ".html", ".yaml", ".yml", ".mo", ".css", ".js", ".tsv"))
"""Endings of files that a part reads when it starts."""


@dataclass(frozen=True)
class Part:
    """A process beside the services: its name, how to run it, how to check it."""

    title: str
    daemon: Daemon
    command: Sequence[str]
    port: int = 0
    path: str = "/"
    environ: Mapping[str, str] = field(default_factory=dict)

    def older_than(self, changed: float) -> bool:
        """Return whether it runs, and was started before ``changed`` (seconds of the epoch)."""
        return bool(self.daemon.running()) and self.daemon.pidfile.stat().st_mtime < changed

    def start(self) -> bool:
        """Start it unless it is running; return whether it was started.

        Raises `ServiceError` if its port is taken or it ends immediately.
        """
        if self.daemon.running():
            return False
        if self.port and not ports.is_free(self.port):
            raise ServiceError(
                f"{self.title} cannot start: port {self.port} is taken "
                f"({ports.holder(self.port)}). Free it, or set HANSE_PORT_BASE to another."
            )
        self.daemon.launch(
            self.command, port=self.port, environ={**os.environ, **dict(self.environ)}
        )
        return True

    def stop(self) -> None:
        """Stop it, and wait until what it leaves behind has given up the port too."""
        self.daemon.stop()
        end = time.monotonic() + PATIENCE
        while self.port and not ports.is_free(self.port) and time.monotonic() < end:
            time.sleep(0.1)

    def wait(self) -> None:
        """Wait until it answers; raise `ServiceError` with the end of its log if it does not."""
        end = time.monotonic() + PATIENCE
        while not self.answers():
            if self.daemon.running() is None or time.monotonic() > end:
                raise ServiceError(
                    f"{self.title} does not come up. Its last words:\n{self.daemon.last_words()}",
                    self.daemon.log,
                )
            time.sleep(0.2)

    def answers(self) -> bool:
        """Return whether it answers; without a port, whether it is alive."""
        if not self.port:
            return self.daemon.running() is not None
        address = f"http://{HOST}:{self.port}{self.path}"
        try:
            with urllib.request.urlopen(address, timeout=30) as answer:
                return bool(answer.status == 200)
        except (OSError, urllib.error.URLError):
            return False


def code_changed(instance: Instance) -> float:
    """Return when a file that the parts read was last changed, in seconds of the epoch."""
    folders = ("ckanext-hanse", "harvesters", "schemas", "config")
    files = (path for name in folders for path in (instance.checkout / name).rglob("*.*"))
    return max((path.stat().st_mtime for path in files if path.suffix in READ), default=0.0)


def web(instance: Instance) -> Part:
    """Return CKAN under gunicorn, with two processes."""
    return Part(
        "Web site",
        _daemon(instance, "web"),
        [
            _program("gunicorn"),
            *("--config", "python:hanse_config.gunicorn_conf"),
            *("--workers", "2", "--bind", f"{HOST}:{instance.ports.web}"),
            "hanse_config.wsgi:application",
        ],
        port=instance.ports.web,
        path="/api/3/action/status_show",
        environ={"CKAN_INI": str(instance.data / "ckan.ini")},
    )


def worker(instance: Instance) -> Part:
    """Return CKAN's background worker."""
    return Part(
        "Worker",
        _daemon(instance, "worker"),
        [_program("ckan"), "-c", str(instance.data / "ckan.ini"), "jobs", "worker"],
    )


def tables(instance: Instance) -> Part:
    """Return the worker for the queue of uploaded tables, as named in ckan.ini."""
    return Part(
        "Tables",
        _daemon(instance, "tables"),
        [_program("ckan"), "-c", str(instance.data / "ckan.ini"), "jobs", "worker", "tables"],
    )


def harvester(instance: Instance) -> Part:
    """Return the worker that harvests in the background, including the scheduler."""
    return Part(
        "Harvester",
        _daemon(instance, "harvester"),
        [_program("ckan"), "-c", str(instance.data / "ckan.ini"), "hanse", "worker"],
    )


def assistants(instance: Instance) -> Part:
    """Return the server that assistants ask over HTTP."""
    site = f"http://{HOST}:{instance.ports.web}"
    return Part(
        "Assistants",
        _daemon(instance, "assistants"),
        [
            *(_program("hanse"), "mcp", os.environ.get("HANSE_SITE_URL", site)),
            *("--api", site, "--http", str(instance.ports.assistants)),
        ],
        port=instance.ports.assistants,
    )


def portals(instance: Instance) -> Part:
    """Return the stand-in portals of the four cities, one port each."""
    script = instance.checkout / "tests" / "portals" / "cities" / "serve.py"
    first = instance.ports.portals
    return Part(
        "Portals",
        _daemon(instance, "portals"),
        [sys.executable, str(script), "--first-port", str(first)],
        port=first,
    )


PARTS: Sequence[Callable[[Instance], Part]] = (web, worker, tables, harvester, assistants, portals)


def stop(instance: Instance) -> int:
    """Stop every part that is running; return the exit code."""
    for part in (make(instance) for make in PARTS):
        print(f"{part.title:<11} {'stopped' if part.daemon.stop() else 'did not run'}")
    return 0


def status(instance: Instance) -> int:
    """Print the status of every part; return the exit code."""
    for part in (make(instance) for make in PARTS):
        found = part.daemon.running()
        state = "stopped" if found is None else "running" if part.answers() else "does not answer"
        print(f"{part.title:<11} {state}")
        if found:
            if part.port:
                print(f"  address  http://{HOST}:{part.port}")
            print(f"  process  {found.pid}\n  log      {part.daemon.log}")
    return 0


def _daemon(instance: Instance, name: str) -> Daemon:
    return Daemon(name, instance.folder("run"))


def _program(name: str) -> str:
    return str(Path(sys.prefix) / "bin" / name)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run ``python -m hanse_config.website``."""
    parser = argparse.ArgumentParser(prog="website", description=__doc__)
    actions = {"stop": stop, "status": status}
    parser.add_argument("action", choices=actions)
    chosen = parser.parse_args(arguments)
    try:
        return actions[chosen.action](current())
    except ServiceError as error:
        print(error, file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
