"""``ckan hanse tick``, ``worker`` and ``scheduler``: what runs by itself."""

from __future__ import annotations

import json
import sys

import click

from ckanext.hanse import settings
from ckanext.hanse.cli.options import speaking
from ckanext.hanse.cli.texts import Words
from ckanext.hanse.scheduler import tick as ticking
from ckanext.hanse.scheduler import worker as working
from ckanext.hanse.scheduler.tick import Ticked


@click.command("tick")
@click.option("--run", is_flag=True, help="Harvest what is due here and now, without a worker.")
@click.option("--json", "as_json", is_flag=True, help="Say what was done as JSON.")
@speaking
def tick(run: bool, as_json: bool, say: Words) -> None:
    """Do what is due, once: for cron, systemd or Kubernetes, each minute.

    Queue the sources whose time has come, end runs whose worker is gone, bring what waits
    into the search index, deliver alerts. Exit code: 1 if a part failed.
    """
    done = ticking.tick(run=run, language=say.language)
    click.echo(json.dumps(done.as_json(), ensure_ascii=False) if as_json else _told(done, say))
    sys.exit(1 if done.faults else 0)


def _told(done: Ticked, say: Words) -> str:
    lists = ("queued", "waiting", "abandoned", "given_up")
    lines = [say(f"tick-{key}", names=names) for key in lists if (names := getattr(done, key))]
    lines += [say("tick-ran", name=name, end=_end(end, say)) for name, end in done.ran.items()]
    counts = ("indexed", "strays", "reindexed", "alerts")
    lines += [say(f"tick-{key}", number=number) for key in counts if (number := getattr(done, key))]
    lines += [say("tick-unusable", name=name, why=why) for name, why in done.unusable.items()]
    faults = done.faults.items()
    lines += [say("tick-fault", part=say(f"part-{part}"), why=why) for part, why in faults]
    return "\n".join(lines or [say("tick-nothing")])


def _end(end: str, say: Words) -> str:
    key = f"status-{end}"
    return say(key) if say.knows(key) else say("tick-not-run")


@click.command("worker")
@click.argument("queues", nargs=-1)
@click.option("--burst", is_flag=True, help="Stop when the queue is empty.")
@click.option("--no-clock", is_flag=True, help="Do not tick; something else does.")
@click.option("--no-previews", is_flag=True, help="No previews; another worker does them.")
def worker(queues: tuple[str, ...], burst: bool, no_clock: bool, no_previews: bool) -> None:
    """Harvest in the background, and keep the clock: start as many as you like, anywhere.

    Checks and previews of portals are done beside it, hanse.preview.at_once of them by all
    workers together. QUEUES: whose jobs it works off, hanse.queue by default.
    """
    working.work(
        queues or [settings.queue()], burst=burst, ticks=not no_clock, previews=not no_previews
    )


@click.command("scheduler")
def scheduler() -> None:
    """Keep the clock only: tick each minute until told to stop (SIGTERM)."""
    working.Clock().run()


COMMANDS = (tick, worker, scheduler)
