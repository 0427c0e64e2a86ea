"""Databases, Solr cores and ini files of the benchmark's own, in the services that run.

Their names begin with ``bench_``; nothing else in these services is touched, and
:meth:`Places.remove` takes them away.
"""

from __future__ import annotations

import configparser
import json
import os
import shutil
import subprocess
import urllib.parse
import urllib.request
from dataclasses import dataclass
from pathlib import Path

from hanse_config import site
from hanse_config.services import databases, folders
from hanse_config.services.instance import HOST, Instance
from hanse_config.services.postgresql import PostgreSQL
from hanse_config.services.solr_server import SOURCE, Solr

#: Who has a database, a core and an ini of that name.
OURS, PEER, FLOOR = "bench_ours", "bench_peer", "bench_floor"
DATASTORE = "bench_datastore"
_PEER_PLUGINS = "activity dcat harvest ckan_harvester dcat_rdf_harvester"
#: Redis databases beside those of the site and of the tests.
_REDIS = {OURS: 2, PEER: 3}
_open = urllib.request.build_opener(urllib.request.ProxyHandler({})).open


class PlaceError(Exception):
    """What cannot be made, in words that say what failed."""


@dataclass(frozen=True)
class Places:
    """``folder`` holds the ini files; ``venv`` our own environment, ``peer_venv`` the peers'."""

    instance: Instance
    folder: Path
    venv: Path
    peer_venv: Path

    # --- Databases ----------------------------------------------------------------------------

    def sql(self, script: str, database: str = "postgres") -> str:
        """Run a script as PostgreSQL's superuser."""
        return PostgreSQL(self.instance).sql(script, database)

    def rows(self, database: str, query: str) -> list[list[str]]:
        """The rows of a query, as text."""
        found = self.sql(query, database)
        return [line.split("|") for line in found.splitlines()]

    def fresh(self, database: str, template: str = "template0") -> None:
        """An empty database, or a copy of ``template``."""
        self.sql(
            f"DROP DATABASE IF EXISTS {database} WITH (FORCE);\n"
            f"CREATE DATABASE {database} OWNER {databases.OWNER} "
            f"ENCODING 'UTF8' TEMPLATE {template};"
        )

    def dsn(self, database: str) -> str:
        """The address CKAN's user reaches a database at."""
        url = urllib.parse.urlsplit(self._site_value("sqlalchemy.url"))
        return url._replace(path=f"/{database}").geturl()

    # --- Solr ---------------------------------------------------------------------------------

    def core(self, name: str, conf: Path = SOURCE / "conf") -> str:
        """Make a core with the configuration ``conf`` unless it is there, empty it; its address."""
        solr = Solr(self.instance)
        if not self._solr("/admin/cores", action="STATUS", core=name)["status"].get(name):
            account = self.instance.account
            home = folders.make(solr.home / name, account)
            folders.make(home / "conf", account)
            folders.mirror(conf, home / "conf", account)
            self._solr("/admin/cores", action="CREATE", name=name, instanceDir=str(home))
        self.empty(name)
        return f"http://{solr.address}/solr/{name}"

    def empty(self, core: str) -> None:
        """Delete every document of a core."""
        body = json.dumps({"delete": {"query": "*:*"}}).encode()
        self._solr(f"/{core}/update", body, commit="true")

    def solr_seconds(self) -> float:
        """Processor time that Solr has used since its start, in seconds."""
        (pid,) = (
            path.name
            for path in Path("/proc").iterdir()
            if path.name.isdigit() and self._is_solr(path)
        )
        spent = Path("/proc", pid, "stat").read_text().rpartition(")")[2].split()
        return (int(spent[11]) + int(spent[12])) / os.sysconf("SC_CLK_TCK")

    def _is_solr(self, process: Path) -> bool:
        try:
            words = (process / "cmdline").read_bytes().decode(errors="replace")
        except OSError:
            return False
        return (
            words.partition("\0")[0].endswith("java")
            and str(Solr(self.instance).home.parent) in words
        )

    def documents(self, core: str) -> int:
        """How many documents a core finds."""
        return int(self._solr(f"/{core}/select", q="*:*", rows="0")["response"]["numFound"])

    def _solr(self, path: str, body: bytes | None = None, **parameters: str) -> dict:
        query = urllib.parse.urlencode({**parameters, "wt": "json"})
        request = urllib.request.Request(
            f"http://{HOST}:{self.instance.ports.solr}/solr{path}?{query}",
            data=body,
            headers={"Content-Type": "application/json"},
        )
        with _open(request, timeout=60) as answer:
            return dict(json.load(answer))

    # --- ini files and commands ---------------------------------------------------------------

    def ini(self, name: str, **options: str) -> Path:
        """An ini like the site's, with a database, a core and a Redis of its own.

        That of the peers has their plugins and none of our settings.
        """
        parser = _parser()
        parser.read(site.write(self.instance).ckan, encoding="utf-8")
        app = parser["app:main"]
        redis = app["ckan.redis.url"].rpartition("/")[0]
        if name == PEER:
            for key in [key for key in app if key.startswith(("hanse.", "scheming.", "ckanext."))]:
                del app[key]
            app["ckan.plugins"] = _PEER_PLUGINS
            # Their consumers wait without end for the next message, which this client of Redis
            # takes for a fault after five seconds.
            options["ckan.redis.url"] = f"{redis}/{_REDIS[name]}?socket_timeout=7200"
        else:
            app["hanse.limits.exempt"] = "127.0.0.0/8"  # it asks more than anybody may
        storage = folders.make(self.folder / f"{name}-storage")
        values = {
            "ckan.site_id": name,
            "sqlalchemy.url": self.dsn(name),
            "ckan.datastore.write_url": self.dsn(DATASTORE),
            "ckan.datastore.read_url": self._reader(),
            "solr_url": f"http://{HOST}:{self.instance.ports.solr}/solr/{name}",
            "ckan.redis.url": f"{redis}/{_REDIS.get(name, _REDIS[OURS])}",
            "ckan.storage_path": str(storage).replace("%", "%%"),
            **options,
        }
        for key, value in values.items():
            app[key] = value
        target = self.folder / f"{name}.ini"
        target.touch(mode=0o600)
        with target.open("w", encoding="utf-8") as out:
            parser.write(out)
        return target

    def ckan(self, ini: Path, *words: str, venv: Path | None = None) -> str:
        """Run CKAN's command; gives what it prints.  PlaceError with its last words."""
        program = (venv or self.venv) / "bin" / "ckan"
        done = subprocess.run(
            [str(program), "-c", str(ini), *words],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            last = "\n".join((done.stdout + done.stderr).strip().splitlines()[-12:])
            raise PlaceError(f"ckan {' '.join(words)} failed:\n{last}")
        return done.stdout

    # --- The end ------------------------------------------------------------------------------

    def remove(self) -> None:
        """Drop every database and core of the benchmark, and the ini files with their passwords."""
        found = self.sql("SELECT datname FROM pg_database WHERE datname LIKE 'bench\\_%'")
        for name in found.split():
            self.sql(f"DROP DATABASE {name} WITH (FORCE)")
        for name in self._solr("/admin/cores", action="STATUS")["status"]:
            if name.startswith("bench_"):
                self._solr("/admin/cores", action="UNLOAD", core=name, deleteInstanceDir="true")
        for path in self.folder.glob("bench_*"):
            shutil.rmtree(path) if path.is_dir() else path.unlink()

    def of_site(self) -> dict[str, str]:
        """Options of an ini that reads the site's databases: a search asks little of them."""
        keys = ("sqlalchemy.url", "ckan.datastore.write_url", "ckan.datastore.read_url")
        return {key: self._site_value(key).replace("%", "%%") for key in keys}

    def _site_value(self, key: str) -> str:
        parser = _parser()
        parser.read(site.write(self.instance).ckan, encoding="utf-8")
        return parser["app:main"][key]

    def _reader(self) -> str:
        url = urllib.parse.urlsplit(self._site_value("ckan.datastore.read_url"))
        return url._replace(path=f"/{DATASTORE}").geturl()


def _parser() -> configparser.ConfigParser:
    # Percent signs stay doubled, as CKAN reads them.
    parser = configparser.ConfigParser(interpolation=None, delimiters=("=",))
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    return parser
