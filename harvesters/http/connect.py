"""Connections that check the address they connect to, and end when time is up.

A name is resolved once, every address it has is checked, and the socket goes to
an address that passed: what the name resolves to a moment later does not count
(DNS rebinding).  Redirects open new connections and so pass here too.
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

#: Addresses of one name that are tried; a hostile one has thousands that never answer.
_MOST_ADDRESSES = 4
#: Name look-ups that go on although nobody waits for them any more: so many may at once.
_LOOKUPS = threading.BoundedSemaphore(32)


class Deadline:
    """A limit on one whole request: connecting, TLS, headers and body.

    A read time-out starts anew with every byte, so it does not end a slow drip.
    Here a timer shuts the sockets down, which wakes whatever waits on them.
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
        """Seconds until then, never below 0."""
        return max(0.0, self._end - time.monotonic())

    def watch(self, connection: socket.socket) -> None:
        """Shut this socket down when time is up.

        A duplicate of the descriptor is kept: TLS takes the original away, and
        a response may outlive its connection.
        """
        with self._lock:
            self._sockets.append(socket.socket(fileno=os.dup(connection.fileno())))
        if self.passed:
            self._shut_down()

    def _shut_down(self) -> None:
        with self._lock:
            for item in self._sockets:
                with contextlib.suppress(OSError):  # closed by the other side already
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
    """What a client's connections share: the operator's list and the running deadline."""

    def __init__(self, allowed: frozenset[str]) -> None:
        self.allowed = allowed
        self.deadline: Deadline | None = None

    def addresses(self, host: str, port: int) -> Iterator[tuple[Any, ...]]:
        """``getaddrinfo`` entries of ``host`` that may be connected to.

        AddressRefused if it has addresses but none of them may be.
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
        """``getaddrinfo``, but no longer than the deadline: a name service may be hostile too."""
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
        """A socket connected to a checked address; OSError of the last one that failed."""
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
        """A time-out no longer than the deadline; TimeoutError when that has passed."""
        if self.deadline is None:
            return timeout
        if self.deadline.passed:
            raise TimeoutError("the time is up")
        return min(timeout or self.deadline.left, self.deadline.left) or 0.001

    def watch(self, connection: socket.socket) -> None:
        """Put a socket under the running deadline."""
        if self.deadline is not None:
            self.deadline.watch(connection)


def _is_literal(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def _open(guard: Guard, connection: HTTPConnection) -> socket.socket:
    """What urllib3's ``_new_conn`` does, with the guard's way of connecting."""
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
    """Pool classes whose connections go through ``guard``.

    urllib3 hands nothing of ours to its connections, hence classes made per client.
    """

    class Plain(HTTPConnection):
        def _new_conn(self) -> socket.socket:
            return _open(guard, self)

        def request(self, *args: Any, **kwargs: Any) -> None:
            if self.sock is not None:  # kept from an earlier request
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
    """The transport of requests over guarded connections."""

    def __init__(self, guard: Guard) -> None:
        self._guard = guard
        super().__init__(max_retries=0)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        """Make the pool manager, then give it our pools."""
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = _pools(self._guard)
