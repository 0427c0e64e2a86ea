"""Solr: the search index, one core for the site and one for the tests.

Solr and its web server are Java archives from Maven Central and run from a
folder of this instance.  In production the same ``solr/conf`` is used in an
official Solr, as a core's configuration or a SolrCloud configset.
"""

import json
import os
import re
import shutil
import subprocess
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from hanse_config.services import folders
from hanse_config.services.errors import ServiceError
from hanse_config.services.service import Service

SOURCE = Path(__file__).resolve().parent / "solr"
_IN_MEMORY = (
    "hanse.directory=solr.ByteBuffersDirectoryFactory\nhanse.lock=single\nhanse.log=false\n"
)
#: Core → what its core.properties say besides its name.  Each of the tests empties the index and
#: commits to it often, and waits for no disk; one for those that take Solr away and find it again.
CORES = {"ckan": "", "ckan_test": _IN_MEMORY, "ckan_test_kept": ""}
HEAP = "1g"
# Requests go to our own loopback address, so no proxy is used.
_open = urllib.request.build_opener(urllib.request.ProxyHandler({})).open


class Solr(Service):
    """The search server."""

    name = "solr"
    title = "Solr"
    port_variable = "HANSE_SOLR_PORT"
    packages = ("openjdk-17-jdk-headless", "maven")
    patience = 120.0

    @property
    def port(self) -> int:
        return self.instance.ports.solr

    @property
    def home(self) -> Path:
        """Solr home: ``solr.xml`` and a folder per core."""
        return self.folder / "home"

    @property
    def library(self) -> Path:
        """The Java archives."""
        return self.folder / "lib"

    def missing(self) -> list[str]:
        programs = {"openjdk-17-jdk-headless": "javac", "maven": "mvn"}
        return [package for package, program in programs.items() if not _program(program)]

    def install(self) -> None:
        """Copy the archives named in ``pom.xml`` into `library`."""
        pom = SOURCE / "pom.xml"
        stamp = self.folder / "pom.xml"
        if stamp.exists() and stamp.read_bytes() == pom.read_bytes():
            return
        fresh = self.folder / "lib.new"
        shutil.rmtree(fresh, ignore_errors=True)
        folders.make(self.folder, self.instance.account, 0o700)
        self._copy_dependencies(pom, fresh)
        shutil.rmtree(self.library, ignore_errors=True)
        fresh.replace(self.library)
        shutil.copyfile(pom, stamp)

    def prepare(self) -> None:
        self.install()
        account = self.instance.account
        folders.make(self.folder, account, 0o700)  # the index contains private datasets
        for name in ("home", "logs", "tmp"):
            folders.make(self.folder / name, account)
        for name in ("StartSolr.java", "log4j2.xml"):
            folders.write(self.folder / name, (SOURCE / name).read_text(encoding="utf-8"))
        folders.write(self.home / "solr.xml", (SOURCE / "solr.xml").read_text(encoding="utf-8"))
        for core, properties in CORES.items():
            digest = self._copy_configuration(core)
            properties = f"name={core}\n{properties}"
            folders.write(self.home / core / "core.properties", properties, account)
            (self.home / core / "loaded").write_text(digest, encoding="ascii")

    def command(self) -> Sequence[str]:
        return [
            _program("java"),
            "-Xms256m",
            f"-Xmx{HEAP}",
            f"-Dsolr.log.dir={self.folder / 'logs'}",
            f"-Dlog4j2.configurationFile={self.folder / 'log4j2.xml'}",
            f"-Djava.io.tmpdir={self.folder / 'tmp'}",
            # Only the files define the configuration, even for clients that can reach the port.
            "-Ddisable.configEdit=true",
            "-cp",
            f"{self.library}/*",
            str(self.folder / "StartSolr.java"),
            str(self.home),
            str(self.port),
        ]

    def ailment(self) -> str:
        try:
            found = self._cores()
        except ServiceError as error:
            return str(error)
        # The server answers before it has loaded its cores.
        known = {**found["status"], **(found.get("initFailures") or {})}
        absent = [core for core in CORES if not known.get(core) and self._has(core)]
        return f"core {' and '.join(absent)} not there" if absent else ""

    def fault(self) -> str:
        broken = self._cores().get("initFailures") or {}
        return "; ".join(f"core {core}: {why}" for core, why in broken.items())

    def settle(self) -> None:
        """Reload the cores whose configuration has changed."""
        for core in CORES:
            loaded = self.home / core / "loaded"
            digest = self._copy_configuration(core)
            if not loaded.exists() or loaded.read_text(encoding="ascii") != digest:
                # Recorded only on success, or the next start would not retry.
                self._load(core)
                loaded.write_text(digest, encoding="ascii")

    def _has(self, core: str) -> bool:
        """Whether the server that runs has been started with this core."""
        return (self.home / core / "core.properties").exists()

    def _load(self, core: str) -> None:
        """Load a core anew; one that came with a newer version, for the first time."""
        if self._has(core):
            self._ask("/solr/admin/cores", action="RELOAD", core=core)
        else:
            self._ask("/solr/admin/cores", action="CREATE", name=core, instanceDir=core)

    def _cores(self) -> dict[str, Any]:
        return self._ask("/solr/admin/cores", action="STATUS", indexInfo="false")

    def _copy_configuration(self, core: str) -> str:
        """Copy the configuration to ``core``; return its digest."""
        folders.make(self.home / core, self.instance.account)  # Solr writes into it, too
        target = self.home / core / "conf"
        folders.make(target, self.instance.account)
        folders.mirror(SOURCE / "conf", target, self.instance.account)
        return folders.digest(target)

    def _ask(self, path: str, **parameters: str) -> dict[str, Any]:
        query = urllib.parse.urlencode({**parameters, "wt": "json"})
        try:
            with _open(f"http://{self.address}{path}?{query}", timeout=30) as answer:
                return dict(json.load(answer))
        except urllib.error.HTTPError as error:
            raise ServiceError(f"{self.title}: {_reason(error)}", self.log) from error
        except (OSError, ValueError) as error:
            raise ServiceError(f"{self.title} does not answer: {error}", self.log) from error

    def _copy_dependencies(self, pom: Path, target: Path) -> None:
        maven = _program("mvn")
        if not maven:
            raise ServiceError(f"{self.title} is not installed: run 'make install' (maven).")
        done = subprocess.run(
            [
                maven,
                "--batch-mode",
                "--quiet",
                f"--file={pom}",
                "dependency:copy-dependencies",
                f"-DoutputDirectory={target}",
            ],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            words = (done.stdout + done.stderr).strip()[-2000:]
            raise ServiceError(f"{self.title}: its archives cannot be fetched:\n{words}")


def _program(name: str) -> str:
    """Return the path of a Java program, from the JDK in ``JAVA_HOME`` if that is set."""
    home = os.environ.get("JAVA_HOME")
    path = f"{home}/bin" if home and name.startswith("java") else None
    return shutil.which(name, path=path) or ""


def _reason(error: urllib.error.HTTPError) -> str:
    """Return Solr's message from an error response, with the root cause in its trace."""
    try:
        told = json.load(error)["error"]
    except (ValueError, KeyError, TypeError):
        return str(error)
    causes = re.findall(r"Caused by: (.+)", told.get("trace", ""))
    return ": ".join([told.get("msg", ""), *causes[-1:]])
