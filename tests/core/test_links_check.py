"""One check of one link, over real sockets against servers that behave and misbehave."""

from __future__ import annotations

import gzip
import itertools
import re
import socket
import ssl
import subprocess
import time
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from hanse_harvesters.http import Limits
from hanse_harvesters.http.start import Starter
from hanse_harvesters.links import Answer, Kind, Outcome, Target, check
from hanse_harvesters.testing.portal import Asked, Portal, Reply

CSV = b"id;name\n1;Linde\n2;Eiche\n"
HTML = b"<!DOCTYPE html><html><head><title>Daten</title></head><body>Hier.</body></html>"

Look = Callable[..., Answer]


@pytest.fixture
def look() -> Iterator[Look]:
    """Return a function that checks an address of a portal, which is allowed; no pause is kept."""
    made: list[Starter] = []

    def do(
        portal: Portal | None, url: str, *, kind: Kind = Kind.FILE, service: str = "", **limits: Any
    ) -> Answer:
        given = {"connect": 2.0, "read": 2.0, "deadline": 3.0, **limits}
        allowed = frozenset({portal.endpoint}) if portal else frozenset[str]()
        made.append(Starter(allowed_private=allowed, limits=Limits(**given)))
        address = portal.url(url) if portal and url.startswith("/") else url
        answer = check(Target(address, kind, service), made[-1], sleep=lambda _: None)
        assert Answer.from_json(answer.as_json()) == answer
        assert answer.outcome in (Outcome.OK, Outcome.MOVED) or answer.why("de")
        return answer

    yield do
    for client in made:
        client.close()


def served(path: str, reply: Any) -> Portal:
    return Portal({path: reply})


def asked(portal: Portal) -> list[str]:
    return [target for target in portal.targets() if target != "/robots.txt"]


# --- What is asked ---------------------------------------------------------------------------


def test_a_file_is_asked_for_its_beginning_by_one_get(look: Look) -> None:
    def ranged(request: Asked) -> Reply:
        assert request.headers["range"] == "bytes=0-4095"
        headers = {
            "Content-Range": "bytes 0-23/70000",
            "Content-Type": "text/csv; charset=UTF-8",
            "Last-Modified": "Sun, 01 Nov 2026 10:00:00 GMT",
            "ETag": '"7"',
        }
        return Reply(CSV, 206, headers)

    with served("/a.csv", ranged) as portal:
        answer = look(portal, "/a.csv")
        assert asked(portal) == ["/a.csv"]
        agent = portal.asked[-1].headers["user-agent"]
    assert (answer.outcome, answer.status, answer.reason) == (Outcome.OK, 206, "")
    learned = answer.learned
    assert learned is not None
    assert (learned.format, learned.delimiter, learned.size) == ("CSV", ";", 70000)
    assert (learned.media_type, learned.served_charset) == ("text/csv", "utf-8")
    assert (learned.last_modified, learned.etag) == ("2026-11-01T10:00:00+00:00", '"7"')
    assert agent.startswith("ckanext-hanse/")
    assert not re.search("bot|link|checker|crawl|spider", agent, re.IGNORECASE)


def test_of_a_server_that_knows_no_ranges_four_kilobytes_are_read(look: Look) -> None:
    class Lasting:
        sent = 0

    def endless() -> Iterator[bytes]:
        yield b"HTTP/1.1 200 OK\r\nContent-Length: 999999999\r\n\r\n"
        for _ in range(3000):
            Lasting.sent += 10_000
            yield b"1;2;3;4\r\n" * 1111 + b"x"

    with served("/big.csv", Reply(raw=endless)) as portal:
        answer = look(portal, "/big.csv")
        assert answer.learned is not None
        assert (answer.outcome, answer.learned.size) == (Outcome.OK, 999999999)
        assert answer.learned.format == "CSV"
        time.sleep(0.2)  # the server notices that nobody listens
        first = Lasting.sent
        time.sleep(0.2)
        assert Lasting.sent == first < 30_000_000


def test_an_answer_without_an_end_ends_after_its_beginning(look: Look) -> None:
    with served("/x", Reply(b"a;b\n1;2\n", declared=-1, endless=True)) as portal:
        answer = look(portal, "/x")
    assert answer.outcome is Outcome.OK
    assert answer.learned is not None
    assert answer.learned.size is None


@pytest.mark.parametrize("status", [416, 400, 501])
def test_a_server_that_refuses_the_range_is_asked_without(look: Look, status: int) -> None:
    def reply(request: Asked) -> Reply:
        return Reply(status=status) if "range" in request.headers else Reply(CSV)

    with served("/a.csv", reply) as portal:
        answer = look(portal, "/a.csv")
        assert len(asked(portal)) == 2
    assert (answer.outcome, answer.status) == (Outcome.OK, 200)


def test_an_empty_file_answers_a_range_with_416_and_is_there(look: Look) -> None:
    with served("/e", Reply(status=416, headers={"Content-Range": "bytes */0"})) as portal:
        answer = look(portal, "/e")
    assert answer.outcome is Outcome.OK
    assert answer.learned is not None
    assert answer.learned.size == 0


@pytest.mark.parametrize("reply", [Reply(b""), Reply(b"", 204, declared=-1)], ids=["200", "204"])
def test_an_answer_of_no_bytes_is_an_empty_file(look: Look, reply: Reply) -> None:
    with served("/e", reply) as portal:
        answer = look(portal, "/e")
    assert answer.outcome is Outcome.OK
    assert answer.learned is not None
    assert (answer.learned.size, answer.learned.format) == (0, "")


# --- What follows from the status --------------------------------------------------------------


@pytest.mark.parametrize("status", [404, 410])
def test_what_is_gone_is_absent(look: Look, status: int) -> None:
    with served("/a", Reply(HTML, status)) as portal:
        answer = look(portal, "/a")
    assert (answer.outcome, answer.status, answer.learned) == (Outcome.ABSENT, status, None)


@pytest.mark.parametrize(
    "status", [300, 304, 401, 402, 403, 405, 406, 418, 429, 451, 500, 502, 503, 504, 520, 599, 999]
)
def test_what_proves_nothing_is_unsure(look: Look, status: int) -> None:
    with served("/a", Reply(b"no", status)) as portal:
        answer = look(portal, "/a")
        assert asked(portal) == ["/a"]
    assert (answer.outcome, answer.status) == (Outcome.UNSURE, status)
    assert str(status) in answer.why()


def test_a_host_that_asks_for_patience_is_remembered_to_do_so(look: Look) -> None:
    with served("/a", Reply(b"", 429, {"Retry-After": "7200"})) as portal:
        assert look(portal, "/a").after == 7200


# --- Redirects ----------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [301, 308])
def test_what_has_moved_for_good_is_moved(look: Look, status: int) -> None:
    scripts = {
        "/old/a.csv": Reply(b"", status, {"Location": "/new/a.csv"}),
        "/new/a.csv": Reply(CSV),
    }
    with Portal(scripts) as portal:
        answer = look(portal, "/old/a.csv#table")
        assert answer.moved_to == answer.final_url == portal.url("/new/a.csv")
    assert answer.outcome is Outcome.MOVED


@pytest.mark.parametrize("status", [302, 303, 307])
def test_what_is_elsewhere_for_a_while_is_ok(look: Look, status: int) -> None:
    scripts = {"/a": Reply(b"", status, {"Location": "/tmp/a.csv"}), "/tmp/a.csv": Reply(CSV)}
    with Portal(scripts) as portal:
        answer = look(portal, "/a")
        assert answer.final_url == portal.url("/tmp/a.csv")
    assert (answer.outcome, answer.moved_to) == (Outcome.OK, "")


def test_the_new_address_is_where_the_lasting_redirects_lead(look: Look) -> None:
    scripts = {
        "/one": Reply(b"", 301, {"Location": "/two"}),
        "/two": Reply(b"", 302, {"Location": "/three"}),
        "/three": Reply(CSV),
    }
    with Portal(scripts) as portal:
        answer = look(portal, "/one")
        assert (answer.moved_to, answer.final_url) == (portal.url("/two"), portal.url("/three"))
    assert answer.outcome is Outcome.MOVED


def test_what_has_moved_to_nowhere_is_absent(look: Look) -> None:
    with served("/a", Reply(b"", 301, {"Location": "/gone"})) as portal:
        answer = look(portal, "/a")
    assert (answer.outcome, answer.moved_to, answer.status) == (Outcome.ABSENT, "", 404)


def test_redirects_in_a_ring_end(look: Look) -> None:
    scripts = {
        "/a": Reply(b"", 301, {"Location": "/b"}),
        "/b": Reply(b"", 302, {"Location": "/a"}),
    }
    with Portal(scripts) as portal:
        answer = look(portal, "/a")
        assert asked(portal) == ["/a", "/b"]
    assert (answer.outcome, answer.reason) == (Outcome.UNSURE, "link-ring")


def test_redirects_without_end_end(look: Look) -> None:
    numbers = itertools.count()

    def on(_: Asked) -> Reply:
        return Reply(b"", 302, {"Location": f"/a?{next(numbers)}"})

    with served("/a", on) as portal:
        answer = look(portal, "/a")
        assert len(asked(portal)) == 6
    assert (answer.outcome, answer.reason) == (Outcome.UNSURE, "redirects-many")


def test_a_redirect_without_a_target_is_unsure(look: Look) -> None:
    with served("/a", Reply(b"", 302)) as portal:
        assert look(portal, "/a").reason == "link-nowhere"


@pytest.mark.parametrize(
    "place", ["http://10.0.0.1/", "http://169.254.169.254/latest/meta-data/", "http://[::1]:1/",
              "http://localhost:9/", "http://0x7f000001/", "ftp://ftp.example/a", "file:///etc/passwd"]
)  # fmt: skip
def test_no_redirect_leads_inside(
    look: Look, connections: list[tuple[str, int]], place: str
) -> None:
    with served("/a", Reply(b"", 301, {"Location": place})) as portal:
        answer = look(portal, "/a")
        own = int(portal.endpoint.rpartition(":")[2])
    assert {port for _, port in connections} == {own}
    assert (answer.outcome, answer.moved_to) == (Outcome.UNSURE, "")


def test_a_redirect_to_an_inner_portal_of_the_list_is_refused(look: Look) -> None:
    with Portal({"/": Reply(CSV)}) as other, served("/a", Reply()) as portal:
        portal.scripts["/a"] = Reply(b"", 302, {"Location": other.url("/")})
        client = Starter(
            allowed_private=frozenset({portal.endpoint, other.endpoint}), limits=Limits()
        )
        with client:
            answer = check(Target(portal.url("/a")), client, sleep=lambda _: None)
        assert other.asked == []
    assert (answer.outcome, answer.reason) == (Outcome.UNSURE, "address-inside")


def test_a_file_that_is_led_to_the_start_page_is_not_there(look: Look) -> None:
    scripts = {"/data/2019/a.csv": Reply(b"", 301, {"Location": "/"}), "/": Reply(HTML)}
    with Portal(scripts) as portal:
        answer = look(portal, "/data/2019/a.csv")
    assert (answer.outcome, answer.reason, answer.moved_to) == (Outcome.UNSURE, "link-home", "")


# --- What is not asked --------------------------------------------------------------------------


@pytest.mark.parametrize(
    "url",
    ["ftp://ftp.example/a.csv", "http://127.0.0.1:9/a", "http://192.168.0.10/a",
     "mailto:a@b.example", "http://user:word@host.example/", "http://169.254.169.254/", "file:///etc/passwd",
     "a.csv", "http://exa mple/", "http://[fe80::1]/", "", "https://" + "a" * 9000],
)  # fmt: skip
def test_what_must_not_be_asked_is_not(
    look: Look, connections: list[tuple[str, int]], url: str
) -> None:
    answer = look(None, url)
    assert answer.outcome is Outcome.REFUSED
    assert connections == []


def test_a_robots_file_is_obeyed(look: Look) -> None:
    robots = Reply(b"User-agent: *\nDisallow: /data/\n")
    with Portal({"/robots.txt": robots, "/data/a": Reply(CSV), "/b": Reply(CSV)}) as portal:
        closed, open_ = look(portal, "/data/a"), look(portal, "/b")
        assert portal.targets() == ["/robots.txt", "/robots.txt", "/b"]
    assert (closed.outcome, closed.reason) == (Outcome.REFUSED, "robots-disallowed")
    assert open_.outcome is Outcome.OK


def test_a_robots_file_is_obeyed_after_a_redirect_too(look: Look) -> None:
    robots = Reply(b"User-agent: ckanext-hanse\nDisallow: /inner\n")
    scripts = {"/robots.txt": robots, "/a": Reply(b"", 302, {"Location": "/inner/a"})}
    with Portal(scripts) as portal:
        answer = look(portal, "/a")
        assert asked(portal) == ["/a"]
    assert answer.outcome is Outcome.REFUSED


@pytest.mark.parametrize("status", [500, 503, 429])
def test_a_host_whose_robots_file_fails_is_left_alone(look: Look, status: int) -> None:
    with Portal({"/robots.txt": Reply(b"", status), "/a": Reply(CSV)}) as portal:
        answer = look(portal, "/a")
        assert asked(portal) == []
    assert (answer.outcome, answer.reason) == (Outcome.UNSURE, "link-robots-unread")


def test_pauses_are_kept_and_those_that_robots_ask_for(look: Look) -> None:
    waits: list[float] = []
    scripts = {
        "/robots.txt": Reply(b"User-agent: *\nCrawl-delay: 11\n"),
        "/a": Reply(b"", 302, {"Location": "/b"}),
        "/b": Reply(CSV),
    }
    with Portal(scripts) as portal:
        client = Starter(allowed_private=frozenset({portal.endpoint}))
        with client:
            check(Target(portal.url("/a")), client, sleep=waits.append, clock=lambda: 0.0)
    assert waits == [11.0, 11.0]


# --- Servers that misbehave ---------------------------------------------------------------------


def test_no_such_host_is_absent(look: Look, monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_: Any, **__: Any) -> Any:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    answer = look(None, "https://daten.example/a")
    assert (answer.outcome, answer.reason) == (Outcome.ABSENT, "host-unknown")


def test_a_name_service_that_fails_proves_nothing(
    look: Look, monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing(*_: Any, **__: Any) -> Any:
        raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")

    monkeypatch.setattr(socket, "getaddrinfo", failing)
    assert look(None, "https://daten.example/a").outcome is Outcome.UNSURE


def test_a_name_of_an_inner_address_is_refused(
    look: Look, monkeypatch: pytest.MonkeyPatch, connections: list[tuple[str, int]]
) -> None:
    inner = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("10.1.2.3", 443))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: inner)
    answer = look(None, "https://daten.example/a")
    assert (answer.outcome, answer.reason) == (Outcome.REFUSED, "address-private")
    assert connections == []


def test_a_closed_port_proves_nothing(look: Look) -> None:
    with Portal() as portal:
        pass
    answer = look(portal, "/a")
    assert (answer.outcome, answer.reason) == (Outcome.UNSURE, "connection-failed")


def test_a_server_without_tls_proves_nothing(look: Look) -> None:
    with Portal() as portal:
        answer = look(portal, f"https://{portal.endpoint}/a")
    assert answer.outcome is Outcome.UNSURE


def test_a_certificate_that_nobody_vouches_for_proves_nothing(look: Look, tmp_path: Path) -> None:
    made = tmp_path / "own.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj",
         "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1", "-out", made, "-keyout", made],
        check=True, capture_output=True, timeout=60,
    )  # fmt: skip
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(made)
    with Portal({"/a": Reply(CSV)}) as portal:
        portal._server.socket = context.wrap_socket(portal._server.socket, server_side=True)
        answer = look(portal, f"https://{portal.endpoint}/a")
        assert portal.asked == []
    assert (answer.outcome, answer.reason) == (Outcome.UNSURE, "tls-failed")
    assert "certificate" in answer.why()


@pytest.mark.parametrize(
    "reply",
    [Reply(CSV * 400, drip=0.3), Reply(CSV, slow_head=0.3), Reply(CSV, declared=-1, drip=0.5)],
    ids=["body", "head", "body of unknown length"],
)
def test_a_byte_now_and_then_ends_at_the_deadline(look: Look, reply: Reply) -> None:
    with served("/a", reply) as portal:
        answer = look(portal, "/a", deadline=0.8)
    assert (answer.outcome, answer.reason) == (Outcome.UNSURE, "answer-slow")


def test_a_body_that_breaks_off_proves_nothing(look: Look) -> None:
    with served("/a", Reply(CSV, declared=9000, stop_at=9)) as portal:
        answer = look(portal, "/a")
    assert (answer.outcome, answer.reason) == (Outcome.UNSURE, "answer-broke-off")


def test_more_than_was_declared_is_not_read(look: Look) -> None:
    with served("/a", Reply(CSV * 10, declared=len(CSV))) as portal:
        answer = look(portal, "/a")
    assert answer.learned is not None
    assert (answer.outcome, answer.learned.size) == (Outcome.OK, len(CSV))


@pytest.mark.parametrize("value", ["-5", "1e9", "٣", "9" * 400, "a, b", ""])
def test_a_length_that_is_no_number_is_no_size(look: Look, value: str) -> None:
    def raw() -> Iterator[bytes]:
        head = f"HTTP/1.1 200 OK\r\nContent-Length: {value}\r\n\r\n".encode()
        yield head + b"a;b\n1;2\n" * 2000

    with served("/a", Reply(raw=raw)) as portal:
        answer = look(portal, "/a")
    assert answer.outcome in (Outcome.OK, Outcome.UNSURE)
    assert answer.learned is None or answer.learned.size in (None, 16_000)


def test_headers_without_end_end(look: Look) -> None:
    def raw() -> Iterator[bytes]:
        yield b"HTTP/1.1 200 OK\r\n"
        for number in range(100_000):
            yield f"X-{number}: {'y' * 1000}\r\n".encode()

    with served("/a", Reply(raw=raw)) as portal:
        answer = look(portal, "/a")
        assert portal.sent < 50_000_000
    assert answer.outcome is Outcome.UNSURE


@pytest.mark.parametrize(
    "junk", [b"\x00" * 5000, b"SSH-2.0-OpenSSH_9\r\n", b"", b"HTTP/1.1 abc\r\n\r\n"]
)
def test_what_is_no_http_proves_nothing(look: Look, junk: bytes) -> None:
    with served("/a", Reply(raw=lambda: [junk])) as portal:
        assert look(portal, "/a").outcome is Outcome.UNSURE


def test_a_bomb_is_not_unpacked(look: Look) -> None:
    bomb = gzip.compress(bytes(50_000_000))
    replies = {
        "/encoded": Reply(bomb, headers={"Content-Encoding": "gzip"}),
        "/file.gz": Reply(bomb),
        "/deflated": Reply(
            zlib.compress(bytes(9_000_000)), headers={"Content-Encoding": "deflate"}
        ),
        "/odd": Reply(CSV, headers={"Content-Encoding": "br"}),
    }
    with Portal(replies) as portal:
        found = [look(portal, path) for path in replies]
    assert {answer.outcome for answer in found} == {Outcome.OK}
    assert found[1].learned is not None
    assert found[1].learned.packing == "GZIP"


# --- Something else in its place ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"<html><head><title>Just a moment...</title></head>", "link-challenge"),
        (b"<html><script src='/cdn-cgi/challenge-platform/h/b/x.js'>", "link-challenge"),
        (b"<!doctype html><title>Anmeldung - Portal</title>", "link-login"),
        (b"<!doctype html><form><input name=p type='password'>", "link-login"),
        (b"<!doctype html><title>404 - Seite nicht gefunden</title>", "link-error-page"),
        (b'{"help": "http://x/", "success": false, "error": {"message": "x"}}', "link-error-page"),
        (b'<?xml version="1.0"?><ows:ExceptionReport xmlns:ows="http://www.opengis.net/ows">',
         "link-exception"),
        (b'<ServiceExceptionReport version="1.3.0"><ServiceException>', "link-exception"),
    ],
)  # fmt: skip
def test_what_stands_in_for_a_file_proves_nothing(look: Look, body: bytes, reason: str) -> None:
    with served("/a/b.csv", Reply(body)) as portal:
        answer = look(portal, "/a/b.csv")
    assert (answer.outcome, answer.reason) == (Outcome.UNSURE, reason)


def test_a_redirect_to_a_login_proves_nothing(look: Look) -> None:
    scripts = {"/a": Reply(b"", 302, {"Location": "/idp/start"}), "/idp/start": Reply(HTML)}
    with Portal(scripts) as portal:
        assert look(portal, "/a").reason == "link-login"


def test_a_page_with_a_field_for_members_is_a_page(look: Look) -> None:
    with served("/a", Reply(HTML + b"<form><input type=password>")) as portal:
        assert look(portal, "/a", kind=Kind.PAGE).outcome is Outcome.OK


@pytest.mark.parametrize(
    ("status", "header"),
    [(403, ("CF-Mitigated", "challenge")), (202, ("x-amzn-waf-action", "challenge"))],
)
def test_a_challenge_is_recognised_by_its_header(
    look: Look, status: int, header: tuple[str, str]
) -> None:
    with served("/a", Reply(b"", status, dict([header]))) as portal:
        assert look(portal, "/a").reason == "link-challenge"


# --- Services -----------------------------------------------------------------------------------

WMS = b'<?xml version="1.0"?><WMS_Capabilities version="1.3.0" xmlns="http://www.opengis.net/wms">'


def test_a_service_is_asked_what_it_is(look: Look) -> None:
    def reply(request: Asked) -> Reply:
        good = request.query("SERVICE") == "WMS" and request.query("REQUEST") == "GetCapabilities"
        return Reply(WMS) if good and request.query("map") == "a" else Reply(b"", 400)

    with served("/ows", reply) as portal:
        answer = look(portal, "/ows?map=a", kind=Kind.SERVICE, service="wms")
        assert len(asked(portal)) == 1
    assert answer.outcome is Outcome.OK
    assert answer.learned is not None
    assert answer.learned.format == "WMS_SRVC"


def test_a_service_that_says_nothing_is_asked_as_it_is(look: Look) -> None:
    def reply(request: Asked) -> Reply:
        return Reply(b"", 404) if "request" in request.target.lower() else Reply(HTML)

    with served("/ows", reply) as portal:
        answer = look(portal, "/ows", kind=Kind.SERVICE, service="wfs")
        assert len(asked(portal)) == 2
    assert (answer.outcome, answer.final_url) == (Outcome.OK, "")


def test_a_service_that_is_gone_is_absent(look: Look) -> None:
    with Portal() as portal:
        assert look(portal, "/ows", kind=Kind.SERVICE, service="csw").outcome is Outcome.ABSENT


def test_the_new_address_of_a_service_is_without_our_parameters(look: Look) -> None:
    def moved(request: Asked) -> Reply:
        return Reply(b"", 301, {"Location": request.target.replace("/old", "/new")})

    with Portal({"/old": moved, "/new": Reply(WMS)}) as portal:
        answer = look(portal, "/old?map=a", kind=Kind.SERVICE, service="wms")
        assert answer.moved_to == portal.url("/new?map=a")
    assert answer.outcome is Outcome.MOVED


def test_a_sparql_endpoint_is_asked_a_question(look: Look) -> None:
    def reply(request: Asked) -> Reply:
        answered = b'{"head": {}, "boolean": true}'
        return Reply(answered) if request.query("query") == "ASK {}" else Reply(b"", 400)

    with served("/sparql", reply) as portal:
        answer = look(portal, "/sparql", kind=Kind.SERVICE, service="sparql")
    assert answer.outcome is Outcome.OK
