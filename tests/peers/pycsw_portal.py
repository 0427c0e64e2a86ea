"""A real pycsw with our records, and a portal that hands its answers on and keeps them."""

from __future__ import annotations

import contextlib
import subprocess
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from pathlib import Path

from portals.recorded import here

from hanse_harvesters.testing.portal import Asked, Reply
from peers.environment import environment

REQUIREMENTS = ("pycsw==2.6.2", "SQLAlchemy<2", "OWSLib<0.29")


@contextlib.contextmanager
def pycsw(records: Sequence[str], folder: Path) -> Iterator[str]:
    """Serve the records until the block ends; yield ``http://127.0.0.1:port``."""
    python = environment("pycsw", *REQUIREMENTS)
    folder.mkdir(parents=True)
    for number, record in enumerate(records):
        (folder / f"{number:04}.xml").write_text(record, encoding="utf-8")
    script = Path(__file__).with_name("run_pycsw.py")
    with subprocess.Popen(
        [str(python), "-W", "ignore", str(script), str(folder)],
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            assert process.stdout is not None
            port = process.stdout.readline().strip()
            assert port, "pycsw did not start"
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()


class Forward:
    """A script of :class:`Portal` that asks another server, and keeps what was said."""

    def __init__(self, base: str) -> None:
        self.base = base
        self.said: list[tuple[Asked, Reply]] = []

    def __call__(self, asked: Asked) -> Reply:
        """Hand a request on."""
        kept = ("accept", "content-type")
        headers = {name: value for name, value in asked.headers.items() if name in kept}
        request = urllib.request.Request(self.base + asked.target, asked.content, headers)
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                reply = Reply(answer.read(), answer.status, dict(answer.headers.items()))
        except urllib.error.HTTPError as error:
            reply = Reply(error.read(), error.code, {})
        kind = {k: v for k, v in reply.headers.items() if k.lower() == "content-type"}
        reply = Reply(reply.body, reply.status, kind)
        self.said.append((asked, reply))
        return here(asked, reply)
