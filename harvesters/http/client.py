"""The HTTP client: polite requests within limits, with clear errors.

Not thread-safe: another thread may use it only while this one waits for that.
"""

from __future__ import annotations

import os
import random
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http.cookiejar import DefaultCookiePolicy
from importlib.metadata import PackageNotFoundError, version
from types import TracebackType
from urllib.parse import urlsplit

import requests
from urllib3.exceptions import NameResolutionError
from urllib3.response import BaseHTTPResponse

from hanse_harvesters.errors import AddressRefused, StopRun, TooMuch, TryAgain, recast
from hanse_harvesters.http import address, body, redirect, secret
from hanse_harvesters.http.answer import Answer, BadStatus, Limits, judge
from hanse_harvesters.http.connect import Deadline, Guard, GuardedAdapter
from hanse_harvesters.http.robots import PRODUCT

#: How urllib3 names the connection in front of what happened to it.
_OBJECT = re.compile(r"^\w+\(host=[^()]*\): ")
ENV_CONTACT = "HANSE_CONTACT"
ENV_PROXY = "HANSE_PROXY"
REDIRECTS = {301, 302, 303, 307, 308}
_ACCEPT = (
    "text/turtle, application/rdf+xml, application/ld+json, application/n-triples, "
    "application/json;q=0.8, application/xml;q=0.7, */*;q=0.5"
)


@dataclass(frozen=True, slots=True)
class Sent:
    """What is sent with a request; one with ``content`` is a POST, also after a redirect."""

    headers: Mapping[str, str]
    content: bytes | None = None


class Client:
    """Fetches documents from portals, following the project's rules (docs/outside.md).

    ``allowed_private``  ``host:port`` entries that may be private (the operator's list).
    ``contact``          address or URL for a portal's administrators, in the user agent.
    ``proxy``            the operator's proxy; that of the environment is not used.  With
                         one, the proxy connects, so names are checked before the request.
    """

    remote = True

    def __init__(
        self,
        *,
        allowed_private: frozenset[str] = frozenset(),
        limits: Limits | None = None,
        contact: str = "",
        proxy: str = "",
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.allowed_private = address.allow_list(allowed_private)
        self.limits = limits or Limits()
        #: Called with the URL before each request, also of a redirect or another try; may raise.
        self.permit: Callable[[str], None] | None = None
        #: What the operator lets one origin have, and no other, also not after a redirect.
        self.secret: secret.Secret | None = None
        self._guard = Guard(self.allowed_private)
        self._proxied = bool(proxy)
        self._sleep = sleep
        self._clock = clock
        self._next: dict[str, float] = {}
        self._closed = False
        self._session = self._open_session(contact, proxy)

    @classmethod
    def from_environment(cls, *, allowed_private: frozenset[str] = frozenset()) -> Client:
        """Return a client configured by HANSE_ALLOW_PRIVATE, HANSE_CONTACT and HANSE_PROXY."""
        return cls(
            allowed_private=address.allowed_from_environment() | allowed_private,
            contact=os.environ.get(ENV_CONTACT, ""),
            proxy=os.environ.get(ENV_PROXY, ""),
        )

    def _open_session(self, contact: str, proxy: str) -> requests.Session:
        session = requests.Session()
        session.trust_env = False
        session.mount("http://", GuardedAdapter(self._guard))
        session.mount("https://", GuardedAdapter(self._guard))
        session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        if proxy:
            session.proxies = {"http": proxy, "https": proxy}
        session.headers.update(
            {
                "User-Agent": f"{PRODUCT}/{_version()} ({contact or 'open data harvester'})",
                "Accept": _ACCEPT,
                "Accept-Encoding": "gzip, deflate",
            }
        )
        return session

    def get(self, url: str, *, etag: str = "", last_modified: str = "") -> Answer:
        """Return the document at ``url``; with validators, perhaps a 304 without a body.

        Retries temporary failures (time-outs, 429, 5xx, incomplete bodies).  Raises
        BadStatus, AddressRefused, TooMuch or StopRun if the document cannot be fetched.
        """
        conditions = {"If-None-Match": etag, "If-Modified-Since": last_modified}
        headers = {name: value for name, value in conditions.items() if value}
        return self._tried(url, Sent(headers))

    def submit(self, url: str, content: bytes, content_type: str) -> Answer:
        """Return the document with which ``url`` answers a POST of ``content``.

        For queries, which change nothing at the portal: retried and limited like :meth:`get`.
        """
        return self._tried(url, Sent({"Content-Type": content_type}, content))

    def _tried(self, url: str, sent: Sent) -> Answer:
        for number in range(1, self.limits.tries + 1):
            try:
                return self._follow(url, sent)
            except TryAgain as error:
                if number == self.limits.tries or self._closed:
                    raise self._given_up(error, url) from error
                self._sleep(self._wait(number, error.after))
        raise AssertionError("tries is at least 1")

    def _wait(self, number: int, asked: float | None) -> float:
        jittered: float = self.limits.back_off * 2 ** (number - 1) * random.uniform(0.75, 1.25)
        return min(max(jittered, asked or 0.0), self.limits.patience)

    def _given_up(self, error: TryAgain, url: str) -> StopRun:
        status = getattr(error, "status", 0)
        place = error.where or url
        found = BadStatus("tries-spent", where=place, tries=self.limits.tries, **error.own_words)
        found.status = status
        return found

    def _follow(self, url: str, sent: Sent) -> Answer:
        """Return the answer of one try, following redirects."""
        around = self._guard.deadline  # ``permit`` may send a request of its own
        with Deadline(self.limits.deadline) as deadline:
            self._guard.deadline = deadline
            try:
                for _ in range(self.limits.redirects + 1):
                    answer = self._ask(url, sent, deadline)
                    if isinstance(answer, Answer):
                        return answer
                    url = answer
            finally:
                self._guard.deadline = around
        raise StopRun("redirects-many", where=url, most=self.limits.redirects)

    def _ask(self, url: str, sent: Sent, deadline: Deadline) -> Answer | str:
        """Send one request; return the answer, or the URL it redirects to."""
        parts = address.split(url)
        if self.permit is not None:
            self.permit(url)
        if self._proxied:
            self._check_by_name(url)
        self._be_polite(parts.hostname or "")
        begun = self._clock()
        try:
            answer = self._answer(url, sent, deadline)
            if isinstance(answer, Answer):
                answer.seconds = self._clock() - begun
            return answer
        finally:
            # As long as the response took, but no longer than the operator's maximum.
            pause = min((now := self._clock()) - begun, self.limits.pause)
            self._next[parts.hostname or ""] = now + pause

    def _answer(self, url: str, sent: Sent, deadline: Deadline) -> Answer | str:
        response = self._send(url, sent, deadline)
        try:
            if response.status_code in REDIRECTS and "location" in response.headers:
                return self._led_to(url, response.headers["location"])
            if response.status_code == 304 and (sent.content or not sent.headers):
                raise BadStatus("status-other", where=url, status=304)  # no condition was sent
            judge(response, url)
            return self._take(response, url, deadline)
        finally:
            response.close()

    def _led_to(self, url: str, location: str) -> str:
        """Return a redirect's target; refuse a private address listed for another source.

        A host may redirect from http to https on itself.
        """
        target = redirect.target(url, location)
        here, there = urlsplit(url), urlsplit(target)
        to_https = here.hostname == there.hostname and there.scheme == "https" != here.scheme
        listed = address.endpoint(there) in self.allowed_private
        if listed and not to_https and address.endpoint(there) != address.endpoint(here):
            raise AddressRefused("address-inside", where=url, target=address.endpoint(there))
        return target

    def _check_by_name(self, url: str) -> None:
        """Refuse a URL that is private by its spelling or by our own name service."""
        address.refuse_literal(url, self.allowed_private)
        parts = urlsplit(url)
        try:
            list(self._guard.addresses(parts.hostname or "", address.port(parts)))
        except OSError:
            return  # a name that only the proxy can resolve

    def _be_polite(self, host: str) -> None:
        wait = self._next.get(host, 0.0) - self._clock()
        if wait > 0:
            self._sleep(wait)

    def _send(self, url: str, sent: Sent, deadline: Deadline) -> requests.Response:
        try:
            return self._session.request(
                "GET" if sent.content is None else "POST",
                url,
                data=sent.content,
                headers={**sent.headers, **secret.headers(self.secret, url)},
                stream=True,
                allow_redirects=False,
                timeout=(self.limits.connect, self.limits.read),
            )
        except AddressRefused as error:
            raise recast(error, AddressRefused, where=url) from error
        except requests.exceptions.InvalidURL as error:
            raise AddressRefused("address-unusable", where=url, reason=short(error)) from error
        except requests.exceptions.SSLError as error:
            _too_slow(deadline, url)
            raise StopRun("tls-failed", where=url, reason=short(error)) from error
        except requests.RequestException as error:
            _too_slow(deadline, url)
            if isinstance(_reason(error), NameResolutionError):
                raise TryAgain("host-unknown", where=url, host=urlsplit(url).hostname) from error
            raise TryAgain("connection-failed", where=url, reason=short(error)) from error
        except (UnicodeError, ValueError) as error:
            raise AddressRefused("address-unusable", where=url, reason=error) from error

    def _take(self, response: requests.Response, url: str, deadline: Deadline) -> Answer:
        headers = {name.lower(): value for name, value in response.headers.items()}
        if response.status_code == 304:
            return Answer(url, 304, headers)

        def check() -> None:
            _too_slow(deadline, url)

        raw = response.raw
        assert isinstance(raw, BaseHTTPResponse)
        file, size = body.save(raw, where=url, most=self.limits.size, check=check)
        length = body.declared_length(headers.get("content-length", ""))
        sized = length is not None or "chunked" in headers.get("transfer-encoding", "").lower()
        return Answer(url, response.status_code, headers, file, size, sized)

    def close(self) -> None:
        """Close the open connections; requests in progress are not retried."""
        self._closed = True
        self._session.close()

    def __enter__(self) -> Client:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def _version() -> str:
    try:
        return version("ckanext-hanse")
    except PackageNotFoundError:  # run from a folder that was never installed
        return "0"


def _too_slow(deadline: Deadline, url: str) -> None:
    if deadline.passed:
        raise TooMuch("answer-slow", where=url, seconds=deadline.seconds)


def _reason(error: BaseException) -> BaseException:
    """Return the innermost reason of an error."""
    inner = getattr(error, "reason", None) or (error.args[0] if error.args else None)
    return _reason(inner) if isinstance(inner, BaseException) else error


def short(error: Exception) -> str:
    """Return the innermost reason in words, without urllib3's objects."""
    text = _OBJECT.sub("", str(reason := _reason(error)).rsplit(">: ", 1)[-1])
    return (text or type(reason).__name__)[:200]
