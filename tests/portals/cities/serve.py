"""Serves the stand-in portals on loopback, a port each.

Rostock is a CKAN, Lübeck a static site, Stralsund the geodata catalogue of its state (CSW) and
a list as CSV, Wismar a list as workbook.

``python tests/portals/cities/serve.py --first-port 18410`` serves Rostock on
18410, Lübeck on 18411, Stralsund on 18412, Wismar on 18413 until it is ended.
"""

from __future__ import annotations

import argparse
import json
import sys
import threading
from functools import cached_property
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

if __package__ in {None, ""}:  # run as a script, without an installation
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
    __package__ = "portals.cities"

from hanse_harvesters.testing.portal import Asked
from portals.cities import files, lists, rostock, state, turtle
from portals.cities.cities import CITIES
from portals.cities.model import datasets
from portals.csw import Csw

ORDER = ("rostock", "luebeck", "stralsund", "wismar")
PAGE = """<!doctype html><html lang="de"><meta charset="utf-8"><title>{title}</title>
<style>body{{font:16px/1.6 system-ui,sans-serif;max-width:42rem;margin:3rem auto;padding:0 1rem}}</style>
<p><strong>Nachbau eines städtischen Portals</strong> – erfundene Daten für Vorführung und Tests.</p>
<h1>{title}</h1>{body}</html>"""


XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
#: City and path → media type, and what writes the list.
LISTS = {
    ("wismar", "/datensaetze.xlsx"): (XLSX, lists.wismar),
    ("stralsund", "/datensaetze.csv"): ("text/csv; charset=windows-1252", lists.stralsund),
}
#: What the city's home page leads to.
HOMES = {
    "rostock": '<p>Der Katalog: <a href="/api/3/action/package_list">Programmierschnittstelle</a>, '
    '<a href="/catalog.rdf">DCAT</a>.</p>',
    "luebeck": '<p><a href="/catalog.ttl" type="text/turtle">Katalog</a></p>',
    "stralsund": '<p><a href="/csw?service=CSW&amp;request=GetCapabilities">Metadatenkatalog '
    'des Landes</a>, <a href="/datensaetze.csv">unsere Liste</a></p>',
    "wismar": '<p><a href="/datensaetze.xlsx">Unsere Datensätze</a></p>',
}


class Portal(BaseHTTPRequestHandler):
    """Answers for one city; ``server.city`` names it."""

    server: PortalServer
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        """Serve catalogue, action API, files and a page for each dataset."""
        address = urlsplit(self.path)
        city, base, query = self.server.city, self.server.base, parse_qs(address.query)
        if address.path == "/catalog.ttl" and city == "luebeck":
            self._send(200, "text/turtle; charset=utf-8", turtle.catalog_ttl(base).encode())
        elif address.path == "/catalog.rdf" and city == "rostock":
            text = rostock.catalog_rdf(int(query.get("page", ["1"])[0]), base)
            self._send(
                200 if text else 404, "application/rdf+xml; charset=utf-8", (text or "").encode()
            )
        elif address.path.startswith("/api/3/action/") and city == "rostock":
            status, body = rostock.action(address.path.rsplit("/", 1)[1], query, base)
            self._send(status, "application/json;charset=utf-8", json.dumps(body).encode())
        elif address.path == "/csw" and city == "stralsund":
            self._csw(None)
        elif list_ := LISTS.get((city, address.path)):
            media_type, made = list_
            self._send(200, media_type, made(base))
        elif found := files.content(city, self.path):
            self._send(200, *found)
        else:
            self._page(address.path)

    def do_POST(self) -> None:
        """Serve queries of the catalogue service."""
        content = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if self.server.city == "stralsund" and urlsplit(self.path).path == "/csw":
            self._csw(content)
        else:
            self._html(405, "Nicht erlaubt", "<p>Hier wird nur gelesen.</p>")

    def _csw(self, content: bytes | None) -> None:
        headers = {name.lower(): value for name, value in self.headers.items()}
        answer = self.server.catalogue(Asked(self.path, headers, 0, content))
        self._send(answer.status, answer.headers["Content-Type"], answer.body)

    def do_HEAD(self) -> None:
        """As GET, without the body."""
        self.do_GET()

    def _page(self, path: str) -> None:
        city = CITIES[self.server.city]
        if path == "/":
            self._html(200, f"Offene Daten: {city.full}", HOMES[city.name])
            return
        name = path.rsplit("/", 1)[-1].split("%20")[0]
        for item in datasets(city.name):
            if name in {item.id, item.key, item.key.replace("_", "-")}:
                links = "".join(
                    f'<li><a href="{file.path}">{file.title}</a></li>' for file in item.files
                )
                self._html(200, item.title, f"<p>{item.notes}</p><ul>{links}</ul>")
                return
        self._html(404, "Nicht gefunden", "<p>Diese Datei ist nicht Teil des Nachbaus.</p>")

    def _html(self, status: int, title: str, body: str) -> None:
        self._send(status, "text/html; charset=utf-8", PAGE.format(title=title, body=body).encode())

    def _send(self, status: int, content_type: str, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing for each request; the terminal belongs to the demo."""


class PortalServer(ThreadingHTTPServer):
    """A portal on 127.0.0.1; ``base`` is its address without a trailing slash."""

    daemon_threads = True

    def __init__(self, city: str, port: int = 0) -> None:
        self.city = city
        self.making = threading.Lock()
        super().__init__(("127.0.0.1", port), Portal)
        self.base = f"http://127.0.0.1:{self.server_port}"

    @cached_property
    def catalogue(self) -> Csw:
        """The state's geodata catalogue; made when it is first asked, which takes seconds."""
        with self.making:
            found: Csw | None = self.__dict__.get("catalogue")
            records = map(str, state.records(self.base))
            return found or Csw(records, title="Metadatenkatalog des Landes (Nachbau)")

    def __enter__(self) -> PortalServer:
        threading.Thread(target=self.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *reason: object) -> None:
        self.shutdown()
        self.server_close()


def main() -> None:
    """Serve all four until the process is ended."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--first-port", type=int, default=18410)
    first = parser.parse_args().first_port
    servers = [PortalServer(city, first + number) for number, city in enumerate(ORDER)]
    for server in servers:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        print(f"{CITIES[server.city].title:<10} {server.base}", flush=True)
    threading.Event().wait()


if __name__ == "__main__":
    main()
