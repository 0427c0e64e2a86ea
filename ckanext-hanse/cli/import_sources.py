"""``ckan hanse source import-ckanext-harvest``: migrate from ckanext-harvest."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator

import click

from ckanext.hanse.cli.options import in_words, language_option
from ckanext.hanse.language import N_, Texts
from ckanext.hanse.sources import import_ckanext_harvest as moving
from ckanext.hanse.sources.import_ckanext_harvest import ImportedSource

_BECAME = {
    "created": N_("{name}: taken over ({type}, {url})"),
    "kept": N_("{name}: here already ({url})"),
    "skipped": N_("{name}: not taken over ({type}, {url})"),
}


@click.command("import-ckanext-harvest")
@click.option("--dry-run", is_flag=True, help="Say what would be taken over; write nothing.")
@click.option("--organization", default="", help="Owns what belongs to no organisation there.")
@click.option("--paused", is_flag=True, help="Hold the schedules until somebody lets them go on.")
@click.option("--json", "as_json", is_flag=True, help="Say it as JSON.")
@language_option
def import_ckanext_harvest(
    dry_run: bool, organization: str, paused: bool, as_json: bool, texts: Texts
) -> None:
    """Import the ckanext-harvest sources of this database, with their datasets.

    Existing names stay unchanged; a further call imports only what is new. Stop
    ckanext-harvest's own commands before the first run. Exit code: 1 if nothing could be
    imported, 3 if something was skipped.
    """
    with in_words(texts):
        found = moving.move(dry_run=dry_run, organization=organization, paused=paused)
    if as_json:
        entries = [item.as_json(texts.language) for item in found]
        click.echo(json.dumps(entries, ensure_ascii=False, indent=1))
    else:
        click.echo("\n".join(_lines(found, texts)))
        click.echo(_next(dry_run, texts))
    skipped = [item for item in found if item.action == "skipped"]
    sys.exit(0 if not skipped else 1 if len(skipped) == len(found) else 3)


def _lines(found: list[ImportedSource], texts: Texts) -> list[str]:
    lines = []
    for item in found:
        values = {"name": item.name, "type": item.type, "url": item.url}
        lines.append(texts.gettext(_BECAME[item.action], **values))
        lines += [f"  {line}" for line in _details(item, texts)]
    return lines or [texts.gettext("ckanext-harvest has no sources.")]


def _details(item: ImportedSource, texts: Texts) -> list[str]:
    if item.why:
        return [item.why.text(texts.language)]
    values = {"schedule": item.schedule, "frequency": item.frequency}
    if item.schedule:
        lines = [texts.gettext("schedule: {schedule} ({frequency})", **values)]
    else:
        lines = [texts.gettext("without a schedule ({frequency})", **values)]
    lines += _counts(item, texts)
    if not item.enabled:
        lines.append(texts.gettext("disabled, as there"))
    if item.lost:
        lines.append(
            texts.gettext("without a counterpart here, please check: {keys}", keys=item.lost)
        )
    return lines


def _counts(item: ImportedSource, texts: Texts) -> Iterator[str]:
    yield texts.ngettext(
        "{number:,} dataset bound: the first run updates it instead of making a new one",
        "{number:,} datasets bound: the first run updates them instead of making new ones",
        item.datasets,
    )
    if item.bound:
        yield texts.ngettext(
            "{number:,} dataset belonged to a source here already",
            "{number:,} datasets belonged to a source here already",
            item.bound,
        )
    if item.doubles:
        yield texts.ngettext(
            "{number:,} dataset describes the same record as another; it stays as it is",
            "{number:,} datasets describe the same record as another; they stay as they are",
            item.doubles,
        )
    if item.unknown:
        yield texts.ngettext(
            "{number:,} dataset without an identity; the first run makes it anew",
            "{number:,} datasets without an identity; the first run makes them anew",
            item.unknown,
        )


def _next(dry_run: bool, texts: Texts) -> str:
    if dry_run:
        return texts.gettext("Dry run: nothing was written.")
    return texts.gettext(
        "Stop ckanext-harvest's commands (cron, gather and fetch consumer) before the first run; "
        "ckan hanse harvest NAME --dry-run shows what that would do."
    )
