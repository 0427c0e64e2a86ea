"""``ckan hanse judge``: judges the datasets made here anew, after new official rules."""

from __future__ import annotations

import click

from ckanext.hanse import local_datasets
from ckanext.hanse.cli.options import language_option
from ckanext.hanse.language import Texts


@click.command("judge")
@language_option
def judge(texts: Texts) -> None:
    """Judge the datasets made here anew, after `hanse shapes update`.

    Harvested ones are judged anew by the next run of their source.  May be interrupted and called
    again at any time.
    """
    ids = local_datasets.ids()
    show = texts.ngettext("{number:,} dataset", "{number:,} datasets", len(ids))
    with click.progressbar(ids, label=show) as bar:
        for dataset_id in bar:
            local_datasets.saved(dataset_id)
            local_datasets.commit()
    click.echo(
        texts.ngettext(
            "{number:,} dataset judged anew.", "{number:,} datasets judged anew.", len(ids)
        )
    )
