"""A night's work: hosts' pauses, hosts that are silent, send elsewhere or ask to wait."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, time
from typing import Any

import pytest
from links_night import Links, Servers, SimulatedCrew

from hanse_harvesters.http import Limits as RequestLimits
from hanse_harvesters.http.start import Starter
from hanse_harvesters.links import Answer, Limits, Night, Outcome, Round, Target
from hanse_harvesters.testing.portal import Portal, Reply


def many(host: str, count: int) -> list[str]:
    return [f"https://{host}/{number}.csv" for number in range(count)]


def night(
    supply: Links, servers: Servers, crew: SimulatedCrew | None = None, **given: Any
) -> list[tuple[Target, Answer]]:
    crew = crew or SimulatedCrew(servers)
    done = list(Round(supply, Starter, crew=crew, now=crew.today, **given))
    assert supply.claimed == set()
    return done


def outcomes(done: list[tuple[Target, Answer]]) -> Counter[Outcome]:
    return Counter(answer.outcome for _, answer in done)


def test_every_link_is_asked_once_and_no_host_sooner_than_its_pause() -> None:
    urls = [url for number in range(30) for url in many(f"h{number}.example", number + 1)]
    supply, servers = Links(urls), Servers()
    done = night(supply, servers)
    assert sorted(target.url for target, _ in done) == sorted(urls)
    assert outcomes(done) == {Outcome.OK: len(urls)}
    assert servers.closest() >= 2.0
    robots = [url for *_, url in servers.asked if url.endswith("/robots.txt")]
    assert len(robots) == len(set(robots)) == 30


def test_hosts_are_asked_beside_each_other() -> None:
    servers = Servers(seconds={f"h{number}.example": 20.0 for number in range(30)})
    supply = Links([url for number in range(30) for url in many(f"h{number}.example", 3)])
    crew = SimulatedCrew(servers, threads=24)
    night(supply, servers, crew)
    assert 20 <= servers.most_at_once() <= 24
    assert crew.clock() < 250


def test_links_are_taken_from_the_supply_as_they_are_needed() -> None:
    supply, servers = Links(many("h.example", 100)), Servers()
    round_ = Round(supply, Starter, crew=SimulatedCrew(servers), limits=Limits(batch=10))
    checks = iter(round_)
    for _ in range(5):
        next(checks)
    assert supply.asked_for == [("h.example", 10)]
    checks.close()  # type: ignore[attr-defined]
    assert supply.claimed == set()


def test_a_silent_host_is_given_up_and_its_links_share_the_answer() -> None:
    servers = Servers({"dead.example": "refused", "gone.example": "unknown"})
    supply = Links([*many("dead.example", 300), *many("gone.example", 40), *many("h.example", 3)])
    done = night(supply, servers)
    assert len(servers.of_host("dead.example")) == 3
    assert len(servers.of_host("gone.example")) == 3
    assert outcomes(done) == {Outcome.UNSURE: 300, Outcome.ABSENT: 40, Outcome.OK: 3}
    asked = Counter((answer.asked, answer.reason) for _, answer in done)
    assert asked[False, "connection-failed"] == 297
    assert all(answer.url == target.url for target, answer in done)


def test_a_host_that_fails_now_and_then_is_not_given_up() -> None:
    def flaky(url: str) -> Any:
        return "refused" if int(url.rpartition("/")[2][:-4]) % 2 else 200

    urls = [f"https://h.example/{number}.csv" for number in range(40)]
    servers = Servers(dict.fromkeys(urls, flaky))
    done = night(Links(urls), servers)
    assert len(done) == 40
    assert sum(not answer.asked for _, answer in done) < 30  # three in a row may come by chance


def test_answers_that_break_off_are_each_a_links_own_affair() -> None:
    done = night(
        Links(many("h.example", 20)), Servers(dict.fromkeys(many("h.example", 20), "broken"))
    )
    assert outcomes(done) == {Outcome.UNSURE: 20}
    assert all(answer.asked for _, answer in done)


def test_one_port_of_a_host_may_be_silent_and_another_not() -> None:
    bad = [f"https://h.example:8443/{number}" for number in range(20)]
    servers = Servers(
        dict.fromkeys(bad, "refused") | {"https://h.example:8443/robots.txt": "refused"}
    )
    done = night(Links([*bad, *many("h.example", 20)]), servers)
    assert outcomes(done) == {Outcome.OK: 20, Outcome.UNSURE: 20}
    assert servers.closest() >= 2.0


def test_a_redirect_to_another_host_keeps_that_hosts_pause() -> None:
    elsewhere = {
        url: (301, {"location": url.replace("old", "new")})
        for number in range(4)
        for url in many(f"old{number}.example", 25)
    }
    joint = {
        url: (302, {"location": "https://portal.example/" + url.rpartition("/")[2]})
        for url in many("a.example", 60)
    }
    servers = Servers({**elsewhere, **joint})
    supply = Links([*elsewhere, *joint, *many("portal.example", 50)])
    done = night(supply, servers)
    assert outcomes(done) == {Outcome.MOVED: 100, Outcome.OK: 110}
    assert servers.closest() >= 2.0
    assert len(servers.of_host("portal.example")) == 111


def test_a_robots_file_is_asked_for_where_redirects_lead_and_obeyed() -> None:
    robots = (200, {"body": b"User-agent: *\nDisallow: /\n"})
    servers = Servers({
        "https://closed.example/robots.txt": robots,
        **{url: (302, {"location": "https://closed.example/x"}) for url in many("a.example", 3)},
    })  # fmt: skip
    done = night(Links(many("a.example", 3)), servers)
    assert outcomes(done) == {Outcome.REFUSED: 3}
    assert {url for *_, host, url in servers.asked if host == "closed.example"} == {
        "https://closed.example/robots.txt"
    }


def test_robots_files_that_lead_to_each_other_end() -> None:
    servers = Servers({
        "https://a.example/robots.txt": (302, {"location": "https://b.example/robots.txt"}),
        "https://b.example/robots.txt": (302, {"location": "https://a.example/robots.txt"}),
    })  # fmt: skip
    done = night(Links([*many("a.example", 2), *many("b.example", 2)]), servers)
    assert outcomes(done) == {Outcome.OK: 4}
    assert servers.closest() >= 2.0


def test_a_host_whose_robots_file_fails_is_left_and_its_links_have_one_answer() -> None:
    servers = Servers({"https://h.example/robots.txt": 500})
    done = night(Links(many("h.example", 50)), servers)
    assert outcomes(done) == {Outcome.UNSURE: 50}
    assert {url for *_, url in servers.asked} == {"https://h.example/robots.txt"}
    assert len(servers.asked) == 3


def test_a_crawl_delay_is_kept() -> None:
    robots = (200, {"body": b"User-agent: *\nCrawl-delay: 30\n"})
    servers = Servers({"https://h.example/robots.txt": robots})
    night(Links(many("h.example", 4)), servers)
    times = servers.of_host("h.example")
    assert len(times) == 5
    assert servers.closest() >= 30.0


def test_a_retry_after_is_waited_for_and_then_the_link_is_asked_again() -> None:
    answers = iter([(429, {"retry-after": "300"}), 200])
    first = many("h.example", 1)[0]
    servers = Servers({first: lambda _: next(answers)})
    done = night(Links([first]), servers)
    assert outcomes(done) == {Outcome.OK: 1}
    assert servers.asked[-1][0] - servers.asked[-2][1] >= 300


@pytest.mark.parametrize(
    "says", [(429, {"retry-after": "86400"}), 429, (503, {"retry-after": "7200"})]
)
def test_a_host_that_wants_to_be_left_alone_is_left_for_another_night(says: Any) -> None:
    servers = Servers(dict.fromkeys(many("h.example", 100), says))
    done = night(Links([*many("h.example", 100), *many("b.example", 5)]), servers)
    mine = [answer for target, answer in done if "//h." in target.url]
    assert len(servers.of_host("h.example")) <= 7
    assert len(mine) <= 3  # the others stay due
    assert all(answer.outcome is Outcome.UNSURE for answer in mine)


def test_the_night_ends_and_what_is_left_stays_due() -> None:
    supply, servers = Links(many("h.example", 100_000)), Servers()
    crew = SimulatedCrew(servers)
    done = night(supply, servers, crew, night=Night(time(22), time(6), "Europe/Berlin"))
    assert 9 * 3600 - 10 > crew.clock() > 8 * 3600 - 10
    assert 11_000 < len(done) < 12_500


def test_a_round_outside_the_night_asks_nothing() -> None:
    servers = Servers()
    assert night(Links(many("h.example", 3)), servers, night=Night(time(1), time(5))) == []
    assert servers.asked == []


@pytest.mark.parametrize(
    ("start", "end", "hour", "is_open"),
    [(22, 6, 23, True), (22, 6, 3, True), (22, 6, 6, False), (22, 6, 12, False), (1, 5, 3, True),
     (1, 5, 22, False), (1, 5, 5, False), (0, 0, 12, True)],
)  # fmt: skip
def test_a_night_may_go_over_midnight(start: int, end: int, hour: int, is_open: bool) -> None:
    here = Night(time(start), time(end), "UTC")
    assert here.is_open(datetime(2026, 11, 2, hour, tzinfo=UTC)) is is_open


def test_a_night_is_that_of_its_zone() -> None:
    assert Night(zone="Europe/Berlin").is_open(datetime(2026, 7, 1, 20, 30, tzinfo=UTC))
    assert not Night(zone="Europe/Berlin").is_open(datetime(2026, 1, 1, 20, 30, tzinfo=UTC))


def test_a_round_that_is_stopped_ends_what_is_under_way_and_no_more() -> None:
    supply, servers = Links(many("h.example", 1000)), Servers()
    crew = SimulatedCrew(servers)
    done = night(supply, servers, crew, stopped=lambda: crew.clock() > 60)
    assert 20 < len(done) < 40
    assert len(servers.asked) == len(done) + 1


def test_a_host_that_another_machine_asks_is_left_to_it() -> None:
    supply = Links([*many("h.example", 5), *many("mine.example", 3)], held=["h.example"])
    servers = Servers()
    done = night(supply, servers)
    assert {target.url for target, _ in done} == set(many("mine.example", 3))
    assert servers.of_host("h.example") == []


def test_a_host_that_another_machine_gives_back_is_taken_up() -> None:
    supply = Links([*many("h.example", 5), *many("mine.example", 30)], held=["h.example"])
    servers = Servers()
    crew = SimulatedCrew(servers)
    done = []
    for target, answer in Round(supply, Starter, crew=crew):
        done.append((target, answer))
        supply.held.clear()
    assert outcomes(done) == {Outcome.OK: 35}


def test_links_that_lead_to_a_held_host_stay_due() -> None:
    away = {url: (302, {"location": "https://held.example/"}) for url in many("a.example", 50)}
    servers = Servers(away)
    done = night(Links([*away, *many("b.example", 3)], held=["held.example"]), servers)
    assert {target.url for target, _ in done} == set(many("b.example", 3))
    assert servers.of_host("held.example") == []


def test_a_check_that_fails_by_itself_does_not_end_the_night(
    caplog: pytest.LogCaptureFixture,
) -> None:
    def broken(_: str) -> Any:
        raise ZeroDivisionError

    bad = many("h.example", 1)[0]
    done = night(Links(many("h.example", 3)), Servers({bad: broken}))
    assert outcomes(done) == {Outcome.OK: 2, Outcome.UNSURE: 1}
    assert "could not be checked" in caplog.text


def test_a_fifth_of_a_night_of_a_hundred_thousand_links() -> None:
    """Over 200 hosts of one worker (the whole one: ``python -m benchmarks.links``)."""
    urls = [url for number in range(200) for url in many(f"h{number}.example", 100)]
    seconds = {f"h{number}.example": (0.2, 0.5, 1.0, 3.0)[number % 4] for number in range(200)}
    servers = Servers({"h7.example": "refused"}, seconds)
    crew = SimulatedCrew(servers)
    supply = Links(urls)
    count = sum(1 for _ in Round(supply, Starter, crew=crew, now=crew.today, night=Night()))
    assert count == 20_000
    assert servers.closest() >= 2.0
    assert crew.clock() < 8 * 3600 / 5


def test_a_round_over_real_sockets() -> None:
    scripts = {f"/{number}.csv": Reply(b"a;b\n1;2\n") for number in range(5)}
    scripts["/5.csv"] = Reply(b"", 404)
    with Portal(scripts) as portal, Portal(scripts) as other:
        urls = [place.url(f"/{number}.csv") for place in (portal, other) for number in range(6)]

        def client() -> Starter:
            allowed = frozenset({portal.endpoint, other.endpoint})
            return Starter(allowed_private=allowed, limits=RequestLimits(deadline=5.0))

        done = list(Round(Links(urls), client, limits=Limits(pause=0.01)))
    assert outcomes(done) == {Outcome.OK: 10, Outcome.ABSENT: 2}
