"""``ckan hanse source import-ckanext-harvest``: a running CKAN moves over."""

from __future__ import annotations

import json
import sys

import click

from ckanext.hanse.cli.options import in_words, speaking
from ckanext.hanse.cli.texts import Words
from ckanext.hanse.sources import import_ckanext_harvest as moving
from ckanext.hanse.sources.import_ckanext_harvest import Moved


@click.command("import-ckanext-harvest")
@click.option("--dry-run", is_flag=True, help="Say what would be taken over; write nothing.")
@click.option("--organization", default="", help="Owns what belongs to no organisation there.")
@click.option("--paused", is_flag=True, help="Hold the schedules until somebody lets them go on.")
@click.option("--json", "as_json", is_flag=True, help="Say it as JSON.")
@speaking
def import_ckanext_harvest(
    dry_run: bool, organization: str, paused: bool, as_json: bool, say: Words
) -> None:
    """Take over the sources of ckanext-harvest in this database, and their datasets.

    Names that we have stay as they are; called again, it takes over what is new. Stop
    ckanext-harvest's own commands before the first run. Exit code: 1 if nothing could be
    taken over, 3 if something was skipped.
    """
    with in_words(say):
        found = moving.move(dry_run=dry_run, organization=organization, paused=paused)
    if as_json:
        entries = [item.as_json(say.language) for item in found]
        click.echo(json.dumps(entries, ensure_ascii=False, indent=1))
    else:
        click.echo("\n".join(_lines(found, say)))
        click.echo(say("moved-dry" if dry_run else "moved-next"))
    skipped = [item for item in found if item.action == "skipped"]
    sys.exit(0 if not skipped else 1 if len(skipped) == len(found) else 3)


def _lines(found: list[Moved], say: Words) -> list[str]:
    lines = []
    for item in found:
        lines.append(say(f"moved-{item.action}", name=item.name, type=item.type, url=item.url))
        lines += [f"  {line}" for line in _details(item, say)]
    return lines or [say("moved-none")]


def _details(item: Moved, say: Words) -> list[str]:
    if item.why:
        return [item.why.text(say.language)]
    rhythm = "moved-schedule" if item.schedule else "moved-by-hand"
    lines = [say(rhythm, schedule=item.schedule, frequency=item.frequency)]
    lines.append(say("moved-datasets", number=item.datasets))
    counts = ("bound", "doubles", "unknown")
    lines += [
        say(f"moved-{key}", number=number) for key in counts if (number := getattr(item, key))
    ]
    if not item.enabled:
        lines.append(say("moved-disabled"))
    if item.lost:
        lines.append(say("moved-lost", keys=item.lost))
    return lines
