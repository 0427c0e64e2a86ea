"""``ckan hanse judge``: judges the datasets made here anew, and completes what is handed on."""

from __future__ import annotations

import math
import sys

import click

from ckanext.hanse import local_datasets
from ckanext.hanse.cli.options import language_option
from ckanext.hanse.export import fill
from ckanext.hanse.language import Texts
from hanse_harvesters.bars import Bars


@click.command("judge")
@language_option
def judge(texts: Texts) -> None:
    """Judge the datasets made here anew, after `hanse shapes update`.

    Harvested ones are judged anew by the next run of their source.  Then makes the RDF of all
    datasets that have none or an old one, as after an update or a new address of the site; without
    this command the scheduler does it within minutes.  May be interrupted and called again at any
    time.

    Exit code: 0 all were judged, 1 some were not; they are named, and why is in the log.
    """
    found = local_datasets.ids()
    left = []
    with Bars() as bars:
        bar = bars.add(texts.gettext("Judging"))
        for dataset_id, name in found.items():
            if not local_datasets.judge_anew(dataset_id):
                left.append(name)
            bars.advance(bar, len(found))
    click.echo(
        texts.ngettext(
            "{number:,} dataset judged anew.",
            "{number:,} datasets judged anew.",
            len(found) - len(left),
        )
    )
    if made := fill.keep_up(seconds=math.inf):
        click.echo(
            texts.ngettext(
                "RDF of {number:,} dataset made anew.",
                "RDF of {number:,} datasets made anew.",
                made,
            )
        )
    for name in left:
        click.echo(texts.gettext("Not judged (see the log): {name}", name=name), err=True)
    sys.exit(1 if left else 0)
