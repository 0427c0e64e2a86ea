"""The portals: a process that serves the catalogues of a folder on a loopback port.

``python -m benchmarks.serve ROOT`` prints its port and serves until it is ended.
``/NAME/catalog.ttl`` is the Turtle document, with an ETag and answered with 304 where
that still holds; ``/NAME/api/3/action/…`` the part of CKAN's action API that harvesters use;
``/not-modified`` says how often the answer was 304.
"""

from __future__ import annotations

import shutil
import sys
from array import array
from functools import lru_cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from benchmarks.files import LINES, OFFSETS, TURTLE

#: What CKAN gives at most for one page.
_MOST_ROWS = 1000


def serve(root: Path) -> None:
    """Serve until the process is ended."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(root))
    server.daemon_threads = True
    print(server.server_port, flush=True)
    server.serve_forever()


def _handler(root: Path) -> type[BaseHTTPRequestHandler]:
    counted: list[bool] = []

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            name, _, rest = parts.path.lstrip("/").partition("/")
            folder = root / name / "now"
            try:
                if name == "not-modified":
                    _answer(self, 200, str(sum(counted)).encode(), "text/plain")
                elif rest == TURTLE:
                    counted.append(_document(self, folder.resolve() / TURTLE))
                elif rest == "api/3/action/package_search":
                    _search(self, folder.resolve(), parse_qs(parts.query))
                else:
                    _answer(self, 404, b"not here", "text/plain")
            except FileNotFoundError:
                _answer(self, 404, b"no such catalogue", "text/plain")
            except OSError:  # the client has had enough
                self.close_connection = True

        def log_message(self, *_: Any) -> None:
            """Quiet."""

    return Handler


def _document(handler: BaseHTTPRequestHandler, path: Path) -> bool:
    """Send it, or say that it has not changed: then True."""
    found = path.stat()
    etag = f'"{found.st_ino:x}-{found.st_mtime_ns:x}-{found.st_size:x}"'
    if handler.headers.get("If-None-Match") == etag:
        handler.send_response(304)
        handler.send_header("ETag", etag)
        handler.end_headers()
        return True
    with path.open("rb") as document:
        handler.send_response(200)
        handler.send_header("Content-Type", "text/turtle; charset=utf-8")
        handler.send_header("Content-Length", str(found.st_size))
        handler.send_header("ETag", etag)
        handler.end_headers()
        shutil.copyfileobj(document, handler.wfile, 1 << 20)
    return False


def _search(handler: BaseHTTPRequestHandler, folder: Path, query: dict[str, list[str]]) -> None:
    offsets = _offsets(folder)
    count = len(offsets) - 1
    start = min(int(query.get("start", ["0"])[0]), count)
    rows = min(int(query.get("rows", ["10"])[0]), _MOST_ROWS)
    end = min(start + rows, count)
    with (folder / LINES).open("rb") as lines:
        lines.seek(offsets[start])
        found = lines.read(offsets[end] - offsets[start]).rstrip(b"\n").replace(b"\n", b",")
    head = f'{{"help":"","success":true,"result":{{"count":{count},"sort":"id asc","results":['
    _answer(handler, 200, head.encode() + found + b"]}}", "application/json;charset=utf-8")


@lru_cache(maxsize=4)
def _offsets(folder: Path) -> array[int]:
    found: array[int] = array("Q")
    found.frombytes((folder / OFFSETS).read_bytes())
    return found


def _answer(handler: BaseHTTPRequestHandler, status: int, body: bytes, kind: str) -> None:
    handler.send_response(status)
    handler.send_header("Content-Type", kind)
    handler.send_header("Content-Length", str(len(body)))
    handler.end_headers()
    handler.wfile.write(body)


if __name__ == "__main__":
    serve(Path(sys.argv[1]))
