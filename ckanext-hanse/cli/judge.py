"""``ckan hanse judge``: judges the datasets made here anew, after new official rules."""

from __future__ import annotations

import sys

import click

from ckanext.hanse import local_datasets
from ckanext.hanse.cli.options import language_option
from ckanext.hanse.language import Texts
from hanse_harvesters.bars import Bars


@click.command("judge")
@language_option
def judge(texts: Texts) -> None:
    """Judge the datasets made here anew, after `hanse shapes update`.

    Harvested ones are judged anew by the next run of their source.  May be interrupted and called
    again at any time.

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
    for name in left:
        click.echo(texts.gettext("Not judged (see the log): {name}", name=name), err=True)
    sys.exit(1 if left else 0)
