"""The command ``hanse``: find a portal's catalogue, preview, check and convert it.

Exit codes: 0 success · 1 the run failed · 2 wrong usage or settings ·
3 no usable records · 4 records were found, but the walk is not complete.
"""

from __future__ import annotations

import gc
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path

import click

from hanse_harvesters.cli_run import (
    INCOMPLETE,
    NOTHING,
    guarded,
    language_option,
    opened,
    private_option,
    settings_option,
)
from hanse_harvesters.pipeline import Run
from hanse_harvesters.preview import Lines, Printer
from hanse_harvesters.workers.steps import OBJECTS

#: Command → module in which a function of this name is the command.  A module is imported when
#: its command is called: `push` needs ckanapi, which takes longer to load than a preview.
_COMMANDS: Mapping[str, str] = {
    "check": "cli_check",
    "convert": "cli_convert",
    "detect": "cli_detect",
    "mcp": "cli_mcp",
    "push": "cli_push",
    "shapes": "cli_shapes",
    "template": "cli_lists",
}


class _Commands(click.Group):
    """The group of all commands, each loaded when it is needed."""

    def list_commands(self, context: click.Context) -> list[str]:
        """Return the names of all commands, sorted."""
        return sorted([*super().list_commands(context), *_COMMANDS])

    def get_command(self, context: click.Context, name: str) -> click.Command | None:
        """Return the command, None if there is none of this name."""
        if name not in _COMMANDS:
            return super().get_command(context, name)
        module = import_module(f"hanse_harvesters.{_COMMANDS[name]}")
        command: click.Command = getattr(module, name)
        return command


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="ckanext-hanse")
def main() -> None:
    """Open-data portals, read as the joint catalogue reads them."""
    # A command ends soon; looking for cycles every 700 objects took a thirtieth of a preview.
    gc.set_threshold(OBJECTS)


@main.command()
@click.argument("target", metavar="URL-OR-FILE")
@click.option("--kind", help="Kind of portal; by default it is told from what it answers.")
@click.option(
    "--limit", type=click.IntRange(min=1), help="Stop after so many records.", metavar="N"
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["table", "jsonl"]),
    default="table",
    show_default=True,
    help="An overview to read, or one JSON object a line.",
)
@settings_option
@language_option
@private_option
def preview(
    target: str,
    kind: str | None,
    limit: int | None,
    form: str,
    settings: Path | None,
    lang: str,
    allow_private: tuple[str, ...],
) -> None:
    """Show what would arrive from a portal, an address, a file or a folder of lists.

    \b
    Exit code: 0 all well, 1 failed, 2 wrong usage, 3 nothing usable,
    4 records arrived but the walk is not complete (0 where --limit ended it).
    """

    def work() -> int:
        with opened(target, kind, allow_private, settings, lang) as (source, fetches):
            return _preview(Run(source, client=fetches, limit=limit), _printer(form, lang))

    guarded(work, lang)


def _printer(form: str, language: str) -> Printer:
    if form == "jsonl":
        return Lines(language)
    from hanse_harvesters.preview_table import Overview  # with rich, which programs do not need

    return Overview(language)


def _preview(run: Run, out: Printer) -> int:
    with out.bars:
        for record in run:
            out.record(record)
        out.end(run)
    return _code(run)


def _code(run: Run) -> int:
    summary = run.summary()
    if not summary["usable"]:
        return NOTHING
    complete = summary["complete"] or run.completeness.reason == "walk-limited"
    return 0 if complete else INCOMPLETE


if __name__ == "__main__":
    main()
