"""``hanse convert``: a catalogue of any kind as DCAT-AP.de."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import click

from hanse_harvesters.bars import Bars
from hanse_harvesters.cli_run import (
    INCOMPLETE,
    NOTHING,
    guarded,
    language_option,
    opened,
    private_option,
    replaced,
    settings_option,
)
from hanse_harvesters.converting import CatalogueNode, Conversion
from hanse_harvesters.mapping.adapters import Format
from hanse_harvesters.texts import CORE

#: Name on the command line → serialisation.
_FORMATS: Mapping[str, Format] = {"ttl": "turtle", "xml": "xml", "jsonld": "jsonld", "nt": "nt"}


@click.command()
@click.argument("target", metavar="FILE|URL|FOLDER")
@click.option(
    "--to",
    "form",
    type=click.Choice(list(_FORMATS)),
    required=True,
    help="Turtle, RDF/XML, JSON-LD or N-Triples.",
)
@click.option("-o", "--output", type=click.Path(path_type=Path), help="File to write; else stdout.")
@click.option("--kind", help="Kind of portal; by default it is told from what it answers.")
@click.option(
    "--limit", type=click.IntRange(min=1), help="Stop after so many datasets.", metavar="N"
)
@click.option("--uri", default="", metavar="IRI", help="IRI of the catalogue.")
@click.option("--title", default="", help="Title of the catalogue.")
@click.option("--description", default="", help="What the catalogue holds.")
@click.option("--publisher", default="", metavar="NAME", help="Who publishes the catalogue.")
@click.option(
    "--with-unknown", "unknown", is_flag=True, help="Keep statements that DCAT-AP.de does not know."
)
@settings_option
@language_option
@private_option
def convert(
    target: str,
    form: str,
    output: Path | None,
    kind: str | None,
    limit: int | None,
    uri: str,
    title: str,
    description: str,
    publisher: str,
    unknown: bool,
    settings: Path | None,
    lang: str,
    allow_private: tuple[str, ...],
) -> None:
    """Write what a catalogue would hand on of a file, an address or a folder.

    Values are normalised as in a harvest.  Title, description and publisher of the catalogue
    are those of the source if it states them.

    \b
    Exit code: 0 written, 1 failed, 2 wrong usage, 3 no dataset, 4 written, but the
    walk is not complete (0 where --limit ended it).
    """
    catalogue = CatalogueNode(uri, title, description, publisher)

    def work() -> int:
        with opened(target, kind, allow_private, settings, lang) as (source, fetches):
            found = Conversion(source, fetches, catalogue=catalogue, unknown=unknown, limit=limit)
            with _output(output) as out, Bars() as bars:
                bar = bars.add(CORE.texts(lang).pgettext("preview", "Reading"))
                for _ in found.write(out, _FORMATS[form]):
                    bars.advance(bar, found.run.total)
        _tell(found, lang)
        return _code(found)

    guarded(work, lang)


@contextmanager
def _output(file: Path | None) -> Iterator[IO[bytes]]:
    if file is not None:
        with replaced(file) as out:
            yield out
        return
    yield sys.stdout.buffer
    sys.stdout.flush()


def _tell(found: Conversion, language: str) -> None:
    """Say on stderr what was written, and what was not."""
    texts = CORE.texts(language)
    for item in found.run.issues:
        click.echo(f"{item.message(language)}\n  → {item.remedy(language)}", err=True)
    if found.assumed and found.written:
        said = texts.pgettext(
            "convert",
            "The source does not say who publishes the catalogue, which DCAT-AP.de requires: "
            "“{name}” was entered. --publisher NAME names another.",
            name=found.assumed,
        )
        click.echo(said, err=True)
    if found.rejected:
        said = texts.npgettext(
            "convert",
            "{number:,} dataset cannot be handed on; hanse check says why.",
            "{number:,} datasets cannot be handed on; hanse check says why.",
            found.rejected,
        )
        click.echo(said, err=True)
    if found.left_out:
        said = texts.npgettext(
            "convert",
            "{number:,} statement has no form in this serialisation and was left out.",
            "{number:,} statements have no form in this serialisation and were left out.",
            found.left_out,
        )
        click.echo(said, err=True)


def _code(found: Conversion) -> int:
    if not found.written:
        return NOTHING
    walk = found.run.completeness
    return 0 if walk.complete or walk.reason == "walk-limited" else INCOMPLETE


__all__ = ["convert"]
