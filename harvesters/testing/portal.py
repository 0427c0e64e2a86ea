"""A portal for tests: scripted responses over real sockets."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit


@dataclass(frozen=True)
class Reply:
    """One response.

    ``declared``  value of Content-Length: None for the correct one, -1 for no header.
    ``stop_at``   bytes of the body after which the connection is closed.
    ``drip``      seconds between two bytes of the body; ``slow_head`` of the headers.
    ``endless``   the body is sent again and again.
    ``raw``       returns the bytes to send instead of all that, including the headers.
    """

    body: bytes = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    declared: int | None = None
    stop_at: int | None = None
    drip: float = 0.0
    slow_head: float = 0.0
    endless: bool = False
    raw: Callable[[], Iterable[bytes]] | None = None


@dataclass(frozen=True)
class Asked:
    """A request as received: path with query, headers in lower case, the client's port.

    ``content``  the body of a POST, None for a GET.
    """

    target: str
    headers: Mapping[str, str]
    client: int
    content: bytes | None = None

    @property
    def path(self) -> str:
        """The path without the query."""
        return urlsplit(self.target).path

    def query(self, name: str, default: str = "") -> str:
        """Return the first value of a query parameter."""
        return parse_qs(urlsplit(self.target).query).get(name, [default])[0]

    def queries(self, name: str) -> list[str]:
        """Return every value of a query parameter."""
        return parse_qs(urlsplit(self.target).query).get(name, [])


#: A reply, several in turn (the last one is repeated), or a function of the request.
Script = Reply | list[Reply] | Callable[[Asked], Reply]


class Portal:
    """A server on a free loopback port; ``with Portal({"/catalog.ttl": Reply(…)}) as portal``.

    A script's key is path with query or path alone; the former has precedence.  Anything
    else is a 404.  ``port`` is one to be used instead of a free one.
    """

    def __init__(self, scripts: Mapping[str, Script] | None = None, *, port: int = 0) -> None:
        self.scripts: dict[str, Script] = dict(scripts or {})
        self.asked: list[Asked] = []
        #: Number of bytes written to clients.
        self.sent = 0
        self._turns: dict[str, int] = {}
        self._stop = threading.Event()
        self._server = ThreadingHTTPServer(("127.0.0.1", port), self._handler())
        self._server.daemon_threads = True
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True
        )

    @property
    def endpoint(self) -> str:
        """``127.0.0.1:port``."""
        return f"127.0.0.1:{self._server.server_address[1]}"

    def url(self, path: str = "/") -> str:
        """Return the URL of a path on this portal."""
        return f"http://{self.endpoint}{path}"

    def targets(self) -> list[str]:
        """Return the paths that were requested, in order."""
        return [asked.target for asked in self.asked]

    def __enter__(self) -> Portal:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(5)

    def reply(self, asked: Asked) -> Reply:
        """Return the scripted reply to a request."""
        self.asked.append(asked)
        key = asked.target if asked.target in self.scripts else asked.path
        script = self.scripts.get(key, Reply(b"not here", 404))
        if isinstance(script, list):
            turn = self._turns.get(key, 0)
            self._turns[key] = turn + 1
            return script[min(turn, len(script) - 1)]
        return script(asked) if callable(script) else script

    def _handler(portal) -> type[BaseHTTPRequestHandler]:
        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def setup(self) -> None:
                super().setup()
                self.wfile: Any = _Counted(self.wfile, portal)

            def do_GET(self) -> None:
                self._answer(None)

            def do_POST(self) -> None:
                self._answer(self.rfile.read(int(self.headers.get("Content-Length", "0"))))

            def _answer(self, content: bytes | None) -> None:
                headers = {name.lower(): value for name, value in self.headers.items()}
                asked = Asked(self.path, headers, self.client_address[1], content)
                try:
                    _send(self, portal.reply(asked), portal._stop)
                except OSError:  # the client has closed the connection
                    self.close_connection = True

            def log_message(self, *_: Any) -> None:
                """Do nothing: tests read ``asked``."""

        return Handler


class _Counted:
    """A writable file that adds the bytes written to the portal's count."""

    def __init__(self, file: Any, portal: Portal) -> None:
        self._file = file
        self._portal = portal

    def write(self, data: bytes) -> None:
        self._file.write(data)
        self._portal.sent += len(data)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)


def _send(handler: BaseHTTPRequestHandler, reply: Reply, stop: threading.Event) -> None:
    if reply.raw is not None:
        handler.close_connection = True
        for piece in reply.raw():
            if stop.is_set():
                return
            handler.wfile.write(piece)
        return
    head = [f"HTTP/1.1 {reply.status} scripted"]
    head += [f"{name}: {value}" for name, value in reply.headers.items()]
    if reply.declared != -1 and reply.status != 304:
        size = len(reply.body) if reply.declared is None else reply.declared
        head.append(f"Content-Length: {size}")
    unfinished = reply.declared is not None or reply.stop_at is not None or reply.endless
    if unfinished:
        handler.close_connection = True
        head.append("Connection: close")
    _write(handler, ("\r\n".join(head) + "\r\n\r\n").encode(), reply.slow_head, stop)
    body = reply.body if reply.stop_at is None else reply.body[: reply.stop_at]
    _write(handler, body, reply.drip, stop)
    while reply.endless and not stop.is_set():
        handler.wfile.write(body)


def _write(
    handler: BaseHTTPRequestHandler, data: bytes, pause: float, stop: threading.Event
) -> None:
    if not pause:
        handler.wfile.write(data)
        return
    for index in range(len(data)):
        if stop.is_set():
            return
        handler.wfile.write(data[index : index + 1])
        handler.wfile.flush()
        time.sleep(pause)
