"""``hanse shapes``: the official SHACL shapes by which datasets are judged."""

from __future__ import annotations

import json

import click

from hanse_harvesters.cli_run import guarded, language_option, private_option, trusted
from hanse_harvesters.http import Client
from hanse_harvesters.http.answer import Limits
from hanse_harvesters.quality.shapes import stack
from hanse_harvesters.quality.shapes.folder import VARIABLE, place
from hanse_harvesters.quality.shapes.update import undo as take_back
from hanse_harvesters.quality.shapes.update import update as bring
from hanse_harvesters.texts import CORE

#: Seconds for fetching one file, and its largest size in bytes.
_SECONDS, _SIZE = 120.0, 64 << 20


@click.group(
    help=f"The official rules (SHACL) by which datasets are judged: the files of a folder that "
    f"{VARIABLE} names.  Without it, the rules made from the catalogue's own table judge."
)
def shapes() -> None:
    pass


@shapes.command(name="list")
@click.option(
    "--format",
    "form",
    type=click.Choice(["table", "json"]),
    default="table",
    show_default=True,
    help="A list to read, or one JSON object.",
)
@language_option
def list_(form: str, lang: str) -> None:
    """Show which rules judge, in which version, and since when."""

    def work() -> int:
        _tell(form, lang)
        return 0

    guarded(work, lang)


@shapes.command()
@click.argument("sources", metavar="FILE|FOLDER|ZIP|URL…", nargs=-1, required=True)
@language_option
@private_option
def update(sources: tuple[str, ...], lang: str, allow_private: tuple[str, ...]) -> None:
    """Take official rules over: DCAT-AP.de 3.0, DCAT-AP 3.0, DCAT-AP HVD 3.0.

    They are recognised by their content and tried before they replace those of the same kind;
    what was there before comes back with `hanse shapes undo`.
    """

    def work() -> int:
        allowed = frozenset[str]().union(*(trusted(one, allow_private) for one in sources))
        with Client.from_environment(allowed_private=allowed) as client:
            client.limits = Limits(deadline=_SECONDS, size=_SIZE)
            bring(sources, client)
        _tell("table", lang)
        return 0

    guarded(work, lang)


@shapes.command()
@language_option
def undo(lang: str) -> None:
    """Take the last update back; once more, and it is there again."""

    def work() -> int:
        take_back()
        _tell("table", lang)
        return 0

    guarded(work, lang)


def _tell(form: str, lang: str) -> None:
    judged, texts = stack.current(), CORE.texts(lang)
    if form == "json":
        told = {"folder": str(place()), "official": judged.is_official, "files": judged.versions()}
        click.echo(json.dumps(told, ensure_ascii=False, indent=2))
        return
    click.echo(texts.pgettext("shapes", "Folder: {folder}", folder=str(place())))
    for one in judged.versions():
        name = f"{one['name']} {one['version']}".strip()
        click.echo(f"  {name:<28} {one['file']:<40} {one['date'] or '–':<10} {one['digest']}")
    if note := judged.note(lang):
        click.echo(note)
