"""``ckan hanse duplicates``: datasets that several portals have, or may have."""

from __future__ import annotations

import json
from typing import Any

import ckan.plugins.toolkit as tk
import click

from ckanext.hanse.cli.options import in_words, language_option
from ckanext.hanse.dedup import groups
from ckanext.hanse.language import Texts
from ckanext.hanse.model import LinkVerdict
from ckanext.hanse.store import sources


@click.group("duplicates")
def duplicates() -> None:
    """Manage datasets that several portals have."""


_kind = click.option(
    "--of",
    "kind",
    type=click.Choice(groups.KINDS),
    default=groups.DOUBTFUL,
    show_default=True,
    help="Which pairs; doubtful: merged by an earlier rule, and not by today's.",
)


@duplicates.command("list")
@_kind
@click.option("--json", "as_json", is_flag=True, help="Everything as JSON.")
@language_option
def list_groups(kind: str, as_json: bool, texts: Texts) -> None:
    """List the number of pairs for every two sources, with a few examples."""
    found = _action("hanse_link_groups", verdict=kind, language=texts.language)
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False, indent=1))
        return
    for group in found:
        reported = texts.ngettext(
            "{names}: {number:,} pair",
            "{names}: {number:,} pairs",
            group["count"],
            names=" + ".join(group["sources"]),
        )
        click.echo(reported)
        for reason in group["reasons"]:
            click.echo(f"  {reason['count']}  {reason['text']}".rstrip())
            for pair in reason["sample"]:
                click.echo(f"     {' – '.join(dict.fromkeys(pair['titles']))}")
    if not found:
        click.echo(texts.pgettext("duplicates", "There is no such pair."))


@duplicates.command("part")
@click.argument("first", metavar="SOURCE")
@click.argument("second", metavar="SOURCE")
@_kind
@language_option
def part(first: str, second: str, kind: str, texts: Texts) -> None:
    """Separate all pairs between two sources, so that each is two datasets from now on.

    A record that had no dataset of its own before it was merged gets one in the next run.
    """
    with in_words(texts):
        names = [sources.get(name).name for name in (first, second)]
    done = _action(
        "hanse_link_decide_all", sources=names, of=kind, verdict=LinkVerdict.DIFFERENT.value
    )
    waiting = done["at_next_run"] + done["in_background"]
    reported = texts.ngettext(
        "{number:,} pair is parted; the next run completes {waiting:,} of them.",
        "{number:,} pairs are parted; the next run completes {waiting:,} of them.",
        done["count"],
        waiting=waiting,
    )
    click.echo(reported)


def _action(name: str, **data: Any) -> Any:
    user = tk.get_action("get_site_user")({"ignore_auth": True}, {})["name"]
    return tk.get_action(name)({"user": user, "ignore_auth": True}, data)
