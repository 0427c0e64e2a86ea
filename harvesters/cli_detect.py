"""``hanse detect``: find the catalogue of a portal."""

from __future__ import annotations

import json

import click

from hanse_harvesters.cli_run import (
    NOTHING,
    complain,
    guarded,
    language_option,
    private_option,
    trusted,
)
from hanse_harvesters.detection import run as detection
from hanse_harvesters.detection.findings import Detection
from hanse_harvesters.detection.printer import Report
from hanse_harvesters.http import Client
from hanse_harvesters.sources.detect import refusal
from hanse_harvesters.sources.places import Wish

#: Only catalogues that no connector reads.
UNREADABLE = 4


@click.command()
@click.argument("url", metavar="URL")
@click.option(
    "--city",
    "cities",
    multiple=True,
    metavar="NAME",
    help="Name of the city, to propose a filter; several spellings are possible.",
)
@click.option("--organization", default="", metavar="NAME", help="CKAN name of the city.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["table", "json"]),
    default="table",
    show_default=True,
    help="A report to read, or one JSON object.",
)
@language_option
@private_option
def detect(
    url: str,
    cities: tuple[str, ...],
    organization: str,
    form: str,
    lang: str,
    allow_private: tuple[str, ...],
) -> None:
    """Find the catalogue of the portal at an address, with the entry for sources.yaml.

    Sends 25 requests at most and does as robots.txt asks.

    \b
    Exit code: 0 a catalogue that can be harvested, 1 failed, 2 wrong usage,
    3 nothing found, 4 only catalogues that cannot be harvested (yet).
    """

    def work() -> int:
        with Client.from_environment(
            allowed_private=trusted(detection.completed(url), allow_private)
        ) as client:
            found = detection.detect(url, client, Wish(cities), organization=organization)
        told = detection.as_json(found, lang)
        if form == "json":
            click.echo(json.dumps(told, ensure_ascii=False, indent=2))
        else:
            Report(lang).show(told)
        return _code(found, lang)

    guarded(work, lang)


def _code(found: Detection, language: str) -> int:
    """Return the exit code; say on stderr why nothing can be harvested."""
    if any(item.records or not item.stopped for item in found.findings if item.connector):
        return 0
    if not found.findings:
        complain(refusal(found), language)
        return NOTHING
    return UNREADABLE
