"""The real site for a real browser: stand-in portals, gunicorn, a worker, Debian's Chromium.

Everything runs as processes of its own on free ports of loopback, on the
tests' databases (``make services database``).  Screenshots are kept in
``build/screenshots``.
"""

from __future__ import annotations

import configparser
import contextlib
import json
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Generator, Iterator
from pathlib import Path

import pytest
import requests
from driving import ROOT, Browser, Site, as_new, chromium
from selenium.webdriver import Chrome

HERE = Path(__file__).parent
PATIENCE = 180.0
"""Seconds until a process must answer."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything in this folder needs Chromium and the services."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker("browser")


def _free_ports(number: int) -> int:
    """The first of ``number`` ports in a row that nobody listens on."""
    for first in range(20000, 30000, 10):
        with contextlib.ExitStack() as held:
            try:
                for port in range(first, first + number):
                    held.enter_context(socket.socket()).bind(("127.0.0.1", port))
            except OSError:
                continue
            return first
    raise RuntimeError("no free ports between 20000 and 30000")


def _ini(target: Path, first: int, sources: Path, token: str = "NOT_SET") -> Path:
    """The tests' ini with this site's own addresses, and with CSRF protection on."""
    # Asked now: when this file is loaded, a second worker has not got its own services yet.
    data = Path(os.environ.get("HANSE_DATA") or ROOT / ".data")
    origin = Path(os.environ.get("CKAN_TEST_INI") or data / "test.ini")
    parser = configparser.ConfigParser(interpolation=None, delimiters=("=",))
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read(origin, encoding="utf-8")
    url = f"http://127.0.0.1:{first}"
    redis = parser["app:main"]["ckan.redis.url"]
    parser["app:main"].update(
        {
            # Not the tests' own queue: this site's workers live until the session ends.
            "ckan.redis.url": re.sub(r"/\d+$", "/2", redis),
            "ckan.site_url": url,
            "ckanext.xloader.site_url": url,
            "ckanext.xloader.api_token": token,
            "WTF_CSRF_ENABLED": "true",
            "testing": "false",
            "hanse.sources": str(sources),
            # Only what a person asks for is checked, and only here.
            "hanse.links.enabled": "true",
            "hanse.links.hours": "03:00-03:01",
            "hanse.links.only_hosts": "127.0.0.1",
            "hanse.links.again_minutes": "0",
            # Its store is built once, by fill.py.
            "hanse.sparql.enabled": "true",
            "hanse.allowed_private_hosts": " ".join(
                f"127.0.0.1:{port}" for port in range(first + 1, first + 6)
            ),
        }
    )
    with target.open("w", encoding="utf-8") as file:
        parser.write(file)
    return target


def _sources(target: Path, first: int) -> Path:
    """The stand-in portals at these ports, as the demo names them."""
    text = (ROOT / "tests/portals/cities/sources.yaml").read_text(encoding="utf-8")
    for number, city in enumerate(("rostock", "luebeck", "stralsund", "wismar")):
        text = re.sub(r"\$\{" + city + r"\}", f"http://127.0.0.1:{first + 1 + number}", text)
    target.write_text(text, encoding="utf-8")
    return target


@contextlib.contextmanager
def _running(command: list[str], log: Path, **environ: str) -> Iterator[None]:
    with log.open("w", encoding="utf-8") as out:
        process = subprocess.Popen(
            command, stdout=out, stderr=subprocess.STDOUT, env={**os.environ, **environ}
        )
        try:
            yield
        finally:
            process.terminate()
            process.wait(timeout=30)


def _wait(url: str, log: Path) -> None:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        with contextlib.suppress(requests.ConnectionError, requests.Timeout):
            if requests.get(url, timeout=60).status_code < 500:
                return
        time.sleep(0.3)
    pytest.fail(f"{url} does not answer; {log} says:\n{log.read_text()[-2000:]}")


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Rostock and Wismar harvested, Stralsund empty; an officer each, and the site running."""
    folder = tmp_path_factory.mktemp("site")
    first = _free_ports(6)
    sources = _sources(folder / "sources.yaml", first)
    ini = _ini(folder / "site.ini", first, sources)
    bin_ = Path(sys.executable).parent
    portals = [sys.executable, str(ROOT / "tests/portals/cities/serve.py")]
    with contextlib.ExitStack() as stack:
        log = folder / "portals.log"
        stack.enter_context(_running([*portals, "--first-port", str(first + 1)], log))
        _wait(f"http://127.0.0.1:{first + 1}/", log)
        filled = subprocess.run(
            [sys.executable, str(HERE / "fill.py"), str(ini)],
            capture_output=True, text=True, check=False, timeout=300,
        )  # fmt: skip
        assert filled.returncode == 0, filled.stderr[-3000:]
        made = json.loads(filled.stdout.splitlines()[-1])
        _ini(ini, first, sources, made["token"])
        url = f"http://127.0.0.1:{first}"
        web = [str(bin_ / "gunicorn"), "--bind", url.removeprefix("http://"), "--workers", "1",
               "--config", "python:hanse_config.gunicorn_conf",
               "hanse_config.wsgi:application"]  # fmt: skip
        stack.enter_context(_running(web, folder / "web.log", CKAN_INI=str(ini)))
        worker = [str(bin_ / "ckan"), "--config", str(ini), "jobs", "worker",
                  "tables", "default"]  # fmt: skip
        stack.enter_context(_running(worker, folder / "worker.log"))
        harvester = [str(bin_ / "ckan"), "--config", str(ini), "hanse", "worker", "--no-clock"]
        stack.enter_context(_running(harvester, folder / "harvester.log"))
        _wait(f"{url}/imprint", folder / "web.log")
        yield Site(url, made["passwords"], made["names"], made["rules"], ini, spare=first + 5)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Keep a picture of what a test that fails had before it."""
    report = yield
    browser = getattr(item, "funcargs", {}).get("browser")
    if report.failed and call.when == "call" and browser:
        browser.keep(f"failed-{item.name}".replace("/", "_"))
    return report


@pytest.fixture(scope="session")
def driver() -> Iterator[Chrome]:
    """The one Chromium."""
    with chromium() as started:
        yield started


@pytest.fixture
def browser(site: Site, driver: Chrome) -> Browser:
    """The Chromium as if it were started for this test."""
    as_new(driver)
    driver.execute_cdp_cmd(
        "Storage.clearDataForOrigin", {"origin": site.url, "storageTypes": "all"}
    )
    return Browser(driver, site)
