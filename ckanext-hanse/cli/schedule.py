"""``ckan hanse tick``, ``worker`` and ``scheduler``: scheduled and background work."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator

import click

from ckanext.hanse import settings
from ckanext.hanse.cli import texts as words
from ckanext.hanse.cli.options import language_option
from ckanext.hanse.language import N_, Texts
from ckanext.hanse.scheduler import tick as ticking
from ckanext.hanse.scheduler import worker as working
from ckanext.hanse.scheduler.tick import Ticked

_LISTS = {
    "queued": N_("Queued: {names}"),
    "waiting": N_("Due, waiting or running already: {names}"),
    "abandoned": N_("Runs ended whose worker is gone: {names}"),
    "given_up": N_(
        "Put off until the next time, since the worker ended again and again in the middle of "
        "the run: {names}"
    ),
}


@click.command("tick")
@click.option("--run", is_flag=True, help="Harvest what is due here and now, without a worker.")
@click.option("--json", "as_json", is_flag=True, help="Say what was done as JSON.")
@language_option
def tick(run: bool, as_json: bool, texts: Texts) -> None:
    """Do everything that is due, once: to be called each minute by cron, systemd or Kubernetes.

    Queue the sources that are due, end runs whose worker is gone, index the datasets
    that are pending, deliver alerts. Exit code: 1 if a part failed.
    """
    done = ticking.tick(run=run, language=texts.language)
    click.echo(json.dumps(done.as_json(), ensure_ascii=False) if as_json else _told(done, texts))
    sys.exit(1 if done.faults else 0)


def _told(done: Ticked, texts: Texts) -> str:
    lines = [
        texts.gettext(text, names=names)
        for key, text in _LISTS.items()
        if (names := getattr(done, key))
    ]
    lines += [f"{name}: {_end(end, texts)}" for name, end in done.ran.items()]
    lines += _counts(done, texts)
    lines += [
        texts.gettext("Schedule cannot be used – {name}: {why}", name=name, why=why)
        for name, why in done.unusable.items()
    ]
    lines += [
        texts.gettext("Failed – {part}: {why}", part=words.part(part, texts), why=why)
        for part, why in done.faults.items()
    ]
    return "\n".join(lines or [texts.gettext("Nothing was due.")])


def _counts(done: Ticked, texts: Texts) -> Iterator[str]:
    if done.indexed:
        yield texts.ngettext(
            "Brought into the search index: {number:,} dataset",
            "Brought into the search index: {number:,} datasets",
            done.indexed,
        )
    if done.strays:
        yield texts.ngettext(
            "Taken out of the search index, as it is deleted: {number:,} dataset",
            "Taken out of the search index, as they are deleted: {number:,} datasets",
            done.strays,
        )
    if done.reindexed:
        yield texts.ngettext(
            "Put right in the search index: {number:,} dataset",
            "Put right in the search index: {number:,} datasets",
            done.reindexed,
        )
    if done.links:
        yield texts.gettext("Checks of links: {number:,}", number=done.links)
    if done.models:
        yield texts.gettext("Model datasets looked up: {number:,}", number=done.models)
    if done.texts:
        yield texts.gettext("RDF of datasets made anew: {number:,}", number=done.texts)
    if done.changes:
        yield texts.gettext("Changes listed: {number:,}", number=done.changes)
    if done.dumps:
        yield texts.gettext("The catalogue as files: was due")
    if done.sparql:
        yield texts.gettext("The catalogue for queries (SPARQL): was due")
    if done.alerts:
        yield texts.gettext("Alerts delivered: {number:,}", number=done.alerts)


def _end(end: str, texts: Texts) -> str:
    otherwise = texts.gettext("not run, it is done already or at work right now")
    return words.status(end, texts) or otherwise


@click.command("worker")
@click.argument("queues", nargs=-1)
@click.option("--burst", is_flag=True, help="Stop when the queue is empty.")
@click.option("--no-clock", is_flag=True, help="Do not tick; something else does.")
@click.option("--no-previews", is_flag=True, help="No previews; another worker does them.")
@click.option("--no-links", is_flag=True, help="Check no links; another worker does.")
def worker(
    queues: tuple[str, ...], burst: bool, no_clock: bool, no_previews: bool, no_links: bool
) -> None:
    """Run background jobs and the scheduler; several workers may run, on any machine.

    Checks and previews of portals run beside the harvests, at most hanse.preview.at_once at a
    time in all workers together; so are links checked, by hanse.links.workers processes.
    QUEUES: the queues to work on, hanse.queue by default.
    """
    working.work(
        queues or [settings.queue()],
        burst=burst,
        ticks=not no_clock,
        previews=not no_previews,
        links=not no_links,
    )


@click.command("scheduler")
def scheduler() -> None:
    """Run only the scheduler: tick each minute until SIGTERM."""
    working.Scheduler().run()


COMMANDS = (tick, worker, scheduler)
