"""``ckan hanse doctor``: checks the set-up and reports problems with their remedies."""

from __future__ import annotations

import json
import sys

import click

from ckanext.hanse.cli.options import language_option
from ckanext.hanse.language import Texts
from ckanext.hanse.monitoring.doctor import DoctorFinding, Level, examine, wrong

_COLOURS = {Level.OK: "green", Level.WARN: "yellow", Level.ERROR: "red"}


@click.command("doctor")
@click.option("--fix", is_flag=True, help="Bring what waits into the index, end abandoned runs.")
@click.option("--json", "as_json", is_flag=True, help="Everything as JSON.")
@language_option
def doctor(fix: bool, as_json: bool, texts: Texts) -> None:
    """Check the set-up and report what is wrong and how to fix it.

    Exit code: 0 no errors (there may be warnings), 1 at least one error.
    """
    found = examine(fix=fix)
    if as_json:
        click.echo(json.dumps([item.as_json(texts.language) for item in found], ensure_ascii=False))
    else:
        for item in found:
            _show(item, texts)
    sys.exit(1 if wrong(found) else 0)


def _show(item: DoctorFinding, texts: Texts) -> None:
    level = click.style(f"{_level(item.level, texts):8}", fg=_COLOURS[item.level])
    remedy = "" if item.level is Level.OK else item.remedy(texts.language)
    click.echo(f"{level}{item.what(texts.language)} {remedy}".rstrip())


def _level(level: Level, texts: Texts) -> str:
    match level:
        case Level.OK:
            return texts.pgettext("level", "ok")
        case Level.WARN:
            return texts.pgettext("level", "warn")
        case Level.ERROR:
            return texts.pgettext("level", "error")


COMMANDS = (doctor,)
