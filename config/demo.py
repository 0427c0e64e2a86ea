"""The demo: from started services to a harvested catalogue on a production web server.

``python -m hanse_config.demo [--sources FILE]``.  Without a file the stand-in
portals on loopback are started and harvested.  It can be run repeatedly.
"""

import argparse
import contextlib
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from string import Template

import yaml

from hanse_config import accounts, prepare, site, website
from hanse_config.services.errors import ServiceError
from hanse_config.services.instance import HOST, Instance, current

CITIES = ("rostock", "luebeck", "stralsund", "wismar")
"""In the order of their stand-in portals' ports."""
HARVESTS = 3
"""Maximum number of harvests, as one may fail on a busy machine."""
_PASSING = {1, 3}
"""Exit codes of ``ckan hanse harvest`` after which a retry may help: all or some failed."""


def run(instance: Instance, sources: Path | None) -> int:
    """Start everything and harvest; return the exit code of the harvest."""
    begun, changed = time.monotonic(), website.code_changed(instance)
    with _step("Databases"):
        prepare.prepare(instance)
        site.write(instance)
    typed = None if sources else instance.checkout / "tests/portals/cities/typed.py"
    if sources is None:
        with _step("Stand-in portals"):
            _up(website.portals(instance), changed)
        sources = _demo_sources(instance)
    ckan = [str(Path(sys.prefix) / "bin" / "ckan"), "-c", str(instance.data / "ckan.ini"), "hanse"]
    with _step("Sources and cities"):
        subprocess.run([*ckan, "source", "sync", str(sources)], check=True)
    logins = accounts.logins(instance, _cities(sources))
    with _step("Logins"):
        accounts.ensure(instance, logins)
    if typed:
        with _step("Typed entries"):
            ini = str(instance.data / "ckan.ini")
            subprocess.run([sys.executable, str(typed), ini], check=True)
    with _step("Web site and background worker"):
        again = _up(website.web(instance), changed)
        _up(website.worker(instance), changed)
        _up(website.tables(instance), changed)
        _up(website.assistants(instance), changed)
    if again:  # new code may have new fields, which a harvest of what is unchanged does not fill
        with _step("Search index"):
            subprocess.run([*ckan[:-1], "search-index", "rebuild", "--quiet"], check=True)
    with _step("Harvest"):
        code = _harvest([*ckan, "harvest", "--all"])
    with _step("Schedule"):
        _up(website.harvester(instance), changed)
    _tell(instance, logins, time.monotonic() - begun)
    return code


def _harvest(command: Sequence[str]) -> int:
    """Harvest until all sources succeed, a few times at most; return the last exit code."""
    for left in reversed(range(HARVESTS)):
        code = subprocess.run(command, check=False).returncode
        if code not in _PASSING or not left:
            break
        print("   Not all could be harvested; once more: what arrived is only compared.")
    return code


@contextlib.contextmanager
def _step(title: str) -> Iterator[None]:
    print(f"== {title}", flush=True)
    begun = time.monotonic()
    yield
    print(f"   {title}: {time.monotonic() - begun:.1f} s", flush=True)


def _up(part: website.Part, changed: float) -> bool:
    """Start ``part`` unless it runs; again if its files ``changed`` since, as by ``git pull``.

    Returns whether it was started again.
    """
    again = part.older_than(changed)
    if again:
        part.stop()
    fresh = part.start()
    part.wait()
    told = "started again: its files have changed" if again else "started"
    print(f"{part.title:<11} {told if fresh else 'runs already'}")
    return again


def _demo_sources(instance: Instance) -> Path:
    """Write the demo's sources with the portals' URLs filled in; return the file."""
    text = (instance.checkout / "tests/portals/cities/sources.yaml").read_text(encoding="utf-8")
    first = instance.ports.portals
    addresses = {city: f"http://{HOST}:{first + n}" for n, city in enumerate(CITIES)}
    target = instance.data / "demo-sources.yaml"
    target.write_text(Template(text).substitute(addresses), encoding="utf-8")
    return target


def _cities(sources: Path) -> list[str]:
    return sorted(yaml.safe_load(sources.read_text(encoding="utf-8"))["organizations"])


def _tell(instance: Instance, logins: Sequence[accounts.Login], seconds: float) -> None:
    address = site.site_url(instance)
    print(f"\nThe catalogue is up after {seconds:.0f} s: {address}\n")
    print(f"  Log in at {address}/user/login")
    for login in logins:
        print(f"    {login.name:<20} {login.password:<18} {login.who}")
    print(f"\n  As RDF: {address}/catalog.ttl")
    print(f"  For assistants: http://{HOST}:{instance.ports.assistants}/mcp (docs/assistants.md)")
    print("  The portals are harvested again by their schedules: ckan hanse source list")
    print("  make status says what runs, make stop ends it.")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run ``python -m hanse_config.demo``."""
    parser = argparse.ArgumentParser(prog="demo", description=__doc__)
    parser.add_argument("--sources", type=Path, help="harvest these instead of stand-in portals")
    chosen = parser.parse_args(arguments)
    try:
        return run(current(), chosen.sources)
    except ServiceError as error:
        print(error, file=sys.stderr)
    except subprocess.CalledProcessError as error:
        print(f"{' '.join(error.cmd)} failed; see above.", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
