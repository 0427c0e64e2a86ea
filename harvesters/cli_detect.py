"""``hanse detect``: find the catalogue of a portal."""

from __future__ import annotations

import json
from pathlib import Path

import click
import yaml

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
from hanse_harvesters.sources.detect import drafted, is_address, refusal
from hanse_harvesters.sources.places import Reason, Wish

#: Only catalogues that no connector reads.
UNREADABLE = 4


@click.command()
@click.argument("url", metavar="URL|FILE")
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

    Sends 25 requests at most and does as robots.txt asks.  Of a file it tells the kind, and
    drafts the mapping of a JSON list: a file for --settings of hanse preview and hanse push.

    \b
    Exit code: 0 a catalogue that can be harvested, 1 failed, 2 wrong usage,
    3 nothing found, 4 only catalogues that cannot be harvested (yet).
    """

    def work() -> int:
        if not is_address(url) and Path(url).exists():
            return _of_file(url, lang)
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


def _of_file(file: str, language: str) -> int:
    """Print the settings for a file; say on stderr that a mapping is a draft."""
    kind, options = drafted(file)
    if options:
        click.echo(Reason.of("merit-json").text(language), err=True)
    settings = {"kind": kind, **({"options": options} if options else {})}
    click.echo(yaml.safe_dump(settings, allow_unicode=True, sort_keys=False, width=100).rstrip())
    return 0


def _code(found: Detection, language: str) -> int:
    """Return the exit code; say on stderr why nothing can be harvested."""
    if any(item.records or not item.stopped for item in found.findings if item.connector):
        return 0
    if not found.findings:
        complain(refusal(found), language)
        return NOTHING
    return UNREADABLE
