"""The command ``python3 -m hanse_config.services``."""

import argparse
import contextlib
import fcntl
import sys
import time
from collections.abc import Iterator, Sequence

from hanse_config.services import folders
from hanse_config.services.errors import ServiceError
from hanse_config.services.instance import Instance, current
from hanse_config.services.postgresql import PostgreSQL
from hanse_config.services.redis import Redis
from hanse_config.services.service import Service
from hanse_config.services.solr_server import Solr

KINDS: Sequence[type[Service]] = (PostgreSQL, Redis, Solr)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; return the exit code."""
    parser = argparse.ArgumentParser(prog="services", description=__doc__)
    actions = {"install": install, "start": start, "stop": stop, "status": status}
    parser.add_argument("action", choices=actions)
    chosen = parser.parse_args(arguments)
    try:
        instance = current()
        return actions[chosen.action](instance)
    except ServiceError as error:
        print(error, file=sys.stderr)
        return 1


def install(instance: Instance) -> int:
    """Install what the services need in addition to Debian packages."""
    with _alone(instance):
        for service in _services(instance):
            service.install()
    return 0


def start(instance: Instance) -> int:
    """Start all services in parallel and wait until each is healthy."""
    _say_where(instance)
    with _alone(instance):
        begun = time.monotonic()
        failed = 0
        launched = [(service, _launch(service)) for service in _services(instance)]
        for service, fresh in launched:
            if fresh is None or not _settle(service, fresh, begun):
                failed += 1
    return 1 if failed else 0


def stop(instance: Instance) -> int:
    """Stop every service that is running."""
    failed = 0
    with _alone(instance):
        for service in reversed(_services(instance)):
            try:
                print(f"{service.title:<11} {'stopped' if service.stop() else 'did not run'}")
            except ServiceError as error:
                print(f"{service.title:<11} {error}", file=sys.stderr)
                failed += 1
    return 1 if failed else 0


def status(instance: Instance) -> int:
    """Print the status and address of every service; return 0 only if all are healthy."""
    _say_where(instance)
    healthy = True
    for service in _services(instance):
        found = service.running()
        ailment = (service.ailment() or service.fault()) if found else "stopped"
        healthy = healthy and not ailment
        print(f"{service.title:<11} {_state(found is not None, ailment)}")
        print(f"  address  {service.address}")
        if found:
            print(f"  process  {found.pid}")
        print(f"  data     {service.folder}")
        print(f"  log      {service.log}")
    return 0 if healthy else 1


def _services(instance: Instance) -> list[Service]:
    return [kind(instance) for kind in KINDS]


def _launch(service: Service) -> bool | None:
    """Start a service; return whether that was necessary, ``None`` if it failed."""
    try:
        return service.launch()
    except ServiceError as error:
        print(error, file=sys.stderr)
        return None


def _settle(service: Service, fresh: bool, begun: float) -> bool:
    try:
        service.wait()
        fault = service.fault() if fresh else ""
        if fault:
            raise ServiceError(f"{service.title} {fault}", service.log)
        service.settle()
    except ServiceError as error:
        print(error, file=sys.stderr)
        if fresh:  # do not leave a server running that does not work
            service.stop()
        return False
    how = f"started in {time.monotonic() - begun:.1f} s" if fresh else "runs already"
    print(f"{service.title:<11} {how:<18} {service.address}  log: {service.log}", flush=True)
    return True


def _state(runs: bool, ailment: str) -> str:
    if not runs:
        return "stopped"
    return f"running, but not healthy: {ailment}" if ailment else "running"


def _say_where(instance: Instance) -> None:
    reason = f" (because {instance.remark})" if instance.remark else ""
    print(f"Data in {instance.data}{reason}", flush=True)


@contextlib.contextmanager
def _alone(instance: Instance) -> Iterator[None]:
    """Hold the instance's lock, so that starts and stops do not overlap."""
    try:
        folders.make(instance.data)
        lock = (instance.data / "lock").open("w")
    except OSError as error:
        raise ServiceError(
            f"The data folder {instance.data} cannot be written: {error.strerror}. "
            f"Choose another with HANSE_DATA."
        ) from error
    with lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


if __name__ == "__main__":
    sys.exit(main())
