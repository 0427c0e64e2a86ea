"""The HTTP client against portals that misbehave."""

from __future__ import annotations

import gzip
import socket
import time
import zlib
from datetime import datetime, timedelta, timezone
from email.utils import format_datetime
from typing import Any

import pytest

from hanse_harvesters.errors import AddressRefused, NotACatalogue, StopRun, TooMuch
from hanse_harvesters.http import BadStatus, Client, Limits
from hanse_harvesters.http.redirect import target as _redirect
from hanse_harvesters.testing.portal import Asked, Portal, Reply

OK = Reply(b"<> a <#x> .")


def body(answer: Any) -> bytes:
    with answer:
        return answer.file.read()


def test_a_document_arrives(patient: Any) -> None:
    with Portal(
        {"/c.ttl": Reply(b"abc", headers={"Content-Type": "text/turtle; charset=UTF-8"})}
    ) as p:
        answer = patient(p.endpoint, contact="daten@hanse.example").get(p.url("/c.ttl"))
        assert (answer.charset, answer.sized, answer.size) == ("utf-8", True, 3)
        assert body(answer) == b"abc"
        agent = p.asked[0].headers["user-agent"]
    assert agent.startswith("ckanext-hanse/")
    assert "daten@hanse.example" in agent


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
def test_what_may_pass_is_tried_again(status: int, patient: Any) -> None:
    with Portal({"/": [Reply(status=status), Reply(status=status), OK]}) as portal:
        client = patient(portal.endpoint)
        assert body(client.get(portal.url())) == OK.body
        assert len(portal.asked) == 3
    first, second = client.waits
    assert 0.75 <= first <= 1.25
    assert 1.5 <= second <= 2.5


def test_what_lasts_ends_as_an_error_with_its_status(patient: Any) -> None:
    with Portal({"/": Reply(status=503)}) as portal:
        with pytest.raises(BadStatus, match="answered 503, 3 times") as caught:
            patient(portal.endpoint).get(portal.url())
        assert caught.value.status == 503
        assert len(portal.asked) == 3


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410, 418])
def test_what_no_trying_helps_is_not_tried_again(status: int, patient: Any) -> None:
    with Portal({"/": Reply(b'{"error": "so"}', status=status)}) as portal:
        with pytest.raises(BadStatus) as caught:
            patient(portal.endpoint).get(portal.url())
        assert (caught.value.status, caught.value.excerpt) == (status, '{"error": "so"}')
        assert caught.value.where == portal.url()
        assert caught.value.remedy
        assert len(portal.asked) == 1


def test_retry_after_is_honoured_up_to_our_patience(patient: Any) -> None:
    soon = format_datetime(datetime.now(timezone.utc) + timedelta(seconds=40), usegmt=True)
    script = [
        Reply(status=429, headers={"Retry-After": "7"}),
        Reply(status=503, headers={"Retry-After": soon}),
        Reply(status=503, headers={"Retry-After": "86400"}),
        Reply(status=503, headers={"Retry-After": "tomorrow"}),
        OK,
    ]
    with Portal({"/": script}) as portal:
        client = patient(portal.endpoint, tries=5, patience=60.0)
        client.get(portal.url()).close()
    seven, date, capped, nonsense = client.waits
    assert seven == 7
    assert 35 <= date <= 41
    assert capped == 60
    assert nonsense <= 10


def test_half_an_answer_is_noticed_and_tried_again(patient: Any) -> None:
    with Portal({"/": [Reply(b"abcdef", declared=6, stop_at=3), Reply(b"abcdef")]}) as portal:
        assert body(patient(portal.endpoint).get(portal.url())) == b"abcdef"


def test_half_an_answer_for_good_is_an_error(patient: Any) -> None:
    with (
        Portal({"/": Reply(b"abcdef", declared=9)}) as portal,
        pytest.raises(StopRun, match=r"half an answer|broke off"),
    ):
        patient(portal.endpoint).get(portal.url())


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "raw deflate"])
def test_packed_answers_are_unpacked(encoding: str, patient: Any) -> None:
    text = b"dcat:Dataset " * 1000
    raw = zlib.compressobj(wbits=-15)
    packed = {
        "gzip": gzip.compress(text[:500]) + gzip.compress(text[500:]),
        "deflate": zlib.compress(text),
        "raw deflate": raw.compress(text) + raw.flush(),
    }[encoding]
    reply = Reply(packed, headers={"Content-Encoding": encoding.rpartition(" ")[2]})
    with Portal({"/": reply}) as portal:
        assert body(patient(portal.endpoint).get(portal.url())) == text


def test_a_packed_answer_without_its_end_is_half_an_answer(patient: Any) -> None:
    packed = gzip.compress(bytes(range(256)) * 100)
    with (
        Portal({"/": Reply(packed[:-20], headers={"Content-Encoding": "gzip"})}) as portal,
        pytest.raises(StopRun, match="half an answer"),
    ):
        patient(portal.endpoint).get(portal.url())


def test_an_encoding_that_was_not_asked_for_is_named(patient: Any) -> None:
    with (
        Portal({"/": Reply(b"x", headers={"Content-Encoding": "br"})}) as portal,
        pytest.raises(NotACatalogue, match="'br'"),
    ):
        patient(portal.endpoint).get(portal.url())


def test_a_gzip_bomb_is_stopped_at_the_decoded_size(patient: Any) -> None:
    bomb = gzip.compress(b"\0" * 50_000_000)
    assert len(bomb) < 60_000
    with (
        Portal({"/": Reply(bomb, headers={"Content-Encoding": "gzip"})}) as portal,
        pytest.raises(TooMuch, match="larger than 1,000,000 bytes"),
    ):
        patient(portal.endpoint, size=1_000_000).get(portal.url())


def test_an_endless_body_is_stopped(patient: Any) -> None:
    with (
        Portal({"/": Reply(b"x" * 65536, declared=-1, endless=True)}) as portal,
        pytest.raises(TooMuch, match="larger than"),
    ):
        patient(portal.endpoint, size=3_000_000).get(portal.url())


@pytest.mark.parametrize("slow", ["drip", "slow_head"])
def test_a_slow_drip_ends_at_the_deadline(slow: str, patient: Any) -> None:
    reply = Reply(b"x" * 5000, **{slow: 0.05})
    with Portal({"/": reply}) as portal:
        begun = time.monotonic()
        with pytest.raises(TooMuch, match=r"more than 0\.6 seconds"):
            patient(portal.endpoint, deadline=0.6).get(portal.url())
        assert time.monotonic() - begun < 20
        assert len(portal.asked) == 1, "what took too long is not tried again"


def test_silence_is_a_time_out_and_tried_again(patient: Any) -> None:
    silent = Reply(b"x", slow_head=1.0)
    with Portal({"/": [silent, OK]}) as portal:
        assert body(patient(portal.endpoint, read=0.2).get(portal.url())) == OK.body


def test_a_portal_that_is_down_is_named(patient: Any) -> None:
    with Portal() as portal:
        gone = portal.url()
    with pytest.raises(StopRun, match=r"no connection.*3 times") as caught:
        patient(portal.endpoint).get(gone)
    assert caught.value.where == gone


def test_redirects_are_followed_and_the_last_address_is_told(patient: Any) -> None:
    script = {
        "/a": Reply(status=301, headers={"Location": "b"}),
        "/b": Reply(status=307, headers={"Location": "/c#part"}),
        "/c": OK,
    }
    with Portal(script) as portal:
        answer = patient(portal.endpoint).get(portal.url("/a"))
        assert answer.url == portal.url("/c")
        answer.close()


def test_redirects_in_a_circle_end(patient: Any) -> None:
    with Portal({"/": Reply(status=302, headers={"Location": "/"})}) as portal:
        with pytest.raises(StopRun, match="more than 5 redirects"):
            patient(portal.endpoint).get(portal.url())
        assert len(portal.asked) == 6


@pytest.mark.parametrize("target", ["file:///etc/passwd", "ftp://x/y", "javascript:1"])
def test_a_redirect_to_another_scheme_is_refused(target: str, patient: Any) -> None:
    with (
        Portal({"/": Reply(status=302, headers={"Location": target})}) as portal,
        pytest.raises(AddressRefused),
    ):
        patient(portal.endpoint).get(portal.url())


def test_https_is_kept_within_a_host_and_never_given_up() -> None:
    assert _redirect("https://a.example/x", "http://a.example/y/") == "https://a.example/y/"
    assert _redirect("http://a.example/x", "https://a.example/x") == "https://a.example/x"
    for location in ("http://b.example/x", "http://a.example/x"):
        with pytest.raises(AddressRefused, match="https"):
            _redirect("https://a.example/x", location)


def test_unchanged_is_answered_with_304(patient: Any) -> None:
    def reply(asked: Asked) -> Reply:
        if asked.headers.get("if-none-match") == '"v1"':
            return Reply(status=304)
        return Reply(
            b"x", headers={"ETag": '"v1"', "Last-Modified": "Mon, 02 Feb 2026 10:00:00 GMT"}
        )

    with Portal({"/": reply}) as portal:
        client = patient(portal.endpoint)
        first = client.get(portal.url())
        first.close()
        again = client.get(portal.url(), **first.validators)
    assert not first.not_modified
    assert again.not_modified
    assert again.file is None


def test_a_host_rests_as_long_as_it_took_to_answer(patient: Any) -> None:
    now = [0]

    def slowly(asked: Asked) -> Reply:
        now[0] += 3
        return OK

    with Portal({"/": slowly}) as portal:
        for pause, wait in ((30, 3), (1, 1)):
            client = patient(portal.endpoint, pause=pause, clock=lambda: now[0])
            for _ in range(3):
                client.get(portal.url()).close()
            assert client.waits == [wait, wait]


def test_one_connection_serves_many_requests(patient: Any) -> None:
    with Portal({"/": OK}) as portal:
        client = patient(portal.endpoint)
        for _ in range(3):
            client.get(portal.url()).close()
        assert len({asked.client for asked in portal.asked}) == 1


def test_the_environment_s_proxy_is_not_used(patient: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    with Portal({"/": OK}) as portal:
        assert body(patient(portal.endpoint).get(portal.url())) == OK.body


def test_cookies_are_not_sent_back(patient: Any) -> None:
    with Portal({"/": Reply(b"x", headers={"Set-Cookie": "track=1"})}) as portal:
        client = patient(portal.endpoint)
        client.get(portal.url()).close()
        client.get(portal.url()).close()
        assert "cookie" not in portal.asked[1].headers


def test_without_a_length_the_answer_says_so(patient: Any) -> None:
    with Portal({"/": Reply(b"x", declared=-1)}) as portal:
        answer = patient(portal.endpoint).get(portal.url())
        assert not answer.sized
        assert body(answer) == b"x"


def test_behind_the_operators_proxy_inner_addresses_stay_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def unknown(host: str, *_: Any, **__: Any) -> Any:
        if host == "daten.example":
            raise socket.gaierror("only the proxy knows it")
        return resolve(host, *_, **__)

    resolve = socket.getaddrinfo
    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    with Portal({"http://daten.example/c.ttl": OK}) as proxy:
        client = Client(proxy=f"http://{proxy.endpoint}", limits=Limits(tries=1, pause=0))
        with client:
            assert body(client.get("http://daten.example/c.ttl")) == OK.body
            for url in ("http://127.0.0.1:9/", "http://10.1.2.3/", "http://localhost/"):
                with pytest.raises(AddressRefused):
                    client.get(url)
        assert proxy.targets() == ["http://daten.example/c.ttl"]


def test_a_query_is_sent_by_post_under_the_same_rules(patient: Any) -> None:
    turns = [Reply(status=503, headers={"Retry-After": "7"}), Reply(b"<found/>")]
    moved = Reply(status=302, headers={"Location": "/csw"})
    with Portal({"/alt": moved, "/csw": turns}) as portal:
        client = patient(portal.endpoint)
        with client.submit(portal.url("/alt"), b"<asked/>", "application/xml") as answer:
            assert answer.file is not None
            assert answer.file.read() == b"<found/>"
        assert [asked.content for asked in portal.asked] == [b"<asked/>"] * 4
        assert {asked.headers["content-type"] for asked in portal.asked} == {"application/xml"}
        assert client.waits == [7.0]
        with pytest.raises(AddressRefused):
            patient().submit(portal.url("/csw"), b"<asked/>", "application/xml")
        portal.scripts["/csw"] = Reply(status=304)
        with pytest.raises(StopRun, match="304"):
            client.submit(portal.url("/csw"), b"<asked/>", "application/xml")
