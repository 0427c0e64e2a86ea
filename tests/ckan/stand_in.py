"""A portal for one test: a real HTTP server on loopback that answers what it is told."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any


@dataclass(frozen=True)
class Page:
    """An answer; ``promise`` declares another length than ``body`` has: a cut connection."""

    body: bytes
    content_type: str = "text/turtle; charset=utf-8"
    status: int = 200
    promise: int | None = None


class StandIn:
    """``portal.pages[path] = Page(…)``; every other path is a 404.  A context manager.

    ``port``   0 for any that is free.
    ``pause``  seconds that an answer takes.
    """

    def __init__(self, port: int = 0) -> None:
        self.pause = 0.0
        self.pages: dict[str, Page] = {}
        self.asked: list[str] = []
        self._server = _server(self, port)
        self.address = f"127.0.0.1:{self._server.server_port}"

    def url(self, path: str) -> str:
        """The full address of ``path``."""
        return f"http://{self.address}{path}"

    def turtle(self, path: str, text: str) -> str:
        """Serve a Turtle document; gives its address."""
        self.pages[path] = Page(text.encode())
        return self.url(path)

    def __enter__(self) -> StandIn:
        threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True
        ).start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.shutdown()
        self._server.server_close()


def _server(portal: StandIn, port: int) -> ThreadingHTTPServer:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            portal.asked.append(self.path)
            time.sleep(portal.pause)
            page = portal.pages.get(self.path, Page(b"not here", "text/plain", 404))
            self.send_response(page.status)
            self.send_header("Content-Type", page.content_type)
            length = len(page.body) if page.promise is None else page.promise
            self.send_header("Content-Length", str(length))
            self.end_headers()
            self.wfile.write(page.body)

        def log_message(self, *arguments: Any) -> None:
            """Quiet."""

    return ThreadingHTTPServer(("127.0.0.1", port), Handler)


_PREFIXES = """
@prefix dcat: <http://www.w3.org/ns/dcat#> .
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix foaf: <http://xmlns.com/foaf/0.1/> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""


@dataclass
class Entry:
    """A dataset of a stand-in catalogue; ``files`` are names of CSV distributions."""

    key: str
    title: str
    files: tuple[str, ...] = ("daten",)
    keywords: tuple[str, ...] = ("Verkehr",)
    notes: str = "Eine Beschreibung."
    extra: str = ""
    named_files: bool = True
    downloads: dict[str, str] = field(default_factory=dict)

    def turtle(self, base: str) -> str:
        """The triples, with IRIs below ``base``."""
        subject = f"{base}/datensatz/{self.key}"
        parts = [self._distribution(subject, name) for name in self.files]
        links = ", ".join(node for node, _ in parts)
        lines = [
            f"<{subject}> a dcat:Dataset ; dcterms:title {_text(self.title)} ;",
            f"  dcterms:description {_text(self.notes)} ;",
            f"  dcat:keyword {', '.join(map(_text, self.keywords))} ;" if self.keywords else "",
            f"  dcat:distribution {links} ;" if links else "",
            self.extra,
            f"  dcat:landingPage <{subject}.html> .",
            *(text for _, text in parts),
        ]
        return "\n".join(line for line in lines if line)

    def _distribution(self, subject: str, name: str) -> tuple[str, str]:
        node = f"<{subject}/{name}>" if self.named_files else f"_:{self.key}{name}"
        url = self.downloads.get(name, f"{subject}/{name}.csv")
        return node, (
            f"{node} a dcat:Distribution ; dcterms:title {_text(name)} ;\n"
            f"  dcat:accessURL <{url}> ; dcat:downloadURL <{url}> ;\n"
            "  dcterms:license <http://dcat-ap.de/def/licenses/cc-zero> ;\n"
            "  dcterms:format <http://publications.europa.eu/resource/authority/file-type/CSV> ."
        )


def catalogue(*entries: Entry, base: str = "https://daten.example.org") -> str:
    """A whole ``catalog.ttl``."""
    links = ", ".join(f"<{base}/datensatz/{entry.key}>" for entry in entries)
    head = f"<{base}/catalog> a dcat:Catalog ; dcterms:title {_text('Katalog')}"
    head += f" ; dcat:dataset {links} ." if links else " ."
    return "\n".join([_PREFIXES, head, *(entry.turtle(base) for entry in entries)])


def _text(words: str) -> str:
    escaped = words.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"@de'
