"""Connections that check the address they connect to, and that end at a deadline.

A name is resolved once, each of its addresses is checked, and the socket connects to
one that passed: what the name resolves to a moment later is irrelevant
(DNS rebinding).  Redirects open new connections and are checked in the same way.
"""

from __future__ import annotations

import contextlib
import ipaddress
import itertools
import os
import queue
import socket
import threading
import time
from collections.abc import Iterator
from types import TracebackType
from typing import Any

from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import ConnectTimeoutError, NameResolutionError, NewConnectionError

from hanse_harvesters.http.address import refused
from hanse_harvesters.ip import is_public

#: Addresses of one name that are tried; a hostile one may have thousands that never respond.
_MOST_ADDRESSES = 4
#: Maximum number of concurrent name look-ups, including those nobody waits for any more.
_LOOKUPS = threading.BoundedSemaphore(32)


class Deadline:
    """A limit on one whole request: connecting, TLS, headers and body.

    A read time-out restarts with every byte, so it does not end a slow drip.
    Here a timer shuts the sockets down, which wakes all threads waiting on them.
    """

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._end = time.monotonic() + seconds
        self._sockets: list[socket.socket] = []
        self._lock = threading.Lock()
        self._timer = threading.Timer(seconds, self._shut_down)
        self._timer.daemon = True

    @property
    def passed(self) -> bool:
        """Whether the time is up."""
        return time.monotonic() >= self._end

    @property
    def left(self) -> float:
        """Remaining seconds, never below 0."""
        return max(0.0, self._end - time.monotonic())

    def watch(self, connection: socket.socket) -> None:
        """Shut this socket down at the deadline.

        A duplicate of the descriptor is kept: TLS detaches the original, and a response
        may outlive its connection.
        """
        with self._lock:
            self._sockets.append(socket.socket(fileno=os.dup(connection.fileno())))
        if self.passed:
            self._shut_down()

    def _shut_down(self) -> None:
        with self._lock:
            for item in self._sockets:
                with contextlib.suppress(OSError):  # already closed by the other side
                    item.shutdown(socket.SHUT_RDWR)

    def __enter__(self) -> Deadline:
        self._timer.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._timer.cancel()
        with self._lock:
            for item in self._sockets:
                item.close()
            self._sockets.clear()


class Guard:
    """Shared by a client's connections: the operator's list and the current deadline."""

    def __init__(self, allowed: frozenset[str]) -> None:
        self.allowed = allowed
        self.deadline: Deadline | None = None

    def addresses(self, host: str, port: int) -> Iterator[tuple[Any, ...]]:
        """Yield the ``getaddrinfo`` entries of ``host`` that may be connected to.

        Raises AddressRefused if it has addresses but none of them is allowed.
        """
        name = host.strip("[]").rstrip(".").lower()
        target = f"[{name}]:{port}" if ":" in name else f"{name}:{port}"
        entries = self._look_up(name, port)
        if target not in self.allowed:
            entries = [entry for entry in entries if is_public(str(entry[4][0]))]
        if not entries:
            raise refused(target, where=target)
        yield from entries

    def _look_up(self, name: str, port: int) -> list[Any]:
        """Call ``getaddrinfo`` with the deadline: a name server may be hostile, too."""
        if self.deadline is None or _is_literal(name):
            return list(socket.getaddrinfo(name, port, type=socket.SOCK_STREAM))
        found: queue.SimpleQueue[list[Any] | Exception] = queue.SimpleQueue()

        def ask() -> None:
            try:
                found.put(list(socket.getaddrinfo(name, port, type=socket.SOCK_STREAM)))
            except Exception as error:
                found.put(error)
            finally:
                _LOOKUPS.release()

        if not _LOOKUPS.acquire(timeout=self.deadline.left):
            raise TimeoutError("too many names are being looked up")
        threading.Thread(target=ask, name="hanse-look-up", daemon=True).start()
        try:
            answer = found.get(timeout=self.deadline.left)
        except queue.Empty:
            raise TimeoutError(f"the name service gave no answer for {name}") from None
        if isinstance(answer, Exception):
            raise answer
        return answer

    def connect(self, host: str, port: int, timeout: float | None, options: Any) -> socket.socket:
        """Return a socket connected to a checked address; raise the last OSError if none works."""
        last: OSError | None = None
        some = itertools.islice(self.addresses(host, port), _MOST_ADDRESSES)
        for family, kind, protocol, _, target in some:
            timeout = self._within(timeout)
            connection = socket.socket(family, kind, protocol)
            try:
                for option in options or ():
                    connection.setsockopt(*option)
                connection.settimeout(timeout)
                connection.connect(target)
                self.watch(connection)
            except OSError as error:
                connection.close()
                last = error
            else:
                return connection
        raise last or OSError(f"{host} has no address")

    def _within(self, timeout: float | None) -> float | None:
        """Return a time-out no longer than the deadline; raise TimeoutError if that has passed."""
        if self.deadline is None:
            return timeout
        if self.deadline.passed:
            raise TimeoutError("the time is up")
        return min(timeout or self.deadline.left, self.deadline.left) or 0.001

    def watch(self, connection: socket.socket) -> None:
        """Apply the current deadline to a socket."""
        if self.deadline is not None:
            self.deadline.watch(connection)


def _is_literal(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def _open(guard: Guard, connection: HTTPConnection) -> socket.socket:
    """Do the same as urllib3's ``_new_conn``, but connect through the guard."""
    host, port = connection._dns_host, connection.port
    timeout = connection.timeout if isinstance(connection.timeout, int | float) else None
    try:
        return guard.connect(host, port, timeout, connection.socket_options)
    except socket.gaierror as error:
        raise NameResolutionError(host, connection, error) from error
    except UnicodeError as error:  # a name that IDNA refuses
        raise NewConnectionError(connection, f"no host name: {error}") from error
    except TimeoutError as error:
        raise ConnectTimeoutError(connection, f"{host} did not answer") from error
    except OSError as error:
        raise NewConnectionError(connection, str(error)) from error


def _pools(guard: Guard) -> dict[str, type[HTTPConnectionPool]]:
    """Return pool classes whose connections use ``guard``.

    urllib3 does not pass our objects on to connections, hence classes created per client.
    """

    class Plain(HTTPConnection):
        def _new_conn(self) -> socket.socket:
            return _open(guard, self)

        def request(self, *args: Any, **kwargs: Any) -> None:
            if self.sock is not None:  # kept alive from an earlier request
                guard.watch(self.sock)
            super().request(*args, **kwargs)

    class Secure(HTTPSConnection):
        def _new_conn(self) -> socket.socket:
            return _open(guard, self)

        def request(self, *args: Any, **kwargs: Any) -> None:
            if self.sock is not None:
                guard.watch(self.sock)
            super().request(*args, **kwargs)

    class PlainPool(HTTPConnectionPool):
        ConnectionCls = Plain

    class SecurePool(HTTPSConnectionPool):
        ConnectionCls = Secure

    return {"http": PlainPool, "https": SecurePool}


class GuardedAdapter(HTTPAdapter):
    """The transport adapter of requests, with guarded connections."""

    def __init__(self, guard: Guard) -> None:
        self._guard = guard
        super().__init__(max_retries=0)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        """Create the pool manager with our pool classes."""
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = _pools(self._guard)
