"""``ckan hanse source remove``: removes a source and asks what happens to its datasets."""

from __future__ import annotations

import click

from ckanext.hanse.cli.options import Failure, in_words, language_option
from ckanext.hanse.language import N_, Texts
from ckanext.hanse.sources import remove as removing
from ckanext.hanse.sources.invalid import InvalidSource
from ckanext.hanse.sources.remove import Fate, Prospect
from ckanext.hanse.store import sources

_FATES = click.Choice([item.value for item in Fate])
_REMOVED = {
    "withdraw": N_("Removed: {name}. Datasets that leave and can be restored: {number:,}"),
    "keep": N_("Removed: {name}. Datasets that stay as the city's own: {number:,}"),
    "hand": N_("Removed: {name}. Datasets that the other source keeps up: {number:,}"),
}


@click.command("remove")
@click.argument("name")
@click.option("--datasets", "fate", type=_FATES, help="What becomes of them; asked if not given.")
@click.option("--to", default="", metavar="NAME", help="With hand: the source that keeps them up.")
@click.option("--yes", is_flag=True, help="Ask nothing; without --datasets do what is suggested.")
@language_option
def remove(name: str, fate: str | None, to: str, yes: bool, texts: Texts) -> None:
    """Remove the source NAME and its history; withdraw, keep or hand over its datasets.

    withdraw: they leave the site and can be restored. keep: they become the city's own.
    hand: the source --to of the same city maintains them from its next run on.
    """
    with in_words(texts):
        source = sources.get(name)
    expected = removing.prospect(source)
    _tell(expected, texts)
    if not yes:
        fate = fate or click.prompt(
            texts.gettext("What becomes of the datasets"),
            type=_FATES,
            default=expected.fate.value,
            show_choices=True,
        )
        confirm = click.prompt(texts.gettext("Type the name “{name}” to confirm", name=name))
    else:
        confirm = name
    try:
        done = removing.remove(source, confirm=confirm, fate=fate or "", to=to)
    except InvalidSource as refused:
        raise Failure(next(iter(refused.errors.values())), texts) from refused
    text = _REMOVED[done["fate"]]
    click.echo(texts.gettext(text, name=name, number=done["datasets"]))
    if done["left"]:
        click.echo(
            texts.gettext(
                "Of these the next ticks take from the site: {number:,}", number=done["left"]
            )
        )


def _tell(expected: Prospect, texts: Texts) -> None:
    found = texts.gettext(
        "Datasets on the site that come from this source alone: {number:,}",
        number=expected.datasets,
    )
    click.echo(found)
    if expected.shared:
        shared = texts.gettext(
            "More that another source has too; it keeps them up: {number:,}",
            number=expected.shared,
        )
        click.echo(shared)
    for other in expected.others:
        reported = texts.gettext(
            "Another source of the city: {name}, same records: {number:,}",
            name=other["name"],
            number=other["same"],
        )
        click.echo(reported)
