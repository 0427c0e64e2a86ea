"""``python -m benchmarks.links``: a night of links, over real sockets and by a simulated clock.

Over sockets, 200 addresses of this machine's loopback answer, with a pause that is shortened so
that the whole comes to an end; what is measured is what one worker can do (links a second, its
processor time and memory), and the server watches that no host has two requests at once.  By the
simulated clock the pause is 2 s, and what comes out is how long the night is.
"""

from __future__ import annotations

import argparse
import asyncio
import multiprocessing
import resource
import sys
import time
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from hanse_harvesters.http import Limits as RequestLimits
from hanse_harvesters.http.start import Starter
from hanse_harvesters.links import Limits, Night, Outcome, Round, Target, host_of, key_of

#: Links over sockets where the night is only one of many things to measure.
_FEW = 5_000
_BODY = b"a;b\n" + b"1;2\n" * 1023


def _serve(hosts: list[str], ready: Any, told: Any, over: Any) -> None:
    """Answer on every address; tell the port, and at the end the most open requests of a host."""
    most = dict.fromkeys(hosts, 0)
    now = dict.fromkeys(hosts, 0)

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        host = writer.get_extra_info("sockname")[0]
        now[host] += 1
        most[host] = max(most[host], now[host])
        head = await reader.readuntil(b"\r\n\r\n")
        if head.startswith(b"GET /robots.txt"):
            writer.write(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")
        else:
            size = f"{len(_BODY)}/700000".encode()
            writer.write(
                b"HTTP/1.1 206 Partial\r\nContent-Type: text/csv\r\nContent-Range: bytes 0-"
            )
            writer.write(size + f"\r\nContent-Length: {len(_BODY)}\r\n\r\n".encode() + _BODY)
        now[host] -= 1
        await writer.drain()
        writer.close()

    async def run() -> None:
        first = await asyncio.start_server(answer, hosts[0], 0)
        port = first.sockets[0].getsockname()[1]
        for host in hosts[1:]:
            await asyncio.start_server(answer, host, port)
        told.put(port)
        ready.set()
        await asyncio.to_thread(over.wait)
        told.put(max(most.values()))

    asyncio.run(run())


class _Numbered:
    """Links that are made when they are asked for, so that memory is the round's own."""

    def __init__(self, hosts: Sequence[str], port: int, each: int) -> None:
        self._hosts, self._port, self._each = hosts, port, each
        self._given: dict[str, int] = {}

    def hosts(self) -> Iterable[str]:
        return self._hosts

    def links(self, host: str, after: str, most: int) -> Sequence[Target]:
        first = self._given.get(host, 0)
        self._given[host] = last = min(first + most, self._each)
        urls = [f"http://{host}:{self._port}/{number}.csv" for number in range(first, last)]
        return [Target(url) for url in sorted(urls, key=key_of)]

    def claim(self, host: str) -> bool:
        return True

    def release(self, host: str) -> None:
        """Nothing is held."""


def _memory() -> float:
    """Return the resident memory of this process in MB."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() / 1e6


def over_sockets(links: int, hosts: int, pause: float) -> None:
    """Check links over loopback and print what it took."""
    names = [f"127.0.{1 + number // 250}.{1 + number % 250}" for number in range(hosts)]
    ready, over = multiprocessing.Event(), multiprocessing.Event()
    told: Any = multiprocessing.Queue()
    server = multiprocessing.Process(target=_serve, args=(names, ready, told, over), daemon=True)
    server.start()
    ready.wait(30)
    port = told.get()
    allowed = frozenset(f"{name}:{port}" for name in names)
    supply = _Numbered(names, port, links // hosts)
    round_ = Round(
        supply,
        lambda: Starter(allowed_private=allowed, limits=RequestLimits(deadline=20.0)),
        limits=Limits(pause=pause),
    )
    begun, used = time.monotonic(), time.process_time()
    well, memory = 0, []
    for number, (target, answer) in enumerate(round_):
        assert host_of(target.url)
        well += answer.outcome is Outcome.OK
        if number % (links // 10) == links // 20:
            memory.append(f"{_memory():.0f}")
    took, used = time.monotonic() - begun, time.process_time() - used
    over.set()
    print(f"over sockets: {links:,} links of {hosts} hosts, {pause} s between two of a host")
    print(
        f"  {well:,} ok; {took:.0f} s, {links / took:.0f} links a second; {used:.0f} s of processor"
    )
    print(f"  memory on the way: {' '.join(memory)} MB; most open requests of a host: {told.get()}")
    server.join(10)


def simulated(links: int, hosts: int) -> None:
    """Check links by a simulated clock and print how long the night is."""
    sys.path.insert(0, str(Path(__file__).parents[1] / "core"))
    from links_night import Servers, SimulatedCrew

    names = [f"h{number}.example" for number in range(hosts)]
    seconds = {name: (0.2, 0.5, 1.0, 3.0)[number % 4] for number, name in enumerate(names)}
    servers = Servers({names[7]: "refused"}, seconds)
    crew = SimulatedCrew(servers, Limits().threads)
    supply = _Numbered(names, 80, links // hosts)
    round_ = Round(supply, Starter, crew=crew, now=crew.today, night=Night())
    used = time.process_time()
    count = sum(1 for _ in round_)
    used = time.process_time() - used
    print(f"simulated: {count:,} of {links:,} links in {crew.clock() / 3600:.2f} hours")
    print(f"  shortest pause of a host {servers.closest():.1f} s, most at once "
          f"{servers.most_at_once()}; {used:.0f} s of processor")  # fmt: skip


def measure() -> None:
    """Run both in a size that is done within a minute."""
    over_sockets(_FEW, 100, 0.0)
    simulated(10_000, 200)


def main() -> None:
    """Run both in full."""
    parser = argparse.ArgumentParser(prog="benchmarks.links", description=__doc__)
    parser.add_argument("--links", type=int, default=100_000)
    parser.add_argument("--hosts", type=int, default=200)
    parser.add_argument("--pause", type=float, default=0.02, help="over sockets, in seconds")
    chosen = parser.parse_args()
    over_sockets(chosen.links, chosen.hosts, chosen.pause)
    simulated(chosen.links, chosen.hosts)


if __name__ == "__main__":
    main()
