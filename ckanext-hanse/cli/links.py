"""``ckan hanse links``: checking the links of datasets."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from typing import Any

import ckan.plugins.toolkit as tk
import click

from ckanext.hanse.cli.options import in_words, language_option
from ckanext.hanse.language import N_, Texts
from ckanext.hanse.link_checks import collect, options, rounds
from ckanext.hanse.link_checks import pause as pausing
from hanse_harvesters import links as core
from hanse_harvesters.links import Answer, Target

_STATES: Mapping[str, str] = {
    "ok": N_("reached"),
    "moved": N_("moved"),
    "unsure": N_("not clear"),
    "dead": N_("leads nowhere"),
    "not-asked": N_("not to be asked"),
    "pending": N_("not checked yet"),
}
_STOPPED: Mapping[str, str] = {
    "paused": N_("Checks are paused; `ckan hanse links resume` lets them go on."),
    "hours": N_("It is not the time for checks (hanse.links.hours); --now checks anyway."),
    "time": N_("The time is up; what is left stays due."),
}
#: Seconds between two lines of progress.
_EVERY = 10.0


@click.group("links")
def links() -> None:
    """Check the links of datasets (docs/links.md)."""


@links.command("run")
@click.option("--now", "anytime", is_flag=True, help="Also outside of the nightly hours.")
@click.option(
    "--seconds", type=click.IntRange(min=1), default=8 * 3600, help="Stop after so many seconds."
)
@language_option
def run(anytime: bool, seconds: int, texts: Texts) -> None:
    """Check due links here, without a worker; may run beside workers and other machines.

    What was checked is stored as it comes: it can be interrupted and started again at any time.
    """
    with in_words(texts):
        collect.daily()
        done = rounds.check_due(seconds=seconds, anytime=anytime, watch=_Progress(texts))
    click.echo(texts.ngettext("{number:,} link checked", "{number:,} links checked", done.number))
    for state, number in sorted(done.checked.items(), key=lambda item: -item[1]):
        click.echo(f"  {number:7,}  {texts.gettext(_STATES[state.value])}")
    if done.stopped:
        click.echo(texts.gettext(_STOPPED[done.stopped]))


class _Progress:
    """Prints the number of links checked now and then."""

    def __init__(self, texts: Texts) -> None:
        self._texts, self._number, self._told = texts, 0, time.monotonic()

    def __call__(self, target: Target, answer: Answer) -> None:
        """Count one more."""
        self._number += 1
        if time.monotonic() - self._told >= _EVERY:
            self._told = time.monotonic()
            click.echo(
                self._texts.ngettext(
                    "{number:,} link checked", "{number:,} links checked", self._number
                ),
                err=True,
            )


@links.command("pause")
@language_option
def pause(texts: Texts) -> None:
    """Pause all checks, on all machines, until they are resumed."""
    pausing.pause(True)
    click.echo(texts.gettext("Checks of links are paused; open requests end within seconds."))


@links.command("resume")
@language_option
def resume(texts: Texts) -> None:
    """Let the checks go on."""
    pausing.pause(False)
    click.echo(texts.gettext("Checks of links go on."))


@links.command("collect")
@language_option
def collect_links(texts: Texts) -> None:
    """Collect the links of datasets that were written before this version, now."""
    done = collect.missing()
    click.echo(
        texts.ngettext(
            "Links collected from {number:,} dataset",
            "Links collected from {number:,} datasets",
            done,
        )
    )


@links.command("status")
@click.option("--json", "as_json", is_flag=True, help="Everything as JSON.")
@language_option
def status(as_json: bool, texts: Texts) -> None:
    """Show how many links are in which state, due and waiting, and who checks them."""
    user = tk.get_action("get_site_user")({"ignore_auth": True}, {})["name"]
    context = {"user": user, "ignore_auth": True}
    found = tk.get_action("hanse_links_status")(context, {"language": texts.language})
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False, indent=1))
        return
    for line in _lines(found, texts):
        click.echo(line)


def _lines(found: Mapping[str, Any], texts: Texts) -> list[str]:
    lines = [
        f"{number:9,}  {texts.gettext(_STATES[state])}"
        for state, number in found["states"].items()
        if number
    ]
    lines.append(
        texts.gettext(
            "Due: {due:,}, asked for by persons: {wanted:,}; checked in the last 24 hours: "
            "{checked:,}",
            due=found["due"],
            wanted=found["wanted"],
            checked=found["last"]["checked"],
        )
    )
    if found["workers"] is not None:
        lines.append(
            texts.gettext(
                "Hours: {hours}; workers: {workers}",
                hours=found["hours"],
                workers=found["workers"],
            )
        )
    if found["paused"]:
        lines.append(texts.gettext(_STOPPED["paused"]))
    if not found["enabled"]:
        lines.append(texts.gettext("Links are not checked on this site (hanse.links.enabled)."))
    for host in found["hosts"]:
        lines.append(
            texts.ngettext(
                "{host} does not answer: {number:,} link leads there. {why}",
                "{host} does not answer: {number:,} links lead there. {why}",
                host["links"],
                host=host["host"],
                why=host["why"],
            )
        )
    return lines


@links.command("check")
@click.argument("url")
@language_option
def check(url: str, texts: Texts) -> None:
    """Check one URL now and show what was found; nothing is stored."""
    with options.client() as client:
        answer = core.check(Target(url), client)
    learned = answer.learned
    click.echo(f"{answer.outcome.value}  {answer.status or '–'}  {answer.final_url or answer.url}")
    if why := answer.why(texts.language):
        click.echo(f"  {why}")
    if answer.moved_to:
        click.echo(texts.gettext("  Moved to: {url}", url=answer.moved_to))
    if learned:
        known = (learned.format, learned.media_type, learned.charset, learned.packing)
        size = f"{learned.size:,}" if learned.size is not None else ""
        click.echo("  " + ", ".join(item for item in (*known, size, learned.last_modified) if item))
